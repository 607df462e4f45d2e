// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Control API of Message Queue for MQTT: reference of product `Ons`, version `2019-02-14`.
//!
//! 微消息队列 MQTT 版管控 API 的参考文档。
//!
//! # 阅读方法
//!
//! - 第一次使用：[`getting_started`]。
//! - 查接口：[`actions`] 列出全部接口，每个接口是一个模块，以 Rust 方法命名。
//! - 查错误：[`error_codes`]。
//! - 查域名：[`regions`]；查公共参数：[`common_parameters`]；查版本：[`releases`]。
//! - 官方参考文档有误之处：[`errata`]。
//!
//! 每一页先中文，后英文。
//!
//! # How to read it
//!
//! - To begin: [`getting_started`].
//! - For an action: [`actions`] lists them all. Each is a module, named after its method in Rust.
//! - For an error: [`error_codes`].
//! - For a host: [`regions`]; for the common parameters: [`common_parameters`]; for versions:
//!   [`releases`].
//! - For mistakes in the vendor's reference document: [`errata`].
//!
//! Each page is in Chinese, then in English.
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
pub mod getting_started;

pub use generated::*;
