//! Headers, in lower case, that carry what the RPC style sends as parameters.

/// ID of the access key that signs; sent beside `Authorization` only with temporary credentials.
pub const ACCESS_KEY_ID: &str = "x-acs-accesskey-id";
/// Name of the action.
pub const ACTION: &str = "x-acs-action";
/// Credential, signed headers and signature.
pub const AUTHORIZATION: &str = "authorization";
/// Hash of the body; see [`content_hash`](super::content_hash).
pub const CONTENT_HASH: &str = "x-acs-content-sha256";
/// Time of the request, `YYYY-MM-DDThh:mm:ssZ`.
pub const DATE: &str = "x-acs-date";
/// Host and port of the endpoint.
pub const HOST: &str = "host";
/// Text that is not repeated within 15 minutes.
pub const NONCE: &str = "x-acs-signature-nonce";
/// Token of temporary credentials.
pub const SECURITY_TOKEN: &str = "x-acs-security-token";
/// Version of the API.
pub const VERSION: &str = "x-acs-version";
