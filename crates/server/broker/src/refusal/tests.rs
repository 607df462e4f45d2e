//! Log lines that are left out are counted when their minute is over.

use std::io::{self, Write};
use std::sync::Arc;

use parking_lot::Mutex;

use super::*;
use crate::core::{Clock, Core, Instance};
use crate::keep::Keep;
use crate::{Directory, MemoryDisk, SecretString};

struct Nothing;

impl Directory for Nothing {
    fn secret(&self, _: &str) -> Option<SecretString> {
        None
    }
    fn has_group(&self, _: &str) -> bool {
        false
    }
    fn has_topic(&self, _: &str) -> bool {
        false
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the lines about a device that is refused, and about a packet of it.
fn refusal_lines<S: tracing::Subscriber + Send + Sync + 'static>(
    client_id: &str,
    subscriber: impl FnOnce(Log) -> S,
) -> Vec<String> {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(subscriber(log.clone()));
    let refusals = Refusals::default();
    let address = ([127, 0, 0, 1], 1).into();
    let cause = Cause::Password;
    let refused = Refused {
        client_id,
        address,
        cause,
    };
    refusals.refuse(refused, 0);
    refusals.malformed(Some(client_id), address, "a rule", 0);
    let text = String::from_utf8(log.0.lock().clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn each_format_quotes_text_of_devices_once_and_escapes_it() {
    let client_id = "a\"\n\u{1b}[2J\u{9b}\u{202e}设";
    let text = refusal_lines(client_id, |log| {
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish()
    });
    assert_eq!(text.len(), 2, "{text:?}");
    for line in text {
        let field = r#" client_id="a\"\n\u{1b}[2J\u{9b}\u{202e}设" "#;
        assert!(line.contains(field), "{line}");
    }
    let json = refusal_lines(client_id, |log| {
        tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_writer(move || log.clone())
            .finish()
    });
    assert_eq!(json.len(), 2, "{json:?}");
    for line in json {
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["client_id"], client_id);
    }
}

#[test]
fn after_a_minute_one_line_says_how_many_were_left_out() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let keep = Arc::new(Keep::new(Arc::new(MemoryDisk::default())));
    let directory = Arc::new(Nothing);
    let core = Core::new(Instance::new(
        "post-cn-test".to_owned(),
        directory,
        keep,
        Clock::simulated(),
        crate::Limits::default(),
    ));
    let Instance {
        refusals, clock, ..
    } = &*core.instance;

    let address = ([127, 0, 0, 1], 1).into();
    for _ in 0..25 {
        let refused = Refused {
            client_id: "GID_test@@@x",
            address,
            cause: Cause::Password,
        };
        refusals.refuse(refused, clock.now().unix);
        refusals.malformed(None, address, "a rule", clock.now().unix);
    }
    let lines = |part: &str| {
        let text = String::from_utf8(log.0.lock().clone()).unwrap();
        text.lines().filter(|line| line.contains(part)).count()
    };
    core.tick();
    assert_eq!((lines("device refused"), lines("more")), (10, 0));
    clock.advance(60_000);
    core.tick();
    core.tick();
    assert_eq!(
        lines("more devices refused reason=bad credentials more=15"),
        1
    );
    assert_eq!(lines("more malformed packets more=15"), 1);
    assert_eq!(lines("more"), 2);
}
