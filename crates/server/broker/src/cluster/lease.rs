//! Leases: which nodes are alive, and since when this one is.
//!
//! All leases are in one record, which every node changes by compare-and-set. A node counts its own entry up each second. If
//! it does not for [`LEASE`], another node revokes the lease, and the node itself stops no later than that: it measures from
//! the moment before it wrote, the others from the moment after they read.

use std::collections::{BTreeMap, HashMap};

/// Milliseconds by a clock that nobody sets.
pub(crate) type Time = i64;

/// Time without a sign of life after which a node is over.
///
/// NATS takes up to seven seconds to choose another leader for the record, and no node can write it meanwhile.
pub(crate) const LEASE: Time = 10_000;

/// Most names of nodes in the record, which each node writes each second.
pub(crate) const MAX_NODES: usize = 256;
/// Milliseconds for which a node that is over is remembered at least.
const REMEMBERED: i64 = 7 * 24 * 3_600_000;
/// The same while there are more names than [`MANY_NODES`].
const REMEMBERED_OF_MANY: i64 = 3_600_000;
const MANY_NODES: usize = 64;

/// All nodes: those that are alive, and those that are over and not forgotten yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roster(BTreeMap<Box<str>, Entry>);

/// A node in its last life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Number of its life: each is greater than the one before.
    pub(crate) epoch: u64,
    pub(crate) beats: u64,
    pub(crate) state: NodeState,
    /// Unix time in ms of its last sign of life, by its own clock.
    pub(crate) seen: i64,
}

/// State of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeState {
    Live,
    /// It has stopped. Other nodes may adopt its sessions at once.
    Left,
    /// Another node has revoked its lease.
    Expired,
}

impl NodeState {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Left => "left",
            Self::Expired => "expired",
        }
    }
}

impl Roster {
    /// Reads a record: a line per node with its name, epoch, beats, state and time.
    pub(crate) fn read(record: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(record).ok()?;
        text.lines()
            .map(read_entry)
            .collect::<Option<_>>()
            .map(Self)
    }

    pub(crate) fn write(&self) -> String {
        let lines = self.0.iter().map(|(name, entry)| {
            let Entry {
                epoch, beats, seen, ..
            } = entry;
            let state = entry.state.text();
            format!("{name} {epoch} {beats} {state} {seen}\n")
        });
        lines.collect()
    }

    /// Returns whether a life of a node is over. Once it is, it stays so, so an old record is never wrong about it.
    pub(crate) fn is_over(&self, node: &str, epoch: u64) -> bool {
        self.0.get(node).is_some_and(|entry| {
            entry.epoch > epoch || entry.epoch == epoch && entry.state != NodeState::Live
        })
    }

    /// Returns the nodes that are alive.
    pub(crate) fn live(&self) -> impl Iterator<Item = &str> {
        let live = self
            .0
            .iter()
            .filter(|(_, entry)| entry.state == NodeState::Live);
        live.map(|(name, _)| &**name)
    }

    /// Returns the nodes that have been over for long, each with the number of its last life.
    pub(crate) fn outdated(&self, unix: i64) -> Vec<(Box<str>, u64)> {
        let remembered = if self.0.len() > MANY_NODES {
            REMEMBERED_OF_MANY
        } else {
            REMEMBERED
        };
        let outdated = self.0.iter().filter(|(_, entry)| {
            entry.state != NodeState::Live && unix.saturating_sub(entry.seen) > remembered
        });
        outdated
            .map(|(name, entry)| (name.clone(), entry.epoch))
            .collect()
    }

    /// Returns all nodes, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, Entry)> {
        self.0.iter().map(|(name, entry)| (&**name, *entry))
    }

    /// Returns the last sign of life of a node, Unix time in ms.
    pub(crate) fn seen(&self, node: &str) -> Option<i64> {
        self.0.get(node).map(|entry| entry.seen)
    }

    /// Returns whether a node ended between an earlier record and this one. One that has left may not have been able to give all
    /// its clients back.
    pub(crate) fn has_lost_since(&self, earlier: &Self) -> bool {
        earlier.0.iter().any(|(name, before)| {
            before.state == NodeState::Live
                && self.0.get(name).is_none_or(|entry| {
                    entry.epoch > before.epoch || entry.state != NodeState::Live
                })
        })
    }
}

fn read_entry(line: &str) -> Option<(Box<str>, Entry)> {
    let mut words = line.split(' ');
    let name = words.next()?.into();
    let entry = Entry {
        epoch: words.next()?.parse().ok()?,
        beats: words.next()?.parse().ok()?,
        state: match words.next()? {
            "live" => NodeState::Live,
            "left" => NodeState::Left,
            "expired" => NodeState::Expired,
            _ => return None,
        },
        seen: words.next()?.parse().ok()?,
    };
    words.next().is_none().then_some((name, entry))
}

/// The lease of one node, as that node sees it.
#[derive(Debug)]
pub(crate) struct Lease {
    node: Box<str>,
    /// Life of the node, if it has a lease.
    epoch: Option<u64>,
    /// Time at which the lease ends unless it is renewed.
    until: Time,
    /// Epoch and beats of nodes, and when they were first seen.
    heard: HashMap<Box<str>, (u64, u64, Time)>,
    /// Epoch and beats of a live process of the same name when it was first seen.
    namesake: Option<(u64, u64)>,
    /// Nodes of which nothing is left, each with the number of its last life.
    forgettable: Vec<(Box<str>, u64)>,
}

/// Next step of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The record is to be written, if nobody has changed it since it was read.
    Write,
    /// Another process may have the name; it is to be read again in a while.
    Wait,
    /// Another process has the name and is alive.
    InUse,
    /// Another node has revoked the lease.
    Lost,
    /// There are [`MAX_NODES`] other nodes.
    Full,
}

impl Lease {
    pub(crate) fn new(node: &str) -> Self {
        Self {
            node: node.into(),
            epoch: None,
            until: Time::MIN,
            heard: HashMap::new(),
            namesake: None,
            forgettable: Vec::new(),
        }
    }

    /// Returns the life of the node while the lease lasts.
    pub(crate) fn epoch(&self, now: Time) -> Option<u64> {
        self.epoch.filter(|_| now < self.until)
    }

    pub(crate) fn until(&self) -> Time {
        self.until
    }

    /// Changes a record, just read, so that the node is alive in it.
    pub(crate) fn advance(&mut self, roster: &mut Roster, now: Time, unix: i64) -> Step {
        self.listen(roster, now);
        let is_forgettable = |name: &str, epoch: u64| {
            let mut forgettable = self.forgettable.iter();
            forgettable.any(|(other, last)| **other == *name && *last == epoch)
        };
        (roster.0).retain(|name, entry| {
            entry.state == NodeState::Live || !is_forgettable(name, entry.epoch)
        });
        let step = match self.epoch {
            Some(epoch) => self.renew(roster, epoch, unix),
            None => self.acquire(roster, now, unix),
        };
        if step == Step::Write {
            self.revoke(roster, now);
        }
        step
    }

    fn renew(&mut self, roster: &mut Roster, epoch: u64, unix: i64) -> Step {
        match roster.0.get_mut(&self.node) {
            Some(own) if own.epoch == epoch && own.state == NodeState::Live => {
                own.beats += 1;
                own.seen = unix;
                Step::Write
            }
            _ => {
                self.lose();
                Step::Lost
            }
        }
    }

    fn acquire(&mut self, roster: &mut Roster, now: Time, unix: i64) -> Step {
        let earlier = roster.0.get(&self.node).copied();
        if let Some(own) = earlier
            && own.state == NodeState::Live
            && !self.is_silent(&self.node, now)
        {
            let beat = (own.epoch, own.beats);
            let is_still = *self.namesake.get_or_insert(beat) == beat;
            return if is_still { Step::Wait } else { Step::InUse };
        }
        self.namesake = None;
        if earlier.is_none() && roster.0.len() >= MAX_NODES {
            return Step::Full;
        }
        let epoch = earlier.map_or(0, |own| own.epoch + 1);
        let own = Entry {
            // Of the clock, so that it is greater even if the record was lost.
            epoch: epoch.max(u64::try_from(unix).unwrap_or(0)),
            beats: 0,
            state: NodeState::Live,
            seen: unix,
        };
        roster.0.insert(self.node.clone(), own);
        Step::Write
    }

    /// The record of [`Self::advance`] was written. `begun` is a time before it was read.
    pub(crate) fn written(&mut self, roster: &Roster, begun: Time) {
        self.epoch = roster.0.get(&self.node).map(|own| own.epoch);
        self.until = begun + LEASE;
    }

    /// The lease has ended.
    pub(crate) fn lose(&mut self) {
        self.epoch = None;
        self.until = Time::MIN;
    }

    /// Changes a record so that the node has left. Returns `false` if it is not its record any more.
    pub(crate) fn leave(&self, roster: &mut Roster) -> bool {
        match roster.0.get_mut(&self.node) {
            Some(own) if Some(own.epoch) == self.epoch && own.state == NodeState::Live => {
                own.state = NodeState::Left;
                true
            }
            _ => false,
        }
    }

    /// Lets the next record forget nodes, unless they live again.
    pub(crate) fn forget(&mut self, nodes: Vec<(Box<str>, u64)>) {
        self.forgettable = nodes;
    }

    fn listen(&mut self, roster: &Roster, now: Time) {
        self.heard.retain(|name, _| roster.0.contains_key(name));
        for (name, entry) in &roster.0 {
            let beat = (entry.epoch, entry.beats);
            match self.heard.get_mut(name) {
                Some((epoch, beats, _)) if (*epoch, *beats) == beat => {}
                Some(heard) => *heard = (beat.0, beat.1, now),
                None => {
                    self.heard.insert(name.clone(), (beat.0, beat.1, now));
                }
            }
        }
    }

    fn is_silent(&self, node: &str, now: Time) -> bool {
        self.heard
            .get(node)
            .is_some_and(|(_, _, since)| now - since >= LEASE)
    }

    /// Revokes the leases of nodes that are silent.
    fn revoke(&self, roster: &mut Roster, now: Time) {
        for (name, entry) in &mut roster.0 {
            if entry.state == NodeState::Live && *name != self.node && self.is_silent(name, now) {
                entry.state = NodeState::Expired;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Time = 1_000;
    const UNIX: i64 = 1_700_000_000_000;

    /// The record as the table of NATS holds it.
    #[derive(Default)]
    struct Table {
        record: Roster,
        revision: u64,
    }

    /// A process with a lease, its clock apart from that of others, and a write that is on its way.
    struct Process {
        lease: Lease,
        clock: Time,
        writing: Option<(Roster, u64, Time)>,
    }

    impl Process {
        fn new(name: &str, clock: Time) -> Self {
            Self {
                lease: Lease::new(name),
                clock,
                writing: None,
            }
        }

        fn read(&mut self, table: &Table, time: Time) -> Step {
            let now = self.clock + time;
            let mut roster = table.record.clone();
            let step = self.lease.advance(&mut roster, now, UNIX + time);
            self.writing = (step == Step::Write).then_some((roster, table.revision, now));
            step
        }

        /// Returns whether the record was written.
        fn write(&mut self, table: &mut Table) -> bool {
            let Some((roster, revision, begun)) = self.writing.take() else {
                return false;
            };
            if revision != table.revision {
                return false;
            }
            table.record = roster;
            table.revision += 1;
            self.lease.written(&table.record, begun);
            true
        }

        fn step(&mut self, table: &mut Table, time: Time) -> Step {
            let step = self.read(table, time);
            self.write(table);
            step
        }

        fn epoch(&self, time: Time) -> Option<u64> {
            self.lease.epoch(self.clock + time)
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let mut roster = Roster::default();
        for (name, state) in [
            ("a", NodeState::Live),
            ("b", NodeState::Left),
            ("c-1", NodeState::Expired),
        ] {
            let entry = Entry {
                epoch: 7,
                beats: 3,
                state,
                seen: UNIX,
            };
            roster.0.insert(name.into(), entry);
        }
        assert_eq!(Roster::read(roster.write().as_bytes()), Some(roster));
        for wrong in [
            "a 1 2 live",
            "a 1 2 dead 3",
            "a 1 2 live 3 4",
            "a x 2 live 3",
        ] {
            assert_eq!(Roster::read(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(Roster::read(b""), Some(Roster::default()));
    }

    #[test]
    fn a_second_process_of_the_same_name_is_refused() {
        let mut table = Table::default();
        let (mut first, mut second) = (Process::new("a", 0), Process::new("a", 500));
        assert_eq!(first.step(&mut table, 0), Step::Write);
        assert_eq!(second.step(&mut table, 100), Step::Wait);
        assert_eq!(first.step(&mut table, SECOND), Step::Write);
        assert_eq!(second.step(&mut table, SECOND + 100), Step::InUse);
        assert!(first.epoch(SECOND + 100).is_some() && second.epoch(SECOND + 100).is_none());
    }

    #[test]
    fn a_process_follows_one_that_was_killed_when_its_lease_is_over() {
        let mut table = Table::default();
        let (mut first, mut second) = (Process::new("a", 0), Process::new("a", 0));
        first.step(&mut table, 0);
        let epoch = first.epoch(0).unwrap();
        for time in (0..LEASE).step_by(1_000) {
            assert_eq!(second.step(&mut table, 500 + time), Step::Wait);
        }
        assert_eq!(second.step(&mut table, 500 + LEASE), Step::Write);
        assert!(second.epoch(500 + LEASE).unwrap() > epoch);
        assert!(table.record.is_over("a", epoch));
    }

    #[test]
    fn a_process_follows_one_that_left_at_once() {
        let mut table = Table::default();
        let mut first = Process::new("a", 0);
        first.step(&mut table, 0);
        let epoch = first.epoch(0).unwrap();
        assert!(first.lease.leave(&mut table.record));
        let mut second = Process::new("a", 0);
        assert_eq!(second.step(&mut table, 1), Step::Write);
        assert!(second.epoch(1).unwrap() > epoch);
    }

    #[test]
    fn a_node_that_is_silent_is_revoked_and_can_do_nothing_when_it_wakes() {
        let mut table = Table::default();
        let (mut frozen, mut other) = (Process::new("a", 0), Process::new("b", 0));
        frozen.step(&mut table, 0);
        let epoch = frozen.epoch(0).unwrap();
        // It read the record just before it was frozen.
        frozen.read(&table, 500);
        for time in 1..=LEASE / SECOND + 1 {
            let before = table.record.clone();
            other.step(&mut table, time * SECOND);
            let is_revoked = time * SECOND >= LEASE + SECOND;
            assert_eq!(
                table.record.is_over("a", epoch),
                is_revoked,
                "after {time} s"
            );
            assert_eq!(table.record.has_lost_since(&before), is_revoked);
        }
        let woken = LEASE + 2 * SECOND;
        assert!(!frozen.write(&mut table));
        assert_eq!(frozen.epoch(woken), None);
        assert_eq!(frozen.step(&mut table, woken), Step::Lost);
        // It is as good as new.
        assert_eq!(frozen.step(&mut table, woken), Step::Write);
        assert!(frozen.epoch(woken).unwrap() > epoch);
    }

    fn over(epoch: u64, seen: i64) -> Entry {
        Entry {
            epoch,
            beats: 1,
            state: NodeState::Left,
            seen,
        }
    }

    #[test]
    fn a_node_that_is_over_for_long_is_forgotten_unless_it_lives_again() {
        let mut table = Table::default();
        let (mut first, mut second) = (Process::new("a", 0), Process::new("b", 0));
        first.step(&mut table, 0);
        let roster = &mut table.record.0;
        roster.insert("old".into(), over(5, UNIX - REMEMBERED - 1));
        roster.insert("b".into(), over(6, UNIX - REMEMBERED - 1));
        roster.insert("young".into(), over(7, UNIX - REMEMBERED));
        let outdated = table.record.outdated(UNIX);
        assert_eq!(outdated, [("b".into(), 6), ("old".into(), 5)]);
        first.lease.forget(outdated);
        second.step(&mut table, 0);
        let before = table.record.clone();
        first.step(&mut table, SECOND);
        let names: Vec<_> = table.record.all().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "young"]);
        assert!(!table.record.has_lost_since(&before));
        first.step(&mut table, 2 * SECOND);
        assert_eq!(first.lease.heard.len(), 3);
    }

    #[test]
    fn the_number_of_names_is_bounded() {
        let mut table = Table::default();
        for number in 0..MAX_NODES {
            let name = format!("n{number}").into();
            table
                .record
                .0
                .insert(name, over(1, UNIX - REMEMBERED_OF_MANY - 1));
        }
        let mut known = Process::new("n0", 0);
        assert_eq!(known.step(&mut table, 0), Step::Write);
        let mut unknown = Process::new("a", 0);
        assert_eq!(unknown.step(&mut table, 0), Step::Full);
        let outdated = table.record.outdated(UNIX);
        assert_eq!(outdated.len(), MAX_NODES - 1);
        unknown.lease.forget(outdated);
        assert_eq!(unknown.step(&mut table, 0), Step::Write);
        assert_eq!(table.record.all().count(), 2);
    }

    proptest! {
        /// Processes read and write whenever they get to it, with clocks that begin at different times.
        #[test]
        fn a_name_has_one_process_and_nobody_acts_after_its_lease(
            steps in prop::collection::vec((0..5_usize, any::<bool>(), 0..4_000_i64), 0..300),
            clocks in prop::array::uniform5(0..1_000_000_i64),
        ) {
            let names = ["a", "a", "b", "b", "c"];
            let mut processes: Vec<_> = names.iter().zip(clocks).map(|(name, clock)| Process::new(name, clock)).collect();
            let (mut table, mut time) = (Table::default(), 0);
            for (at, is_read, pause) in steps {
                time += pause / 8;
                if is_read {
                    processes[at].read(&table, time);
                } else {
                    processes[at].write(&mut table);
                }
                let mut acting = std::collections::HashSet::new();
                for (name, process) in names.iter().zip(&processes) {
                    if let Some(epoch) = process.epoch(time) {
                        prop_assert!(acting.insert(*name), "two processes are {}", name);
                        prop_assert!(!table.record.is_over(name, epoch), "{} acts after its lease", name);
                    }
                }
            }
        }
    }
}
