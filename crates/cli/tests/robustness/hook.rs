//! A receiver of status notifications.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::PATIENCE;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// A webhook that keeps all events.
pub(crate) struct Hook {
    pub(crate) address: SocketAddr,
    pub(crate) events: Arc<Mutex<Vec<Value>>>,
}

impl Hook {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let events = Arc::default();
        let kept = Arc::clone(&events);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || receive(stream.unwrap(), &kept));
            }
        });
        Self { address, events }
    }

    /// Returns the configuration of this receiver.
    pub(crate) fn notify(&self) -> String {
        notify(&format!("http://{}/", self.address))
    }

    /// Returns the channels that are open by the vendor's rule, with their events.
    pub(crate) fn open(&self) -> BTreeSet<String> {
        let mut channels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for event in &*self.events.lock().unwrap() {
            let text = |member: &str| event[member].as_str().unwrap().to_owned();
            let kinds = channels.entry(text("channelId")).or_default();
            kinds.insert(text("eventType"));
        }
        let is_open = |kinds: &BTreeSet<String>| kinds.len() == 1 && kinds.contains("connect");
        let open = channels.into_iter().filter(|(_, kinds)| is_open(kinds));
        open.map(|(channel, _)| channel).collect()
    }

    pub(crate) async fn until_open(&self, count: usize) {
        let begin = Instant::now();
        while self.open().len() != count {
            assert!(
                begin.elapsed() < PATIENCE,
                "{} of {count}",
                self.open().len()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the last event is about a client.
    pub(crate) async fn until_last(&self, client_id: &str) {
        let begin = Instant::now();
        let is_last = |events: &Vec<Value>| {
            let last = events.last();
            last.is_some_and(|event| event["clientId"] == client_id)
        };
        while !is_last(&self.events.lock().unwrap()) {
            assert!(begin.elapsed() < PATIENCE, "no event of {client_id}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Returns the configuration of a webhook.
pub(crate) fn notify(url: &str) -> String {
    format!(
        "\n[[instance.notify]]\ngroups = [\"GID_load\"]\nurl = \"{url}\"\nsecret = \"{SECRET}\"\n"
    )
}

/// Reads requests of a connection and answers each.
fn receive(stream: TcpStream, events: &Mutex<Vec<Value>>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            match reader.read_line(&mut line) {
                Ok(count) if count > 0 => {}
                _ => return,
            }
            let line = line.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let batch: Value = serde_json::from_slice(&body).unwrap();
        let batch = batch["events"].as_array().unwrap().clone();
        events.lock().unwrap().extend(batch);
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        if reader.get_mut().write_all(answer).is_err() {
            return;
        }
    }
}
