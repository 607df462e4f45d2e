//! The console: pages about the running service.

use reqwest::StatusCode;

use crate::support::{Browser, FREE, GROUP, INSTANCE, KEY, OTHER_KEY, Page, Service, until};

fn overview() -> String {
    format!("/console/instances/{INSTANCE}")
}

/// Sends a form of the overview or a group.
async fn send(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let token = browser.get("/console/instances").await.form_token();
    let mut all = vec![("-token", &*token)];
    all.extend(fields);
    browser.post(path, &all, &[]).await
}

#[tokio::test]
async fn the_overview_shows_what_is_online_and_its_pages_follow_it() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let mut device = service.device("GID_test@@@lamp").await;
    device.subscribe("test/#", 1).await;
    let page = browser.get("/console/instances").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("class=\"live\">1 online"),
        "{}",
        page.text
    );
    let group = format!("{}/groups/{GROUP}", overview());
    let topic = format!("{}/topics/test", overview());
    for link in [&group, &topic, &format!("{}/refusals", overview())] {
        assert!(page.values_of("href").contains(link), "{link}");
        assert_eq!(browser.get(link).await.status, StatusCode::OK, "{link}");
    }
    let client = browser
        .get(&format!("{}/clients?id=GID_test%40%40%40lamp", overview()))
        .await;
    assert!(
        client.text.contains("<code>test/#</code>"),
        "{}",
        client.text
    );
    assert!(client.text.contains(">Online<"), "{}", client.text);
}

#[tokio::test]
async fn a_group_is_created_and_deleted_by_those_who_enter_its_id_twice() {
    let service = Service::with(FREE).await;
    let browser = Browser::signed_in(&service, KEY).await;
    let groups = format!("{}/groups", overview());
    let created = send(&browser, &groups, &[("group", "GID_new")]).await;
    let group = format!("{groups}/GID_new");
    assert_eq!(created.leads_to(), group);
    let again = send(&browser, &groups, &[("group", "GID_new")]).await;
    assert!(again.text.contains("BIZ_SUBSCRIPTION_EXISTED"));
    let kept = send(&browser, &group, &[("confirmed", "GID_other")]).await;
    assert_eq!(kept.status, StatusCode::OK, "not confirmed");
    let forged = browser.post(&group, &[("confirmed", "GID_new")], &[]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "without the token");
    assert_eq!(browser.get(&group).await.status, StatusCode::OK);
    let deleted = send(&browser, &group, &[("confirmed", "GID_new")]).await;
    assert_eq!(deleted.leads_to(), "/console/instances");
    assert_eq!(browser.get(&group).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn messages_are_shown_as_a_chart_and_as_csv() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let mut device = service.device("GID_test@@@lamp").await;
    device.publish("test/a", 1).await;
    let csv = format!(
        "{}/topics/test/trend.csv?kind=SUM&direction=PUB",
        overview()
    );
    until("the message is in the chart", async || {
        let csv = browser.get(&csv).await;
        assert!(csv.text.starts_with("time_ms,value\r\n"), "{}", csv.text);
        csv.text.lines().any(|line| line.ends_with(",1"))
    })
    .await;
    let page = browser
        .get(&format!(
            "{}/topics/test?kind=SUM&direction=PUB",
            overview()
        ))
        .await;
    assert!(page.text.contains("<polyline class=\"curve\" points=\""));
    assert!(page.text.contains("· 1</title>"), "{}", page.text);
    let script = "%22%3E%3Cscript%3E";
    let page = browser
        .get(&format!("{}/topics/test?sub={script}", overview()))
        .await;
    assert!(!page.text.contains("<script>"), "{}", page.text);
}

#[tokio::test]
async fn a_refused_device_is_listed_with_its_remedy_as_text() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let script = "GID_none@@@<script>";
    assert!(service.try_device(INSTANCE, KEY, script).await.is_err());
    let page = browser.get(&format!("{}/refusals", overview())).await;
    assert!(
        page.text.contains("GID_none@@@&#60;script&#62;"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("<script>"), "{}", page.text);
}

#[tokio::test]
async fn nobody_sees_the_instances_of_another_key() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, OTHER_KEY).await;
    let page = browser.get("/console/instances").await;
    assert!(!page.text.contains(INSTANCE), "{}", page.text);
    for path in [
        format!("{}/groups/{GROUP}", overview()),
        format!("{}/topics/test", overview()),
        format!("{}/topics/test/trend.csv", overview()),
        format!("{}/clients?id=GID_test%40%40%40a", overview()),
        format!("{}/refusals", overview()),
    ] {
        assert_eq!(
            browser.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let nobody = Browser::new(&service);
    let page = nobody.get("/console/instances").await;
    assert!(page.leads_to().starts_with("/console/sign-in"));
}
