//! Types of fields, and their modes on the wire.

use codegen_spec::{Field, Type, Unit};

use super::declared::Names;
use super::docs::Docs;
use super::literal::exact;
use super::presence::FieldOwner;
use crate::ir::{self, Mode, Presence};

/// A field as generated code declares it, without its documentation.
#[derive(Clone, Debug)]
pub struct DeclaredField {
    /// Name of the field.
    pub name: String,
    /// Type of the field, with its `Option` and `Box`.
    pub type_: String,
    /// Type of the value.
    pub(super) value_type: String,
    /// Presence of the value.
    pub presence: Presence,
    /// `true` if the field holds the value in a box.
    pub is_boxed: bool,
}

impl<'a> Names<'a> {
    /// Returns the fields of a request, a response or a struct in Rust.
    pub(super) fn fields(&self, fields: &[&'a Field], owner: FieldOwner<'_>) -> Vec<ir::Field> {
        let is_strict = self.is_strict(fields, owner);
        self.declared_fields(fields, owner)
            .into_iter()
            .zip(fields)
            .map(|(declared, field)| ir::Field {
                type_: declared.type_.clone(),
                docs: Docs::field(field, self.is_own_region(field, owner)),
                is_default_in_tests: self.is_default_in_tests(field, owner.struct_name()),
                is_list: matches!(field.type_, Type::List { .. }),
                aliases: field.aliases.iter().map(|alias| exact(alias)).collect(),
                mode: self.mode(declared.presence, field, is_strict),
                item: match &field.type_ {
                    Type::List { list } => {
                        list.item.as_deref().map(|item| self.markers[item].clone())
                    }
                    _ => None,
                },
                value: self.value_of(declared, field, owner),
            })
            .collect()
    }

    /// Returns the fields without their documentation, which takes long to convert.
    pub fn declared_fields(&self, fields: &[&Field], owner: FieldOwner<'_>) -> Vec<DeclaredField> {
        let with_names = self.field_names(fields).into_iter().zip(fields);
        with_names
            .map(|(name, field)| {
                let value_type = self.type_(&field.type_);
                let presence = self.presence(field, owner);
                let is_boxed = self.is_boxed(field, owner);
                DeclaredField {
                    name,
                    type_: field_type(&value_type, presence, is_boxed),
                    value_type,
                    presence,
                    is_boxed,
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

    fn mode(&self, presence: Presence, field: &Field, is_strict: bool) -> Mode {
        if is_strict && self.is_needed(field) {
            Mode::Needed
        } else if presence == Presence::Required {
            Mode::Always
        } else {
            Mode::Optional
        }
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
fn field_type(value_type: &str, presence: Presence, is_boxed: bool) -> String {
    match (presence.is_option(), is_boxed) {
        (true, true) => format!("Option<Box<{value_type}>>"),
        (true, false) => format!("Option<{value_type}>"),
        (false, true) => format!("Box<{value_type}>"),
        (false, false) => value_type.to_owned(),
    }
}

/// Returns `true` if a field is a point in time.
pub(super) fn is_time(field: &Field) -> bool {
    field.unit == Some(Unit::EpochMilliseconds)
        && matches!(&field.type_, Type::Name(name) if name == "int64")
}
