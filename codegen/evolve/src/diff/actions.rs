//! Actions.

use codegen_spec::{Action, Examples, Operation, RateLimit, Restriction};

use super::Kind;
use super::fields::List;
use super::pairs::Item;
use super::walk::{Place, Reach, Side, Walk, short};

impl<'a> Walk<'a> {
    /// The actions.
    pub(super) fn actions(&mut self, place: &Place) {
        let (old, new) = (&self.old.spec.actions, &self.new.spec.actions);
        let items = |side: &Side<'a>| -> Vec<Item> {
            let actions = side.spec.actions.iter();
            let method = |action: &Action| side.names.method(&action.name).to_owned();
            actions
                .map(|action| Item::new(&action.name, method(action)))
                .collect()
        };
        let (before, after) = (items(&self.old), items(&self.new));
        for pair in self.paired(place, &before, &after) {
            match pair {
                (Some(at), Some(to)) => {
                    let place = place.pair(&old[at].name, &new[to].name);
                    self.names(&place, "name", &before[at], &after[to], false);
                    self.action(&place, &old[at], &new[to]);
                }
                (None, Some(to)) => {
                    let action = &new[to];
                    let summary = short(action.summary.for_code());
                    let sentence = format!("Action `{}` is new: {summary}", action.name);
                    self.added(place, &action.name, Kind::ActionAdded, sentence);
                }
                (Some(at), None) => {
                    let name = &old[at].name;
                    let sentence = format!("Action `{name}` is gone.");
                    self.removed(place, name, Kind::ActionRemoved, sentence);
                }
                (None, None) => {}
            }
        }
    }

    fn action(&mut self, place: &Place, old: &'a Action, new: &'a Action) {
        // Named in full, so that a new key of the format is not forgotten here.
        let Action {
            name: _,
            category,
            command: _,
            summary,
            scenario,
            restriction,
            rate_limit,
            operation,
            idempotent,
            deprecated,
            parameters,
            response,
            errors,
            examples,
        } = old;
        let categories = (category, &new.category);
        self.value(
            &place.key("category"),
            Kind::CategoryChanged,
            "The chapter",
            categories,
        );
        self.command(&place.key("command"), old, new);
        self.text(&place.key("summary"), summary, &new.summary);
        self.optional_text(
            &place.key("scenario"),
            scenario.as_ref(),
            new.scenario.as_ref(),
        );
        self.restriction(
            &place.key("restriction"),
            restriction.as_ref(),
            new.restriction.as_ref(),
        );
        self.limit(&place.key("rate_limit"), *rate_limit, new.rate_limit);
        if *operation != new.operation {
            let sentence = match new.operation {
                Operation::Read => "It only reads now.",
                Operation::Write => "It changes something now.",
            };
            self.changed(
                &place.key("operation"),
                Kind::OperationChanged,
                sentence.to_owned(),
            );
        }
        if *idempotent != new.idempotent {
            let sentence = match new.idempotent {
                true => "It may be called twice now, so clients repeat it after a failure.",
                false => "Calling it twice is not the same any more, so clients do not repeat it.",
            };
            self.changed(
                &place.key("idempotent"),
                Kind::IdempotenceChanged,
                sentence.to_owned(),
            );
        }
        self.deprecation(place, deprecated.as_ref(), new.deprecated.as_ref());
        let lists = place.key("parameters").with(Reach::REQUEST);
        self.fields(&lists, List::Parameters, parameters, &new.parameters);
        let lists = place.key("response").with(Reach::RESPONSE);
        self.fields(&lists, List::Members, response, &new.response);
        let kinds = (Kind::AnswerAdded, Kind::AnswerRemoved);
        self.names_alone(&place.key("errors"), (errors, &new.errors), kinds);
        self.examples(
            &place.key("examples"),
            examples.as_ref(),
            new.examples.as_ref(),
        );
    }

    fn command(&mut self, place: &Place, old: &Action, new: &Action) {
        let words = |side: &Side<'_>, action: &Action| side.names.command(&action.name).to_owned();
        let (before, after) = (words(&self.old, old), words(&self.new, new));
        if before != after {
            let what = "The subcommand";
            self.value(place, Kind::CommandChanged, what, (&before, &after));
        } else if old.command != new.command {
            let sentence = format!("`{after}` is the subcommand whether it is said or not.");
            self.changed(place, Kind::Rewritten, sentence);
        }
    }

    fn limit(&mut self, place: &Place, old: Option<RateLimit>, new: Option<RateLimit>) {
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
        let kind = match is_looser {
            true => Kind::LimitLoosened,
            false => Kind::LimitTightened,
        };
        self.value(place, kind, "The limit", (&shown(old), &shown(new)));
    }

    fn restriction(&mut self, place: &Place, old: Option<&Restriction>, new: Option<&Restriction>) {
        let (old, new) = match (old, new) {
            (Some(old), Some(new)) => (old, new),
            (None, Some(new)) => {
                let editions = new.editions.join("`, `");
                let sentence = format!("Only these editions have it now: `{editions}`.");
                self.changed(place, Kind::RestrictionTightened, sentence);
                return;
            }
            (Some(_), None) => {
                let sentence = "Every edition has it now.".to_owned();
                self.changed(place, Kind::RestrictionLoosened, sentence);
                return;
            }
            (None, None) => return,
        };
        let Restriction {
            editions,
            error,
            description,
        } = old;
        let kinds = (Kind::RestrictionLoosened, Kind::RestrictionTightened);
        self.names_alone(&place.key("editions"), (editions, &new.editions), kinds);
        let kind = Kind::RestrictionErrorChanged;
        let codes = (error, &new.error);
        self.value(
            &place.key("error"),
            kind,
            "The code that the others get",
            codes,
        );
        self.text(&place.key("description"), description, &new.description);
    }

    fn examples(&mut self, place: &Place, old: Option<&Examples>, new: Option<&Examples>) {
        let (old, new) = match (old, new) {
            (Some(old), Some(new)) => (old, new),
            (None, Some(_)) => {
                let sentence = "There is an example now.".to_owned();
                self.changed(place, Kind::ExampleAdded, sentence);
                return;
            }
            (Some(_), None) => {
                self.changed(
                    place,
                    Kind::ExampleRemoved,
                    "The example is gone.".to_owned(),
                );
                return;
            }
            (None, None) => return,
        };
        let Examples { request, json, xml } = old;
        let keys = [
            ("request", *request != new.request, "request"),
            ("json", *json != new.json, "response in JSON"),
            ("xml", *xml != new.xml, "response in XML"),
        ];
        for (key, is_other, what) in keys {
            if is_other {
                let sentence = format!("The example of the {what} is another.");
                self.changed(&place.key(key), Kind::ExampleChanged, sentence);
            }
        }
    }
}
