// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

mod command;
mod output;
mod run;
mod values;

pub(crate) use command::Command;
