//! Import of parameters from the older metadata.

use codegen_spec::names::is_wire_name;
use codegen_spec::{Field, Position, Type};
use serde_json::Value;

use super::super::findings::FindingKind;
use super::super::importer::Importer;
use super::super::node::Node;
use super::super::parameters::{list_of, numbered, plain};
use super::super::schema::{SchemaContext, any};
use super::super::substitutes;
use super::super::texts::clean;
use super::super::types::{Draft, Shape};

impl<'a> Importer<'a> {
    pub(super) fn cli_parameters(
        &mut self,
        list: &Node<'a>,
        context: &SchemaContext,
        is_outer: bool,
    ) -> Vec<Field> {
        let nodes = list.items(&mut self.findings);
        let fields = nodes.into_iter();
        fields
            .filter_map(|node| self.cli_parameter(&node, context, is_outer))
            .collect()
    }

    fn cli_parameter(
        &mut self,
        node: &Node<'a>,
        context: &SchemaContext,
        is_outer: bool,
    ) -> Option<Field> {
        const KNOWN: [&str; 7] = [
            "name",
            "position",
            "type",
            "required",
            "example",
            "description",
            "sub_parameters",
        ];
        node.only(&KNOWN, &mut self.findings);
        let written = node.text_at("name", &mut self.findings).unwrap_or_default();
        let (name, is_numbered) = match numbered(&written) {
            Some((base, "")) => (base.to_owned(), true),
            _ => (written.clone(), false),
        };
        let position = node.text_at("position", &mut self.findings);
        let position = position.unwrap_or_else(|| "Query".to_owned());
        let refused = match position.as_str() {
            "Header" => "a parameter in a header, which the RPC style does not sign",
            "Query" | "Body" | "FormData" if is_outer => self.refused_name(&name),
            "Query" | "Body" | "FormData" if !is_wire_name(&name) => {
                "the name is not valid on the wire"
            }
            "Query" | "Body" | "FormData" => "",
            _ => "a parameter that is neither in the query nor in the form",
        };
        if !refused.is_empty() {
            let detail = format!("{written} in {position}");
            self.findings
                .add(FindingKind::NotCarried, &node.pointer, refused, detail);
            return None;
        }
        let context = context.member(&name);
        let mut type_ = self.cli_type(node, &context);
        if is_numbered && !matches!(type_, Type::List { .. }) {
            type_ = list_of(type_);
        }
        let description = node.text_at("description", &mut self.findings).map(clean);
        let description = match description.filter(|text| !text.is_empty()) {
            Some(text) => self.in_language(text),
            None => {
                self.missing(&node.pointer, "fields without a description");
                self.undescribed(&name)
            }
        };
        self.places
            .insert(context.path.join("/"), node.pointer.clone());
        let example = node.text_at("example", &mut self.findings);
        Some(Field {
            required: node.truth_at("required", &mut self.findings),
            position: match position.as_str() {
                "Body" | "FormData" if is_outer => Position::Form,
                _ => Position::Query,
            },
            example: example.filter(|example| !example.is_empty()),
            ..plain(&name, type_, description)
        })
    }

    fn cli_type(&mut self, node: &Node<'a>, context: &SchemaContext) -> Type {
        let name = node.text_at("type", &mut self.findings).unwrap_or_default();
        let is_list = matches!(name.as_str(), "RepeatList" | "Array");
        let has_members =
            matches!(&node.value["sub_parameters"], Value::Array(list) if !list.is_empty());
        if !is_list && has_members {
            let message = "members of a value that may be a list or an object";
            self.findings.add(
                FindingKind::NotCarried,
                &node.below("sub_parameters"),
                message,
                "",
            );
        }
        let scalar = match name.as_str() {
            "String" => "string",
            "Long" => "int64",
            "Integer" => "int32",
            "Boolean" => "boolean",
            "Float" => "float",
            "Double" => "double",
            "Json" | "Any" => return any(),
            "RepeatList" => return list_of(self.cli_items(node, context)),
            "Array" => {
                let message = "a list without an item type; its items are strings";
                self.changed(node, message, "");
                return list_of(self.cli_items(node, context));
            }
            _ => {
                let message = "a type unknown to the spec; any value is allowed";
                self.changed(node, message, &name);
                return any();
            }
        };
        Type::Name(scalar.to_owned())
    }

    fn cli_items(&mut self, node: &Node<'a>, context: &SchemaContext) -> Type {
        let given = self.chosen_name(context, false);
        let members = match node.get("sub_parameters") {
            Some(list) => self.cli_parameters(&list, &context.named(given.as_ref()), false),
            None => Vec::new(),
        };
        if members.is_empty() {
            return Type::Name("string".to_owned());
        }
        let name = context.path.last().map(String::as_str).unwrap_or_default();
        let description = self.own(substitutes::value_of(name));
        self.types.add(Draft {
            path: context.path.clone(),
            place: context.place.clone(),
            given,
            description,
            shape: Shape::Struct(members),
            pointer: node.pointer.clone(),
        })
    }
}
