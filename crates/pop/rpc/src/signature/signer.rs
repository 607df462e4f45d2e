//! Client side: signs requests in their query.

use std::fmt;

use super::key::SigningKey;
use super::merge::{Common, Varies, encoded, write, write_query};
use super::request::{CommonParameters, SignedRequest, Stamp};
use super::{SIGNATURE_VERSION, name};
use crate::action::Action;
use crate::canonical::{Query, StringToSign, query_of};
use crate::format::Format;
use crate::method::Method;
use crate::parameter::{ParameterSink, Parameters};

/// Signs the requests of one client; create it once and keep it.
///
/// Generated code knows the order of an action's parameters, and the signer encodes the common
/// parameters once. So signing sorts nothing, except for actions that send lists.
///
/// Its `Debug` does not show secrets.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    /// Common parameters, sorted by name.
    common: Vec<Common>,
}

impl Signer {
    /// Prepares the parameters that all requests share.
    pub fn new(key: SigningKey, common: &CommonParameters<'_>) -> Self {
        let values = [
            (name::ACCESS_KEY_ID, Some(common.access_key_id), Varies::Not),
            (name::ACTION, Some(""), Varies::Action),
            (name::FORMAT, Some(common.format.as_str()), Varies::Not),
            (name::REGION_ID, common.region_id, Varies::Not),
            (name::SECURITY_TOKEN, common.security_token, Varies::Not),
            (
                name::SIGNATURE_METHOD,
                Some(key.method().as_str()),
                Varies::Not,
            ),
            (name::SIGNATURE_NONCE, Some(""), Varies::Nonce),
            (
                name::SIGNATURE_VERSION,
                Some(SIGNATURE_VERSION),
                Varies::Not,
            ),
            (name::TIMESTAMP, Some(""), Varies::Timestamp),
            (name::VERSION, Some(""), Varies::Version),
        ];
        Self {
            key,
            common: encoded(values),
        }
    }

    /// Signs a request.
    pub fn sign<A: Action>(&self, action: &A, method: Method, stamp: Stamp<'_>) -> SignedRequest {
        let string_to_sign = self.string_to_sign(action, method, stamp);
        let signature = self.key.sign(&string_to_sign);
        let mut query = Query::default();
        write_query(&self.common, action, stamp, &mut query);
        query.parameter(name::SIGNATURE, &signature);
        SignedRequest {
            method,
            string_to_sign,
            query: query.into_string(),
            form: form(action),
            headers: Vec::new(),
            canonical_request: None,
        }
    }

    /// Returns the string to sign of a request.
    pub fn string_to_sign<A: Action>(
        &self,
        action: &A,
        method: Method,
        stamp: Stamp<'_>,
    ) -> String {
        let mut out = StringToSign::new(method);
        if A::INFO.has_form {
            let mut own = Parameters::default();
            action.parameters(&mut own);
            write(&self.common, &own, A::INFO, stamp, &mut out);
        } else {
            write_query(&self.common, action, stamp, &mut out);
        }
        out.into_string()
    }

    /// Returns the key that signs.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}

/// Prepares a request of an action that needs no access key.
pub fn anonymous<A: Action>(
    action: &A,
    method: Method,
    format: Format,
    region_id: Option<&str>,
    stamp: Stamp<'_>,
) -> SignedRequest {
    let common = encoded([
        (name::ACTION, Some(""), Varies::Action),
        (name::FORMAT, Some(format.as_str()), Varies::Not),
        (name::REGION_ID, region_id, Varies::Not),
        (name::SIGNATURE_NONCE, Some(""), Varies::Nonce),
        (name::TIMESTAMP, Some(""), Varies::Timestamp),
        (name::VERSION, Some(""), Varies::Version),
    ]);
    let mut query = Query::default();
    write_query(&common, action, stamp, &mut query);
    SignedRequest {
        method,
        string_to_sign: String::new(),
        query: query.into_string(),
        form: form(action),
        headers: Vec::new(),
        canonical_request: None,
    }
}

/// Returns the encoded form body of a request, sorted by name, if its action has one.
pub(crate) fn form<A: Action>(action: &A) -> Option<String> {
    A::INFO.has_form.then(|| {
        let mut parameters = Parameters::default();
        action.form_parameters(&mut parameters);
        query_of(&parameters)
    })
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
