//! Topics as devices name them: a parent topic of the instance, then levels of their own.

use crate::Directory;
use crate::client_id::group_of;

/// Longest topic or filter, in bytes. The longest that devices need is a point-to-point topic: two names of 64 characters.
pub(crate) const MAX_BYTES: usize = 512;
/// Longest name of those who share a subscription, in bytes.
const MAX_SHARE_BYTES: usize = 64;
/// Most levels of a topic or filter. The library's tree of topics is recursive, so depth costs stack.
const MAX_LEVELS: usize = 32;

/// A topic without wildcards, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Topic<'a> {
    /// Parent and sub topic, without a slash at the end.
    pub(crate) whole: &'a str,
    /// First level.
    pub(crate) parent: &'a str,
    /// The rest, with a slash at its beginning and none at its end; empty if there is only a parent.
    pub(crate) sub_topic: &'a str,
    /// The client that a point-to-point message is for.
    pub(crate) receiver: Option<&'a str>,
}

impl<'a> Topic<'a> {
    pub(crate) fn parse(topic: &'a str) -> Self {
        let whole = topic.trim_end_matches('/');
        let (parent, sub_topic) = whole.split_at(whole.find('/').unwrap_or(whole.len()));
        Self {
            whole,
            parent,
            sub_topic,
            receiver: sub_topic.strip_prefix("/p2p/"),
        }
    }
}

/// Returns whether devices may publish to a topic.
pub(crate) fn may_publish(topic: &str, directory: &dyn Directory) -> bool {
    !topic.contains(['+', '#']) && has_parent(topic, |parent| directory.has_topic(parent))
}

/// Returns whether a device may get messages of a topic.
pub(crate) fn may_receive(topic: &str, client_id: &str, directory: &dyn Directory) -> bool {
    let may_read = |parent: &str| {
        let group = group_of(client_id);
        directory.has_topic(parent) || group.is_some_and(|group| directory.may_read(parent, group))
    };
    has_parent(topic, may_read)
}

/// Returns whether a device may subscribe to a filter, given without its `$share/group/`.
pub(crate) fn may_subscribe(filter: &str, client_id: &str, directory: &dyn Directory) -> bool {
    wildcards_stand_alone(filter) && may_receive(filter, client_id, directory)
}

/// Returns whether devices may share a subscription under a name, the `group` of `$share/group/filter`.
pub(crate) fn may_share(name: &str) -> bool {
    (1..=MAX_SHARE_BYTES).contains(&name.len()) && !name.contains(['+', '#', '\0'])
}

fn has_parent(topic: &str, is_known: impl FnOnce(&str) -> bool) -> bool {
    let parent = topic.split('/').next().unwrap_or_default();
    topic.len() <= MAX_BYTES
        // MQTT forbids it, the library does not, and PostgreSQL cannot hold it.
        && !topic.contains('\0')
        && topic.split('/').count() <= MAX_LEVELS
        && !parent.is_empty()
        && !parent.contains(['+', '#'])
        && !parent.starts_with('$')
        && is_known(parent)
}

fn wildcards_stand_alone(filter: &str) -> bool {
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        let alone = level == "+" || (level == "#" && levels.peek().is_none());
        if level.contains(['+', '#']) && !alone {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Topic, may_publish, may_subscribe};
    use crate::{Directory, SecretString};

    struct OneTopic;

    impl Directory for OneTopic {
        fn secret(&self, _: &str) -> Option<SecretString> {
            None
        }
        fn has_group(&self, _: &str) -> bool {
            false
        }
        fn has_topic(&self, parent_topic: &str) -> bool {
            parent_topic == "lamps"
        }
        fn may_read(&self, parent_topic: &str, group_id: &str) -> bool {
            parent_topic == "events" && group_id == "GID_reader"
        }
    }

    const DEVICE: &str = "GID_other@@@1";

    #[test]
    fn a_topic_is_a_parent_and_a_sub_topic_with_its_leading_slash() {
        let parts = |topic| (Topic::parse(topic).parent, Topic::parse(topic).sub_topic);
        assert_eq!(parts("lamps"), ("lamps", ""));
        assert_eq!(parts("lamps/"), ("lamps", ""));
        assert_eq!(parts("lamps/a/b"), ("lamps", "/a/b"));
        assert_eq!(parts("lamps/a/b/"), ("lamps", "/a/b"));
    }

    #[test]
    fn point_to_point_topics_name_their_receiver() {
        assert_eq!(
            Topic::parse("lamps/p2p/GID_test@@@1").receiver,
            Some("GID_test@@@1")
        );
        assert_eq!(Topic::parse("lamps/p2p").receiver, None);
        assert_eq!(Topic::parse("lamps/a/p2p/b").receiver, None);
    }

    #[test]
    fn topics_and_filters_begin_with_a_topic_of_the_instance() {
        for filter in ["lamps", "lamps/#", "lamps/+/b", "lamps/a/"] {
            assert!(may_subscribe(filter, DEVICE, &OneTopic), "{filter}");
        }
        let deep = format!("lamps{}", "/a".repeat(32));
        let long = format!("lamps/{}", "a".repeat(512));
        for filter in [
            "",
            "#",
            "+/a",
            "doors/a",
            "/lamps",
            "$SYS/a",
            "lamps/#/a",
            "lamps/a#",
            "lamps/+a",
            &deep,
            &long,
        ] {
            assert!(!may_subscribe(filter, DEVICE, &OneTopic), "{filter}");
        }
        assert!(may_publish("lamps/a", &OneTopic));
        assert!(!may_publish("lamps/+", &OneTopic));
        assert!(!may_publish("doors", &OneTopic));
    }

    #[test]
    fn a_topic_that_only_the_broker_publishes_to_is_for_its_readers() {
        assert!(may_subscribe("events/#", "GID_reader@@@1", &OneTopic));
        assert!(!may_subscribe("events/#", DEVICE, &OneTopic));
        assert!(!may_publish("events", &OneTopic));
    }
}
