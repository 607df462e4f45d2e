//! Reason codes of MQTT 5, and the return codes of MQTT 3.1.1 that they become.

use std::fmt;

use super::version::Version;

/// A reason code of MQTT 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reason(pub(crate) u8);

#[allow(
    dead_code,
    reason = "a table of the standard, not all of which is needed"
)]
impl Reason {
    pub(crate) const SUCCESS: Self = Self(0x00);
    pub(crate) const NO_MATCHING_SUBSCRIBERS: Self = Self(0x10);
    pub(crate) const NO_SUBSCRIPTION_EXISTED: Self = Self(0x11);
    pub(crate) const UNSPECIFIED_ERROR: Self = Self(0x80);
    pub(crate) const MALFORMED_PACKET: Self = Self(0x81);
    pub(crate) const PROTOCOL_ERROR: Self = Self(0x82);
    pub(crate) const UNSUPPORTED_PROTOCOL_VERSION: Self = Self(0x84);
    pub(crate) const CLIENT_IDENTIFIER_NOT_VALID: Self = Self(0x85);
    pub(crate) const BAD_USER_NAME_OR_PASSWORD: Self = Self(0x86);
    pub(crate) const NOT_AUTHORIZED: Self = Self(0x87);
    pub(crate) const SERVER_UNAVAILABLE: Self = Self(0x88);
    pub(crate) const SERVER_SHUTTING_DOWN: Self = Self(0x8b);
    pub(crate) const BAD_AUTHENTICATION_METHOD: Self = Self(0x8c);
    pub(crate) const KEEP_ALIVE_TIMEOUT: Self = Self(0x8d);
    pub(crate) const SESSION_TAKEN_OVER: Self = Self(0x8e);
    pub(crate) const TOPIC_FILTER_INVALID: Self = Self(0x8f);
    pub(crate) const TOPIC_NAME_INVALID: Self = Self(0x90);
    pub(crate) const PACKET_IDENTIFIER_NOT_FOUND: Self = Self(0x92);
    pub(crate) const TOPIC_ALIAS_INVALID: Self = Self(0x94);
    pub(crate) const PACKET_TOO_LARGE: Self = Self(0x95);
    pub(crate) const QUOTA_EXCEEDED: Self = Self(0x97);
    pub(crate) const ADMINISTRATIVE_ACTION: Self = Self(0x98);
    pub(crate) const RETAIN_NOT_SUPPORTED: Self = Self(0x9a);
    pub(crate) const QOS_NOT_SUPPORTED: Self = Self(0x9b);
    pub(crate) const USE_ANOTHER_SERVER: Self = Self(0x9c);
    pub(crate) const SHARED_SUBSCRIPTIONS_NOT_SUPPORTED: Self = Self(0x9e);

    /// Returns whether the code says that something failed.
    pub(crate) fn is_error(self) -> bool {
        self.0 >= 0x80
    }

    /// Returns the return code that CONNACK of MQTT 3.1.1 has instead of this code.
    ///
    /// MQTT 3.1.1 has five. What the client may do, but not now, is 3; what it may not do is 5.
    pub(crate) fn return_code(self) -> u8 {
        match self {
            reason if !reason.is_error() => 0,
            Self::UNSUPPORTED_PROTOCOL_VERSION => 1,
            Self::CLIENT_IDENTIFIER_NOT_VALID => 2,
            Self::BAD_USER_NAME_OR_PASSWORD => 4,
            Self::NOT_AUTHORIZED
            | Self::BAD_AUTHENTICATION_METHOD
            | Self::TOPIC_NAME_INVALID
            | Self::RETAIN_NOT_SUPPORTED
            | Self::QOS_NOT_SUPPORTED => 5,
            _ => 3,
        }
    }
}

/// Says in words why a connection ends; as a number what never ends one.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::MALFORMED_PACKET => "malformed packet",
            Self::PROTOCOL_ERROR => "protocol error",
            Self::NOT_AUTHORIZED => "not authorized",
            Self::SERVER_SHUTTING_DOWN => "server shutting down",
            Self::KEEP_ALIVE_TIMEOUT => "keep alive timeout",
            Self::SESSION_TAKEN_OVER => "session taken over",
            Self::TOPIC_ALIAS_INVALID => "topic alias invalid",
            Self::PACKET_TOO_LARGE => "packet too large",
            Self::QUOTA_EXCEEDED => "quota exceeded",
            Self::ADMINISTRATIVE_ACTION => "administrative action",
            Self::USE_ANOTHER_SERVER => "use another server",
            Self(code) => return write!(f, "reason {code:#04x}"),
        })
    }
}

/// Reason why bytes are not a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DecodeError {
    /// The code that CONNACK or DISCONNECT carries with MQTT 5.
    pub(crate) reason: Reason,
    /// The rule that was broken, for the log and for the reason string.
    pub(crate) rule: &'static str,
    /// Version that the answer to a CONNECT has to have; none if nothing is to be answered.
    pub(crate) answer: Option<Version>,
}

impl DecodeError {
    /// Returns an error that nothing is answered to.
    #[cold]
    pub(super) fn new(reason: Reason, rule: &'static str) -> Self {
        Self {
            reason,
            rule,
            answer: None,
        }
    }

    /// Returns the error of bytes that cannot be read.
    #[cold]
    pub(super) fn malformed(rule: &'static str) -> Self {
        Self::new(Reason::MALFORMED_PACKET, rule)
    }

    /// Returns the error of bytes that can be read, but must not be sent.
    #[cold]
    pub(super) fn protocol(rule: &'static str) -> Self {
        Self::new(Reason::PROTOCOL_ERROR, rule)
    }
}
