//! What the server sends. Each function appends one packet.

/// CONNACK.
pub(crate) struct Connack<'a> {
    pub(crate) version: Version,
    pub(crate) session_present: bool,
    pub(crate) reason: Reason,
    /// The remaining fields are for MQTT 5 only. Seconds, if it differs from what the client asked for.
    pub(crate) session_expiry: Option<u32>,
    /// In bytes.
    pub(crate) maximum_packet_size: Option<u32>,
    pub(crate) topic_alias_maximum: u16,
    pub(crate) reason_string: Option<&'a str>,
}

/// A PUBLISH to a client. What is for MQTT 5 is left out with MQTT 3.1.1.
pub(crate) struct Publication<'a> {
    pub(crate) version: Version,
    pub(crate) dup: bool,
    pub(crate) qos: u8,
    pub(crate) retain: bool,
    pub(crate) topic: &'a str,
    /// 0 with QoS 0.
    pub(crate) id: u16,
    /// Seconds that remain.
    pub(crate) message_expiry: Option<u32>,
    pub(crate) subscription_ids: &'a [u32],
    /// As [`ForwardedProperties::write`] made them.
    pub(crate) properties: &'a [u8],
    pub(crate) payload: &'a [u8],
}

pub(crate) fn connack(out: &mut Vec<u8>, connack: &Connack<'_>);
pub(crate) fn publish(out: &mut Vec<u8>, publication: &Publication<'_>);
/// Returns the number of bytes of the whole packet that [`publish`] appends.
pub(crate) fn publication_length(publication: &Publication<'_>) -> usize;
/// PUBACK, PUBREC, PUBREL, PUBCOMP: four bytes unless version 5 and reason is not success
pub(crate) fn acknowledge(out: &mut Vec<u8>, version: Version, acknowledgement: Acknowledgement);
pub(crate) fn suback(out: &mut Vec<u8>, version: Version, id: u16, reasons: &[Reason]);   // V311: 0..=2 or 0x80
pub(crate) fn unsuback(out: &mut Vec<u8>, version: Version, id: u16, reasons: &[Reason]); // V311: no reasons
pub(crate) fn pingresp(out: &mut Vec<u8>);
pub(crate) fn disconnect(out: &mut Vec<u8>, reason: Reason, reason_string: Option<&str>); // MQTT 5 only
