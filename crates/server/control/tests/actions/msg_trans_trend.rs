//! `OnsMqttQueryMsgTransTrend`.

use ons_mqtt_client::ErrorCode;
use ons_mqtt_client::models::{MsgType, Qos, StatsChart, TpsType, TransType};

use crate::support::{
    FREE, GROUP, INSTANCE, INTERVAL, Service, Version, code, interval_of, middle_of_interval, now,
    points, sum, until,
};

/// Parameters of a query, besides times and instance.
#[derive(Clone)]
struct Question {
    tps_type: TpsType,
    trans_type: TransType,
    sub_topic: Option<&'static str>,
    msg_type: Option<MsgType>,
    qos: Option<Qos>,
}

fn published() -> Question {
    Question {
        tps_type: TpsType::Sum,
        trans_type: TransType::Pub,
        sub_topic: None,
        msg_type: None,
        qos: None,
    }
}

async fn trend(service: &Service, begin: i64, end: i64, question: &Question) -> StatsChart {
    let Question {
        tps_type,
        trans_type,
        sub_topic,
        msg_type,
        qos,
    } = question.clone();
    let client = service.client();
    let mut query = client.query_msg_trans_trend(begin, end, "test", tps_type, trans_type);
    query = query.instance_id(INSTANCE);
    if let Some(sub_topic) = sub_topic {
        query = query.sub_topic(sub_topic);
    }
    if let Some(msg_type) = msg_type {
        query = query.msg_type(msg_type);
    }
    if let Some(qos) = qos {
        query = query.qos(qos);
    }
    query.send().await.unwrap().data
}

/// Waits until the charts show this number of messages published since `begin`.
async fn counted(service: &Service, begin: i64, count: usize) {
    let total = async || sum(&trend(service, begin, now(), &published()).await);
    until("all messages are shown", async || {
        total().await == count as f64
    })
    .await;
}

/// Topic, QoS and number of messages to publish.
const MESSAGES: &[(&str, u8, usize)] = &[
    ("test", 0, 1),
    ("test/a", 0, 2),
    ("test/a", 1, 3),
    ("test/a/", 2, 4),
    ("test/b", 1, 5),
    ("test/p2p/GID_test@@@reader", 0, 6),
    ("test/p2p/GID_test@@@reader", 1, 7),
    ("test/p2p/GID_test@@@reader", 2, 8),
    ("other/a", 1, 9),
];

/// Returns the number of messages that a query should find.
fn expected(question: &Question) -> usize {
    let counts = |&&(topic, qos, _): &&(&str, u8, usize)| {
        let is_p2p = topic.contains("/p2p/");
        // The reader subscribed to `test/a` with QoS 1, and to nothing else.
        let is_read = is_p2p || topic == "test/a";
        let qos = if question.trans_type == TransType::Sub && !is_p2p {
            qos.min(1)
        } else {
            qos
        };
        let sub_topic = topic
            .strip_prefix("test")
            .map(|rest| rest.trim_end_matches('/'));
        topic.starts_with("test")
            && (question.trans_type == TransType::Pub || is_read)
            && match &question.msg_type {
                Some(kind) => is_p2p == (*kind == MsgType::PointToPoint),
                None => true,
            }
            && match &question.qos {
                Some(asked) if asked.is_known() => asked.value() == i64::from(qos),
                _ => true,
            }
            && question
                .sub_topic
                .is_none_or(|asked| sub_topic.unwrap().trim_matches('/') == asked.trim_matches('/'))
    };
    MESSAGES
        .iter()
        .filter(counts)
        .map(|(_, _, count)| count)
        .sum()
}

async fn send_all(service: &Service) {
    let mut reader = service
        .device_with(Version::V5, "GID_test@@@reader", true)
        .await;
    reader.subscribe("test/a", 1).await;
    let mut writer = service.device("GID_test@@@writer").await;
    for &(topic, qos, count) in MESSAGES {
        for _ in 0..count {
            writer.publish(topic, qos).await;
        }
    }
    let pushed = Question {
        trans_type: TransType::Sub,
        ..published()
    };
    for _ in 0..expected(&pushed) {
        reader.message().await;
    }
}

fn questions() -> Vec<Question> {
    let mut questions = Vec::new();
    for trans_type in [TransType::Pub, TransType::Sub] {
        for msg_type in [
            None,
            Some(MsgType::PointToPoint),
            Some(MsgType::PublishSubscribe),
        ] {
            let others = [Qos::Unknown(-1), Qos::Unknown(3)].map(Some);
            let known = [Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce].map(Some);
            for qos in [None].into_iter().chain(known).chain(others) {
                for sub_topic in [
                    None,
                    Some("/"),
                    Some("/a"),
                    Some("/a/"),
                    Some("a"),
                    Some("/b"),
                    Some("/none"),
                ] {
                    questions.push(Question {
                        trans_type: trans_type.clone(),
                        msg_type: msg_type.clone(),
                        qos: qos.clone(),
                        sub_topic,
                        ..published()
                    });
                }
                questions.push(Question {
                    trans_type: trans_type.clone(),
                    msg_type: msg_type.clone(),
                    qos,
                    sub_topic: Some("/p2p/GID_test@@@reader"),
                    ..published()
                });
            }
        }
    }
    questions
}

#[tokio::test]
async fn every_kind_direction_qos_and_sub_topic_is_counted_separately_and_in_the_total() {
    let service = Service::start().await;
    let begin = now();
    send_all(&service).await;
    counted(&service, begin, expected(&published())).await;
    let end = now();
    let questions = questions();
    assert_eq!(questions.len(), 2 * 3 * 6 * 8);
    for question in questions {
        let found = sum(&trend(&service, begin, end, &question).await);
        let Question {
            trans_type,
            sub_topic,
            msg_type,
            qos,
            ..
        } = &question;
        assert_eq!(
            found,
            expected(&question) as f64,
            "{trans_type:?} {sub_topic:?} {msg_type:?} {qos:?}"
        );
    }
}

#[tokio::test]
async fn a_rate_is_a_sum_per_second_and_both_have_their_title_and_unit() {
    let service = Service::with(&FREE.replace("1s", "2s")).await;
    let create = service.client().group_id_create(GROUP);
    create.instance_id(INSTANCE).send().await.unwrap();
    let begin = now();
    send_all(&service).await;
    counted(&service, begin, expected(&published())).await;
    let end = now();
    let titles = [
        (TpsType::Tps, TransType::Pub, "消息生产TPS", "条/秒"),
        (TpsType::Tps, TransType::Sub, "消息消费TPS", "条/秒"),
        (TpsType::Sum, TransType::Pub, "消息生产总量", "条"),
        (TpsType::Sum, TransType::Sub, "消息消费总量", "条"),
    ];
    for (tps_type, trans_type, title, unit) in titles {
        let question = Question {
            tps_type,
            trans_type,
            ..published()
        };
        let chart = trend(&service, begin, end, &question).await;
        assert_eq!((&*chart.title, &*chart.y_unit), (title, unit));
        assert_eq!(chart.x_unit, "时间");
        let seconds = if question.tps_type == TpsType::Tps {
            2.0
        } else {
            1.0
        };
        assert_eq!(sum(&chart) * seconds, expected(&question) as f64);
    }
}

#[tokio::test]
async fn every_interval_of_the_range_has_a_point_and_messages_count_in_their_own() {
    let service = Service::start().await;
    let mut writer = service.device("GID_test@@@writer").await;
    let first = middle_of_interval().await;
    writer.publish("test", 1).await;
    middle_of_interval().await;
    let third = middle_of_interval().await;
    writer.publish("test", 1).await;
    writer.publish("test", 1).await;
    counted(&service, first, 3).await;
    let chart = trend(&service, first, third, &published()).await;
    let expected = [(first, 1.0), (first + INTERVAL, 0.0), (third, 2.0)];
    assert_eq!(points(&chart), expected);

    // The intervals of begin and end belong to the range as a whole.
    let ends = trend(&service, first + 1, third + INTERVAL - 1, &published()).await;
    assert_eq!(points(&ends), expected);
    let within = trend(&service, third, third, &published()).await;
    assert_eq!(points(&within), [(third, 2.0)]);

    // Times in seconds and in milliseconds have the same meaning.
    let seconds = trend(&service, first / 1000, third / 1000, &published()).await;
    assert_eq!(points(&seconds), expected);

    // Neither the current interval nor the future is shown.
    let later = trend(&service, third, now() + 3_600_000, &published()).await;
    assert!(points(&later).last().unwrap().0 < interval_of(now()));
    assert_eq!(points(&later)[0], (third, 2.0));

    // A range without messages has no points.
    let before = trend(&service, first - 3_600_000, first - 1_800_000, &published()).await;
    assert!(before.records.is_empty() && before.title == "消息生产总量");
    for begin in [now() + 3_600_000, i64::MAX] {
        assert!(
            trend(&service, begin, i64::MAX, &published())
                .await
                .records
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_range_ends_with_its_first_day_in_utc_8() {
    let service = Service::start().await;
    let mut writer = service.device("GID_test@@@writer").await;
    let begin = now();
    writer.publish("test", 1).await;
    counted(&service, begin, 1).await;
    let hours_8 = 8 * 3_600_000;
    let day = 24 * 3_600_000;
    let midnight = (begin + hours_8).div_euclid(day) * day - hours_8;
    let yesterday = trend(&service, midnight - 1, now(), &published()).await;
    assert!(yesterday.records.is_empty(), "the message was sent today");
    let today = trend(&service, midnight, now(), &published()).await;
    assert_eq!(points(&today)[0].0, midnight);
    assert_eq!(sum(&today), 1.0);
}

#[tokio::test]
async fn values_outside_the_document_are_refused() {
    let service = Service::start().await;
    let client = service.client();
    let ask = async |tps_type: &str, trans_type: &str, msg_type: &str, times: (i64, i64)| {
        let query = client.query_msg_trans_trend(
            times.0,
            times.1,
            "test",
            tps_type.into(),
            trans_type.into(),
        );
        query
            .instance_id(INSTANCE)
            .msg_type(msg_type.into())
            .send()
            .await
    };
    assert!(ask("TPS", "SUB", "P2P", (1, 1)).await.is_ok());
    for (tps_type, trans_type, msg_type, times) in [
        ("MAX", "SUB", "P2P", (1, 1)),
        ("TPS", "P2P", "P2P", (1, 1)),
        ("TPS", "SUB", "PUB", (1, 1)),
        ("TPS", "SUB", "P2P", (2, 1)),
        ("TPS", "SUB", "P2P", (-1, 1)),
    ] {
        let answer = ask(tps_type, trans_type, msg_type, times).await;
        assert_eq!(
            code(answer),
            ErrorCode::BizFieldCheckInvalid,
            "{tps_type} {trans_type}"
        );
    }
    let query = client.query_msg_trans_trend(1, 1, "none", TpsType::Sum, TransType::Pub);
    let answer = query.instance_id(INSTANCE).send().await;
    assert_eq!(code(answer), ErrorCode::BizTopicNotFound);
}

#[tokio::test]
async fn beyond_the_rows_of_a_day_sub_topics_count_for_their_parent_topic_alone() {
    let service = Service::with(&format!("{FREE}history_rows = 1\n")).await;
    let create = service.client().group_id_create(GROUP);
    create.instance_id(INSTANCE).send().await.unwrap();
    let begin = now();
    let mut device = service.device("GID_test@@@a").await;
    for topic in ["test/a", "test/b", "test/c"] {
        device.publish(topic, 1).await;
    }
    counted(&service, begin, 3).await;
    let mut apart = 0.0;
    for sub_topic in ["/a", "/b", "/c"] {
        let question = Question {
            sub_topic: Some(sub_topic),
            ..published()
        };
        apart += sum(&trend(&service, begin, now(), &question).await);
    }
    assert_eq!(apart, 1.0);
    let name = format!(r#"ons_mqtt_history_rows_left_out_total{{instance="{INSTANCE}"}}"#);
    assert_eq!(service.metric(&name).await, 2);
}
