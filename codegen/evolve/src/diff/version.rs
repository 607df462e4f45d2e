//! The version that changes call for.

use super::change::Change;
use super::kind::Class;

/// What should be a version of packages is none that can be raised.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no version of three numbers, such as `0.1.0`; give the packages one first")]
pub struct NotAVersion(String);

/// The version after `current` that the changes call for, by the rules of cargo: what breaks
/// somebody makes it major, what adds makes it minor, and what only reads otherwise is a patch;
/// before 1.0 each is a number further to the right.
///
/// What breaks the wire counts as well: a program that is built anew no longer works with its peers.
///
/// # Errors
///
/// `current` is not three numbers; it may be a pre-release.
pub fn called_for(current: &str, changes: &[Change]) -> Result<String, NotAVersion> {
    let numbers: Option<Vec<u64>> = current
        .split('.')
        .map(|number| number.parse().ok())
        .collect();
    let Some(&[major, minor, patch]) = numbers.as_deref() else {
        return Err(NotAVersion(current.to_owned()));
    };
    let class = changes.iter().map(Change::class).max();
    let (major, minor, patch) = match (class.unwrap_or(Class::None), major) {
        (Class::None, _) => (major, minor, patch),
        (Class::Breaking, 0) => (0, minor + 1, 0),
        (Class::Breaking, _) => (major + 1, 0, 0),
        (Class::Additive, 1..) => (major, minor + 1, 0),
        (Class::Additive | Class::Documentation, _) => (major, minor, patch + 1),
    };
    Ok(format!("{major}.{minor}.{patch}"))
}
