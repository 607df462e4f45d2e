//! How a spec changes.
//!
//! [`import`](mod@import) turns the metadata that the vendor publishes into a spec;
//! [`diff`](mod@diff) compares two specs and says what each difference means to callers, to
//! implementers and on the wire.

pub mod diff;
pub mod import;
