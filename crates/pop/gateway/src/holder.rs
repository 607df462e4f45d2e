//! Holders of access keys: they have shown their secret once, and call without signatures.

use std::sync::{Arc, Weak};

use pop_rpc::service::Answer;

use crate::admit::AccessKey;

/// An access key that may call now. It is dropped when the key is removed or gets another secret.
pub(super) struct Grant(pub(super) Arc<AccessKey>);

/// Answer to the call of a holder.
pub struct Called {
    /// The answer.
    pub answer: Answer,
    /// ID of the request, as in the log.
    pub request_id: String,
}

/// Right to call in the name of an access key. It ends when the key is removed or gets another
/// secret, and does not come back with the key.
#[derive(Clone)]
pub struct Holder(pub(super) Weak<Grant>);

impl Holder {
    /// Returns `true` until the right ends.
    pub fn is_valid(&self) -> bool {
        self.0.strong_count() > 0
    }

    /// Returns the ID of the access key.
    pub(super) fn access_key_id(&self) -> Option<String> {
        Some(self.0.upgrade()?.0.id().to_owned())
    }

    /// Returns the signature (HMAC-SHA1) of a string, which shows a reader how a request is signed.
    pub fn sign(&self, string_to_sign: &str) -> Option<String> {
        let grant = self.0.upgrade()?;
        Some(grant.0.sign(string_to_sign))
    }

    /// Returns the signature of a string by ACS3-HMAC-SHA256, for the same purpose.
    pub fn sign_acs3(&self, string_to_sign: &str) -> Option<String> {
        let grant = self.0.upgrade()?;
        Some(grant.0.sign_acs3(string_to_sign))
    }
}
