//! Whether a request is let through: who sent it, when, and how often.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pop_rpc::acs3::{self, Authorization};
use pop_rpc::error::Failure;
use pop_rpc::service::{Dispatch, Refusal};
use pop_rpc::signature::{self, SIGNATURE_VERSION, name};
use pop_rpc::{ActionInfo, Parameters, RateLimit, SignatureMethod, SigningKey, timestamp};

use crate::http::Call;
use crate::limit::Calls;
use crate::nonce::{Nonces, Spent};
use crate::rejection::{Rejection, failure};
use crate::secret::Secret;

/// Code of a signature that is not right.
const MISMATCH: &str = "SignatureDoesNotMatch";

/// How old pages spell [`name::TIMESTAMP`].
const OLD_TIMESTAMP: &str = "TimeStamp";

/// How far a timestamp may be from the clock, either way.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Bytes of the longest nonce, more than twice what any SDK sends.
const NONCE_LENGTH: usize = 128;

/// A parameter of the gateway's own that has no value it could have.
fn invalid<D: Dispatch>(name: &str) -> Failure {
    D::refuse(Refusal::Malformed {
        name: name.to_owned(),
        expected: "one that it can have",
    })
}

/// An access key, ready to verify, and what is remembered of its requests.
///
/// Memory that strangers could fill there is none: only requests with a right signature leave a
/// trace.
pub(super) struct AccessKey {
    id: String,
    sha1: SigningKey,
    sha256: SigningKey,
    acs3: acs3::Key,
    nonces: Nonces,
    calls: Calls,
}

impl AccessKey {
    pub(super) fn new(id: String, secret: &Secret, actions: &'static [ActionInfo]) -> Self {
        let key = |method| SigningKey::new(method, secret.expose());
        Self {
            id,
            sha1: key(SignatureMethod::HmacSha1),
            sha256: key(SignatureMethod::HmacSha256),
            acs3: acs3::Key::new(secret.expose()),
            nonces: Nonces::new(),
            calls: Calls::new(actions),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Checks that the signature is right.
    pub(super) fn verify<D: Dispatch>(
        &self,
        signature: &Signature,
        call: &Call,
    ) -> Result<(), Rejection> {
        let mismatch = |to_sign: &str| failure::<D>(MISMATCH).filled(to_sign).into();
        let method = match (signature, &call.headers) {
            (Signature::Rpc(method), _) => method,
            (Signature::Acs3(authorization), Some(headers)) => {
                let verified = headers.received(call.method, |received| {
                    received.verify(authorization, &self.acs3)
                });
                return verified.map_err(|unsigned| match unsigned {
                    acs3::Unsigned::Signature(to_sign) => mismatch(&to_sign),
                    unsigned => incomplete::<D>(&unsigned),
                });
            }
            (Signature::Acs3(_), None) => return Err(Rejection::with_code::<D>(MISMATCH)),
        };
        let key = match method {
            SignatureMethod::HmacSha1 => &self.sha1,
            SignatureMethod::HmacSha256 => &self.sha256,
        };
        let to_sign = signature::string_to_sign(call.method, &call.parameters);
        match key.verify(&to_sign, required::<D>(&call.parameters, name::SIGNATURE)?) {
            true => Ok(()),
            false => Err(mismatch(&to_sign)),
        }
    }

    /// Checks that the request was not carried out before, and notes that now it is.
    pub(super) fn spend<D: Dispatch>(
        &self,
        nonce: &str,
        timestamp: Duration,
        now: Duration,
    ) -> Result<(), Rejection> {
        // The same request would be let in until its timestamp is too old, and another one with its
        // nonce has to come later than a window after it.
        let end = timestamp.max(now) + WINDOW;
        let spent = self.nonces.spend(nonce, now.as_secs(), end.as_secs());
        spent.map_err(|spent| match spent {
            Spent::Before => Rejection::with_code::<D>("SignatureNonceUsed"),
            Spent::NoRoom(wait) => Rejection::throttled::<D>(wait),
        })
    }

    /// Checks that the access key has a call of the action left, and takes it.
    pub(super) fn count<D: Dispatch>(
        &self,
        action: &ActionInfo,
        queries_per_minute: Option<u32>,
        now: Duration,
    ) -> Result<(), Rejection> {
        let limit = match (action.rate_limit, queries_per_minute) {
            (None, _) | (_, Some(0)) => return Ok(()),
            (Some(limit), None) => limit,
            (Some(_), Some(requests)) => RateLimit {
                requests,
                seconds: 60,
            },
        };
        let counted = self.calls.count(action, limit, now);
        counted.map_err(Rejection::throttled::<D>)
    }
}

/// The action that a request asks for, in the version that there is.
pub(super) fn action<D: Dispatch>(
    parameters: &Parameters,
) -> Result<&'static ActionInfo, Rejection> {
    let name = required::<D>(parameters, name::ACTION)?;
    let action = D::ACTIONS.iter().find(|action| action.name == name);
    let action = action.ok_or_else(|| Rejection::with_code::<D>("InvalidAction.NotFound"))?;
    match required::<D>(parameters, name::VERSION)? == D::VERSION {
        true => Ok(action),
        false => Err(Rejection::with_code::<D>("InvalidVersion")),
    }
}

/// How a request is signed.
pub(super) enum Signature {
    /// In parameters.
    Rpc(SignatureMethod),
    /// In the header `Authorization`.
    Acs3(Authorization),
}

/// What a request says of its signature, before anything of it is believed.
pub(super) struct Signed<'a> {
    pub(super) access_key_id: &'a str,
    pub(super) signature: Signature,
    pub(super) nonce: &'a str,
    timestamp: &'a str,
}

impl<'a> Signed<'a> {
    /// Finds what every request has to have.
    pub(super) fn read<D: Dispatch>(call: &'a Call) -> Result<Self, Rejection> {
        let parameters = &call.parameters;
        let access_key_id = required::<D>(parameters, name::ACCESS_KEY_ID)?;
        let signature = match &call.headers {
            Some(headers) => {
                let authorization =
                    headers.received(call.method, |received| received.authorization());
                Signature::Acs3(authorization.map_err(|unsigned| incomplete::<D>(&unsigned))?)
            }
            None => Signature::Rpc(rpc_signature::<D>(parameters)?),
        };
        let nonce = required::<D>(parameters, name::SIGNATURE_NONCE)?;
        let timestamp = match optional(parameters, OLD_TIMESTAMP) {
            Some(text) if optional(parameters, name::TIMESTAMP).is_none() => text,
            _ => required::<D>(parameters, name::TIMESTAMP)?,
        };
        if nonce.len() > NONCE_LENGTH {
            let reason = format_args!("longer than {NONCE_LENGTH} bytes");
            return Err(invalid::<D>(name::SIGNATURE_NONCE).because(reason).into());
        }
        Ok(Self {
            access_key_id,
            signature,
            nonce,
            timestamp,
        })
    }

    /// Reads the timestamp and holds it against the clock.
    pub(super) fn time<D: Dispatch>(&self, now: Duration) -> Result<Duration, Rejection> {
        let timestamp = timestamp::read(self.timestamp)
            .and_then(since_1970)
            .ok_or_else(|| Rejection::with_code::<D>("InvalidTimeStamp.Format"))?;
        match now.abs_diff(timestamp) > WINDOW {
            true => Err(Rejection::with_code::<D>("InvalidTimeStamp.Expired")),
            false => Ok(timestamp),
        }
    }
}

/// What parameters say of a signature.
fn rpc_signature<D: Dispatch>(parameters: &Parameters) -> Result<SignatureMethod, Rejection> {
    required::<D>(parameters, name::SIGNATURE)?;
    let method = required::<D>(parameters, name::SIGNATURE_METHOD)?;
    let version = required::<D>(parameters, name::SIGNATURE_VERSION)?;
    // Both are looked for before either is judged, and so are nonce and timestamp.
    required::<D>(parameters, name::SIGNATURE_NONCE)?;
    if optional(parameters, OLD_TIMESTAMP).is_none() {
        required::<D>(parameters, name::TIMESTAMP)?;
    }
    let method = SignatureMethod::from_wire(method)
        .ok_or_else(|| Rejection::with_code::<D>("InvalidSignatureMethod"))?;
    match version == SIGNATURE_VERSION {
        true => Ok(method),
        false => Err(invalid::<D>(name::SIGNATURE_VERSION).into()),
    }
}

/// A signature in headers that does not cover what it has to.
fn incomplete<D: Dispatch>(unsigned: &acs3::Unsigned) -> Rejection {
    failure::<D>("IncompleteSignature").because(unsigned).into()
}

/// Checks that a request with a lasting access key has no token, which only a temporary one has.
pub(super) fn check_token<D: Dispatch>(parameters: &Parameters) -> Result<(), Rejection> {
    match optional(parameters, name::SECURITY_TOKEN) {
        None => Ok(()),
        Some(_) => Err(Rejection::with_code::<D>(
            "InvalidSecurityToken.MismatchWithAccessKey",
        )),
    }
}

/// The region that a request names.
pub(super) fn region<D: Dispatch>(parameters: &Parameters) -> Result<Option<String>, Rejection> {
    let id = optional(parameters, name::REGION_ID);
    id.map_or(Ok(()), D::check_region)?;
    Ok(id.map(str::to_owned))
}

/// Time since 1970; `None` before.
pub(super) fn since_1970(time: SystemTime) -> Option<Duration> {
    time.duration_since(UNIX_EPOCH).ok()
}

/// A parameter that has to be there; an empty one counts as absent.
fn required<'a, D: Dispatch>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Rejection> {
    let missing = || D::refuse(Refusal::Missing(name.to_owned())).into();
    optional(parameters, name).ok_or_else(missing)
}

fn optional<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.get(name).filter(|value| !value.is_empty())
}
