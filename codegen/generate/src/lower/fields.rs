//! Types and serde attributes of fields.

use codegen_spec::{Field, Type, Unit};

use super::declared::Names;
use super::docs::Docs;
use super::presence::FieldOwner;
use crate::ir::{self, Presence};

impl<'a> Names<'a> {
    /// Returns the fields of a request, a response or a struct in Rust.
    pub fn fields(&self, fields: &[&'a Field], owner: FieldOwner<'_>) -> Vec<ir::Field> {
        let is_strict = self.is_strict(fields, owner);
        self.field_names(fields)
            .into_iter()
            .zip(fields)
            .map(|(name, field)| {
                let value = self.value_of(name, field, owner);
                ir::Field {
                    type_: field_type(&value),
                    docs: Docs::field(field),
                    is_default_in_tests: self.is_default_in_tests(field, owner.struct_name()),
                    serde: self.serde(&value, field, is_strict),
                    value,
                }
            })
            .collect()
    }

    fn is_default_in_tests(&self, field: &Field, owner: Option<&str>) -> bool {
        let name = codegen_spec::graph::struct_name(&field.type_);
        name == "any"
            || codegen_spec::graph::has_map(&field.type_)
            || owner.is_some_and(|owner| name == owner || self.reaches(name, owner))
    }

    /// Returns `true` if a field of `owner` needs a box, as it leads back to its struct.
    pub(super) fn is_boxed(&self, field: &Field, owner: FieldOwner<'_>) -> bool {
        // Inside a list or a map, a recursive struct needs no box.
        match (&field.type_, owner) {
            (Type::Name(name), FieldOwner::Struct(owner)) => {
                name == owner || self.reaches(name, owner)
            }
            _ => false,
        }
    }

    /// Returns a type in Rust.
    pub(super) fn type_(&self, type_: &Type) -> String {
        match type_ {
            Type::List { list } => format!("Vec<{}>", self.type_(&list.of)),
            Type::Map { map } => format!("std::collections::BTreeMap<String, {}>", self.type_(map)),
            Type::Name(name) => match name.as_str() {
                "string" => "String".to_owned(),
                "int32" => "i32".to_owned(),
                "int64" => "i64".to_owned(),
                "float" | "double" => "f64".to_owned(),
                "boolean" => "bool".to_owned(),
                "any" => "pop_rpc::Json".to_owned(),
                name => self
                    .enums
                    .get(name)
                    .or_else(|| self.structs.get(name))
                    .cloned()
                    .unwrap_or_default(),
            },
        }
    }

    /// Returns `true` if a type is an enum, or a list or map of one.
    pub(super) fn is_enum(&self, type_: &Type) -> bool {
        self.enums
            .contains_key(codegen_spec::graph::struct_name(type_))
    }

    fn serde(&self, value: &ir::Value, field: &Field, is_strict: bool) -> String {
        let mut parts = Vec::new();
        if pascal_case(&value.name) != field.name {
            parts.push(format!("rename = {:?}", field.name));
        }
        for alias in &field.aliases {
            parts.push(format!("alias = {alias:?}"));
        }
        let is_needed = is_strict && self.is_needed(field);
        if is_strict && !is_needed {
            parts.push("default".to_owned());
        }
        parts.push(match &field.type_ {
            Type::List { list } if list.item.is_some() => {
                let marker = &self.markers[list.item.as_deref().unwrap_or_default()];
                format!("with = \"wire::Wrapped::<{marker}>\"")
            }
            _ if is_needed => "deserialize_with = \"wire::required\"".to_owned(),
            _ => "with = \"wire\"".to_owned(),
        });
        if value.presence != Presence::Required {
            parts.push("skip_serializing_if = \"wire::absent\"".to_owned());
        }
        parts.join(", ")
    }

    /// Returns the marker types that name the items of wrapped lists.
    pub(super) fn item_names(
        &self,
        fields: impl Iterator<Item = &'a Field>,
    ) -> impl Iterator<Item = ir::ItemName> {
        fields.filter_map(|field| match &field.type_ {
            Type::List { list } => list.item.as_ref().map(|item| ir::ItemName {
                marker: self.markers[item.as_str()].clone(),
                name: item.clone(),
            }),
            _ => None,
        })
    }
}

/// Returns the type of the field that holds a value.
fn field_type(value: &ir::Value) -> String {
    let type_ = &value.value_type;
    match (value.presence.is_option(), value.is_boxed) {
        (true, true) => format!("Option<Box<{type_}>>"),
        (true, false) => format!("Option<{type_}>"),
        (false, true) => format!("Box<{type_}>"),
        (false, false) => type_.clone(),
    }
}

/// Converts the name of a field as `PascalCase` of serde does.
fn pascal_case(name: &str) -> String {
    name.split('_')
        .map(|word| match word.chars().next() {
            Some(first) => first.to_ascii_uppercase().to_string() + &word[first.len_utf8()..],
            None => String::new(),
        })
        .collect()
}

/// Returns `true` if a field is a point in time.
pub(super) fn is_time(field: &Field) -> bool {
    field.unit == Some(Unit::EpochMilliseconds)
        && matches!(&field.type_, Type::Name(name) if name == "int64")
}
