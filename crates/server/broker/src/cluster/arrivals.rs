//! Messages of other nodes: put back into their order, and each once.
//!
//! A message comes once for each subscription of this node that it matches, and each subscription has a queue of its own. NATS
//! fills the queues in the order in which a node sent its messages.

use std::collections::HashMap;
use std::sync::Arc;

/// Sequence numbers that are remembered of each sender, so that a copy is known again.
const WINDOW: u64 = 16_384;

/// A node in one of its lives, and one of its rows of sequence numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Sender {
    pub(crate) node: Arc<str>,
    pub(crate) epoch: u64,
    /// `true` for messages to single clients, which have numbers of their own.
    pub(crate) is_direct: bool,
}

/// Restores the order of messages, and drops copies.
#[derive(Debug)]
pub(crate) struct Arrivals<T> {
    /// Messages that are not in their place yet.
    held: Vec<((Sender, u64), T)>,
    seen: HashMap<Sender, Seen>,
}

impl<T> Default for Arrivals<T> {
    fn default() -> Self {
        Self {
            held: Vec::new(),
            seen: HashMap::new(),
        }
    }
}

impl<T> Arrivals<T> {
    /// Takes the messages that two looks into all queues found, one after the other. The second look has to take all that is
    /// in a queue when it comes to it.
    ///
    /// Messages sent before one of the first look are there by the second look. So up to the last message of the first look
    /// nothing is missing. The rest waits for the next call.
    pub(crate) fn take(
        &mut self,
        first: impl IntoIterator<Item = ((Sender, u64), T)>,
        second: impl IntoIterator<Item = ((Sender, u64), T)>,
    ) -> Vec<(Sender, T)> {
        let mut ready = std::mem::take(&mut self.held);
        ready.extend(first);
        let mut last: HashMap<Sender, u64> = HashMap::new();
        for ((sender, number), _) in &ready {
            let last = last.entry(sender.clone()).or_default();
            *last = (*last).max(*number);
        }
        for message in second {
            let (sender, number) = &message.0;
            if last.get(sender).is_some_and(|last| number <= last) {
                ready.push(message);
            } else {
                self.held.push(message);
            }
        }
        ready.sort_by(|(one, _), (other, _)| one.cmp(other));
        ready.retain(|((sender, number), _)| match self.seen.get_mut(sender) {
            Some(seen) => seen.insert(*number),
            None => self.seen.entry(sender.clone()).or_default().insert(*number),
        });
        let ready = ready.into_iter();
        ready
            .map(|((sender, _), message)| (sender, message))
            .collect()
    }

    /// Returns whether messages wait for the next look.
    pub(crate) fn has_rest(&self) -> bool {
        !self.held.is_empty()
    }

    /// Forgets senders that send nothing any more.
    pub(crate) fn forget(&mut self, is_over: impl Fn(&Sender) -> bool) {
        self.seen.retain(|sender, _| !is_over(sender));
    }
}

/// The last sequence numbers of a sender.
#[derive(Debug)]
struct Seen {
    /// All below are taken for seen.
    end: u64,
    bits: Box<[u64]>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            end: 0,
            bits: vec![0; usize::try_from(WINDOW / 64).unwrap_or(1)].into(),
        }
    }
}

impl Seen {
    /// Remembers a number. Returns `false` if it was there, or is so old that nobody knows.
    fn insert(&mut self, number: u64) -> bool {
        if number >= self.end {
            let passed = (number - self.end).min(WINDOW);
            for between in number - passed..=number {
                self.set(between, false);
            }
            self.end = number + 1;
        } else if number + WINDOW < self.end || self.is_set(number) {
            return false;
        }
        self.set(number, true);
        true
    }

    fn is_set(&self, number: u64) -> bool {
        let (at, bit) = Self::place(number);
        self.bits[at] & bit != 0
    }

    fn set(&mut self, number: u64, is_set: bool) {
        let (at, bit) = Self::place(number);
        if is_set {
            self.bits[at] |= bit;
        } else {
            self.bits[at] &= !bit;
        }
    }

    fn place(number: u64) -> (usize, u64) {
        let number = number % WINDOW;
        (
            usize::try_from(number / 64).unwrap_or(0),
            1 << (number % 64),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    fn sender(node: &str) -> Sender {
        Sender {
            node: node.into(),
            epoch: 1,
            is_direct: false,
        }
    }

    /// A message for some queues, by the bits of a number, or a look into one of them.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        Message { node: usize, queues: u8 },
        Look,
    }

    const QUEUES: usize = 4;
    const NODES: [&str; 2] = ["a", "b"];

    proptest! {
        /// Queues are looked into one after the other while messages come in between.
        #[test]
        fn messages_come_once_and_in_the_order_of_their_sender(
            steps in prop::collection::vec(prop_oneof![
                1 => (0..2_usize, 1..16_u8).prop_map(|(node, queues)| Step::Message { node, queues }),
                2 => Just(Step::Look),
            ], 0..200)
        ) {
            let mut queues: [VecDeque<((Sender, u64), u64)>; QUEUES] = Default::default();
            let mut arrivals = Arrivals::default();
            let mut sent = [0; 2];
            let mut came: [Vec<u64>; 2] = Default::default();
            let mut looks = 0;
            let mut found: [Vec<_>; 2] = Default::default();
            // At the end, everything is looked at until nothing is left.
            let end = std::iter::repeat_n(Step::Look, 6 * QUEUES);
            for step in steps.into_iter().chain(end) {
                match step {
                    Step::Message { node, queues: chosen } => {
                        for (at, queue) in queues.iter_mut().enumerate() {
                            if chosen >> at & 1 == 1 {
                                queue.push_back(((sender(NODES[node]), sent[node]), sent[node]));
                            }
                        }
                        sent[node] += 1;
                    }
                    Step::Look => {
                        found[looks / QUEUES].extend(queues[looks % QUEUES].drain(..));
                        looks += 1;
                        if looks == 2 * QUEUES {
                            looks = 0;
                            let [first, second] = std::mem::take(&mut found);
                            for (sender, message) in arrivals.take(first, second) {
                                let node = usize::from(*sender.node == *NODES[1]);
                                came[node].push(message);
                            }
                        }
                    }
                }
            }
            for node in 0..2 {
                prop_assert_eq!(&came[node], &(0..sent[node]).collect::<Vec<_>>());
            }
        }

        #[test]
        fn a_number_is_new_once(numbers in prop::collection::vec(0..3 * WINDOW, 0..300)) {
            let mut seen = Seen::default();
            let mut known = std::collections::HashSet::new();
            let mut greatest = 0;
            for number in numbers {
                let is_old = number + WINDOW < greatest + 1;
                prop_assert_eq!(seen.insert(number), !is_old && known.insert(number));
                greatest = greatest.max(number);
            }
        }
    }

    #[test]
    fn what_is_sent_again_after_a_lost_connection_comes_once() {
        let mut arrivals = Arrivals::default();
        let message = |number| ((sender("a"), number), number);
        let take = |arrivals: &mut Arrivals<u64>, numbers: &[u64]| -> Vec<u64> {
            let first = numbers.iter().copied().map(message);
            let taken = arrivals.take(first, []);
            taken.into_iter().map(|(_, number)| number).collect()
        };
        assert_eq!(take(&mut arrivals, &[5, 6]), [5, 6]);
        // 7 got lost with the connection, and all three are sent again.
        assert_eq!(take(&mut arrivals, &[5, 6, 7]), [7]);
        assert_eq!(take(&mut arrivals, &[9]), [9]);
        // Late, but better than never.
        assert_eq!(take(&mut arrivals, &[8]), [8]);
        let mut next_life = message(0);
        next_life.0.0.epoch = 2;
        assert_eq!(arrivals.take([next_life], []).len(), 1);
    }
}
