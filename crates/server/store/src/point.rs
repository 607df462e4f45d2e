//! A number at a time, the result of queries over a range of time.

/// A number at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Start of the counted interval, or time of the sample.
    pub time: i64,
    /// Number of messages or of online clients.
    pub count: i64,
}
