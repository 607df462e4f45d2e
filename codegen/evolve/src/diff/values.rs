//! Comparison of the values that a field accepts, and of their meaning.

use codegen_spec::{Field, ListStyle};

use super::form::{Form, form};
use super::kind::ChangeKind;
use super::location::Location;
use super::walk::Walk;

impl Walk<'_> {
    /// Compares the conditions under which an optional parameter must be sent.
    pub(super) fn condition(&mut self, location: &Location, old: &Field, new: &Field) {
        let name = &new.name;
        match (&old.required_when, &new.required_when) {
            (None, Some(when)) => {
                let sentence = format!("`{name}` must now be sent when {}.", when.for_code());
                self.changed(location, ChangeKind::ConditionAdded, sentence);
            }
            (Some(when), None) => {
                let when = when.for_code();
                let sentence = format!("`{name}` need not be sent anymore when {when}.");
                self.changed(location, ChangeKind::ConditionRemoved, sentence);
            }
            (old, new) => self.optional_text(location, old.as_ref(), new.as_ref()),
        }
    }

    /// Compares the defaults.
    pub(super) fn default(&mut self, location: &Location, old: &Field, new: &Field) {
        let name = &new.name;
        match (&old.default, &new.default) {
            (None, Some(value)) => {
                let sentence = format!("`{name}` now defaults to `{value}`.");
                self.changed(location, ChangeKind::DefaultAdded, sentence);
            }
            (Some(value), None) => {
                let sentence = format!("`{name}` does not default to `{value}` anymore.");
                self.changed(location, ChangeKind::DefaultRemoved, sentence);
            }
            (Some(old), Some(new)) => {
                self.value(
                    location,
                    ChangeKind::DefaultChanged,
                    "The default",
                    (old, new),
                );
            }
            (None, None) => {}
        }
    }

    /// Compares the units of a number.
    pub(super) fn unit(&mut self, location: &Location, old: &Field, new: &Field) {
        if old.unit == new.unit {
            return;
        }
        let name = &new.name;
        let (kind, sentence) = match (old.unit, new.unit) {
            (None, _) => (
                ChangeKind::UnitAdded,
                format!("The unit of `{name}` is now stated."),
            ),
            (Some(_), None) => (
                ChangeKind::UnitChanged,
                format!("The unit of `{name}` is removed."),
            ),
            (Some(_), Some(_)) => (
                ChangeKind::UnitChanged,
                format!("The unit of `{name}` changes."),
            ),
        };
        self.changed(location, kind, sentence);
    }

    /// Compares the limits on values.
    pub(super) fn bounds(&mut self, location: &Location, old: &Field, new: &Field) {
        if old.pattern != new.pattern {
            let kind = match new.pattern {
                Some(_) => ChangeKind::Tightened,
                None => ChangeKind::Loosened,
            };
            let patterns = (&shown(&old.pattern), &shown(&new.pattern));
            self.value(&location.key("pattern"), kind, "The pattern", patterns);
        }
        // If the type changed too, that change already covers this key.
        let is_same_type = form(self, &old.type_, &new.type_, false) == Form::Same;
        if old.accepts_unknown != new.accepts_unknown && is_same_type {
            let (kind, are) = if new.accepts_unknown {
                (ChangeKind::Loosened, "accepted")
            } else {
                (ChangeKind::Tightened, "rejected")
            };
            let sentence = format!("Values unknown to the enum are now {are}.");
            self.changed(&location.key("accepts_unknown"), kind, sentence);
        }
        let wide = |bound: Option<u32>| bound.map(i64::from);
        let least = [
            (
                "min_length",
                "length",
                wide(old.min_length),
                wide(new.min_length),
            ),
            ("minimum", "value", old.minimum, new.minimum),
        ];
        for (key, what, old, new) in least {
            // `None` is less than any bound.
            self.bound(
                &location.key(key),
                &format!("The minimum {what}"),
                (old, new),
                new > old,
            );
        }
        let greatest = [
            (
                "max_length",
                "length",
                wide(old.max_length),
                wide(new.max_length),
            ),
            ("maximum", "value", old.maximum, new.maximum),
            (
                "max_items",
                "number of items",
                wide(old.max_items),
                wide(new.max_items),
            ),
        ];
        for (key, what, old, new) in greatest {
            let is_tighter = match (old, new) {
                (Some(old), Some(new)) => new < old,
                (_, new) => new.is_some(),
            };
            let what = format!("The maximum {what}");
            self.bound(&location.key(key), &what, (old, new), is_tighter);
        }
    }

    fn bound(
        &mut self,
        location: &Location,
        what: &str,
        (old, new): (Option<i64>, Option<i64>),
        is_tighter: bool,
    ) {
        let kind = if is_tighter {
            ChangeKind::Tightened
        } else {
            ChangeKind::Loosened
        };
        self.value(location, kind, what, (&shown(&old), &shown(&new)));
    }

    /// Compares the encodings of a list.
    pub(super) fn style(
        &mut self,
        location: &Location,
        old: Option<ListStyle>,
        new: Option<ListStyle>,
    ) {
        let meant = |style: Option<ListStyle>| style.unwrap_or(ListStyle::Repeat);
        if meant(old) != meant(new) {
            let form = match meant(new) {
                ListStyle::Repeat => "`Name.1=a&Name.2=b`",
                ListStyle::Json => "JSON",
                ListStyle::Simple => "`Name=a,b`",
            };
            let sentence = format!("The list is now encoded as {form}.");
            self.changed(location, ChangeKind::StyleChanged, sentence);
        } else if old != new {
            let sentence = "The encoding is `repeat`, whether stated or not.".to_owned();
            self.changed(location, ChangeKind::Rewritten, sentence);
        }
    }
}

/// Formats an optional value for readers.
pub(super) fn shown<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map_or("none".to_owned(), T::to_string)
}
