//! The region of the client, from which a required parameter is taken.

use codegen_spec::{EnumBase, Field, Type};
use pop_rpc::signature::name::REGION_ID;

use super::declared::Names;
use super::presence::FieldOwner;

impl Names<'_> {
    /// Returns `true` if a call must pass a parameter.
    ///
    /// A required `RegionId` is not passed: it is the region of the client, unless the call sets it.
    pub(super) fn is_argument(&self, field: &Field) -> bool {
        field.required && !self.is_region(field)
    }

    /// Returns `true` for a required parameter that names the region to call: a text, or one of an
    /// enum.
    pub(super) fn is_region(&self, field: &Field) -> bool {
        let Type::Name(name) = &field.type_ else {
            return false;
        };
        let is_text = match self.spec.enum_named(name) {
            Some(e) => e.base == EnumBase::String,
            None => name == "string",
        };
        field.required && is_text && field.name == REGION_ID
    }

    /// Returns `true` for a field of a request that names the region to call.
    pub(super) fn is_own_region(&self, field: &Field, owner: FieldOwner<'_>) -> bool {
        matches!(owner, FieldOwner::Request) && self.is_region(field)
    }
}
