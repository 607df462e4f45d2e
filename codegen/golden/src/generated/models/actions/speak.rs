// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallSpeak`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallSpeak`.
///
/// Has parameters named like those that headers carry.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct SpeakRequest {
    /// Format of the sound. `Format` on the wire, such as `pcm`.
    pub format: String,
    /// Version of the voice. `Version` on the wire, such as `2`.
    pub version: Option<i32>,
    /// Time at which to speak. `Timestamp` on the wire.
    pub timestamp: Option<i64>,
    /// Gesture while speaking. `Action` on the wire.
    pub action: Option<String>,
    /// Key of the door. `AccessKeyId` on the wire.
    pub access_key_id: Option<String>,
    /// Token of the door. `SecurityToken` on the wire, in the form body.
    pub security_token: Option<String>,
    /// Name of the speaker. `Signature` on the wire.
    pub signature: Option<String>,
    /// Anything. `SignatureNonce` on the wire.
    pub signature_nonce: Option<String>,
}

impl SpeakRequest {
    /// Creates a request with the required parameters.
    pub fn new(format: impl Into<String>) -> Self {
        Self {
            format: format.into(),
            version: Default::default(),
            timestamp: Default::default(),
            action: Default::default(),
            access_key_id: Default::default(),
            security_token: Default::default(),
            signature: Default::default(),
            signature_nonce: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    SpeakRequest, "Format" => needed format, "Version" => optional version, "Timestamp"
    => optional timestamp, "Action" => optional action, "AccessKeyId" => optional
    access_key_id, "SecurityToken" => optional security_token, "Signature" => optional
    signature, "SignatureNonce" => optional signature_nonce,
);

impl Action for SpeakRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallSpeak", VERSION).form();
    const SORTED: bool = true;

    type Response = SpeakResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("AccessKeyId", &self.access_key_id);
        sink.flat("Action", &self.action);
        sink.flat("Format", &self.format);
        sink.flat("Signature", &self.signature);
        sink.flat("SignatureNonce", &self.signature_nonce);
        sink.flat("Timestamp", &self.timestamp);
        sink.flat("Version", &self.version);
    }

    fn form_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("SecurityToken", &self.security_token);
    }
}

/// Response of `SmallSpeak`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct SpeakResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl SpeakResponse {
    /// Creates a response with the members that are always present.
    pub fn new() -> Self {
        Self::default()
    }

    /// ID of the request.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }
}

pop_rpc::wire_struct!(SpeakResponse, "RequestId" => always request_id,);
