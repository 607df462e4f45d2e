//! Texts of the spec as Markdown.

use super::blocks::{Block, Style, blocks};
use super::lines::lines;

/// Returns a text as Markdown on one line.
pub(super) fn prose(text: &str) -> String {
    inline(&blocks(text, Style::Markdown))
}

/// Returns a text as lines of Markdown.
pub(super) fn document(text: &str) -> String {
    lines(&blocks(text, Style::Markdown), Style::Markdown).join("\n")
}

/// Returns a text as Markdown for a table, where a bar ends the cell even in a code span.
pub(super) fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|")
}

/// Returns the first line of a text for a doc comment.
pub(super) fn summary(text: &str) -> String {
    let blocks = blocks(text, Style::Markdown);
    match blocks.first() {
        Some(Block::Paragraph(text)) => text.lines().next().unwrap_or_default().to_owned(),
        Some(block) => inline(std::slice::from_ref(block)),
        None => String::new(),
    }
}

/// Returns blocks on one line.
fn inline(blocks: &[Block]) -> String {
    let parts = blocks.iter().map(|block| match block {
        Block::Paragraph(text) => text.replace('\n', " "),
        Block::List(_, items) => {
            let items = items.iter().map(|item| format!("• {}", inline(item)));
            items.collect::<Vec<_>>().join(" ")
        }
        Block::Note(inside) => inline(inside),
        Block::Code(text) => code(&one_line(text)),
        Block::Table(rows) => {
            let rows = rows.iter().map(|row| row.join(", "));
            rows.collect::<Vec<_>>().join("; ")
        }
    });
    parts.collect::<Vec<_>>().join(" ")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_and_fences_ignore_code_blocks_inside() {
        assert_eq!(summary("A.\nB."), "A.");
        assert_eq!(summary("```\na\n```"), "`a`");
        assert_eq!(fence_around("<a>\n````\n</a>"), "`````");
    }

    #[test]
    fn a_text_on_one_line_keeps_its_items_apart() {
        let text = "取值：\n- **a**\n- b\n> 注";
        assert_eq!(prose(text), "取值： • **a** • b 注");
        assert_eq!(cell("a|b"), "a\\|b");
    }

    #[test]
    fn urls_become_links_anywhere_in_a_text() {
        assert_eq!(
            prose("见[a]https://a.example/b。"),
            "见\\[a\\]<https://a.example/b>。"
        );
        assert_eq!(prose("http://a.example."), "<http://a.example>.");
        assert_eq!(prose("\\- a"), "\\- a");
        assert_eq!(prose("=和!=：值。"), "\\=和!=：值。");
    }
}
