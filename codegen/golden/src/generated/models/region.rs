// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Regions and their endpoints.

/// A region.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Region {
    /// Region ID.
    pub id: &'static str,
    /// Name in Chinese.
    pub name_zh: &'static str,
    /// Name in English.
    pub name_en: &'static str,
    /// Host of the public endpoint.
    pub endpoint: &'static str,
    /// Host of the endpoint inside a virtual private cloud, if there is one.
    pub vpc_endpoint: Option<&'static str>,
}

impl Region {
    /// All regions.
    pub const ALL: &[Self] = &[
        Self {
            id: "north",
            name_zh: "",
            name_en: "North",
            endpoint: "small.north.example.com",
            vpc_endpoint: None,
        },
        Self {
            id: "south",
            name_zh: "",
            name_en: "South",
            endpoint: "small.south.example.com",
            vpc_endpoint: Some("small-vpc.south.example.com"),
        },
    ];

    /// Returns the region with this ID.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|region| region.id == id)
    }
}
