//! Checks that every action has help that fits a terminal of 80 columns.

mod support;

use support::{examples, run};

#[test]
fn the_help_of_everything_fits_80_columns() {
    let mut commands: Vec<Vec<String>> = vec![Vec::new(), vec!["explain".to_owned()]];
    for local in [
        "completions",
        "mcp",
        "serve",
        "demo",
        "explain-connect",
        "password",
    ] {
        commands.push(vec![local.to_owned()]);
    }
    for example in examples() {
        commands.push(example.command[..1].to_vec());
        commands.push(example.command);
    }
    for command in commands {
        for help in ["-h", "--help"] {
            let mut arguments = command.clone();
            arguments.push(help.to_owned());
            let run = run(&arguments);
            assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
            let wide = run.stdout.lines().find(|line| line.chars().count() > 80);
            assert_eq!(wide, None, "{arguments:?}");
        }
    }
}

#[test]
fn every_action_has_a_subcommand_whose_help_names_it_and_its_parameters() {
    for example in examples() {
        let mut arguments = example.command.clone();
        arguments.push("--help".to_owned());
        let help = run(&arguments).stdout;
        assert!(help.contains(&example.action), "{help}");
        for argument in &example.arguments {
            let is_option = argument.starts_with("--");
            assert!(!is_option || help.contains(argument), "{argument}: {help}");
        }
    }
}

#[test]
fn a_missing_required_parameter_is_wrong_usage() {
    for example in examples() {
        let expected = if example.has_required { 2 } else { 3 };
        let run = run(&example.command);
        assert_eq!(run.code, Some(expected), "{:?}", example.command);
    }
}

#[test]
fn exit_codes_are_in_the_help() {
    let help = run(&["--help"]).stdout;
    for code in 0..=5 {
        assert!(help.contains(&format!("{code} ")), "{help}");
    }
}

#[test]
fn a_value_of_another_type_is_refused_with_a_list_of_known_ones() {
    let arguments = ["message", "trend", "-1h", "now", "topic", "", "pub"];
    let run_empty = run(&arguments);
    assert_eq!(run_empty.code, Some(2));
    assert!(
        run_empty.stderr.contains("TPS, SUM"),
        "{}",
        run_empty.stderr
    );
    let arguments = [
        "message", "trend", "-1h", "now", "topic", "tps", "pub", "--qos", "often",
    ];
    let run_text = run(&arguments);
    assert_eq!(run_text.code, Some(2));
    assert!(run_text.stderr.contains("0, 1, 2"), "{}", run_text.stderr);
}

#[test]
fn known_values_are_in_help_and_completions() {
    let help = run(&["message", "trend", "--help"]).stdout;
    let script = run(&["completions", "zsh"]).stdout;
    for value in ["TPS", "SUM", "PUB", "SUB", "P2P"] {
        assert!(help.contains(&format!("- {value}")), "{value}: {help}");
        assert!(script.contains(value), "{value}");
    }
}

#[test]
fn completions_contain_the_subcommands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&["completions", shell]).stdout;
        for example in examples() {
            for word in example.command {
                assert!(script.contains(&word), "{shell}: {word}");
            }
        }
    }
}

#[test]
fn the_program_and_each_subcommand_have_a_manual_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("man1");
    let run = run(&["man", &pages.display().to_string()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for (page, expected) in [
        ("ons-mqtt.1", "explain"),
        ("ons-mqtt-serve.1", "SIGHUP"),
        ("ons-mqtt-group-create.1", "GID"),
    ] {
        let text = std::fs::read_to_string(pages.join(page)).expect(page);
        assert!(text.contains(expected), "{page}: {text}");
    }
}
