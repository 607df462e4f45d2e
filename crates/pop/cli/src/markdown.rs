//! Converts Markdown of the reference to plain text that fits a terminal.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use textwrap::fill;

use crate::screen::{PAGE_WIDTH, width};
use crate::table;

/// Indentation of code, and of tables that are too wide.
const INDENT: &str = "    ";

/// Content of an empty table cell.
const NOTHING: &str = "–";

/// Returns the text without markup and with wrapped lines; code stays unchanged.
pub fn plain(markdown: &str) -> String {
    let mut page = Page::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        page.event(event);
    }
    page.out
}

#[derive(Default)]
struct Page<'a> {
    out: String,
    /// Text of the current paragraph, item, heading or cell.
    text: String,
    /// Number of lists around it.
    depth: usize,
    is_code: bool,
    /// Targets of the links around it.
    links: Vec<CowStr<'a>>,
    rows: Vec<Vec<String>>,
}

impl<'a> Page<'a> {
    fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Text(text) if self.is_code => {
                for line in text.lines() {
                    self.line(&format!("{INDENT}{line}"));
                }
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.text.push_str(&text);
            }
            Event::Code(code) => self.text.extend(["`", &code, "`"]),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::Heading { .. } | Tag::Paragraph if self.depth == 0 => self.separate(),
            Tag::CodeBlock(_) => {
                self.separate();
                self.is_code = true;
            }
            Tag::List(_) => {
                self.end_item();
                if self.depth == 0 {
                    self.separate();
                }
                self.depth += 1;
            }
            Tag::Link { dest_url, .. } => self.links.push(dest_url),
            Tag::Table(_) => self.separate(),
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                let heading = std::mem::take(&mut self.text);
                let under = if level > HeadingLevel::H2 { "-" } else { "=" };
                self.line(&heading);
                self.line(&under.repeat(width(&heading)));
            }
            TagEnd::Paragraph if self.depth == 0 => {
                let text = std::mem::take(&mut self.text);
                self.line(&fill(&text, PAGE_WIDTH));
            }
            TagEnd::Item => self.end_item(),
            TagEnd::List(_) => self.depth -= 1,
            TagEnd::CodeBlock => self.is_code = false,
            TagEnd::Link => {
                // Links within the reference do not work in a terminal.
                if let Some(link) = self.links.pop().filter(|link| link.contains("://"))
                    && !self.text.ends_with(&*link)
                {
                    self.text.extend([" <", &link, ">"]);
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.text);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.table(),
            _ => {}
        }
    }

    fn end_item(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            let indent = "  ".repeat(self.depth.saturating_sub(1));
            let options = textwrap::Options::new(PAGE_WIDTH);
            let (first, rest) = (format!("{indent}- "), format!("{indent}  "));
            let options = options.initial_indent(&first).subsequent_indent(&rest);
            self.line(&fill(&text, options));
        }
    }

    /// Writes the table as lines, or as one list per row if it is too wide.
    fn table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let lines = table::lines(&rows);
        if lines.lines().all(|line| width(line) <= PAGE_WIDTH) {
            return self.out.push_str(&lines);
        }
        let Some((names, rows)) = rows.split_first() else {
            return;
        };
        for (number, row) in rows.iter().enumerate() {
            if number > 0 {
                self.separate();
            }
            for (column, (name, cell)) in names.iter().zip(row).enumerate() {
                match column {
                    0 => self.line(cell),
                    _ if cell == NOTHING => {}
                    _ => {
                        let options = textwrap::Options::new(PAGE_WIDTH);
                        let rest = format!("{INDENT}  ");
                        let options = options.initial_indent(INDENT).subsequent_indent(&rest);
                        self.line(&fill(&format!("{name}: {cell}"), options));
                    }
                }
            }
        }
    }

    /// Separates the next block from the text before it by an empty line.
    fn separate(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_removed_and_lines_are_wrapped() {
        let markdown = "A **bold** word \\* and `code`\nin [a list](#here), \
                        [a page](https://example.com).\n\n\
                        ## Title\n\n- one\n- two\n  - three\n\n```json\n{\n  \"a\": 1\n}\n```\n";
        let expected = "A bold word * and `code` in a list, a page <https://example.com>.\n\n\
                        Title\n=====\n\n- one\n- two\n  - three\n\n    {\n      \"a\": 1\n    }\n";
        assert_eq!(plain(markdown), expected);
        assert!(
            plain(&"word ".repeat(100))
                .lines()
                .all(|line| width(line) <= PAGE_WIDTH)
        );
    }

    #[test]
    fn a_narrow_table_becomes_lines_and_a_wide_one_a_list() {
        assert_eq!(
            plain("| A | B |\n|---|---|\n| 1 | a\\|b |\n"),
            "A  B\n1  a|b\n"
        );
        let long = "word ".repeat(20);
        let wide = plain(&format!(
            "| A | B | C |\n|---|---|---|\n| 1 | – | {long} |\n| 2 | x | y |\n"
        ));
        let words = ["word"; 14].join(" ");
        let expected = format!(
            "1\n    C: {words}\n      {}\n\n2\n    B: x\n    C: y\n",
            ["word"; 6].join(" ")
        );
        assert_eq!(wide, expected);
    }
}
