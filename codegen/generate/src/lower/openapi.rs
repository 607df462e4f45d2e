//! The API as an `OpenAPI` 3.1 document.

mod builder;
mod schemas;

use codegen_spec::request_example::items;
use codegen_spec::{
    self as spec, ErrorCode, Field, HttpMethod, ListStyle, Operation, Origin, Position, Signature,
    Type,
};
use pop_rpc::signature::name;
use serde_json::{Map, Value, json};

use builder::OpenApiBuilder;
use schemas::{ERROR, reference};

use super::declared::Names;
use super::json_schema::typed;
use super::limits::Side;
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
        common.filter(|field| field.name != name::ACTION)
    }

    fn operation(&self, action: &spec::Action, lowered: &ir::Action) -> Value {
        let spec = self.names.spec;
        // Headers carry the common parameter if the action has one of this name itself.
        let is_own = |name: &str| action.parameters.iter().any(|field| field.name == name);
        let shared = self.shared_parameters().map(|field| &field.name);
        let shared = shared.filter(|name| {
            !is_own(name) && (!action.anonymous || !SIGNING.contains(&name.as_str()))
        });
        let common = spec.common_parameters.iter();
        let chosen = common
            .filter(|field| field.name == name::ACTION && !is_own(&field.name))
            .map(|field| self.constant(field, &action.name));
        let own = at(action, Position::Query).map(|field| {
            let mut parameter = self.parameter(field);
            if let Some(example) = self.own_example(action, field) {
                parameter["example"] = example;
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
        let content = match action.bare {
            true => json!({ JSON: json }),
            false => json!({ JSON: json, XML: xml }),
        };
        let mut responses = Map::new();
        responses.insert(
            "200".to_owned(),
            json!({ "description": self.titles(&action.summary), "content": content }),
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

    /// Returns the example of an action's own parameter: a list in the example request, or the
    /// example of the field.
    fn own_example(&self, action: &spec::Action, field: &Field) -> Option<Value> {
        let examples = action.examples.as_ref();
        match (
            &field.type_,
            examples.and_then(|examples| items(examples, field)),
        ) {
            (Type::List { list }, Some(items)) => {
                let item = |text: &String| typed(self.names.spec, &list.of, text);
                Some(items.iter().map(item).collect())
            }
            _ => self.example(field),
        }
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
            if let Some(example) = self.own_example(action, field) {
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
}

/// Returns the method under which an action is listed, in lower case.
fn method(action: &spec::Action) -> String {
    let method = match action.methods() {
        methods if methods.contains(&HttpMethod::Get) && !action.has_form() => HttpMethod::Get,
        _ => action.usual_method(),
    };
    method.as_str().to_ascii_lowercase()
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
