//! Signer of requests with one access key.

#[cfg(feature = "acs3")]
use pop_rpc::acs3;
use pop_rpc::signature::{self, CommonParameters, SignedRequest, Signer, Stamp};
use pop_rpc::{Action, SignatureMethod, SigningKey};

use crate::credentials::Credentials;
use crate::settings::{Settings, Signature};

/// Signs requests with one access key; created once and kept.
#[derive(Debug)]
pub(crate) enum KeySigner {
    Rpc(Signer),
    #[cfg(feature = "acs3")]
    Acs3(acs3::Signer),
}

impl KeySigner {
    pub(crate) fn new(settings: &Settings, credentials: &Credentials) -> Self {
        match settings.signature {
            Signature::Rpc => Self::Rpc(rpc(settings, credentials)),
            #[cfg(feature = "acs3")]
            Signature::Acs3 => Self::Acs3(acs3(settings, credentials)),
        }
    }

    pub(crate) fn sign<A: Action>(
        &self,
        settings: &Settings,
        action: &A,
        stamp: Stamp<'_>,
    ) -> SignedRequest {
        let method = A::INFO.method(settings.method);
        match self {
            Self::Rpc(signer) => signer.sign(action, method, stamp),
            #[cfg(feature = "acs3")]
            Self::Acs3(signer) => signer.sign(action, method, stamp),
        }
    }
}

/// Prepares a request of an action that needs no access key.
pub(crate) fn anonymous<A: Action>(
    settings: &Settings,
    action: &A,
    stamp: Stamp<'_>,
) -> SignedRequest {
    let method = A::INFO.method(settings.method);
    let format = settings.format;
    match settings.signature {
        Signature::Rpc => {
            let region_id = settings.region_id.as_deref();
            signature::anonymous(action, method, format, region_id, stamp)
        }
        #[cfg(feature = "acs3")]
        Signature::Acs3 => {
            let (host, _) = host_and_path(&settings.endpoint);
            acs3::anonymous(action, method, host, format, stamp)
        }
    }
}

fn rpc(settings: &Settings, credentials: &Credentials) -> Signer {
    let key = SigningKey::new(SignatureMethod::HmacSha1, credentials.access_key_secret());
    Signer::new(
        key,
        &CommonParameters {
            access_key_id: credentials.access_key_id(),
            format: settings.format,
            region_id: settings.region_id.as_deref(),
            security_token: credentials.security_token(),
        },
    )
}

#[cfg(feature = "acs3")]
fn acs3(settings: &Settings, credentials: &Credentials) -> acs3::Signer {
    let (host, path) = host_and_path(&settings.endpoint);
    acs3::Signer::new(
        acs3::Key::new(credentials.access_key_secret()),
        &acs3::CommonHeaders {
            access_key_id: credentials.access_key_id(),
            security_token: credentials.security_token(),
            host,
            path,
            format: settings.format,
        },
    )
}

/// Splits an endpoint into host with port, and path.
///
/// The builder has removed the query and the default port of the scheme.
#[cfg(feature = "acs3")]
fn host_and_path(endpoint: &str) -> (&str, &str) {
    let rest = endpoint
        .split_once("://")
        .map_or(endpoint, |(_, rest)| rest);
    match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    }
}

#[cfg(all(test, feature = "acs3"))]
mod tests {
    use super::*;

    #[test]
    fn host_and_path_are_what_http_sends() {
        let table = [
            ("https://example.com/", ("example.com", "/")),
            ("http://127.0.0.1:8080/", ("127.0.0.1:8080", "/")),
            ("http://[::1]:8080/api/", ("[::1]:8080", "/api/")),
            ("in-process", ("in-process", "/")),
        ];
        for (endpoint, expected) in table {
            assert_eq!(host_and_path(endpoint), expected, "{endpoint}");
        }
    }
}
