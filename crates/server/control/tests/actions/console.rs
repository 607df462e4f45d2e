//! The console: pages about the running service.

use reqwest::StatusCode;

use crate::support::{
    Browser, FREE, GROUP, INSTANCE, KEY, OTHER_KEY, Page, Service, Version, unescaped, until,
};

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
    assert!(page.shows("post-cn-own GID_test", "1"), "{}", page.text);
    assert!(page.shows("post-cn-own online", "1"), "{}", page.text);
    assert!(
        page.shows("post-cn-own MQTT", "1"),
        "connections: {}",
        page.text
    );
    assert!(page.text.contains("Database: SQLite<"), "{}", page.text);
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
async fn nodes_are_shown_in_a_cluster_only() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let links = browser.get("/console/instances").await.values_of("href");
    assert!(!links.contains(&"/console/nodes".to_owned()), "{links:?}");
    let page = browser.get("/console/nodes").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn groups_with_most_devices_online_come_first() {
    let service = Service::start().await;
    for group in ["GID_second", "GID_first"] {
        let create = service.client().group_id_create(group);
        create.instance_id(INSTANCE).send().await.unwrap();
    }
    let _device = service.device("GID_test@@@lamp").await;
    let browser = Browser::signed_in(&service, KEY).await;
    let links = browser.get("/console/instances").await.values_of("href");
    let begin = format!("{}/groups/", overview());
    let groups = links.iter().filter_map(|link| link.strip_prefix(&begin));
    let groups: Vec<_> = groups.collect();
    assert_eq!(groups, ["GID_test", "GID_first", "GID_second"]);
}

#[tokio::test]
async fn a_group_is_created_and_deleted_by_those_who_enter_its_id_twice() {
    let service = Service::with(FREE).await;
    let browser = Browser::signed_in(&service, KEY).await;
    let groups = format!("{}/groups", overview());
    let created = send(&browser, &groups, &[("group", "GID_new")]).await;
    let group = format!("{groups}/GID_new");
    assert_eq!(created.leads_to(), group);
    let page = browser.get(&group).await.text;
    let first = format!("<code>Signature|{}|{INSTANCE}</code>", KEY.0);
    assert!(page.contains(&first), "how a device connects: {page}");
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
        assert!(
            csv.text.starts_with("time_ms,value (messages per 1 s)\r\n"),
            "{}",
            csv.text
        );
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
    assert!(
        page.text.contains("· 1 messages per 1 s</title>"),
        "{}",
        page.text
    );
    let parts = "kind=SUM&direction=PUB&parts=qos";
    let csv = format!("{}/topics/test/trend.csv?{parts}", overview());
    let csv = browser.get(&csv).await.text;
    let first = [0, 1, 2].map(|qos| format!(",QoS {qos} (messages per 1 s)"));
    let first = format!("time_ms{}\r\n", first.concat());
    assert!(csv.starts_with(&first), "{csv}");
    assert!(csv.lines().any(|line| line.ends_with(",0,1,0")), "{csv}");
    let page = format!("{}/topics/test?{parts}", overview());
    let page = browser.get(&page).await.text;
    assert_eq!(page.matches("<polyline").count(), 3, "{page}");
    let labels = ["In all\">1", "Largest value\">1", "Share\">100\u{202f}%"];
    let cells = labels.map(|cell| format!("<td data-label=\"{cell}</td>"));
    let row = format!("QoS 1</td>{}", cells.concat());
    assert!(page.contains(&row), "{page}");
    let script = "%22%3E%3Cscript%3E";
    let page = browser
        .get(&format!("{}/topics/test?sub={script}", overview()))
        .await;
    assert!(!page.text.contains("<script>"), "{}", page.text);
}

#[tokio::test]
async fn a_chart_has_title_and_unit_of_its_answer_in_the_language_of_the_page() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    for (path, zh, en) in [
        (
            "topics/test?kind=SUM&direction=PUB",
            "消息生产总量 <small>条/1 秒</small>",
            "Messages sent <small>messages per 1 s</small>",
        ),
        (
            "topics/test?kind=TPS&direction=SUB",
            "消息消费TPS <small>条/秒（1 秒平均）</small>",
            "Messages received per second <small>messages/s averaged over 1 s</small>",
        ),
        (
            &*format!("groups/{GROUP}?a=b"),
            "客户端连接数 <small>数量（每 1 秒）</small>",
            "Devices online <small>devices every 1 s</small>",
        ),
    ] {
        for (language, title) in [("zh", zh), ("en", en)] {
            let path = format!("{}/{path}&lang={language}", overview());
            let page = browser.get(&path).await;
            assert!(page.text.contains(title), "{title}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn a_file_that_takes_too_many_calls_leads_to_the_reason() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    // 93 of the 300 calls that a session may make per minute.
    let month = format!(
        "{}/topics/test/trend.csv?minutes=43200&parts=qos",
        overview()
    );
    for _ in 0..3 {
        assert_eq!(browser.get(&month).await.status, StatusCode::OK);
    }
    let page = browser.get(&month).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text.contains("role=\"alert\""), "{}", page.text);
    service.stop().await;
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
    assert!(
        page.text.contains("unknown group GID_none"),
        "{}",
        page.text
    );
    let chinese = format!("{}/refusals?lang=zh", overview());
    let page = browser.get(&chinese).await;
    for text in ["分组不存在", "分组 GID_none 不存在"] {
        assert!(page.text.contains(text), "{}", page.text);
    }
    assert!(!page.text.contains("unknown group"), "{}", page.text);
}

#[tokio::test]
async fn nobody_sees_the_instances_of_another_key() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, OTHER_KEY).await;
    let page = browser.get("/console/instances").await;
    assert!(!page.text.contains(INSTANCE), "{}", page.text);
    for path in [
        format!("{}/groups/{GROUP}", overview()),
        format!("{}/groups/{GROUP}?q=a&online=1", overview()),
        format!("{}/groups/GID_missing", overview()),
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

/// Returns the path of the clients of [`GROUP`].
fn clients(query: &str) -> String {
    format!("{}/groups/{GROUP}?{query}", overview())
}

/// Returns the client IDs that a page of a group lists.
fn listed(page: &Page) -> Vec<String> {
    let rows = page.text.split("<bdi>").skip(1);
    let ids = rows.filter_map(|rest| rest.split("</bdi>").next());
    ids.map(unescaped).collect()
}

#[tokio::test]
async fn a_group_lists_its_clients_by_pages_and_by_what_their_ids_contain() {
    let service = Service::start().await;
    let create = service.client().group_id_create("GID_test2");
    create.instance_id(INSTANCE).send().await.unwrap();
    let browser = Browser::signed_in(&service, KEY).await;
    let none = browser.get(&clients("")).await;
    assert!(
        none.text.contains("No client of this group"),
        "{}",
        none.text
    );
    let mut devices = Vec::new();
    for number in 0..52 {
        devices.push(
            service
                .device(&format!("GID_test@@@lamp-{number:02}"))
                .await,
        );
    }
    let _other = service.device("GID_test2@@@lamp-00").await;
    let first = browser.get(&clients("minutes=15&q=lamp")).await;
    let ids = listed(&first);
    let expected = |numbers: std::ops::Range<i32>| -> Vec<String> {
        let ids = numbers.map(|number| format!("GID_test@@@lamp-{number:02}"));
        ids.collect()
    };
    assert_eq!(ids, expected(0..50));
    let links = first.values_of("href");
    let next = links.iter().find(|link| link.contains("after=")).unwrap();
    assert!(next.starts_with("?minutes=15&q=lamp&after="), "{next}");
    let second = browser.get(&clients(next.trim_matches(['?', '#']))).await;
    assert_eq!(listed(&second), expected(50..52));
    assert!(!second.text.contains("rel=\"next\""), "{}", second.text);
    devices.remove(7).disconnect().await;
    until("the client is offline", async || {
        let online = browser.get(&clients("q=lamp-0&online=1")).await;
        listed(&online).len() == 9
    })
    .await;
    // Now only the database knows it.
    until("the client was written down", async || {
        let found = browser.get(&clients("q=mp-07")).await;
        assert_eq!(listed(&found), ["GID_test@@@lamp-07"]);
        found.text.contains(">Offline<")
    })
    .await;
}

#[tokio::test]
async fn what_a_list_of_clients_is_asked_for_is_text() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let _device = service.device("GID_test@@@lamp").await;
    for strange in [
        "%22%3E%3Cscript%3E",
        "%27+OR+1%3D1--",
        "%00",
        "%25",
        "_",
        "%2f..%2f",
        "%0d%0aSet-Cookie:+a%3Db",
        "%E2%80%AE",
        &"x".repeat(5000),
    ] {
        for query in [format!("q={strange}"), format!("q=zz&after={strange}")] {
            let page = browser.get(&clients(&query)).await;
            assert_eq!(page.status, StatusCode::OK, "{query}");
            assert!(!page.text.contains("<script>"), "{query}");
            let is_underscore = query == "q=_";
            assert_eq!(listed(&page).len(), usize::from(is_underscore), "{query}");
        }
    }
}

#[tokio::test]
async fn a_device_shows_what_waits_for_it() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let mut sender = service.device("GID_test@@@sender").await;
    let mut device = service
        .device_with(Version::V311, "GID_test@@@lamp", false)
        .await;
    device.subscribe("test/a", 1).await;
    device.disconnect().await;
    for _ in 0..3 {
        sender.publish("test/a", 1).await;
    }
    let page = format!("{}/clients?id=GID_test%40%40%40lamp", overview());
    until("three messages wait", async || {
        let page = browser.get(&page).await;
        page.text
            .contains("<strong>3</strong><span>Messages waiting")
    })
    .await;
    let page = browser.get(&page).await;
    assert!(
        page.text.contains("<code>test/a</code><span>QoS 1<"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_chart_is_a_file_that_needs_no_style_sheet() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let query = "parts=mode&sub=%3C%2Fsvg%3E%3Cscript%3E";
    let file = format!("{}/topics/test/trend.svg?{query}", overview());
    let file = browser.get(&file).await;
    assert_eq!(file.header("content-type"), "image/svg+xml");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"trend.svg\""
    );
    assert!(file.text.starts_with("<svg "), "{}", file.text);
    assert!(file.text.contains("xmlns=\"http://www.w3.org/2000/svg\""));
    assert!(file.text.contains("<style>"), "{}", file.text);
    assert!(
        file.text.contains("No data in this range yet"),
        "{}",
        file.text
    );
    assert!(!file.text.contains("<script>"), "{}", file.text);
}

#[tokio::test]
async fn a_chart_shows_the_range_that_was_selected() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    for page in [format!("groups/{GROUP}"), "topics/test".to_owned()] {
        let query = "from=2020-05-18T08%3A00&to=2020-05-18T09%3A30&q=lamp";
        let page = browser.get(&format!("{}/{page}?{query}", overview())).await;
        let [begin, end] = ["data-begin", "data-end"].map(|it| page.values_of(it)[0].clone());
        assert_eq!([begin, end], ["1589788800000", "1589794200000"]);
        assert!(
            page.values_of("value")
                .contains(&"2020-05-18T08:00".to_owned())
        );
    }
    for strange in [
        "from=x&to=y",
        "from=2020-05-18T09:00&to=2020-05-18T08:00",
        "minutes=-1",
    ] {
        let page = browser.get(&clients(strange)).await;
        let [begin, end] = ["data-begin", "data-end"].map(|it| page.values_of(it)[0].clone());
        let length = end.parse::<i64>().unwrap() - begin.parse::<i64>().unwrap();
        assert_eq!(length, 60 * 60 * 1000, "{strange}");
    }
}

/// Path of the numbers of the overview while they change.
const LIVE: &str = "/console/live";

#[tokio::test]
async fn numbers_change_while_somebody_looks_at_them() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let page = browser.get("/console/instances").await;
    assert_eq!(page.values_of("data-live-from"), [LIVE]);
    let mut events = browser.events(LIVE).await;
    let first = events.next().await.unwrap();
    let shown = page.values_of("data-live");
    assert!(shown.len() >= 6, "{shown:?}");
    for key in shown {
        assert!(first.contains(&format!("\"{key}\":")), "{key}: {first}");
    }
    let mut device = service.device("GID_test@@@lamp").await;
    events.shows("\"post-cn-own GID_test\":\"1\"").await;
    for _ in 0..20 {
        device.publish("test/a", 0).await;
    }
    events.shows("\"post-cn-own received\":\"").await;
    events.shows("\"post-cn-own received\":\"0\"").await;
    let others = Browser::signed_in(&service, OTHER_KEY).await;
    let mut others = others.events(LIVE).await;
    let nothing = tokio::time::timeout(std::time::Duration::from_secs(2), others.next());
    assert!(nothing.await.is_err(), "the other key owns no instance");
}

#[tokio::test]
async fn streams_are_few_and_end_with_their_session_and_with_the_service() {
    let service = Service::start().await;
    let nobody = Browser::new(&service);
    let page = nobody.get(LIVE).await;
    assert_eq!((page.status, &*page.text), (StatusCode::NO_CONTENT, ""));
    let browser = Browser::signed_in(&service, KEY).await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        let mut events = browser.events(LIVE).await;
        assert!(events.next().await.is_some());
        streams.push(events);
    }
    let fifth = browser.events(LIVE).await;
    assert_eq!(fifth.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(streams.pop());
    until("the place is free again", async || {
        browser.events(LIVE).await.status() == StatusCode::OK
    })
    .await;
    let token = browser.get("/console/instances").await.form_token();
    browser
        .post("/console/sign-out", &[("-token", &*token)], &[])
        .await;
    for mut events in streams {
        while events.next().await.is_some() {}
    }
    let browser = Browser::signed_in(&service, KEY).await;
    let mut events = browser.events(LIVE).await;
    service.stop.cancel();
    while events.next().await.is_some() {}
}

#[tokio::test]
async fn all_sessions_together_have_64_streams() {
    let service = Service::start().await;
    let mut streams = Vec::new();
    for _ in 0..16 {
        let browser = Browser::signed_in(&service, KEY).await;
        for _ in 0..4 {
            streams.push(browser.events(LIVE).await);
        }
    }
    assert!(streams.iter().all(|it| it.status() == StatusCode::OK));
    let last = Browser::signed_in(&service, KEY).await;
    let refused = last.events(LIVE).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(streams.pop());
    until("the place is free again", async || {
        last.events(LIVE).await.status() == StatusCode::OK
    })
    .await;
}

/// Largest sum of the files of all pages and of any page of the console, as they are sent, in
/// bytes. Compressed, they are about a quarter.
const LARGEST: usize = 100_000;

#[tokio::test]
async fn pages_are_small() {
    let service = Service::start().await;
    let browser = Browser::signed_in(&service, KEY).await;
    let mut devices = Vec::new();
    for number in 0..60 {
        devices.push(service.device(&format!("GID_test@@@lamp-{number}")).await);
    }
    let overview_page = browser.get("/console/instances").await;
    let mut links = overview_page.values_of("href");
    links.extend(overview_page.values_of("src"));
    links.retain(|link| link.contains("/assets/"));
    assert_eq!(links.len(), 3, "{links:?}");
    let mut assets = 0;
    for link in links {
        assets += browser.get(&link).await.text.len();
    }
    for page in [
        "/console/instances".to_owned(),
        clients("minutes=1440"),
        format!("{}/topics/test?minutes=1440&parts=qos", overview()),
        format!("{}/clients?id=GID_test%40%40%40lamp-1", overview()),
        format!("{}/refusals", overview()),
    ] {
        let length = browser.get(&page).await.text.len();
        assert!(assets + length < LARGEST, "{page}: {assets} + {length}");
    }
}
