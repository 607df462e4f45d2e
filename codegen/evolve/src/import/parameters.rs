//! Import of parameters.

use std::collections::HashMap;

use codegen_spec::{Field, List, ListStyle, Position, Text, Type};
use serde_json::Value;

use super::findings::FindingKind;
use super::importer::Importer;
use super::node::Node;
use super::schema::{SchemaContext, any};
use super::substitutes;
use super::types::{Draft, Shape};

/// A parameter of the metadata.
pub(super) struct Parameter<'a> {
    pub(super) name: String,
    pub(super) position: Position,
    pub(super) node: Node<'a>,
    pub(super) schema: Node<'a>,
}

impl<'a> Importer<'a> {
    pub(super) fn parameters(&mut self, action: &str, list: &Node<'a>) -> Vec<Field> {
        let mut parameters = Vec::new();
        for node in list.items(&mut self.findings) {
            parameters.extend(self.parameter(node));
        }
        let positions = self.positions(&parameters);
        let context = SchemaContext::new(vec![action.to_owned()], false);
        let mut fields = self.grouped(parameters, &context);
        for field in &mut fields {
            field.position = positions.get(&field.name).copied().unwrap_or_default();
        }
        fields
    }

    /// Returns the position of each parameter. All parts of `Tag.N` have that of the first.
    fn positions(&mut self, parameters: &[Parameter<'a>]) -> HashMap<String, Position> {
        let mut positions = HashMap::new();
        for parameter in parameters {
            let part = numbered(&parameter.name);
            let name = part.map_or(&*parameter.name, |(base, _)| base);
            let first = *positions
                .entry(name.to_owned())
                .or_insert(parameter.position);
            if part.is_some() && first != parameter.position {
                let message = "a part of a list, which is sent with the first part";
                self.changed(&parameter.node, message, &parameter.name);
            }
        }
        positions
    }

    fn parameter(&mut self, node: Node<'a>) -> Option<Parameter<'a>> {
        node.only(&["name", "in", "style", "schema"], &mut self.findings);
        let name = node.text_at("name", &mut self.findings).unwrap_or_default();
        let position = node.text_at("in", &mut self.findings);
        let position = position.unwrap_or_else(|| "query".to_owned());
        let refused = match position.as_str() {
            "query" | "formData" => self.refused_name(&name),
            "header" => "a parameter in a header, which the RPC style does not sign",
            _ => "a parameter that is neither in the query nor in the form",
        };
        if !refused.is_empty() {
            let detail = format!("{name} in {position}");
            self.findings
                .add(FindingKind::NotCarried, &node.pointer, refused, detail);
            return None;
        }
        let schema = node.get("schema").unwrap_or_else(|| Node {
            value: &Value::Null,
            pointer: node.below("schema"),
        });
        let position = match position.as_str() {
            "formData" => Position::Form,
            _ => Position::Query,
        };
        Some(Parameter {
            name,
            position,
            node,
            schema,
        })
    }

    /// Converts parameters into fields. `Tag.N.Key` and `Tag.N.Value` become one list, `Tag`.
    fn grouped(&mut self, parameters: Vec<Parameter<'a>>, context: &SchemaContext) -> Vec<Field> {
        let mut groups: Vec<(String, bool, Vec<Parameter<'a>>)> = Vec::new();
        let mut numbers = std::collections::HashMap::new();
        for mut parameter in parameters {
            let (base, rest) = match numbered(&parameter.name) {
                Some((base, rest)) => (base.to_owned(), Some(rest.to_owned())),
                None => (parameter.name.clone(), None),
            };
            let number = *numbers.entry(base.clone()).or_insert_with(|| {
                groups.push((base, rest.is_some(), Vec::new()));
                groups.len() - 1
            });
            let (base, is_list, group) = &mut groups[number];
            let goes_with = rest.is_some() && *is_list && {
                let is_leaf = |rest: &str| rest.is_empty();
                let first = group.first().map(|first| is_leaf(&first.name));
                first.is_none_or(|first| !first && !is_leaf(rest.as_deref().unwrap_or_default()))
            };
            if goes_with || group.is_empty() {
                parameter.name = rest.unwrap_or_else(|| base.clone());
                group.push(parameter);
                continue;
            }
            let message = if *is_list == rest.is_some() {
                "a duplicate parameter"
            } else {
                "a list and another parameter of the same name"
            };
            let pointer = &parameter.node.pointer;
            self.findings
                .add(FindingKind::NotCarried, pointer, message, parameter.name);
        }
        let fields = groups.into_iter().map(|(base, is_list, group)| {
            let context = context.member(&base);
            match group.first() {
                Some(only) if !is_list || only.name.is_empty() => {
                    self.one(&base, only, is_list, &context)
                }
                _ => self.list_of_structs(&base, group, &context),
            }
        });
        fields.collect()
    }

    fn one(
        &mut self,
        name: &str,
        parameter: &Parameter<'a>,
        is_list: bool,
        context: &SchemaContext,
    ) -> Field {
        let mut field = self.field(name, &parameter.schema, context);
        if is_list {
            let of = std::mem::replace(&mut field.type_, any());
            field.type_ = list_of(of);
            for key in ["example", "default", "pattern"] {
                if parameter.schema.get(key).is_some() {
                    let message = "facts about the items of a list, which the spec cannot hold";
                    self.lost(&parameter.schema, key, message);
                }
            }
            (field.example, field.default, field.pattern) = (None, None, None);
        }
        field.style = self.style(parameter, &field.type_);
        field
    }

    fn list_of_structs(
        &mut self,
        base: &str,
        group: Vec<Parameter<'a>>,
        context: &SchemaContext,
    ) -> Field {
        let pointer = group.first().map(|first| first.node.pointer.clone());
        let pointer = pointer.unwrap_or_default();
        let required = group.iter().any(|parameter| {
            parameter
                .schema
                .value
                .get("required")
                .is_some_and(|r| r == true)
        });
        let given = self.chosen_name(context, false);
        let members = self.grouped(group, &context.named(given.as_ref()));
        let description = self.own(substitutes::value_of(base));
        let of = self.types.add(Draft {
            given,
            path: context.path.clone(),
            place: context.place.clone(),
            description: description.clone(),
            shape: Shape::Struct(members),
            pointer: pointer.clone(),
        });
        self.places.insert(context.path.join("/"), pointer);
        Field {
            required,
            ..plain(base, list_of(of), description)
        }
    }

    /// Reads the encoding of a list or object.
    fn style(&mut self, parameter: &Parameter<'a>, type_: &Type) -> Option<ListStyle> {
        let node = &parameter.node;
        let style = node
            .text_at("style", &mut self.findings)
            .unwrap_or_default();
        let is_open = |type_: &Type| match type_ {
            Type::Map { .. } => true,
            Type::Name(name) => name == "any",
            Type::List { .. } => false,
        };
        let is_struct = matches!(type_, Type::Name(name) if name.starts_with('#'))
            && parameter.schema.value.get("enum").is_none();
        let is_list = matches!(type_, Type::List { .. });
        match style.as_str() {
            "json" if is_list || is_struct || is_open(type_) => Some(ListStyle::Json),
            "simple" if is_list => Some(ListStyle::Simple),
            "repeatList" | "flat" if is_list || is_struct || is_open(type_) => None,
            "" => None,
            _ => {
                self.lost(node, "style", "a style that does not apply to the type");
                None
            }
        }
    }
}

/// Creates a field of which only name, type and description are known.
pub(super) fn plain(name: &str, type_: Type, description: Text) -> Field {
    Field {
        name: name.to_owned(),
        aliases: Vec::new(),
        rename: None,
        type_,
        required: false,
        required_when: None,
        default: None,
        unit: None,
        pattern: None,
        min_length: None,
        max_length: None,
        minimum: None,
        maximum: None,
        max_items: None,
        accepts_unknown: false,
        style: None,
        position: Position::Query,
        deprecated: None,
        example: None,
        description,
    }
}

pub(super) fn list_of(of: Type) -> Type {
    Type::List {
        list: Box::new(List { of, item: None }),
    }
}

/// Splits `Tag.N.Key` into `Tag` and `Key`, and `Tag.N` into `Tag` and an empty name.
pub(super) fn numbered(name: &str) -> Option<(&str, &str)> {
    let (at, _) = name.match_indices(".N").find(|(at, _)| {
        let rest = &name[at + 2..];
        *at > 0 && (rest.is_empty() || rest.len() > 1 && rest.starts_with('.'))
    })?;
    Some((&name[..at], name[at + 2..].trim_start_matches('.')))
}
