//! The API Explorer of a generated server: it calls actions, and each snippet sends the request that
//! the form sends.
//!
//! The snippets in Rust are compiled with the workspace, from snapshots, and run like those for a shell.
//! Those in Python and Java are compared with the request by their text. With `INSTA_UPDATE=always`,
//! the snapshots are written anew.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::pages::{Pages, code_after, snippet};
use crate::recorder::{Recorder, Request};
use crate::support::run;

/// The access key.
const KEY: [(&str, &str); 2] = [
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid"),
    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret"),
];

/// Variable with the address of the recorder.
const ADDRESS: &str = "EXPLORER_ADDRESS";

/// A call of an action.
struct Case {
    action: &'static str,
    /// Name of the snapshot.
    file: &'static str,
    format: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

/// Calls with parameters of every kind, position and style, and of every HTTP method.
const CASES: [Case; 6] = [
    Case {
        action: "SmallPutThings",
        file: "put_things",
        format: "JSON",
        fields: &[
            ("Ids", "it's & \"one\"\r\n$two\\ €"),
            (
                "Parts",
                r#"[{"Key": "a \"b\"", "Count": 2, "Colour": "Red-ish"}, {"Key": "c"}]"#,
            ),
            ("Levels", "-1\n0"),
            ("Numbers", "1\n22"),
            ("Options", r#"{"a": "b c", "d'": "`e`"}"#),
            ("Colour", "red"),
            ("AnyLevel", "7"),
        ],
    },
    Case {
        action: "SmallPutMaps",
        file: "put_maps",
        format: "JSON",
        fields: &[
            (
                "Source",
                r#"{"Type": "t", "Weight": 2.0, "Options": {"x": "y"}, "Rows": [{"r": 1}, {"s": 2}],
                   "Extra": {"b": [true, 1.5, "z"]}}"#,
            ),
            ("Source.Size", "3"),
            ("Labels", r#"{"a.b": "", "c": "d"}"#),
            ("Sources", r#"{"k": {"Type": "u", "Weight": 0.5}}"#),
            ("Rows", r#"[{"r": 5}]"#),
            ("Extra", r#"["it's", {"a": 1}]"#),
            ("ExtraText", r#"{"a": [null, 2]}"#),
        ],
    },
    Case {
        action: "SmallSendText",
        file: "send_text",
        format: "XML",
        fields: &[
            ("Id", "abc"),
            ("Text", "one & two +%"),
            ("Lines", "first\nsecond"),
            ("Marks", "3\n14"),
            ("Tags", r#"{"a": "b"}"#),
        ],
    },
    Case {
        action: "SmallSpeak",
        file: "speak",
        format: "JSON",
        fields: &[
            ("Format", "pcm"),
            ("Version", "2"),
            ("Timestamp", "5"),
            ("Action", "wave"),
            ("AccessKeyId", "of the door"),
            ("SecurityToken", "in the form"),
            ("Signature", "me"),
        ],
    },
    Case {
        action: "SmallForget",
        file: "forget",
        format: "JSON",
        fields: &[("Id", "abc")],
    },
    Case {
        action: "SmallGreet",
        file: "greet",
        format: "JSON",
        fields: &[("Name", "b c")],
    },
];

/// Writes the snapshots in Rust as examples of the generated client.
pub(crate) fn write_examples(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    for Case { file, .. } in &CASES {
        let code = fs::read_to_string(snapshot(file)).unwrap_or_else(|_| "fn main() {}\n".into());
        let code = format!("//! Code that the Explorer shows.\n\n{code}");
        fs::write(folder.join(format!("{file}.rs")), code).expect("a file");
    }
}

/// Calls actions in the Explorer of the generated server, and runs its snippets; `programs` is the
/// folder with the compiled programs.
pub(crate) fn each_snippet_sends_the_request_of_the_form(programs: &Path) {
    let server = Server::start(&programs.join("small-server"));
    let pages = Pages::sign_in(&server.api, &server.link);
    let page = pages.send("SmallGetThing", &[("Id", "abc"), ("-format", "JSON")]);
    assert!(
        page.contains("HTTP 200") && page.contains("\"Text\": \"a <b> & \\\"c\\\"\""),
        "{page}"
    );
    let page = pages.send(
        "SmallPutThings",
        &[("Ids", "a"), ("Parts", "[{\"Kex\": 1}]")],
    );
    assert!(
        page.contains("The value of Parts.1.Kex has the wrong form."),
        "{page}"
    );

    let recorder = Recorder::start();
    for case in &CASES {
        let fields = [case.fields, &[("-format", case.format)]].concat();
        let called = pages.send(case.action, &fields);
        let has_example = !case.action.contains("Put");
        assert_eq!(called.contains("HTTP 200"), has_example, "{called}");
        let page = pages.send(case.action, &[&*fields, &[("-show", "1")]].concat());
        assert!(!page.contains(KEY[1].1), "{page}");
        case.check(&page, &server.api, &recorder, programs);
    }
}

impl Case {
    fn check(&self, page: &str, api: &str, recorder: &Recorder, programs: &Path) {
        let expected = shown(code_after(page, "<h2>Signed request</h2>"));
        assert_eq!(expected.headers["x-acs-action"], self.action);
        assert_eq!(expected.is_signed, self.action != "SmallGreet");
        let address = format!("http://{}", recorder.address);
        for language in ["curl", "small"] {
            let code = snippet(page, language).replace(api, &address);
            let path = format!(
                "{}:{}",
                programs.display(),
                std::env::var("PATH").expect("a path")
            );
            let mut shell = Command::new("bash");
            shell.args(["-euo", "pipefail", "-c", &code]);
            run(shell.envs(KEY).env("PATH", path));
            let mut request = recorder.request();
            if language == "small" {
                // It asks for JSON in any case, and prints the answer in the format that is chosen.
                let accept = expected.headers["accept"].clone();
                request.headers.insert("accept".to_owned(), accept);
            }
            assert_eq!(request, expected, "{code}");
        }

        let literal = format!("{api:?}");
        let code = snippet(page, "Rust").replace(&literal, &format!("std::env::var({ADDRESS:?})?"));
        if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
            // The examples were compiled from those before.
            return fs::write(snapshot(self.file), code).expect("a file");
        }
        let before = fs::read_to_string(snapshot(self.file)).unwrap_or_default();
        assert_eq!(
            before, code,
            "{}: review, then set INSTA_UPDATE=always",
            self.file
        );
        let mut example = Command::new(programs.join("examples").join(self.file));
        run(example.envs(KEY).env(ADDRESS, &address));
        assert_eq!(recorder.request(), expected, "{code}");

        for (language, begin) in [("Python", "        \""), ("Java", ".put(\"")] {
            let code = snippet(page, language);
            let mut sent: Vec<String> = code.lines().filter_map(|line| pair(line, begin)).collect();
            sent.sort_unstable();
            let mut parameters = [&*expected.query, &expected.body].concat();
            // Clients add the format themselves.
            parameters.retain(|pair| expected.is_signed || !pair.starts_with("Format="));
            parameters.sort_unstable();
            assert_eq!(sent, parameters, "{code}");
            for fact in [self.action, &expected.method, "2020-01-02"] {
                assert!(code.contains(&format!("\"{fact}\"")), "{fact}: {code}");
            }
            assert_eq!(
                code.contains("\"application/xml\""),
                self.format == "XML",
                "{code}"
            );
            assert_eq!(
                code.contains("\"Anonymous\""),
                !expected.is_signed,
                "{code}"
            );
            assert_eq!(code.contains(KEY[0].0), expected.is_signed, "{code}");
        }
    }
}

/// Reads a request as the Explorer shows it.
fn shown(text: &str) -> Request {
    let text = text.replace("\n    &", "&");
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    Request::read(head, body.trim_end())
}

/// Returns the encoded parameter that a line of code in Python or Java sets.
fn pair(line: &str, begin: &str) -> Option<String> {
    let at = line.find(begin)? + begin.len() - 1;
    let texts = line.get(at..)?.replacen("\": \"", "\", \"", 1);
    let texts = texts.trim_end_matches([',', ';']).trim_end_matches(')');
    // Of these texts, the literals are those of JSON.
    let (name, value): (String, String) = serde_json::from_str(&format!("[{texts}]")).ok()?;
    let encode = pop_rpc::canonical::encode;
    (name != "accept").then(|| format!("{}={}", encode(&name), encode(&value)))
}

/// Returns the path of the snippet of a case in Rust.
fn snapshot(file: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspace/snapshots");
    folder.join(format!("{file}.rs"))
}

/// The generated server; it ends with the test.
struct Server {
    child: Child,
    _output: BufReader<ChildStdout>,
    api: String,
    link: String,
}

impl Server {
    fn start(program: &Path) -> Self {
        let mut command = Command::new(program);
        let mut child = command
            .envs(KEY)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server");
        let mut output = BufReader::new(child.stdout.take().expect("an output"));
        let mut after = |name: &str| {
            let mut line = String::new();
            output.read_line(&mut line).expect("a line");
            let mut words = line.split_whitespace();
            assert_eq!(words.next(), Some(name), "{line}");
            words.next().expect("an address").to_owned()
        };
        let (api, link) = (after("API"), after("Web"));
        Self {
            child,
            _output: output,
            api,
            link,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
