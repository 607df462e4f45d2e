//! The version that changes call for.

use super::{Change, Class};

/// The version after `current` that the changes call for, by the rules of cargo: what breaks
/// somebody makes it major, what adds makes it minor, and what only reads otherwise is a patch;
/// before 1.0 each is a number further to the right.
///
/// What breaks the wire counts as well: a program that is built anew no longer works with its peers.
/// `None` if `current` is no version such as `0.1.0`.
pub fn called_for(current: &str, changes: &[Change]) -> Option<String> {
    let numbers: Vec<u64> = current
        .split('.')
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()?;
    let &[major, minor, patch] = numbers.as_slice() else {
        return None;
    };
    let class = changes.iter().map(Change::class).max();
    let (major, minor, patch) = match (class.unwrap_or(Class::None), major) {
        (Class::None, _) => (major, minor, patch),
        (Class::Breaking, 0) => (0, minor + 1, 0),
        (Class::Breaking, _) => (major + 1, 0, 0),
        (Class::Additive, 1..) => (major, minor + 1, 0),
        (Class::Additive | Class::Documentation, _) => (major, minor, patch + 1),
    };
    Some(format!("{major}.{minor}.{patch}"))
}
