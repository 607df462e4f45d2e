//! Checks of a request before the service sees it: its sender, its time and its rate.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pop_rpc::acs3::{self, Authorization, Received};
use pop_rpc::error::Failure;
use pop_rpc::service::{Dispatch, ParameterError, Refusal, action_of};
use pop_rpc::signature::{self, SIGNATURE_VERSION, name};
use pop_rpc::{ActionInfo, Parameters, RateLimit, SignatureMethod, SigningKey, excerpt, timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use crate::http::Call;
use crate::limit::Calls;
use crate::nonce::{NonceError, Nonces};
use crate::rejection::Rejection;
use crate::shared::{self, SharedTables, Unavailable};

/// Spelling of [`name::TIMESTAMP`] in old documentation.
const OLD_TIMESTAMP: &str = "TimeStamp";

/// Largest accepted difference between a timestamp and the clock, in either direction.
const WINDOW: Duration = Duration::from_secs(15 * 60);

// A nonce is remembered until no timestamp that it came with is accepted any more.
const _: () = assert!(SharedTables::NONCES.as_secs() > 2 * WINDOW.as_secs());

/// Longest time for which a request waits for what gateways share.
const SHARED_TIME: Duration = Duration::from_secs(2);

/// Length of the longest accepted nonce in bytes; SDKs send less than half of it.
const NONCE_LENGTH: usize = 128;

/// Time at which a request is checked.
#[derive(Clone, Copy)]
pub(super) struct Time {
    /// Duration since 1970, by the clock of the machine.
    pub(super) wall: Duration,
    /// Time by a clock that never jumps.
    pub(super) monotonic: Duration,
    /// Time since the gateway started.
    pub(super) running: Duration,
}

/// Failure of a parameter that the gateway itself reads, and whose value is invalid.
fn invalid<D: Dispatch>(name: &str) -> Failure {
    let error = ParameterError::Malformed {
        name: name.to_owned(),
        expected: "valid",
    };
    D::refuse(error.into())
}

/// An access key that is ready to verify signatures, with a record of its recent requests.
///
/// Unauthenticated requests leave nothing in memory: only requests with a valid signature are
/// recorded.
pub(super) struct AccessKey {
    id: String,
    secret: SecretString,
    sha1: SigningKey,
    sha256: SigningKey,
    acs3: acs3::Key,
    nonces: Nonces,
    calls: Calls,
}

impl AccessKey {
    pub(super) fn new(id: String, secret: SecretString, actions: &'static [ActionInfo]) -> Self {
        let key = |method| SigningKey::new(method, secret.expose_secret());
        Self {
            id,
            sha1: key(SignatureMethod::HmacSha1),
            sha256: key(SignatureMethod::HmacSha256),
            acs3: acs3::Key::new(secret.expose_secret()),
            nonces: Nonces::new(),
            calls: Calls::new(actions),
            secret,
        }
    }

    /// Returns `true` if this is the key with this ID and secret.
    pub(super) fn is(&self, id: &str, secret: &SecretString) -> bool {
        self.id == id && self.secret.expose_secret() == secret.expose_secret()
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the signature of a string (HMAC-SHA1).
    pub(super) fn sign(&self, to_sign: &str) -> String {
        self.sha1.sign(to_sign)
    }

    /// Returns the signature of a string (ACS3-HMAC-SHA256).
    pub(super) fn sign_acs3(&self, to_sign: &str) -> String {
        self.acs3.sign(to_sign)
    }

    /// Returns `true` if a secret is that of the key, in a time that does not depend on where they
    /// differ.
    pub(super) fn has_secret(&self, secret: &SecretString) -> bool {
        const PROBE: &str = "sign-in";
        let key = SigningKey::new(SignatureMethod::HmacSha256, secret.expose_secret());
        self.sha256.verify(PROBE, &key.sign(PROBE))
    }

    /// Checks that the signature is valid.
    pub(super) fn verify<D: Dispatch>(
        &self,
        signature: &Signature,
        call: &Call,
    ) -> Result<(), Rejection> {
        let mismatch = |to_sign: &str| {
            D::refuse(Refusal::Signature)
                .filled(&excerpt::cut(to_sign))
                .into()
        };
        let method = match (signature, &call.carried) {
            (Signature::Rpc(method), _) => method,
            (Signature::Acs3(authorization), Some(carried)) => {
                let verified = carried.headers.received(call.method, |received| {
                    received.verify(authorization, &self.acs3)
                });
                return verified.map_err(|unsigned| match unsigned {
                    acs3::Unsigned::Signature(to_sign) => mismatch(&to_sign),
                    unsigned => incomplete::<D>(&unsigned),
                });
            }
            (Signature::Acs3(_), None) => return Err(Rejection::new::<D>(Refusal::Signature)),
        };
        let key = match method {
            SignatureMethod::HmacSha1 => &self.sha1,
            SignatureMethod::HmacSha256 => &self.sha256,
        };
        let to_sign = signature::string_to_sign(call.method, &call.parameters);
        if key.verify(&to_sign, required::<D>(&call.parameters, name::SIGNATURE)?) {
            Ok(())
        } else {
            Err(mismatch(&to_sign))
        }
    }

    /// Checks that the nonce is new, and records it.
    pub(super) fn spend<D: Dispatch>(
        &self,
        nonce: &str,
        timestamp: Duration,
        now: Time,
    ) -> Result<(), Rejection> {
        // Until `end`, the timestamp of a repeated request may still be accepted. A different
        // request may reuse the nonce only after a full window has passed.
        let ahead = timestamp.saturating_sub(now.wall);
        let now = now.monotonic;
        let end = now + ahead + WINDOW;
        let spent = self.nonces.spend(nonce, now.as_secs(), end.as_secs());
        spent.map_err(|error| match error {
            NonceError::Used => Rejection::new::<D>(Refusal::Nonce),
            NonceError::Full(wait) => Rejection::throttled::<D>(wait),
        })
    }

    /// Checks that the access key may call the action now, and counts the call.
    pub(super) fn count<D: Dispatch>(
        &self,
        action: &ActionInfo,
        limit: RateLimit,
        now: Duration,
    ) -> Result<(), Rejection> {
        let counted = self.calls.count(action, limit, now);
        counted.map_err(Rejection::throttled::<D>)
    }

    /// Returns a key of a table that gateways share. It says nothing about the secret, and is another one for each secret.
    fn shared_key(&self, what: &str) -> String {
        self.sha256.sign(what).replace('+', "-")
    }
}

/// Returns the limit of an action, if it has one.
pub(super) fn limit(action: &ActionInfo, queries_per_minute: Option<u32>) -> Option<RateLimit> {
    match (action.rate_limit, queries_per_minute) {
        (None, _) | (_, Some(0)) => None,
        (Some(limit), None) => Some(limit),
        (Some(_), Some(requests)) => Some(RateLimit {
            requests,
            seconds: 60,
        }),
    }
}

/// A request that this gateway admits, and that other gateways must not have admitted.
pub(super) struct Once<'a> {
    pub(super) key: Arc<AccessKey>,
    pub(super) nonce: &'a str,
    pub(super) action: &'static ActionInfo,
    pub(super) limit: Option<RateLimit>,
}

impl Once<'_> {
    /// Checks that no gateway has seen the nonce, and counts the call for all of them.
    pub(super) async fn check<D: Dispatch>(
        &self,
        tables: &SharedTables,
        now: Duration,
    ) -> Result<(), Rejection> {
        let checked = timeout(SHARED_TIME, self.spend_and_count::<D>(tables, now)).await;
        let unavailable = || Unavailable(format!("no answer within {SHARED_TIME:?}"));
        checked
            .unwrap_or_else(|_| Err(unavailable()))
            .unwrap_or_else(|error| {
                tracing::error!(%error, "a request is refused, because other servers may have it");
                Err(Rejection::new::<D>(Refusal::Unavailable))
            })
    }

    async fn spend_and_count<D: Dispatch>(
        &self,
        tables: &SharedTables,
        now: Duration,
    ) -> Result<Result<(), Rejection>, Unavailable> {
        let nonce = self.key.shared_key(&format!("nonce {}", self.nonce));
        if !tables.nonces.create(nonce, Vec::new()).await? {
            return Ok(Err(Rejection::new::<D>(Refusal::Nonce)));
        }
        let Some(limit) = self.limit else {
            return Ok(Ok(()));
        };
        let calls = self.key.shared_key(&format!("calls {}", self.action.name));
        let counted = shared::count(&*tables.calls, &calls, limit, now).await?;
        Ok(counted.map_err(Rejection::throttled::<D>))
    }
}

/// Finds the action of a request, and checks that the request names the version of the product.
pub(super) fn action<D: Dispatch>(call: &Call) -> Result<&'static ActionInfo, Rejection> {
    let common = call.common();
    let action = action_of(common, D::ACTIONS).map_err(Rejection::new::<D>)?;
    if required::<D>(common, name::VERSION)? == D::VERSION {
        Ok(action)
    } else {
        Err(Rejection::new::<D>(Refusal::Version))
    }
}

/// Kind of signature that a request carries.
pub(super) enum Signature {
    /// A signature in parameters.
    Rpc(SignatureMethod),
    /// A signature in the header `Authorization`.
    Acs3(Authorization),
}

/// Sender, signature, nonce and time that a request claims, none of them verified yet.
pub(super) struct Claims<'a> {
    pub(super) access_key_id: &'a str,
    pub(super) signature: Signature,
    pub(super) nonce: &'a str,
    timestamp: &'a str,
}

impl<'a> Claims<'a> {
    /// Reads the parameters that every request must have.
    pub(super) fn read<D: Dispatch>(call: &'a Call) -> Result<Self, Rejection> {
        let common = call.common();
        let access_key_id = required::<D>(common, name::ACCESS_KEY_ID)?;
        let signature = match &call.carried {
            Some(carried) => {
                let read = |received: Received<'_>| received.authorization();
                let authorization = carried.headers.received(call.method, read);
                Signature::Acs3(authorization.map_err(|unsigned| incomplete::<D>(&unsigned))?)
            }
            None => Signature::Rpc(rpc_signature::<D>(common)?),
        };
        let nonce = required::<D>(common, name::SIGNATURE_NONCE)?;
        let timestamp = match optional(common, OLD_TIMESTAMP) {
            Some(text) if optional(common, name::TIMESTAMP).is_none() => text,
            _ => required::<D>(common, name::TIMESTAMP)?,
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

    /// Reads the timestamp and checks it against the clock.
    ///
    /// A gateway that has just started does not know the nonces that were used before, so it
    /// refuses the timestamps of that time for as long as they could be accepted otherwise.
    /// Timestamps have whole seconds, so those of the second of the start are accepted.
    pub(super) fn time<D: Dispatch>(&self, now: Time) -> Result<Duration, Rejection> {
        let timestamp = timestamp::read(self.timestamp)
            .and_then(since_1970)
            .ok_or_else(|| Rejection::new::<D>(Refusal::Timestamp))?;
        let expired = || D::refuse(Refusal::Expired);
        let started = now.wall.saturating_sub(now.running);
        if now.wall.abs_diff(timestamp) > WINDOW {
            Err(expired().into())
        } else if now.running < WINDOW && timestamp.as_secs() < started.as_secs() {
            let seconds = now.running.as_secs();
            Err(expired()
                .because(format_args!(
                    "the server started {seconds} s ago, and for {} minutes it refuses requests \
                     from before, which it may have carried out already; sign the request again, \
                     and check the clock of the client if that does not help",
                    WINDOW.as_secs() / 60
                ))
                .into())
        } else {
            Ok(timestamp)
        }
    }
}

/// Reads the signature method of a request that is signed in parameters.
fn rpc_signature<D: Dispatch>(parameters: &Parameters) -> Result<SignatureMethod, Rejection> {
    required::<D>(parameters, name::SIGNATURE)?;
    let method = required::<D>(parameters, name::SIGNATURE_METHOD)?;
    let version = required::<D>(parameters, name::SIGNATURE_VERSION)?;
    // Missing parameters are reported before invalid ones.
    required::<D>(parameters, name::SIGNATURE_NONCE)?;
    if optional(parameters, OLD_TIMESTAMP).is_none() {
        required::<D>(parameters, name::TIMESTAMP)?;
    }
    let method = SignatureMethod::from_wire(method)
        .ok_or_else(|| Rejection::new::<D>(Refusal::SignatureMethod))?;
    if version == SIGNATURE_VERSION {
        Ok(method)
    } else {
        Err(invalid::<D>(name::SIGNATURE_VERSION).into())
    }
}

/// Rejects a signature in headers that does not cover everything it must.
fn incomplete<D: Dispatch>(unsigned: &acs3::Unsigned) -> Rejection {
    D::refuse(Refusal::Unsigned).because(unsigned).into()
}

/// Checks that the request has no security token: only temporary access keys have one, and the
/// gateway knows none of those.
pub(super) fn check_token<D: Dispatch>(call: &Call) -> Result<(), Rejection> {
    match optional(call.common(), name::SECURITY_TOKEN) {
        None => Ok(()),
        Some(_) => Err(Rejection::new::<D>(Refusal::SecurityToken)),
    }
}

/// Returns the region that a request names, if any, and checks that the product is available in it.
pub(super) fn region<D: Dispatch>(parameters: &Parameters) -> Result<Option<String>, Rejection> {
    let id = optional(parameters, name::REGION_ID);
    id.map_or(Ok(()), D::check_region)?;
    Ok(id.map(str::to_owned))
}

/// Converts a time to the duration since 1970; `None` if it is earlier.
pub(super) fn since_1970(time: SystemTime) -> Option<Duration> {
    time.duration_since(UNIX_EPOCH).ok()
}

/// Returns the value of a required parameter; an empty value counts as missing.
fn required<'a, D: Dispatch>(parameters: &'a Parameters, name: &str) -> Result<&'a str, Rejection> {
    let missing = || Rejection::new::<D>(ParameterError::Missing(name.to_owned()));
    optional(parameters, name).ok_or_else(missing)
}

/// Returns the value of a parameter unless it is missing or empty.
fn optional<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.get(name).filter(|value| !value.is_empty())
}
