//! Checks `--dry-run` against a second, simple implementation of the protocol.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use hmac::{KeyInit, Mac};
use support::{KEY_ID, SECRET, command, examples, finish, run};

/// Options of every dry run.
const OPTIONS: [&str; 4] = ["--region", "cn-hangzhou", "--dry-run", "-vvv"];

/// Returns the value of a line of the output.
fn value<'a>(output: &'a str, name: &str) -> Option<&'a str> {
    output
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// Returns the parameters of a printed request.
fn parameters(output: &str) -> BTreeMap<String, String> {
    let line = value(output, "request line").expect("a request line");
    let (_, query) = line.split_once(" /?").expect("a query");
    let encoded = query.strip_suffix(" HTTP/1.1").expect("a version");
    form_urlencoded::parse(encoded.as_bytes())
        .into_owned()
        .collect()
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn string_to_sign(method: &str, parameters: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = parameters
        .iter()
        .filter(|(name, _)| *name != "Signature")
        .map(|(name, value)| format!("{}={}", percent_encoded(name), percent_encoded(value)))
        .collect();
    format!("{method}&%2F&{}", percent_encoded(&pairs.join("&")))
}

/// Computes HMAC-SHA1 with OpenSSL, or with the hmac crate if OpenSSL is not installed.
fn signature(text: &str) -> String {
    let key = format!("{SECRET}&");
    let openssl = Command::new("openssl")
        .args(["dgst", "-sha1", "-hmac", &key, "-binary"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let bytes = match openssl {
        Ok(mut openssl) => {
            let mut stdin = openssl.stdin.take().expect("a pipe");
            stdin
                .write_all(text.as_bytes())
                .expect("openssl reads its input");
            drop(stdin);
            openssl.wait_with_output().expect("openssl ends").stdout
        }
        Err(_) => {
            let mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(key.as_bytes());
            let mac = mac.expect("HMAC accepts keys of any length");
            mac.chain_update(text).finalize().into_bytes().to_vec()
        }
    };
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn the_request_of_every_action_is_signed_as_the_protocol_specifies() {
    for example in examples() {
        for method in ["GET", "POST"] {
            let mut arguments: Vec<&str> = example.arguments.iter().map(String::as_str).collect();
            arguments.extend(OPTIONS);
            arguments.extend(["--method", method]);
            let run = run(&arguments);
            assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
            assert_eq!(value(&run.stdout, "method"), Some(method));
            let endpoint = value(&run.stdout, "endpoint").expect("an endpoint");
            assert!(endpoint.starts_with("https://"), "{endpoint}");

            // All parameters of the product are in the query, as its metadata states.
            assert_eq!(value(&run.stdout, "form body"), None);
            let sent = parameters(&run.stdout);
            assert_eq!(sent["Action"], example.action);
            assert_eq!(sent["AccessKeyId"], KEY_ID);
            for (name, value) in &example.parameters {
                assert_eq!(sent.get(name), Some(value), "{name}");
            }
            let expected = string_to_sign(method, &sent);
            assert_eq!(value(&run.stdout, "string to sign"), Some(&*expected));
            assert_eq!(sent["Signature"], signature(&expected), "{arguments:?}");
        }
    }
}

#[test]
fn values_that_need_escapes_are_signed_as_the_protocol_specifies() {
    let odd = "a b+c*d~e/f=g&h%i,中文\u{1f600}";
    let mut arguments = vec!["online", "topic", "--", odd];
    arguments.splice(2..2, OPTIONS);
    let run = run(&arguments);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let sent = parameters(&run.stdout);
    assert_eq!(sent["ParentTopic"], odd);
    assert_eq!(sent["Signature"], signature(&string_to_sign("POST", &sent)));
}

#[test]
fn times_and_enum_values_are_normalized_in_the_request() {
    let times = [
        "2019-10-13T17:30:01+08:00",
        "1570962601",
        "topic",
        "tps",
        "Pub",
    ];
    let mut arguments = vec!["message", "trend"];
    arguments.extend(times);
    arguments.extend(["--qos", "7", "--msg-type", "p2p"]);
    arguments.extend(OPTIONS);
    let run = run(&arguments);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let sent = parameters(&run.stdout);
    let expected = [
        ("BeginTime", "1570959001000"),
        ("EndTime", "1570962601000"),
        ("TpsType", "TPS"),
        ("TransType", "PUB"),
        ("MsgType", "P2P"),
        ("Qos", "7"),
    ];
    for (name, value) in expected {
        assert_eq!(sent[name], value, "{name}");
    }
}

#[test]
fn an_unknown_value_is_sent_as_it_is_with_a_warning_unless_the_spec_expects_others() {
    let mut arguments = vec!["message", "trend", "-1h", "now", "topic", "avg", "Sub"];
    arguments.extend(["--qos", "7"]);
    arguments.extend(OPTIONS);
    let run = run(&arguments);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let sent = parameters(&run.stdout);
    assert_eq!((&*sent["TpsType"], &*sent["TransType"]), ("avg", "SUB"));
    let warnings: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| line.starts_with("warning: "))
        .collect();
    let expected = "warning: `avg` is not a known value of <TPS_TYPE>, and is sent as it is; \
                    known: TPS, SUM";
    assert_eq!(warnings, [expected]);
}

#[test]
fn relative_times_are_one_hour_apart() {
    let mut arguments = vec!["online", "history", "-1h", "now", "GID_test"];
    arguments.extend(OPTIONS);
    let run = run(&arguments);
    let sent = parameters(&run.stdout);
    let time = |name: &str| sent[name].parse::<i64>().expect("a number");
    let apart = time("EndTime") - time("BeginTime");
    assert!((3_600_000..3_605_000).contains(&apart), "{apart}");
}

#[test]
fn a_temporary_key_is_sent_with_its_token() {
    let mut arguments = vec!["group", "list"];
    arguments.extend(OPTIONS);
    let mut command = command(&arguments);
    let run = finish(command.env("ALIBABA_CLOUD_SECURITY_TOKEN", "token"));
    assert_eq!(parameters(&run.stdout)["SecurityToken"], "token");
}
