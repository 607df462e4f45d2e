//! Nonces of requests.

/// Returns a random text that no other request has.
pub(crate) fn nonce() -> String {
    format!("{:032x}", fastrand::u128(..))
}
