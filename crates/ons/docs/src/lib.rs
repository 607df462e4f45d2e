//! Reference of the control API of Message Queue for MQTT: product `Ons`, version `2019-02-14`.
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
//! - For an action: [`actions`] lists them all; each is a module, named like its method in Rust.
//! - For an error: [`error_codes`].
//! - For a host: [`regions`]; for the common parameters: [`common_parameters`]; for versions:
//!   [`releases`].
//! - Where the vendor's reference document is wrong: [`errata`].
//!
//! Each page is in Chinese, then in English.
//!
//! # The same pages as data
//!
//! [`pages`] has them as Markdown, for a terminal or a web page, and each error code and erratum
//! as a page of its own. [`page`] finds one by whatever it is called; [`suggestion`] helps when
//! nothing is called that. [`OPENAPI`] is the API for tools.
//!
//! ```
//! let page = ons_mqtt_docs::page("group create").ok_or("no such page")?;
//! assert_eq!(page.name, "OnsMqttGroupIdCreate");
//! println!("{}", page.body.en);
//!
//! let page = ons_mqtt_docs::page("MissingGroupId").ok_or("no such page")?;
//! assert_eq!(page.name, "Missing{Parameter}");
//!
//! assert_eq!(ons_mqtt_docs::suggestion("group craete"), Some("group create"));
//! # Ok::<_, &str>(())
//! ```

#[rustfmt::skip]
mod generated;
mod page;

/// 快速入门 · Getting started
///
/// # 中文
///
#[doc = include_str!("getting_started/zh.md")]
///
/// # English
///
#[doc = include_str!("getting_started/en.md")]
pub mod getting_started {}

pub use generated::*;
pub use page::{page, pages, reference, suggestion};
pub use pop_docs::{Page, PageKind, Reference, Text};
