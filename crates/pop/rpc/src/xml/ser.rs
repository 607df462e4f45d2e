//! Writes XML.

use std::fmt::{Display, Write};

use serde::ser::{self, Impossible, Serialize, Serializer};

use super::error::Error;

/// Writes `value` as an XML document with the outermost element `root`.
///
/// Characters that XML cannot hold (see [`can_hold`]) become U+FFFD.
///
/// # Errors
///
/// A name cannot be the name of an element, or XML cannot represent the value.
pub fn to_string<T: Serialize + ?Sized>(root: &str, value: &T) -> Result<String, Error> {
    let mut out = String::new();
    value.serialize(Element {
        out: &mut out,
        name: root,
        place: Place::Root,
    })?;
    Ok(out)
}

/// Writes a value as one element called `name`, or a list as several.
struct Element<'a> {
    out: &'a mut String,
    name: &'a str,
    place: Place,
}

/// Place of an element, which decides how a list is written there.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Place {
    /// The outermost element, of which a document has only one.
    Root,
    /// A member of an object.
    Member,
    /// An item of a list. If it is itself a list, an element must enclose its items, or they would
    /// become items of the outer list.
    Item,
}

impl<'a> Element<'a> {
    fn open(&mut self) -> Result<(), Error> {
        if !is_name(self.name) {
            return Err(Error::Name(self.name.to_owned()));
        }
        self.out.push('<');
        self.out.push_str(self.name);
        self.out.push('>');
        Ok(())
    }

    fn text(mut self, text: &str) -> Result<(), Error> {
        self.open()?;
        escape_into(self.out, text);
        close(self.out, self.name);
        Ok(())
    }

    fn display(mut self, value: impl Display) -> Result<(), Error> {
        self.open()?;
        write!(self.out, "{value}").map_err(ser::Error::custom)?;
        close(self.out, self.name);
        Ok(())
    }

    fn items(mut self) -> Result<Items<'a>, Error> {
        match self.place {
            Place::Root => return Err(Error::List),
            Place::Member => {}
            Place::Item => self.open()?,
        }
        Ok(Items(self))
    }

    fn members(mut self) -> Result<Members<'a>, Error> {
        self.open()?;
        Ok(Members {
            out: self.out,
            name: self.name,
            key: String::new(),
        })
    }
}

fn close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Returns `true` if `text` can be the name of an element; stricter than XML, but enough for the
/// protocol.
fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn escape_into(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(needs_escape) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = tail.chars();
        match characters.next() {
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('&') => out.push_str("&amp;"),
            Some('\r') => out.push_str("&#13;"),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

/// Returns `true` if a character must be escaped or replaced.
///
/// A carriage return is escaped because readers must turn a plain one into a line feed.
fn needs_escape(c: char) -> bool {
    matches!(c, '<' | '>' | '&' | '\r') || !can_hold(c)
}

/// Returns `true` if XML can hold a character: all except U+FFFE, U+FFFF, and control characters
/// below U+0020 other than tab and line ends.
pub fn can_hold(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => c >= ' ',
    }
}

macro_rules! display {
    ($($method:ident: $type:ty),* $(,)?) => {$(
        fn $method(self, value: $type) -> Result<(), Error> {
            self.display(value)
        }
    )*};
}

impl<'a> Serializer for Element<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Impossible<(), Error>;

    display! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_f32: f32,
        serialize_f64: f64,
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.text(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        Err(ser::Error::custom("XML cannot represent bytes"))
    }

    fn serialize_none(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.text("")
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        Err(variant_error(variant))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, Error> {
        self.items()
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a>, Error> {
        self.items()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'a>, Error> {
        self.items()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(variant_error(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a>, Error> {
        self.members()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'a>, Error> {
        self.members()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(variant_error(variant))
    }
}

fn variant_error(variant: &str) -> Error {
    ser::Error::custom(format_args!(
        "XML cannot represent variant `{variant}` with data"
    ))
}

/// Writes the items of a list, each as an element with the list's name.
struct Items<'a>(Element<'a>);

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Element {
            out: self.0.out,
            name: self.0.name,
            place: Place::Item,
        })
    }
}

macro_rules! items {
    ($($trait:ident: $method:ident),*) => {$(
        impl ser::$trait for Items<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.item(value)
            }

            fn end(self) -> Result<(), Error> {
                if self.0.place == Place::Item {
                    close(self.0.out, self.0.name);
                }
                Ok(())
            }
        }
    )*};
}

items!(
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field
);

/// Writes the members of a struct or map, each as an element with the member's name.
struct Members<'a> {
    out: &'a mut String,
    name: &'a str,
    key: String,
}

impl ser::SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(Element {
            out: self.out,
            name,
            place: Place::Member,
        })
    }

    fn end(self) -> Result<(), Error> {
        close(self.out, self.name);
        Ok(())
    }
}

impl ser::SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        match serde_json::to_value(key) {
            Ok(serde_json::Value::String(key)) => self.key = key,
            _ => return Err(ser::Error::custom("the key of a map is not text")),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Element {
            out: self.out,
            name: &self.key,
            place: Place::Member,
        })
    }

    fn end(self) -> Result<(), Error> {
        close(self.out, self.name);
        Ok(())
    }
}
