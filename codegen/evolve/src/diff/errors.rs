//! Comparison of error codes.

use std::collections::BTreeMap;

use codegen_spec::names::placeholder;
use codegen_spec::{Action, DispatchErrors, ErrorCode, Origin, Spec};
use pop_rpc::error;

use super::kind::ChangeKind;
use super::location::Location;
use super::pairs::Item;
use super::walk::{Side, Walk, short};

impl Walk<'_> {
    /// Compares the codes for requests that reach no action.
    pub(super) fn dispatch(
        &mut self,
        location: &Location,
        old: &DispatchErrors,
        new: &DispatchErrors,
    ) {
        let any_region = "none";
        for ((key, old), (_, new)) in old.entries().into_iter().zip(new.entries()) {
            let (old, new) = (old.unwrap_or(any_region), new.unwrap_or(any_region));
            let location = location.key(key);
            if old != new && is_same_code(old, new) {
                let sentence = "The placeholder is renamed.".to_owned();
                self.changed(&location, ChangeKind::Rewritten, sentence);
                continue;
            }
            let kind = ChangeKind::DispatchErrorChanged;
            self.value(&location, kind, "The error code", (&old, &new));
        }
    }

    /// Compares the error codes.
    pub(super) fn error_codes(&mut self, location: &Location) {
        let (old, new) = (self.old.spec, self.new.spec);
        let items = |side: &Side<'_>| -> Vec<Item> {
            let names = side
                .names
                .error_codes()
                .into_iter()
                .zip(&side.spec.error_codes);
            names
                .map(|(code, error)| Item::new(&error.code, code))
                .collect()
        };
        let (before, after) = (items(&self.old), items(&self.new));
        for pair in self.paired(location, &before, &after) {
            match pair {
                (Some(at), Some(to)) => {
                    let location = location.pair(&before[at].wire, &after[to].wire);
                    let codes = (&old.error_codes[at], &new.error_codes[to]);
                    self.error_code_names(&location, &before[at], &after[to]);
                    self.error_code(&location, codes.0, codes.1);
                }
                (None, Some(at)) => {
                    let error = &new.error_codes[at];
                    let cause = short(error.cause.for_code());
                    let sentence = format!("Code `{}` is new: {cause}", error.code);
                    let mut codes = old.error_codes.iter();
                    let kind = if codes.any(|code| covers(&code.code, &error.code)) {
                        ChangeKind::ErrorSingledOut
                    } else {
                        ChangeKind::ErrorAdded
                    };
                    self.added(location, &error.code, kind, sentence);
                }
                (Some(at), None) => {
                    let code = &old.error_codes[at].code;
                    let sentence = format!("Code `{code}` is removed.");
                    self.removed(location, code, ChangeKind::ErrorRemoved, sentence);
                }
                (None, None) => {}
            }
        }
    }

    /// Compares the statuses with which an action answers, except for codes that it answers with the
    /// declared status in both specs.
    pub(super) fn statuses(&mut self, location: &Location, old: &Action, new: &Action) {
        if old.statuses.is_empty() && new.statuses.is_empty() {
            return;
        }
        let known = declared(self.old.spec, old);
        for (name, error) in declared(self.new.spec, new) {
            let Some(before) = known.get(name) else {
                continue;
            };
            let (was, is) = (old.status(before), new.status(error));
            if was != before.status || is != error.status {
                let kind = ChangeKind::StatusChanged;
                self.value(&location.key(name), kind, "The HTTP status", (&was, &is));
            }
        }
    }

    /// Returns `true` if any action answers with the declared status of a code in both specs, or if
    /// no action lists the code.
    fn answers_with_declared(&self, old: &ErrorCode, new: &ErrorCode) -> bool {
        let answer = |action: &Action, error: &ErrorCode| {
            can_answer(action, error).then(|| action.status(error))
        };
        let actions = self.new.spec.actions.iter();
        let mut both = actions
            .filter_map(|after| {
                let is = answer(after, new)?;
                let mut actions = self.old.spec.actions.iter();
                let before = actions.find(|before| before.name == after.name)?;
                Some((answer(before, old)?, is))
            })
            .peekable();
        both.peek().is_none() || both.any(|both| both == (old.status, new.status))
    }

    fn error_code_names(&mut self, location: &Location, old: &Item, new: &Item) {
        let key = location.key("code");
        let part = |item: &Item| placeholder(&item.wire).map(|(_, part, _)| part.to_owned());
        let (before, after) = (part(old), part(new));
        if is_same_code(&old.wire, &new.wire) {
            if before != after {
                let sentence = "The placeholder is renamed.".to_owned();
                self.changed(&key, ChangeKind::PlaceholderRenamed, sentence);
            }
            let old = Item::new(&new.wire, old.code.clone());
            self.names(location, "code", &old, new, false);
            return;
        }
        self.names(location, "code", old, new, false);
        if before.is_some() != after.is_some() {
            let sentence = match after {
                Some(part) => format!("The code now contains the placeholder `{part}`."),
                None => "The code has no placeholder anymore.".to_owned(),
            };
            self.changed(&key, ChangeKind::ErrorPlaceholderChanged, sentence);
        }
    }

    fn error_code(&mut self, location: &Location, old: &ErrorCode, new: &ErrorCode) {
        let ErrorCode {
            code: _,
            origin,
            status,
            retryable,
            message,
            cause,
            remedy,
        } = old;
        if *origin != new.origin {
            let who = match new.origin {
                Origin::Document => "service",
                Origin::Gateway => "gateway",
            };
            let sentence = format!("The {who} now answers with this code.");
            self.changed(&location.key("origin"), ChangeKind::OriginChanged, sentence);
        }
        if *status != new.status {
            let kind = if self.answers_with_declared(old, new) {
                ChangeKind::StatusChanged
            } else {
                ChangeKind::DeclaredStatusChanged
            };
            let statuses = (status, &new.status);
            self.value(&location.key("status"), kind, "The HTTP status", statuses);
        }
        if *retryable != new.retryable {
            let sentence = if new.retryable {
                "Clients may now repeat the request."
            } else {
                "Clients do not repeat the request anymore."
            };
            self.changed(
                &location.key("retryable"),
                ChangeKind::RetryChanged,
                sentence.to_owned(),
            );
        }
        let messages = (message, &new.message);
        self.value(
            &location.key("message"),
            ChangeKind::MessageChanged,
            "The message",
            messages,
        );
        self.text(&location.key("cause"), cause, &new.cause);
        self.text(&location.key("remedy"), remedy, &new.remedy);
    }
}

/// Returns the declarations of the codes with which an action can answer, by code.
fn declared<'a>(spec: &'a Spec, action: &Action) -> BTreeMap<&'a str, &'a ErrorCode> {
    let codes = spec.error_codes.iter();
    let own = codes.filter(|error| can_answer(action, error));
    own.map(|error| (&*error.code, error)).collect()
}

/// Returns `true` if an action lists a code, or if the gateway answers with it.
fn can_answer(action: &Action, error: &ErrorCode) -> bool {
    error.origin == Origin::Gateway || action.errors.contains(&error.code)
}

/// Returns `true` if two codes are the same on the wire, where the name of a placeholder does not
/// count.
fn is_same_code(old: &str, new: &str) -> bool {
    let fixed = |code| placeholder(code).map(|(before, _, after)| (before, after));
    match (fixed(old), fixed(new)) {
        (None, None) => old == new,
        (before, after) => before == after,
    }
}

/// Returns `true` if a code with a placeholder covers another code.
fn covers(with_placeholder: &str, code: &str) -> bool {
    placeholder(with_placeholder)
        .is_some_and(|(before, _, after)| error::placeholder(code, before, after).is_some())
}
