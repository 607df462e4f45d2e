//! Code that writes, reads and checks requests.

use std::collections::HashMap;

use codegen_spec::graph::has_map;
use codegen_spec::names::{Scope, shouty};
use codegen_spec::{Action, Field, ListStyle, Position, Type};

use super::declared::{Names, setter};
use super::fields::is_time;
use super::literal::deprecated;
use super::markdown::summary;
use super::region::{is_argument, is_region};
use crate::ir;

/// Encoding of a parameter.
enum Encoding {
    /// Through the trait `Parameter`.
    Flat,
    /// As JSON text.
    Json,
    /// As text joined by commas.
    Simple,
}

/// Returns how a parameter is encoded.
fn encoding(field: &Field) -> Encoding {
    let is_any = matches!(&field.type_, Type::Name(name) if name == "any");
    match field.style {
        Some(ListStyle::Json) => Encoding::Json,
        Some(ListStyle::Simple) => Encoding::Simple,
        _ if is_any || has_map(&field.type_) => Encoding::Json,
        _ => Encoding::Flat,
    }
}

impl<'a> Names<'a> {
    /// Returns `true` if a parameter is sent under several names.
    pub(super) fn is_flattened(&self, field: &Field) -> bool {
        let is_many = match &field.type_ {
            Type::Name(name) => self.structs.contains_key(name.as_str()),
            _ => true,
        };
        is_many && matches!(encoding(field), Encoding::Flat)
    }

    /// Returns statements that write the parameters at a position, sorted by name.
    pub(super) fn writes(&self, fields: &[&Field], position: Position) -> Vec<String> {
        let names = self.field_names(fields).into_iter();
        let mut named: Vec<(String, &&Field)> = names
            .zip(fields)
            .filter(|(_, field)| field.position == position)
            .collect();
        named.sort_by_key(|(_, field)| &field.name);
        named
            .into_iter()
            .map(|(name, field)| write(&name, field, &format!("{:?}", field.name)))
            .collect()
    }

    /// Returns statements that write the members of a struct that is a parameter.
    pub(super) fn member_writes(&self, fields: &[&Field]) -> Vec<String> {
        self.field_names(fields)
            .iter()
            .zip(fields)
            .map(|(name, field)| write(name, field, &format!("&member({:?})", field.name)))
            .collect()
    }

    /// Returns initializers that read the members of a struct that is a parameter.
    pub(super) fn member_reads(&self, fields: &[&Field]) -> Vec<String> {
        self.field_names(fields)
            .iter()
            .zip(fields)
            .map(|(name, field)| {
                let is_required = field.required && matches!(field.type_, Type::Name(_));
                let (read, rest) = match encoding(field) {
                    Encoding::Flat if is_required => ("pop_rpc::parameter::required", ""),
                    Encoding::Flat => ("Parameter::read", ".unwrap_or_default()"),
                    Encoding::Json => ("pop_rpc::parameter::json::read", ".unwrap_or_default()"),
                    Encoding::Simple => {
                        ("pop_rpc::parameter::simple::read", ".unwrap_or_default()")
                    }
                };
                format!(
                    "{name}: {read}(parameters, &member({:?}))?{rest}",
                    field.name
                )
            })
            .collect()
    }

    /// Returns the arguments of the constructor.
    pub(super) fn arguments(&self, fields: &[&Field]) -> Vec<ir::Argument> {
        self.field_names(fields)
            .into_iter()
            .zip(fields)
            .filter(|(_, field)| field.required)
            .map(|(name, field)| {
                let type_ = self.type_(&field.type_);
                let is_text = type_ == "String";
                if is_text {
                    ir::Argument {
                        type_: "impl Into<String>".to_owned(),
                        initializer: format!("{name}: {name}.into()"),
                        is_region: is_region(field),
                        name,
                    }
                } else {
                    ir::Argument {
                        type_,
                        initializer: name.clone(),
                        is_region: false,
                        name,
                    }
                }
            })
            .collect()
    }

    /// Returns the methods that set the optional parameters.
    pub(super) fn setters(&self, fields: &[&Field]) -> Vec<ir::Setter> {
        self.field_names(fields)
            .into_iter()
            .zip(fields)
            .filter(|(_, field)| !is_argument(field))
            .map(|(name, field)| {
                let type_ = self.type_(&field.type_);
                let (type_, value) = match (&field.type_, type_.as_str()) {
                    _ if is_region(field) => {
                        ("impl Into<String>".to_owned(), format!("{name}.into()"))
                    }
                    (Type::Name(_), "String") => (
                        "impl Into<String>".to_owned(),
                        format!("Some({name}.into())"),
                    ),
                    (Type::Name(_), _) => (type_, format!("Some({name})")),
                    _ => (type_, name.clone()),
                };
                ir::Setter {
                    method: setter(&name),
                    summary: summary(field.description.for_code()),
                    deprecated: deprecated(field.deprecated.as_ref()),
                    name,
                    type_,
                    value,
                }
            })
            .collect()
    }

    /// Returns statements that read and check a request.
    pub(super) fn reads(&self, action: &'a Action, rules: &mut Rules) -> Vec<String> {
        let fields: Vec<&Field> = action.parameters.iter().collect();
        let request = &self.methods[action.name.as_str()].request;
        let named: Vec<(String, &Field)> =
            self.field_names(&fields).into_iter().zip(fields).collect();
        let (required, optional): (Vec<_>, Vec<_>) =
            named.iter().partition(|(_, field)| field.required);
        let arguments: Vec<String> = required
            .iter()
            .map(|(_, field)| match self.type_(&field.type_).as_str() {
                "String" => read(field, "required::<String>"),
                _ => read(field, "required"),
            })
            .collect();
        let changes = !optional.is_empty() || required.iter().any(|(_, field)| is_time(field));
        let binding = if changes { "let mut" } else { "let" };
        let arguments = arguments.join(", ");
        let mut statements = vec![format!("{binding} request = {request}::new({arguments});")];
        for (name, field) in &required {
            let place = format!("request.{name}");
            statements.extend(self.checks(&format!("&{place}"), &place, field, rules));
            if is_time(field) {
                statements.push(format!("{place} = milliseconds({place});"));
            }
        }
        for (name, field) in &optional {
            let place = format!("request.{name}");
            statements.push(format!("{place} = {};", optional_read(field)));
            if !matches!(field.type_, Type::Name(_)) {
                statements.extend(self.checks(&format!("&{place}"), &place, field, rules));
                continue;
            }
            let checks = self.checks("value", "value", field, rules);
            if !checks.is_empty() {
                let by = if is_copied(field) { "" } else { "&" };
                statements.push(format!("if let Some(value) = {by}{place} {{"));
                statements.extend(checks);
                statements.push("}".to_owned());
            }
            if is_time(field) {
                statements.push(format!("{place} = {place}.map(milliseconds);"));
            }
        }
        statements.push("Ok(request)".to_owned());
        statements
    }

    /// Returns statements that check a value.
    ///
    /// `value` is its expression, and `reference` the expression of a reference to it.
    fn checks(
        &self,
        reference: &str,
        value: &str,
        field: &Field,
        rules: &mut Rules,
    ) -> Vec<String> {
        let name = &field.name;
        let mut checks = Vec::new();
        if let Some(rule) = rules.rule(field) {
            checks.push(format!("{rule}.check({name:?}, {reference})?;"));
        }
        if field.minimum.is_some() || field.maximum.is_some() {
            let minimum = field
                .minimum
                .map_or("i64::MIN".to_owned(), |min| min.to_string());
            let maximum = field
                .maximum
                .map_or("i64::MAX".to_owned(), |max| max.to_string());
            checks.push(format!(
                "check_range({name:?}, {value}, {minimum}, {maximum})?;"
            ));
        }
        if let Some(max) = field.max_items {
            checks.push(format!("check_items({name:?}, {value}.len(), {max})?;"));
        }
        if let Type::List { list } = &field.type_
            && let Type::Name(type_) = &list.of
            && let Some(type_) = self.enums.get(type_.as_str())
        {
            let known = format!("item.is_known(), {type_}::KNOWN");
            checks.push(format!(
                "for item in {reference} {{ check_known({name:?}, {known})?; }}"
            ));
        }
        if let Type::Name(type_) = &field.type_
            && let Some(type_) = self.enums.get(type_.as_str())
            && !field.accepts_unknown
        {
            checks.push(format!(
                "check_known({name:?}, {value}.is_known(), {type_}::KNOWN)?;"
            ));
        }
        checks
    }
}

/// Returns `true` if the value is an integer, which is copied out of its field.
fn is_copied(field: &Field) -> bool {
    matches!(&field.type_, Type::Name(name) if matches!(name.as_str(), "int32" | "int64"))
}

fn optional_read(field: &Field) -> String {
    let read = match &field.default {
        Some(default) => format!("optional_or(parameters, {:?}, {default:?})?", field.name),
        None => read(field, "optional"),
    };
    match field.type_ {
        Type::Name(_) => read,
        Type::List { .. } | Type::Map { .. } => format!("{read}.unwrap_or_default()"),
    }
}

fn write(name: &str, field: &Field, wire: &str) -> String {
    match encoding(field) {
        Encoding::Flat => format!("self.{name}.write({wire}, sink);"),
        Encoding::Json => format!("pop_rpc::parameter::json::write(&self.{name}, {wire}, sink);"),
        Encoding::Simple => {
            format!("pop_rpc::parameter::simple::write(&self.{name}, {wire}, sink);")
        }
    }
}

fn read(field: &Field, how: &str) -> String {
    let read = match encoding(field) {
        Encoding::Flat => how.to_owned(),
        Encoding::Json => format!("{how}_json"),
        Encoding::Simple => format!("{how}_simple"),
    };
    format!("{read}(parameters, {:?})?", field.name)
}

/// Returns the items of `pop_rpc` that the module of an action imports.
pub(super) fn model_uses<'w>(
    mut writes: impl Iterator<Item = &'w String>,
    has_fields: bool,
    has_parameters: bool,
) -> Vec<&'static str> {
    let mut uses = vec!["Action", "ActionInfo"];
    let flat = writes.any(|write| write.starts_with("self."));
    if flat || has_parameters {
        uses.push("Parameter");
    }
    uses.push("ParameterSink");
    if has_parameters {
        uses.push("Parameters");
        uses.push("parameter::{ParameterError, ParameterStruct}");
    }
    if has_fields {
        uses.push("wire");
    }
    uses
}

/// Returns the items of `pop_rpc::service` that the code to read requests imports.
pub(super) fn uses(actions: &[ir::Action], has_rules: bool) -> Vec<&'static str> {
    const FUNCTIONS: [&str; 11] = [
        "check_items",
        "check_known",
        "check_range",
        "milliseconds",
        "optional",
        "optional_json",
        "optional_or",
        "optional_simple",
        "required",
        "required_json",
        "required_simple",
    ];
    let calls = |function: &&&str| {
        let is_call = |text: &str| {
            text.match_indices(**function).any(|(at, _)| {
                let before = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '.');
                let after = &text[at + function.len()..];
                !text[..at].ends_with(before) && after.starts_with(['(', ':', ')'])
            })
        };
        actions
            .iter()
            .flat_map(|action| &action.reads)
            .any(|read| is_call(read))
    };
    let mut uses = vec!["ParameterError"];
    if has_rules {
        uses.push("TextRule");
    }
    uses.extend(FUNCTIONS.iter().filter(calls));
    uses
}

/// Rules for texts, without duplicates.
#[derive(Default)]
pub(super) struct Rules {
    names: Scope,
    rules: Vec<ir::Rule>,
    /// Name of each rule, by its arguments.
    by_arguments: HashMap<String, String>,
}

impl Rules {
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    pub(super) fn into_ir(self) -> Vec<ir::Rule> {
        self.rules
    }

    /// Returns the name of a field's rule, if it has one.
    fn rule(&mut self, field: &Field) -> Option<String> {
        if field.pattern.is_none() && field.min_length.is_none() && field.max_length.is_none() {
            return None;
        }
        let pattern = match &field.pattern {
            None => "None".to_owned(),
            Some(pattern) => format!("Some({pattern:?})"),
        };
        let min = field.min_length.unwrap_or_default();
        let max = field
            .max_length
            .map_or("usize::MAX".to_owned(), |max| max.to_string());
        let arguments = format!("{pattern}, {min}, {max}");
        if let Some(name) = self.by_arguments.get(&arguments) {
            return Some(name.clone());
        }
        let name = self.names.unique(shouty(&field.name));
        self.by_arguments.insert(arguments.clone(), name.clone());
        self.rules.push(ir::Rule {
            name: name.clone(),
            arguments,
        });
        Some(name)
    }
}
