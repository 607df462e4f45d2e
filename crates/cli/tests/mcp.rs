//! Runs `mcp` as a client of the Model Context Protocol does: one JSON-RPC message per line.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Map, Value, json};
use support::{Example, KEY_ID, SECRET, Server, command, examples};

/// `mcp`, and the pipes to it.
struct Session {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// All that the program printed.
    printed: String,
    requests: u64,
}

impl Session {
    /// Starts `mcp` and goes through the handshake.
    fn start(options: &[&str]) -> Self {
        let mut command = command(&[&["mcp"][..], options].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
        let mut session = Self {
            input: child.stdin.take().expect("a pipe"),
            output: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
            printed: String::new(),
            requests: 0,
        };
        let client = json!({ "name": "test", "version": "1" });
        let hello = json!({
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client,
        });
        let answer = session.request("initialize", &hello);
        assert_eq!(
            answer["result"]["serverInfo"]["name"], "ons-mqtt",
            "{answer}"
        );
        session.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        session
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").expect("it reads");
    }

    /// Sends a request and returns the next message, which must answer it.
    fn request(&mut self, method: &str, parameters: &Value) -> Value {
        let id = self.begin(method, parameters);
        let answer = self.answer();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// Sends a request and returns its ID.
    fn begin(&mut self, method: &str, parameters: &Value) -> u64 {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        id
    }

    /// Waits for the next message.
    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        self.printed.push_str(&line);
        serde_json::from_str(&line).expect("a message per line")
    }

    fn tools(&mut self) -> Vec<Value> {
        let answer = self.request("tools/list", &json!({}));
        answer["result"]["tools"].as_array().expect("tools").clone()
    }

    /// Calls a tool. Returns its text, and `true` if it is an error.
    fn call(&mut self, tool: &str, arguments: &Value) -> (String, bool) {
        let answer = self.request(
            "tools/call",
            &json!({ "name": tool, "arguments": arguments }),
        );
        let result = &answer["result"];
        let texts = result["content"].as_array().expect("content").iter();
        let texts: Vec<&str> = texts.filter_map(|block| block["text"].as_str()).collect();
        (texts.join("\n"), result["isError"] == true)
    }

    /// Calls a tool that must fail, and returns its error.
    fn error(&mut self, tool: &str, arguments: &Value) -> Value {
        let (text, is_error) = self.call(tool, arguments);
        assert!(is_error, "{text}");
        serde_json::from_str(&text).expect("an error in JSON")
    }

    /// Closes the input, and checks that the program ends and printed nothing else.
    fn end(mut self) -> String {
        drop(self.input);
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("it ends");
        assert_eq!(rest, "");
        assert!(self.child.wait().expect("it ends").success());
        let mut errors = String::new();
        let mut pipe = self.child.stderr.take().expect("a pipe");
        pipe.read_to_string(&mut errors).expect("errors are UTF-8");
        assert!(!self.printed.contains(SECRET) && !errors.contains(SECRET));
        errors
    }
}

/// Returns the actions of the spec.
fn actions() -> Vec<Value> {
    let spec = include_str!("../../../spec/ons-2019-02-14.json");
    let spec: Value = serde_json::from_str(spec).expect("the spec is JSON");
    spec["actions"].as_array().expect("actions").clone()
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter()
        .filter_map(|item| item["name"].as_str())
        .collect()
}

/// Returns the parameters of an example as arguments of its tool.
fn arguments(example: &Example, tools: &[Value]) -> Value {
    let tool = tools.iter().find(|tool| tool["name"] == example.action);
    let properties = &tool.expect("a tool")["inputSchema"]["properties"];
    let type_ = |name: &str| {
        let property = &properties[name];
        let any = property["anyOf"].get(0).unwrap_or(property);
        any["type"].as_str()
    };
    let typed = |name: &str, text: &str| match type_(name) {
        Some("integer") => json!(text.parse::<i64>().expect("a number")),
        _ => json!(text),
    };
    let mut arguments = Map::new();
    for (name, text) in &example.parameters {
        // The items of a list are parameters `Name.1`, `Name.2` and so on.
        match name.rsplit_once('.') {
            Some((list, _)) if properties[list]["type"] == "array" => {
                let items = arguments.entry(list).or_insert_with(|| json!([]));
                items.as_array_mut().expect("a list").push(json!(text));
            }
            _ => {
                arguments.insert(name.clone(), typed(name, text));
            }
        }
    }
    Value::Object(arguments)
}

const NOWHERE: [&str; 4] = ["--endpoint", "http://127.0.0.1:9", "--retries", "0"];

#[test]
fn writes_are_offered_and_called_only_if_they_are_allowed() {
    let actions = actions();
    let (writes, reads): (Vec<Value>, Vec<Value>) = actions
        .iter()
        .cloned()
        .partition(|action| action["operation"] == "write");
    let mut session = Session::start(&NOWHERE);
    assert_eq!(names(&session.tools()), names(&reads));
    for write in names(&writes) {
        let call = json!({ "name": write, "arguments": {} });
        let answer = session.request("tools/call", &call);
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("--allow-writes"), "{answer}");
    }
    session.end();

    let mut session = Session::start(&[&NOWHERE[..], &["--allow-writes"]].concat());
    assert_eq!(names(&session.tools()), names(&actions));
    session.end();
}

#[test]
fn a_tool_describes_its_parameters_as_the_spec_does_in_both_languages() {
    for (language, options) in [("en", &[][..]), ("zh", &["--language", "zh"])] {
        let all = [&NOWHERE[..], &["--allow-writes"], options].concat();
        let mut session = Session::start(&all);
        let tools = session.tools();
        for (tool, action) in tools.iter().zip(&actions()) {
            let summary = action["summary"][language].as_str().expect("a text");
            let description = tool["description"].as_str().unwrap_or_default();
            assert!(description.starts_with(summary), "{tool}");
            let is_read = action["operation"] == "read";
            assert_eq!(tool["annotations"]["readOnlyHint"], is_read, "{tool}");
            let schema = &tool["inputSchema"];
            let parameters = action["parameters"].as_array().expect("parameters");
            let required = parameters.iter().filter(|p| p["required"] == true);
            let required: Vec<Value> = required.cloned().collect();
            assert_eq!(schema["required"], json!(names(&required)), "{tool}");
            for parameter in parameters {
                let name = parameter["name"].as_str().expect("a name");
                let property = &schema["properties"][name];
                let meaning = parameter["description"][language].as_str().expect("a text");
                let shown = property["description"].as_str().unwrap_or_default();
                assert!(shown.starts_with(meaning), "{name}: {property}");
                for (rule, keyword) in [("max_length", "maxLength"), ("pattern", "pattern")] {
                    assert_eq!(property[keyword], parameter[rule], "{name}: {property}");
                }
            }
        }
        let trend = tools
            .iter()
            .find(|tool| tool["name"] == "OnsMqttQueryMsgTransTrend");
        let properties = &trend.expect("a tool")["inputSchema"]["properties"];
        let known = json!({ "type": "string", "enum": ["TPS", "SUM"] });
        // Other values are allowed, too.
        let any = json!({ "type": "string" });
        assert_eq!(properties["TpsType"]["anyOf"], json!([known, any]));
        assert_eq!(properties["TpsType"]["enum"], Value::Null);
        assert_eq!(properties["Qos"]["anyOf"][1], json!({ "type": "integer" }));
        assert_eq!(properties["BeginTime"]["type"], "integer");
        session.end();
    }
}

#[test]
fn the_example_of_every_action_is_sent_and_its_response_returned() {
    for example in examples() {
        let server = Server::answer(200, &example.json.to_string());
        let options = ["--endpoint", &server.endpoint, "--allow-writes", "-vvv"];
        let mut session = Session::start(&options);
        let tools = session.tools();
        let (text, is_error) = session.call(&example.action, &arguments(&example, &tools));
        assert!(!is_error, "{text}");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(answer["RequestId"], example.json["RequestId"]);
        let request = server.request();
        // Some parameters are in the query, others in the form body.
        let query = request.split([' ', '?']).nth(2).unwrap_or_default();
        let body = request.rsplit("\r\n\r\n").next().unwrap_or_default();
        let sent: HashMap<_, _> = form_urlencoded::parse(query.as_bytes())
            .chain(form_urlencoded::parse(body.as_bytes()))
            .collect();
        for (name, value) in &example.parameters {
            assert_eq!(sent[name.as_str()], value.as_str(), "{name}");
        }
        let log = session.end();
        assert!(log.contains(&example.action), "{log}");
    }
}

#[test]
fn an_error_of_the_service_has_code_message_request_id_and_remedy() {
    let page = ons_mqtt_docs::page("BIZ_SUBSCRIPTION_NOT_FOUND").expect("a page");
    for (language, page) in [("en", page.body.en), ("zh", page.body.zh)] {
        let body = json!({
            "RequestId": "R1", "HostId": "h", "Message": "Not there.",
            "Code": "BIZ_SUBSCRIPTION_NOT_FOUND",
        });
        let server = Server::answer(400, &body.to_string());
        let mut session = Session::start(&["--endpoint", &server.endpoint, "--language", language]);
        let arguments = json!({ "GroupId": "GID_none" });
        let error = session.error("OnsMqttQueryClientByGroupId", &arguments);
        assert_eq!(error["code"], "BIZ_SUBSCRIPTION_NOT_FOUND");
        assert_eq!(error["message"], "Not there.");
        assert_eq!(error["requestId"], "R1");
        assert_eq!(error["retryable"], false);
        let remedy = error["remedy"].as_str().unwrap_or_default();
        assert_eq!(page.split("\n\n").nth(1), Some(remedy));
        session.end();
    }
}

#[test]
fn nothing_of_a_string_to_sign_after_a_token_is_shown() {
    let body = json!({
        "RequestId": "R1", "HostId": "h", "Code": "InvalidParameter.Other",
        "Message": "string to sign is:POST&%2F&SecurityToken%3Dhidden%26Z%3D1",
    });
    let server = Server::answer(400, &body.to_string());
    let mut session = Session::start(&["--endpoint", &server.endpoint]);
    session.error("OnsMqttGroupIdList", &json!({}));
    assert!(!session.printed.contains("hidden"), "{}", session.printed);
    session.end();
}

#[test]
fn wrong_arguments_are_refused_before_anything_is_sent() {
    let mut session = Session::start(&NOWHERE);
    let table = [
        (json!({}), "parameter GroupId is missing"),
        (
            json!({ "GroupId": "GID_a", "Group": "x" }),
            "there is no parameter Group; known: GroupId",
        ),
        (json!({ "GroupId": ["GID_a"] }), "text"),
    ];
    for (arguments, expected) in table {
        let error = session.error("OnsMqttQueryClientByGroupId", &arguments);
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.contains(expected), "{arguments}: {error}");
    }
    session.end();
}

#[test]
fn a_dry_run_shows_the_parameters_but_neither_key_nor_signature() {
    let mut session = Session::start(&[&NOWHERE[..], &["--dry-run", "--allow-writes"]].concat());
    for example in examples() {
        let tools = session.tools();
        let (text, is_error) = session.call(&example.action, &arguments(&example, &tools));
        assert!(!is_error, "{text}");
        let request: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(request["action"], example.action);
        assert_eq!(request["method"], "POST");
        let expected: Map<String, Value> = example
            .parameters
            .iter()
            .map(|(name, text)| (name.clone(), json!(text)))
            .collect();
        assert_eq!(request["parameters"], Value::Object(expected));
    }
    assert!(!session.printed.contains(KEY_ID) && !session.printed.contains("Signature"));
    session.end();
}

#[test]
fn a_value_that_the_schema_does_not_list_is_sent() {
    let mut session = Session::start(&[&NOWHERE[..], &["--dry-run"]].concat());
    let arguments = json!({
        "BeginTime": 1, "EndTime": 2, "ParentTopic": "t", "TpsType": "AVG", "TransType": "pub",
    });
    let (text, is_error) = session.call("OnsMqttQueryMsgTransTrend", &arguments);
    assert!(!is_error, "{text}");
    let request: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(request["parameters"]["TpsType"], "AVG");
    session.end();
}

#[test]
fn a_long_answer_is_cut_off_with_a_note() {
    const SHOWN: usize = 64 << 10;
    let groups = vec![json!({ "GroupId": "GID_".to_owned() + &"组".repeat(100) }); 1000];
    let body = json!({ "RequestId": "1", "Data": { "MqttGroupIdDo": groups } });
    let server = Server::answer(200, &body.to_string());
    let mut session = Session::start(&["--endpoint", &server.endpoint]);
    let (text, is_error) = session.call("OnsMqttGroupIdList", &json!({}));
    assert!(!is_error, "{text}");
    assert!(text.len() < SHOWN + 300, "{}", text.len());
    assert!(text.contains("Ask for less"), "{}", &text[SHOWN - 100..]);
    session.end();
}

#[test]
fn a_call_beside_sixteen_others_is_refused() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("http://{}", silent.local_addr().expect("an address"));
    let mut session = Session::start(&["--endpoint", &endpoint, "--timeout", "1h"]);
    for _ in 0..17 {
        session.begin("tools/call", &json!({ "name": "OnsMqttGroupIdList" }));
    }
    let refused = session.answer()["result"].clone();
    assert_eq!(refused["isError"], true, "{refused}");
    let text = refused["content"][0]["text"].as_str().unwrap_or_default();
    assert!(text.contains("too many calls at a time"), "{text}");
    assert!(!session.tools().is_empty(), "the others still wait");
    session.child.kill().expect("it runs");
    session.child.wait().expect("it ends");
}

#[test]
fn messages_that_are_too_long_or_not_json_do_not_end_the_session() {
    let mut session = Session::start(&NOWHERE);
    let long = "x".repeat(2 << 20);
    session.send(&json!({ "jsonrpc": "2.0", "id": "long", "method": long }));
    writeln!(session.input, "not JSON").expect("it reads");
    assert!(!session.tools().is_empty());
    session.end();
}

#[test]
fn without_a_client_the_program_ends_by_itself() {
    let mut command = command(&[&["mcp"][..], &NOWHERE].concat());
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    assert!(output.status.success());
    assert_eq!(output.stdout, b"");

    let mut command = support::command(&["mcp"]);
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(3), "no endpoint");
}
