//! What a schema says beside its type, and texts.

use codegen_spec::names::makes_variant;
use codegen_spec::{EnumBase, EnumValue, Field, Language, Text, Type};
use serde_json::Value;

use super::Importer;
use super::made;
use super::node::{Node, is_empty};
use super::report::Kind;
use super::schema::Place;
use super::types::{Draft, Shape};

impl<'a> Importer<'a> {
    /// A parameter or member; its list style is not in the schema.
    pub(super) fn field(&mut self, name: &str, schema: &Node<'a>, place: &Place) -> Field {
        let type_ = self.type_(schema, place);
        let mut field = Field {
            name: name.to_owned(),
            aliases: Vec::new(),
            rename: None,
            type_,
            required: schema.truth_at("required", &mut self.report),
            required_when: None,
            default: self.value_text(schema, "default"),
            unit: None,
            pattern: schema.text_at("pattern", &mut self.report),
            min_length: schema.integer_at("minLength", &mut self.report),
            max_length: schema.integer_at("maxLength", &mut self.report),
            minimum: self.bound(schema, "minimum", "exclusiveMinimum", 1),
            maximum: self.bound(schema, "maximum", "exclusiveMaximum", -1),
            max_items: schema.integer_at("maxItems", &mut self.report),
            accepts_unknown: false,
            style: None,
            deprecated: None,
            example: self.value_text(schema, "example"),
            description: self.field_text(schema, name),
        };
        field.pattern = field.pattern.filter(|pattern| !pattern.is_empty());
        if schema.truth_at("deprecated", &mut self.report) {
            field.deprecated = Some(self.own(DEPRECATED));
        }
        if schema.truth_at("docRequired", &mut self.report) && !field.required {
            self.lost(
                schema,
                "docRequired",
                "documented as required, but not required",
            );
        }
        self.places
            .insert(place.path.join("/"), schema.pointer.clone());
        field
    }

    /// A value as it would be sent; lists and objects have none.
    fn value_text(&mut self, schema: &Node<'a>, key: &str) -> Option<String> {
        let node = schema.get(key)?;
        if node.value.is_object() || node.value.is_array() {
            self.lost(schema, key, "this is no value of a scalar");
            return None;
        }
        node.text(&mut self.report).filter(|text| !text.is_empty())
    }

    /// A bound, which `exclusive` moves inwards by `step`.
    fn bound(&mut self, schema: &Node<'a>, key: &str, exclusive: &str, step: i64) -> Option<i64> {
        let bound: Option<i64> = schema.integer_at(key, &mut self.report);
        match schema.get(exclusive).map(|node| node.value.clone()) {
            None | Some(Value::Bool(false)) => bound,
            Some(Value::Bool(true)) => bound.and_then(|b| b.checked_add(step)),
            Some(_) => {
                let own: Option<i64> = schema.integer_at(exclusive, &mut self.report);
                let own = own.and_then(|bound| bound.checked_add(step));
                match (bound, own) {
                    (Some(a), Some(b)) if step > 0 => Some(a.max(b)),
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                }
            }
        }
    }

    /// The enum that a schema with a list of values describes.
    pub(super) fn enum_(&mut self, schema: &Node<'a>, scalar: &str, place: &Place) -> Option<Type> {
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
                self.lost(schema, "enum", "only texts and integers can be enums");
                return None;
            }
        };
        let mut values: Vec<EnumValue> = Vec::new();
        for (index, node) in list.items(&mut self.report).into_iter().enumerate() {
            let Some(text) = node.text(&mut self.report) else {
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
                    "values that are no 32-bit integers make no enum",
                );
                return None;
            }
            if !is_value || values.iter().any(|value| value.value == text) {
                let message = "a value that is empty or stands there twice";
                self.report
                    .add(Kind::NotCarried, &node.pointer, message, text);
                continue;
            }
            let title = title(titles.as_ref(), &text, index);
            let description = self.value_description(&text, title, &node);
            values.push(EnumValue {
                rename: (!makes_variant(&text)).then(|| format!("Value {}", index + 1)),
                value: text,
                aliases: Vec::new(),
                description,
            });
        }
        if values.is_empty() {
            return None;
        }
        if scalar == "int64" {
            let message = "an enum of 64-bit integers is one of 32 bits";
            self.changed(schema, message, "");
        }
        self.unlisted_titles(titles.as_ref(), &values);
        let name = place.path.last().map(String::as_str).unwrap_or_default();
        Some(self.types.add(Draft {
            given: self.given_name(&place.path, true),
            path: place.path.clone(),
            description: self.own(made::values_of(name)),
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
                self.report.add(Kind::Missing, &node.pointer, message, "");
                self.own(made::untitled(value))
            }
        }
    }

    /// Title and description of a field in one text.
    fn field_text(&mut self, schema: &Node<'a>, name: &str) -> Text {
        match self.text_of(schema) {
            Some(text) => self.in_language(text),
            None => {
                let message = "fields without a description";
                self.report.add(Kind::Missing, &schema.pointer, message, "");
                self.undescribed(name)
            }
        }
    }

    /// What stands where the metadata does not say what something is.
    pub(super) fn undescribed(&self, name: &str) -> Text {
        self.own(made::undescribed(name))
    }

    /// What a struct says of itself, or whose value it is.
    pub(super) fn type_text(&mut self, schema: &Node<'a>, name: &str) -> Text {
        match self.text_of(schema) {
            Some(text) => self.in_language(text),
            None => self.own(made::value_of(name)),
        }
    }

    fn text_of(&mut self, schema: &Node<'a>) -> Option<String> {
        let title = schema.text_at("title", &mut self.report).map(clean);
        let description = schema.text_at("description", &mut self.report).map(clean);
        let title = title.filter(|title| !title.is_empty());
        let description = description.filter(|description| !description.is_empty());
        match (title, description) {
            (Some(title), Some(text)) if text.contains(&title) => Some(text),
            (Some(title), Some(text)) => Some(format!("{title}\n{text}")),
            (title, text) => title.or(text),
        }
    }

    /// A text of the metadata.
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

    /// A text of ours, given in Chinese and in English.
    pub(super) fn own(&self, (zh, en): (impl Into<String>, impl Into<String>)) -> Text {
        match self.language {
            Language::Zh => self.in_language(zh.into()),
            Language::En => self.in_language(en.into()),
        }
    }
}

/// What is said of something that the metadata marks as deprecated.
pub(super) const DEPRECATED: (&str, &str) = (
    "元数据将其标记为已弃用。",
    "The published metadata marks it as deprecated.",
);

/// The title of a value: by the value, or by its position.
fn title(titles: Option<&Node<'_>>, value: &str, index: usize) -> Option<String> {
    let titles = titles?.value;
    let title = titles.get(value).or_else(|| titles.get(index))?;
    Some(clean(title.as_str()?.to_owned())).filter(|title| !title.is_empty())
}

/// A text without blanks around it and characters that cannot be shown.
pub(super) fn clean(text: String) -> String {
    let text: String = text
        .replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\r' | '\u{2028}' | '\u{2029}' => '\n',
            c => c,
        })
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        // They turn the direction of what follows, which rustc denies in source code.
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    text.trim().to_owned()
}
