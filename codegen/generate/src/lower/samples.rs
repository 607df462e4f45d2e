//! Requests with every parameter set, for tests.

use codegen_spec::{EnumBase, Field, List, ListStyle, Type, Unit};
use serde_json::{Value as Json, json};

use super::command_line::option;
use super::declared::{Names, member_setter, setter};
use super::literal::exact;
use crate::ir;

/// A time in milliseconds that nobody mistakes for seconds.
const TIME: i64 = 1_589_788_800_000;

/// Length of the longest generated text; a longer one would not improve a test.
const LONGEST: u32 = 4096;

/// A value of a parameter.
struct Value {
    /// The value as an expression.
    expression: String,
    /// The value in JSON.
    json: Json,
    /// Names on the wire under which it is sent.
    names: Vec<String>,
}

impl Value {
    fn of(name: &str, expression: String, json: impl Into<Json>) -> Self {
        Self {
            expression,
            json: json.into(),
            names: vec![name.to_owned()],
        }
    }
}

impl<'a> Names<'a> {
    /// Returns the request with every parameter that has a value.
    ///
    /// Returns `None` if a required parameter has no value.
    pub(super) fn sample(&self, fields: &[&'a Field]) -> Option<ir::Sample> {
        let mut sample = ir::Sample {
            arguments: Vec::new(),
            setters: Vec::new(),
            names: Vec::new(),
            options: Vec::new(),
            words: Vec::new(),
        };
        let field_names = self.field_names(fields);
        for (name, field) in field_names.iter().zip(fields) {
            let Some(value) = self.sample_of(field, field.key(), &mut Vec::new()) else {
                if field.required {
                    return None;
                }
                continue;
            };
            let word = self.word(field, &value.json);
            if self.is_positional(field) {
                sample.words.push(exact(&word));
            } else {
                let option = option(name, &field_names);
                sample.options.push(exact(&format!("--{option}={word}")));
            }
            if self.is_argument(field) {
                sample.arguments.push(value.expression);
            } else {
                let setter = setter(name);
                sample
                    .setters
                    .push(format!("{setter}({})", value.expression));
            }
            sample.names.extend(value.names);
        }
        sample.names.sort();
        sample.names = sample.names.iter().map(|name| exact(name)).collect();
        Some(sample)
    }

    /// Returns a value that a parameter accepts, as an expression.
    pub(super) fn any_value(&self, field: &Field) -> Option<String> {
        let value = self.sample_of(field, field.key(), &mut Vec::new())?;
        Some(value.expression)
    }

    /// Returns a value of a field that is sent as `name`; `around` are the structs around it.
    fn sample_of(&self, field: &Field, name: &str, around: &mut Vec<String>) -> Option<Value> {
        let mut value = match &field.type_ {
            Type::Name(type_) => self.named(field, type_, name, around)?,
            Type::List { list } => self.list(field, list, name, around)?,
            Type::Map { map } => {
                let item = self.item(field, map, &format!("{name}.key"), around)?;
                let expression = item.expression;
                Value {
                    expression: format!(
                        "std::collections::BTreeMap::from([(\"key\".to_owned(), {expression})])"
                    ),
                    json: json!({ "key": item.json }),
                    names: item.names,
                }
            }
        };
        if matches!(field.style, Some(ListStyle::Json | ListStyle::Simple)) {
            value.names = vec![name.to_owned()];
        }
        Some(value)
    }

    fn list(
        &self,
        field: &Field,
        list: &List,
        name: &str,
        around: &mut Vec<String>,
    ) -> Option<Value> {
        let item = self.item(field, &list.of, &format!("{name}.1"), around)?;
        Some(Value {
            expression: format!("vec![{}]", item.expression),
            json: json!([item.json]),
            names: item.names,
        })
    }

    /// Returns an item of a list or a map, without the example of the field.
    fn item(
        &self,
        field: &Field,
        type_: &Type,
        name: &str,
        around: &mut Vec<String>,
    ) -> Option<Value> {
        let item = Field {
            type_: type_.clone(),
            required: true,
            example: None,
            ..field.clone()
        };
        let mut value = self.sample_of(&item, name, around)?;
        if matches!(type_, Type::Name(name) if name == "string") {
            value.expression.push_str(".to_owned()");
        }
        Some(value)
    }

    fn named(
        &self,
        field: &Field,
        type_: &str,
        name: &str,
        around: &mut Vec<String>,
    ) -> Option<Value> {
        let (expression, json) = match type_ {
            "string" => {
                let text = text(field)?;
                (format!("{text:?}"), json!(text))
            }
            "int32" | "int64" => {
                let integer = integer(field);
                (integer.to_string(), json!(integer))
            }
            "float" | "double" => ("1.5".to_owned(), json!(1.5)),
            "boolean" => ("true".to_owned(), json!(true)),
            "any" => ("pop_rpc::Json::from(\"any\")".to_owned(), json!("any")),
            _ => match self.spec.enum_named(type_) {
                Some(e) => {
                    let value = &e.values.first()?.value;
                    let type_ = self.qualified(&field.type_);
                    let literal = match e.base {
                        EnumBase::String => format!("{value:?}"),
                        EnumBase::Int32 => value.clone(),
                    };
                    (format!("{type_}::from({literal})"), json!(value))
                }
                None => return self.structure(type_, name, around),
            },
        };
        Some(Value::of(name, expression, json))
    }

    /// Returns a struct with every member that has a value.
    fn structure(&self, type_: &str, name: &str, around: &mut Vec<String>) -> Option<Value> {
        if around.iter().any(|outer| outer == type_) {
            return None;
        }
        let declared = self.spec.struct_named(type_)?;
        around.push(type_.to_owned());
        let members: Vec<&Field> = declared.members.iter().collect();
        let (mut arguments, mut setters) = (Vec::new(), String::new());
        let mut names = Vec::new();
        let mut json = serde_json::Map::new();
        for (member, field) in self.field_names(&members).into_iter().zip(members) {
            let wire = format!("{name}.{}", field.key());
            let value = self.sample_of(&without_limits(field), &wire, around);
            let expression = value.as_ref().map(|value| value.expression.clone());
            match (field.required, expression) {
                (true, expression) => arguments.push(expression.unwrap_or_else(default)),
                (false, Some(value)) => {
                    setters.push_str(&format!(".{}({value})", member_setter(&member)));
                }
                (false, None) => {}
            }
            if let Some(value) = value {
                names.extend(value.names);
                json.insert(field.name.clone(), value.json);
            }
        }
        around.pop();
        let type_ = self.qualified(&Type::Name(type_.to_owned()));
        let arguments = arguments.join(", ");
        let expression = format!("{type_}::new({arguments}){setters}");
        let json = Json::Object(json);
        (!names.is_empty()).then_some(Value {
            expression,
            json,
            names,
        })
    }

    /// Returns the value as a word of the command line; a list becomes its only item.
    fn word(&self, field: &Field, json: &Json) -> String {
        let (type_, json) = match (&field.type_, json) {
            (Type::List { list }, Json::Array(items)) => (&list.of, items.first().unwrap_or(json)),
            (type_, json) => (type_, json),
        };
        match (self.is_json(type_), json) {
            (false, Json::String(text)) => text.clone(),
            (_, json) => json.to_string(),
        }
    }
}

/// Returns an expression for a value that is not sent.
fn default() -> String {
    "Default::default()".to_owned()
}

/// Returns a member as services read it, which check the limits of parameters only.
fn without_limits(member: &Field) -> Field {
    Field {
        pattern: None,
        min_length: None,
        max_length: None,
        ..member.clone()
    }
}

/// Returns a text within the limits of the field.
fn text(field: &Field) -> Option<String> {
    let (min, max) = (
        field.min_length.unwrap_or(1).max(1),
        field.max_length.unwrap_or(u32::MAX),
    );
    let pattern = field.pattern.as_deref().map(codegen_spec::check::whole);
    let pattern = pattern.transpose().ok()?;
    let fits = |text: &String| {
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let is_matched = pattern.as_ref().is_none_or(|regex| regex.is_match(text));
        (min..=max).contains(&length) && is_matched
    };
    let repeated = |letter: &str| (min <= LONGEST).then(|| letter.repeat(min as usize));
    let candidates = [
        field.example.clone(),
        repeated("a"),
        repeated("A"),
        repeated("1"),
    ];
    candidates.into_iter().flatten().find(fits)
}

/// Returns an integer within the limits of the field.
fn integer(field: &Field) -> i64 {
    let wanted = match field.unit {
        Some(Unit::EpochMilliseconds) => TIME,
        _ => field
            .example
            .as_ref()
            .and_then(|example| example.parse().ok())
            .unwrap_or(1),
    };
    let (min, max) = codegen_spec::check::integers(&field.type_).into_inner();
    let least = field.minimum.unwrap_or(min).max(min);
    let greatest = field.maximum.unwrap_or(max).min(max);
    wanted.clamp(least, greatest.max(least))
}
