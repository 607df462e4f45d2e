//! The builder, and the texts of the document.

use codegen_spec::{Field, Language, Text};
use serde_json::Value;

use crate::lower::declared::Names;
use crate::lower::json_schema::typed;
use crate::lower::limits;
use crate::lower::tidy::tidied;

/// Builds the parts of the document.
pub(super) struct OpenApiBuilder<'a> {
    pub(super) names: &'a Names<'a>,
}

impl OpenApiBuilder<'_> {
    /// Returns a text of the generator in every language of the spec.
    pub(super) fn words(&self, zh: &str, en: &str) -> String {
        self.text(&Text {
            zh: zh.to_owned(),
            en: en.to_owned(),
        })
    }

    /// Returns a text in every language of the spec, one paragraph per language.
    pub(super) fn text(&self, text: &Text) -> String {
        self.in_languages(text, "\n\n")
    }

    /// Returns a title in every language of the spec, on one line.
    pub(super) fn titles(&self, text: &Text) -> String {
        self.in_languages(text, " · ")
    }

    fn in_languages(&self, text: &Text, separator: &str) -> String {
        let languages = self.names.spec.languages.iter();
        let texts = languages.map(|language| tidied(text, *language));
        texts.collect::<Vec<_>>().join(separator)
    }

    /// Returns the meaning of a field, its unit, and the condition under which it is required.
    pub(super) fn description(&self, field: &Field) -> String {
        let mut parts = vec![self.text(&field.description)];
        if let Some(unit) = field.unit {
            parts.push(format!("({})", limits::unit(unit, Language::En)));
        }
        if let Some(condition) = &field.required_when {
            let languages = self.names.spec.languages.iter();
            parts.extend(languages.map(|language| limits::required_when(condition, *language)));
        }
        parts.extend(field.deprecated.iter().map(|reason| self.text(reason)));
        parts.join("\n\n")
    }

    /// Returns the example of a field as a value of its type.
    pub(super) fn example(&self, field: &Field) -> Option<Value> {
        let text = field.example.as_ref()?;
        Some(typed(self.names.spec, &field.type_, text))
    }
}
