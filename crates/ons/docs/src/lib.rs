// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Control API of Message Queue for MQTT: reference of product `Ons`, version `2019-02-14`.
//!
//! 微消息队列 MQTT 版管控 API 的参考文档，中文在 [`zh`]，英文在 [`en`]，每一页都有指向另一种语言的链接。
//!
//! - 第一次使用：[`zh::getting_started`]。
//! - 查接口：[`zh::actions`] 列出全部接口，每个接口是一个模块，以 Rust 方法命名。
//! - 查错误：[`zh::error_codes`]。
//! - 查域名：[`zh::regions`]；查公共参数：[`zh::common_parameters`]；查版本：[`zh::releases`]。
//! - 官方参考文档有误之处：[`zh::errata`]。
//!
//! # How to read it
//!
//! The English pages are in [`en`], the Chinese ones in [`zh`]; each page has a link to the
//! other language.
//!
//! - To begin: [`en::getting_started`].
//! - For an action: [`en::actions`] lists them all. Each is a module, named after its method in Rust.
//! - For an error: [`en::error_codes`].
//! - For a host: [`en::regions`]; for the common parameters: [`en::common_parameters`]; for versions:
//!   [`en::releases`].
//! - For mistakes in the vendor's reference document: [`en::errata`].
//!
//! # The same pages as data
//!
//! [`pages`] returns them as Markdown, for a terminal or a web page. Each error code and erratum is
//! also a separate page. [`page`] finds a page by any of its names, and [`suggestion`] corrects a
//! misspelled one. [`OPENAPI`] describes the API for tools.
//!
//! ```
//! let page = ons_mqtt_docs::page("group list").ok_or("no such page")?;
//! assert_eq!(page.name, "OnsMqttGroupIdList");
//! println!("{}", page.body.en);
//! # Ok::<_, &str>(())
//! ```

#[rustfmt::skip]
mod generated;
mod getting_started;

pub use generated::*;
