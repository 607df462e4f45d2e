//! The binary, the spec's examples, and a server with fixed answers.

#![allow(dead_code, reason = "each test file uses only some of it")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread::JoinHandle;

use serde_json::Value;

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
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) json: Value,
    pub(crate) xml: String,
}

/// Returns the examples of all actions of the spec.
pub(crate) fn examples() -> Vec<Example> {
    let spec = include_str!("../../../../spec/ons-2019-02-14.json");
    let spec: Value = serde_json::from_str(spec).expect("the spec is JSON");
    let actions = spec["actions"].as_array().expect("a list of actions");
    actions.iter().map(example).collect()
}

fn example(action: &Value) -> Example {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let command: Vec<String> = text(&action["command"])
        .split(' ')
        .map(str::to_owned)
        .collect();
    let mut arguments = command.clone();
    let mut parameters = Vec::new();
    let request = &action["examples"]["request"];
    for parameter in action["parameters"].as_array().into_iter().flatten() {
        let name = text(&parameter["name"]);
        let Some(value) = request[&name].as_str() else {
            continue;
        };
        if parameter["required"] != true {
            arguments.push(format!("--{}", kebab(&name)));
        }
        arguments.push(value.to_owned());
        parameters.push((name, value.to_owned()));
    }
    Example {
        action: text(&action["name"]),
        command,
        arguments,
        parameters,
        json: action["examples"]["json"].clone(),
        xml: text(&action["examples"]["xml"]),
    }
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
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
