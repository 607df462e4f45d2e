//! Reads XML.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

use super::error::Error;
use super::tokens::{Token, Tokens, is_blank, unexpected_element};

/// Reads a value from the outermost element of a document, whatever its name.
///
/// # Errors
///
/// The document is not well-formed, or does not contain the value.
pub fn from_str<T: DeserializeOwned>(document: &str) -> Result<T, Error> {
    from_str_seed(document, PhantomData::<T>)
}

/// Reads a value like [`from_str`], with a type that is known only at run time.
///
/// # Errors
///
/// The document is not well-formed, or does not contain the value.
pub fn from_str_seed<'de, S: DeserializeSeed<'de>>(
    document: &'de str,
    seed: S,
) -> Result<S::Value, Error> {
    let mut tokens = Tokens::new(document);
    if tokens.child()?.is_none() {
        return Err(Error::Truncated);
    }
    let value = seed.deserialize(Element {
        tokens: &mut tokens,
    })?;
    match tokens.child()? {
        None => Ok(value),
        Some(start) => Err(de::Error::custom(format_args!(
            "element <{}> after the outermost one",
            start.name().0
        ))),
    }
}

/// The content of an element whose start has been read; reading consumes it up to the end tag.
struct Element<'t, 'de> {
    tokens: &'t mut Tokens<'de>,
}

impl<'de> Element<'_, 'de> {
    fn parse<T: std::str::FromStr>(self, expected: &'static str) -> Result<T, Error> {
        let text = self.tokens.text()?;
        text.trim()
            .parse()
            .map_err(|_| de::Error::invalid_value(de::Unexpected::Str(&text), &expected))
    }
}

macro_rules! parse {
    ($($method:ident => $visit:ident $expected:literal),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.parse($expected)?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Element<'_, 'de> {
    type Error = Error;

    /// Reads members if the element contains elements, and text otherwise.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = match self.tokens.next()? {
            Token::Text(text) => text,
            Token::End => return visitor.visit_borrowed_str(""),
            start => {
                self.tokens.peeked = Some(start);
                return self.deserialize_map(visitor);
            }
        };
        match self.tokens.next()? {
            Token::Start(start) if is_blank(&text) => {
                self.tokens.peeked = Some(Token::Start(start));
                self.deserialize_map(visitor)
            }
            Token::Start(start) => Err(unexpected_element(&start)),
            Token::Text(_) | Token::End => match text {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
        }
    }

    parse! {
        deserialize_bool => visit_bool "true or false",
        deserialize_i8 => visit_i8 "an integer",
        deserialize_i16 => visit_i16 "an integer",
        deserialize_i32 => visit_i32 "an integer",
        deserialize_i64 => visit_i64 "an integer",
        deserialize_u8 => visit_u8 "an integer",
        deserialize_u16 => visit_u16 "an integer",
        deserialize_u32 => visit_u32 "an integer",
        deserialize_u64 => visit_u64 "an integer",
        deserialize_f32 => visit_f32 "a number",
        deserialize_f64 => visit_f64 "a number",
        deserialize_char => visit_char "a character",
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tokens.text()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.tokens.skip()?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// Reads a list that is not a member: each child is an item.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Children {
            tokens: self.tokens,
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Members {
            tokens: self.tokens,
            name: String::new(),
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text = self.tokens.text()?;
        visitor.visit_enum(text.as_ref().into_deserializer())
    }
}

/// The children of an element, as the items of a list.
struct Children<'t, 'de> {
    tokens: &'t mut Tokens<'de>,
}

impl<'de> SeqAccess<'de> for Children<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        match self.tokens.child()? {
            Some(_) => seed
                .deserialize(Element {
                    tokens: self.tokens,
                })
                .map(Some),
            None => Ok(None),
        }
    }
}

/// The children of an element, as the members of a struct.
struct Members<'t, 'de> {
    tokens: &'t mut Tokens<'de>,
    /// Name of the member whose value is read next.
    name: String,
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(start) = self.tokens.child()? else {
            return Ok(None);
        };
        self.name.clear();
        self.name.push_str(start.name().0);
        let name: StrDeserializer<'_, Error> = self.name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Member {
            tokens: self.tokens,
            name: &self.name,
        })
    }
}

/// The value of a member: one element, or for a list also its siblings of the same name.
struct Member<'t, 'de> {
    tokens: &'t mut Tokens<'de>,
    name: &'t str,
}

macro_rules! as_element {
    ($($method:ident($($argument:ident: $type:ty),*)),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $($argument: $type,)*
            visitor: V,
        ) -> Result<V::Value, Error> {
            Element { tokens: self.tokens }.$method($($argument,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Member<'_, 'de> {
    type Error = Error;

    as_element! {
        deserialize_any(),
        deserialize_bool(),
        deserialize_i8(),
        deserialize_i16(),
        deserialize_i32(),
        deserialize_i64(),
        deserialize_u8(),
        deserialize_u16(),
        deserialize_u32(),
        deserialize_u64(),
        deserialize_f32(),
        deserialize_f64(),
        deserialize_char(),
        deserialize_str(),
        deserialize_string(),
        deserialize_bytes(),
        deserialize_byte_buf(),
        deserialize_identifier(),
        deserialize_unit(),
        deserialize_unit_struct(name: &'static str),
        deserialize_ignored_any(),
        deserialize_map(),
        deserialize_struct(name: &'static str, fields: &'static [&'static str]),
        deserialize_enum(name: &'static str, variants: &'static [&'static str]),
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Siblings {
            tokens: self.tokens,
            name: self.name,
            first: true,
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }
}

/// The current element and the following siblings of the same name.
struct Siblings<'t, 'de> {
    tokens: &'t mut Tokens<'de>,
    name: &'t str,
    first: bool,
}

impl<'de> SeqAccess<'de> for Siblings<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if !std::mem::take(&mut self.first) && !self.tokens.enter_sibling(self.name)? {
            return Ok(None);
        }
        seed.deserialize(Element {
            tokens: self.tokens,
        })
        .map(Some)
    }
}
