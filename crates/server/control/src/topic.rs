//! Converts between topics of the API, which have a parent topic and a sub topic, and topics of
//! MQTT.

/// Returns a sub topic in the form used for counting: with a leading slash and no trailing slash.
pub(crate) fn sub_topic(text: &str) -> String {
    let inner = text.trim_end_matches('/');
    if inner.is_empty() || inner.starts_with('/') {
        inner.to_owned()
    } else {
        format!("/{inner}")
    }
}

/// Joins a parent topic and a sub topic to a topic or filter of MQTT.
pub(crate) fn filter(parent_topic: &str, sub: Option<&str>) -> String {
    format!("{parent_topic}{}", sub.map(sub_topic).unwrap_or_default())
}

/// Splits a filter into its parent topic and its sub topic with a slash at both ends, as the API
/// shows it.
///
/// The prefix of a shared subscription is left out.
pub(crate) fn parts(filter: &str) -> (&str, Option<String>) {
    let filter = match filter.strip_prefix("$share/") {
        Some(shared) => shared.split_once('/').map_or(shared, |(_, filter)| filter),
        None => filter,
    };
    match filter.split_once('/') {
        None | Some((_, "")) => (filter.trim_end_matches('/'), None),
        Some((parent, rest)) => {
            let sub_topic = format!("/{}/", rest.trim_end_matches('/'));
            (parent, Some(sub_topic))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outer_slashes_of_a_sub_topic_do_not_matter() {
        for text in ["/a/b", "a/b", "/a/b/", "a/b/"] {
            assert_eq!(sub_topic(text), "/a/b");
            assert_eq!(filter("test", Some(text)), "test/a/b");
        }
        assert_eq!(filter("test", None), "test");
        assert_eq!(filter("test", Some("/")), "test");
    }

    #[test]
    fn filters_are_shown_in_two_parts() {
        let slashes = |text: &str| Some(text.to_owned());
        assert_eq!(parts("test"), ("test", None));
        assert_eq!(parts("test/"), ("test", None));
        assert_eq!(parts("test/a/b"), ("test", slashes("/a/b/")));
        assert_eq!(parts("test/a/"), ("test", slashes("/a/")));
        assert_eq!(parts("test/#"), ("test", slashes("/#/")));
        assert_eq!(parts("$share/group/test/+/b"), ("test", slashes("/+/b/")));
    }
}
