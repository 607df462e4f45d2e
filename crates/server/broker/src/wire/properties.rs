//! Properties of MQTT 5.

/// Properties of a PUBLISH or a will that receivers get as they were sent: payload format indicator, content type,
/// response topic, correlation data and user properties, in their order. Checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ForwardedProperties<'a> {
    /// All properties of the packet; those that are not forwarded are skipped when they are written.
    pub(super) all: &'a [u8],
}

impl ForwardedProperties<'_> {
    /// Returns the number of bytes that [`Self::write`] appends.
    pub(crate) fn length(&self) -> usize;
    /// Appends the forwarded properties, without a length in front.
    pub(crate) fn write(&self, out: &mut Vec<u8>);
}
