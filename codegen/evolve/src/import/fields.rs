//! Import of fields: the facts of a schema besides its type, and its texts.

use std::collections::HashSet;

use codegen_spec::{EnumBase, EnumValue, Field, Language, Position, Text, Type};
use serde_json::Value;

use super::findings::FindingKind;
use super::importer::Importer;
use super::node::{Node, is_empty};
use super::schema::SchemaContext;
use super::substitutes::{self, DEPRECATED};
use super::texts::clean;
use super::types::{Draft, Shape};
use super::value_names::{tell_apart, value_name};

impl<'a> Importer<'a> {
    /// Reads a parameter or member. Its list style is not part of the schema.
    pub(super) fn field(
        &mut self,
        name: &str,
        schema: &Node<'a>,
        context: &SchemaContext,
    ) -> Field {
        let type_ = self.type_(schema, context);
        let mut field = Field {
            name: name.to_owned(),
            aliases: Vec::new(),
            rename: None,
            type_,
            required: schema.truth_at("required", &mut self.findings),
            required_when: None,
            default: self.value_text(schema, "default"),
            unit: None,
            pattern: schema.text_at("pattern", &mut self.findings),
            min_length: schema.integer_at("minLength", &mut self.findings),
            max_length: schema.integer_at("maxLength", &mut self.findings),
            minimum: self.bound(schema, "minimum", "exclusiveMinimum", 1),
            maximum: self.bound(schema, "maximum", "exclusiveMaximum", -1),
            max_items: schema.integer_at("maxItems", &mut self.findings),
            accepts_unknown: false,
            style: None,
            position: Position::Query,
            deprecated: None,
            example: self.value_text(schema, "example"),
            description: self.field_text(schema, name),
        };
        field.pattern = field.pattern.filter(|pattern| !pattern.is_empty());
        if schema.truth_at("deprecated", &mut self.findings) {
            field.deprecated = Some(self.own(DEPRECATED));
        }
        if schema.truth_at("docRequired", &mut self.findings) && !field.required {
            self.lost(
                schema,
                "docRequired",
                "documented as required, but not required",
            );
        }
        if schema.truth_at("isFileTransferUrl", &mut self.findings) {
            let note = self.own(substitutes::FILE_URL);
            field.description.zh.push_str(&note.zh);
            field.description.en.push_str(&note.en);
        }
        self.places
            .insert(context.path.join("/"), schema.pointer.clone());
        field
    }

    /// Returns a value as it would be sent. Lists and objects are reported.
    fn value_text(&mut self, schema: &Node<'a>, key: &str) -> Option<String> {
        let node = schema.get(key)?;
        if node.value.is_object() || node.value.is_array() {
            self.lost(schema, key, "the value is not a scalar");
            return None;
        }
        node.text(&mut self.findings)
            .filter(|text| !text.is_empty())
    }

    /// Reads a bound. If it is exclusive, it moves inwards by `step`.
    fn bound(&mut self, schema: &Node<'a>, key: &str, exclusive: &str, step: i64) -> Option<i64> {
        let bound: Option<i64> = schema.integer_at(key, &mut self.findings);
        match schema.get(exclusive).map(|node| node.value.clone()) {
            None | Some(Value::Bool(false)) => bound,
            Some(Value::Bool(true)) => bound.and_then(|b| b.checked_add(step)),
            Some(_) => {
                let own: Option<i64> = schema.integer_at(exclusive, &mut self.findings);
                let own = own.and_then(|bound| bound.checked_add(step));
                match (bound, own) {
                    (Some(a), Some(b)) if step > 0 => Some(a.max(b)),
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                }
            }
        }
    }

    /// Reads the enum of a schema with a list of values.
    pub(super) fn enum_(
        &mut self,
        schema: &Node<'a>,
        scalar: &str,
        context: &SchemaContext,
    ) -> Option<Type> {
        let titles = schema.get("enumValueTitles");
        let Some(list) = schema.get("enum").filter(|list| list.value != "") else {
            if titles.is_some_and(|node| node.value.is_object()) {
                self.lost(
                    schema,
                    "enumValueTitles",
                    "titles of values that are not listed",
                );
            }
            return None;
        };
        let base = match scalar {
            "string" => EnumBase::String,
            "int32" | "int64" => EnumBase::Int32,
            _ => {
                self.lost(schema, "enum", "only strings and integers can be enums");
                return None;
            }
        };
        let mut values: Vec<EnumValue> = Vec::new();
        let mut seen = HashSet::new();
        for (index, node) in list.items(&mut self.findings).into_iter().enumerate() {
            let Some(text) = node.text(&mut self.findings) else {
                continue;
            };
            let is_value = match base {
                EnumBase::String => !text.is_empty(),
                EnumBase::Int32 => text.parse::<i32>().is_ok_and(|n| n.to_string() == text),
            };
            if !is_value && base == EnumBase::Int32 {
                self.lost(
                    schema,
                    "enum",
                    "an enum with values that are not 32-bit integers",
                );
                return None;
            }
            if !is_value || !seen.insert(text.clone()) {
                let message = "an empty or duplicate value";
                self.findings
                    .add(FindingKind::NotCarried, &node.pointer, message, text);
                continue;
            }
            let title = title(titles.as_ref(), &text, index);
            let description = self.value_description(&text, title, &node);
            values.push(EnumValue {
                rename: value_name(&text),
                value: text,
                aliases: Vec::new(),
                description,
            });
        }
        if values.is_empty() {
            return None;
        }
        tell_apart(&mut values);
        if scalar == "int64" {
            let message = "an enum of 64-bit integers, of which services accept 32 bits";
            self.changed(schema, message, "");
        }
        self.unlisted_titles(titles.as_ref(), &values);
        let name = context.path.last().map(String::as_str).unwrap_or_default();
        Some(self.types.add(Draft {
            given: self.chosen_name(context, true),
            path: context.path.clone(),
            place: context.place.clone(),
            description: self.own(substitutes::values_of(name)),
            shape: Shape::Enum(base, values),
            pointer: list.pointer,
        }))
    }

    fn unlisted_titles(&mut self, titles: Option<&Node<'a>>, values: &[EnumValue]) {
        let Some((titles, Value::Object(all))) = titles.map(|node| (node, node.value)) else {
            return;
        };
        for (value, _) in all.iter().filter(|(_, title)| !is_empty(title)) {
            if !values.iter().any(|known| known.value == *value) {
                self.lost(titles, value, "the title of a value that is not listed");
            }
        }
    }

    fn value_description(&mut self, value: &str, title: Option<String>, node: &Node<'a>) -> Text {
        match title {
            Some(title) => self.in_language(title),
            None => {
                let message = "values without a title";
                self.findings
                    .add(FindingKind::Missing, &node.pointer, message, "");
                self.own(substitutes::untitled(value))
            }
        }
    }

    /// Joins title and description of a field into one text.
    fn field_text(&mut self, schema: &Node<'a>, name: &str) -> Text {
        match self.text_of(schema) {
            Some(text) => self.in_language(text),
            None => {
                let message = "fields without a description";
                self.findings
                    .add(FindingKind::Missing, &schema.pointer, message, "");
                self.undescribed(name)
            }
        }
    }

    /// Returns the substitute for a missing description.
    pub(super) fn undescribed(&self, name: &str) -> Text {
        self.own(substitutes::undescribed(name))
    }

    /// Returns the text of a struct, or a substitute that names its field.
    pub(super) fn type_text(&mut self, schema: &Node<'a>, name: &str) -> Text {
        match self.text_of(schema) {
            Some(text) => self.in_language(text),
            None => self.own(substitutes::value_of(name)),
        }
    }

    fn text_of(&mut self, schema: &Node<'a>) -> Option<String> {
        let title = schema.text_at("title", &mut self.findings).map(clean);
        let description = schema.text_at("description", &mut self.findings).map(clean);
        let title = title.filter(|title| !title.is_empty());
        let description = description.filter(|description| !description.is_empty());
        match (title, description) {
            (Some(title), Some(text)) if text.contains(&title) => Some(text),
            (Some(title), Some(text)) => Some(format!("{title}\n{text}")),
            (title, text) => title.or(text),
        }
    }

    /// Creates a text in the language of the metadata.
    pub(super) fn in_language(&self, text: String) -> Text {
        match self.language {
            Language::Zh => Text {
                zh: text,
                en: String::new(),
            },
            Language::En => Text {
                zh: String::new(),
                en: text,
            },
        }
    }

    /// Creates a text from a substitute, given in both Chinese and English.
    pub(super) fn own(&self, (zh, en): (impl Into<String>, impl Into<String>)) -> Text {
        match self.language {
            Language::Zh => self.in_language(zh.into()),
            Language::En => self.in_language(en.into()),
        }
    }
}

/// Returns the title of a value, listed by value or by position.
fn title(titles: Option<&Node<'_>>, value: &str, index: usize) -> Option<String> {
    let titles = titles?.value;
    let title = titles.get(value).or_else(|| titles.get(index))?;
    Some(clean(title.as_str()?.to_owned())).filter(|title| !title.is_empty())
}
