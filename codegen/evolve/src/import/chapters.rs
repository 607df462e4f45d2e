//! Chapters of the reference, and the actions in them.

use std::collections::{HashMap, HashSet};

use codegen_spec::{Category, Text};
use heck::ToKebabCase;

/// ID of the chapter for actions that belong to no chapter.
pub(super) const OTHER: &str = "other";

/// Chapters, and the chapter of each action.
pub(super) struct Chapters {
    pub(super) categories: Vec<Category>,
    pub(super) ids: HashSet<String>,
    pub(super) of_action: HashMap<String, String>,
}

impl Chapters {
    /// Adds a chapter. Its ID is derived from the title if that is ASCII.
    pub(super) fn add(&mut self, title: &str, text: Text) -> String {
        let wanted: String = title.to_kebab_case();
        let wanted = if wanted.is_ascii() && !wanted.is_empty() {
            wanted
        } else {
            format!("chapter-{}", self.categories.len() + 1)
        };
        let mut id = wanted.clone();
        let mut number = 2;
        while !self.ids.insert(id.clone()) {
            id = format!("{wanted}-{number}");
            number += 1;
        }
        self.categories.push(Category {
            id: id.clone(),
            title: text,
        });
        id
    }

    /// Returns the ID of the chapter of an action.
    pub(super) fn of(&self, action: &str) -> String {
        let id = self.of_action.get(action).map(String::as_str);
        id.unwrap_or(OTHER).to_owned()
    }

    /// Returns the chapters that contain an action. `other` is the title of the last.
    pub(super) fn used(self, ids: &HashSet<&str>, other: Text) -> Vec<Category> {
        let last = Category {
            id: OTHER.to_owned(),
            title: other,
        };
        let all = self.categories.into_iter().chain([last]);
        all.filter(|category| ids.contains(&*category.id)).collect()
    }
}
