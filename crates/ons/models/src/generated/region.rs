// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

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
            id: "cn-beijing",
            name_zh: "公共云华北2",
            name_en: "China North 2 (Beijing), public cloud",
            endpoint: "ons.cn-beijing.aliyuncs.com",
            vpc_endpoint: Some("ons-vpc.cn-beijing.aliyuncs.com"),
        },
        Self {
            id: "mq-internet-access",
            name_zh: "公网",
            name_en: "Internet",
            endpoint: "ons.mq-internet-access.aliyuncs.com",
            vpc_endpoint: None,
        },
        Self {
            id: "cn-hangzhou",
            name_zh: "公共云华东1",
            name_en: "China East 1 (Hangzhou), public cloud",
            endpoint: "ons.cn-hangzhou.aliyuncs.com",
            vpc_endpoint: Some("ons-vpc.cn-hangzhou.aliyuncs.com"),
        },
        Self {
            id: "cn-shanghai",
            name_zh: "公共云华东2",
            name_en: "China East 2 (Shanghai), public cloud",
            endpoint: "ons.cn-shanghai.aliyuncs.com",
            vpc_endpoint: Some("ons-vpc.cn-shanghai.aliyuncs.com"),
        },
        Self {
            id: "cn-shenzhen",
            name_zh: "公共云华南1",
            name_en: "China South 1 (Shenzhen), public cloud",
            endpoint: "ons.cn-shenzhen.aliyuncs.com",
            vpc_endpoint: Some("ons-vpc.cn-shenzhen.aliyuncs.com"),
        },
        Self {
            id: "ap-southeast-1",
            name_zh: "公共云新加坡",
            name_en: "Singapore, public cloud",
            endpoint: "ons.ap-southeast-1.aliyuncs.com",
            vpc_endpoint: Some("ons-vpc.ap-southeast-1.aliyuncs.com"),
        },
        Self {
            id: "cn-hangzhou-finance",
            name_zh: "金融云华东1",
            name_en: "China East 1 (Hangzhou), finance cloud",
            endpoint: "ons.cn-hangzhou-finance.aliyuncs.com",
            vpc_endpoint: Some("ons-vpc.cn-hangzhou-finance.aliyuncs.com"),
        },
        Self {
            id: "cn-shenzhen-finance-1",
            name_zh: "金融云华南1",
            name_en: "China South 1 (Shenzhen), finance cloud",
            endpoint: "ons.cn-shenzhen-finance-1.aliyuncs.com",
            vpc_endpoint: Some("ons-vpc.cn-shenzhen-finance-1.aliyuncs.com"),
        },
        Self {
            id: "cn-shanghai-finance-1",
            name_zh: "金融云华东2",
            name_en: "China East 2 (Shanghai), finance cloud",
            endpoint: "ons.cn-shanghai-finance-1.aliyuncs.com",
            vpc_endpoint: Some("ons-vpc.cn-shanghai-finance-1.aliyuncs.com"),
        },
    ];

    /// Returns the region with this ID.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|region| region.id == id)
    }
}
