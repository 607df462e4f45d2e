//! Web console: pages about the running service.
//!
//! | path | page |
//! |---|---|
//! | `/console/instances` | overview of the instances that the access key owns |
//! | `/console/live` | numbers of the overview while they change, as events |
//! | `/console/nodes` | nodes of the cluster, if there is one: leases, devices online, lag |
//! | `/console/instances/ID/groups/GID` | a group: devices online now and before, its clients, deletion |
//! | `/console/instances/ID/topics/TOPIC` | messages of a topic, with all filters, as a chart, as CSV and as SVG |
//! | `/console/instances/ID/clients?id=CLIENT` | a device: connection, what waits for it, subscriptions, last refusals |
//! | `/console/instances/ID/refusals` | devices that were refused lately, with remedies |
//!
//! Pages call actions as any program would, wherever an action tells enough. The rest comes from
//! [`Status`], which the service implements.

mod chart;
mod client;
mod clients;
mod console;
mod filter;
mod group;
mod live;
mod nodes;
mod overview;
mod period;
mod range;
mod refusals;
mod routes;
mod scale;
mod status;
mod texts;
mod titles;
mod topic;
mod unit;
mod view;

pub use routes::{PART, router};
pub use status::{
    Bilingual, ClientQuery, ClientStatus, GroupStatus, InstanceStatus, Later, LeaseState,
    ListenerStatus, LiveStatus, NoAnswer, NodeStatus, NodesStatus, RefusedDevice, Split, Status,
    StoreStatus, Trend, TrendPoint, Unread, WaitingStatus,
};
pub use titles::english;
