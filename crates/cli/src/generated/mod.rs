// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

mod command;
pub(crate) mod output;
mod run;
mod session;
mod values;

pub(crate) use command::Command;
pub(crate) use session::{Failure, Session};
