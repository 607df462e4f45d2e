//! Filters that clients of this node hold, and what to subscribe to at NATS for them.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::core::InterestNumber;

/// Most filters of one parent topic that are subscribed to one by one. Beyond it, the node subscribes to all of the parent
/// topic, and filters by itself.
const MAX_FILTERS: usize = 32;

/// Filters that clients of this node hold.
#[derive(Debug, Default)]
pub(crate) struct Interest {
    parents: HashMap<Box<str>, Parent>,
    /// Number of filters that were ever added, and of questions beside them.
    number: InterestNumber,
}

#[derive(Debug)]
enum Parent {
    Filters(HashSet<Box<str>>),
    /// Number of filters that are held. It is subscribed to as a whole until none is.
    Whole(usize),
}

impl Interest {
    /// Adds a filter that was not held.
    pub(crate) fn hold(&mut self, filter: &str) {
        self.number += 1;
        let parent = self
            .parents
            .entry(parent(filter).into())
            .or_insert_with(|| Parent::Filters(HashSet::new()));
        match parent {
            Parent::Filters(filters) if filters.len() < MAX_FILTERS => {
                filters.insert(filter.into());
            }
            Parent::Filters(filters) => *parent = Parent::Whole(filters.len() + 1),
            Parent::Whole(count) => *count += 1,
        }
    }

    /// Removes a filter that was held.
    pub(crate) fn let_go(&mut self, filter: &str) {
        let parent = parent(filter);
        let is_over = match self.parents.get_mut(parent) {
            None => return,
            Some(Parent::Filters(filters)) => {
                filters.remove(filter);
                filters.is_empty()
            }
            Some(Parent::Whole(count)) => {
                *count = count.saturating_sub(1);
                *count == 0
            }
        };
        if is_over {
            self.parents.remove(parent);
        }
    }

    /// Asks all nodes again. Returns the number of the question.
    pub(crate) fn ask_again(&mut self) -> InterestNumber {
        self.number += 1;
        self.number
    }

    pub(crate) fn number(&self) -> InterestNumber {
        self.number
    }

    /// Returns the filters to subscribe to.
    pub(crate) fn wanted(&self) -> BTreeSet<Box<str>> {
        let mut wanted = BTreeSet::new();
        for (parent, held) in &self.parents {
            let whole = format!("{parent}/#");
            match held {
                Parent::Filters(filters) if !filters.contains(whole.as_str()) => {
                    wanted.extend(filters.iter().cloned());
                }
                _ => {
                    wanted.insert(whole.into());
                }
            }
        }
        wanted
    }
}

fn parent(filter: &str) -> &str {
    filter.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::matches;

    fn wanted(interest: &Interest) -> Vec<String> {
        interest.wanted().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_parent_topic_with_many_filters_is_subscribed_to_as_a_whole_until_none_is_left() {
        let mut interest = Interest::default();
        let filters: Vec<_> = (0..=MAX_FILTERS)
            .map(|number| format!("t/{number}"))
            .collect();
        interest.hold("u/a");
        for filter in &filters[1..] {
            interest.hold(filter);
        }
        assert_eq!(interest.wanted().len(), 1 + MAX_FILTERS);
        interest.hold(&filters[0]);
        assert_eq!(wanted(&interest), ["t/#", "u/a"]);
        for filter in &filters[1..] {
            interest.let_go(filter);
        }
        assert_eq!(wanted(&interest), ["t/#", "u/a"]);
        interest.let_go(&filters[0]);
        assert_eq!(wanted(&interest), ["u/a"]);
        assert_eq!(interest.number(), MAX_FILTERS as u64 + 2);
    }

    #[test]
    fn the_whole_parent_topic_makes_its_other_filters_needless() {
        let mut interest = Interest::default();
        for filter in ["t/a", "t/#", "t/+/b"] {
            interest.hold(filter);
        }
        assert_eq!(wanted(&interest), ["t/#"]);
        interest.let_go("t/#");
        assert_eq!(wanted(&interest), ["t/+/b", "t/a"]);
    }

    proptest! {
        #[test]
        fn whatever_a_held_filter_matches_is_subscribed_to(
            filters in prop::collection::hash_set("[tu](/([abcde+]|)){0,3}", 0..60),
            topic in "[tu](/([abcde]|)){0,3}",
        ) {
            let mut interest = Interest::default();
            for filter in &filters {
                interest.hold(filter);
            }
            let is_held = filters.iter().any(|filter| matches(filter, &topic));
            let wanted = interest.wanted();
            prop_assert!(!is_held || wanted.iter().any(|filter| matches(filter, &topic)));
            for filter in &filters {
                interest.let_go(filter);
            }
            prop_assert!(interest.wanted().is_empty());
        }
    }
}
