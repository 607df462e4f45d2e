//! Web pages beside the API: reference and error center.

use std::collections::BTreeSet;

use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode};

use crate::support::{Browser, Page, Service};

const HOME: &str = "/console";

/// Checks that a page needs nothing but this server, and that nothing in it runs or styles inline.
fn check(path: &str, page: &Page, language: &str) {
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-frame-options"), "DENY");
    let html = format!("<html lang=\"{language}\">");
    assert!(page.text.contains(&html), "{path}");
    for inline in [" style=", "<style", "<script>", " onclick=", " onload="] {
        assert!(!page.text.contains(inline), "{path}: {inline}");
    }
    for source in page.values_of("src") {
        assert!(source.starts_with("/console/assets/"), "{path}: {source}");
    }
}

#[tokio::test]
async fn every_link_of_a_page_leads_to_a_page_in_the_same_language() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    for language in ["zh", "en"] {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![HOME.to_owned()];
        while let Some(path) = waiting.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let accept = [(ACCEPT_LANGUAGE, language)];
            let page = browser.ask(Method::GET, &path, &accept).await;
            if page.status == StatusCode::SEE_OTHER {
                // Without a session, the Explorer leads to the sign-in.
                waiting.push(page.leads_to().to_owned());
                continue;
            }
            check(&path, &page, language);
            for link in page.values_of("href") {
                if let Some(id) = link.strip_prefix('#') {
                    let id = format!("id=\"{id}\"");
                    assert!(page.text.contains(&id), "{path}: {link}");
                } else if link.starts_with("/console/assets/") || link.contains("lang=") {
                    let file = browser.get(&link).await;
                    assert_eq!(file.status, StatusCode::OK, "{path}: {link}");
                } else {
                    assert!(link.starts_with(HOME), "{path}: {link}");
                    waiting.push(link);
                }
            }
        }
        let pages = ons_mqtt_docs::pages().len();
        assert!(seen.len() > pages, "{} of {pages} pages", seen.len());
    }
}

#[tokio::test]
async fn a_browser_at_the_address_of_the_api_is_led_to_the_pages_and_all_else_is_answered() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    let html = "text/html,application/xhtml+xml,*/*;q=0.8";
    let led = browser.ask(Method::GET, "/", &[(ACCEPT, html)]).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER);
    assert_eq!(led.headers[LOCATION], HOME);
    for (method, path, accept) in [
        (Method::GET, "/", "*/*"),
        (Method::GET, "/", "application/json"),
        (Method::GET, "/?Action=OnsMqttGroupIdList", html),
        (Method::POST, "/", html),
        (Method::GET, "/consoles", html),
    ] {
        let answer = browser.ask(method, path, &[(ACCEPT, accept)]).await;
        assert!(answer.text.contains("<Error>"), "{path}: {}", answer.text);
        assert!(answer.header("x-acs-request-id").len() > 30, "{path}");
    }
}

#[tokio::test]
async fn a_name_leads_to_its_page_and_an_unknown_one_to_a_suggestion() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    for (path, page) in [
        (
            "/console/reference/group%20list",
            "/console/reference/OnsMqttGroupIdList",
        ),
        (
            "/console/reference/biz_topic_not_found",
            "/console/errors/BIZ_TOPIC_NOT_FOUND",
        ),
        (
            "/console/reference/cn-hangzhou",
            "/console/reference/regions",
        ),
        ("/console/reference/error_codes", "/console/errors"),
    ] {
        let led = browser.get(path).await;
        assert_eq!(led.headers[LOCATION], page, "{path}");
    }
    let filled = browser.get("/console/errors/MissingGroupId?lang=zh").await;
    check("a filled code", &filled, "zh");
    assert!(filled.text.contains(">MissingGroupId</h1>"));
    let unknown = browser.get("/console/errors/BIZ_TOPIC_NOT_FUND").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.text.contains("/console/errors/BIZ_TOPIC_NOT_FOUND"));
    let script = browser.get("/console/errors/%3Cscript%3E").await;
    assert_eq!(script.status, StatusCode::NOT_FOUND);
    assert!(!script.text.contains("<script>"));
}

#[tokio::test]
async fn a_search_finds_pages_in_both_languages_and_shows_what_was_typed_as_text() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    for (words, page) in [
        ("groupidcreate", "/console/reference/OnsMqttGroupIdCreate"),
        (
            "%E5%9C%A8%E7%BA%BF",
            "/console/reference/OnsMqttQueryHistoryOnline",
        ), // 在线
        ("throttling", "/console/errors/Throttling.User"),
    ] {
        let found = browser.get(&format!("/console/search?q={words}")).await;
        check(words, &found, "en");
        let link = format!("<h2><a href=\"{page}\">");
        assert!(found.text.contains(&link), "{words}: {}", found.text);
    }
    let script = browser.get("/console/search?q=%3Cscript%3E%22").await;
    assert!(script.text.contains("value=\"&#60;script&#62;&#34;\""));
    assert!(!script.text.contains("<script>"));
    let codes = browser.get("/console/errors?q=nonce").await;
    assert!(codes.text.contains("SignatureNonceUsed"));
    assert!(!codes.text.contains("BIZ_REGION_NOT_FOUND"));
}

#[tokio::test]
async fn a_chosen_language_is_remembered_and_leads_back_to_the_same_page() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    let page = browser.get("/console/search?lang=zh&q=a%26b").await;
    check("chosen", &page, "zh");
    let cookie = page.headers[SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("console_language=zh; Path=/console; "));
    let back = "/console/search?lang=en&q=a%26b".to_owned();
    assert!(page.values_of("href").contains(&back));
    let cookie = [(reqwest::header::COOKIE, "a=b; console_language=zh")];
    let page = browser.ask(Method::GET, HOME, &cookie).await;
    check("remembered", &page, "zh");
    assert!(!page.headers.contains_key(SET_COOKIE));
}

#[tokio::test]
async fn without_a_console_its_paths_belong_to_the_api() {
    let service = Service::with("[console]\nenabled = false\n").await;
    let browser = Browser::new(&service);
    for path in [
        "/",
        HOME,
        "/console/reference/errata",
        "/console/assets/style.css",
    ] {
        let answer = browser
            .ask(Method::GET, path, &[(ACCEPT, "text/html")])
            .await;
        assert!(answer.text.contains("<Error>"), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_page_takes_no_large_body() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    let small = browser.post_bytes(HOME, 64 << 10).await;
    assert_eq!(small.status, StatusCode::METHOD_NOT_ALLOWED);
    let large = browser.post_bytes(HOME, (64 << 10) + 1).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_error_recommends_the_page_of_its_code() {
    let service = Service::with("").await;
    let browser = Browser::new(&service);
    for format in ["JSON", "XML"] {
        let query = format!("/?Action=OnsMqttGroupIdList&Version=2019-02-14&Format={format}");
        let (status, body) = service.get(&query).await;
        assert_eq!(status, 400, "{body}");
        let (_, url) = body.split_once("http://").expect("a URL");
        let url = url.split(['"', '<']).next().unwrap();
        let (host, path) = url.split_at(url.find('/').unwrap());
        assert_eq!(host, service.api.to_string());
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains("Missing"), "{path}");
    }
}

#[tokio::test]
async fn without_pages_an_error_recommends_none() {
    let service = Service::with("[console]\nenabled = false").await;
    let (status, body) = service.get("/?Action=OnsMqttGroupIdList&Format=JSON").await;
    assert_eq!(status, 400, "{body}");
    assert!(!body.contains("Recommend"), "{body}");
}
