//! Whether a request is let through: who sent it, when, and how often.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ons_mqtt_models::{ACTIONS, ErrorCode, Region, VERSION};
use ons_mqtt_service::Failure;
use pop_rpc::signature::{self, SIGNATURE, SIGNATURE_VERSION};
use pop_rpc::{ActionInfo, Method, Parameters, RateLimit, SignatureMethod, SigningKey, timestamp};

use super::limit::Calls;
use super::nonce::Nonces;
use crate::Secret;

const ACCESS_KEY_ID: &str = "AccessKeyId";
const ACTION: &str = "Action";
const NONCE: &str = "SignatureNonce";
const REGION_ID: &str = "RegionId";
const SECURITY_TOKEN: &str = "SecurityToken";
const SIGNATURE_METHOD: &str = "SignatureMethod";
const SIGNATURE_VERSION_NAME: &str = "SignatureVersion";
const TIMESTAMP: &str = "Timestamp";
const VERSION_NAME: &str = "Version";

/// How old pages spell [`TIMESTAMP`].
const OLD_TIMESTAMP: &str = "TimeStamp";

/// How far a timestamp may be from the clock, either way.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Bytes of the longest nonce, more than twice what any SDK sends.
const NONCE_LENGTH: usize = 128;

/// Why a request is not let through.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) failure: Failure,
    /// How long to wait before the next try.
    pub(super) retry_after: Option<Duration>,
}

impl Refused {
    /// The access key sends too much.
    pub(super) fn throttled(retry_after: Duration) -> Self {
        Self {
            failure: ErrorCode::ThrottlingUser.into(),
            retry_after: Some(retry_after),
        }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            retry_after: None,
        }
    }
}

impl From<ErrorCode> for Refused {
    fn from(code: ErrorCode) -> Self {
        Failure::from(code).into()
    }
}

/// An access key, ready to verify, and what is remembered of its requests.
///
/// Memory that strangers could fill there is none: only requests with a right signature leave a
/// trace.
pub(super) struct AccessKey {
    id: String,
    sha1: SigningKey,
    sha256: SigningKey,
    nonces: Nonces,
    calls: Calls,
}

impl AccessKey {
    pub(super) fn new(id: String, secret: &Secret) -> Self {
        let key = |method| SigningKey::new(method, secret.expose());
        Self {
            id,
            sha1: key(SignatureMethod::HmacSha1),
            sha256: key(SignatureMethod::HmacSha256),
            nonces: Nonces::new(),
            calls: Calls::new(),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Checks that the signature is right.
    pub(super) fn verify(
        &self,
        how: SignatureMethod,
        method: Method,
        parameters: &Parameters,
    ) -> Result<(), Refused> {
        let key = match how {
            SignatureMethod::HmacSha1 => &self.sha1,
            SignatureMethod::HmacSha256 => &self.sha256,
        };
        let to_sign = signature::string_to_sign(method, parameters);
        if key.verify(&to_sign, required(parameters, SIGNATURE)?) {
            return Ok(());
        }
        Err(Failure::from(ErrorCode::SignatureDoesNotMatch)
            .filled(&to_sign)
            .into())
    }

    /// Checks that the request was not carried out before, and notes that now it is.
    pub(super) fn spend(
        &self,
        nonce: &str,
        timestamp: Duration,
        now: Duration,
    ) -> Result<(), Refused> {
        // The same request would be let in until its timestamp is too old, and another one with its
        // nonce has to come later than a window after it.
        let end = timestamp.max(now) + WINDOW;
        self.nonces.spend(nonce, now.as_secs(), end.as_secs())
    }

    /// Checks that the access key has a call of the action left, and takes it.
    pub(super) fn count(
        &self,
        action: &ActionInfo,
        queries_per_minute: Option<u32>,
        now: Duration,
    ) -> Result<(), Refused> {
        let limit = match (action.rate_limit, queries_per_minute) {
            (None, _) | (_, Some(0)) => return Ok(()),
            (Some(limit), None) => limit,
            (Some(_), Some(requests)) => RateLimit {
                requests,
                seconds: 60,
            },
        };
        self.calls.count(action, limit, now)
    }
}

/// The action that a request asks for, in the version that there is.
pub(super) fn action(parameters: &Parameters) -> Result<&'static ActionInfo, Refused> {
    let name = required(parameters, ACTION)?;
    let action = ACTIONS
        .iter()
        .find(|action| action.name == name)
        .ok_or(ErrorCode::InvalidActionNotFound)?;
    if required(parameters, VERSION_NAME)? != VERSION {
        return Err(ErrorCode::InvalidVersion.into());
    }
    Ok(action)
}

/// What a request says of its signature, before anything of it is believed.
pub(super) struct Signed<'a> {
    pub(super) access_key_id: &'a str,
    pub(super) method: SignatureMethod,
    pub(super) nonce: &'a str,
    timestamp: &'a str,
}

impl<'a> Signed<'a> {
    /// Finds what every request has to have.
    pub(super) fn read(parameters: &'a Parameters) -> Result<Self, Refused> {
        let access_key_id = required(parameters, ACCESS_KEY_ID)?;
        required(parameters, SIGNATURE)?;
        let method = required(parameters, SIGNATURE_METHOD)?;
        let version = required(parameters, SIGNATURE_VERSION_NAME)?;
        let nonce = required(parameters, NONCE)?;
        let timestamp = match optional(parameters, OLD_TIMESTAMP) {
            Some(text) if optional(parameters, TIMESTAMP).is_none() => text,
            _ => required(parameters, TIMESTAMP)?,
        };
        let method = SignatureMethod::from_wire(method).ok_or(ErrorCode::InvalidSignatureMethod)?;
        if version != SIGNATURE_VERSION {
            return Err(ErrorCode::Invalid(SIGNATURE_VERSION_NAME.to_owned()).into());
        }
        if nonce.len() > NONCE_LENGTH {
            let failure = Failure::from(ErrorCode::Invalid(NONCE.to_owned()));
            let reason = format_args!("longer than {NONCE_LENGTH} bytes");
            return Err(failure.because(reason).into());
        }
        Ok(Self {
            access_key_id,
            method,
            nonce,
            timestamp,
        })
    }

    /// Reads the timestamp and holds it against the clock.
    pub(super) fn time(&self, now: Duration) -> Result<Duration, Refused> {
        let timestamp = timestamp::read(self.timestamp)
            .and_then(since_1970)
            .ok_or(ErrorCode::InvalidTimeStampFormat)?;
        if now.abs_diff(timestamp) > WINDOW {
            return Err(ErrorCode::InvalidTimeStampExpired.into());
        }
        Ok(timestamp)
    }
}

/// Checks that a request with a lasting access key has no token, which only a temporary one has.
pub(super) fn check_token(parameters: &Parameters) -> Result<(), Refused> {
    match optional(parameters, SECURITY_TOKEN) {
        None => Ok(()),
        Some(_) => Err(ErrorCode::InvalidSecurityTokenMismatchWithAccessKey.into()),
    }
}

/// The region that a request names.
pub(super) fn region(parameters: &Parameters) -> Result<Option<String>, Refused> {
    match optional(parameters, REGION_ID) {
        None => Ok(None),
        Some(id) if Region::find(id).is_some() => Ok(Some(id.to_owned())),
        Some(_) => Err(ErrorCode::BizRegionNotFound.into()),
    }
}

/// Time since 1970; `None` before.
pub(super) fn since_1970(time: SystemTime) -> Option<Duration> {
    time.duration_since(UNIX_EPOCH).ok()
}

/// A parameter that has to be there; an empty one counts as absent.
fn required<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Refused> {
    optional(parameters, name).ok_or_else(|| ErrorCode::Missing(name.to_owned()).into())
}

fn optional<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.get(name).filter(|value| !value.is_empty())
}
