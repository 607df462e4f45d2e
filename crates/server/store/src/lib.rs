//! Persistent data of an ons-mqtt server, in an SQLite file or in PostgreSQL: groups, clients last
//! seen, message counts, online samples and notifications. [`KeptStore`] keeps sessions and
//! messages in tables of its own, which change often. Neither store knows of MQTT or HTTP.
//!
//! Times are milliseconds since 1970. Once a method returns successfully, its data is on disk and
//! survives a kill and a loss of power.
//!
//! ```
//! # use ons_mqtt_store::{Error, Group, Store};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let location = folder.path().join("ons-mqtt.db").display().to_string();
//! let store = Store::open(&location).await?;
//! let group = Group {
//!     namespace: "mqtt-cn-1".into(),
//!     group_id: "GID_sensors".into(),
//!     instance_id: "mqtt-cn-1".into(),
//!     topic: None,
//!     created: 1_600_000_000_000,
//!     updated: 1_600_000_000_000,
//! };
//! store.create_group(&group).await?;
//! assert_eq!(store.groups().await?, [group]);
//! store.close().await;
//! # Ok(())
//! # }
//! ```

mod clients;
mod copy;
mod deliverer;
mod error;
mod expire;
mod files;
mod flush;
mod groups;
mod hours;
mod kept;
mod lives;
mod location;
mod lock;
mod messages;
mod migrations;
mod notifications;
mod online;
mod point;
mod receivers;
mod rows;
mod slices;
mod store;
#[cfg(test)]
mod tests;

pub use clients::{SeenClient, SeenQuery};
pub use error::Error;
pub use flush::{Flush, FlushNumber};
pub use groups::Group;
pub use kept::{Change, KeptEntry, KeptError, KeptSnapshot, KeptStore, Table};
pub use lives::{Life, WantedReceiver};
pub use messages::{Direction, MessageCount, MessageKind, MessageQuery};
pub use notifications::{
    Dropped, MAX_WAITING, Notification, NotificationKind, Report, StatusEvent,
};
pub use online::{OnlineQuery, OnlineSample};
pub use point::Point;
pub use receivers::Receiver;
pub use slices::{PartOfSlice, Slice, Split};
pub use store::Store;
