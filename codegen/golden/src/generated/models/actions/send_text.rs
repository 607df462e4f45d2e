// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallSendText`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallSendText`.
///
/// Sends a long text in a form.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct SendTextRequest {
    /// ID of the text. `Id` on the wire, such as `abc`.
    pub id: String,
    /// The text. `Text` on the wire, in the form body, such as `one & two`.
    pub text: String,
    /// Its lines. `Lines` on the wire, in the form body.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub lines: Vec<String>,
    /// Places in the text. `Marks` on the wire, in the form body.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<i32>)"))]
    pub marks: Vec<i32>,
    /// A map. `Tags` on the wire, in the form body.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub tags: std::collections::BTreeMap<String, String>,
}

impl SendTextRequest {
    /// Creates a request with the required parameters.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            text: text.into(),
            lines: Default::default(),
            marks: Default::default(),
            tags: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    SendTextRequest, "Id" => needed id, "Text" => needed text, "Lines" => optional lines,
    "Marks" => optional marks, "Tags" => optional tags,
);

impl Action for SendTextRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallSendText", VERSION)
        .write(true)
        .form()
        .methods(&[pop_rpc::Method::Post]);
    const SORTED: bool = true;

    type Response = SendTextResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Id", &self.id);
    }

    fn form_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Lines", &self.lines);
        sink.simple("Marks", &self.marks);
        sink.flat("Tags", &self.tags);
        sink.flat("Text", &self.text);
    }
}

/// Response of `SmallSendText`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct SendTextResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl SendTextResponse {
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

pop_rpc::wire_struct!(SendTextResponse, "RequestId" => always request_id,);
