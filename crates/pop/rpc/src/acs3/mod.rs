//! The signature `ACS3-HMAC-SHA256` (`docs/PROTOCOL.md`, “ACS3”).
//!
//! A request carries the action's parameters in its query or form body, and everything else in
//! headers. The signature covers the method, the path, the query, the headers that the request
//! lists, and the hash of the body.
//!
//! ```
//! use pop_rpc::acs3::{self, Covered, Key};
//! use pop_rpc::{Method, Parameters};
//!
//! let query: Parameters = [("GroupId", "GID_test")].into_iter().collect();
//! let hash = acs3::content_hash(b"");
//! let headers = [
//!     ("host", "onsmqtt.cn-hangzhou.aliyuncs.com"),
//!     ("x-acs-action", "ListGroupId"),
//!     ("x-acs-content-sha256", &hash),
//!     ("x-acs-date", "2020-05-18T08:00:00Z"),
//!     ("x-acs-signature-nonce", "1"),
//!     ("x-acs-version", "2020-04-20"),
//! ];
//! let covered = Covered { method: Method::Post, path: "/", query: &query, headers: &headers, content_hash: &hash };
//! let to_sign = acs3::string_to_sign(&covered.canonical_request());
//! let key = Key::new("testsecret");
//! assert!(key.verify(&to_sign, &key.sign(&to_sign)));
//! ```

mod authorization;
pub mod header;
mod hexadecimal;
mod key;
#[cfg(feature = "service")]
mod received;
mod signer;
mod string_to_sign;

pub use authorization::{Authorization, AuthorizationError};
pub use key::Key;
#[cfg(feature = "service")]
pub use received::{Received, Unsigned};
pub use signer::{CommonHeaders, Signer, anonymous, headers};
pub use string_to_sign::{ALGORITHM, Covered, content_hash, string_to_sign};
