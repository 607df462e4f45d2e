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
            indented(&arguments.join(", "), 8),
        )
    }
}

/// Longest expression on one line, in bytes.
const LINE: usize = 72;

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
        format!("        .{}({})\n", parameter.setter, indented(&value, 8))
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
            // Not a number, which only the person who entered it can tell.
            (
                ValueKind::Integer | ValueKind::Time | ValueKind::Float | ValueKind::Boolean,
                Some(Json::String(text)),
            ) => format!("{text:?}.parse()?"),
            (
                ValueKind::Enum {
                    type_name,
                    is_integer,
                    ..
                },
                value,
            ) => {
                self.types.insert(type_name);
                match (is_integer, value) {
                    (true, None) => format!("{type_name}::from(0)"),
                    (true, Some(Json::String(text))) => {
                        format!("{type_name}::from({text:?}.parse::<i64>()?)")
                    }
                    (true, Some(number)) => format!("{type_name}::from({number})"),
                    (false, value) => format!("{type_name}::from({:?})", text_of(value)),
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
                group("vec![", &items.collect::<Vec<_>>(), "]")
            }
            (ValueKind::Map(of), Some(Json::Object(members))) => {
                self.has_maps = true;
                let pair =
                    |(key, value)| format!("({key:?}.to_owned(), {})", self.value(of, Some(value)));
                let pairs: Vec<String> = members.iter().map(pair).collect();
                group("BTreeMap::from([", &pairs, "])")
            }
            (ValueKind::Struct(type_name), value) => {
                self.types.insert(type_name);
                let members = value.and_then(Json::as_object);
                let (mut arguments, mut setters) = (Vec::new(), Vec::new());
                for member in self.forms.members(type_name) {
                    let value = members.and_then(|members| members.get(member.name));
                    if member.setter.is_empty() {
                        arguments.push(self.argument(&member.kind, value));
                    } else if let Some(value) = value {
                        let value = self.argument(&member.kind, Some(value));
                        setters.push(format!(".{}({value})", member.setter));
                    }
                }
                chain(
                    group(&format!("{type_name}::new("), &arguments, ")"),
                    &setters,
                )
            }
            (ValueKind::Integer | ValueKind::Time | ValueKind::Boolean, Some(value)) => {
                plain(value)
            }
            _ => "Default::default()".to_owned(),
        }
    }
}

/// Returns expressions between brackets, on one line if they fit.
fn group(open: &str, items: &[String], close: &str) -> String {
    let line = format!("{open}{}{close}", items.join(", "));
    if line.len() <= LINE && !line.contains('\n') {
        return line;
    }
    let item = |item: &String| format!("    {},\n", indented(item, 4));
    let lines: String = items.iter().map(item).collect();
    format!("{open}\n{lines}{close}")
}

/// Returns an expression followed by calls of methods, on one line if they fit.
fn chain(first: String, calls: &[String]) -> String {
    let line = format!("{first}{}", calls.concat());
    if line.len() <= LINE && !line.contains('\n') {
        return line;
    }
    let call = |call: &String| format!("\n    {}", indented(call, 4));
    first + &calls.iter().map(call).collect::<String>()
}

/// Indents all lines but the first; literals have no line breaks.
fn indented(text: &str, spaces: usize) -> String {
    text.replace('\n', &format!("\n{}", " ".repeat(spaces)))
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

#[cfg(test)]
mod tests {
    use pop_docs::{Member, Struct};

    use super::super::tests::FORMS;
    use super::*;

    const WITH_PART: Forms = Forms {
        structs: &[Struct {
            name: "Part",
            members: &[Member {
                name: "Key",
                kind: ValueKind::Text,
                setter: "",
            }],
        }],
        ..FORMS
    };

    const LEVEL: ValueKind = ValueKind::Enum {
        type_name: "Level",
        is_integer: true,
        is_open: true,
        values: &[],
    };

    #[test]
    fn what_does_not_fit_is_text_in_the_code_and_never_code() {
        let hostile = Json::from("1); exit(1");
        let cases = [
            (
                ValueKind::Integer,
                Some(&hostile),
                r#""1); exit(1".parse()?"#,
            ),
            (ValueKind::Float, Some(&hostile), r#""1); exit(1".parse()?"#),
            (
                ValueKind::Boolean,
                Some(&hostile),
                r#""1); exit(1".parse()?"#,
            ),
            (
                LEVEL,
                Some(&hostile),
                r#"Level::from("1); exit(1".parse::<i64>()?)"#,
            ),
            (ValueKind::Struct("Part"), None, r#"Part::new("")"#),
            (
                ValueKind::Struct("Part"),
                Some(&hostile),
                r#"Part::new("")"#,
            ),
        ];
        for (kind, value, code) in cases {
            let mut values = Values {
                forms: &WITH_PART,
                types: BTreeSet::new(),
                has_maps: false,
            };
            assert_eq!(values.value(&kind, value), code, "{kind:?}");
        }
    }

    #[test]
    fn long_expressions_have_one_item_per_line() {
        let long = |letter: &str| letter.repeat(40);
        let call = chain(
            group("Part::new(", &[long("a")], ")"),
            &[format!(
                ".names({})",
                group("vec![", &[long("b"), long("c")], "]")
            )],
        );
        let expected = [
            format!("Part::new({})", long("a")),
            "    .names(vec![".to_owned(),
            format!("        {},", long("b")),
            format!("        {},", long("c")),
            "    ])".to_owned(),
        ];
        assert_eq!(call, expected.join("\n"));
        assert_eq!(
            group("vec![", &["1".to_owned(), "2".to_owned()], "]"),
            "vec![1, 2]"
        );
    }
}
