//! Texts of ours where the metadata has none, each in Chinese and in English.
//!
//! An older spec may have such a text where the metadata says something now, or the other way, so
//! they can be told from others.

/// A text in Chinese and in English.
type Made = (String, String);

/// What follows the name of something that is not described.
const UNDESCRIBED: (&str, &str) = ("，无说明。", ", not described.");

/// Why an error code comes that has no message.
pub(super) const NO_MESSAGE: (&str, &str) = ("无说明。", "Not described.");

/// What is said of something that the metadata marks as deprecated.
pub(super) const DEPRECATED: (&str, &str) = (
    "元数据将其标记为已弃用。",
    "The published metadata marks it as deprecated.",
);

/// What something is that the metadata does not describe.
pub(super) fn undescribed(name: &str) -> Made {
    let (zh, en) = UNDESCRIBED;
    (format!("{name}{zh}"), format!("{name}{en}"))
}

/// What the values of an enum are.
pub(super) fn values_of(name: &str) -> Made {
    (format!("`{name}` 的取值。"), format!("Values of `{name}`."))
}

/// What a struct is.
pub(super) fn value_of(name: &str) -> Made {
    (format!("`{name}` 的值。"), format!("A value of `{name}`."))
}

/// What a value without a title means.
pub(super) fn untitled(value: &str) -> Made {
    let value = value.replace('`', "'");
    (format!("`{value}`。"), format!("`{value}`."))
}

/// Whether a text is one of these.
pub(super) fn is_made(text: &str) -> bool {
    let quoted = text
        .split_once('`')
        .and_then(|(_, rest)| rest.rsplit_once('`'));
    let is_of = |name: &str| {
        let made = [values_of(name), value_of(name), untitled(name)];
        made.iter().any(|(zh, en)| text == zh || text == en)
    };
    quoted.is_some_and(|(name, _)| is_of(name))
        || [NO_MESSAGE.0, NO_MESSAGE.1].contains(&text)
        || [UNDESCRIBED.0, UNDESCRIBED.1]
            .iter()
            .any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_told_from_what_the_metadata_says() {
        for (zh, en) in [
            undescribed("A"),
            values_of("A"),
            value_of("A"),
            untitled("`a`"),
        ] {
            assert!(is_made(&zh) && is_made(&en), "{zh} {en}");
        }
        assert!(is_made(NO_MESSAGE.0) && is_made(NO_MESSAGE.1));
        for text in [
            "",
            "A value.",
            "The value of `A`.",
            "`A` is a value.",
            "`A` and `B`",
        ] {
            assert!(!is_made(text), "{text}");
        }
    }
}
