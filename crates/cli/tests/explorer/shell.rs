//! curl and the command line, in a shell.

use std::path::Path;
use std::process::Command;

use crate::example::examples;
use crate::page::Visit;

#[test]
fn the_code_for_a_shell_runs() {
    let visit = Visit::begin();
    let program = Path::new(env!("CARGO_BIN_EXE_ons-mqtt"));
    let path = std::env::var_os("PATH").expect("a path");
    let folders = program.parent().map(Path::to_owned).into_iter();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path)));
    let path = path.expect("a path");
    for language in ["curl", "ons-mqtt"] {
        for example in examples() {
            let code = visit.snippet(&example, language);
            let output = Command::new("bash")
                .args(["-euo", "pipefail", "-c", &code])
                .env("PATH", &path)
                .env("ALIBABA_CLOUD_ACCESS_KEY_ID", &visit.service.key_id)
                .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &visit.service.secret)
                .output()
                .expect("bash runs");
            let answer = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{code}\n{output:?}");
            assert!(answer.contains(&example.answer), "{code}\n{answer}");
            for error in ["\"Code\"", "<Code>"] {
                assert!(!answer.contains(error), "{code}\n{answer}");
            }
            assert_eq!(
                answer.trim_start().starts_with('<'),
                example.format == "XML"
            );
        }
    }
    visit.end();
}
