//! The API as an `OpenAPI` 3.1 document.

use codegen_spec::graph::struct_name;
use codegen_spec::request_example::items;
use codegen_spec::{
    self as spec, EnumBase, ErrorCode, Field, HttpMethod, Language, ListStyle, Operation, Origin,
    Position, Signature, Spec, Text, Type,
};
use pop_rpc::signature::name;
use pop_rpc::xml::response_element;
use serde_json::{Map, Value, json};

use super::declared::Names;
use super::limits::{self, Side};
use super::literal;
use super::tidy::tidy;
use crate::ir;

/// Instructions for readers. The protocol is not in the spec, so its texts are here.
const HOW_TO_READ_ZH: &str = "\
所有请求的路径都是 `/`，由参数 `Action` 选择接口。OpenAPI 要求每个路径各不相同，\
因此这里把接口名写在 `#` 之后；片段不会发送到服务端。\
每个接口只列在一种 HTTP 方法下，`x-methods` 是它接受的全部方法。服务端从查询串和表单（`application/x-www-form-urlencoded`）读取参数；\
这里的请求体只列出客户端放在表单中的参数。\
响应中的数字可能带引号，枚举可能出现新值。";
const HOW_TO_READ_EN: &str = "\
Every request goes to the path `/`, and the parameter `Action` selects the action. OpenAPI requires each path to be \
different, so this document adds the action after a `#`; a fragment is never sent. Each action is listed under one HTTP \
method, and `x-methods` lists all that it accepts. Services read parameters from the query and from a form (`application/x-www-form-urlencoded`); the request body \
here has those that clients send in a form. Numbers in responses may be quoted, and enums may have new values.";

/// Explanation of the signature.
const SIGNED_ZH: &str = "`Signature` 覆盖其余所有参数，无法用 OpenAPI 描述其算法。";
const SIGNED_EN: &str =
    "`Signature` covers every other parameter; OpenAPI cannot describe its algorithm.";
const SIGNED_ACS3_ZH: &str = "\
以 `ACS3-HMAC-SHA256` 签名的请求不带公共参数，而用 `x-acs-action`、`x-acs-version`、`x-acs-date`、`x-acs-signature-nonce` \
等请求头表示，签名在 `Authorization` 中；以其他方式签名的请求带公共参数。算法无法用 OpenAPI 描述。";
const SIGNED_ACS3_EN: &str = "\
A request signed with `ACS3-HMAC-SHA256` has no common parameters. It has headers such as `x-acs-action`, \
`x-acs-version`, `x-acs-date` and `x-acs-signature-nonce` instead, and its signature is in `Authorization`. A request \
signed the other way has the common parameters. OpenAPI cannot describe the algorithms.";

/// Name of the schema of errors.
const ERROR: &str = "ErrorBody";

/// Name of the security scheme.
const ACCESS_KEY: &str = "AccessKey";

/// Common parameters that a request without a signature does not have.
const SIGNING: [&str; 6] = [
    name::ACCESS_KEY_ID,
    name::SECURITY_TOKEN,
    name::SIGNATURE,
    name::SIGNATURE_METHOD,
    name::SIGNATURE_TYPE,
    name::SIGNATURE_VERSION,
];

/// Media types of responses.
const JSON: &str = "application/json";
const XML: &str = "text/xml";

/// Media type of requests with a body.
const FORM: &str = "application/x-www-form-urlencoded";

/// Returns the API as an `OpenAPI` document.
pub(super) fn document(names: &Names<'_>, actions: &[ir::Action]) -> Value {
    let spec = names.spec;
    let builder = OpenApiBuilder { names };
    let servers = spec.regions.iter().flat_map(|r| builder.servers(r));
    let tags = spec.categories.iter().map(
        |category| json!({ "name": category.id, "description": builder.text(&category.title) }),
    );
    let paths: Map<String, Value> = spec
        .actions
        .iter()
        .zip(actions)
        .map(|(action, lowered)| {
            let operation = builder.operation(action, lowered);
            (
                format!("/#Action={}", action.name),
                json!({ method(action): operation }),
            )
        })
        .collect();
    let parameters: Map<String, Value> = builder
        .shared_parameters()
        .map(|field| (field.name.clone(), builder.common_parameter(field)))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": builder.titles(&spec.title),
            "version": spec.version,
            "description": builder.introduction(),
        },
        "servers": servers.collect::<Vec<_>>(),
        "tags": tags.collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "parameters": parameters,
            "schemas": builder.schemas(actions),
            "securitySchemes": { ACCESS_KEY: builder.security_scheme() },
        },
        "security": [{ ACCESS_KEY: [] }],
    })
}

/// Builds the parts of the document.
struct OpenApiBuilder<'a> {
    names: &'a Names<'a>,
}

impl<'a> OpenApiBuilder<'a> {
    /// Returns the description of the API, with instructions for readers.
    fn introduction(&self) -> String {
        let spec = self.names.spec;
        let signed = match spec.signature {
            Signature::Rpc => self.words(SIGNED_ZH, SIGNED_EN),
            Signature::Acs3 => self.words(SIGNED_ACS3_ZH, SIGNED_ACS3_EN),
        };
        format!(
            "{}\n\n{}\n\n{signed}",
            self.text(&spec.description),
            self.words(HOW_TO_READ_ZH, HOW_TO_READ_EN),
        )
    }

    /// Returns a text of the generator in every language of the spec.
    fn words(&self, zh: &str, en: &str) -> String {
        self.text(&Text {
            zh: zh.to_owned(),
            en: en.to_owned(),
        })
    }

    /// Returns a text in every language of the spec, one paragraph per language.
    fn text(&self, text: &Text) -> String {
        self.in_languages(text, "\n\n")
    }

    /// Returns a title in every language of the spec, on one line.
    fn titles(&self, text: &Text) -> String {
        self.in_languages(text, " · ")
    }

    fn in_languages(&self, text: &Text, separator: &str) -> String {
        let languages = self.names.spec.languages.iter();
        let texts = languages.map(|language| tidy(language.of(text)).trim_end().to_owned());
        texts.collect::<Vec<_>>().join(separator)
    }

    fn servers(&self, region: &spec::Region) -> Vec<Value> {
        let server = |host: &str, inside: &str| {
            let description = format!("{} · {}{inside}", region.id, self.titles(&region.name));
            json!({ "url": format!("https://{host}"), "description": description })
        };
        let vpc = region.vpc_endpoint.iter();
        std::iter::once(server(&region.endpoint, ""))
            .chain(vpc.map(|host| server(host, " · VPC")))
            .collect()
    }

    /// Returns where the signature of a request is.
    fn security_scheme(&self) -> Value {
        let (place, name) = match self.names.spec.signature {
            Signature::Rpc => ("query", name::SIGNATURE),
            Signature::Acs3 => ("header", "Authorization"),
        };
        let description = self.words(
            "用访问密钥对请求签名。",
            "Signature made with an access key.",
        );
        json!({ "type": "apiKey", "in": place, "name": name, "description": description })
    }

    /// Returns the common parameters that are the same for every action.
    fn shared_parameters(&self) -> impl Iterator<Item = &'a Field> {
        let common = self.names.spec.common_parameters.iter();
        common.filter(|field| field.name != "Action")
    }

    fn operation(&self, action: &spec::Action, lowered: &ir::Action) -> Value {
        let spec = self.names.spec;
        let shared = self.shared_parameters().map(|field| &field.name);
        let shared = shared.filter(|name| !action.anonymous || !SIGNING.contains(&name.as_str()));
        let common = spec.common_parameters.iter();
        let chosen = common
            .filter(|field| field.name == "Action")
            .map(|field| self.constant(field, &action.name));
        let own = at(action, Position::Query).map(|field| {
            let mut parameter = self.parameter(field);
            let examples = action.examples.as_ref();
            if let Some(items) = examples.and_then(|examples| items(examples, field)) {
                let of = self.names.spec.enum_named(struct_name(&field.type_));
                let is_text = struct_name(&field.type_) == "string"
                    || of.is_some_and(|e| e.base == EnumBase::String);
                let item = |text: &String| match serde_json::from_str(text) {
                    Ok(value) if !is_text => value,
                    _ => json!(text),
                };
                parameter["example"] = items.iter().map(item).collect();
            }
            parameter
        });
        let references =
            shared.map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }));
        let mut description = self.text(action.scenario.as_ref().unwrap_or(&action.summary));
        if let Some(restriction) = &action.restriction {
            description += &format!("\n\n{}", self.text(&restriction.description));
        }
        if let Some(reason) = &action.deprecated {
            description += &format!("\n\n{}", self.text(reason));
        }
        let methods: Vec<&str> = action
            .methods()
            .iter()
            .map(|method| method.as_str())
            .collect();
        let mut operation = json!({
            "operationId": lowered.method.trim_start_matches("r#"),
            "tags": [action.category],
            "summary": self.titles(&action.summary),
            "description": description,
            "deprecated": action.deprecated.is_some(),
            "parameters": chosen.chain(own).chain(references).collect::<Vec<_>>(),
            "responses": self.responses(action, lowered),
            "x-idempotent": action.idempotent,
            "x-methods": methods,
            "x-operation": match action.operation {
                Operation::Read => "read",
                Operation::Write => "write",
            },
        });
        if action.anonymous {
            operation["security"] = json!([]);
        }
        if action.has_form() {
            operation["requestBody"] = self.form(action);
        }
        if let Some(limit) = action.rate_limit {
            operation["x-rate-limit"] =
                json!({ "requests": limit.requests, "seconds": limit.seconds });
        }
        operation
    }

    fn responses(&self, action: &spec::Action, lowered: &ir::Action) -> Value {
        let schema = reference(&lowered.response);
        let mut json = json!({ "schema": schema });
        let mut xml = json!({ "schema": schema });
        if let Some(examples) = &action.examples {
            json["example"] = examples.json.clone();
            xml["example"] = json!(examples.xml);
        }
        let mut responses = Map::new();
        responses.insert(
            "200".to_owned(),
            json!({
                "description": self.titles(&action.summary),
                "content": { JSON: json, XML: xml },
            }),
        );
        let answers = |error: &&ErrorCode| {
            error.origin == Origin::Gateway || action.errors.contains(&error.code)
        };
        let errors: Vec<&ErrorCode> = self.names.spec.error_codes.iter().filter(answers).collect();
        let mut statuses: Vec<u16> = errors.iter().map(|error| action.status(error)).collect();
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            let lines: Vec<String> = errors
                .iter()
                .filter(|error| action.status(error) == status)
                .map(|error| format!("- `{}`: {}", error.code, self.titles(&error.cause)))
                .collect();
            let content = json!({ "schema": reference(ERROR) });
            responses.insert(
                status.to_string(),
                json!({
                    "description": lines.join("\n"),
                    "content": { JSON: content, XML: content },
                }),
            );
        }
        Value::Object(responses)
    }

    /// Returns a common parameter that has only one value.
    fn constant(&self, field: &Field, value: &str) -> Value {
        let mut parameter = self.common_parameter(field);
        parameter["schema"] = json!({ "type": "string", "const": value });
        parameter["example"] = json!(value);
        parameter
    }

    /// Returns a common parameter, which a header may replace.
    fn common_parameter(&self, field: &Field) -> Value {
        let mut parameter = self.parameter(field);
        if self.names.spec.signature == Signature::Acs3 {
            parameter["required"] = json!(false);
        }
        parameter
    }

    fn parameter(&self, field: &Field) -> Value {
        let mut parameter = json!({
            "name": field.name,
            "in": "query",
            "description": self.description(field),
            "required": field.required,
        });
        if field.deprecated.is_some() {
            parameter["deprecated"] = json!(true);
        }
        let schema = self.schema(field, Side::Request);
        if is_json(field) {
            parameter["content"] = json!({ JSON: { "schema": schema } });
        } else {
            parameter["schema"] = schema;
        }
        if field.style == Some(ListStyle::Simple) {
            parameter["explode"] = json!(false);
        }
        if let Some(example) = self.example(field) {
            parameter["example"] = example;
        }
        parameter
    }

    /// Returns the body of a request whose action has parameters in a form.
    fn form(&self, action: &spec::Action) -> Value {
        let mut required = Vec::new();
        let mut properties = Map::new();
        let mut encoding = Map::new();
        for field in at(action, Position::Form) {
            if field.required {
                required.push(&field.name);
            }
            let mut schema = self.schema(field, Side::Request);
            schema["description"] = json!(self.description(field));
            if let Some(example) = self.example(field) {
                schema["examples"] = json!([example]);
            }
            if field.deprecated.is_some() {
                schema["deprecated"] = json!(true);
            }
            properties.insert(field.name.clone(), schema);
            if is_json(field) {
                encoding.insert(field.name.clone(), json!({ "contentType": JSON }));
            } else if field.style == Some(ListStyle::Simple) {
                encoding.insert(field.name.clone(), json!({ "explode": false }));
            }
        }
        let schema = json!({ "type": "object", "required": required, "properties": properties });
        json!({
            "required": !required.is_empty(),
            "content": { FORM: { "schema": schema, "encoding": encoding } },
        })
    }

    /// Returns the meaning of a field, its unit, and the condition under which it is required.
    fn description(&self, field: &Field) -> String {
        let mut parts = vec![self.text(&field.description)];
        if let Some(unit) = field.unit {
            parts.push(format!("({})", limits::unit(unit, Language::En)));
        }
        if let Some(condition) = &field.required_when {
            let languages = self.names.spec.languages.iter();
            parts.extend(languages.map(|language| limits::required_when(condition, *language)));
        }
        parts.extend(field.deprecated.iter().map(|reason| self.text(reason)));
        parts.join("\n\n")
    }

    /// Returns the example of a field as a value of its type.
    fn example(&self, field: &Field) -> Option<Value> {
        let text = field.example.as_ref()?;
        Some(typed(self.names.spec, &field.type_, text))
    }

    /// Returns the schema of a field with its limits.
    fn schema(&self, field: &Field, side: Side) -> Value {
        let mut schema = self.type_(&field.type_, side);
        if let (Type::Name(name), true) = (&field.type_, field.accepts_unknown)
            && let Some(e) = self.names.spec.enum_named(name)
        {
            schema = open(schema, e);
        }
        for (keyword, value) in keywords(self.names.spec, field) {
            schema[keyword] = value;
        }
        schema
    }

    fn type_(&self, type_: &Type, side: Side) -> Value {
        match type_ {
            Type::Name(name) => self.named(name, side),
            Type::Map { map } => {
                json!({ "type": "object", "additionalProperties": self.type_(map, side) })
            }
            Type::List { list } => {
                let mut items = self.type_(&list.of, side);
                match &list.item {
                    None => json!({ "type": "array", "items": items }),
                    Some(item) => {
                        items["xml"] = json!({ "name": item });
                        json!({
                            "type": "object",
                            "properties": { item: { "type": "array", "items": items } },
                        })
                    }
                }
            }
        }
    }

    fn named(&self, name: &str, side: Side) -> Value {
        let number = |type_: &str, format: &str| match side {
            Side::Request => json!({ "type": type_, "format": format }),
            // Examples of the vendor quote numbers.
            Side::Response => json!({ "type": [type_, "string"], "format": format }),
        };
        match name {
            "string" => json!({ "type": "string" }),
            "int32" | "int64" => number("integer", name),
            "float" | "double" => number("number", name),
            "boolean" => match side {
                Side::Request => json!({ "type": "boolean" }),
                Side::Response => json!({ "type": ["boolean", "string"] }),
            },
            "any" => json!({}),
            name => match (self.names.spec.enum_named(name), side) {
                (Some(e), Side::Request) => reference(&self.names.enums[&*e.name]),
                (Some(e), Side::Response) => open(reference(&self.names.enums[&*e.name]), e),
                (None, _) => reference(self.names.structs.get(name).map_or("", |name| name)),
            },
        }
    }

    fn schemas(&self, actions: &[ir::Action]) -> Value {
        let spec = self.names.spec;
        let mut schemas = Map::new();
        for (action, lowered) in spec.actions.iter().zip(actions) {
            let members = spec.common_response.iter().chain(&action.response);
            let mut schema = self.object(members);
            schema["description"] = json!(self.titles(&action.summary));
            schema["xml"] = json!({ "name": response_element(&action.name) });
            schemas.insert(lowered.response.clone(), schema);
        }
        for s in &spec.structs {
            let mut schema = self.object(s.members.iter());
            schema["title"] = json!(s.name);
            schema["description"] = json!(self.text(&s.description));
            schemas.insert(self.names.structs[&*s.name].clone(), schema);
        }
        for e in &spec.enums {
            schemas.insert(self.names.enums[&*e.name].clone(), self.enum_(e));
        }
        schemas.insert(ERROR.to_owned(), self.error_body());
        Value::Object(schemas)
    }

    fn object<'f>(&self, members: impl Iterator<Item = &'f Field> + Clone) -> Value {
        let required = members.clone().filter(|member| member.required);
        let required: Vec<&String> = required.map(|member| &member.name).collect();
        let properties: Map<String, Value> = members
            .map(|member| {
                let mut schema = self.schema(member, Side::Response);
                schema["description"] = json!(self.description(member));
                if let Some(example) = self.example(member) {
                    schema["examples"] = json!([example]);
                }
                (member.name.clone(), schema)
            })
            .collect();
        json!({ "type": "object", "required": required, "properties": properties })
    }

    fn enum_(&self, e: &spec::Enum) -> Value {
        let base = Type::Name(base(e).to_owned());
        let values = e.values.iter().map(|value| {
            json!({
                "const": typed(self.names.spec, &base, &value.value),
                "description": self.text(&value.description),
            })
        });
        json!({
            "title": e.name,
            "description": self.text(&e.description),
            "oneOf": values.collect::<Vec<_>>(),
        })
    }

    /// Returns the schema of errors, which belongs to the protocol and not to one API.
    fn error_body(&self) -> Value {
        let member =
            |zh: &str, en: &str| json!({ "type": "string", "description": self.words(zh, en) });
        json!({
            "type": "object",
            "description": self.words("错误响应。", "Body of a response that reports an error."),
            "required": ["RequestId", "HostId", "Code", "Message"],
            "properties": {
                "RequestId": member("本次请求的 ID。", "ID of the request."),
                "HostId": member("所访问的域名。", "Host that was called."),
                "Code": member("错误码。", "Error code."),
                "Message": member("错误信息。", "Error message."),
                "Recommend": member("排查页面的地址。", "Address of a troubleshooting page."),
            },
            "xml": { "name": "Error" },
        })
    }
}

/// Returns the keywords of JSON Schema that limit a value, and its default.
pub(super) fn keywords(
    spec: &Spec,
    field: &Field,
) -> impl Iterator<Item = (&'static str, Value)> + use<> {
    let default = field.default.as_ref();
    let keywords = [
        ("minLength", field.min_length.map(|n| json!(n))),
        ("maxLength", field.max_length.map(|n| json!(n))),
        ("pattern", field.pattern.as_ref().map(|p| json!(whole(p)))),
        ("minimum", field.minimum.map(|n| json!(n))),
        ("maximum", field.maximum.map(|n| json!(n))),
        ("maxItems", field.max_items.map(|n| json!(n))),
        (
            "default",
            default.map(|text| typed(spec, &field.type_, text)),
        ),
    ];
    let given = keywords.into_iter();
    given.filter_map(|(keyword, value)| Some((keyword, value?)))
}

/// Returns a value, written as on the wire, as JSON of its type.
pub(super) fn typed(spec: &Spec, type_: &Type, text: &str) -> Value {
    let is_text = match type_ {
        Type::Name(name) => match spec.enum_named(name) {
            Some(e) => e.base == EnumBase::String,
            None => name == "string",
        },
        _ => false,
    };
    if is_text {
        return json!(text);
    }
    let number = || {
        let literal = literal::scalar(struct_name(type_), text)?;
        serde_json::from_str(&literal).ok()
    };
    let value = serde_json::from_str(text).ok().or_else(number);
    value.unwrap_or_else(|| json!(text))
}

/// Returns the method under which an action is listed, in lower case.
fn method(action: &spec::Action) -> &'static str {
    let method = match action.methods() {
        methods if methods.contains(&HttpMethod::Get) && !action.has_form() => HttpMethod::Get,
        _ => action.usual_method(),
    };
    match method {
        HttpMethod::Get => "get",
        HttpMethod::Post => "post",
        HttpMethod::Put => "put",
        HttpMethod::Delete => "delete",
    }
}

/// Returns the action's own parameters at a position.
fn at(action: &spec::Action, position: Position) -> impl Iterator<Item = &Field> {
    let parameters = action.parameters.iter();
    parameters.filter(move |field| field.position == position)
}

/// Returns `true` if a parameter is sent as JSON text.
fn is_json(field: &Field) -> bool {
    field.style == Some(ListStyle::Json)
}

fn base(e: &spec::Enum) -> &'static str {
    match e.base {
        EnumBase::String => "string",
        EnumBase::Int32 => "integer",
    }
}

/// Returns the schema of an enum that allows other values.
fn open(known: Value, e: &spec::Enum) -> Value {
    let any = match e.base {
        EnumBase::String => json!({ "type": "string" }),
        EnumBase::Int32 => json!({ "type": ["integer", "string"] }),
    };
    json!({ "anyOf": [known, any] })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// Returns a pattern that must match a whole text, as patterns of JSON Schema may match a part.
fn whole(pattern: &str) -> String {
    if pattern.starts_with('^') && pattern.ends_with('$') && !pattern.contains('|') {
        pattern.to_owned()
    } else {
        format!("^(?:{pattern})$")
    }
}
