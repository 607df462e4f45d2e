//! The tokens of a document.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde::de;

use super::error::{Error, MAX_DEPTH};

/// The parts of a document that matter here.
pub(super) enum Token<'de> {
    Start(BytesStart<'de>),
    Text(Cow<'de, str>),
    /// The end of an element, or of the document.
    End,
}

pub(super) struct Tokens<'de> {
    reader: Reader<&'de [u8]>,
    /// Token read ahead to see where a text or a list ends.
    pub(super) peeked: Option<Token<'de>>,
    depth: usize,
}

impl<'de> Tokens<'de> {
    pub(super) fn new(document: &'de str) -> Self {
        let mut reader = Reader::from_str(document);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            peeked: None,
            depth: 0,
        }
    }

    /// Returns the next token; adjacent texts are joined.
    pub(super) fn next(&mut self) -> Result<Token<'de>, Error> {
        if let Some(token) = self.peeked.take() {
            return Ok(token);
        }
        let mut text: Option<Cow<'de, str>> = None;
        loop {
            let token = match self.event()? {
                Event::Text(more) => {
                    append(&mut text, more.xml10_content());
                    continue;
                }
                Event::CData(more) => {
                    append(&mut text, more.xml10_content());
                    continue;
                }
                Event::GeneralRef(reference) => {
                    append(&mut text, self.resolve(&reference)?);
                    continue;
                }
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(Error::TooDeep);
                    }
                    Token::Start(start)
                }
                Event::End(_) => {
                    self.depth -= 1;
                    Token::End
                }
                Event::Eof if self.depth > 0 => return Err(Error::Truncated),
                Event::Eof => Token::End,
                Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => continue,
            };
            return Ok(match text {
                None => token,
                Some(text) => {
                    self.peeked = Some(token);
                    Token::Text(text)
                }
            });
        }
    }

    fn event(&mut self) -> Result<Event<'de>, Error> {
        self.reader.read_event().map_err(|error| Error::Syntax {
            position: self.reader.error_position(),
            reason: error.to_string(),
        })
    }

    fn resolve(&self, reference: &BytesRef<'_>) -> Result<Cow<'de, str>, Error> {
        let position = self.reader.buffer_position();
        let character = reference
            .resolve_char_ref()
            .map_err(|error| Error::Syntax {
                position,
                reason: error.to_string(),
            })?;
        match character {
            Some(character) => Ok(Cow::Owned(character.to_string())),
            None => resolve_predefined_entity(reference)
                .map(Cow::Borrowed)
                .ok_or_else(|| Error::Entity {
                    position,
                    name: reference.to_string(),
                }),
        }
    }

    /// Reads the text of the current element up to its end.
    pub(super) fn text(&mut self) -> Result<Cow<'de, str>, Error> {
        let text = match self.next()? {
            Token::Text(text) => text,
            Token::End => return Ok(Cow::Borrowed("")),
            Token::Start(start) => return Err(unexpected_element(&start)),
        };
        match self.next()? {
            Token::Start(start) => Err(unexpected_element(&start)),
            Token::Text(_) | Token::End => Ok(text),
        }
    }

    /// Enters the next child of the current element or of the document; returns `None` at its end.
    pub(super) fn child(&mut self) -> Result<Option<BytesStart<'de>>, Error> {
        loop {
            match self.next()? {
                Token::Start(start) => return Ok(Some(start)),
                Token::End => return Ok(None),
                Token::Text(text) if is_blank(&text) => {}
                Token::Text(text) => return Err(unexpected_text(&text)),
            }
        }
    }

    /// Skips the rest of the current element.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        let mut open = 1;
        while open > 0 {
            match self.next()? {
                Token::Start(_) => open += 1,
                Token::End => open -= 1,
                Token::Text(_) => {}
            }
        }
        Ok(())
    }

    /// Enters the next sibling if it has this name.
    pub(super) fn enter_sibling(&mut self, name: &str) -> Result<bool, Error> {
        loop {
            match self.next()? {
                Token::Text(text) if is_blank(&text) => {}
                Token::Start(start) if start.name().0 == name => return Ok(true),
                token => {
                    self.peeked = Some(token);
                    return Ok(false);
                }
            }
        }
    }
}

fn append<'de>(text: &mut Option<Cow<'de, str>>, more: Cow<'de, str>) {
    match text {
        None => *text = Some(more),
        Some(text) => text.to_mut().push_str(&more),
    }
}

pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

pub(super) fn unexpected_element(start: &BytesStart<'_>) -> Error {
    de::Error::custom(format_args!(
        "element <{}> in place of text",
        start.name().0
    ))
}

fn unexpected_text(text: &str) -> Error {
    de::Error::invalid_type(de::Unexpected::Str(text.trim()), &"elements")
}
