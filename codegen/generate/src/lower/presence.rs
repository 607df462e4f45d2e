//! Presence of fields in Rust.

use codegen_spec::{Field, Type};

use super::declared::Names;
use crate::ir::Presence;

/// Owner of a list of fields.
#[derive(Clone, Copy, Debug)]
pub enum FieldOwner<'n> {
    /// A request.
    Request,
    /// A response.
    Response,
    /// The struct with this name in the spec.
    Struct(&'n str),
}

impl<'n> FieldOwner<'n> {
    /// Returns the name of the struct in the spec.
    pub(super) fn struct_name(self) -> Option<&'n str> {
        match self {
            Self::Struct(name) => Some(name),
            Self::Request | Self::Response => None,
        }
    }
}

impl Names<'_> {
    /// Returns the presence of a field in Rust.
    pub(super) fn presence(&self, field: &Field, owner: FieldOwner<'_>) -> Presence {
        let is_shared = owner
            .struct_name()
            .is_some_and(|name| self.sent.is_also_received(name));
        match (&field.type_, field.required) {
            (_, true) if is_shared && self.is_needed(field) => Presence::Given,
            (_, true) => Presence::Required,
            (Type::Name(_), false) => Presence::Optional,
            (_, false) => Presence::OrDefault,
        }
    }

    /// Returns `true` if the owner of these fields has no value unless the required ones are given.
    pub(super) fn is_strict(&self, fields: &[&Field], owner: FieldOwner<'_>) -> bool {
        match owner {
            FieldOwner::Request => fields.iter().any(|field| self.is_needed(field)),
            FieldOwner::Response => false,
            FieldOwner::Struct(name) => self.sent.is_strict(name),
        }
    }

    /// Returns `true` if a required field has no value that is not sent.
    pub(super) fn is_needed(&self, field: &Field) -> bool {
        self.sent.is_needed(field, &self.definitions)
    }
}
