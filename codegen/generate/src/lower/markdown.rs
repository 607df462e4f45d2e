//! Texts of the spec as Markdown.

/// Returns a text as Markdown on one line.
pub(super) fn prose(text: &str) -> String {
    let text = escape(&one_line(text));
    match fence(&text) {
        Some(_) => format!("\\{text}"),
        None => text,
    }
}

/// Returns a text as Markdown for a table, where a bar ends the cell even in a code span.
pub(super) fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|")
}

/// Returns the first line of a text for a doc comment.
pub(super) fn summary(text: &str) -> String {
    let mut lines = text.lines().map(without_markers);
    let line = lines.find(|line| !line.is_empty() && fence(line).is_none());
    escape(line.unwrap_or_default().trim_end())
}

/// Returns a code span, delimited by more backticks than the text has in a row.
pub(super) fn code(text: &str) -> String {
    let mut ticks = "`".to_owned();
    while text.contains(&ticks) {
        ticks.push('`');
    }
    if ticks.len() == 1 {
        format!("`{text}`")
    } else {
        format!("{ticks} {text} {ticks}")
    }
}

/// Joins the words of a text with single spaces.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Escapes text that Markdown would read as HTML, a link or emphasis, and makes links of URLs.
///
/// Code spans stay as they are.
pub(super) fn escape(text: &str) -> String {
    let text = straight(text);
    // A single backtick would turn the rest into code.
    let text = match text.matches('`').count() % 2 {
        0 => text,
        _ => text.replace('`', "'"),
    };
    let mut parts = Vec::new();
    for (index, part) in text.split('`').enumerate() {
        parts.push(match index % 2 {
            0 => part
                .split(' ')
                .map(escape_word)
                .collect::<Vec<_>>()
                .join(" "),
            _ => part.to_owned(),
        });
    }
    parts.join("`")
}

fn escape_word(word: &str) -> String {
    let starts = ["https://", "http://"].map(|scheme| word.find(scheme));
    let Some(start) = starts.into_iter().flatten().min() else {
        return escape_letters(word);
    };
    let rest = &word[start..];
    let is_outside = |c: char| !c.is_ascii_graphic() || "<>[](){}*|\\\"'".contains(c);
    let url = &rest[..rest.find(is_outside).unwrap_or(rest.len())];
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    let after = escape_word(&rest[url.len()..]);
    format!("{}<{url}>{after}", escape_letters(&word[..start]))
}

fn escape_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '<' | '>' | '[' | ']' | '*' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Removes the bidirectional control characters from a text.
pub(super) fn straight(text: &str) -> String {
    text.chars().filter(|c| !turns_direction(*c)).collect()
}

/// Returns `true` for bidirectional control characters, which rustc rejects in source.
pub(super) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns `true` if a word at the start of a line makes the line a list item.
pub(super) fn is_marker(word: &str) -> bool {
    let number = word.strip_suffix(['.', ')']);
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    matches!(word, "-" | "+") || number.is_some_and(is_number)
}

/// Removes the list markers at the start of a line.
pub(super) fn without_markers(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some((word, after)) = rest.split_once(char::is_whitespace)
        && is_marker(word)
    {
        rest = after.trim_start();
    }
    rest
}

/// Returns the fence at the start of a line that opens or closes a code block.
pub(super) fn fence(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let (fence, rest) = line.split_at(length);
    // With more backticks after it, it is a code span.
    (length >= 3 && (mark == '~' || !rest.contains(mark))).then_some(fence)
}

/// Returns a fence for a code block whose text may itself contain fences.
pub(super) fn fence_around(text: &str) -> String {
    let inside = text.lines().filter_map(|line| fence(line.trim_start()));
    let longest = inside.map(str::len).max().unwrap_or_default();
    "`".repeat(3.max(longest + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_and_fences_ignore_code_blocks_inside() {
        assert_eq!(summary("```\na\n```"), "a");
        assert_eq!(fence_around("<a>\n````\n</a>"), "`````");
    }

    #[test]
    fn urls_become_links_anywhere_in_a_text() {
        assert_eq!(
            escape("见[a](https://a.example/b)。"),
            "见\\[a\\](<https://a.example/b>)。"
        );
        assert_eq!(escape("http://a.example."), "<http://a.example>.");
    }
}
