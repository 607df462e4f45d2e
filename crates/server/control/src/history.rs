//! Budget of the rows that count sub topics apart, so that devices cannot fill the disk with them.

use std::collections::HashMap;

use parking_lot::Mutex;

/// Rows per instance and day.
pub(crate) struct HistoryBudget {
    rows: usize,
    used: Mutex<HashMap<String, Used>>,
}

#[derive(Default)]
struct Used {
    day: i64,
    rows: usize,
}

impl HistoryBudget {
    /// Creates a budget of `rows` per instance and day.
    pub(crate) fn new(rows: usize) -> Self {
        Self {
            rows,
            used: Mutex::default(),
        }
    }

    /// Takes a row of an instance on a day. Returns `false` if none is left.
    ///
    /// The first row that is refused on a day is reported in the log.
    pub(crate) fn take(&self, instance_id: &str, day: i64) -> bool {
        let mut used = self.used.lock();
        let used = match used.get_mut(instance_id) {
            Some(used) => used,
            None => used.entry(instance_id.to_owned()).or_default(),
        };
        if used.day != day {
            *used = Used { day, rows: 0 };
        }
        if used.rows == self.rows {
            tracing::warn!(
                instance = instance_id,
                rows = self.rows,
                "too many sub topics today: until midnight in UTC+8, further ones count only for \
                 their parent topic; raise `limits.history_rows` if the disk has room"
            );
        }
        used.rows = used.rows.saturating_add(1);
        used.rows <= self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_instance_has_its_rows_on_each_day() {
        let budget = HistoryBudget::new(2);
        let taken = |instance, day| budget.take(instance, day);
        assert!(taken("a", 1) && taken("a", 1));
        assert!(!taken("a", 1) && !taken("a", 1));
        assert!(taken("b", 1));
        assert!(taken("a", 2) && taken("a", 2) && !taken("a", 2));
    }
}
