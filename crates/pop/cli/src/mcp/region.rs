//! Region of the client, in place of a required argument.

use pop_rpc::signature::name::REGION_ID;
use serde_json::{Map, Value, json};

/// Makes a required region optional in the schema of a tool; `region` is its default.
pub(super) fn make_optional(schema: &mut Map<String, Value>, region: &str) {
    let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) else {
        return;
    };
    let Some(place) = required.iter().position(|name| name == REGION_ID) else {
        return;
    };
    required.remove(place);
    let properties = schema.get_mut("properties");
    let property = properties.and_then(|properties| properties.get_mut(REGION_ID));
    if let Some(property) = property.and_then(Value::as_object_mut) {
        property.insert("default".to_owned(), json!(region));
    }
}

/// Adds the default region of a schema to arguments without a region.
pub(super) fn add(schema: &Map<String, Value>, arguments: &mut Map<String, Value>) {
    let properties = schema.get("properties");
    let default = properties.and_then(|properties| properties[REGION_ID].get("default"));
    if let Some(default) = default
        && arguments.get(REGION_ID).is_none_or(Value::is_null)
    {
        arguments.insert(REGION_ID.to_owned(), default.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(required: &[&str]) -> Map<String, Value> {
        let schema = json!({
            "properties": { "Id": { "type": "string" }, "RegionId": { "type": "string" } },
            "required": required,
        });
        schema.as_object().unwrap().clone()
    }

    fn sent(schema: &Map<String, Value>, arguments: &Value) -> Value {
        let mut arguments = arguments.as_object().unwrap().clone();
        add(schema, &mut arguments);
        Value::Object(arguments)
    }

    #[test]
    fn a_required_region_is_that_of_the_client_unless_the_call_names_one() {
        let mut schema = schema(&["Id", "RegionId"]);
        make_optional(&mut schema, "north");
        assert_eq!(schema["required"], json!(["Id"]));
        assert_eq!(schema["properties"]["RegionId"]["default"], "north");
        for (arguments, region) in [
            (json!({ "Id": "1" }), "north"),
            (json!({ "Id": "1", "RegionId": null }), "north"),
            (json!({ "Id": "1", "RegionId": "south" }), "south"),
        ] {
            let expected = json!({ "Id": "1", "RegionId": region });
            assert_eq!(sent(&schema, &arguments), expected);
        }
    }

    #[test]
    fn an_optional_region_stays_as_it_is() {
        let mut optional = schema(&["Id"]);
        make_optional(&mut optional, "north");
        assert_eq!(optional, schema(&["Id"]));
        assert_eq!(sent(&optional, &json!({ "Id": "1" })), json!({ "Id": "1" }));
    }

    #[test]
    fn a_schema_without_a_region_stays_as_it_is() {
        let without = json!({ "properties": { "Id": {} }, "required": ["Id"] });
        let mut schema = without.as_object().unwrap().clone();
        make_optional(&mut schema, "north");
        assert_eq!(Value::Object(schema.clone()), without);
        assert_eq!(sent(&schema, &json!({})), json!({}));
    }
}
