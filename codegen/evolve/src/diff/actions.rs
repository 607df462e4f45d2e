//! Comparison of actions.

use codegen_spec::{Action, Examples, HttpMethod, Operation, Pages, RateLimit, Restriction};

use super::kind::ChangeKind;
use super::location::{Location, Reach};
use super::owner::Owner;
use super::walk::{Side, Walk, short};

impl<'a> Walk<'a> {
    /// Compares the actions.
    pub(super) fn actions(&mut self, location: &Location) {
        let (old, new) = (&self.old.spec.actions, &self.new.spec.actions);
        let (before, after) = (self.old.actions(), self.new.actions());
        for pair in self.paired(location, &before, &after) {
            match pair {
                (Some(at), Some(to)) => {
                    let location = location.pair(&old[at].name, &new[to].name);
                    self.names(&location, "name", &before[at], &after[to], false);
                    self.action(&location, &old[at], &new[to]);
                }
                (None, Some(to)) => {
                    let action = &new[to];
                    let summary = short(action.summary.for_code());
                    let sentence = format!("Action `{}` is new: {summary}", action.name);
                    self.added(location, &action.name, ChangeKind::ActionAdded, sentence);
                }
                (Some(at), None) => {
                    let name = &old[at].name;
                    let sentence = format!("Action `{name}` is removed.");
                    self.removed(location, name, ChangeKind::ActionRemoved, sentence);
                }
                (None, None) => {}
            }
        }
    }

    fn action(&mut self, location: &Location, old: &'a Action, new: &'a Action) {
        // Lists every key, so that a new key of the format cannot be forgotten here.
        let Action {
            name: _,
            category,
            command: _,
            summary,
            scenario,
            restriction,
            rate_limit,
            pages,
            operation,
            idempotent,
            methods: _,
            anonymous,
            deprecated,
            parameters,
            response,
            bare,
            errors,
            statuses: _,
            examples,
        } = old;
        let categories = (category, &new.category);
        self.value(
            &location.key("category"),
            ChangeKind::CategoryChanged,
            "The chapter",
            categories,
        );
        self.command(&location.key("command"), old, new);
        self.text(&location.key("summary"), summary, &new.summary);
        self.optional_text(
            &location.key("scenario"),
            scenario.as_ref(),
            new.scenario.as_ref(),
        );
        self.restriction(
            &location.key("restriction"),
            restriction.as_ref(),
            new.restriction.as_ref(),
        );
        self.limit(&location.key("rate_limit"), *rate_limit, new.rate_limit);
        self.pages(&location.key("pages"), pages.as_ref(), new.pages.as_ref());
        if *operation != new.operation {
            let sentence = match new.operation {
                Operation::Read => "The action now only reads.",
                Operation::Write => "The action now writes.",
            };
            self.changed(
                &location.key("operation"),
                ChangeKind::OperationChanged,
                sentence.to_owned(),
            );
        }
        if *idempotent != new.idempotent {
            let sentence = if new.idempotent {
                "The action is now idempotent, so clients repeat it after a failure."
            } else {
                "The action is not idempotent anymore, so clients do not repeat it."
            };
            self.changed(
                &location.key("idempotent"),
                ChangeKind::IdempotenceChanged,
                sentence.to_owned(),
            );
        }
        self.methods(&location.key("methods"), old, new);
        if *anonymous != new.anonymous {
            let sentence = if new.anonymous {
                "The action now needs no access key, so clients do not sign."
            } else {
                "The action now needs an access key."
            };
            let location = location.key("anonymous");
            self.changed(
                &location,
                ChangeKind::AuthenticationChanged,
                sentence.to_owned(),
            );
        }
        self.deprecation(location, deprecated.as_ref(), new.deprecated.as_ref());
        let lists = location.key("parameters").with(Reach::REQUEST);
        self.fields(&lists, Owner::Parameters, parameters, &new.parameters);
        if *bare != new.bare {
            let sentence = if new.bare {
                "The response is now the value of its only member, without an object around it."
            } else {
                "The response is now an object with members."
            };
            self.changed(
                &location.key("bare"),
                ChangeKind::ResponseFormChanged,
                sentence.to_owned(),
            );
        }
        let lists = location.key("response").with(Reach::RESPONSE);
        self.fields(&lists, Owner::Members, response, &new.response);
        let kinds = (ChangeKind::AnswerAdded, ChangeKind::AnswerRemoved);
        self.names_alone(&location.key("errors"), (errors, &new.errors), kinds);
        self.statuses(&location.key("statuses"), old, new);
        self.examples(
            &location.key("examples"),
            examples.as_ref(),
            new.examples.as_ref(),
        );
    }

    /// Compares the HTTP methods. Their order means nothing.
    fn methods(&mut self, location: &Location, old: &Action, new: &Action) {
        let sorted = |action: &Action| {
            let mut methods = action.methods().to_vec();
            methods.sort();
            methods
        };
        let (before, after) = (sorted(old), sorted(new));
        if before == after {
            if old.methods != new.methods {
                let sentence = "The methods are the same, whether stated or not.".to_owned();
                self.changed(location, ChangeKind::Rewritten, sentence);
            }
            return;
        }
        let is_kept = before.iter().all(|method| after.contains(method));
        let kind = if is_kept && old.usual_method() == new.usual_method() {
            ChangeKind::MethodAdded
        } else {
            ChangeKind::MethodsChanged
        };
        let shown = |methods: &[HttpMethod]| {
            let words: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
            words.join(", ")
        };
        let methods = (&shown(&before), &shown(&after));
        self.value(location, kind, "The set of HTTP methods", methods);
    }

    fn command(&mut self, location: &Location, old: &Action, new: &Action) {
        let words = |side: &Side<'_>, action: &Action| side.names.command(&action.name).to_owned();
        let (before, after) = (words(&self.old, old), words(&self.new, new));
        if before != after {
            let what = "The subcommand";
            self.value(
                location,
                ChangeKind::CommandChanged,
                what,
                (&before, &after),
            );
        } else if old.command != new.command {
            let sentence = format!("The subcommand is `{after}`, whether stated or not.");
            self.changed(location, ChangeKind::Rewritten, sentence);
        }
    }

    fn pages(&mut self, location: &Location, old: Option<&Pages>, new: Option<&Pages>) {
        let (kind, sentence) = match (old, new) {
            (None, Some(_)) => (ChangeKind::PagesAdded, "The list can be read page by page."),
            (Some(_), None) => (ChangeKind::PagesRemoved, "The list has no pages anymore."),
            (Some(old), Some(new)) if old.items != new.items => (
                ChangeKind::PagedListChanged,
                "The pages are those of another list.",
            ),
            (Some(old), Some(new)) if old != new => (
                ChangeKind::PagingChanged,
                "The next page is requested in another way.",
            ),
            _ => return,
        };
        self.changed(location, kind, sentence.to_owned());
    }

    fn limit(&mut self, location: &Location, old: Option<RateLimit>, new: Option<RateLimit>) {
        if old == new {
            return;
        }
        let shown = |limit: Option<RateLimit>| match limit {
            Some(RateLimit { requests, seconds }) => format!("{requests} calls in {seconds} s"),
            None => "none".to_owned(),
        };
        let is_looser = match (old, new) {
            (Some(old), Some(new)) => new.requests >= old.requests && new.seconds <= old.seconds,
            (_, new) => new.is_none(),
        };
        let kind = if is_looser {
            ChangeKind::LimitLoosened
        } else {
            ChangeKind::LimitTightened
        };
        self.value(location, kind, "The rate limit", (&shown(old), &shown(new)));
    }

    fn restriction(
        &mut self,
        location: &Location,
        old: Option<&Restriction>,
        new: Option<&Restriction>,
    ) {
        let (old, new) = match (old, new) {
            (Some(old), Some(new)) => (old, new),
            (None, Some(new)) => {
                let editions = new.editions.join("`, `");
                let sentence =
                    format!("The action is now restricted to these editions: `{editions}`.");
                self.changed(location, ChangeKind::RestrictionTightened, sentence);
                return;
            }
            (Some(_), None) => {
                let sentence = "The action is now available in every edition.".to_owned();
                self.changed(location, ChangeKind::RestrictionLoosened, sentence);
                return;
            }
            (None, None) => return,
        };
        let Restriction {
            editions,
            error,
            description,
        } = old;
        let kinds = (
            ChangeKind::RestrictionLoosened,
            ChangeKind::RestrictionTightened,
        );
        self.names_alone(&location.key("editions"), (editions, &new.editions), kinds);
        let kind = ChangeKind::RestrictionErrorChanged;
        let codes = (error, &new.error);
        self.value(
            &location.key("error"),
            kind,
            "The error code for other editions",
            codes,
        );
        self.text(&location.key("description"), description, &new.description);
    }

    fn examples(&mut self, location: &Location, old: Option<&Examples>, new: Option<&Examples>) {
        let (old, new) = match (old, new) {
            (Some(old), Some(new)) => (old, new),
            (None, Some(_)) => {
                let sentence = "An example is added.".to_owned();
                self.changed(location, ChangeKind::ExampleAdded, sentence);
                return;
            }
            (Some(_), None) => {
                self.changed(
                    location,
                    ChangeKind::ExampleRemoved,
                    "The example is removed.".to_owned(),
                );
                return;
            }
            (None, None) => return,
        };
        let Examples { request, json, xml } = old;
        let keys = [
            ("request", *request != new.request, "request"),
            ("json", *json != new.json, "JSON response"),
            ("xml", *xml != new.xml, "XML response"),
        ];
        for (key, is_other, what) in keys {
            if is_other {
                let sentence = format!("The example of the {what} changes.");
                self.changed(&location.key(key), ChangeKind::ExampleChanged, sentence);
            }
        }
    }
}
