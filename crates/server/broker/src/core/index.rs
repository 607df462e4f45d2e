//! Filters and their holders: routes messages, and counts the holders that are online.
//!
//! For counting, `a` and `a/` are the same, as topics are counted and shown; for routing they are not.

use std::collections::HashMap;
use std::sync::Arc;

use roaring::{MultiOps as _, RoaringBitmap};

use super::filter::split_level;
#[cfg(any(feature = "cluster", test))]
use super::record::SubscriptionRecord;
use super::session::Session;
use crate::wire::SubscriptionOptions;

/// A subscription as the index holds it.
#[derive(Clone)]
pub(crate) struct Holder {
    pub(crate) session: Arc<Session>,
    pub(crate) options: SubscriptionOptions,
    /// Subscription identifier, 0 if there is none.
    pub(crate) id: u32,
}

/// A session that a message goes to.
pub(crate) struct Target {
    pub(crate) session: Arc<Session>,
    /// Highest QoS of the subscriptions that match.
    pub(crate) qos: u8,
    pub(crate) retain_as_published: bool,
    /// Identifiers of the subscriptions that match.
    pub(crate) ids: Vec<u32>,
}

impl Target {
    fn new(holder: &Holder) -> Self {
        Self {
            session: Arc::clone(&holder.session),
            qos: holder.options.qos,
            retain_as_published: holder.options.retain_as_published,
            ids: if holder.id == 0 {
                Vec::new()
            } else {
                vec![holder.id]
            },
        }
    }

    /// Returns a session that was chosen for one of its subscriptions.
    #[cfg(any(feature = "cluster", test))]
    pub(crate) fn chosen(session: Arc<Session>, subscription: &SubscriptionRecord) -> Self {
        Self::new(&Holder {
            session,
            options: subscription.options,
            id: subscription.id,
        })
    }

    /// Adds another subscription of the same session, so that one copy serves both.
    fn merge(&mut self, other: Self) {
        self.qos = self.qos.max(other.qos);
        self.retain_as_published |= other.retain_as_published;
        self.ids.extend(other.ids);
    }
}

/// A tree of filters by level.
#[derive(Default)]
pub(crate) struct Index {
    /// Boxed, because most levels have one level below them, and a map has room for four.
    levels: HashMap<Box<str>, Box<Index>>,
    /// By number of the session.
    plain: HashMap<u32, Holder>,
    shares: Vec<Share>,
    /// Numbers of the holders that are online.
    online: RoaringBitmap,
}

/// Those who share a filter under one name.
struct Share {
    name: Box<str>,
    members: Vec<Holder>,
}

impl Index {
    /// Bytes of a level beside its name: the value, and a map with one level below.
    pub(crate) const LEVEL_BYTES: usize =
        size_of::<Self>() + 4 * size_of::<(Box<str>, Box<Self>)>() + 64;
    /// Bytes of a holder: a map of its own, and its bit among those that are online.
    pub(crate) const HOLDER_BYTES: usize = 4 * size_of::<(u32, Holder)>() + 128;

    /// Adds or replaces a subscription. `levels` is the filter without `$share/name/`. Returns whether nobody held it.
    pub(crate) fn insert(&mut self, levels: &str, share: Option<&str>, holder: Holder) -> bool {
        let mut node = self;
        for level in levels.split('/') {
            if !node.levels.contains_key(level) {
                node.levels.insert(level.into(), Box::default());
            }
            let Some(next) = node.levels.get_mut(level) else {
                return false;
            };
            node = next;
        }
        let is_first = !node.is_held();
        if holder.session.is_online() {
            node.online.insert(holder.session.number);
        }
        let Some(name) = share else {
            node.plain.insert(holder.session.number, holder);
            return is_first;
        };
        let found = node.shares.iter_mut().find(|share| *share.name == *name);
        let members = match found {
            Some(share) => &mut share.members,
            None => {
                node.shares.push(Share {
                    name: name.into(),
                    members: Vec::new(),
                });
                let Some(share) = node.shares.last_mut() else {
                    return false;
                };
                &mut share.members
            }
        };
        match members
            .iter_mut()
            .find(|member| member.session.number == holder.session.number)
        {
            Some(member) => *member = holder,
            None => members.push(holder),
        }
        is_first
    }

    /// Removes a subscription, if it is there. Returns whether it was the last one of its filter.
    pub(crate) fn remove(&mut self, levels: &str, share: Option<&str>, number: u32) -> bool {
        self.remove_below(Some(levels), share, number)
    }

    fn remove_below(&mut self, levels: Option<&str>, share: Option<&str>, number: u32) -> bool {
        let Some(levels) = levels else {
            let was_held = self.is_held();
            self.remove_here(share, number);
            return was_held && !self.is_held();
        };
        let (level, rest) = split_level(levels);
        let Some(next) = self.levels.get_mut(level) else {
            return false;
        };
        let was_last = next.remove_below(rest, share, number);
        if next.is_empty() {
            self.levels.remove(level);
        }
        was_last
    }

    fn remove_here(&mut self, share: Option<&str>, number: u32) {
        match share {
            None => {
                self.plain.remove(&number);
            }
            Some(name) => {
                for share in self.shares.iter_mut().filter(|share| *share.name == *name) {
                    share
                        .members
                        .retain(|member| member.session.number != number);
                }
                self.shares.retain(|share| !share.members.is_empty());
            }
        }
        if !self.is_held_by(number) {
            self.online.remove(number);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.levels.is_empty() && !self.is_held()
    }

    fn is_held(&self) -> bool {
        !self.plain.is_empty() || !self.shares.is_empty()
    }

    fn is_held_by(&self, number: u32) -> bool {
        self.plain.contains_key(&number)
            || self
                .shares
                .iter()
                .flat_map(|share| &share.members)
                .any(|member| member.session.number == number)
    }

    /// Counts a holder of a filter as online, or not any more.
    pub(crate) fn set_online(&mut self, levels: &str, number: u32, is_online: bool) {
        let mut node = self;
        for level in levels.split('/') {
            let Some(next) = node.levels.get_mut(level) else {
                return;
            };
            node = next;
        }
        if is_online {
            node.online.insert(number);
        } else {
            node.online.remove(number);
        }
    }

    /// Appends those who get a message: each session once for its plain subscriptions, and one member of each share, unless other
    /// nodes may have members.
    ///
    /// `publisher` is the key of the session that sent it, for subscriptions that do not want their own messages.
    pub(crate) fn route(
        &self,
        topic: &str,
        (publisher, has_others): (u64, bool),
        targets: &mut Vec<Target>,
    ) {
        let mut nodes = Vec::new();
        self.collect_matching(Some(topic), &mut nodes);
        let mut of_plain = 0;
        for node in &nodes {
            let wanted = node
                .plain
                .values()
                .filter(|holder| !(holder.options.no_local && holder.session.key == publisher));
            let before = targets.len();
            targets.extend(wanted.map(Target::new));
            of_plain += usize::from(targets.len() > before);
        }
        if of_plain > 1 {
            merge_by_session(targets);
        }
        if has_others {
            return;
        }
        let shares = nodes.iter().flat_map(|node| &node.shares);
        targets.extend(shares.filter_map(|share| share.choose()).map(Target::new));
    }

    /// Appends the nodes of the filters that match a topic exactly as it is written.
    fn collect_matching<'a>(&'a self, topic: Option<&str>, nodes: &mut Vec<&'a Self>) {
        // `a/#` matches `a` too.
        if let Some(all_below) = self.levels.get("#") {
            nodes.push(all_below);
        }
        let Some(topic) = topic else {
            nodes.push(self);
            return;
        };
        let (level, rest) = split_level(topic);
        for name in [level, "+"] {
            if let Some(next) = self.levels.get(name) {
                next.collect_matching(rest, nodes);
            }
        }
    }

    /// Returns how many sessions that are online hold exactly this filter, shared or not.
    pub(crate) fn online_holding(&self, filter: &str) -> u64 {
        let mut levels = filter.trim_end_matches('/').split('/');
        let mut sets = Vec::new();
        if let Some(node) = levels.try_fold(self, |node, level| {
            node.levels.get(level).map(|next| &**next)
        }) {
            node.collect_ends(&mut sets);
        }
        union(sets)
    }

    /// Returns how many sessions that are online hold a filter that matches a topic; one that holds several counts once.
    pub(crate) fn online_matching(&self, topic: &str) -> u64 {
        let mut sets = Vec::new();
        self.collect_online(Some(topic.trim_end_matches('/')), &mut sets);
        union(sets)
    }

    fn collect_online<'a>(&'a self, topic: Option<&str>, sets: &mut Vec<&'a RoaringBitmap>) {
        if let Some(all_below) = self.levels.get("#") {
            sets.push(&all_below.online);
        }
        let Some(topic) = topic else {
            self.collect_ends(sets);
            return;
        };
        let (level, rest) = split_level(topic);
        for name in [level, "+"] {
            if let Some(next) = self.levels.get(name) {
                next.collect_online(rest, sets);
            }
        }
    }

    /// Appends the holders of the filter that ends here, with slashes at its end or without.
    fn collect_ends<'a>(&'a self, sets: &mut Vec<&'a RoaringBitmap>) {
        let mut end = Some(self);
        while let Some(node) = end {
            sets.push(&node.online);
            end = node.levels.get("").map(|next| &**next);
        }
    }
}

impl Share {
    /// Returns any member that is online; any at all if none is.
    fn choose(&self) -> Option<&Holder> {
        if self.members.is_empty() {
            return None;
        }
        let begin = fastrand::usize(..self.members.len());
        let (before, after) = self.members.split_at(begin);
        after
            .iter()
            .chain(before)
            .find(|member| member.session.is_online())
            .or_else(|| self.members.get(begin))
    }
}

fn merge_by_session(targets: &mut Vec<Target>) {
    targets.sort_unstable_by_key(|target| target.session.number);
    let mut merged: Vec<Target> = Vec::with_capacity(targets.len());
    for target in targets.drain(..) {
        match merged.last_mut() {
            Some(last) if last.session.number == target.session.number => last.merge(target),
            _ => merged.push(target),
        }
    }
    *targets = merged;
}

/// Returns the size of the union of sets.
fn union(sets: Vec<&RoaringBitmap>) -> u64 {
    match sets.as_slice() {
        [one] => one.len(),
        [one, other] => one.union_len(other),
        _ => sets.union().len(),
    }
}
