//! Evolution of a spec.
//!
//! [`import`](mod@import) converts the vendor's published metadata into a spec. [`diff`](mod@diff)
//! compares two specs and classifies each difference for callers, for implementers and for the
//! wire.

pub mod diff;
pub mod import;
