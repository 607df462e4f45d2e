// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Request and response of `ListOrOne`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `ListOrOne`.
///
/// ListOrOne, not described.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneRequest {
    /// Id.N, not described. `Id.N` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub id_n: Vec<String>,
    /// Id, not described. `Id` on the wire, in the form body.
    pub id: Option<String>,
    /// Tag, not described. `Tag` on the wire.
    pub tag: Option<String>,
    /// A value of `Tag.N`. `Tag.N` on the wire.
    #[cfg_attr(
        test,
        proptest(strategy = "pop_rpc::arbitrary_list!(Vec<ListOrOneTagN>)")
    )]
    pub tag_n: Vec<ListOrOneTagN>,
    /// Sys.Disk, not described. `Sys.Disk` on the wire.
    pub sys_disk: Option<ListOrOneSysDisk2>,
    /// A value of `Sys.Data`. `Sys.Data` on the wire.
    #[cfg_attr(
        test,
        proptest(strategy = "pop_rpc::arbitrary_list!(Vec<ListOrOneSysData2>)")
    )]
    pub sys_data: Vec<ListOrOneSysData2>,
    /// Sys, not described. `Sys` on the wire.
    pub sys: Option<ListOrOneSys>,
}

impl ListOrOneRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(
    ListOrOneRequest, "Id.N" => optional id_n, "Id" => optional id, "Tag" => optional
    tag, "Tag.N" => optional tag_n, "Sys.Disk" => optional sys_disk, "Sys.Data" =>
    optional sys_data, "Sys" => optional sys,
);

impl Action for ListOrOneRequest {
    const INFO: ActionInfo = ActionInfo::new("ListOrOne", VERSION).form();
    const SORTED: bool = false;

    type Response = ListOrOneResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Id", &self.id_n);
        sink.flat("Sys", &self.sys);
        sink.flat("Sys.Data", &self.sys_data);
        sink.flat("Sys.Disk", &self.sys_disk);
        sink.flat("Tag", &self.tag);
        sink.flat("Tag", &self.tag_n);
    }

    fn form_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Id", &self.id);
    }
}

/// Response of `ListOrOne`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl ListOrOneResponse {
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

pop_rpc::wire_struct!(ListOrOneResponse, "RequestId" => always request_id,);

/// A value of `Tag.N`.
///
/// Type `ListOrOneTagN` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneTagN {
    /// Key, not described. `Key` on the wire.
    pub key: Option<String>,
    /// Key.N, not described. `Key.N` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub key_n: Vec<String>,
}

impl ListOrOneTagN {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Key, not described.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Key.N, not described.
    pub fn key_n(mut self, key_n: Vec<String>) -> Self {
        self.key_n = key_n;
        self
    }
}

pop_rpc::wire_struct!(ListOrOneTagN, "Key" => optional key, "Key.N" => optional key_n,);

impl pop_rpc::ParameterStruct for ListOrOneTagN {
    const MEMBERS: &'static [pop_rpc::Member] = &[
        pop_rpc::member::<String>("Key"),
        pop_rpc::member::<Vec<String>>("Key"),
    ];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Key", &self.key);
        sink.flat("Key", &self.key_n);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            key: reader.flat::<String>("Key").optional()?,
            key_n: reader.flat("Key").or_default()?,
        })
    }
}

/// A value of `Sys.Disk`.
///
/// Type `ListOrOneSysDisk2` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneSysDisk2 {
    /// Size, not described. `Size` on the wire.
    pub size: Option<i32>,
}

impl ListOrOneSysDisk2 {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Size, not described.
    pub fn size(mut self, size: i32) -> Self {
        self.size = Some(size);
        self
    }
}

pop_rpc::wire_struct!(ListOrOneSysDisk2, "Size" => optional size,);

impl pop_rpc::ParameterStruct for ListOrOneSysDisk2 {
    const MEMBERS: &'static [pop_rpc::Member] = &[pop_rpc::member::<i32>("Size")];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Size", &self.size);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            size: reader.flat("Size").optional()?,
        })
    }
}

/// A value of `Sys.Data`.
///
/// Type `ListOrOneSysData2` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneSysData2 {
    /// Size, not described. `Size` on the wire.
    pub size: Option<i32>,
}

impl ListOrOneSysData2 {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Size, not described.
    pub fn size(mut self, size: i32) -> Self {
        self.size = Some(size);
        self
    }
}

pop_rpc::wire_struct!(ListOrOneSysData2, "Size" => optional size,);

impl pop_rpc::ParameterStruct for ListOrOneSysData2 {
    const MEMBERS: &'static [pop_rpc::Member] = &[pop_rpc::member::<i32>("Size")];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Size", &self.size);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            size: reader.flat("Size").optional()?,
        })
    }
}

/// A value of `Data`.
///
/// Type `ListOrOneSysData` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneSysData {
    /// Kind, not described. `Kind` on the wire.
    pub kind: Option<String>,
}

impl ListOrOneSysData {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Kind, not described.
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }
}

pop_rpc::wire_struct!(ListOrOneSysData, "Kind" => optional kind,);

impl pop_rpc::ParameterStruct for ListOrOneSysData {
    const MEMBERS: &'static [pop_rpc::Member] = &[pop_rpc::member::<String>("Kind")];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Kind", &self.kind);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            kind: reader.flat::<String>("Kind").optional()?,
        })
    }
}

/// A value of `Disk`.
///
/// Type `ListOrOneSysDisk` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneSysDisk {
    /// Kind, not described. `Kind` on the wire.
    pub kind: Option<String>,
}

impl ListOrOneSysDisk {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Kind, not described.
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }
}

pop_rpc::wire_struct!(ListOrOneSysDisk, "Kind" => optional kind,);

impl pop_rpc::ParameterStruct for ListOrOneSysDisk {
    const MEMBERS: &'static [pop_rpc::Member] = &[pop_rpc::member::<String>("Kind")];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Kind", &self.kind);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            kind: reader.flat::<String>("Kind").optional()?,
        })
    }
}

/// A value of `Sys`.
///
/// Type `ListOrOneSys` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneSys {
    /// Data, not described. `Data` on the wire.
    #[cfg_attr(
        test,
        proptest(strategy = "pop_rpc::arbitrary_list!(Vec<ListOrOneSysData>)")
    )]
    pub data: Vec<ListOrOneSysData>,
    /// Disk, not described. `Disk` on the wire.
    pub disk: Option<ListOrOneSysDisk>,
}

impl ListOrOneSys {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Data, not described.
    pub fn data(mut self, data: Vec<ListOrOneSysData>) -> Self {
        self.data = data;
        self
    }

    /// Disk, not described.
    pub fn disk(mut self, disk: ListOrOneSysDisk) -> Self {
        self.disk = Some(disk);
        self
    }
}

pop_rpc::wire_struct!(ListOrOneSys, "Data" => optional data, "Disk" => optional disk,);

impl pop_rpc::ParameterStruct for ListOrOneSys {
    const MEMBERS: &'static [pop_rpc::Member] = &[
        pop_rpc::member::<Vec<ListOrOneSysData>>("Data"),
        pop_rpc::member::<ListOrOneSysDisk>("Disk"),
    ];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Data", &self.data);
        sink.flat("Disk", &self.disk);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            data: reader.flat("Data").or_default()?,
            disk: reader.flat("Disk").optional()?,
        })
    }
}
