//! People who sign in on one node and use the pages of another.

use crate::machine::{Device, Machine, create_group, send};
use crate::program::{INSTANCE, KEY_ID, Program};

/// Tries to sign in; returns the status, and the cookie of the session.
pub(crate) async fn sign_in(node: &Program, secret: &str) -> (u16, String) {
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let fields = format!("id={KEY_ID}&secret={secret}");
    let (status, head, _) = send(node, "POST", "/console/sign-in", form, &fields).await;
    let mut lines = head.lines();
    let cookie = lines.find_map(|line| line.strip_prefix("set-cookie: console_session="));
    let cookie = cookie.unwrap_or_default().split(';').next().unwrap();
    (status, format!("cookie: console_session={cookie}\r\n"))
}

/// Returns whether the overview knows the person, and the overview.
pub(crate) async fn is_signed_in(node: &Program, cookie: &str) -> (bool, String) {
    let (status, _, page) = send(node, "GET", "/console/instances", cookie, "").await;
    (status == 200, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_on_one_node_is_signed_in_and_out_on_all() {
    let machine = Machine::start().await;
    let nodes = machine.nodes(["a", "b"]).await;
    let (status, cookie) = sign_in(&nodes[0], "testsecret").await;
    assert_eq!(status, 303);
    for node in &nodes {
        assert!(is_signed_in(node, &cookie).await.0);
    }
    // The first half names the session in NATS, and is not enough.
    let half = cookie.len() - 2 - 32;
    let other = format!("{}{}\r\n", &cookie[..half], "0".repeat(32));
    assert!(!is_signed_in(&nodes[1], &other).await.0);
    let (_, page) = is_signed_in(&nodes[1], &cookie).await;
    let token = page.split("name=\"-token\" value=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap();
    let headers = format!("content-type: application/x-www-form-urlencoded\r\n{cookie}");
    let fields = format!("-token={token}");
    let (status, _, _) = send(&nodes[1], "POST", "/console/sign-out", &headers, &fields).await;
    assert_eq!(status, 303);
    for node in &nodes {
        assert!(!is_signed_in(node, &cookie).await.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tries_on_one_node_count_on_all() {
    let machine = Machine::start().await;
    let nodes = machine.nodes(["a", "b"]).await;
    for at in 0..5 {
        assert_eq!(sign_in(&nodes[at % 2], "wrong").await.0, 403);
    }
    for node in &nodes {
        assert_eq!(sign_in(node, "testsecret").await.0, 429);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_one_node_show_the_devices_of_another() {
    let machine = Machine::start().await;
    let nodes = machine.nodes(["a", "b"]).await;
    create_group(&nodes[0], "GID_test").await.unwrap();
    let _device = Device::connect(&nodes[1], "GID_test@@@lamp").await.unwrap();
    assert!(
        Device::connect(&nodes[1], "GID_none@@@stranger")
            .await
            .is_none()
    );
    let (_, cookie) = sign_in(&nodes[0], "testsecret").await;
    let page = async |path: &str| {
        let path = format!("/console/instances/{INSTANCE}/{path}");
        let (status, _, page) = send(&nodes[0], "GET", &path, &cookie, "").await;
        assert_eq!(status, 200, "{path}");
        page
    };
    assert!(page("groups/GID_test").await.contains("GID_test@@@lamp"));
    assert!(page("refusals").await.contains("GID_none@@@stranger"));
    let device = page("clients?id=GID_test@@@lamp").await;
    assert!(device.contains("127.0.0.1:"), "{device}");
}
