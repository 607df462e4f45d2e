//! Texts of the spec as blocks: paragraphs, lists, notes, tables and code.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::escape::{code, escape_text};
use super::tidy::{is_plain, tidy};

/// Form of the text inside blocks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Style {
    /// Markdown.
    Markdown,
    /// Plain text, for a terminal.
    Plain,
}

/// A part of a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Block {
    /// A paragraph; it may have several lines.
    Paragraph(String),
    /// Items of a list, numbered from the given number if there is one.
    List(Option<u64>, Vec<Vec<Block>>),
    /// A note.
    Note(Vec<Block>),
    /// Lines of code.
    Code(String),
    /// Rows of a table, the first of which is its head.
    Table(Vec<Vec<String>>),
}

/// Returns the blocks of a text.
pub(super) fn blocks(text: &str, style: Style) -> Vec<Block> {
    if is_plain(text) {
        return vec![Block::Paragraph(text.trim_end().to_owned())];
    }
    let text = tidy(text);
    let events = TextMergeStream::new(Parser::new_ext(&text, Options::ENABLE_TABLES));
    let mut reader = Reader {
        style,
        open: vec![Vec::new()],
        inline: String::new(),
        links: Vec::new(),
        lists: Vec::new(),
        rows: Vec::new(),
        code: None,
        is_heading: false,
    };
    for event in events {
        reader.event(event);
    }
    reader.flush();
    reader.open.truncate(1);
    reader.open.pop().unwrap_or_default()
}

struct Reader {
    style: Style,
    /// Blocks of the text, and of each item and note around the current place.
    open: Vec<Vec<Block>>,
    /// The current paragraph or cell.
    inline: String,
    /// Targets of the links around the current place.
    links: Vec<String>,
    /// Numbers and items of the lists around the current place.
    lists: Vec<(Option<u64>, Vec<Vec<Block>>)>,
    /// Rows of the current table.
    rows: Vec<Vec<String>>,
    /// The current code block.
    code: Option<String>,
    /// `true` in a heading, which is bold already.
    is_heading: bool,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(text) => match self.style {
                Style::Markdown => self.inline.push_str(&code(&text)),
                Style::Plain => self.inline.extend(["`", &text, "`"]),
            },
            // What is left of HTML is a placeholder, such as `<domain>`.
            Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::SoftBreak => self.inline.push('\n'),
            Event::HardBreak => self.flush(),
            Event::Rule => self.flush(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.style {
            Style::Markdown => {
                let is_begin = self.inline.is_empty() || self.inline.ends_with('\n');
                self.inline.push_str(&escape_text(text, is_begin));
            }
            Style::Plain => self.inline.push_str(text),
        }
    }

    fn mark(&mut self, mark: &str) {
        if self.style == Style::Markdown {
            self.inline.push_str(mark);
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.flush();
                self.mark("**");
                self.is_heading = true;
            }
            Tag::Strong if self.is_heading => {}
            Tag::Strong => self.mark("**"),
            Tag::Emphasis => self.mark("*"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                if is_link(dest_url) {
                    self.mark("[");
                }
                self.links.push(dest_url.to_string());
            }
            Tag::List(number) => {
                self.flush();
                self.lists.push((*number, Vec::new()));
            }
            Tag::Item | Tag::BlockQuote(_) => {
                self.flush();
                self.open.push(Vec::new());
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => {
                self.flush();
                self.code = Some(String::new());
            }
            Tag::Table(_) => {
                self.flush();
                self.rows.clear();
            }
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            _ => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.is_heading = false;
                self.mark("**");
                self.flush();
            }
            TagEnd::Strong if self.is_heading => {}
            TagEnd::Strong => self.mark("**"),
            TagEnd::Emphasis => self.mark("*"),
            TagEnd::Link | TagEnd::Image => {
                let target = self.links.pop().filter(|target| is_link(target));
                if let (Some(target), Style::Markdown) = (target, self.style) {
                    self.inline.extend(["](<", &target, ">)"]);
                }
            }
            TagEnd::Item => {
                let item = self.close();
                if let Some((_, items)) = self.lists.last_mut()
                    && !item.is_empty()
                {
                    items.push(item);
                }
            }
            TagEnd::List(_) => {
                self.flush();
                if let Some((number, items)) = self.lists.pop()
                    && !items.is_empty()
                {
                    self.add(Block::List(number, items));
                }
            }
            TagEnd::BlockQuote(_) => {
                let inside = self.close();
                if !inside.is_empty() {
                    self.add(Block::Note(inside));
                }
            }
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.add(Block::Code(code));
                } else {
                    self.flush();
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.inline);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell.replace('\n', " "));
                }
            }
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.rows);
                self.add(Block::Table(rows));
            }
            TagEnd::TableHead | TagEnd::TableRow => {}
            _ => self.flush(),
        }
    }

    /// Ends the current paragraph.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.inline);
        let text = text.trim();
        if !text.is_empty() && text != "****" {
            self.add(Block::Paragraph(text.to_owned()));
        }
    }

    fn add(&mut self, block: Block) {
        if let Some(blocks) = self.open.last_mut() {
            blocks.push(block);
        }
    }

    /// Ends the current item or note, and returns its blocks.
    fn close(&mut self) -> Vec<Block> {
        self.flush();
        if self.open.len() > 1 {
            self.open.pop().unwrap_or_default()
        } else {
            Vec::new()
        }
    }
}

/// Returns `true` for a target outside the vendor's page.
fn is_link(target: &str) -> bool {
    let is_clean = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>');
    (target.starts_with("https://") || target.starts_with("http://"))
        && target.chars().all(is_clean)
}
