// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Reads and checks requests.

use pop_rpc::Parameters;
use pop_rpc::service::ParameterError;
use pop_rpc::service::TextRule;
use small_models::*;

static ID: TextRule = TextRule::new(Some("^[a-z]+$"), 2, 8);

/// Reads a request of `SmallGetThing`.
pub(super) fn get_thing(
    parameters: &Parameters,
) -> Result<GetThingRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = GetThingRequest::new(
        reader.flat::<String>("Id").rule(&ID).required()?,
    );
    request.depth = reader.flat("Depth").or("3").range(1..=9).optional()?;
    request.since = reader.flat("Since").milliseconds().optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `SmallPutThings`.
pub(super) fn put_things(
    parameters: &Parameters,
) -> Result<PutThingsRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = PutThingsRequest::new(
        reader.flat("Ids").max_items(12).required()?,
    );
    request.parts = reader.flat("Parts").or_default()?;
    request.levels = reader.simple("Levels").known().or_default()?;
    request.numbers = reader.json("Numbers").or_default()?;
    request.options = reader.json("Options").or_default()?;
    request.colour = reader.flat("Colour").known().optional()?;
    request.any_level = reader.flat("AnyLevel").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `type`.
pub(super) fn r#type(parameters: &Parameters) -> Result<TypeRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = TypeRequest::new(
        reader.flat::<String>("self").required()?,
        reader.flat::<String>("match").required()?,
    );
    request.user_name_lower_camel = reader.flat::<String>("userName").optional()?;
    request.user_name = reader.flat::<String>("UserName").optional()?;
    request._2fa_code_x = reader.flat::<String>("2fa.code-x").optional()?;
    request.dry_run = reader.flat("DryRun").optional()?;
    request.old = reader.flat("Old").optional()?;
    request.send = reader.flat::<String>("Send").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `Small`.
pub(super) fn small(_: &Parameters) -> Result<SmallRequest, ParameterError> {
    Ok(SmallRequest::new())
}

/// Reads a request of `SmallListNames`.
pub(super) fn list_names(
    parameters: &Parameters,
) -> Result<ListNamesRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = ListNamesRequest::new();
    request.next_token = reader.flat::<String>("NextToken").optional()?;
    request.max_results = reader.flat("MaxResults").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `SmallListParts`.
pub(super) fn list_parts(
    parameters: &Parameters,
) -> Result<ListPartsRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = ListPartsRequest::new(
        reader.flat::<String>("RegionId").required()?,
    );
    request.page_number = reader.flat("PageNumber").optional()?;
    request.page_size = reader.flat("PageSize").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `SmallSendText`.
pub(super) fn send_text(
    parameters: &Parameters,
) -> Result<SendTextRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = SendTextRequest::new(
        reader.flat::<String>("Id").required()?,
        reader.flat::<String>("Text").required()?,
    );
    request.lines = reader.flat("Lines").or_default()?;
    request.marks = reader.simple("Marks").or_default()?;
    request.tags = reader.flat("Tags").or_default()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `SmallForget`.
pub(super) fn forget(parameters: &Parameters) -> Result<ForgetRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let request = ForgetRequest::new(reader.flat::<String>("Id").required()?);
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `SmallGreet`.
pub(super) fn greet(parameters: &Parameters) -> Result<GreetRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = GreetRequest::new();
    request.name = reader.flat::<String>("Name").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `SmallPutMaps`.
pub(super) fn put_maps(
    parameters: &Parameters,
) -> Result<PutMapsRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = PutMapsRequest::new(reader.flat("Source").required()?);
    request.source_size = reader.flat("Source.Size").optional()?;
    request.labels = reader.flat("Labels").or_default()?;
    request.sources = reader.flat("Sources").or_default()?;
    request.rows = reader.flat("Rows").or_default()?;
    request.extra = reader.flat("Extra").optional()?;
    request.extra_text = reader.json("ExtraText").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `SmallSpeak`.
pub(super) fn speak(parameters: &Parameters) -> Result<SpeakRequest, ParameterError> {
    let mut reader = pop_rpc::service::Reader::new(parameters);
    let mut request = SpeakRequest::new(reader.flat::<String>("Format").required()?);
    request.version = reader.flat("Version").optional()?;
    request.timestamp = reader.flat("Timestamp").optional()?;
    request.action = reader.flat::<String>("Action").optional()?;
    request.access_key_id = reader.flat::<String>("AccessKeyId").optional()?;
    request.security_token = reader.flat::<String>("SecurityToken").optional()?;
    request.signature = reader.flat::<String>("Signature").optional()?;
    request.signature_nonce = reader.flat::<String>("SignatureNonce").optional()?;
    reader.finish()?;
    Ok(request)
}

/// Reads a request of `SmallListAll`.
pub(super) fn list_all(_: &Parameters) -> Result<ListAllRequest, ParameterError> {
    Ok(ListAllRequest::new())
}
