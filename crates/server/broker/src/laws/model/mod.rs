//! The standard in plain words: sessions, what is due to each, and what was promised to be on disk.
//!
//! The model is told each packet when the broker handles it, and each packet that the broker sends. What is on disk is a copy
//! of the model from the last commit; a crash goes back to it.

mod checks;
mod filter;
mod messages;
mod presence;
mod received;
mod retained;
mod sessions;
mod state;
mod subscriptions;

pub(super) use sessions::FULL_DISK;
pub(super) use state::{Counted, Message, Model, View};
