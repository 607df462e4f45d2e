//! The call in Rust, with the generated client.

use std::collections::BTreeSet;

use pop_docs::{Forms, Parameter, ValueKind};
use pop_rpc::{Format, Json};

use super::Call;

impl Call<'_> {
    pub(super) fn rust(&self) -> String {
        let mut values = Values {
            forms: self.forms,
            types: BTreeSet::new(),
            has_maps: false,
        };
        let (mut arguments, mut setters) = (Vec::new(), String::new());
        for parameter in self.form.parameters {
            let value = self.sent.values.iter();
            let mut value = value.filter(|(other, _)| other.name == parameter.name);
            let value = value.next().map(|(_, value)| value);
            if parameter.is_argument {
                arguments.push(values.argument(&parameter.kind, value));
            } else if let Some(value) = value {
                setters.push_str(&values.setter(parameter, value));
            }
        }
        let client = self.forms.client;
        let uses = values.uses(client, self.format);
        let format = match self.format {
            Format::Json => "",
            Format::Xml => "\n        .format(Format::Xml)",
        };
        format!(
            "{uses}\n\
             #[tokio::main]\n\
             async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let client = Client::builder()\n        .endpoint({:?}){format}\n        .build()?;\n    \
             let response = client\n        .{}({})\n{setters}        .send()\n        .await?;\n    \
             println!(\"{{response:#?}}\");\n    Ok(())\n}}\n",
            self.endpoint,
            self.form.method,
            arguments.join(", "),
        )
    }
}

/// Writes values as expressions, and notes the types that they need.
struct Values<'a> {
    forms: &'a Forms,
    types: BTreeSet<&'static str>,
    has_maps: bool,
}

impl Values<'_> {
    /// Returns the lines that import what the code needs.
    fn uses(&self, client: &str, format: Format) -> String {
        let mut uses = String::new();
        if self.has_maps {
            uses.push_str("use std::collections::BTreeMap;\n\n");
        }
        uses.push_str(&match format {
            Format::Json => format!("use {client}::Client;\n"),
            Format::Xml => format!("use {client}::{{Client, Format}};\n"),
        });
        let types: Vec<&str> = self.types.iter().copied().collect();
        match types.as_slice() {
            [] => {}
            [one] => uses.push_str(&format!("use {client}::models::{one};\n")),
            types => uses.push_str(&format!(
                "use {client}::models::{{{}}};\n",
                types.join(", ")
            )),
        }
        uses
    }

    fn setter(&mut self, parameter: &Parameter, value: &Json) -> String {
        let value = self.argument(&parameter.kind, Some(value));
        format!("        .{}({value})\n", parameter.setter)
    }

    /// Returns the argument of a method, which takes texts of any type.
    fn argument(&mut self, kind: &ValueKind, value: Option<&Json>) -> String {
        match (kind, value) {
            (ValueKind::Text, value) => format!("{:?}", text_of(value)),
            (kind, value) => self.value(kind, value),
        }
    }

    /// Returns a value of exactly the type that Rust needs; a stand-in for one that is missing.
    fn value(&mut self, kind: &ValueKind, value: Option<&Json>) -> String {
        match (*kind, value) {
            (ValueKind::Text, value) => format!("{:?}.to_owned()", text_of(value)),
            (
                ValueKind::Enum {
                    type_name,
                    is_integer,
                    ..
                },
                value,
            ) => {
                self.types.insert(type_name);
                match (is_integer, value.map(plain)) {
                    (true, text) => {
                        format!("{type_name}::from({})", text.unwrap_or("0".to_owned()))
                    }
                    (false, text) => format!("{type_name}::from({:?})", text.unwrap_or_default()),
                }
            }
            (ValueKind::Float, Some(value)) => {
                let text = plain(value);
                let has_fraction = text.contains(['.', 'e']);
                if has_fraction {
                    text
                } else {
                    format!("{text}.0")
                }
            }
            (ValueKind::Any, Some(value)) => format!("{:?}.parse()?", value.to_string()),
            (ValueKind::List(item), Some(Json::Array(items))) => {
                let items = items.iter().map(|value| self.value(item, Some(value)));
                let items: Vec<String> = items.collect();
                format!("vec![{}]", items.join(", "))
            }
            (ValueKind::Map(of), Some(Json::Object(members))) => {
                self.has_maps = true;
                let pair =
                    |(key, value)| format!("({key:?}.to_owned(), {})", self.value(of, Some(value)));
                let pairs: Vec<String> = members.iter().map(pair).collect();
                format!("BTreeMap::from([{}])", pairs.join(", "))
            }
            (ValueKind::Struct(type_name), Some(Json::Object(members))) => {
                self.types.insert(type_name);
                let (mut arguments, mut setters) = (Vec::new(), String::new());
                for member in self.forms.members(type_name) {
                    let value = members.get(member.name);
                    if member.setter.is_empty() {
                        arguments.push(self.argument(&member.kind, value));
                    } else if let Some(value) = value {
                        let value = self.argument(&member.kind, Some(value));
                        setters.push_str(&format!(".{}({value})", member.setter));
                    }
                }
                format!("{type_name}::new({}){setters}", arguments.join(", "))
            }
            (ValueKind::Integer | ValueKind::Time | ValueKind::Boolean, Some(value)) => {
                plain(value)
            }
            _ => "Default::default()".to_owned(),
        }
    }
}

fn text_of(value: Option<&Json>) -> String {
    value.map_or_else(String::new, plain)
}

/// Returns a single value without quotes.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        value => value.to_string(),
    }
}
