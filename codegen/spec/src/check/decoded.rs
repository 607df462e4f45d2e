//! Responses as generated code reads them, according to the types of their members.

use std::fmt;

use pop_rpc::wire::read_scalar;
use pop_rpc::xml;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::checker::{Checker, Named};
use crate::spec::{Field, Type};

impl<'a> Checker<'a> {
    /// Reads the JSON of a response with these members.
    pub(super) fn read_json(&self, members: &[&'a Field], json: &Value) -> Result<Value, String> {
        let read = self.reader(members).deserialize(json);
        read.map_err(|error| error.to_string())
    }

    /// Reads the XML of a response with these members.
    pub(super) fn read_xml(&self, members: &[&'a Field], xml: &str) -> Result<Value, String> {
        let read = xml::from_str_seed(xml, self.reader(members));
        read.map_err(|error| error.to_string())
    }

    fn reader(&self, members: &[&'a Field]) -> Reader<'_, 'a> {
        Reader {
            checker: self,
            form: Form::Struct(members.to_vec()),
        }
    }
}

/// Form in which a value is read.
enum Form<'a> {
    Scalar,
    /// Any value. It is only checked for being readable, since XML holds it as text.
    Any,
    Struct(Vec<&'a Field>),
    Map(&'a Type),
    List(&'a Type),
    /// A list inside an object with one member, which has this name.
    Wrapped(&'a str, &'a Type),
}

/// A reader for one form.
struct Reader<'c, 'a> {
    checker: &'c Checker<'a>,
    form: Form<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn of(&self, type_: &'a Type) -> Self {
        let form = match (type_, self.checker.named(type_)) {
            (Type::Map { map }, _) => Form::Map(map),
            (Type::List { list }, _) => match &list.item {
                None => Form::List(&list.of),
                Some(item) => Form::Wrapped(item, &list.of),
            },
            (_, Some(Named::Struct(s))) => Form::Struct(s.members.iter().collect()),
            (_, Some(Named::Scalar("any")) | None) => Form::Any,
            _ => Form::Scalar,
        };
        Self {
            checker: self.checker,
            form,
        }
    }

    /// Reads the value of a member. Returns `None` for an unknown member, which is skipped.
    fn member<'de, A: MapAccess<'de>>(
        &self,
        name: &str,
        members: &mut A,
    ) -> Result<Option<Value>, A::Error> {
        let type_ = match &self.form {
            Form::Struct(fields) => {
                let field = fields.iter().find(|field| field.name == name);
                field.map(|field| &field.type_)
            }
            Form::Map(of) => Some(*of),
            Form::Wrapped(item, of) if *item == name => {
                let reader = Self {
                    checker: self.checker,
                    form: Form::List(of),
                };
                return members.next_value_seed(reader).map(Some);
            }
            _ => None,
        };
        match type_ {
            Some(type_) => members.next_value_seed(self.of(type_)).map(Some),
            None => members.next_value::<IgnoredAny>().map(|_| None),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.form {
            Form::Scalar => Ok(read_scalar::<String, D>(deserializer)?.into()),
            Form::Any => Option::<Value>::deserialize(deserializer).map(|_| Value::Null),
            Form::Struct(_) | Form::Map(_) => deserializer.deserialize_map(self),
            Form::List(_) => deserializer.deserialize_seq(self),
            Form::Wrapped(..) => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Reader<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the declared type")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let is_struct = matches!(self.form, Form::Struct(_));
            match self.member(&name, &mut members)? {
                Some(_) if is_struct && read.contains_key(&name) => {
                    return Err(A::Error::custom(format!("`{name}` occurs twice")));
                }
                Some(value) => {
                    read.insert(name, value);
                }
                None => {}
            }
        }
        let is_map = matches!(self.form, Form::Map(_));
        read.retain(|_, value| !is_absent(value) || is_map && !value.is_null());
        Ok(Value::Object(read))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        if let Form::List(of) | Form::Wrapped(_, of) = self.form {
            while let Some(item) = items.next_element_seed(self.of(of))? {
                read.push(item);
            }
        }
        Ok(Value::Array(read))
    }

    /// Reads an empty element around a list.
    fn visit_str<E: Error>(self, _: &str) -> Result<Value, E> {
        Ok(Value::Object(Map::new()))
    }
}

/// Returns `true` if a member counts as absent, as empty ones do.
fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
