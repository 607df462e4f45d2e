//! Filters as clients write them, shared ones too.

/// A filter, and the name of those who share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Filter<'a> {
    /// The `name` of `$share/name/filter`.
    pub(crate) share: Option<&'a str>,
    /// Without `$share/name/`.
    pub(crate) levels: &'a str,
}

impl<'a> Filter<'a> {
    /// Takes a filter apart. A shared one without a name or a filter has empty ones.
    pub(crate) fn parse(whole: &'a str) -> Self {
        match whole.strip_prefix("$share/") {
            None => Self {
                share: None,
                levels: whole,
            },
            Some(rest) => {
                let (share, levels) = rest.split_once('/').unwrap_or((rest, ""));
                Self {
                    share: Some(share),
                    levels,
                }
            }
        }
    }
}

/// Returns whether a filter, which has no `$share/name/`, matches a topic.
pub(crate) fn matches(filter: &str, topic: &str) -> bool {
    let mut topic = topic.split('/');
    for level in filter.split('/') {
        if level == "#" {
            return true;
        }
        match topic.next() {
            Some(name) if level == "+" || level == name => {}
            _ => return false,
        }
    }
    topic.next().is_none()
}

/// Splits the first level from the rest of a topic or filter, if there is more.
pub(crate) fn split_level(topic: &str) -> (&str, Option<&str>) {
    match topic.split_once('/') {
        Some((level, rest)) => (level, Some(rest)),
        None => (topic, None),
    }
}

/// Returns the part of a filter in front of its first wildcard, which all topics that match begin with.
/// `a/#` matches `a`, so the slash in front of `#` is not a part of it.
pub(crate) fn literal_prefix(filter: &str) -> &str {
    let end = filter.find(['+', '#']).unwrap_or(filter.len());
    let prefix = &filter[..end];
    if filter[end..].starts_with('#') {
        prefix.strip_suffix('/').unwrap_or(prefix)
    } else {
        prefix
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, literal_prefix, matches};

    #[test]
    fn a_shared_filter_has_a_name() {
        let shared = Filter::parse("$share/pool/lamps/+");
        assert_eq!((shared.share, shared.levels), (Some("pool"), "lamps/+"));
        assert_eq!(Filter::parse("lamps/+").share, None);
        assert_eq!(Filter::parse("$share/pool").levels, "");
    }

    #[test]
    fn wildcards_match_levels() {
        for (filter, topic, expected) in [
            ("a/b", "a/b", true),
            ("a/b", "a/b/", false),
            ("a/+", "a/b", true),
            ("a/+", "a", false),
            ("a/+", "a/", true),
            ("a/+/c", "a/b/c", true),
            ("a/#", "a", true),
            ("a/#", "a/b/c", true),
            ("a/#", "ab", false),
            ("a", "a/b", false),
        ] {
            assert_eq!(matches(filter, topic), expected, "{filter} {topic}");
        }
    }

    #[test]
    fn topics_that_match_begin_with_the_literal_prefix() {
        for (filter, expected) in [("a/b", "a/b"), ("a/+/c", "a/"), ("a/#", "a"), ("a", "a")] {
            assert_eq!(literal_prefix(filter), expected);
        }
    }
}
