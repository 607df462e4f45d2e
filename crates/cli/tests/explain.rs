//! Checks the pages that `explain` prints.

mod support;

use support::{examples, run};

#[test]
fn every_page_is_found_by_its_name_and_by_the_subcommand() {
    for page in ons_mqtt_docs::pages() {
        let run = run(&["explain", page.name]);
        assert_eq!(run.code, Some(0), "{}: {}", page.name, run.stderr);
        assert!(run.stdout.starts_with(page.title.en), "{}", run.stdout);
    }
    for example in examples() {
        let mut arguments = vec!["explain".to_owned()];
        arguments.extend(example.command);
        assert!(run(&arguments).stdout.starts_with(&example.action));
    }
}

#[test]
fn pages_are_in_the_requested_language() {
    let chinese = run(&["explain", "regions", "--language", "zh"]);
    assert!(chinese.stdout.contains("地域"), "{}", chinese.stdout);
}

#[test]
fn a_page_names_its_path_on_a_server() {
    for (language, line) in [
        ("en", "\nOn the server: /console/errors/Throttling.User\n"),
        ("zh", "\n服务器上的网页：/console/errors/Throttling.User\n"),
    ] {
        let run = run(&["explain", "throttling.user", "--language", language]);
        assert!(run.stdout.ends_with(line), "{}", run.stdout);
    }
}

#[test]
fn without_a_name_all_names_are_listed() {
    let listed = run(&["explain"]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    for example in examples() {
        let command = format!("\n{} ", example.command.join(" "));
        assert!(listed.stdout.contains(&command), "{}", listed.stdout);
    }
    for chapter in ["getting_started", "regions", "error_codes", "errata"] {
        assert!(listed.stdout.contains(chapter), "{}", listed.stdout);
    }
    assert!(listed.stdout.lines().count() < 24, "{}", listed.stdout);
}

#[test]
fn a_misspelled_name_leads_to_a_suggestion() {
    let run = run(&["explain", "group", "craete"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("`group create`"), "{}", run.stderr);
}

#[test]
fn every_page_fits_80_columns_in_both_languages() {
    use unicode_width::UnicodeWidthStr;

    for page in ons_mqtt_docs::pages() {
        for language in ["zh", "en"] {
            let run = run(&["explain", page.name, "--language", language]);
            // Code and names are not wrapped.
            let may_be_wide = |line: &str| line.starts_with("    ") || !line.contains(' ');
            let wide = run
                .stdout
                .lines()
                .find(|line| line.width() > 80 && !may_be_wide(line));
            assert_eq!(wide, None, "{}", page.name);
        }
    }
}
