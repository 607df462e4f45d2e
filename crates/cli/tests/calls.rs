//! Calls a test server and checks the output for responses and errors, and exit codes.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt as _;

use serde_json::{Value, json};
use support::{Server, command, examples, finish, run, run_against};

#[test]
fn responses_in_json_and_xml_are_shown_alike_for_every_action() {
    for example in examples() {
        let mut shown = Vec::new();
        for body in [example.json.to_string(), example.xml.clone()] {
            let mut outputs = Vec::new();
            for format in ["json", "xml", "table"] {
                let server = Server::answer(200, &body);
                let run = run_against(&server, &example.arguments, &["--output", format, "-vvv"]);
                assert_eq!(run.code, Some(0), "{}: {}", example.action, run.stderr);
                let request = server.request();
                let action = format!("Action={}&", example.action);
                assert!(request.contains(&action), "{request}");
                outputs.push(run.stdout);
            }
            shown.push(outputs);
        }
        assert_eq!(shown[0], shown[1], "{}", example.action);
        let json: Value = serde_json::from_str(&shown[0][0]).expect("JSON");
        assert_eq!(json["RequestId"], example.json["RequestId"]);
        let element = format!("<{}Response>", example.action);
        assert!(shown[0][1].starts_with(&element), "{}", shown[0][1]);
        assert!(shown[0][2].starts_with("RequestId"), "{}", shown[0][2]);
    }
}

#[test]
fn output_is_json_by_default_without_a_terminal() {
    let server = Server::answer(200, r#"{"RequestId": "1"}"#);
    let run = run_against(&server, &["group", "create", "GID_test"], &[]);
    assert_eq!(run.stdout, "{\n  \"RequestId\": \"1\"\n}\n");
}

#[test]
fn a_list_is_a_table_with_times_in_utc() {
    let groups = json!([
        {"GroupId": "GID_a", "CreateTime": 1_555_293_113_000_i64, "UpdateTime": "1555293113000",
         "InstanceId": "一", "IndependentNaming": true},
        {"GroupId": "GID_bc", "CreateTime": 1_555_293_113_001_i64, "UpdateTime": 1_555_293_113_i64,
         "InstanceId": "two", "IndependentNaming": false, "Owner": "\u{1b}[31m"},
    ]);
    let body = json!({"RequestId": "1", "Data": {"MqttGroupIdDo": groups}});
    let server = Server::answer(200, &body.to_string());
    let run = run_against(&server, &["group", "list"], &["--output", "table"]);
    let expected = "\
RequestId  1

GroupId  CreateTime                UpdateTime            InstanceId  IndependentNaming  Owner
GID_a    2019-04-15T01:51:53Z      2019-04-15T01:51:53Z  一          true
GID_bc   2019-04-15T01:51:53.001Z  2019-04-15T01:51:53Z  two         false              \u{fffd}[31m
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn a_chart_is_shown_as_a_table_without_a_terminal() {
    let example = examples()
        .into_iter()
        .find(|e| e.command == ["online", "history"]);
    let example = example.expect("the spec has this action");
    let server = Server::answer(200, &example.json.to_string());
    let run = run_against(&server, &example.arguments, &["--output", "table"]);
    let expected = "X                     Y\n2019-10-13T09:55:01Z  2\n";
    assert!(run.stdout.ends_with(expected), "{}", run.stdout);
}

/// Returns the body of an error answer.
fn error(code: &str) -> String {
    let body = json!({"RequestId": "R1", "HostId": "h", "Code": code, "Message": "It says no."});
    body.to_string()
}

#[test]
fn an_error_of_the_service_is_shown_with_its_explanation() {
    let server = Server::answer(400, &error("BIZ_SUBSCRIPTION_EXISTED"));
    let run = run_against(&server, &["group", "create", "GID_test"], &[]);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.stdout, "");
    let mut lines = run.stderr.lines();
    let first = lines.next().unwrap_or_default();
    for part in [
        "OnsMqttGroupIdCreate",
        "BIZ_SUBSCRIPTION_EXISTED",
        "It says no",
        "R1",
    ] {
        assert!(first.contains(part), "{first}");
    }
    let second = lines.next().unwrap_or_default();
    let page = ons_mqtt_docs::page("BIZ_SUBSCRIPTION_EXISTED").expect("a page");
    let remedy = page.body.en.split("\n\n").nth(1).expect("a remedy");
    assert!(second.starts_with("help: "), "{second}");
    let words = |text: &str| text.replace(['`', '\n'], " ").split_whitespace().count();
    assert!(words(second) >= words(remedy), "{second}");
    assert!(
        second.ends_with("explain BIZ_SUBSCRIPTION_EXISTED"),
        "{second}"
    );
    assert_eq!(lines.next(), None, "{}", run.stderr);
}

#[test]
fn an_error_without_a_page_in_the_reference_is_shown_on_one_line() {
    let server = Server::answer(400, &error("NEW_CODE"));
    let run = run_against(&server, &["group", "list"], &[]);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("NEW_CODE"), "{}", run.stderr);
}

#[test]
fn an_unreadable_body_is_shown_without_control_characters() {
    let server = Server::answer(502, "<html>\u{1b}[2JBad Gateway</html>");
    let run = run_against(&server, &["group", "list"], &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("Bad Gateway"), "{}", run.stderr);
    assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
}

#[test]
fn throttled_calls_exit_with_5() {
    for code in ["Throttling", "Throttling.User", "Throttling.New"] {
        let server = Server::answer(400, &error(code));
        let run = run_against(&server, &["online", "group", "GID_test"], &[]);
        assert_eq!(run.code, Some(5), "{code}: {}", run.stderr);
    }
}

#[test]
fn calls_without_an_answer_exit_with_4() {
    let server = Server::silent();
    let run_silent = run_against(&server, &["group", "list"], &["--timeout", "50ms"]);
    assert_eq!(run_silent.code, Some(4), "{}", run_silent.stderr);

    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let arguments = ["group", "list", "--retries", "0", "--endpoint", &endpoint];
    assert_eq!(run(&arguments).code, Some(4));
}

#[test]
fn missing_credentials_or_endpoints_exit_with_3() {
    let arguments = ["group", "list", "--region", "cn-hangzhou"];
    let run_without = finish(
        command(&arguments)
            .env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID")
            .env_remove("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    );
    assert_eq!(run_without.code, Some(3), "{}", run_without.stderr);
    assert!(run_without.stderr.contains("ALIBABA_CLOUD_ACCESS_KEY_ID"));
    assert_eq!(run(&["group", "list"]).code, Some(3));
}

#[test]
fn wrong_regions_and_endpoints_are_wrong_usage() {
    let near = run(&["group", "list", "--region", "cn-hangzou"]);
    assert_eq!(near.code, Some(2));
    assert!(near.stderr.contains("cn-hangzhou,"), "{}", near.stderr);
    assert_eq!(
        run(&["group", "list", "--endpoint", "ftp://x"]).code,
        Some(2)
    );
}

#[test]
fn an_argument_that_is_not_utf_8_is_wrong_usage() {
    for place in [&["group", "list", "--instance-id"][..], &["--profile"]] {
        let mut call = command(place);
        let run = finish(call.arg(OsStr::from_bytes(b"\xff")));
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains("UTF-8"), "{run:?}");
    }
}

#[test]
fn region_and_endpoint_may_come_from_the_environment() {
    let server = Server::answer(200, r#"{"RequestId": "1"}"#);
    let run = finish(
        command(&["group", "list"])
            .env("ONS_MQTT_REGION", "cn-beijing")
            .env("ONS_MQTT_ENDPOINT", &server.endpoint),
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let request = server.request();
    assert!(request.contains("RegionId=cn-beijing"), "{request}");
}

#[test]
fn a_default_instance_comes_from_the_environment_or_the_profile() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join(".alibabacloud");
    std::fs::create_dir(&folder).expect("a folder");
    let profiles = "[default]\nons_mqtt_default_instance = post-cn-default\n\n\
                    [other]\nons_mqtt_default_instance = post-cn-other\n\
                    type = access_key\naccess_key_id = i\naccess_key_secret = s\n";
    std::fs::write(folder.join("credentials.ini"), profiles).expect("a file");
    let variable = ("ONS_MQTT_DEFAULT_INSTANCE", "post-cn-variable");
    let empty = ("ONS_MQTT_DEFAULT_INSTANCE", "");
    let serve = ("ONS_MQTT_INSTANCE_ID", "post-cn-of-serve");
    type Row<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);
    let table: [Row<'_>; 6] = [
        (&[], &[], "post-cn-default"),
        (&["--profile", "other"], &[], "post-cn-other"),
        (&[], &[variable], "post-cn-variable"),
        (&["--profile", "other"], &[variable], "post-cn-variable"),
        (&["--instance-id", "given"], &[variable], "given"),
        (&[], &[empty, serve], "post-cn-default"),
    ];
    for (options, variables, expected) in table {
        let server = Server::answer(200, r#"{"RequestId": "1"}"#);
        let mut call = command(&["group", "list", "--endpoint", &server.endpoint]);
        call.args(options).env("HOME", home.path());
        let run = finish(call.envs(variables.iter().copied()));
        let expected = format!("InstanceId={expected}");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(server.request().contains(&expected), "{expected}");
    }
}

#[test]
fn the_password_of_a_device_needs_no_service() {
    let password = run(&["password", "GID_test@@@lamp"]);
    assert_eq!(password.code, Some(0), "{}", password.stderr);
    assert_eq!(password.stdout.trim().len(), 28, "{}", password.stdout);
    let checked = run(&[
        "explain-connect",
        "GID_test@@@lamp",
        "--user-name",
        "Signature|testid|post-cn-local",
        "--password",
        password.stdout.trim(),
    ]);
    assert!(
        checked.stdout.contains("fits the access key"),
        "{}",
        checked.stdout
    );
    let wrong = run(&["password", "lamp"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("help: a client ID is GID@@@DeviceId"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn an_empty_variable_is_not_set() {
    let mut dry_run = command(&["group", "list", "--region", "cn-hangzhou", "--dry-run"]);
    let run = finish(
        dry_run
            .env("ONS_MQTT_ENDPOINT", "")
            .env("ONS_MQTT_REGION", ""),
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stdout.contains("RegionId=cn-hangzhou"),
        "{}",
        run.stdout
    );
}

#[test]
fn usage_shows_no_option_as_required_because_a_variable_is_set() {
    let mut wrong = command(&["group", "create"]);
    let run = finish(wrong.env("ONS_MQTT_ENDPOINT", "http://127.0.0.1:1"));
    assert_eq!(run.code, Some(2));
    let usage = "Usage: ons-mqtt group create <GROUP_ID>\n";
    assert!(run.stderr.contains(usage), "{}", run.stderr);
}

#[test]
fn a_host_on_this_machine_needs_no_scheme_and_plain_http_elsewhere_is_named() {
    let server = Server::answer(200, r#"{"RequestId": "1"}"#);
    let address = server.endpoint.replace("http://", "");
    let called = run(&["group", "list", "--endpoint", &address]);
    assert_eq!(called.code, Some(0), "{}", called.stderr);

    let server = Server::silent_after("HTTP/1.1 400 Bad Request\r\n\r\n");
    let endpoint = server.endpoint.replace("http://", "https://");
    let refused = run(&["group", "list", "--retries", "0", "--endpoint", &endpoint]);
    assert_eq!(refused.code, Some(4));
    let hint = "if it speaks plain HTTP, begin the endpoint with http://";
    assert!(refused.stderr.contains(hint), "{}", refused.stderr);
}

/// Proxy that refuses every request and counts them.
struct Proxy {
    url: String,
    asked: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = std::sync::Arc::<std::sync::Mutex<Vec<String>>>::default();
        let seen = std::sync::Arc::clone(&asked);
        std::thread::spawn(move || {
            for mut connection in listener.incoming().map_while(Result::ok) {
                let mut line = String::new();
                let _ = BufReader::new(&connection).read_line(&mut line);
                seen.lock().expect("a list").push(line);
                let _ = connection.write_all(b"HTTP/1.1 502 X\r\ncontent-length: 0\r\n\r\n");
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("a list").clone()
    }
}

#[test]
fn calls_to_this_machine_and_its_metadata_service_use_no_proxy() {
    let proxy = Proxy::start();
    for host in ["127.0.0.1", "localhost"] {
        let server = Server::answer(200, r#"{"RequestId": "1"}"#);
        let endpoint = server.endpoint.replace("127.0.0.1", host);
        let mut call = command(&["group", "list", "--endpoint", &endpoint]);
        let run = finish(call.env("http_proxy", &proxy.url));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
    let mut without_key = command(&["group", "list", "--endpoint", "http://192.0.2.1"]);
    without_key
        .env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID")
        .env_remove("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
        .env_remove("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
    let run = finish(without_key.env("http_proxy", &proxy.url));
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    assert_eq!(proxy.asked(), Vec::<String>::new());

    let mut elsewhere = command(&["group", "list", "--endpoint", "http://192.0.2.1"]);
    let run = finish(
        elsewhere
            .args(["--retries", "0"])
            .env("http_proxy", &proxy.url),
    );
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        proxy.asked()[0].contains("192.0.2.1"),
        "{:?}",
        proxy.asked()
    );
}

#[test]
fn verbose_output_contains_the_call_but_not_the_secret() {
    let body = error("SignatureDoesNotMatch");
    for verbosity in ["-v", "-vvv"] {
        let server = Server::answer(400, &body);
        let run = run_against(&server, &["group", "list"], &[verbosity]);
        assert_eq!(run.code, Some(1));
        assert!(run.stderr.contains("OnsMqttGroupIdList"), "{}", run.stderr);
    }
}
