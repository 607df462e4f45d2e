//! Compares the time of queries in a small and a large service.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use super::api::Api;
use super::broker::{Listener, Programs, address};
use super::device::{Device, Login, prepare_for};
use super::table::{median, verdict};
use crate::error::{Error, contains};
use crate::prepare::timed;
use crate::process::load;
use crate::program::finish;
use crate::service::{Service, Settings};

/// Devices online and days of history of the small service.
const SMALL: (usize, u32) = (1_000, 1);

/// Devices online and days of history of the large service.
const LARGE: (usize, u32) = (200_000, 30);

/// Calls of each query to each service.
const CALLS: usize = 500;

/// Largest ratio of the times, large service to small.
const GOAL: f64 = 2.0;

const DAY: u64 = 86_400_000;
const EAST_8: u64 = DAY / 3;

/// A service with devices and history.
struct FilledService {
    service: Service,
    clients: usize,
    days: u32,
    _devices: Vec<Device>,
    _folder: TempDir,
}

/// Title of a query, its action without `OnsMqtt`, and its parameters.
type Query<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

pub(super) fn run(programs: &Programs) -> Result<(), Error> {
    let clients = prepare_for(LARGE.0)?;
    let small = FilledService::start(programs, SMALL.0.min(clients), SMALL.1)?;
    let large = FilledService::start(programs, clients, LARGE.1)?;
    println!(
        "time per call, in microseconds; medians of {CALLS}; load of the machine: {}",
        load()?
    );
    println!(
        "  {:<36} {:>16} {:>16} {:>8} {:>8}",
        "",
        small.title(),
        large.title(),
        "ratio",
        "goal"
    );
    let (begin, end) = yesterday();
    let group = ("GroupId", "GID_test");
    let topic = ("ParentTopic", "test");
    let range = [("BeginTime", begin.as_str()), ("EndTime", end.as_str())];
    let trend = [
        topic,
        ("TransType", "PUB"),
        ("TpsType", "SUM"),
        range[0],
        range[1],
    ];
    let sub_topic = [&trend[..], &[("SubTopic", "/lamps/7")]].concat();
    let queries: [Query<'_>; 5] = [
        ("online, of a group", "QueryClientByGroupId", &[group]),
        (
            "online, on a topic",
            "QueryClientByTopic",
            &[topic, ("SubTopic", "/lamps/all")],
        ),
        (
            "history of a group, a day",
            "QueryHistoryOnline",
            &[group, range[0], range[1]],
        ),
        (
            "messages of a parent topic, a day",
            "QueryMsgTransTrend",
            &trend,
        ),
        (
            "messages of a sub topic, a day",
            "QueryMsgTransTrend",
            &sub_topic,
        ),
    ];
    // Connects only now, because the service closes idle connections.
    let mut apis = [small.api()?, large.api()?];
    for query in queries {
        compare(&[&small, &large], &mut apis, query)?;
    }
    Ok(())
}

fn compare(
    services: &[&FilledService; 2],
    apis: &mut [Api; 2],
    (name, action, parameters): Query<'_>,
) -> Result<(), Error> {
    let action = format!("OnsMqtt{action}");
    let mut times = [const { Vec::new() }; 2];
    for turn in 0..CALLS * services.len() {
        let at = turn % services.len();
        let (answer, took) = apis[at].call(&action, parameters)?;
        contains(name, &answer, &services[at].expected(&action))?;
        times[at].push(took.as_secs_f64() * 1e6);
    }
    let [small, large] = times.map(median);
    let ratio = large / small;
    println!(
        "  {name:<36} {small:>16.0} {large:>16.0} {ratio:>8.2} <= {GOAL:.2} {}",
        verdict(ratio, GOAL)
    );
    Ok(())
}

impl FilledService {
    fn start(programs: &Programs, clients: usize, days: u32) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::io("a folder for history"))?;
        let store = timed(&format!("wrote {days} days of history"), || {
            fill(&programs.history, folder.path(), days)
        })?;
        let settings = Settings {
            store: None,
            data_dir: Some(&store),
            interval: "60s",
            ..Settings::default()
        };
        let service = Service::start(&programs.ons_mqtt, &settings)?;
        service.call(&["group", "create", "GID_test"])?;
        let devices = timed(&format!("connected {clients} devices"), || {
            connect(&service, clients)
        })?;
        Ok(Self {
            service,
            clients,
            days,
            _devices: devices,
            _folder: folder,
        })
    }

    fn api(&self) -> Result<Api, Error> {
        Api::connect(&self.service.api)
    }

    fn title(&self) -> String {
        format!("{} / {} d", self.clients, self.days)
    }

    /// Returns a part of the correct answer.
    fn expected(&self, action: &str) -> String {
        if action.contains("QueryClient") {
            format!("\"OnlineCount\":{}", self.clients)
        } else {
            "\"Y\":".to_owned()
        }
    }
}

/// Connects devices; half subscribe to the topic, half to a matching filter with a wildcard.
fn connect(service: &Service, clients: usize) -> Result<Vec<Device>, Error> {
    let listener = Listener::plain(address(&service.mqtt)?);
    let device = |number: usize| {
        let filter = match number % 2 {
            0 => "test/lamps/all",
            _ => "test/lamps/+",
        };
        let login = Login {
            name: &number.to_string(),
            number,
            subscription: Some((filter, 1)),
            ..Login::default()
        };
        Device::connect(&listener, login)
    };
    (0..clients).map(device).collect()
}

/// Creates a data directory with a database that contains history.
fn fill(history: &Path, folder: &Path, days: u32) -> Result<PathBuf, Error> {
    let data = folder.join("data");
    fs::create_dir(&data).map_err(Error::io("a folder for the database"))?;
    let mut command = Command::new(history);
    command.arg(data.join("ons-mqtt.db")).arg(days.to_string());
    finish(&mut command)?;
    Ok(data)
}

/// Returns begin and end of the last complete day in UTC+8, in milliseconds.
fn yesterday() -> (String, String) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |time| time.as_millis() as u64);
    let midnight = (now + EAST_8) / DAY * DAY - EAST_8;
    ((midnight - DAY).to_string(), (midnight - 1).to_string())
}
