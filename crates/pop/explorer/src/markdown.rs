//! Converts Markdown of the reference to HTML.

use pop_docs::{Page, PageKind, Reference};
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};

use crate::path::of_page;

/// A page as HTML.
pub(crate) struct Html {
    /// Markup, safe to show.
    pub(crate) body: String,
    /// Headings of the second level.
    pub(crate) headings: Vec<Heading>,
}

/// A heading that a link can lead to.
pub(crate) struct Heading {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// Converts Markdown to HTML. Names of other pages of the reference become links; markup in the text
/// is shown as it is written.
pub(crate) fn html(markdown: &str, reference: &Reference, page: Option<&Page>) -> Html {
    let mut writer = Writer {
        reference,
        page,
        events: Vec::new(),
        headings: Vec::new(),
        heading: None,
        is_link: false,
    };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        writer.event(event);
    }
    let mut body = String::with_capacity(2 * markdown.len());
    html::push_html(&mut body, writer.events.into_iter());
    Html {
        body,
        headings: writer.headings,
    }
}

/// Converts a paragraph of Markdown to HTML without the element around it.
pub(crate) fn inline(markdown: &str, reference: &Reference) -> String {
    let html = html(markdown, reference, None).body;
    let text = html.trim_end();
    let inside = text
        .strip_prefix("<p>")
        .and_then(|text| text.strip_suffix("</p>"));
    inside.unwrap_or(text).to_owned()
}

struct Writer<'a> {
    reference: &'a Reference,
    page: Option<&'a Page>,
    events: Vec<Event<'a>>,
    headings: Vec<Heading>,
    /// Level and content of the heading that is being read.
    heading: Option<(HeadingLevel, String, Vec<Event<'a>>)>,
    is_link: bool,
}

impl<'a> Writer<'a> {
    fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.heading = Some((level, String::new(), Vec::new()));
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::Table(alignments)) => {
                self.push(markup("<div class=\"table\" tabindex=\"0\">"));
                self.push(Event::Start(Tag::Table(alignments)));
            }
            Event::End(TagEnd::Table) => {
                self.push(Event::End(TagEnd::Table));
                self.push(markup("</div>"));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                // After the language, rustdoc's attributes follow.
                let language = info.split(',').next().unwrap_or_default().to_owned();
                let kind = CodeBlockKind::Fenced(language.into());
                self.push(Event::Start(Tag::CodeBlock(kind)));
            }
            Event::Start(tag @ Tag::Link { .. }) => {
                self.is_link = true;
                self.push(Event::Start(tag));
            }
            Event::End(TagEnd::Link) => {
                self.is_link = false;
                self.push(Event::End(TagEnd::Link));
            }
            Event::Code(code) => self.code(code),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                if let Some((_, heading, _)) = &mut self.heading {
                    heading.push_str(&text);
                }
                self.push(Event::Text(text));
            }
            event => self.push(event),
        }
    }

    /// Adds a code span, as a link if it is the name of another page.
    fn code(&mut self, code: CowStr<'a>) {
        if let Some((_, heading, _)) = &mut self.heading {
            heading.push_str(&code);
        }
        let path = (!self.is_link).then(|| self.path_of(&code)).flatten();
        let Some(path) = path else {
            return self.push(Event::Code(code));
        };
        self.push(Event::InlineHtml(format!("<a href=\"{path}\">").into()));
        self.push(Event::Code(code));
        self.push(Event::InlineHtml("</a>".into()));
    }

    /// Returns the path of the page that has exactly this name, unless it is this page. Chapters are
    /// left out, because a parameter may have the name of one.
    fn path_of(&self, name: &str) -> Option<String> {
        let page = self.reference.pages().iter();
        let page = page
            .filter(|page| page.kind != PageKind::Chapter)
            .find(|page| page.name == name)?;
        let is_this = self.page.is_some_and(|this| this.name == name);
        (!is_this).then(|| of_page(page))
    }

    fn end_heading(&mut self) {
        let Some((level, text, content)) = self.heading.take() else {
            return;
        };
        let id = id(&text);
        self.push(markup(&format!("<{level} id=\"{id}\">")));
        self.events.extend(content);
        self.push(markup(&format!("</{level}>\n")));
        if level == HeadingLevel::H2 {
            self.headings.push(Heading { id, text });
        }
    }

    fn push(&mut self, event: Event<'a>) {
        match &mut self.heading {
            Some((_, _, content)) => content.push(event),
            None => self.events.push(event),
        }
    }
}

fn markup<'a>(text: &str) -> Event<'a> {
    Event::Html(text.to_owned().into())
}

/// Returns the ID of a heading: letters and digits of its text, joined by hyphens.
fn id(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use pop_docs::Text;

    use super::*;

    fn page(kind: PageKind, name: &'static str) -> Page {
        let text = Text { zh: "", en: "" };
        Page {
            kind,
            name,
            names: &[],
            title: text,
            body: text,
        }
    }

    #[test]
    fn markup_in_a_text_is_shown_as_written_and_names_lead_to_their_pages() {
        let reference = Reference::new([
            page(PageKind::Action, "FindLamp"),
            page(PageKind::ErrorCode, "Missing{Parameter}"),
            page(PageKind::Chapter, "Format"),
        ]);
        for (markdown, expected) in [
            (
                "a <b>bold</b> `<i>` & more",
                "<p>a &lt;b&gt;bold&lt;/b&gt; <code>&lt;i&gt;</code> &amp; more</p>\n",
            ),
            (
                "<script>alert(1)</script>\n",
                "&lt;script&gt;alert(1)&lt;/script&gt;\n",
            ),
            (
                "`FindLamp` `Format`",
                "<p><a href=\"/console/reference/FindLamp\"><code>FindLamp</code></a> \
                 <code>Format</code></p>\n",
            ),
            (
                "`Missing{Parameter}`",
                "<p><a href=\"/console/errors/Missing%7BParameter%7D\">\
                 <code>Missing{Parameter}</code></a></p>\n",
            ),
            (
                "[see `FindLamp`](https://example.com)",
                "<p><a href=\"https://example.com\">see <code>FindLamp</code></a></p>\n",
            ),
            ("## 两个 \"词\"", "<h2 id=\"两个-词\">两个 \"词\"</h2>\n"),
            (
                "```rust,no_run\nlet a;\n```",
                "<pre><code class=\"language-rust\">let a;\n</code></pre>\n",
            ),
        ] {
            let found = html(markdown, &reference, None).body;
            assert_eq!(found, expected, "{markdown}");
        }
        let page = reference.page("FindLamp");
        let on_itself = html("`FindLamp`", &reference, page).body;
        assert_eq!(on_itself, "<p><code>FindLamp</code></p>\n");
    }
}
