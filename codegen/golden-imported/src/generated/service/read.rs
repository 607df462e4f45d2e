// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Reads and checks requests.

use pop_rpc::Parameters;
use pop_rpc::service::ParameterError;
use pop_rpc::service::TextRule;
use hard_product_20210304_models::*;

static ID: TextRule = TextRule::new(Some("^[a-z]-\\d+$"), 2, 9);

/// Reads a request of `Alone`.
pub(super) fn alone(_: &Parameters) -> Result<AloneRequest, ParameterError> {
    Ok(AloneRequest::new())
}

/// Reads a request of `GetThing`.
pub(super) fn get_thing(
    parameters: &Parameters,
) -> Result<GetThingRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = GetThingRequest::new(
        reader.flat::<String>("Id").rule(&ID).required()?,
        reader.flat::<String>("Bad").required()?,
        reader.flat("RegionId").known().required()?,
    );
    request.level = reader
        .flat("Level")
        .or("3")
        .range(1..=9223372036854775807)
        .optional()?;
    request.above = reader.flat("Above").range(2..=7).optional()?;
    request.ratio = reader.flat("Ratio").or("0.75").optional()?;
    request.kind = reader.flat("Kind").known().optional()?;
    request.size = reader.flat("Size").known().optional()?;
    request.big = reader.flat("Big").optional()?;
    request.signature = reader.flat::<String>("Signature").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `GetURLs`.
pub(super) fn get_ur_ls(_: &Parameters) -> Result<GetUrLsRequest, ParameterError> {
    Ok(GetUrLsRequest::new())
}

/// Reads a request of `ListOrOne`.
pub(super) fn list_or_one(
    parameters: &Parameters,
) -> Result<ListOrOneRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = ListOrOneRequest::new();
    request.id_n = reader.flat("Id").or_default()?;
    request.id = reader.flat::<String>("Id").optional()?;
    request.tag = reader.flat::<String>("Tag").optional()?;
    request.tag_n = reader.flat("Tag").or_default()?;
    request.sys_disk = reader.flat("Sys.Disk").optional()?;
    request.sys_data = reader.flat("Sys.Data").or_default()?;
    request.sys = reader.flat("Sys").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `Type`.
pub(super) fn r#type(_: &Parameters) -> Result<TypeRequest, ParameterError> {
    Ok(TypeRequest::new())
}

/// Reads a request of `type`.
pub(super) fn r#type_2(parameters: &Parameters) -> Result<TypeRequest2, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = TypeRequest2::new(reader.flat("Tag").required()?);
    request.ids = reader.flat("Ids").or_default()?;
    request.r#match = reader.flat::<String>("match").optional()?;
    request._2fa_code_x = reader.flat::<String>("2fa.code-x").optional()?;
    request.repeated = reader.flat("Repeated").or_default()?;
    request.flat = reader.flat("Flat").optional()?;
    request.json = reader.json("Json").optional()?;
    request.json_list = reader.json("JsonList").or_default()?;
    request.simple = reader.simple("Simple").max_items(3).known().or_default()?;
    request.simple_of_structs = reader.flat("SimpleOfStructs").or_default()?;
    request.map = reader.json("Map").or_default()?;
    request.flat_map = reader.flat("FlatMap").or_default()?;
    request.tree = reader.json("Tree").optional()?;
    request.anys = reader.flat("Anys").or_default()?;
    request.odd = reader.flat::<String>("Odd").optional()?;
    request.no_schema = reader.flat("NoSchema").optional()?;
    reader.finish()?;
    Ok(request)
}
