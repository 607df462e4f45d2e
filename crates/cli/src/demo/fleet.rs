//! The devices, their behavior, and counts of what they did.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

use super::devices::{Account, Device, Event, EventKind, Version};
use super::error::DemoError;
use super::progress::Progress;

/// Topic that `serve` has, too, so that the commands of the demo work there.
pub(super) const TOPIC: &str = "test";
pub(super) const LAMPS: &str = "GID_lamps";
pub(super) const APPS: &str = "GID_apps";

/// A lamp that stays online.
pub(super) const STAYING_LAMP: &str = "GID_lamps@@@lamp-01";
/// A lamp that leaves.
pub(super) const LEAVING_LAMP: &str = "GID_lamps@@@lamp-30";

const PHONE: &str = "GID_apps@@@phone-01";
const LAMP_COUNT: u64 = 30;

/// Devices that behave alike.
pub(super) struct Role {
    group_id: &'static str,
    name: &'static str,
    count: u64,
    version: Version,
    filter: &'static str,
    qos: u8,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = match self.version {
            Version::V311 => "MQTT 3.1.1",
            Version::V5 => "MQTT 5",
        };
        let devices = format!("{} {}s", self.count, self.name);
        let Self {
            group_id,
            filter,
            qos,
            ..
        } = self;
        write!(
            f,
            "{devices:<11} {group_id:<10} {version:<11} {filter:<27} QoS {qos}"
        )
    }
}

pub(super) const ROLES: [Role; 4] = [
    Role {
        group_id: LAMPS,
        name: "lamp",
        count: LAMP_COUNT,
        version: Version::V311,
        filter: "test/switch",
        qos: 1,
    },
    Role {
        group_id: APPS,
        name: "phone",
        count: 10,
        version: Version::V311,
        filter: "test/+",
        qos: 2,
    },
    Role {
        group_id: APPS,
        name: "panel",
        count: 5,
        version: Version::V5,
        filter: "test/#",
        qos: 0,
    },
    Role {
        group_id: APPS,
        name: "archive",
        count: 5,
        version: Version::V5,
        filter: "$share/archive/test/report",
        qos: 1,
    },
];

/// Returns the number of devices.
pub(super) fn device_count() -> u64 {
    ROLES.iter().map(|role| role.count).sum()
}

/// Load in each round; QoS 0, 1 and 2 take turns.
const ROUNDS: [u64; 21] = [
    1, 2, 4, 6, 8, 6, 4, 3, 2, 3, 4, 6, 8, 10, 10, 8, 6, 4, 2, 1, 1,
];
const ROUND: Duration = Duration::from_millis(400);

/// Time between the connections of two devices.
const ARRIVAL: Duration = Duration::from_millis(40);

/// Messages per unit of [`ROUNDS`].
const SWITCHES: u64 = 1;
const REPORTS: u64 = 5;
const DIRECT: u64 = 2;

/// Receivers of a switch message: lamps, phones and panels; of a report: phones, panels and one
/// archive.
const SWITCH_RECEIVERS: u64 = 45;
const REPORT_RECEIVERS: u64 = 16;

/// Time limit of one step of the devices.
const STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// Number of messages by topic and QoS.
pub(super) type Counts = BTreeMap<(String, u8), u64>;

/// Counts of what the devices did.
#[derive(Default)]
pub(super) struct Tally {
    connected: u64,
    subscribed: u64,
    acknowledged: u64,
    closed: HashMap<String, String>,
    pub(super) sent: Counts,
    pub(super) received: Counts,
}

impl Tally {
    fn add(&mut self, Event { client_id, kind }: Event) {
        match kind {
            EventKind::Connected => self.connected += 1,
            EventKind::Subscribed => self.subscribed += 1,
            EventKind::Acknowledged => self.acknowledged += 1,
            EventKind::Received { topic, qos } => {
                *self.received.entry((topic, qos)).or_default() += 1
            }
            EventKind::Closed(reason) => {
                self.closed.insert(client_id, reason);
            }
        }
    }

    /// Returns the number of devices that are connected and subscribed.
    fn online(&self) -> u64 {
        self.connected.min(self.subscribed)
    }

    /// Returns the number of sent messages of QoS 1 and 2.
    fn to_acknowledge(&self) -> u64 {
        let certain = self.sent.iter().filter(|((_, qos), _)| *qos > 0);
        certain.map(|(_, count)| count).sum()
    }

    fn sent(&self) -> u64 {
        self.sent.values().sum()
    }

    fn received(&self) -> u64 {
        self.received.values().sum()
    }
}

/// All devices.
pub(super) struct Fleet<'a> {
    account: &'a Account,
    progress: &'a Progress,
    devices: HashMap<String, Device>,
    sender: UnboundedSender<Event>,
    events: UnboundedReceiver<Event>,
    pub(super) tally: Tally,
}

impl<'a> Fleet<'a> {
    pub(super) fn new(account: &'a Account, progress: &'a Progress) -> Self {
        let (sender, events) = unbounded_channel();
        Self {
            account,
            progress,
            devices: HashMap::new(),
            sender,
            events,
            tally: Tally::default(),
        }
    }

    /// Connects and subscribes every device.
    pub(super) async fn connect(&mut self) -> Result<(), DemoError> {
        let all = device_count();
        let mut ticks = interval(ARRIVAL);
        for role in &ROLES {
            for number in 1..=role.count {
                ticks.tick().await;
                let client_id = format!("{}@@@{}-{number:02}", role.group_id, role.name);
                let events = self.sender.clone();
                let device = Device::connect(role.version, client_id.clone(), self.account, events);
                device.subscribe(role.filter, role.qos).await;
                self.devices.insert(client_id, device);
                self.count_events();
                let online = self.tally.online();
                self.progress.show("devices online", online, all);
            }
        }
        self.until("devices online", all, Tally::online).await
    }

    /// Sends and receives messages in all rounds.
    pub(super) async fn work(&mut self) -> Result<(), DemoError> {
        let mut ticks = interval(ROUND);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for (round, busy) in ROUNDS.into_iter().enumerate() {
            ticks.tick().await;
            let qos = (round % 3) as u8;
            for _ in 0..busy * SWITCHES {
                self.publish(PHONE, "test/switch", qos).await;
            }
            for number in 0..busy * REPORTS {
                self.publish(&lamp(number), "test/report", qos).await;
            }
            for number in 0..busy * DIRECT {
                let topic = format!("test/p2p/{}", lamp(number));
                self.publish(PHONE, &topic, qos).await;
            }
            self.count_events();
            let received = self.tally.received();
            self.progress.show("messages", received, planned());
        }
        self.until("messages sent", planned_to_send(), Tally::sent)
            .await?;
        let all = self.tally.to_acknowledge();
        self.until("messages acknowledged", all, |tally| tally.acknowledged)
            .await?;
        self.until("messages received", planned(), Tally::received)
            .await
    }

    /// Disconnects a device.
    pub(super) async fn leave(&mut self, client_id: &str) -> Result<(), DemoError> {
        if let Some(device) = self.devices.get(client_id) {
            device.disconnect().await;
        }
        self.until("devices disconnected", 1, |tally| tally.closed.len() as u64)
            .await
    }

    /// Waits until every device of a group is disconnected.
    pub(super) async fn until_disconnected(&mut self, group_id: &str) -> Result<(), DemoError> {
        let of_group = |client_id: &String| client_id.starts_with(&format!("{group_id}@@@"));
        let all = self.devices.keys().filter(|id| of_group(id)).count();
        self.until("devices disconnected", all as u64, |tally| {
            tally.closed.keys().filter(|id| of_group(id)).count() as u64
        })
        .await
    }

    async fn publish(&mut self, client_id: &str, topic: &str, qos: u8) {
        let Some(device) = self.devices.get(client_id) else {
            return;
        };
        if device.publish(topic, qos).await {
            *self.tally.sent.entry((topic.to_owned(), qos)).or_default() += 1;
        }
    }

    /// Counts the events so far without waiting for more.
    fn count_events(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.tally.add(event);
        }
    }

    /// Waits until `count` reaches `all`; returns an error if that takes too long.
    async fn until(
        &mut self,
        what: &'static str,
        all: u64,
        count: impl Fn(&Tally) -> u64,
    ) -> Result<(), DemoError> {
        let deadline = Instant::now() + STEP_TIMEOUT;
        while count(&self.tally) < all {
            let done = count(&self.tally);
            self.progress.show(what, done, all);
            let Ok(Some(event)) = timeout_at(deadline, self.events.recv()).await else {
                let closed = self.tally.closed.iter().next();
                let closed = closed.map(|(id, reason)| format!("; {id}: {reason}"));
                return Err(DemoError::Devices {
                    what,
                    done,
                    all,
                    closed: closed.unwrap_or_default(),
                });
            };
            self.tally.add(event);
        }
        Ok(())
    }
}

/// Returns the client ID of a lamp.
fn lamp(number: u64) -> String {
    format!("{LAMPS}@@@lamp-{:02}", number % LAMP_COUNT + 1)
}

/// Returns the number of messages that the devices send.
fn planned_to_send() -> u64 {
    ROUNDS.iter().sum::<u64>() * (SWITCHES + REPORTS + DIRECT)
}

/// Returns the number of messages that the devices receive.
fn planned() -> u64 {
    let each = SWITCHES * SWITCH_RECEIVERS + REPORTS * REPORT_RECEIVERS + DIRECT;
    ROUNDS.iter().sum::<u64>() * each
}
