//! Numbers of the overview over all nodes: asked for about once per second, for all who look at them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::membership::Unanswered;
use crate::nodes::AllNodes;
use crate::question::{InstanceNumbers, KnownNumbers};

/// Age up to which the last numbers are returned again: a little less than the pause between the events of a page, so that
/// its next event has other numbers.
const FRESH: Duration = Duration::from_millis(950);

/// Time that other nodes have to answer, which a page waits for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Age up to which earlier counts of messages are used to compute rates.
const RECENT: Duration = Duration::from_secs(10);

/// Numbers of all instances by their ID.
pub(crate) type AllTotals = HashMap<String, Totals>;

/// Numbers of an instance over all nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) online: u64,
    pub(crate) refused: u64,
    /// Messages received and pushed per second.
    pub(crate) per_second: [f64; 2],
    groups: HashMap<String, u64>,
    /// `true` if a node did not tell of all its groups.
    has_more_groups: bool,
}

impl Totals {
    /// Returns how many clients of a group are online, if that is known.
    pub(crate) fn online_in_group(&self, group_id: &str) -> Option<u64> {
        let none = (!self.has_more_groups).then_some(0);
        self.groups.get(group_id).copied().or(none)
    }
}

/// Numbers over all nodes, as of the last question.
pub(crate) struct Numbers {
    nodes: AllNodes,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    /// Time of the last answer, and what it says.
    answer: Option<(Instant, Result<Arc<AllTotals>, Unanswered>)>,
    messages: Messages,
}

/// Numbers of messages at a time, by node and instance.
#[derive(Default)]
struct Messages {
    time: Option<Instant>,
    counts: HashMap<(String, String), [u64; 2]>,
}

impl Numbers {
    pub(crate) fn of(nodes: AllNodes) -> Self {
        Self {
            nodes,
            last: Mutex::default(),
        }
    }

    /// Returns the numbers of all instances. Whoever comes while others ask waits for their answer.
    ///
    /// # Errors
    ///
    /// [`Unanswered`].
    pub(crate) async fn all(&self) -> Result<Arc<AllTotals>, Unanswered> {
        let mut last = self.last.lock().await;
        if let Some((time, answer)) = &last.answer
            && time.elapsed() < FRESH
        {
            return answer.clone();
        }
        let numbers = self.nodes.numbers(PATIENCE).await;
        let now = Instant::now();
        let answer = numbers.map(|numbers| {
            let totals = totals(&numbers, &last.messages, now);
            last.messages = Messages::of(numbers, now);
            Arc::new(totals)
        });
        last.answer = Some((now, answer.clone()));
        answer
    }
}

impl Messages {
    fn of(numbers: Vec<KnownNumbers>, now: Instant) -> Self {
        let counts = numbers.into_iter().flat_map(|numbers| {
            let node = numbers.node;
            let of = move |one: InstanceNumbers| ((node.clone(), one.instance_id), one.messages);
            numbers.instances.into_iter().map(of)
        });
        Self {
            time: Some(now),
            counts: counts.collect(),
        }
    }
}

/// Adds up what nodes say. Rates are those since the last question, of each node on its own: one that comes or goes changes
/// no rate.
fn totals(numbers: &[KnownNumbers], before: &Messages, now: Instant) -> AllTotals {
    let mut all = AllTotals::new();
    let begin = before
        .time
        .filter(|time| now.saturating_duration_since(*time) < RECENT);
    for KnownNumbers {
        node, instances, ..
    } in numbers
    {
        for one in instances {
            let totals = all.entry(one.instance_id.clone()).or_default();
            totals.online += one.online;
            totals.refused += one.refused;
            let key = (node.clone(), one.instance_id.clone());
            let rates = match (begin, before.counts.get(&key)) {
                (Some(begin), Some(before)) => {
                    let seconds = now.saturating_duration_since(begin).as_secs_f64();
                    let rate = |(now, before): (u64, u64)| {
                        (now.saturating_sub(before) as f64 / seconds).round()
                    };
                    let [received, pushed] = one.messages;
                    [rate((received, before[0])), rate((pushed, before[1]))]
                }
                _ => one.per_second,
            };
            for (total, rate) in totals.per_second.iter_mut().zip(rates) {
                *total += rate;
            }
            for (group_id, online) in &one.groups {
                *totals.groups.entry(group_id.clone()).or_default() += online;
            }
        }
    }
    for numbers in numbers.iter().filter(|numbers| numbers.has_more_groups) {
        for one in &numbers.instances {
            let told: HashSet<&String> = one.groups.iter().map(|(group_id, _)| group_id).collect();
            if let Some(totals) = all.get_mut(&one.instance_id) {
                totals.groups.retain(|group_id, _| told.contains(group_id));
                totals.has_more_groups = true;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(
        name: &str,
        received: u64,
        groups: &[(&str, u64)],
        has_more_groups: bool,
    ) -> KnownNumbers {
        let groups = groups
            .iter()
            .map(|(group_id, online)| ((*group_id).to_owned(), *online));
        KnownNumbers {
            node: name.to_owned(),
            instances: vec![InstanceNumbers {
                instance_id: "one".to_owned(),
                online: groups.clone().map(|(_, online)| online).sum(),
                refused: 1,
                messages: [received, 0],
                per_second: [5.0, 0.25],
                groups: groups.collect(),
            }],
            has_more_groups,
        }
    }

    #[test]
    fn a_node_that_comes_or_goes_changes_no_rate() {
        let begin = Instant::now();
        let after = |seconds| begin + Duration::from_secs(seconds);
        let rates = |nodes: Vec<KnownNumbers>, before: &mut Messages, seconds| {
            let per_second = totals(&nodes, before, after(seconds))["one"].per_second;
            *before = Messages::of(nodes, after(seconds));
            per_second
        };
        let before = &mut Messages::default();
        let a = |received| node("a", received, &[], false);
        let b = |received| node("b", received, &[], false);
        assert_eq!(
            rates(vec![a(1000)], before, 0),
            [5.0, 0.25],
            "as it says itself"
        );
        assert_eq!(rates(vec![a(1020)], before, 2), [10.0, 0.0]);
        assert_eq!(rates(vec![a(1030), b(9000)], before, 3), [15.0, 0.25]);
        assert_eq!(rates(vec![a(1030), b(9002)], before, 4), [2.0, 0.0]);
        assert_eq!(rates(vec![a(1031)], before, 5), [1.0, 0.0]);
        assert_eq!(rates(vec![a(1)], before, 6), [0.0, 0.0], "it has restarted");
        assert_eq!(
            rates(vec![a(9)], before, 60),
            [5.0, 0.25],
            "that is long ago"
        );
    }

    #[test]
    fn a_group_that_a_node_may_have_left_out_is_unknown() {
        let totals = |has_more| {
            let nodes = [
                node("a", 0, &[("x", 3), ("y", 1)], has_more),
                node("b", 0, &[("x", 2), ("z", 1)], false),
            ];
            totals(&nodes, &Messages::default(), Instant::now())["one"].clone()
        };
        let online = |totals: &Totals| ["x", "y", "z", "w"].map(|id| totals.online_in_group(id));
        let all = totals(false);
        assert_eq!((all.online, all.refused), (7, 2));
        assert_eq!(online(&all), [Some(5), Some(1), Some(1), Some(0)]);
        assert_eq!(online(&totals(true)), [Some(5), Some(1), None, None]);
    }
}
