//! The binary, the spec's examples, and a server with fixed answers.

#![allow(dead_code, reason = "each test file uses only some of it")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

pub(crate) mod service;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread::JoinHandle;

use heck::ToKebabCase;
use serde_json::{Map, Value};

pub(crate) const KEY_ID: &str = "testid";
pub(crate) const SECRET: &str = "nobody-may-see-this-secret";

/// Exit code and output of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Returns the binary with only an access key in its environment.
pub(crate) fn command(arguments: &[impl AsRef<str>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ons-mqtt"));
    command
        .args(arguments.iter().map(AsRef::as_ref))
        .env_clear()
        .env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID)
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
    command
}

pub(crate) fn run(arguments: &[impl AsRef<str>]) -> Run {
    finish(&mut command(arguments))
}

/// Runs a command to its end and checks that the secret is not in its output.
pub(crate) fn finish(command: &mut Command) -> Run {
    let output = command.output().expect("the binary runs");
    let run = Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("errors are UTF-8"),
    };
    assert!(!run.stdout.contains(SECRET), "{command:?}");
    assert!(!run.stderr.contains(SECRET), "{command:?}");
    run
}

/// Action with its example.
pub(crate) struct Example {
    pub(crate) action: String,
    /// Words of the subcommand.
    pub(crate) command: Vec<String>,
    /// Subcommand and its arguments.
    pub(crate) arguments: Vec<String>,
    /// Parameters as they are on the wire.
    pub(crate) parameters: Vec<(String, String)>,
    /// `true` if the action does not work without parameters.
    pub(crate) has_required: bool,
    pub(crate) json: Value,
    pub(crate) xml: String,
}

/// Returns the examples of all actions of the spec that have one.
pub(crate) fn examples() -> Vec<Example> {
    let spec = include_str!("../../../../spec/ons-2019-02-14.json");
    let spec: Value = serde_json::from_str(spec).expect("the spec is JSON");
    let prefix = text(&spec["naming"]["action_prefix"]);
    let actions = spec["actions"]
        .as_array()
        .expect("a list of actions")
        .iter();
    let with_examples = actions.filter(|action| action["examples"].is_object());
    with_examples
        .map(|action| example(action, prefix))
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn example(action: &Value, prefix: &str) -> Example {
    let name = text(&action["name"]);
    let command: Vec<String> = match action["command"].as_str() {
        Some(command) => command.split(' ').map(str::to_owned).collect(),
        None => vec![name.strip_prefix(prefix).unwrap_or(name).to_kebab_case()],
    };
    let request = &action["examples"]["request"];
    let declared = action["parameters"].as_array();
    let declared = declared.map_or(&[][..], Vec::as_slice);
    let mut arguments = command.clone();
    for parameter in declared {
        arguments.extend(given(parameter, request));
    }
    let parameters = request.as_object().expect("an object").iter();
    Example {
        action: name.to_owned(),
        command,
        arguments,
        parameters: parameters
            .map(|(name, value)| (name.clone(), text(value).to_owned()))
            .collect(),
        has_required: declared
            .iter()
            .any(|parameter| parameter["required"] == true),
        json: action["examples"]["json"].clone(),
        xml: text(&action["examples"]["xml"]).to_owned(),
    }
}

/// Returns the words of the command line for a parameter of an example.
fn given(parameter: &Value, request: &Value) -> Vec<String> {
    let name = text(&parameter["name"]);
    let option = format!("--{}", name.to_kebab_case());
    if parameter["type"]["list"].is_object() {
        let items = items(parameter, request).into_iter();
        return items.flat_map(|item| [option.clone(), item]).collect();
    }
    match request[name].as_str() {
        None => Vec::new(),
        Some(value) if parameter["required"] == true => vec![value.to_owned()],
        Some(value) => vec![option, value.to_owned()],
    }
}

/// Returns the items of a list. Each becomes an option of the command line; a struct is JSON.
fn items(parameter: &Value, request: &Value) -> Vec<String> {
    let name = text(&parameter["name"]);
    match (request[name].as_str(), parameter["style"].as_str()) {
        (Some(joined), Some("simple")) => {
            return joined.split(',').map(str::to_owned).collect();
        }
        (Some(json), _) => {
            let list: Vec<Value> = serde_json::from_str(json).expect("a list in JSON");
            let word = |item: &Value| item.as_str().map_or(item.to_string(), str::to_owned);
            return list.iter().map(word).collect();
        }
        _ => {}
    }
    let item = |number: usize| {
        let key = format!("{name}.{number}");
        if let Some(value) = request[&key].as_str() {
            return Some(value.to_owned());
        }
        let members = request.as_object()?.iter();
        let members: Map<String, Value> = members
            .filter_map(|(name, value)| {
                let member = name.strip_prefix(&key)?.strip_prefix('.')?;
                Some((member.to_owned(), value.clone()))
            })
            .collect();
        (!members.is_empty()).then(|| Value::Object(members).to_string())
    };
    (1..).map_while(item).collect()
}

/// Server that answers one request and then stops.
pub(crate) struct Server {
    pub(crate) endpoint: String,
    thread: JoinHandle<String>,
}

impl Server {
    pub(crate) fn answer(status: u16, body: &str) -> Self {
        let body = body.to_owned();
        Self::with(move |stream| {
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} Status\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            stream
                .write_all(answer.as_bytes())
                .expect("the client reads the answer");
        })
    }

    /// Accepts a request and waits until the client gives up.
    pub(crate) fn silent() -> Self {
        Self::with(|stream| {
            let _ = stream.read(&mut [0]);
        })
    }

    /// Answers the first bytes that it gets, whatever they are.
    pub(crate) fn silent_after(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let _ = stream.read(&mut [0; 9]);
            let _ = stream.write_all(answer.as_bytes());
            String::new()
        });
        Self {
            endpoint: format!("http://{address}"),
            thread,
        }
    }

    fn with(answer: impl FnOnce(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let request = request(&stream);
            answer(&mut stream);
            request
        });
        Self {
            endpoint: format!("http://{address}"),
            thread,
        }
    }

    /// Waits for the request and returns it.
    pub(crate) fn request(self) -> String {
        self.thread.join().expect("the server did not fail")
    }
}

fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        request.push_str(&line);
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    request + &String::from_utf8(body).expect("a form")
}

/// Runs a command against a server that answers once, so without retries.
pub(crate) fn run_against(server: &Server, arguments: &[impl AsRef<str>], more: &[&str]) -> Run {
    let mut all: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    all.extend(["--endpoint", &server.endpoint, "--retries", "0"]);
    all.extend(more);
    run(&all)
}
