//! The other nodes of a cluster, over NATS. ARCHITECTURE.md says what is there and what is not.
//!
//! The modules without I/O are compiled for tests even without the feature.

mod arrivals;
mod claims;
mod envelope;
mod interest;
mod lease;
mod outbox;
mod subject;
