//! The version that a set of changes calls for.

use super::change::Change;
use super::kind::Class;

/// Error for a current version that is not three numbers.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is not a version of three numbers, such as `0.1.0`; set such a version for the packages first"
)]
pub struct NotAVersion(String);

/// Returns the version after `current` that the changes call for, by the rules of cargo: a breaking
/// change raises the major number, an additive one the minor number, a documentation change the
/// patch number. Before 1.0, each raises the next number to the right.
///
/// Changes that break the wire count too: a program that is rebuilt stops working with its peers.
///
/// # Errors
///
/// Fails if `current` is not three numbers, such as a pre-release.
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
