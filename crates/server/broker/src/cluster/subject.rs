//! Subjects of NATS for topics and filters of MQTT.
//!
//! A level of a topic is a word of a subject. A byte that is not a letter, digit, `-` or `_` is `=` and its two hexadecimal
//! digits, and an empty level is `=` alone, so two topics never have the same subject. The same words are keys in tables.

use std::fmt::Write as _;

/// Returns a name as a word of a subject.
pub(crate) fn word(name: &str) -> String {
    let mut word = String::with_capacity(name.len() + 8);
    push_word(&mut word, name);
    word
}

/// Returns the name that a word was made from.
pub(crate) fn name(word: &str) -> Option<String> {
    if word == "=" {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(after.get(..2)?, 16).ok()?);
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

fn push_word(out: &mut String, name: &str) {
    if name.is_empty() {
        out.push('=');
    }
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "={byte:02X}");
        }
    }
}

/// Subjects of an instance.
#[derive(Clone, Debug)]
pub(crate) struct Subjects {
    prefix: String,
}

impl Subjects {
    pub(crate) fn new(instance_id: &str) -> Self {
        Self {
            prefix: format!("ons.{}", word(instance_id)),
        }
    }

    /// Returns subjects with another beginning.
    pub(crate) fn below(prefix: String) -> Self {
        Self { prefix }
    }

    /// Returns the subject of a topic.
    pub(crate) fn topic(&self, topic: &str) -> String {
        let mut subject = String::with_capacity(self.prefix.len() + topic.len() + 16);
        subject.push_str(&self.prefix);
        for level in topic.split('/') {
            subject.push('.');
            push_word(&mut subject, level);
        }
        subject
    }

    /// Returns the topic that a subject was made from.
    pub(crate) fn topic_of(&self, subject: &str) -> Option<String> {
        let levels = subject.strip_prefix(&self.prefix)?.strip_prefix('.')?;
        let levels: Option<Vec<_>> = levels.split('.').map(name).collect();
        Some(levels?.join("/"))
    }

    /// Returns the filter for the subjects of all topics.
    pub(crate) fn all(&self) -> String {
        format!("{}.>", self.prefix)
    }

    /// Returns subjects that together match what a filter matches, and none of them what another one does.
    pub(crate) fn filter(&self, filter: &str) -> Vec<String> {
        let mut subject = self.prefix.clone();
        for level in filter.split('/') {
            match level {
                "#" => {
                    let below = format!("{subject}.>");
                    return vec![subject, below];
                }
                "+" => subject.push_str(".*"),
                level => {
                    subject.push('.');
                    push_word(&mut subject, level);
                }
            }
        }
        vec![subject]
    }

    /// Returns the subject of questions to one node. No topic has it, because `$` is escaped there.
    pub(crate) fn node(&self, node: &str, question: &str) -> String {
        format!("{}.$node.{}.{question}", self.prefix, word(node))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::matches;

    /// Returns whether a subscription of NATS matches a subject, as its documentation says.
    fn nats_matches(subscription: &str, subject: &str) -> bool {
        let mut words = subject.split('.');
        for wanted in subscription.split('.') {
            match (wanted, words.next()) {
                (">", Some(_)) => return true,
                ("*", Some(_)) => {}
                (wanted, Some(word)) if wanted == word => {}
                _ => return false,
            }
        }
        words.next().is_none()
    }

    const NAMES: [&str; 15] = [
        "", "a", "b", ".", "*", ">", " ", "=", "=2E", "a.b", "$node", "灯", "\t", "é", "\u{7f}",
    ];

    fn level() -> impl Strategy<Value = String> {
        prop_oneof![
            proptest::sample::select(&NAMES[..]).prop_map(str::to_owned),
            "[^/+#\0]{0,4}"
        ]
    }

    fn filter() -> impl Strategy<Value = String> {
        let level = prop_oneof![3 => level(), 2 => Just("+".to_owned())];
        (
            level_of_parent(),
            prop::collection::vec(level, 0..5),
            any::<bool>(),
        )
            .prop_map(|(parent, mut levels, is_open)| {
                levels.insert(0, parent);
                if is_open {
                    levels.push("#".to_owned());
                }
                levels.join("/")
            })
    }

    fn level_of_parent() -> impl Strategy<Value = String> {
        proptest::sample::select(&["a", "b", "灯", "a.b"][..]).prop_map(str::to_owned)
    }

    /// Returns a topic that is like a filter, so that it often matches.
    fn topic_of(filter: &str, levels: &[String]) -> String {
        let mut own = levels.iter().cloned();
        let mut topic = Vec::new();
        for level in filter.split('/') {
            match level {
                "+" => topic.push(own.next().unwrap_or_default()),
                "#" => topic.extend(own.by_ref()),
                level => topic.push(level.to_owned()),
            }
        }
        topic.join("/")
    }

    proptest! {
        #[test]
        fn a_subject_is_matched_exactly_when_its_topic_is(
            filter in filter(),
            parent in level_of_parent(),
            levels in prop::collection::vec(level(), 0..5),
            is_alike: bool,
        ) {
            let topic = if is_alike {
                topic_of(&filter, &levels)
            } else {
                [vec![parent], levels].concat().join("/")
            };
            let subjects = Subjects::new("post.cn *");
            let subject = subjects.topic(&topic);
            let subscriptions = subjects.filter(&filter);
            let matching = subscriptions.iter().filter(|one| nats_matches(one, &subject)).count();
            prop_assert_eq!(matching, usize::from(matches(&filter, &topic)), "{} {}", filter, topic);
        }

        #[test]
        fn a_word_is_one_word_and_gives_its_name_back(text in "\\PC*|[ .*>=/+#$\t]{0,6}") {
            let word = word(&text);
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=".contains(c);
            prop_assert!(!word.is_empty() && word.chars().all(is_plain), "{}", word);
            prop_assert_eq!(name(&word), Some(text));
        }

        #[test]
        fn what_is_not_a_word_has_no_name_or_another_word(text in "[a=0-9A-F]{0,6}") {
            if let Some(found) = name(&text) {
                prop_assert!(found.len() <= text.len());
            }
        }
    }

    #[test]
    fn instances_do_not_share_subjects() {
        for (one, other) in [("a", "a.b"), ("a.b", "a=2Eb"), ("a", "A"), ("*", ">")] {
            let (one, other) = (Subjects::new(one), Subjects::new(other));
            for subscription in one.filter("t/#") {
                assert!(!nats_matches(&subscription, &other.topic("t/x")));
            }
        }
    }

    #[test]
    fn no_filter_matches_a_question_to_a_node() {
        let subjects = Subjects::new("i");
        let question = subjects.node("n", "take");
        for filter in ["$node/#", "$node/+/+", "$node/n/take"] {
            for subscription in subjects.filter(filter) {
                assert!(!nats_matches(&subscription, &question), "{filter}");
            }
        }
    }
}
