//! Signing in to the web pages.

use reqwest::StatusCode;
use reqwest::header::{HOST, HeaderName, ORIGIN, SET_COOKIE};

use crate::support::{Browser, KEY, OTHER_KEY, Service};

const EXPLORER: &str = "/console/explorer/OnsMqttGroupIdList";
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

#[tokio::test]
async fn an_access_key_signs_in_until_its_holder_signs_out() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    let led = browser.get(EXPLORER).await;
    let sign_in = "/console/sign-in?next=%2Fconsole%2Fexplorer%2FOnsMqttGroupIdList";
    assert_eq!(led.leads_to(), sign_in);
    let form = browser.get(led.leads_to()).await;
    assert!(form.values_of("value").contains(&EXPLORER.to_owned()));
    let fields = [("id", KEY.0), ("secret", KEY.1), ("next", EXPLORER)];
    let led = browser.post("/console/sign-in", &fields, &[]).await;
    assert_eq!(led.leads_to(), EXPLORER);
    let cookie = led.headers[SET_COOKIE].to_str().unwrap();
    let (token, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(token.len(), "console_session=".len() + 64);
    let expected = "Path=/console; Max-Age=43200; HttpOnly; SameSite=Strict";
    assert_eq!(attributes, expected);
    let page = browser.get(EXPLORER).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains(KEY.1), "the secret is in the page");
    let fields = [("-token", &*page.form_token())];
    let led = browser.post("/console/sign-out", &fields, &[]).await;
    assert_eq!(led.leads_to(), "/console");
    let (same, _) = cookie.split_once(';').unwrap();
    let again = Browser::new(&service);
    let headers = [(reqwest::header::COOKIE, same)];
    let page = again.ask(reqwest::Method::GET, EXPLORER, &headers).await;
    assert_eq!(page.leads_to(), sign_in, "the session goes on");
}

#[tokio::test]
async fn a_new_session_replaces_whatever_the_browser_had() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    let planted = [(reqwest::header::COOKIE, "console_session=planted")];
    let led = browser.sign_in(KEY.0, KEY.1, &planted).await;
    assert!(!led.header("set-cookie").contains("planted"));
    let first = led.header("set-cookie").to_owned();
    let led = browser.sign_in(OTHER_KEY.0, OTHER_KEY.1, &[]).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER);
    let old = [(reqwest::header::COOKIE, first.split(';').next().unwrap())];
    let other = Browser::new(&service);
    let page = other.ask(reqwest::Method::GET, EXPLORER, &old).await;
    assert!(page.leads_to().starts_with("/console/sign-in"));
}

#[tokio::test]
async fn any_wrong_key_gets_the_same_answer_and_slows_its_address_down() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    let mut answers = Vec::new();
    for (id, secret) in [
        (KEY.0, OTHER_KEY.1),
        (KEY.0, ""),
        ("unknown", KEY.1),
        ("", ""),
        (KEY.0, "wrong"),
    ] {
        let page = browser.sign_in(id, secret, &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{id}");
        assert!(!page.headers.contains_key(SET_COOKIE), "{id}");
        let shown = format!("name=\"id\" value=\"{id}\"");
        assert!(page.text.contains(&shown), "{id}");
        answers.push(page.text.replace(&shown, ""));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let page = browser.sign_in(KEY.0, KEY.1, &[]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    // The key itself is not locked.
    service
        .client()
        .group_id_list()
        .instance_id(crate::support::INSTANCE)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_signs_in_where_others_could_read_the_secret() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    let forwarded = [(FORWARDED_FOR, "192.0.2.1")];
    let page = browser.sign_in(KEY.0, KEY.1, &forwarded).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "an unknown proxy");
    assert!(!page.headers.contains_key(SET_COOKIE));
    let service = Service::trusting("127.0.0.1/32").await;
    let browser = Browser::new(&service);
    let page = browser.sign_in(KEY.0, KEY.1, &forwarded).await;
    assert_eq!(
        page.status,
        StatusCode::FORBIDDEN,
        "plain HTTP from another machine"
    );
    let encrypted = [(FORWARDED_FOR, "192.0.2.1"), (FORWARDED_PROTO, "https")];
    let led = browser.sign_in(KEY.0, KEY.1, &encrypted).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "HTTPS up to the proxy");
    assert!(led.header("set-cookie").ends_with("; Secure"));
    // The session does not travel without encryption, either.
    let page = browser
        .ask(reqwest::Method::GET, EXPLORER, &forwarded)
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn only_known_host_names_and_pages_of_this_site_sign_in() {
    let service = Service::with("[console]\nhosts = [\"ons.example.com\"]\n").await;
    let browser = Browser::new(&service);
    for (headers, status) in [
        (
            vec![(HOST, "evil.example")],
            StatusCode::MISDIRECTED_REQUEST,
        ),
        (
            vec![(ORIGIN, "https://evil.example")],
            StatusCode::FORBIDDEN,
        ),
        (vec![(ORIGIN, "null")], StatusCode::FORBIDDEN),
        (vec![(FETCH_SITE, "cross-site")], StatusCode::FORBIDDEN),
        (vec![(HOST, "ons.example.com")], StatusCode::SEE_OTHER),
        (
            vec![
                (HOST, "localhost:1"),
                (ORIGIN, "http://localhost:1"),
                (FETCH_SITE, "same-origin"),
            ],
            StatusCode::SEE_OTHER,
        ),
    ] {
        let page = browser.sign_in(KEY.0, KEY.1, &headers).await;
        assert_eq!(page.status, status, "{headers:?}");
    }
    let evil = [(HOST, "evil.example")];
    let page = browser.ask(reqwest::Method::GET, EXPLORER, &evil).await;
    assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_session_ends_with_its_access_key_and_does_not_come_back_with_it() {
    let service = Service::with("").await;
    for keys in [&[KEY][..], &[KEY, (OTHER_KEY.0, "another secret")]] {
        service.with_keys(&[KEY, OTHER_KEY]).await;
        let browser = Browser::signed_in(&service, OTHER_KEY).await;
        let first = Browser::signed_in(&service, KEY).await;
        assert_eq!(browser.get(EXPLORER).await.status, StatusCode::OK);
        service.with_keys(keys).await;
        service.with_keys(&[KEY, OTHER_KEY]).await;
        let page = browser.get(EXPLORER).await;
        assert!(page.leads_to().starts_with("/console/sign-in"));
        assert_eq!(first.get(EXPLORER).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_link_signs_in_once() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    let link = service.sign_in_link.as_deref().unwrap();
    let led = browser.get(link).await;
    assert_eq!(led.leads_to(), "/console/instances");
    assert_eq!(browser.get(EXPLORER).await.status, StatusCode::OK);
    let other = Browser::new(&service);
    assert_eq!(other.get(link).await.status, StatusCode::FORBIDDEN);
    assert!(
        other
            .get(EXPLORER)
            .await
            .leads_to()
            .starts_with("/console/sign-in")
    );
}
