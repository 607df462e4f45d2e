//! Blocks of a text as lines of a doc comment, a page or a help text.

use super::blocks::{Block, Style};
use super::escape::{fence, fence_around, is_marker};

/// Width of a line in characters, without indentation and slashes.
const WIDTH: usize = 90;

/// Returns the lines of a text.
pub(super) fn lines(blocks: &[Block], style: Style) -> Vec<String> {
    let mut out = Vec::new();
    write(blocks, style, WIDTH, &mut out);
    out
}

fn write(blocks: &[Block], style: Style, width: usize, out: &mut Vec<String>) {
    for (index, block) in blocks.iter().enumerate() {
        // Clap joins lines, so that in a help text each item is a paragraph.
        let is_tight = style == Style::Markdown && matches!(block, Block::List(..));
        if index > 0 && !(is_tight && matches!(blocks[index - 1], Block::Paragraph(_))) {
            out.push(String::new());
        }
        match block {
            Block::Paragraph(text) => text.lines().for_each(|line| wrap(line, width, out)),
            Block::List(number, items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 && style == Style::Plain {
                        out.push(String::new());
                    }
                    let mark = match number {
                        Some(first) => format!("{}. ", first + index as u64),
                        None => "- ".to_owned(),
                    };
                    below(item, style, width, [&mark, &" ".repeat(mark.len())], out);
                }
            }
            Block::Note(inside) => {
                let mark = if style == Style::Markdown { "> " } else { "" };
                below(inside, style, width, [mark, mark], out);
            }
            Block::Code(text) if style == Style::Plain => {
                out.extend(text.lines().map(|line| format!("    {line}")));
            }
            Block::Code(text) => {
                let fence = fence_around(text);
                // rustdoc would test a code block without a language as Rust.
                out.push(format!("{fence}text"));
                out.extend(
                    text.lines()
                        .map(|line| line.trim_end().replace('\t', "    ")),
                );
                out.push(fence);
            }
            Block::Table(rows) => table(rows, out),
        }
    }
}

/// Writes blocks with a mark before the first line and another one before the rest.
fn below(blocks: &[Block], style: Style, width: usize, marks: [&str; 2], out: &mut Vec<String>) {
    let mut inside = Vec::new();
    let width = width.saturating_sub(marks[0].len());
    write(blocks, style, width, &mut inside);
    for (index, line) in inside.into_iter().enumerate() {
        let mark = marks[usize::from(index > 0)];
        out.push(format!("{mark}{line}").trim_end().to_owned());
    }
}

fn table(rows: &[Vec<String>], out: &mut Vec<String>) {
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        out.push(format!("| {} |", cells.join(" | ")));
        if index == 0 {
            out.push(format!("|{}", "---|".repeat(row.len().max(1))));
        }
    }
}

/// Wraps a line at blanks outside code spans.
///
/// Counts characters, not columns of a terminal, so this does not use `textwrap`.
pub(super) fn wrap(text: &str, width: usize, lines: &mut Vec<String>) {
    let mut line = String::new();
    for word in words(text) {
        let length = line.chars().count() + 1 + word.chars().count();
        // A new line that begins like another block would become one.
        let is_block = is_marker(&word) || word == "*" || fence(&word).is_some();
        if !line.is_empty() && length > width && !is_block {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
}

/// Splits a line into words; a code span is one word.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut in_code = false;
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(last) if in_code => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
        if word.matches('`').count() % 2 == 1 {
            in_code = !in_code;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::blocks::blocks;
    use super::*;

    fn written(text: &str) -> Vec<String> {
        lines(&blocks(text, Style::Markdown), Style::Markdown)
    }

    #[test]
    fn only_list_items_stay_list_items() {
        let long = "x".repeat(60);
        let expected = [
            format!("- {long}"),
            format!("  {long}"),
            String::new(),
            long.clone(),
            format!("{long} - b"),
        ];
        assert_eq!(
            written(&format!("- {long} {long}\n{long} {long} - b")),
            expected
        );
        let word = "字".repeat(100);
        assert_eq!(
            written(&format!("- {word} b")),
            [format!("- {word}"), "  b".to_owned()]
        );
    }

    #[test]
    fn code_blocks_are_marked_as_text() {
        let expected = [
            "A:",
            "",
            "```text",
            "{",
            "  \"a\": [1]",
            "}",
            "```",
            "",
            "b",
        ];
        assert_eq!(written("A:\n```\n{\n  \"a\": [1]\n}\n```\nb"), expected);
    }

    #[test]
    fn the_vendors_markup_reads_well() {
        #[rustfmt::skip] // A table: one line per case.
        let cases: &[(&str, &[&str])] = &[
            ("见**关于**对话框。", &["见**关于**对话框。"]),
            ("**企业版（旧）**支持", &["**企业版（旧）** 支持"]),
            ("取值：\n* **L**：逻辑\n* **P**：物理\n默认为L。", &["取值：", "- **L**：逻辑", "- **P**：物理", "", "默认为L。"]),
            ("ID。\n> 仅当**Type**为空时返回。", &["ID。", "", "> 仅当**Type**为空时返回。"]),
            ("[DescribeRegions](~~196646~~)", &["[DescribeRegions](<https://help.aliyun.com/document_detail/196646.html>)"]),
            ("[限制](~~25412#Quota~~)", &["[限制](<https://help.aliyun.com/document_detail/25412.html#Quota>)"]),
            ("[限制](~~abc~~)", &["限制"]),
            ("[`A`](~~1~~)", &["[`A`](<https://help.aliyun.com/document_detail/1.html>)"]),
            ("A。<props=\"china\">退款见[B](~~2~~)。</props>", &["A。退款见[B](<https://help.aliyun.com/document_detail/2.html>)。"]),
            ("A.<props=\"intl\">Only there.</props> B.", &["A. B."]),
            ("A\n><notice>小心。></notice>", &["A", "", "> 小心。"]),
            ("ID。<br>\n若空。<br/>否则。", &["ID。", "", "若空。", "", "否则。"]),
            ("<i>yyyy-MM-dd</i>T<i>HH:mm</i>Z", &["*yyyy-MM-dd*T*HH:mm*Z"]),
            ("要求：<ul><li>一</li><li>二</li></ul>完", &["要求：", "- 一", "- 二", "", "完"]),
            ("如下：\n|a|b|\n|--|--|\n|1<br>2|`x`|\n完", &["如下：", "", "| a | b |", "|---|---|", "| 1 2 | `x` |", "", "完"]),
            ("## QPS**限制**\n10次", &["**QPS限制**", "", "10次"]),
            ("（&amp;）&lt;a&gt;", &["（&）\\<a\\>"]),
            ("http://<domain>/a", &["http://\\<domain\\>/a"]),
            ("长度为3~128，或4~9 *", &["长度为3\\~128，或4\\~9 \\*"]),
            (":::note\n小心。\n:::\n后", &["> 小心。", "", "后"]),
            ("- a\n\n   - b\n- c", &["- a", "  - b", "- c"]),
            ("1. a\n2. b", &["1. a", "2. b"]),
            ("`[a](~~1~~) <br>`", &["`[a](~~1~~) <br>`"]),
            ("![](https://a.example/b.png)", &["[image](<https://a.example/b.png>)"]),
            ("[x](b.md) [y]", &["x \\[y\\]"]),
        ];
        for (text, expected) in cases {
            assert_eq!(written(text), *expected, "{text}");
        }
    }
}
