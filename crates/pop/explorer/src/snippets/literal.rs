//! Texts as literals.

/// Returns a text as a literal that Python and Java read alike.
pub(super) fn quoted(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            // Java replaces `\u000a` by a line break before it reads the literal.
            c if c.is_control() => literal.push_str(&format!("\\{:03o}", u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// Returns a text as one word of a shell.
pub(super) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=,+%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_reads_every_text_as_it_is() {
        for text in [
            "",
            "plain",
            "it's \"x\" \\ $HOME `x`",
            "a\nb\n!",
            "中 €",
            "-x;&|<>*?~#",
        ] {
            let script = format!("printf %s {}", word(text));
            let output = Command::new("sh").args(["-c", &script]).output();
            assert_eq!(output.unwrap().stdout, text.as_bytes(), "{script}");
        }
    }

    #[test]
    fn a_literal_has_escapes_that_python_and_java_share() {
        let literal = quoted("\"\\ $x'中\n\0\u{7f}\u{85}1");
        assert_eq!(literal, r#""\"\\ $x'中\012\000\177\2051""#);
    }
}
