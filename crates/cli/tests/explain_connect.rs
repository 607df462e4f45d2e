//! Explains why devices are refused.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use ons_mqtt_broker::device_password;
use serde_json::json;
use support::{KEY_ID, Run, SECRET, Server, run, run_against};

const CLIENT: &str = "GID_test@@@lamp";
const USER_NAME: &str = "Signature|testid|post-cn-test";

fn password(client_id: &str) -> String {
    device_password(&SECRET.into(), client_id)
}

/// Returns the answer with one group.
fn groups(group_id: &str) -> String {
    let group = json!({"GroupId": group_id, "InstanceId": "post-cn-test"});
    json!({"RequestId": "R1", "Data": {"MqttGroupIdDo": [group]}}).to_string()
}

fn error(code: &str) -> String {
    json!({"RequestId": "R1", "HostId": "h", "Code": code, "Message": "No."}).to_string()
}

fn explain(client_id: &str, user_name: &str, password: &str) -> Run {
    run(&[
        "explain-connect",
        client_id,
        "--user-name",
        user_name,
        "--password",
        password,
    ])
}

#[test]
fn what_is_wrong_is_named_and_the_exit_code_is_1() {
    let right = password(CLIENT);
    let (head, last) = right.split_at(right.len() - 2);
    let swapped = format!("{head}X=");
    let rest = &last;
    let (no_group, short) = ("lamp", "GID_te@@@lamp");
    for (client_id, user_name, password, expected) in [
        (
            no_group,
            USER_NAME,
            password(no_group),
            "wrong  \"lamp\": the client ID does not contain `@@@`".to_owned(),
        ),
        (
            short,
            USER_NAME,
            password(short),
            "the group has 6 characters, 7 to 64".to_owned(),
        ),
        (
            "GID_test@@@a/b",
            USER_NAME,
            password("GID_test@@@a/b"),
            "the device contains '/'".to_owned(),
        ),
        (
            CLIENT,
            "testid",
            right.clone(),
            "wrong  the user name does not begin with `Signature|`".to_owned(),
        ),
        (
            CLIENT,
            "Signature|testid",
            right.clone(),
            "wrong  the user name ends after the access key".to_owned(),
        ),
        (
            CLIENT,
            USER_NAME,
            swapped,
            format!("wrong  byte 26 differs: sent \"X=\", expected {rest:?}\n  send   {right}"),
        ),
        (
            CLIENT,
            USER_NAME,
            String::new(),
            format!("wrong  byte 0 differs: sent \"\", expected {right:?}"),
        ),
    ] {
        let run = explain(client_id, user_name, &password);
        assert!(run.stdout.contains(&expected), "{expected}\n{}", run.stdout);
        assert_eq!(run.stdout.matches("wrong").count(), 1, "{}", run.stdout);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert_eq!(run.stderr, "error: the device would be refused\n");
    }
}

#[test]
fn a_device_that_may_connect_is_no_error() {
    let server = Server::answer(200, &groups("GID_test"));
    let password = password(CLIENT);
    let arguments = [
        "explain-connect",
        CLIENT,
        "--user-name",
        USER_NAME,
        "--password",
        &password,
    ];
    let run = run_against(&server, &arguments, &[]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let expected = "\
Client ID: GID@@@DeviceId
  ok     \"GID_test@@@lamp\": group GID_test, 15 of 64 characters
User name: Signature|AccessKeyId|InstanceId
  ok     Signature
  ok     access key \"testid\", which is yours
  ok     instance \"post-cn-test\"
Password: base64(HMAC-SHA1(secret, client ID))
  ok     fits the access key
Service
  ok     instance \"post-cn-test\" exists
  ok     group GID_test exists
";
    assert_eq!(run.stdout, expected);
    let request = server.request();
    assert!(request.contains("Action=OnsMqttGroupIdList"), "{request}");
    assert!(request.contains("InstanceId=post-cn-test"), "{request}");
}

#[test]
fn the_service_says_whether_instance_and_group_exist() {
    for (status, answer, code, expected) in [
        (
            200,
            groups("GID_other"),
            1,
            "ons-mqtt group create GID_test --instance-id post-cn-test",
        ),
        (
            400,
            error("EMPOWER_OWNER_CHECK_ERROR"),
            1,
            "wrong  instance \"post-cn-test\" does not exist",
        ),
        (
            500,
            error("ONS_SYSTEM_ERROR"),
            0,
            "?      instance and group: ",
        ),
    ] {
        let server = Server::answer(status, &answer);
        let run = run_against(
            &server,
            &["explain-connect", CLIENT, "--user-name", USER_NAME],
            &[],
        );
        assert!(run.stdout.contains(expected), "{}", run.stdout);
        assert_eq!(run.code, Some(code), "{}", run.stdout);
    }
}

#[test]
fn without_user_name_and_password_it_prints_what_to_send() {
    let server = Server::answer(200, &groups("GID_test"));
    let run_online = run_against(&server, &["explain-connect", CLIENT], &[]);
    assert_eq!(run_online.code, Some(0), "{}", run_online.stderr);
    let send = format!("  send   {}\n", password(CLIENT));
    assert!(run_online.stdout.contains(&send), "{}", run_online.stdout);
    let send = format!("  send   {USER_NAME}\n");
    assert!(run_online.stdout.contains(&send), "{}", run_online.stdout);

    let offline = run(&["explain-connect", CLIENT]);
    assert_eq!(offline.code, Some(0), "{}", offline.stderr);
    let send = format!("  send   Signature|{KEY_ID}|InstanceId\n");
    assert!(offline.stdout.contains(&send), "{}", offline.stdout);
    assert!(
        offline.stdout.contains("not asked: neither --region"),
        "{}",
        offline.stdout
    );
}

#[test]
fn the_password_of_another_access_key_is_neither_judged_nor_printed() {
    // The service tells the profile's own access key nothing about the instances of another one.
    let server = Server::answer(400, &error("EMPOWER_OWNER_CHECK_ERROR"));
    let user_name = "Signature|other|post-cn-test";
    let device = [
        "explain-connect",
        CLIENT,
        "--user-name",
        user_name,
        "--password",
        "anything",
    ];
    let run = run_against(&server, &device, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stdout.contains("?      not checked: only the secret"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains(&password(CLIENT)), "{}", run.stdout);
}

#[test]
fn control_characters_of_a_client_id_do_not_reach_the_terminal() {
    let run = run(&["explain-connect", "GID_test@@@a\u{1b}[2J\u{202e}"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains(r"a\u{1b}[2J\u{202e}"), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
}
