//! Which connections hold which filter, as a tree of levels.
//!
//! What is asked takes `a` and `a/` for the same, as topics are counted and shown.

use std::collections::HashMap;

use roaring::{MultiOps as _, RoaringBitmap};

/// A connection that is online, by a number of [`HolderNumbers`].
pub(crate) type Holder = u32;

/// Numbers of connections. They are small, so sets of them are, too, and unite at 64 a step.
#[derive(Debug, Default)]
pub(crate) struct HolderNumbers {
    next: Holder,
    free: Vec<Holder>,
}

impl HolderNumbers {
    pub(crate) fn take(&mut self) -> Holder {
        self.free.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next
        })
    }

    /// Nobody may hold a filter under this number any more.
    pub(crate) fn give_back(&mut self, number: Holder) {
        self.free.push(number);
    }
}

/// Filters and who holds them.
#[derive(Debug, Default)]
pub(crate) struct Filters {
    levels: HashMap<Box<str>, Filters>,
    holders: RoaringBitmap,
}

impl Filters {
    pub(crate) fn insert(&mut self, filter: &str, holder: Holder) {
        let mut node = self;
        for level in filter.split('/') {
            if !node.levels.contains_key(level) {
                node.levels.insert(level.into(), Self::default());
            }
            let Some(next) = node.levels.get_mut(level) else {
                return;
            };
            node = next;
        }
        node.holders.insert(holder);
    }

    pub(crate) fn remove(&mut self, filter: &str, holder: Holder) {
        self.remove_below(Some(filter), holder);
    }

    fn remove_below(&mut self, filter: Option<&str>, holder: Holder) {
        let Some(filter) = filter else {
            self.holders.remove(holder);
            return;
        };
        let (level, rest) = split_level(filter);
        if let Some(next) = self.levels.get_mut(level) {
            next.remove_below(rest, holder);
            if next.holders.is_empty() && next.levels.is_empty() {
                self.levels.remove(level);
            }
        }
    }

    /// How many hold exactly this filter.
    pub(crate) fn holders_of(&self, filter: &str) -> u64 {
        let mut levels = filter.trim_end_matches('/').split('/');
        let mut sets = Vec::new();
        if let Some(node) = levels.try_fold(self, |node, level| node.levels.get(level)) {
            node.collect_ends(&mut sets);
        }
        union(sets)
    }

    /// How many hold a filter that matches a topic; who holds several counts once.
    pub(crate) fn matching(&self, topic: &str) -> u64 {
        let mut sets = Vec::new();
        self.collect(Some(topic.trim_end_matches('/')), &mut sets);
        union(sets)
    }

    fn collect<'a>(&'a self, topic: Option<&str>, sets: &mut Vec<&'a RoaringBitmap>) {
        // `a/#` matches `a` too.
        if let Some(all_below) = self.levels.get("#") {
            sets.push(&all_below.holders);
        }
        let Some(topic) = topic else {
            self.collect_ends(sets);
            return;
        };
        let (level, rest) = split_level(topic);
        for name in [level, "+"] {
            if let Some(next) = self.levels.get(name) {
                next.collect(rest, sets);
            }
        }
    }

    /// Who holds the filter that ends here, with slashes at its end or without.
    fn collect_ends<'a>(&'a self, sets: &mut Vec<&'a RoaringBitmap>) {
        let mut end = Some(self);
        while let Some(node) = end {
            sets.push(&node.holders);
            end = node.levels.get("");
        }
    }
}

/// How many are in any of the sets.
fn union(sets: Vec<&RoaringBitmap>) -> u64 {
    match sets.as_slice() {
        [one] => one.len(),
        [one, other] => one.union_len(other),
        _ => sets.union().len(),
    }
}

fn split_level(topic: &str) -> (&str, Option<&str>) {
    match topic.split_once('/') {
        Some((level, rest)) => (level, Some(rest)),
        None => (topic, None),
    }
}

#[cfg(test)]
mod tests {
    use super::Filters;

    fn filters(held: &[(&str, u32)]) -> Filters {
        let mut filters = Filters::default();
        for (filter, holder) in held {
            filters.insert(filter, *holder);
        }
        filters
    }

    #[test]
    fn a_topic_is_matched_by_itself_and_by_wildcards() {
        let filters = filters(&[
            ("a/b", 1),
            ("a/+", 2),
            ("a/#", 3),
            ("a/b/#", 4),
            ("a/c", 5),
            ("a", 6),
            ("+/b", 7),
        ]);
        assert_eq!(filters.matching("a/b"), 5);
        assert_eq!(filters.matching("a"), 2);
        assert_eq!(filters.matching("a/b/c"), 2);
        assert_eq!(filters.matching("x"), 0);
    }

    #[test]
    fn who_holds_several_matching_filters_counts_once() {
        let filters = filters(&[("a/b", 1), ("a/+", 1), ("a/#", 1), ("a/#", 2), ("a/+", 3)]);
        assert_eq!(filters.matching("a/b"), 3);
        assert_eq!(filters.holders_of("a/#"), 2);
        assert_eq!(filters.holders_of("a"), 0);
    }

    #[test]
    fn slashes_at_the_end_make_no_difference() {
        let filters = filters(&[
            ("a/b", 1),
            ("a/b/", 1),
            ("a/b/", 2),
            ("a/b//", 3),
            ("a/+/", 4),
        ]);
        for topic in ["a/b", "a/b/"] {
            assert_eq!(filters.matching(topic), 4);
        }
        assert_eq!(filters.matching("a"), 0);
        for filter in ["a/+", "a/+/"] {
            assert_eq!(filters.holders_of(filter), 1);
        }
    }

    #[test]
    fn what_was_removed_leaves_nothing_behind() {
        let mut filters = filters(&[("a/b", 1), ("a/b/c", 1), ("a/#", 1)]);
        for filter in ["a/b", "a/b/c", "a/#", "a/none"] {
            filters.remove(filter, 1);
        }
        assert!(filters.levels.is_empty());
    }
}
