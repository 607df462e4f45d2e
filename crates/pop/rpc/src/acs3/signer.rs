//! Client side: signs requests in their headers.

use std::fmt;

use super::authorization::Authorization;
use super::header;
use super::key::Key;
use super::string_to_sign::{Covered, content_hash, string_to_sign};
use crate::action::{Action, ActionInfo};
use crate::canonical::query_of;
use crate::format::Format;
use crate::method::Method;
use crate::parameter::Parameters;
use crate::signature::{SignedRequest, Stamp, form, name};

/// Headers and path that all requests of one client share.
///
/// Its `Debug` does not show the token.
#[derive(Clone, Copy)]
pub struct CommonHeaders<'a> {
    /// ID of the access key that signs.
    pub access_key_id: &'a str,
    /// Token of temporary credentials.
    pub security_token: Option<&'a str>,
    /// Host of the endpoint, with its port unless that is the default port of the scheme.
    pub host: &'a str,
    /// Path of the endpoint.
    pub path: &'a str,
    /// Format of the responses.
    pub format: Format,
}

impl fmt::Debug for CommonHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommonHeaders")
            .field("access_key_id", &self.access_key_id)
            .field("host", &self.host)
            .field("path", &self.path)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// Signs the requests of one client; create it once and keep it.
///
/// Its `Debug` does not show secrets.
#[derive(Clone)]
pub struct Signer {
    key: Key,
    access_key_id: String,
    security_token: Option<String>,
    host: String,
    path: String,
    format: Format,
}

impl Signer {
    /// Prepares what all requests share.
    pub fn new(key: Key, common: &CommonHeaders<'_>) -> Self {
        Self {
            key,
            access_key_id: common.access_key_id.to_owned(),
            security_token: common.security_token.map(str::to_owned),
            host: common.host.to_owned(),
            path: common.path.to_owned(),
            format: common.format,
        }
    }

    /// Signs a request.
    pub fn sign<A: Action>(&self, action: &A, method: Method, stamp: Stamp<'_>) -> SignedRequest {
        let mut parameters = Parameters::default();
        action.query_parameters(&mut parameters);
        let query = query_of(&parameters);
        let form = form(action);
        let content_hash = content_hash(form.as_deref().unwrap_or_default().as_bytes());
        let common = CommonHeaders {
            access_key_id: &self.access_key_id,
            security_token: self.security_token.as_deref(),
            host: &self.host,
            path: &self.path,
            format: self.format,
        };
        let headers = headers(&A::INFO, &common, &content_hash, stamp);
        let covered: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let canonical_request = Covered {
            method,
            path: &self.path,
            query: &parameters,
            headers: &covered,
            content_hash: &content_hash,
        }
        .with_query(&query);
        let string_to_sign = string_to_sign(&canonical_request);
        let authorization = Authorization {
            access_key_id: self.access_key_id.clone(),
            signed_headers: covered.iter().map(|(name, _)| (*name).to_owned()).collect(),
            signature: self.key.sign(&string_to_sign),
        };
        let mut headers = headers;
        headers.push((header::AUTHORIZATION, authorization.to_string()));
        SignedRequest {
            method,
            string_to_sign,
            query,
            form,
            headers,
            canonical_request: Some(canonical_request),
        }
    }
}

/// Prepares a request of an action that needs no access key.
///
/// Its query names the format, too, as the official SDKs do it for such actions.
pub fn anonymous<A: Action>(
    action: &A,
    method: Method,
    host: &str,
    format: Format,
    stamp: Stamp<'_>,
) -> SignedRequest {
    let mut parameters = Parameters::default();
    parameters.insert(name::FORMAT, format.as_str());
    action.query_parameters(&mut parameters);
    let form = form(action);
    let content_hash = content_hash(form.as_deref().unwrap_or_default().as_bytes());
    let common = CommonHeaders {
        access_key_id: "",
        security_token: None,
        host,
        path: "/",
        format,
    };
    SignedRequest {
        method,
        string_to_sign: String::new(),
        query: query_of(&parameters),
        form,
        headers: headers(&A::INFO, &common, &content_hash, stamp),
        canonical_request: None,
    }
}

/// Returns the headers of a request except `Authorization`, sorted by name; a signature covers all of
/// them.
pub fn headers(
    info: &ActionInfo,
    common: &CommonHeaders<'_>,
    content_hash: &str,
    stamp: Stamp<'_>,
) -> Vec<(&'static str, String)> {
    let token = common.security_token;
    let key_of_token = token.map(|_| common.access_key_id);
    let names = [
        ("accept", Some(accept(common.format))),
        (header::HOST, Some(common.host)),
        (header::ACCESS_KEY_ID, key_of_token),
        (header::ACTION, Some(info.name)),
        (header::CONTENT_HASH, Some(content_hash)),
        (header::DATE, Some(stamp.timestamp)),
        (header::SECURITY_TOKEN, token),
        (header::NONCE, Some(stamp.nonce)),
        (header::VERSION, Some(info.version)),
    ];
    let present = names
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.to_owned())));
    present.collect()
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("key", &self.key)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

/// Returns the value of the header `Accept` that requests a format.
fn accept(format: Format) -> &'static str {
    match format {
        Format::Json => "application/json",
        Format::Xml => "application/xml",
    }
}
