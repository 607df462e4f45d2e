//! Texts of the spec as Markdown.

use super::blocks::{Block, Style, blocks};
use super::escape::{code, one_line};
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

#[cfg(test)]
mod tests {
    use super::super::escape::fence_around;
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
