// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

mod call;
mod client;
#[cfg(feature = "in-process")]
pub mod examples;
#[cfg(feature = "in-process")]
mod in_process;
mod stub;

pub use call::Call;
pub use client::{Client, Error};
#[cfg(feature = "in-process")]
pub use in_process::InProcess;
pub use stub::{Answer, Stub};
