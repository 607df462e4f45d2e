//! Substitutes for texts that the metadata lacks, in both Chinese and English.
//!
//! An older spec may contain a substitute where the metadata now has a text, or vice versa. So
//! substitutes can be recognized.

/// A text in Chinese and in English.
type Made = (String, String);

/// Text after the name of something without a description.
const UNDESCRIBED: (&str, &str) = ("，无说明。", ", not described.");

/// Cause of an error code without a message.
pub(super) const NO_MESSAGE: (&str, &str) = ("无说明。", "Not described.");

/// Reason for a deprecation that the metadata only marks.
pub(super) const DEPRECATED: (&str, &str) = (
    "元数据将其标记为已弃用。",
    "The published metadata marks it as deprecated.",
);

/// Note on a parameter for a file, which the vendor's SDKs upload in a request of its own.
pub(super) const FILE_URL: (&str, &str) = (
    "\n> 传入服务端可以读取的文件 URL；客户端不上传本地文件。",
    "\n> Pass a URL that the service can read; the client does not upload local files.",
);

/// Returns the description of something that the metadata does not describe.
pub(super) fn undescribed(name: &str) -> Made {
    let (zh, en) = UNDESCRIBED;
    (format!("{name}{zh}"), format!("{name}{en}"))
}

/// Returns the description of an enum.
pub(super) fn values_of(name: &str) -> Made {
    (format!("`{name}` 的取值。"), format!("Values of `{name}`."))
}

/// Returns the description of a struct.
pub(super) fn value_of(name: &str) -> Made {
    (format!("`{name}` 的值。"), format!("A value of `{name}`."))
}

/// Returns the description of a value without a title.
pub(super) fn untitled(value: &str) -> Made {
    let value = value.replace('`', "'");
    (format!("`{value}`。"), format!("`{value}`."))
}

/// Returns `true` if a text is one of these substitutes.
pub(super) fn is_substitute(text: &str) -> bool {
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
    fn substitutes_are_recognized_and_other_texts_are_not() {
        for (zh, en) in [
            undescribed("A"),
            values_of("A"),
            value_of("A"),
            untitled("`a`"),
        ] {
            assert!(is_substitute(&zh) && is_substitute(&en), "{zh} {en}");
        }
        assert!(is_substitute(NO_MESSAGE.0) && is_substitute(NO_MESSAGE.1));
        for text in [
            "",
            "A value.",
            "The value of `A`.",
            "`A` is a value.",
            "`A` and `B`",
        ] {
            assert!(!is_substitute(text), "{text}");
        }
    }
}
