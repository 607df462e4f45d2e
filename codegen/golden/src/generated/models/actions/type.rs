// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `type`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `type`.
///
/// Has names that are hard in Rust.
#[deprecated(note = "Use \"SmallGetThing\".")]
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeRequest {
    /// Cannot be raw. `self` on the wire.
    pub self_: String,
    /// Can be raw. `match` on the wire.
    pub r#match: String,
    /// Collides with the next. `userName` on the wire.
    pub user_name_lower_camel: Option<String>,
    /// Collides with the one before. `UserName` on the wire.
    pub user_name: Option<String>,
    /// Digit, dot and dash. `2fa.code-x` on the wire.
    pub _2fa_code_x: Option<String>,
    /// Named like a global option. `DryRun` on the wire.
    pub dry_run: Option<bool>,
    /// An old parameter. `Old` on the wire.
    #[deprecated(note = "Ignored.")]
    pub old: Option<i32>,
    /// Named like a method of calls. `Send` on the wire, such as `b`.
    pub send: Option<String>,
}

impl TypeRequest {
    /// Creates a request with the required parameters.
    pub fn new(self_: impl Into<String>, r#match: impl Into<String>) -> Self {
        Self {
            self_: self_.into(),
            r#match: r#match.into(),
            user_name_lower_camel: Default::default(),
            user_name: Default::default(),
            _2fa_code_x: Default::default(),
            dry_run: Default::default(),
            old: Default::default(),
            send: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    TypeRequest, "self" => needed self_, "match" => needed r#match, "userName" =>
    optional user_name_lower_camel, "UserName" => optional user_name, "2fa.code-x" =>
    optional _2fa_code_x, "DryRun" => optional dry_run, "Old" => optional old, "Send" =>
    optional send,
);

impl Action for TypeRequest {
    const INFO: ActionInfo = ActionInfo::new("type", VERSION);
    const SORTED: bool = true;

    type Response = TypeResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("2fa.code-x", &self._2fa_code_x);
        sink.flat("DryRun", &self.dry_run);
        sink.flat("Old", &self.old);
        sink.flat("Send", &self.send);
        sink.flat("UserName", &self.user_name);
        sink.flat("match", &self.r#match);
        sink.flat("self", &self.self_);
        sink.flat("userName", &self.user_name_lower_camel);
    }
}

/// Response of `type`.
#[deprecated(note = "Use \"SmallGetThing\".")]
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
    /// Misspelt on the wire. `Mispeld` on the wire.
    pub misspelt: Option<String>,
    /// XML has no such name. `405Pv` on the wire.
    pub _405pv: Option<i64>,
}

impl TypeResponse {
    /// Creates a response with the members that are always present.
    pub fn new() -> Self {
        Self::default()
    }

    /// ID of the request.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// Misspelt on the wire.
    pub fn misspelt(mut self, misspelt: impl Into<String>) -> Self {
        self.misspelt = Some(misspelt.into());
        self
    }

    /// XML has no such name.
    pub fn _405pv(mut self, _405pv: i64) -> Self {
        self._405pv = Some(_405pv);
        self
    }
}

pop_rpc::wire_struct!(
    TypeResponse, "RequestId" => always request_id, "Mispeld" | "Misspelt" => optional
    misspelt, "405Pv" => optional _405pv,
);
