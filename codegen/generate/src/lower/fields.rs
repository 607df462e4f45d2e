//! Types and serde attributes of fields.

use codegen_spec::{Field, Type, Unit};

use super::declared::Names;
use super::docs::Docs;
use crate::ir;

impl<'a> Names<'a> {
    /// Returns the fields of a request, a response or the struct `owner` in Rust.
    pub fn fields(&self, fields: &[&'a Field], owner: Option<&str>) -> Vec<ir::Field> {
        self.field_names(fields)
            .into_iter()
            .zip(fields)
            .map(|(name, field)| ir::Field {
                type_: self.field_type(field, owner),
                docs: Docs::field(field),
                is_default_in_tests: self.is_default_in_tests(field, owner),
                serde: self.serde(&name, field),
                value: self.value_of(name, field),
            })
            .collect()
    }

    fn is_default_in_tests(&self, field: &Field, owner: Option<&str>) -> bool {
        let name = codegen_spec::graph::struct_name(&field.type_);
        name == "any"
            || codegen_spec::graph::has_map(&field.type_)
            || owner.is_some_and(|owner| name == owner || self.reaches(name, owner))
    }

    fn field_type(&self, field: &Field, owner: Option<&str>) -> String {
        let type_ = self.type_(&field.type_);
        // Inside a list or a map, a recursive struct needs no box.
        let is_boxed = owner.is_some_and(|owner| match &field.type_ {
            Type::Name(name) => name == owner || self.reaches(name, owner),
            _ => false,
        });
        match (&field.type_, field.required) {
            (Type::Name(_), false) if is_boxed => format!("Option<Box<{type_}>>"),
            (Type::Name(_), true) if is_boxed => format!("Box<{type_}>"),
            (Type::Name(_), false) => format!("Option<{type_}>"),
            _ => type_,
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

    fn serde(&self, name: &str, field: &Field) -> String {
        let mut parts = Vec::new();
        if pascal_case(name) != field.name {
            parts.push(format!("rename = {:?}", field.name));
        }
        for alias in &field.aliases {
            parts.push(format!("alias = {alias:?}"));
        }
        parts.push(match &field.type_ {
            Type::List { list } if list.item.is_some() => {
                let marker = &self.markers[list.item.as_deref().unwrap_or_default()];
                format!("with = \"wire::Wrapped::<{marker}>\"")
            }
            _ => "with = \"wire\"".to_owned(),
        });
        if !field.required {
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
