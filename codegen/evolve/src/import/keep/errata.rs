//! Carry-over of errata, as long as the metadata repeats the errors that they correct.

use codegen_spec::check::{follow, is_called};
use codegen_spec::{Erratum, Spec};
use serde_json::{Map, Value, json};

use super::super::findings::FindingKind;
use super::keeper::Keeper;

impl<'a> Keeper<'a, '_> {
    /// Returns `true` if an erratum decides the fact at `place`.
    pub(super) fn has_erratum(&self, place: &str) -> bool {
        self.older.errata.iter().any(|erratum| erratum.at == place)
    }

    /// Applies the errata again, and keeps those that still apply.
    pub(super) fn errata(&mut self, spec: &mut Spec) -> Result<(), serde_json::Error> {
        if self.older.errata.is_empty() {
            return Ok(());
        }
        let older = serde_json::to_value(self.older)?;
        let mut raw = serde_json::to_value(&*spec)?;
        let mut kept = Vec::new();
        for erratum in &self.older.errata {
            let before = follow(&older, &erratum.at);
            let now = follow(&raw, &erratum.at);
            if !still_holds(erratum, before, now) {
                let place = format!("errata/{}", erratum.id);
                self.not_kept(
                    &place,
                    "the metadata does not contain the error that the erratum corrects",
                );
                continue;
            }
            let is_there = now == before;
            match before {
                Some(value) if !is_there && !put(&mut raw, &erratum.at, value.clone()) => {
                    let place = format!("errata/{}", erratum.id);
                    self.not_kept(&place, "the fact that it corrects does not exist anymore");
                    continue;
                }
                _ => kept.push(erratum.clone()),
            }
        }
        *spec = serde_json::from_value(raw)?;
        spec.errata = kept;
        Ok(())
    }

    /// Fills in every language of every text, from the other language if necessary.
    pub(super) fn translate(&mut self, spec: &mut Spec) -> Result<(), serde_json::Error> {
        if spec.languages.len() < 2 {
            return Ok(());
        }
        let mut raw = serde_json::to_value(&*spec)?;
        let mut untranslated = Vec::new();
        fill(&mut raw, String::new(), &mut untranslated);
        for place in untranslated {
            let message = "texts without a translation";
            self.findings.add(
                FindingKind::Missing,
                &format!("(spec) {place}"),
                message,
                "",
            );
        }
        *spec = serde_json::from_value(raw)?;
        Ok(())
    }
}

/// Returns `true` if the metadata states either the error or its correction.
fn still_holds(erratum: &Erratum, before: Option<&Value>, now: Option<&Value>) -> bool {
    let is_document = match (&erratum.document, now) {
        (Some(document), now) => Some(document) == now,
        (None, now) => now.is_none(),
    };
    is_document || now == before
}

/// Sets the value at a path of names. Returns `false` if the path does not exist.
fn put(raw: &mut Value, path: &str, value: Value) -> bool {
    let (parents, last) = path.rsplit_once('/').unwrap_or(("", path));
    let mut place = raw;
    for segment in parents.split('/').filter(|segment| !segment.is_empty()) {
        if let Value::Object(object) = &mut *place
            && matches!(segment, "parameters" | "response" | "members")
        {
            // A spec omits empty lists.
            object.entry(segment).or_insert(json!([]));
        }
        let next = match place {
            Value::Array(elements) => elements.iter_mut().find(|e| is_called(e, segment)),
            other => other.get_mut(segment),
        };
        let Some(next) = next else { return false };
        place = next;
    }
    match place {
        Value::Array(elements) => match elements.iter_mut().find(|e| is_called(e, last)) {
            Some(element) => *element = value,
            None => elements.push(value),
        },
        Value::Object(object) => {
            object.insert(last.to_owned(), value);
        }
        _ => return false,
    }
    true
}

/// Fills in both languages of each text, and adds the pointers of texts that had only one to
/// `untranslated`.
fn fill(value: &mut Value, pointer: String, untranslated: &mut Vec<String>) {
    match value {
        Value::Object(object) if is_text(object) => {
            let only = ["zh", "en"]
                .iter()
                .find_map(|key| object.get(*key).cloned());
            for key in ["zh", "en"] {
                if let Some(only) = only.clone().filter(|_| !object.contains_key(key)) {
                    object.insert(key.to_owned(), only);
                    untranslated.push(pointer.clone());
                }
            }
        }
        Value::Object(object) => {
            for (key, value) in object.iter_mut().filter(|(key, _)| *key != "examples") {
                fill(value, format!("{pointer}/{key}"), untranslated);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter_mut().enumerate() {
                fill(value, format!("{pointer}/{index}"), untranslated);
            }
        }
        _ => {}
    }
}

fn is_text(object: &Map<String, Value>) -> bool {
    !object.is_empty()
        && object
            .iter()
            .all(|(key, value)| matches!(key.as_str(), "zh" | "en") && value.is_string())
}
