//! The JSON Schema of the format.

use serde_json::Value;

use crate::spec::Spec;

/// Generates the schema from the types of [`crate::spec`].
pub(crate) fn schema() -> Value {
    schemars::schema_for!(Spec).to_value()
}

/// Returns the schema as the text of `spec/schema.json`.
pub fn text() -> String {
    format!("{:#}\n", schema())
}
