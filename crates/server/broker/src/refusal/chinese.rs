//! Reasons and causes of refusals in Chinese, for operators.

use std::fmt;

use super::cause::Cause;
use super::reason::Refusal;
use crate::client_id::{
    ClientIdError, DEVICE_FORBIDS, GROUP_CHARACTERS, GROUP_PREFIXES, MAX_CHARACTERS, SEPARATOR,
};
use crate::excerpt::Excerpt;
use crate::user_name::UserNameError;

impl Refusal {
    /// Returns the reason in Chinese.
    pub fn in_chinese(self) -> &'static str {
        match self {
            Self::ClientId => "Client ID 格式错误",
            Self::AuthenticationMethod => "不支持的认证方式",
            Self::UserName => "用户名格式错误",
            Self::Instance => "实例不匹配",
            Self::Credentials => "凭证错误",
            Self::Group => "分组不存在",
            Self::Topic => "不允许的 Topic",
            Self::Subscriptions => "订阅过多",
            Self::SlowReader => "读取过慢",
            Self::Sessions => "会话过多",
            Self::Retained => "未保留",
        }
    }
}

/// A cause whose display is in Chinese; it says what the cause itself says in English.
pub(super) struct Chinese<'a>(pub(super) Cause<'a>);

impl fmt::Display for Chinese<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Cause::ClientId(error) => {
                client_id(f, error)?;
                f.write_str("。请发送 GID@@@DeviceId")
            }
            Cause::AuthenticationMethod => {
                f.write_str("CONNECT 指定了认证方式。请只发送用户名和密码")
            }
            Cause::UserName(error) => write!(
                f,
                "{}。请发送 Signature|AccessKeyId|InstanceId",
                user_name(error)
            ),
            Cause::Instance { named, own } => write!(
                f,
                "用户名中的实例是 {}，而此地址属于实例 {own}。请修改其中之一",
                Excerpt(named)
            ),
            Cause::AccessKey(id) => write!(
                f,
                "AccessKey {} 不存在，或无权使用此实例。请使用实例所有者的 AccessKey",
                Excerpt(id)
            ),
            Cause::Password => f.write_str(
                "密码与 AccessKey 不匹配。请发送 base64(HMAC-SHA1(AccessKey Secret, Client ID))",
            ),
            Cause::Group(group) => write!(
                f,
                "分组 {group} 不存在。请用 `ons-mqtt group create {group}` 创建"
            ),
            Cause::Filter(filter) => write!(
                f,
                "{} 过长，或者既不以实例的父级 Topic 开头，也不以该分组可读的通知 Topic 开头。\
                 请修改订阅，或将其第一级加入实例的 `topics`，或将分组加入通知的 `readers`",
                Excerpt(filter)
            ),
            Cause::Topic(topic) => write!(
                f,
                "{} 过长，或者不以实例的父级 Topic 开头。\
                 请修改 Topic，或将其第一级加入实例的 `topics`",
                Excerpt(topic)
            ),
            Cause::MalformedFilter(filter) => write!(
                f,
                "{} 不是有效的订阅：`+` 和 `#` 须独占一级，`#` 只能在最后一级",
                Excerpt(filter)
            ),
            Cause::Subscriptions { limit } => write!(
                f,
                "每个客户端最多 {limit} 个订阅。请取消一部分，或使用通配符"
            ),
            Cause::Sessions => f.write_str(
                "会话、订阅和遗嘱已占满实例的配额。请结束不再需要的会话，\
                 或调高 `limits.sessions` 和 `limits.session_memory`",
            ),
            Cause::SlowReader => {
                f.write_str("设备读取消息的速度跟不上消息到达的速度。请减少订阅，或保留会话")
            }
        }
    }
}

fn client_id(f: &mut fmt::Formatter<'_>, error: ClientIdError) -> fmt::Result {
    match error {
        ClientIdError::Empty => f.write_str("Client ID 为空"),
        ClientIdError::Length(characters) => {
            write!(
                f,
                "Client ID 有 {characters} 个字符，最多允许 {MAX_CHARACTERS} 个"
            )
        }
        ClientIdError::NoSeparator => write!(f, "Client ID 中没有 `{SEPARATOR}`"),
        ClientIdError::GroupPrefix => {
            let [one, other] = GROUP_PREFIXES;
            write!(f, "分组不以 `{one}` 或 `{other}` 开头")
        }
        ClientIdError::GroupLength(characters) => {
            let (least, most) = (GROUP_CHARACTERS.start(), GROUP_CHARACTERS.end());
            write!(f, "分组有 {characters} 个字符，应为 {least} 至 {most} 个")
        }
        ClientIdError::GroupCharacter(character) => {
            write!(f, "分组中有 {character:?}，只允许字母、数字、`-` 和 `_`")
        }
        ClientIdError::NoDevice => write!(f, "`{SEPARATOR}` 之后没有设备 ID"),
        ClientIdError::DeviceCharacter(character) => write!(
            f,
            "设备 ID 中有 {character:?}，不允许控制字符、空格和 `{}`",
            DEVICE_FORBIDS.trim()
        ),
    }
}

fn user_name(error: UserNameError) -> &'static str {
    match error {
        UserNameError::Empty => "用户名为空",
        UserNameError::Signature => "用户名不以 `Signature|` 开头",
        UserNameError::NoInstance => "用户名中 AccessKey 之后没有实例",
    }
}
