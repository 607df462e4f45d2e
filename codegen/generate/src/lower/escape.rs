//! Markup of Markdown around texts: code, escapes, links and fences.

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

/// Escapes what Markdown would read as markup in a text, and makes links of URLs.
///
/// `is_begin` says that the text is at the beginning of a line.
pub(super) fn escape_text(text: &str, is_begin: bool) -> String {
    let words = text
        .split(' ')
        .map(escape_word)
        .collect::<Vec<_>>()
        .join(" ");
    let first = words.split_whitespace().next().unwrap_or_default();
    let is_heading = !first.is_empty() && first.chars().all(|c| c == '#') || first.starts_with('=');
    let at = match (is_begin, is_marker(first), is_heading) {
        (true, true, _) => first.len() - 1,
        (true, _, true) => 0,
        _ => return words,
    };
    let indentation = words.len() - words.trim_start().len();
    let (before, after) = words.split_at(indentation + at);
    format!("{before}\\{after}")
}

fn escape_word(word: &str) -> String {
    let starts = ["https://", "http://"].map(|scheme| word.find(scheme));
    let Some(start) = starts.into_iter().flatten().min() else {
        return escape_letters(word);
    };
    let rest = &word[start..];
    let is_outside = |c: char| !c.is_ascii_graphic() || "<>[](){}*|\\\"'`".contains(c);
    let url = &rest[..rest.find(is_outside).unwrap_or(rest.len())];
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    if url.ends_with("://") {
        let (scheme, after) = word.split_at(start + url.len());
        return escape_letters(scheme) + &escape_word(after);
    }
    let after = escape_word(&rest[url.len()..]);
    format!("{}<{url}>{after}", escape_letters(&word[..start]))
}

fn escape_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let next = letters.peek().copied();
        match c {
            // Code spans are escaped elsewhere; a single one would turn the rest into code.
            '`' => out.push('\''),
            '<' | '>' | '[' | ']' | '*' | '\\' | '~' => out.extend(['\\', c]),
            '_' if !(is_letter(before) && is_letter(next)) => out.extend(['\\', c]),
            '&' if next.is_some_and(|c| c.is_ascii_alphabetic() || c == '#') => {
                out.extend(['\\', c]);
            }
            _ => out.push(c),
        }
        before = Some(c);
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
