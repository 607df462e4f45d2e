//! Checks of texts for readers.

use serde_json::{Map, Value};

use super::checker::Checker;
use crate::pointer::below;
use crate::spec::Language;

/// Keys whose objects are data, not texts.
const DATA: [&str; 4] = ["examples", "document", "spec", "naming"];

impl Checker<'_> {
    /// Checks that every text is given in every language of the spec.
    pub(super) fn texts(&mut self) {
        if self.spec.languages.is_empty() {
            let hint = r#"declare at least one, such as `["en"]`"#;
            self.mistake("/languages", "the spec declares no languages", hint);
        }
        self.texts_below(self.raw, String::new());
    }

    fn texts_below(&mut self, value: &Value, pointer: String) {
        match value {
            Value::Object(object) if is_text(object) => self.text(object, &pointer),
            Value::Object(object) => {
                for (key, value) in object {
                    if !DATA.contains(&key.as_str()) {
                        self.texts_below(value, below(&pointer, key));
                    }
                }
            }
            Value::Array(array) => {
                for (index, value) in array.iter().enumerate() {
                    self.texts_below(value, format!("{pointer}/{index}"));
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &Map<String, Value>, pointer: &str) {
        for language in &self.spec.languages {
            let key = language.code();
            let name = match language {
                Language::Zh => "Chinese",
                Language::En => "English",
            };
            let written = text.get(key).and_then(Value::as_str).unwrap_or_default();
            if written.trim().is_empty() {
                let hint = format!("add it as `{key}`");
                self.mistake(pointer, format!("the {name} text is missing"), hint);
            }
        }
    }
}

fn is_text(object: &Map<String, Value>) -> bool {
    object.keys().all(|key| key == "zh" || key == "en")
}
