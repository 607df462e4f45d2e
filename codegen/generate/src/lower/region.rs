//! The region of the client, from which a required parameter is taken.

use codegen_spec::{Field, Type};

/// Returns `true` if a call must pass a parameter.
///
/// A required `RegionId` is not passed: it is the region of the client, unless the call sets it.
pub(super) fn is_argument(field: &Field) -> bool {
    field.required && !is_region(field)
}

/// Returns `true` for a required parameter that names the region to call.
pub(super) fn is_region(field: &Field) -> bool {
    let is_text = matches!(&field.type_, Type::Name(name) if name == "string");
    field.required && is_text && field.name == "RegionId"
}
