//! Carry-over of facts about the whole product: texts, releases, chapters, regions, error codes.

use std::collections::{HashMap, HashSet};

use codegen_spec::names::Scope;
use codegen_spec::{Category, ErrorCode, Origin, Spec};

use super::super::chapters::OTHER;
use super::super::codes::unnamed;
use super::keeper::Keeper;

impl<'a> Keeper<'a, '_> {
    /// Carries over the facts about the product that the metadata does not state.
    pub(super) fn product(&mut self, spec: &mut Spec) {
        let older = self.older;
        if spec.product != older.product {
            let why = "the metadata belongs to another product";
            self.not_kept("product", why);
            return;
        }
        spec.package.clone_from(&older.package);
        spec.title.clone_from(&older.title);
        spec.naming.clone_from(&older.naming);
        if spec.version == older.version {
            spec.description.clone_from(&older.description);
            spec.releases.clone_from(&older.releases);
        } else {
            self.not_kept("releases", "the metadata belongs to another version")
        }
        let more = spec.languages.iter();
        let more = more.filter(|language| !older.languages.contains(language));
        spec.languages = older.languages.iter().chain(more).copied().collect();
        let is_own = |name: &str| {
            spec.actions
                .iter()
                .any(|a| a.parameters.iter().any(|p| p.name == name))
        };
        let common = older.common_parameters.iter();
        spec.common_parameters = common
            .filter(|field| spec.signature.frees(&field.name) || !is_own(&field.name))
            .cloned()
            .collect();
        spec.common_response.clone_from(&older.common_response);
    }

    /// Carries over chapters with the same heading. An action that has no chapter in the metadata
    /// stays in its old one.
    pub(super) fn categories(&mut self, spec: &mut Spec) {
        let older = self.older;
        let mut ids: HashMap<String, String> = HashMap::new();
        let known: Vec<&str> = older.categories.iter().map(|c| &*c.id).collect();
        let mut new_ids = Scope::new(&known);
        let mut left: Vec<&Category> = older.categories.iter().collect();
        for category in &mut spec.categories {
            let title = self.spoken(&category.title);
            let is_same = |before: &&Category| self.spoken(&before.title) == title;
            let id = category.id.clone();
            match left.iter().position(is_same) {
                Some(at) => category.clone_from(left.remove(at)),
                None => category.id = new_ids.unique_word(category.id.clone()),
            }
            ids.insert(id, category.id.clone());
        }
        let chapters: HashMap<&str, &str> = (older.actions.iter())
            .map(|action| (&*action.name, &*action.category))
            .collect();
        for action in &mut spec.actions {
            if let Some(id) = chapters.get(&*action.name)
                && action.category == OTHER
            {
                action.category = (*id).to_owned();
            } else if let Some(id) = ids.get(&action.category) {
                action.category.clone_from(id);
            }
        }
        let mut known: HashSet<String> = spec.categories.iter().map(|c| c.id.clone()).collect();
        let used: HashSet<&str> = spec.actions.iter().map(|a| &*a.category).collect();
        for category in &older.categories {
            if used.contains(&*category.id) && known.insert(category.id.clone()) {
                spec.categories.push(category.clone());
            }
        }
        spec.categories
            .retain(|category| used.contains(&*category.id));
        let order = |id: &str| older.categories.iter().position(|c| c.id == id);
        spec.categories
            .sort_by_key(|category| order(&category.id).unwrap_or(usize::MAX));
    }

    /// Carries over names and notes of regions, and all regions if the metadata has none.
    pub(super) fn regions(&mut self, spec: &mut Spec) {
        if spec.regions.is_empty() {
            spec.regions.clone_from(&self.older.regions);
            return;
        }
        for before in &self.older.regions {
            let place = format!("regions/{}", before.id);
            let Some(region) = spec.regions.iter_mut().find(|now| now.id == before.id) else {
                self.not_kept(&place, "a region that the metadata does not have");
                continue;
            };
            let is_unnamed = self.spoken(&region.name) == region.id;
            if is_unnamed {
                region.name.clone_from(&before.name)
            } else {
                self.text(&mut region.name, &before.name, &format!("{place}/name"))
            }
            region.note.clone_from(&before.note);
            if region.vpc_endpoint.is_none() {
                region.vpc_endpoint.clone_from(&before.vpc_endpoint);
            }
        }
    }

    /// Carries over cause and remedy of a code, if its status and message are the same.
    pub(super) fn error_codes(&mut self, spec: &mut Spec) {
        spec.dispatch_errors = self.older.dispatch_errors.clone();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for (number, error) in spec.error_codes.iter().enumerate() {
            numbers.insert(unnamed(&error.code), number);
        }
        let mut renamed: HashMap<String, String> = HashMap::new();
        let mut statuses: HashMap<String, (u16, u16)> = HashMap::new();
        for before in &self.older.error_codes {
            let number = numbers.get(&unnamed(&before.code));
            let Some(now) = number.and_then(|number| spec.error_codes.get_mut(*number)) else {
                continue;
            };
            let is_same = now.status == before.status
                && (unnamed(&now.message) == unnamed(&before.message) || now.message.is_empty());
            if before.origin == Origin::Gateway || is_same {
                renamed.insert(now.code.clone(), before.code.clone());
                statuses.insert(before.code.clone(), (now.status, before.status));
                now.clone_from(before);
                continue;
            }
            let place = format!("error_codes/{}", before.code);
            self.not_kept(&place, "the metadata has another status or message");
        }
        for action in &mut spec.actions {
            for code in &mut action.errors {
                if let Some(name) = renamed.get(code) {
                    code.clone_from(name);
                }
            }
            let own = std::mem::take(&mut action.statuses).into_iter();
            action.statuses = own
                .map(|(code, status)| (renamed.get(&code).cloned().unwrap_or(code), status))
                .collect();
            for code in &action.errors {
                let Some((now, before)) = statuses.get(code) else {
                    continue;
                };
                let status = action.statuses.remove(code).unwrap_or(*now);
                if status != *before {
                    action.statuses.insert(code.clone(), status);
                }
            }
        }
    }

    /// Carries over all error codes, if the metadata has none.
    pub(super) fn all_codes(&mut self, spec: &mut Spec) {
        let declared: HashSet<&str> = spec.error_codes.iter().map(|e| &*e.code).collect();
        let older = self.older.error_codes.iter();
        let more = older.filter(|e| !declared.contains(&*e.code));
        let more: Vec<ErrorCode> = more.cloned().collect();
        spec.error_codes.extend(more);
    }

    /// Declares the older codes that kept parts refer to.
    pub(super) fn carry_codes(&mut self, spec: &mut Spec) {
        let declared: HashSet<&str> = spec.error_codes.iter().map(|e| &*e.code).collect();
        let dispatch = spec.dispatch_errors.entries().into_iter();
        let mut used: HashSet<&str> = dispatch.filter_map(|(_, code)| code).collect();
        for action in &spec.actions {
            used.extend(action.errors.iter().map(String::as_str));
            used.extend(action.restriction.iter().map(|r| &*r.error));
        }
        let older = self.older.error_codes.iter();
        let more: Vec<ErrorCode> = older
            .filter(|e| used.contains(&*e.code) && !declared.contains(&*e.code))
            .cloned()
            .collect();
        spec.error_codes.extend(more);
    }
}
