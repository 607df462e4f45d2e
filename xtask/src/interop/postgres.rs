//! Tests the store and the service on a temporary PostgreSQL server.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::device::Way;
use super::tally::Tally;
use crate::cargo::cargo;
use crate::error::{Error, contains, same};
use crate::folders::root;
use crate::postgres::{PASSWORD, Server};
use crate::prepare::timed;
use crate::program::{finish, until};
use crate::service::{INSTANCE, Service, Settings, last_minutes};

/// Integration tests of the store.
const STORE_TESTS: &str = "crates/server/store/tests";

pub(super) fn run(binary: &Path, tally: &mut Tally) -> Result<(), Error> {
    let mut server = timed("started PostgreSQL", Server::start)?;
    let url = server.url();
    tally.check("the tests of the store", || test_store(&url));
    tally.check("groups, clients and charts survive a restart", || {
        survive(binary, &url)
    });
    tally.check("only one service at a time can use the database", || {
        refuse_a_second_one(binary, &url)
    });
    server.stop()
}

/// Runs the tests of the store on this database.
///
/// They are selected in the whole workspace, not in their package: features of dependencies then
/// are those of `cargo test --workspace`, and nothing is compiled again.
fn test_store(url: &str) -> Result<(), Error> {
    let mut cargo = cargo();
    cargo.current_dir(root()).env("ONS_MQTT_TEST_STORE", url);
    cargo.args(["test", "--quiet", "--workspace"]);
    let tests = fs::read_dir(root().join(STORE_TESTS)).map_err(Error::io(STORE_TESTS))?;
    for test in tests {
        let path = test.map_err(Error::io(STORE_TESTS))?.path();
        let is_test = path.extension().is_some_and(|extension| extension == "rs");
        if is_test && uses_database(&path)? {
            cargo.arg("--test").args(path.file_stem());
        }
    }
    // They share the server, and some expect it to answer soon.
    finish(cargo.args(["--", "--test-threads=2"])).map(|_| ())
}

/// Returns whether a test runs on the server. The others need files.
fn uses_database(test: &Path) -> Result<bool, Error> {
    let text = fs::read_to_string(test).map_err(Error::io(test.display().to_string()))?;
    Ok(text.contains("mod support;"))
}

fn survive(binary: &Path, url: &str) -> Result<(), Error> {
    let settings = Settings {
        store: Some(url),
        ..Settings::default()
    };
    let service = Service::start(binary, &settings)?;
    service.call(&["group", "create", "GID_test", "--topic", "test"])?;
    service.call(&["group", "create", "GID_gone"])?;
    service.call(&["group", "delete", "GID_gone"])?;
    publish(&service)?;
    let before = seen(&service)?;
    let online = service.call(&["online", "group", "GID_test"])?;
    same(
        "devices online",
        &online["MqttClientSetDo"]["OnlineCount"],
        0,
    )?;
    service.stop()?;

    let service = Service::start(binary, &settings)?;
    same(
        "answers of the API after a restart",
        seen(&service)?,
        before,
    )?;
    service.stop()
}

/// Publishes three messages to a subscriber and waits until charts show them.
fn publish(service: &Service) -> Result<(), Error> {
    let way = Way {
        service,
        version: "mqttv5",
        tls: None,
    };
    let receiver = way
        .device("receiver")
        .subscribe(&["-t", "test/#", "-q", "1"])?;
    for payload in ["one", "two", "three"] {
        way.device("sender").publish("test/a", "1", payload, &[])?;
    }
    let are_counted = until(|| {
        let was_online = online_history(service)?.contains(&1);
        Ok(was_online && service.messages("SUB", &[])? == 3)
    })?;
    same("all messages counted", are_counted, true)?;
    drop(receiver);
    let is_offline = until(|| {
        let online = service.call(&["online", "group", "GID_test"])?;
        Ok(online["MqttClientSetDo"]["OnlineCount"] == 0)
    })?;
    same("receiver offline after disconnecting", is_offline, true)
}

/// Asks the API for what the store must keep: groups, messages, online samples, a client.
fn seen(service: &Service) -> Result<(Value, u64, usize, Value), Error> {
    let groups = service.call(&["group", "list"])?["Data"].take();
    let listed = groups["MqttGroupIdDo"].as_array().map(Vec::len);
    same("groups", listed, Some(1))?;
    let client =
        service.call(&["client", "get", "GID_test@@@receiver"])?["MqttClientInfoDo"].take();
    same(
        "LastTouch of the receiver is a number",
        client["LastTouch"].is_i64(),
        true,
    )?;
    let peak = online_history(service)?.into_iter().max().unwrap_or(0);
    Ok((groups, service.messages("PUB", &[])?, peak, client))
}

/// Returns the number of online devices of the group in each interval of the last minutes.
fn online_history(service: &Service) -> Result<Vec<usize>, Error> {
    let (begin, end) = last_minutes(10);
    let answer = service.call(&["online", "history", &begin, &end, "GID_test"])?;
    let records = answer["Data"]["Records"]["StatsDataDo"].as_array();
    let values = records
        .into_iter()
        .flatten()
        .filter_map(|point| point["Y"].as_f64());
    Ok(values.map(|value| value as usize).collect())
}

fn refuse_a_second_one(binary: &Path, url: &str) -> Result<(), Error> {
    let settings = Settings {
        store: Some(url),
        ..Settings::default()
    };
    let first = Service::start(binary, &settings)?;
    let second = match Service::start(binary, &settings) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    contains("error of a second service", &second, "another")?;
    same("password in the error", second.contains(PASSWORD), false)?;
    let groups = first.call(&["group", "list"])?;
    same(
        "instance",
        &groups["Data"]["MqttGroupIdDo"][0]["InstanceId"],
        INSTANCE,
    )?;
    first.stop()
}
