//! `demo`: calls all eight actions of a service with 50 simulated devices and checks the answers.
//!
//! | what | where |
//! |---|---|
//! | the script | here |
//! | the service, in a temporary directory | [`service`] |
//! | the devices and their behavior | [`fleet`], [`devices`] |
//! | questions and answers on the screen | [`interview`] |
//! | colors | [`paint`] |
//! | questions about numbers of messages | [`trend`] |
//! | comparison of expected and actual answers | [`checks`] |
//! | the progress bar on standard error | [`progress`] |
//! | errors | [`error`] |

mod checks;
mod devices;
pub(crate) mod error;
mod fleet;
mod interview;
mod paint;
mod progress;
mod service;
mod trend;

use std::time::Duration;

use jiff::Timestamp;
use ons_mqtt_client::{Client, ErrorCode};
use pop_cli::screen::print;
use pop_cli::time;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::stop::run_until_asked;
use checks::{answer, device, last, refused, same};
use error::DemoError;
use fleet::{APPS, Fleet, LAMPS, LEAVING_LAMP, ROLES, STAYING_LAMP, TOPIC, device_count};
use interview::Interview;
use progress::Progress;
use service::Service;

/// Maximum delay until the answers include what the devices did.
const MAX_DELAY: Duration = Duration::from_secs(10);

/// Runs the demo.
pub(crate) fn demo() -> Result<(), Failure> {
    run_until_asked(run)
}

async fn run(stop: CancellationToken) -> Result<(), Failure> {
    let service = Service::start().await?;
    let outcome = stop.run_until_cancelled(play(&service)).await;
    service.stop().await?;
    outcome.unwrap_or(Err(DemoError::Interrupted.into()))?;
    Ok(print(
        "The service is stopped and its files are removed. `ons-mqtt serve` starts one that stays, on \
         which each of these commands works.",
    )?)
}

async fn play(service: &Service) -> Result<(), Failure> {
    let progress = Progress::new();
    let mut interview = Interview::new(&progress);
    let mut fleet = Fleet::new(&service.account, &progress);
    let client = &service.client;

    introduce(&interview, service)?;
    create_groups(&mut interview, client).await?;
    let begin = begin_time(&progress).await;
    fleet.connect().await?;
    fleet.work().await?;
    fleet.leave(LEAVING_LAMP).await?;
    interview.allow(MAX_DELAY);
    interview.say(&trend::summary(&fleet.tally))?;
    who_is_online(&mut interview, client).await?;
    history(&mut interview, client, begin).await?;
    trend::ask(&mut interview, client, begin, &fleet.tally).await?;
    delete_group(&mut interview, client, &mut fleet).await?;

    if !interview.wrong.is_empty() {
        return Err(DemoError::Wrong(interview.wrong).into());
    }
    let all = format!(
        "✓ All {} answers match what the devices did.",
        interview.questions
    );
    interview.say(&interview.paint.verdict(&all))
}

fn introduce(interview: &Interview<'_>, service: &Service) -> Result<(), Failure> {
    let roles: Vec<String> = ROLES.iter().map(|role| format!("  {}", role)).collect();
    interview.say(&format!(
        "A service on this machine, MQTT on {}, and {} simulated devices:\n\n{}\n\n\
         A line that begins with $ is a command that you could type; its answer follows.\n\
         A ✓ shows that the answer matches what the devices did, and why.",
        service.account.broker,
        device_count(),
        roles.join("\n"),
    ))
}

/// Returns the begin time of the charts: now, or midnight in UTC+8 if that is within a minute.
///
/// Charts end at midnight in UTC+8, so the demo waits for a new day that is about to begin.
async fn begin_time(progress: &Progress) -> i64 {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    const EAST_8: i64 = 8 * 60 * 60 * 1000;
    const LONGEST: i64 = 60 * 1000;
    let now = Timestamp::now().as_millisecond();
    let left = DAY - (now + EAST_8).rem_euclid(DAY);
    let mut begin = now;
    if left < LONGEST {
        progress.show("waiting for midnight in UTC+8, where charts end", 0, 1);
        sleep_until(Instant::now() + Duration::from_millis(left.unsigned_abs())).await;
        begin = now + left;
    }
    begin.div_euclid(1000) * 1000
}

async fn create_groups(interview: &mut Interview<'_>, client: &Client) -> Result<(), Failure> {
    interview.heading("Groups: devices need one to connect")?;
    for group_id in [LAMPS, APPS] {
        let call = || client.group_id_create(group_id);
        let line = format!("group create {group_id}");
        interview
            .ask(&line, call, "created", |actual| answer(actual, |_| Ok(())))
            .await?;
    }
    let call = || client.group_id_list();
    interview
        .ask("group list", call, "both groups", |actual| {
            answer(actual, |actual| {
                let groups: Vec<&str> = actual.data.iter().map(|g| g.group_id.as_str()).collect();
                same(format!("{APPS}, {LAMPS}"), groups.join(", "))
            })
        })
        .await
}

async fn who_is_online(interview: &mut Interview<'_>, client: &Client) -> Result<(), Failure> {
    interview.heading("Who is online")?;
    for (group_id, expected, reason) in [
        (LAMPS, 29, "30 lamps, one of which has left"),
        (APPS, 20, "10 phones, 5 panels, 5 archives"),
    ] {
        let call = || client.query_client_by_group_id(group_id);
        let line = format!("online group {group_id}");
        interview
            .ask(&line, call, reason, |actual| {
                answer(actual, |actual| {
                    same(expected, actual.mqtt_client_set.online_count)
                })
            })
            .await?;
    }
    for (sub_topic, expected, reason) in [
        (
            "/switch",
            44,
            "29 lamps, 10 phones with test/+, 5 panels with test/#",
        ),
        (
            "/report",
            20,
            "10 phones, 5 panels, 5 archives with a shared filter",
        ),
        ("/+", 10, "a filter counts its exact holders: 10 phones"),
    ] {
        let call = || client.query_client_by_topic(TOPIC).sub_topic(sub_topic);
        let line = format!("online topic {TOPIC} --sub-topic {sub_topic}");
        interview
            .ask(&line, call, reason, |actual| {
                answer(actual, |actual| {
                    same(expected, actual.mqtt_client_set.online_count)
                })
            })
            .await?;
    }
    for (client_id, subscription, reason) in [
        (
            STAYING_LAMP,
            Some(("test/switch", 1)),
            "online, with its subscription",
        ),
        (LEAVING_LAMP, None, "offline, with the time when it left"),
    ] {
        let call = || client.query_client_by_client_id(client_id);
        let line = format!("client get {client_id}");
        interview
            .ask(&line, call, reason, |actual| {
                answer(actual, |actual| {
                    device(subscription, &actual.mqtt_client_info)
                })
            })
            .await?;
    }
    Ok(())
}

async fn history(
    interview: &mut Interview<'_>,
    client: &Client,
    begin: i64,
) -> Result<(), Failure> {
    interview.heading("How many lamps were online")?;
    let from = time::show(begin).unwrap_or_default();
    let call = || client.query_history_online(begin, Timestamp::now().as_millisecond(), LAMPS);
    let line = format!("online history {from} now {LAMPS}");
    interview
        .ask(&line, call, "29 at the end", |actual| {
            answer(actual, |actual| last(29, &actual.data))
        })
        .await
}

async fn delete_group(
    interview: &mut Interview<'_>,
    client: &Client,
    fleet: &mut Fleet<'_>,
) -> Result<(), Failure> {
    interview.heading("A group is deleted and its devices are disconnected")?;
    let call = || client.group_id_delete(APPS);
    let line = format!("group delete {APPS}");
    interview
        .ask(&line, call, "deleted", |actual| answer(actual, |_| Ok(())))
        .await?;
    fleet.until_disconnected(APPS).await?;
    let call = || client.query_client_by_group_id(APPS);
    let line = format!("online group {APPS}");
    interview
        .ask(&line, call, "the group does not exist any more", |actual| {
            refused(&ErrorCode::BizSubscriptionNotFound, actual)
        })
        .await?;
    let call = || client.query_client_by_topic(TOPIC).sub_topic("/switch");
    let line = format!("online topic {TOPIC} --sub-topic /switch");
    interview
        .ask(&line, call, "only the lamps are online", |actual| {
            answer(actual, |actual| {
                same(29, actual.mqtt_client_set.online_count)
            })
        })
        .await
}
