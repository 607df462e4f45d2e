//! Properties of MQTT 5.

use super::primitive::Reader;
use super::reason::{DecodeError, Reason};
use super::version::Version;

/// Properties of a PUBLISH or a will that receivers get as they were sent: payload format indicator, content type,
/// response topic, correlation data and user properties, in their order. Checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ForwardedProperties<'a> {
    /// All properties of the packet; those that are not forwarded are skipped when they are written.
    pub(super) all: &'a [u8],
}

impl<'a> ForwardedProperties<'a> {
    /// Returns the number of bytes that [`Self::write`] appends.
    #[inline]
    pub(crate) fn length(&self) -> usize {
        self.each().map(<[u8]>::len).sum()
    }

    /// Appends the forwarded properties, without a length in front.
    #[inline]
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for property in self.each() {
            out.extend_from_slice(property);
        }
    }

    /// Returns each forwarded property with its identifier.
    fn each(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = self.all;
        std::iter::from_fn(move || {
            while let Some((&id, value)) = rest.split_first() {
                let after = after_value(id, value)?;
                let (property, next) = rest.split_at_checked(rest.len() - after.len())?;
                rest = next;
                if FORWARDED & bit(id) != 0 {
                    return Some(property);
                }
            }
            None
        })
    }
}

/// Returns what follows the value of a property.
fn after_value(id: u8, bytes: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(bytes);
    match form(id)? {
        Form::Byte => reader.take(1),
        Form::TwoBytes => reader.take(2),
        Form::FourBytes => reader.take(4),
        Form::Variable => reader.variable().map(|_| &[][..]),
        Form::String | Form::Topic | Form::Binary => reader.binary(),
        Form::Pair => reader.binary().and_then(|_| reader.binary()),
    }
    .ok()?;
    Some(reader.rest())
}

const PAYLOAD_FORMAT: u8 = 0x01;
pub(super) const MESSAGE_EXPIRY: u8 = 0x02;
const CONTENT_TYPE: u8 = 0x03;
const RESPONSE_TOPIC: u8 = 0x08;
const CORRELATION_DATA: u8 = 0x09;
pub(super) const SUBSCRIPTION_ID: u8 = 0x0b;
pub(super) const SESSION_EXPIRY: u8 = 0x11;
const AUTHENTICATION_METHOD: u8 = 0x15;
const AUTHENTICATION_DATA: u8 = 0x16;
const REQUEST_PROBLEM_INFORMATION: u8 = 0x17;
const WILL_DELAY: u8 = 0x18;
const REQUEST_RESPONSE_INFORMATION: u8 = 0x19;
const SERVER_REFERENCE: u8 = 0x1c;
pub(super) const REASON_STRING: u8 = 0x1f;
const RECEIVE_MAXIMUM: u8 = 0x21;
pub(super) const TOPIC_ALIAS_MAXIMUM: u8 = 0x22;
const TOPIC_ALIAS: u8 = 0x23;
const USER_PROPERTY: u8 = 0x26;
pub(super) const MAXIMUM_PACKET_SIZE: u8 = 0x27;

/// Encoding of a value.
#[derive(Clone, Copy)]
enum Form {
    Byte,
    TwoBytes,
    FourBytes,
    Variable,
    String,
    Topic,
    Binary,
    Pair,
}

/// Returns the form of a property that a client may send.
fn form(id: u8) -> Option<Form> {
    Some(match id {
        PAYLOAD_FORMAT | REQUEST_PROBLEM_INFORMATION | REQUEST_RESPONSE_INFORMATION => Form::Byte,
        RECEIVE_MAXIMUM | TOPIC_ALIAS_MAXIMUM | TOPIC_ALIAS => Form::TwoBytes,
        MESSAGE_EXPIRY | SESSION_EXPIRY | WILL_DELAY | MAXIMUM_PACKET_SIZE => Form::FourBytes,
        SUBSCRIPTION_ID => Form::Variable,
        CONTENT_TYPE | AUTHENTICATION_METHOD | REASON_STRING => Form::String,
        RESPONSE_TOPIC => Form::Topic,
        CORRELATION_DATA | AUTHENTICATION_DATA => Form::Binary,
        USER_PROPERTY => Form::Pair,
        _ => return None,
    })
}

const FORWARDED: u64 = bit(PAYLOAD_FORMAT)
    | bit(CONTENT_TYPE)
    | bit(RESPONSE_TOPIC)
    | bit(CORRELATION_DATA)
    | bit(USER_PROPERTY);

/// Returns the bit of a property in a set; 0 if there is no such property.
const fn bit(id: u8) -> u64 {
    if id < 64 { 1 << id } else { 0 }
}

/// Packet, or part of one, that properties belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Connect,
    Will,
    Publish,
    Acknowledgement,
    Subscribe,
    Unsubscribe,
    Disconnect,
    Auth,
}

impl Place {
    /// Returns the set of the properties that a client may send here.
    fn allowed(self) -> u64 {
        match self {
            Self::Connect => {
                bit(SESSION_EXPIRY)
                    | bit(AUTHENTICATION_METHOD)
                    | bit(AUTHENTICATION_DATA)
                    | bit(REQUEST_PROBLEM_INFORMATION)
                    | bit(REQUEST_RESPONSE_INFORMATION)
                    | bit(RECEIVE_MAXIMUM)
                    | bit(TOPIC_ALIAS_MAXIMUM)
                    | bit(USER_PROPERTY)
                    | bit(MAXIMUM_PACKET_SIZE)
            }
            Self::Will => FORWARDED | bit(MESSAGE_EXPIRY) | bit(WILL_DELAY),
            Self::Publish => FORWARDED | bit(MESSAGE_EXPIRY) | bit(TOPIC_ALIAS),
            Self::Acknowledgement => bit(REASON_STRING) | bit(USER_PROPERTY),
            Self::Subscribe => bit(SUBSCRIPTION_ID) | bit(USER_PROPERTY),
            Self::Unsubscribe => bit(USER_PROPERTY),
            Self::Disconnect => bit(SESSION_EXPIRY) | bit(REASON_STRING) | bit(USER_PROPERTY),
            Self::Auth => {
                bit(AUTHENTICATION_METHOD)
                    | bit(AUTHENTICATION_DATA)
                    | bit(REASON_STRING)
                    | bit(USER_PROPERTY)
            }
        }
    }

    /// Returns the error of a property that a client may not send here.
    #[cold]
    fn refuse(self, id: u8) -> DecodeError {
        match (self, id) {
            (Self::Publish, SUBSCRIPTION_ID) => {
                DecodeError::protocol("subscription identifier in a PUBLISH of a client")
            }
            (Self::Disconnect, SERVER_REFERENCE) => {
                DecodeError::protocol("server reference in a DISCONNECT of a client")
            }
            _ => DecodeError::malformed("property that this packet cannot have"),
        }
    }
}

/// The properties of a packet that this server acts upon.
#[derive(Clone, Copy, Default)]
pub(super) struct Properties<'a> {
    /// All of them, as they were sent.
    pub(super) all: &'a [u8],
    pub(super) message_expiry: Option<u32>,
    pub(super) topic_alias: Option<u16>,
    pub(super) subscription_id: Option<u32>,
    pub(super) session_expiry: Option<u32>,
    pub(super) will_delay: Option<u32>,
    pub(super) receive_maximum: Option<u16>,
    pub(super) maximum_packet_size: Option<u32>,
    pub(super) authentication_method: Option<&'a str>,
    pub(super) no_problem_information: bool,
}

impl<'a> Properties<'a> {
    /// Reads the properties of a packet that has them only with MQTT 5.
    #[inline]
    pub(super) fn read_if_v5(
        version: Version,
        reader: &mut Reader<'a>,
        place: Place,
    ) -> Result<Self, DecodeError> {
        match version {
            Version::V311 => Ok(Self::default()),
            Version::V5 => Self::read(reader, place),
        }
    }

    /// Reads the length of properties, and checks and reads the properties.
    #[inline]
    pub(super) fn read(reader: &mut Reader<'a>, place: Place) -> Result<Self, DecodeError> {
        let length = reader.variable()?;
        let all = reader.take(length as usize)?;
        let mut properties = Self {
            all,
            ..Self::default()
        };
        if !all.is_empty() {
            properties.read_each(place)?;
        }
        Ok(properties)
    }

    fn read_each(&mut self, place: Place) -> Result<(), DecodeError> {
        let allowed = place.allowed();
        let mut seen = 0;
        let mut reader = Reader::new(self.all);
        while !reader.is_empty() {
            let id = reader.byte()?;
            if allowed & bit(id) == 0 {
                return Err(place.refuse(id));
            }
            if seen & bit(id) != 0 && id != USER_PROPERTY {
                return Err(DecodeError::protocol("property that occurs twice"));
            }
            seen |= bit(id);
            self.read_value(id, &mut reader)?;
        }
        if seen & bit(AUTHENTICATION_DATA) != 0 && seen & bit(AUTHENTICATION_METHOD) == 0 {
            let rule = "authentication data without authentication method";
            return Err(DecodeError::protocol(rule));
        }
        Ok(())
    }

    fn read_value(&mut self, id: u8, reader: &mut Reader<'a>) -> Result<(), DecodeError> {
        match form(id) {
            Some(Form::Byte) => self.set_byte(id, reader.byte()?)?,
            Some(Form::TwoBytes) => self.set_two_bytes(id, reader.two_bytes()?)?,
            Some(Form::FourBytes) => self.set_four_bytes(id, reader.four_bytes()?)?,
            Some(Form::Variable) => {
                let value = reader.variable()?;
                self.subscription_id = Some(not_zero(value, "subscription identifier 0")?);
            }
            Some(Form::String) => {
                let value = reader.string()?;
                if id == AUTHENTICATION_METHOD {
                    self.authentication_method = Some(value);
                }
            }
            Some(Form::Topic) => {
                if reader.topic()?.is_empty() {
                    let rule = "empty response topic";
                    return Err(DecodeError::new(Reason::TOPIC_NAME_INVALID, rule));
                }
            }
            Some(Form::Binary) => {
                reader.binary()?;
            }
            Some(Form::Pair) => {
                reader.string()?;
                reader.string()?;
            }
            None => return Err(DecodeError::malformed("unknown property")),
        }
        Ok(())
    }

    fn set_byte(&mut self, id: u8, value: u8) -> Result<(), DecodeError> {
        if value > 1 {
            return Err(DecodeError::protocol("property that is neither 0 nor 1"));
        }
        if id == REQUEST_PROBLEM_INFORMATION {
            self.no_problem_information = value == 0;
        }
        Ok(())
    }

    fn set_two_bytes(&mut self, id: u8, value: u16) -> Result<(), DecodeError> {
        match id {
            TOPIC_ALIAS if value == 0 => {
                let rule = "topic alias 0";
                return Err(DecodeError::new(Reason::TOPIC_ALIAS_INVALID, rule));
            }
            TOPIC_ALIAS => self.topic_alias = Some(value),
            RECEIVE_MAXIMUM => {
                self.receive_maximum = Some(not_zero(value, "receive maximum 0")?);
            }
            _ => {}
        }
        Ok(())
    }

    fn set_four_bytes(&mut self, id: u8, value: u32) -> Result<(), DecodeError> {
        match id {
            MESSAGE_EXPIRY => self.message_expiry = Some(value),
            SESSION_EXPIRY => self.session_expiry = Some(value),
            WILL_DELAY => self.will_delay = Some(value),
            MAXIMUM_PACKET_SIZE => {
                self.maximum_packet_size = Some(not_zero(value, "maximum packet size 0")?);
            }
            _ => {}
        }
        Ok(())
    }
}

fn not_zero<T: Default + PartialEq>(value: T, rule: &'static str) -> Result<T, DecodeError> {
    if value == T::default() {
        Err(DecodeError::protocol(rule))
    } else {
        Ok(value)
    }
}
