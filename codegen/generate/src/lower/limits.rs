//! Limits of values, their units, and how lists are sent, in words.

use codegen_spec::{Enum, Field, Language, ListStyle, Position, RateLimit, Text, Type, Unit};

use super::escape::code;

/// Side that writes a value.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Side {
    /// A client, which keeps to the spec.
    Request,
    /// The service, which may quote numbers and send newer enum values.
    Response,
}

/// Returns the bounds of a value.
pub(super) fn bounds(field: &Field, language: Language) -> Vec<String> {
    let say = |zh, en| said(language, zh, en);
    let length = match (field.min_length, field.max_length) {
        (Some(min), Some(max)) => Some(say(
            format!("{min}–{max} 个字符"),
            format!("{min} to {max} characters"),
        )),
        (Some(min), None) => Some(say(
            format!("至少 {min} 个字符"),
            format!("at least {min} characters"),
        )),
        (None, Some(max)) => Some(say(
            format!("最多 {max} 个字符"),
            format!("at most {max} characters"),
        )),
        (None, None) => None,
    };
    let number = match (field.minimum, field.maximum) {
        (Some(min), Some(max)) => Some(say(format!("{min}–{max}"), format!("{min} to {max}"))),
        (Some(min), None) => Some(say(format!("不小于 {min}"), format!("at least {min}"))),
        (None, Some(max)) => Some(say(format!("不大于 {max}"), format!("at most {max}"))),
        (None, None) => None,
    };
    let items = field
        .max_items
        .map(|max| say(format!("最多 {max} 项"), format!("at most {max} items")));
    [length, number, items].into_iter().flatten().collect()
}

/// Returns the unit of a number.
pub(super) fn unit(unit: Unit, language: Language) -> &'static str {
    match (unit, language) {
        (Unit::EpochMilliseconds, Language::Zh) => "自 1970-01-01T00:00:00Z 起的毫秒数",
        (Unit::EpochMilliseconds, Language::En) => "in milliseconds since 1970-01-01T00:00:00Z",
        (Unit::EpochSeconds, Language::Zh) => "自 1970-01-01T00:00:00Z 起的秒数",
        (Unit::EpochSeconds, Language::En) => "in seconds since 1970-01-01T00:00:00Z",
        (Unit::Seconds, Language::Zh) => "单位为秒",
        (Unit::Seconds, Language::En) => "in seconds",
        (Unit::Milliseconds, Language::Zh) => "单位为毫秒",
        (Unit::Milliseconds, Language::En) => "in milliseconds",
    }
}

/// Returns the sentence that says when an optional parameter must be sent.
pub(super) fn required_when(condition: &Text, language: Language) -> String {
    let condition = language.of(condition);
    said(
        language,
        format!("{condition}时必填。"),
        format!("Required when {condition}."),
    )
}

/// Returns the sentence that says how often an action may be called.
pub(super) fn call_rate(limit: RateLimit, language: Language) -> String {
    let RateLimit { requests, seconds } = limit;
    said(
        language,
        format!("每个 AccessKey 在 {seconds} 秒内最多调用 {requests} 次。"),
        format!("At most {requests} calls in {seconds} seconds for each access key."),
    )
}

/// Returns the part of the request that carries a parameter, unless it is the query.
pub(super) fn position(position: Position, language: Language) -> Option<&'static str> {
    match (position, language) {
        (Position::Query, _) => None,
        (Position::Form, Language::Zh) => Some("放在表单中"),
        (Position::Form, Language::En) => Some("in the form body"),
    }
}

/// Returns everything that a table states about the values of a field; `e` is the field's enum.
pub(super) fn limits(
    field: &Field,
    e: Option<&Enum>,
    side: Side,
    language: Language,
) -> Vec<String> {
    let say = |zh, en| said(language, zh, en);
    let pattern = field.pattern.as_deref().map(code);
    let default = field.default.as_deref().map(code);
    let mut limits = bounds(field, language);
    limits.extend(pattern.map(|text| say(format!("匹配 {text}"), format!("matches {text}"))));
    limits.extend(e.map(|e| values(e, field.accepts_unknown, language)));
    limits.extend(field.unit.map(|of| unit(of, language).to_owned()));
    limits.extend(default.map(|text| say(format!("缺省为 {text}"), format!("{text} if absent"))));
    limits.extend(position(field.position, language).map(str::to_owned));
    if side == Side::Request {
        limits.extend(style(field, language));
    }
    if !field.aliases.is_empty() {
        let (zh, en) = listed(field.aliases.iter());
        limits.push(say(
            format!("读取时也接受 {zh}"),
            format!("also accepted as {en}"),
        ));
    }
    limits
}

fn values(e: &Enum, accepts_unknown: bool, language: Language) -> String {
    let (zh, en) = listed(e.values.iter().map(|value| &value.value));
    if accepts_unknown {
        let zh = format!("{zh} 或其他值");
        said(language, zh, format!("{en}, or any other value"))
    } else {
        said(language, zh, en)
    }
}

/// Returns how a parameter is sent, unless its name and value are those of the field.
fn style(field: &Field, language: Language) -> Option<String> {
    let name = field.key();
    let (zh, en) = match (field.style, &field.type_) {
        (Some(ListStyle::Json), _) => ("以 JSON 传递".to_owned(), "as JSON".to_owned()),
        (Some(ListStyle::Simple), _) => ("以逗号连接".to_owned(), "joined by commas".to_owned()),
        (_, Type::List { .. }) => (
            format!("以 `{name}.1`、`{name}.2` 等传递"),
            format!("sent as `{name}.1`, `{name}.2` and so on"),
        ),
        (_, Type::Map { .. }) => (
            format!("每个键以 `{name}.键` 传递"),
            format!("sent as `{name}.key`, one for each key"),
        ),
        (_, Type::Name(_)) => return None,
    };
    Some(said(language, zh, en))
}

/// Joins names, for Chinese and for English.
fn listed<'a>(names: impl Iterator<Item = &'a String>) -> (String, String) {
    let names: Vec<String> = names.map(|name| code(name)).collect();
    (names.join("、"), names.join(", "))
}

fn said(language: Language, zh: String, en: String) -> String {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// Returns the words that say where a required region comes from.
pub(super) fn region(language: Language) -> &'static str {
    match language {
        Language::Zh => "未设置时为客户端的地域",
        Language::En => "the client's region if not set",
    }
}
