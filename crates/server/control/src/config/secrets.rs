//! Keeps secrets out of reports on a configuration, and nothing else.

use std::ops::Range;

/// Keys whose values are secret. The password in a URL of `store` is, user name and password in those of `nats`, and all
/// of a `url`, whose path may be one.
const SECRETS: [&str; 6] = ["secret", STORE, "password", "token", "url", NATS];
const STORE: &str = "store";
const NATS: &str = "nats";

/// Beginnings of the URLs of NATS servers, which may be on lines of their own.
const NATS_URLS: [&str; 2] = ["nats://", "tls://"];

/// Similarity from which a key may be a misspelled one.
const SIMILAR: f64 = 0.85;

/// Returns `true` if the value at `span` belongs to a secret key.
pub(super) fn is_secret(text: &str, span: &Range<usize>) -> bool {
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(line..span.start).unwrap_or_default().trim_end();
    let before = before.trim_end_matches(['[', '{', '"', '\'']).trim_end();
    let Some(before) = before.strip_suffix('=') else {
        return false;
    };
    secret_name(last_word(before)).is_some()
}

/// Replaces the secrets on the line of `span` with asterisks.
pub(super) fn hide_secrets(text: &str, span: &Range<usize>) -> String {
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let hidden = secrets(&text[start..end]);
    let mut shown = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_hidden = at >= start && hidden.iter().any(|range| range.contains(&(at - start)));
        if is_hidden && !character.is_whitespace() {
            shown.extend(std::iter::repeat_n('*', character.len_utf8()));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Returns the parts of a line that are secret.
fn secrets(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(equals) = line[from..].find('=').map(|at| from + at) {
        let value = equals + 1 + leading_spaces(&line[equals + 1..]);
        let name = secret_name(last_word(&line[..equals]));
        from = value;
        if let Some(name) = name {
            let end = value_end(line, value);
            match name {
                NATS => {}
                STORE => found.push(password(line, value..end)),
                _ => found.push(value..end),
            }
            from = end;
        }
    }
    found.extend(credentials(line));
    found
}

/// Returns user names and passwords in the URLs of NATS servers on a line.
fn credentials(line: &str) -> Vec<Range<usize>> {
    let begins = NATS_URLS.iter().flat_map(|scheme| {
        let found = line.match_indices(scheme);
        found.map(|(at, scheme)| at + scheme.len())
    });
    let part = |begin: usize| {
        let rest = &line[begin..];
        let end = rest.find(['"', '\'', ' ', ',']).unwrap_or(rest.len());
        let at = rest[..end].rfind('@')?;
        Some(begin..begin + at)
    };
    begins.filter_map(part).collect()
}

fn leading_spaces(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Returns the last bare or quoted key of a text.
fn last_word(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches(['"', '\'']);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let start = text.rfind(|c| !is_part(c));
    start.map_or(text, |at| {
        let next = text[at..].chars().next().map_or(1, char::len_utf8);
        &text[at + next..]
    })
}

/// Returns the secret key that a name is, or may be meant to be.
fn secret_name(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let is_meant =
        |secret: &&str| name.contains(*secret) || strsim::jaro_winkler(&name, secret) >= SIMILAR;
    SECRETS.into_iter().find(is_meant)
}

/// Returns the end of a value: of a text in quotes, or else of the line.
fn value_end(line: &str, start: usize) -> usize {
    let rest = &line[start..];
    let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return line.len();
    };
    let mut is_escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        if character == quote && !is_escaped {
            return start + at + 1;
        }
        is_escaped = character == '\\' && !is_escaped && quote == '"';
    }
    line.len()
}

/// Returns the password in a URL, or all of a text that is not a plain URL.
fn password(line: &str, value: Range<usize>) -> Range<usize> {
    let url = &line[value.clone()];
    let plain = || {
        let (scheme, rest) = url.split_once("://")?;
        let at = rest.rfind('@')?;
        let colon = rest[..at].find(':')?;
        let base = value.start + scheme.len() + "://".len();
        let is_plain = url.starts_with(['"', '\'']) && !rest.contains(['?', '#']);
        is_plain.then_some(base + colon + 1..base + at)
    };
    plain().unwrap_or(value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_secrets_are_hidden() {
        for (line, expected) in [
            (
                r#"secret = "hunter2" # mine"#,
                r#"secret = ********* # mine"#,
            ),
            (r#"lisen = "127.0.0.1:1""#, r#"lisen = "127.0.0.1:1""#),
            (r#"secert = "hunter2""#, "secert = *********"),
            (r#""secret" = 'hunter2'"#, r#""secret" = *********"#),
            ("Secret = hunter2 b", "Secret = ******* *"),
            (
                r#"access_key = [{ id = "a", secret = "hun\"ter", x = 1 }]"#,
                r#"access_key = [{ id = "a", secret = **********, x = 1 }]"#,
            ),
            (
                r#"store = "postgres://u:hunter2@h:5432/db""#,
                r#"store = "postgres://u:*******@h:5432/db""#,
            ),
            (
                r#"stroe = "postgres://u:p@h/db""#,
                r#"stroe = "postgres://u:*@h/db""#,
            ),
            (
                r#"store = "postgres://h/db?password=p""#,
                "store = ****************************",
            ),
            (
                r#"url = "https://h/services/T0/B0/x""#,
                "url = ****************************",
            ),
            (
                r#"nats = ["tls://u:hunter2@h:4222", 'nats://t@i', "nats://j:1"]"#,
                r#"nats = ["tls://*********@h:4222", 'nats://*@i', "nats://j:1"]"#,
            ),
            (r#"  "tls://u:p@h:4222","#, r#"  "tls://***@h:4222","#),
            (r#"region = "cn-hangzou""#, r#"region = "cn-hangzou""#),
        ] {
            let shown = hide_secrets(line, &(0..1));
            assert_eq!(shown, expected);
        }
    }
}
