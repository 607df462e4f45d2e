//! The other nodes of a cluster, over NATS. ARCHITECTURE.md says what is there and what is not.
//!
//! The modules without I/O are compiled for tests even without the feature.

#[cfg(feature = "cluster")]
mod alone;
mod arrivals;
#[cfg(feature = "cluster")]
mod asked;
#[cfg(feature = "cluster")]
mod choosing;
mod chunk;
#[cfg(feature = "cluster")]
mod claiming;
mod claims;
#[cfg(feature = "cluster")]
mod cleaning;
#[cfg(feature = "cluster")]
mod config;
mod cursor;
#[cfg(feature = "cluster")]
mod cutting;
#[cfg(feature = "cluster")]
mod delivering;
#[cfg(feature = "cluster")]
mod disk;
#[cfg(feature = "cluster")]
mod entries;
mod envelope;
#[cfg(feature = "cluster")]
mod following;
#[cfg(feature = "cluster")]
mod forgetting;
#[cfg(feature = "cluster")]
mod gather;
mod interest;
#[cfg(feature = "cluster")]
mod joining;
#[cfg(feature = "cluster")]
mod lagging;
mod lease;
#[cfg(feature = "cluster")]
mod log;
#[cfg(feature = "cluster")]
mod member;
#[cfg(feature = "cluster")]
mod node;
mod outbox;
mod owner;
mod reading;
#[cfg(feature = "cluster")]
mod receiving;
#[cfg(feature = "cluster")]
mod recent;
#[cfg(feature = "cluster")]
mod restoring;
#[cfg(feature = "cluster")]
mod retaining;
mod row;
#[cfg(feature = "cluster")]
mod rows;
#[cfg(feature = "cluster")]
mod sending;
#[cfg(feature = "cluster")]
mod shared;
mod shares;
#[cfg(feature = "cluster")]
mod sharing;
mod subject;
mod wills;

#[cfg(feature = "cluster")]
pub(crate) use self::asked::Asked;
#[cfg(feature = "cluster")]
pub use self::config::{ClusterConfig, ClusterError};
#[cfg(feature = "cluster")]
pub use self::gather::{Answering, Unanswered};
#[cfg(feature = "cluster")]
pub use self::joining::{Cluster, KnownNode};
#[cfg(feature = "cluster")]
pub(crate) use self::member::Member;
#[cfg(feature = "cluster")]
pub use self::node::Lag;
#[cfg(feature = "cluster")]
pub use self::shared::{SharedTable, SharedValue, Unavailable};
