//! The API Explorer: each action, called from its form.

use ons_mqtt_client::ErrorCode;
use reqwest::{Method, StatusCode};

use crate::support::{
    Browser, GROUP, INSTANCE, KEY, OTHER_KEY, Page, Service, code, now, unescaped,
};

/// Returns the text of the first block of code after a heading.
fn code_after(page: &Page, heading: &str) -> String {
    let (_, rest) = page.text.split_once(&format!(">{heading}<")).unwrap();
    let (_, rest) = rest.split_once("<code>").unwrap();
    // The first code of an answer is its request ID.
    let rest = match heading {
        "Answer" => {
            rest.split_once("<pre class=\"wrapped\" tabindex=\"0\"><code>")
                .unwrap()
                .1
        }
        _ => rest,
    };
    unescaped(rest.split_once("</code>").unwrap().0)
}

async fn run(browser: &Browser, action: &str, fields: &[(&str, &str)]) -> Page {
    let path = format!("/console/explorer/{action}");
    let form = browser.get(&path).await;
    assert_eq!(form.status, StatusCode::OK);
    let token = form.form_token();
    let mut all = vec![("-token", &*token)];
    all.extend(fields);
    browser.post(&path, &all, &[]).await
}

/// An action with values for its form and a text in its answer.
type Example<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

#[tokio::test]
async fn each_action_is_answered_in_both_formats() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let (begin, end) = ((now() - 60_000).to_string(), now().to_string());
    let own: &[Example<'_>] = &[
        (
            "OnsMqttGroupIdCreate",
            &[("GroupId", "GID_web")],
            "RequestId",
        ),
        ("OnsMqttGroupIdList", &[], "GID_web"),
        (
            "OnsMqttGroupIdDelete",
            &[("GroupId", "GID_web")],
            "RequestId",
        ),
        (
            "OnsMqttQueryHistoryOnline",
            &[("GroupId", GROUP), ("BeginTime", &begin), ("EndTime", &end)],
            "Records",
        ),
        (
            "OnsMqttQueryClientByTopic",
            &[("ParentTopic", "test")],
            "OnlineCount",
        ),
        (
            "OnsMqttQueryClientByGroupId",
            &[("GroupId", GROUP)],
            "OnlineCount",
        ),
        (
            "OnsMqttQueryClientByClientId",
            &[("ClientId", "GID_test@@@a")],
            "Online",
        ),
        (
            "OnsMqttQueryMsgTransTrend",
            &[
                ("BeginTime", &begin),
                ("EndTime", &end),
                ("ParentTopic", "test"),
                ("TpsType", "TPS"),
                ("TransType", "PUB"),
            ],
            "Title",
        ),
    ];
    assert_eq!(own.len(), ons_mqtt_docs::FORMS.actions.len());
    for format in ["JSON", "XML"] {
        for (action, fields, member) in own {
            let mut fields = fields.to_vec();
            fields.extend([("InstanceId", INSTANCE), ("-format", format)]);
            let page = run(&browser, action, &fields).await;
            assert!(page.text.contains("HTTP 200"), "{action}: {}", page.text);
            let answer = code_after(&page, "Answer");
            assert!(answer.contains(member), "{action}: {answer}");
            assert_eq!(answer.starts_with('{'), format == "JSON", "{answer}");
        }
    }
}

#[tokio::test]
async fn the_signed_request_is_one_that_the_api_accepts() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let fields = [
        ("InstanceId", INSTANCE),
        ("-show", "1"),
        ("-format", "JSON"),
    ];
    let page = run(&browser, "OnsMqttGroupIdList", &fields).await;
    assert!(!page.text.contains("HTTP 200"), "only the code was wanted");
    let request = code_after(&page, "Signed request");
    let query: String = request.split_whitespace().skip(1).collect();
    assert!(request.starts_with("POST "), "{request}");
    let answer = browser.ask(Method::POST, &query, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains(GROUP), "{}", answer.text);
}

#[tokio::test]
async fn a_failure_leads_to_the_page_of_its_code_and_what_was_entered_is_shown_as_text() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let script = "\"><script>alert(1)</script>";
    let fields = [("GroupId", script), ("InstanceId", INSTANCE)];
    let page = run(&browser, "OnsMqttQueryClientByGroupId", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("HTTP 400"));
    assert!(
        page.values_of("href")
            .contains(&"/console/errors/BIZ_FIELD_CHECK_INVALID".into())
    );
    assert!(page.values_of("value").contains(&script.to_owned()));
    assert!(!page.text.contains("<script>"), "{}", page.text);
}

#[tokio::test]
async fn a_call_needs_the_token_of_its_session_and_acts_for_its_access_key_only() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let other = Browser::signed_in(&service, OTHER_KEY).await;
    let path = "/console/explorer/OnsMqttGroupIdDelete";
    let foreign = other.get(path).await.form_token();
    for token in ["", "wrong", &foreign] {
        let fields = [
            ("GroupId", GROUP),
            ("InstanceId", INSTANCE),
            ("-token", token),
        ];
        let page = browser.post(path, &fields, &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{token}");
    }
    // The page has no field for the common parameters.
    let fields = [
        ("GroupId", GROUP),
        ("InstanceId", INSTANCE),
        ("AccessKeyId", KEY.0),
    ];
    let page = run(&other, "OnsMqttGroupIdDelete", &fields).await;
    assert!(
        page.text
            .contains("/console/errors/EMPOWER_OWNER_CHECK_ERROR")
    );
    let create = service
        .client()
        .group_id_create(GROUP)
        .instance_id(INSTANCE);
    assert_eq!(code(create.send().await), ErrorCode::BizSubscriptionExisted);
}

#[tokio::test]
async fn calls_have_a_limit_of_their_own() {
    let service = Service::with(crate::support::FAST).await;
    let browser = Browser::signed_in(&service, KEY).await;
    let path = "/console/explorer/OnsMqttQueryClientByTopic";
    let token = browser.get(path).await.form_token();
    let fields = [
        ("-token", &*token),
        ("ParentTopic", "test"),
        ("InstanceId", INSTANCE),
    ];
    for number in 0..300 {
        let page = browser.post(path, &fields, &[]).await;
        assert!(page.text.contains("HTTP 200"), "{number}");
    }
    let page = browser.post(path, &fields, &[]).await;
    assert!(page.text.contains("Too many calls."), "{}", page.text);
    // Those of the API are left to programs.
    let query = service
        .client()
        .query_client_by_topic("test")
        .instance_id(INSTANCE);
    query.send().await.unwrap();
}
