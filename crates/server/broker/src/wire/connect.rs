//! CONNECT, checked.

use super::header::{CONNECT, Decoded, First, Lengths};
use super::packet::{Connect, Will};
use super::primitive::Reader;
use super::properties::{ForwardedProperties, Place, Properties};
use super::reason::{DecodeError, Reason};
use super::version::Version;

/// Bytes of the name and the level of the protocol, at the beginning of a CONNECT.
const VERSION_BYTES: usize = 7;

/// Reads the first packet of a connection, which has to be CONNECT, of at most `limit` bytes altogether.
pub(crate) fn connect(bytes: &[u8], limit: usize) -> Result<Decoded<Connect<'_>>, DecodeError> {
    let Some(first) = First::of(bytes) else {
        return Ok(Decoded::Incomplete);
    };
    if first.kind() != CONNECT {
        return Err(DecodeError::protocol("first packet that is not CONNECT"));
    }
    first.check_flags()?;
    let Some(lengths) = Lengths::of(bytes)? else {
        return Ok(Decoded::Incomplete);
    };
    if let Err(error) = lengths.check(limit) {
        let beginning = lengths.beginning(bytes);
        if beginning.len() < VERSION_BYTES {
            // Some clients send the fixed header by itself. The version says whether there is an answer.
            return Ok(Decoded::Incomplete);
        }
        let version = version(&mut Reader::new(beginning)).ok();
        return Err(answer_if_v5(version, error));
    }
    let Some(body) = lengths.body(bytes) else {
        return Ok(Decoded::Incomplete);
    };
    let mut body = Reader::new(body);
    let version = version(&mut body)?;
    let connect =
        after_version(version, body).map_err(|error| answer_if_v5(Some(version), error))?;
    Ok(Decoded::Packet(connect, lengths.total))
}

/// Adds the version of the answer, which a malformed CONNECT of MQTT 3.1.1 does not get.
fn answer_if_v5(version: Option<Version>, error: DecodeError) -> DecodeError {
    let v5 = version.filter(|&version| version == Version::V5);
    DecodeError {
        answer: error.answer.or(v5),
        ..error
    }
}

/// Reads the name and the level of the protocol.
///
/// Bridges of mosquitto set the highest bit of the level, and leave it out once they are answered as MQTT 3.1.1 answers.
/// A level above 5 is answered in MQTT 5, the newest form there is.
fn version(body: &mut Reader<'_>) -> Result<Version, DecodeError> {
    let name = body.binary()?;
    let level = body.byte()?;
    let answer = match (name, level) {
        (b"MQTT", 4) => return Ok(Version::V311),
        (b"MQTT", 5) => return Ok(Version::V5),
        (b"MQTT", level) if level & 0x7f > 4 => Some(Version::V5),
        (b"MQTT" | b"MQIsdp", _) => Some(Version::V311),
        _ => None,
    };
    Err(DecodeError {
        reason: Reason::UNSUPPORTED_PROTOCOL_VERSION,
        rule: "protocol that is neither MQTT 3.1.1 nor MQTT 5",
        answer,
    })
}

fn after_version(version: Version, mut body: Reader<'_>) -> Result<Connect<'_>, DecodeError> {
    let flags = Flags(body.byte()?);
    flags.check(version)?;
    let keep_alive = body.two_bytes()?;
    let properties = Properties::read_if_v5(version, &mut body, Place::Connect)?;
    let client_id = body.string()?;
    let will = flags
        .will()
        .then(|| will(version, flags, &mut body))
        .transpose()?;
    let user_name = flags.user_name().then(|| body.string()).transpose()?;
    let password = flags.password().then(|| body.binary()).transpose()?;
    body.end()?;
    check_client_id(version, client_id, flags)?;
    let session_expiry = match version {
        Version::V311 if flags.clean_start() => 0,
        Version::V311 => u32::MAX,
        Version::V5 => properties.session_expiry.unwrap_or(0),
    };
    Ok(Connect {
        version,
        client_id,
        clean_start: flags.clean_start(),
        keep_alive,
        user_name,
        password,
        will,
        session_expiry,
        receive_maximum: properties.receive_maximum.unwrap_or(u16::MAX),
        maximum_packet_size: properties.maximum_packet_size.unwrap_or(u32::MAX),
        request_problem_information: !properties.no_problem_information,
        authentication_method: properties.authentication_method,
    })
}

fn will<'a>(
    version: Version,
    flags: Flags,
    body: &mut Reader<'a>,
) -> Result<Will<'a>, DecodeError> {
    let properties = Properties::read_if_v5(version, body, Place::Will)?;
    let topic = body.topic()?;
    if topic.is_empty() {
        let rule = "empty topic of a will";
        return Err(DecodeError::new(Reason::TOPIC_NAME_INVALID, rule));
    }
    Ok(Will {
        topic,
        payload: body.binary()?,
        qos: flags.will_qos(),
        retain: flags.will_retain(),
        delay: properties.will_delay.unwrap_or(0),
        message_expiry: properties.message_expiry,
        properties: ForwardedProperties {
            all: properties.all,
        },
    })
}

/// Checks that a client of MQTT 3.1.1 whose session is kept has an identifier. It gets an answer.
fn check_client_id(version: Version, client_id: &str, flags: Flags) -> Result<(), DecodeError> {
    if version == Version::V311 && client_id.is_empty() && !flags.clean_start() {
        return Err(DecodeError {
            reason: Reason::CLIENT_IDENTIFIER_NOT_VALID,
            rule: "empty client identifier without Clean Session",
            answer: Some(Version::V311),
        });
    }
    Ok(())
}

/// The connect flags.
#[derive(Clone, Copy)]
struct Flags(u8);

impl Flags {
    fn clean_start(self) -> bool {
        self.0 & 0b10 != 0
    }

    fn will(self) -> bool {
        self.0 & 0b100 != 0
    }

    fn will_qos(self) -> u8 {
        self.0 >> 3 & 0b11
    }

    fn will_retain(self) -> bool {
        self.0 & 0b10_0000 != 0
    }

    fn password(self) -> bool {
        self.0 & 0b100_0000 != 0
    }

    fn user_name(self) -> bool {
        self.0 & 0b1000_0000 != 0
    }

    fn check(self, version: Version) -> Result<(), DecodeError> {
        let rule = if self.0 & 1 != 0 {
            "reserved connect flag"
        } else if self.will_qos() == 3 {
            "QoS 3 of a will"
        } else if !self.will() && (self.will_qos() != 0 || self.will_retain()) {
            "QoS or retain flag of a will that is not there"
        } else if version == Version::V311 && self.password() && !self.user_name() {
            "password without user name"
        } else {
            return Ok(());
        };
        Err(DecodeError::malformed(rule))
    }
}
