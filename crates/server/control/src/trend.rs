//! Charts of more than a day, for the console: the same values as of the actions, in few points.

use std::collections::{BTreeMap, BTreeSet};

use ons_mqtt_console::{Split, Trend, TrendPoint, Unread};
use ons_mqtt_models::{QueryHistoryOnlineRequest, QueryMsgTransTrendRequest};
use ons_mqtt_store::{self as store, OnlineQuery, PartOfSlice, Slice};

use crate::charts;
use crate::period::{Period, day, floor};
use crate::service::has_topic;
use crate::status::{ServiceStatus, no_answer, unread};

const HOUR: i64 = 60 * 60 * 1000;

/// Lengths of time that a point may show, in seconds. Those within an hour divide it, as slices of the store do. All but the last
/// divide the eight hours between UTC and UTC+8, so no point belongs to two days.
const STEPS: [i64; 16] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 86_400,
];

/// Intervals that one query reads: a month of minutes in one, and never so many that the database takes too long.
const AT_ONCE: i64 = 50_000;

impl ServiceStatus {
    /// Returns the messages of a topic of an access key.
    ///
    /// # Errors
    ///
    /// [`Unread`].
    pub(crate) async fn message_trend(
        &self,
        access_key_id: &str,
        request: &QueryMsgTransTrendRequest,
        split: Split,
        most: usize,
    ) -> Result<Trend, Unread> {
        let owned = request.instance_id.as_deref();
        let owned = owned.and_then(|id| self.owned(access_key_id, id));
        let Some((instance, _)) = owned.filter(|(it, _)| has_topic(it, &request.parent_topic))
        else {
            return Ok(Trend::default());
        };
        let last = self.finished().await?;
        let (begin, end) = (request.begin_time, request.end_time);
        let period = Period::of_days(begin, end, last, self.interval);
        let (split, parts) = match split {
            Split::None => (store::Split::None, 1),
            Split::Qos => (store::Split::Qos, 3),
            Split::Mode => (store::Split::Kind, 2),
        };
        let mut summary = Summary::of(period, most, parts);
        for period in queries(period) {
            let query = charts::message_query(&instance, request, period);
            let slices = self
                .store
                .messages_in_slices(&query, split, summary.step.min(HOUR));
            for slice in slices.await.map_err(|error| unread(&error))? {
                summary.add(&slice);
            }
        }
        Ok(summary.trend(charts::divisor(&request.tps_type, self.interval)))
    }

    /// Returns the devices online of a group of an access key.
    ///
    /// # Errors
    ///
    /// [`Unread`].
    pub(crate) async fn online_trend(
        &self,
        access_key_id: &str,
        request: &QueryHistoryOnlineRequest,
        most: usize,
    ) -> Result<Trend, Unread> {
        let owned = request.instance_id.as_deref();
        let owned = owned.and_then(|id| self.owned_group(access_key_id, id, &request.group_id));
        let Some(group) = owned else {
            return Ok(Trend::default());
        };
        // The sample at the end of the last interval is the first one of the current interval.
        let last = self.finished().await? + self.interval;
        let (begin, end) = (request.begin_time, request.end_time);
        let period = Period::of_days(begin, end, last, self.interval);
        let mut summary = Summary::of(period, most, 1);
        for period in queries(period) {
            let query = OnlineQuery {
                instance_id: group.instance_id.clone(),
                group_id: group.group_id.clone(),
                begin: period.begin,
                end: period.end,
            };
            let samples = self.store.online_in_slices(&query, summary.step.min(HOUR));
            for sample in samples.await.map_err(|error| unread(&error))? {
                let largest = sample.count;
                // Nobody adds up samples.
                let part = PartOfSlice { largest, total: 0 };
                summary.add(&Slice {
                    begin: sample.time,
                    largest,
                    parts: vec![part],
                });
            }
        }
        Ok(summary.trend(1.0))
    }

    /// Returns the end of the last interval whose counts all nodes have written.
    async fn finished(&self) -> Result<i64, Unread> {
        let finished = self.nodes.finished().await;
        finished.map_err(|error| Unread::Node(no_answer(error)))
    }
}

/// Returns periods of few enough intervals for a query.
fn queries(period: Period) -> impl Iterator<Item = Period> {
    let length = period.interval.saturating_mul(AT_ONCE);
    let begins = std::iter::successors(Some(period.begin), move |begin| begin.checked_add(length));
    let begins = begins.take_while(move |begin| *begin < period.end);
    begins.map(move |begin| Period {
        begin,
        end: begin.saturating_add(length).min(period.end),
        ..period
    })
}

/// Slices that are summed up to points.
struct Summary {
    period: Period,
    /// Length of time that a point shows.
    step: i64,
    /// Largest values of the parts, by the begin of their point.
    points: BTreeMap<i64, Vec<i64>>,
    totals: Vec<i64>,
    largest: i64,
}

impl Summary {
    fn of(period: Period, most: usize, parts: usize) -> Self {
        Self {
            step: step(period, most),
            period,
            points: BTreeMap::new(),
            totals: vec![0; parts],
            largest: 0,
        }
    }

    fn add(&mut self, slice: &Slice) {
        let point = self.points.entry(floor(slice.begin, self.step));
        let point = point.or_insert_with(|| vec![0; self.totals.len()]);
        for (number, part) in slice.parts.iter().enumerate().take(point.len()) {
            point[number] = point[number].max(part.largest);
            self.totals[number] = self.totals[number].saturating_add(part.total);
        }
        self.largest = self.largest.max(slice.largest);
    }

    /// Returns the trend of values that are divided. Points without a value are 0 on days that have one.
    fn trend(mut self, divisor: f64) -> Trend {
        let days: BTreeSet<i64> = self.points.keys().map(|begin| day(*begin)).collect();
        let Period {
            begin,
            end,
            interval,
        } = self.period;
        let mut at = floor(begin, self.step);
        while at < end {
            if days.contains(&day(at)) {
                let point = self.points.entry(at);
                point.or_insert_with(|| vec![0; self.totals.len()]);
            }
            at += self.step;
        }
        let divided = |value: i64| value as f64 / divisor;
        let points = self.points.into_iter().map(|(at, values)| TrendPoint {
            time: floor(at.max(begin) + interval - 1, interval),
            values: values.into_iter().map(divided).collect(),
        });
        Trend {
            step: self.step,
            // The last point may lie behind the last interval.
            points: points.filter(|point| point.time < end).collect(),
            totals: self.totals.into_iter().map(divided).collect(),
            largest: divided(self.largest),
        }
    }
}

/// Returns the shortest length of time of which the period touches at most so many.
fn step(period: Period, most: usize) -> i64 {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut steps = STEPS.into_iter().map(|seconds| seconds * 1000);
    let last = steps.next_back().unwrap_or(period.interval);
    let is_enough = |step: &i64| {
        let touched = floor(period.end - 1, *step) - floor(period.begin, *step);
        *step >= period.interval && touched / step < most
    };
    steps.find(is_enough).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const DAY: i64 = 24 * HOUR;
    /// 2020-05-18T00:00:00+08:00
    const BEGIN: i64 = 1_589_731_200_000;

    fn period(begin: i64, end: i64, interval: i64) -> Period {
        Period {
            begin,
            end,
            interval,
        }
    }

    fn slice(begin: i64, largest: i64, total: i64) -> Slice {
        Slice {
            begin,
            largest,
            parts: vec![PartOfSlice { largest, total }],
        }
    }

    #[test]
    fn steps_are_as_short_as_the_number_of_points_allows() {
        for (length, interval, most, expected) in [
            (HOUR, MINUTE, 361, MINUTE),
            (DAY, MINUTE, 361, 5 * MINUTE),
            (30 * DAY, MINUTE, 361, 2 * HOUR),
            (30 * DAY + MINUTE, MINUTE, 361, 2 * HOUR),
            (31 * DAY, MINUTE, 361, 4 * HOUR),
            (HOUR, 90_000, 361, 2 * MINUTE),
            (30 * DAY, DAY, 361, DAY),
            (400 * DAY, MINUTE, 361, DAY),
        ] {
            for begin in [BEGIN, BEGIN + 119 * MINUTE] {
                let found = step(period(begin, begin + length, interval), most);
                assert_eq!(found, expected, "{length} {interval}");
            }
        }
    }

    #[test]
    fn all_steps_but_the_last_fit_into_hours_and_days() {
        for seconds in &STEPS[..STEPS.len() - 1] {
            assert!(3600 % seconds == 0 || seconds % 3600 == 0, "{seconds}");
            assert_eq!(8 * 3600 % seconds, 0, "{seconds}");
        }
    }

    #[test]
    fn a_long_period_takes_several_queries() {
        let begin = BEGIN;
        let end = BEGIN + 120_000 * MINUTE;
        let parts: Vec<_> = queries(period(begin, end, MINUTE)).collect();
        assert_eq!(parts.len(), 3);
        assert_eq!((parts[0].begin, parts[2].end), (begin, end));
        assert!(parts.windows(2).all(|two| two[0].end == two[1].begin));
        assert_eq!(queries(period(begin, begin, MINUTE)).count(), 0);
    }

    #[test]
    fn points_are_zero_on_days_with_a_value_and_missing_on_others() {
        let mut summary = Summary::of(period(BEGIN + HOUR, BEGIN + 3 * DAY, MINUTE), 19, 1);
        assert_eq!(summary.step, 4 * HOUR);
        for slice in [
            slice(BEGIN + HOUR, 3, 9),
            slice(BEGIN + 2 * HOUR, 5, 6),
            slice(BEGIN + 2 * DAY + 5 * HOUR, 7, 7),
        ] {
            summary.add(&slice);
        }
        let trend = summary.trend(2.0);
        assert_eq!((trend.largest, &*trend.totals), (3.5, &[11.0][..]));
        let points = trend.points.iter();
        let points: Vec<_> = points.map(|it| (it.time - BEGIN, it.values[0])).collect();
        let hours = |at: &[i64]| at.iter().map(|at| at * HOUR).collect::<Vec<_>>();
        let times: Vec<_> = points.iter().map(|(time, _)| *time).collect();
        assert_eq!(times, hours(&[1, 4, 8, 12, 16, 20, 48, 52, 56, 60, 64, 68]));
        let other_than_zero: Vec<_> = points.iter().filter(|(_, value)| *value > 0.0).collect();
        assert_eq!(other_than_zero, [&(HOUR, 2.5), &(52 * HOUR, 3.5)]);
    }
}
