//! Import of parameters.

use std::collections::{HashMap, HashSet};

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

/// Parameters that become one field.
struct Group<'a> {
    /// Name without `.N` and what follows it.
    base: String,
    is_list: bool,
    parts: Vec<Parameter<'a>>,
}

impl Group<'_> {
    fn is(&self, base: &str, is_list: bool) -> bool {
        (&*self.base, self.is_list) == (base, is_list)
    }

    /// Returns `true` if a further parameter is a part of the items of this list.
    fn takes(&self, rest: Option<&str>) -> bool {
        let is_whole = self.parts.iter().any(|part| part.name.is_empty());
        rest.is_some_and(|rest| !rest.is_empty() && !is_whole)
    }
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
            let whole = positions.get(&(field.name.clone(), false));
            let parts = || positions.get(&(split(&field.name).0.to_owned(), true));
            field.position = whole.or_else(parts).copied().unwrap_or_default();
        }
        fields
    }

    /// Returns the position of each parameter, by its name and by whether it is a list with parts.
    /// All parts of `Tag.N` have that of the first.
    fn positions(&mut self, parameters: &[Parameter<'a>]) -> HashMap<(String, bool), Position> {
        let mut positions = HashMap::new();
        for parameter in parameters {
            let (base, rest) = split(&parameter.name);
            let first = *positions
                .entry((base.to_owned(), rest.is_some()))
                .or_insert(parameter.position);
            if rest.is_some() && first != parameter.position {
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

    /// Converts parameters into fields. `Tag.N.Key` and `Tag.N.Value` become one list, `Tag`; if it
    /// stands beside a parameter `Tag`, its name is `Tag.N`.
    fn grouped(&mut self, parameters: Vec<Parameter<'a>>, context: &SchemaContext) -> Vec<Field> {
        let mut groups: Vec<Group<'a>> = Vec::new();
        for mut parameter in parameters {
            let (base, rest) = split(&parameter.name);
            let (base, rest) = (base.to_owned(), rest.map(str::to_owned));
            let is_list = rest.is_some();
            let known = groups.iter_mut().find(|it| it.is(&base, is_list));
            let goes_with = known.as_ref().is_none_or(|it| it.takes(rest.as_deref()));
            if !goes_with {
                let pointer = &parameter.node.pointer;
                let message = "a duplicate parameter";
                self.findings
                    .add(FindingKind::NotCarried, pointer, message, parameter.name);
                continue;
            }
            parameter.name = rest.unwrap_or_else(|| base.clone());
            match known {
                Some(group) => group.parts.push(parameter),
                None => groups.push(Group {
                    base,
                    is_list,
                    parts: vec![parameter],
                }),
            }
        }
        let plain: HashSet<String> = (groups.iter().filter(|group| !group.is_list))
            .map(|group| group.base.clone())
            .collect();
        let fields = groups.into_iter().map(|group| {
            let name = match group.is_list && plain.contains(&group.base) {
                true => format!("{}.N", group.base),
                false => group.base,
            };
            let context = context.member(&name);
            match group.parts.first() {
                Some(only) if !group.is_list || only.name.is_empty() => {
                    self.one(&name, only, group.is_list, &context)
                }
                _ => self.list_of_structs(&name, group.parts, &context),
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

/// Returns the name of the field that a parameter belongs to, and for a list the rest of its name.
fn split(name: &str) -> (&str, Option<&str>) {
    match numbered(name) {
        Some((base, rest)) => (base, Some(rest)),
        None => (name, None),
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
