//! Import of schemas as types and fields.

use codegen_spec::names::{is_element_name, is_member_name, is_wire_name};
use codegen_spec::pointer::unescape;
use codegen_spec::{Field, List, Text, Type};

use super::findings::FindingKind;
use super::importer::Importer;
use super::node::{Node, is_empty};
use super::types::{Draft, Shape, by_number, is_generated};

/// Maximum nesting of lists, maps and references without a struct between them. A deeper type is
/// unreadable.
const DEEPEST: usize = 6;

/// Keys of a schema that describe the field, not its type.
pub(super) const OF_FIELD: [&str; 16] = [
    "isFileTransferUrl",
    "description",
    "title",
    "example",
    "required",
    "docRequired",
    "default",
    "deprecated",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "maxItems",
];

/// Keys of a schema that describe the type.
const OF_TYPE: [&str; 7] = [
    "type",
    "format",
    "enum",
    "enumValueTitles",
    "items",
    "properties",
    "additionalProperties",
];

/// Key of a reference to another schema, which describes the type.
const REFERENCE: &str = "$ref";

const ONLY_OF_SCALARS: &str =
    "only strings and integers can be enums, and only numbers have a format";

/// Context of a schema.
#[derive(Clone)]
pub(super) struct SchemaContext {
    /// Path of names to the schema, beginning with the action.
    pub(super) path: Vec<String>,
    /// Path that names the types of the schema.
    pub(super) place: Vec<String>,
    /// `true` if objects whose only member is a list become wrapped lists.
    pub(super) unwraps: bool,
    depth: usize,
}

impl SchemaContext {
    pub(super) fn new(path: Vec<String>, unwraps: bool) -> Self {
        Self {
            place: path.clone(),
            path,
            unwraps,
            depth: 0,
        }
    }

    pub(super) fn member(&self, name: &str) -> Self {
        let below = |path: &[String]| [path, &[name.to_owned()]].concat();
        Self {
            path: below(&self.path),
            place: below(&self.place),
            unwraps: self.unwraps,
            depth: 0,
        }
    }

    /// Returns the context of a type with a given name.
    pub(super) fn named(&self, given: Option<&String>) -> Self {
        Self {
            place: given.map_or_else(|| self.place.clone(), |name| vec![name.clone()]),
            ..self.clone()
        }
    }

    fn inner(&self) -> Self {
        Self {
            unwraps: false,
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}

impl<'a> Importer<'a> {
    /// Reads the type of a schema.
    pub(super) fn type_(&mut self, schema: &Node<'a>, context: &SchemaContext) -> Type {
        let known = [&OF_FIELD[..], &OF_TYPE, &[REFERENCE]].concat();
        schema.only(&known, &mut self.findings);
        if context.depth > DEEPEST {
            let message = "too deeply nested; any value is allowed";
            self.changed(schema, message, "");
            return any();
        }
        if let Some(reference) = schema.get(REFERENCE) {
            self.misplaced(
                schema,
                &OF_TYPE,
                "a key next to `$ref`, which describes the type",
            );
            return self.reference(&reference, context);
        }
        let type_ = match schema.get("type") {
            Some(node) => self.type_name(&node),
            None if schema.get("properties").is_some() => "object".to_owned(),
            None if schema.get("items").is_some() => "array".to_owned(),
            None => String::new(),
        };
        let scalar = match type_.as_str() {
            "object" | "array" | "any" => {
                self.misplaced(schema, &["enum", "format"], ONLY_OF_SCALARS);
                return match type_.as_str() {
                    "object" => self.object(schema, context),
                    "array" => self.list(schema, context),
                    _ => any(),
                };
            }
            "string" => "string",
            "boolean" => "boolean",
            "integer" => self.format(schema, "int64", &["int32", "int64"]),
            "number" => self.format(schema, "double", &["float", "double"]),
            _ => {
                let shown = schema.get("type").map(|node| node.shown());
                let message = "a type unknown to the spec; any value is allowed";
                self.changed(schema, message, &shown.unwrap_or_default());
                return any();
            }
        };
        if !matches!(type_.as_str(), "integer" | "number") && schema.get("format").is_some() {
            self.lost(schema, "format", "only numbers have a format");
        }
        let inside = ["properties", "items", "additionalProperties"];
        self.misplaced(schema, &inside, "a scalar cannot contain other schemas");
        match self.enum_(schema, scalar, context) {
            Some(type_) => type_,
            None => Type::Name(scalar.to_owned()),
        }
    }

    /// Returns the name that people chose for a type in the older spec. An import names types after
    /// their place.
    pub(super) fn chosen_name(&self, context: &SchemaContext, is_enum: bool) -> Option<String> {
        let name = self.older.as_ref()?.type_name(&context.path, is_enum)?;
        (!is_generated(&name, &context.path, &context.place)).then_some(name)
    }

    /// Reports keys that have no meaning in a schema.
    pub(super) fn misplaced(&mut self, schema: &Node<'a>, keys: &[&str], message: &str) {
        for key in keys {
            if schema.get(key).is_some_and(|node| !is_empty(node.value)) {
                self.lost(schema, key, message);
            }
        }
    }

    fn type_name(&mut self, node: &Node<'a>) -> String {
        match node.value.as_str() {
            Some(name) => name.to_ascii_lowercase(),
            None => String::new(),
        }
    }

    fn format(
        &mut self,
        schema: &Node<'a>,
        otherwise: &'static str,
        formats: &[&'static str],
    ) -> &'static str {
        let Some(format) = schema.get("format") else {
            return otherwise;
        };
        let known = formats.iter().find(|name| format.value == **name);
        if known.is_none() && format.value != "" {
            self.lost(schema, "format", "a format unknown to the spec");
        }
        known.unwrap_or(&otherwise)
    }

    /// Reads a list and the type of its items.
    fn list(&mut self, schema: &Node<'a>, context: &SchemaContext) -> Type {
        let of = match schema.get("items").filter(|items| items.value.is_object()) {
            Some(items) => {
                let message = "facts about the items of a list, which the spec cannot hold";
                self.misplaced(&items, &facts(&items), message);
                self.type_(&items, &context.inner())
            }
            None => {
                self.changed(
                    schema,
                    "a list without an item type; any value is allowed",
                    "",
                );
                any()
            }
        };
        let list = Box::new(List { of, item: None });
        Type::List { list }
    }

    fn object(&mut self, schema: &Node<'a>, context: &SchemaContext) -> Type {
        let properties = match schema.get("properties") {
            Some(properties) => properties.entries(&mut self.findings),
            None => Vec::new(),
        };
        if properties.is_empty() {
            return self.map(schema, context);
        }
        if let Some(more) = schema.get("additionalProperties")
            && more.value != false
        {
            let message = "members besides the named ones";
            self.lost(schema, "additionalProperties", message);
        }
        if let [(item, property)] = properties.as_slice()
            && context.unwraps
            && let Some(type_) = self.wrapped(item, property, context)
        {
            return type_;
        }
        let given = self.chosen_name(context, false);
        let members = self.members(properties, &context.named(given.as_ref()));
        if members.is_empty() {
            self.changed(
                schema,
                "an object without members; any value is allowed",
                "",
            );
            return any();
        }
        let name = context.path.last().map(String::as_str).unwrap_or_default();
        let description = self.type_text(schema, name);
        self.types.add(Draft {
            given,
            path: context.path.clone(),
            place: context.place.clone(),
            description,
            shape: Shape::Struct(members),
            pointer: schema.pointer.clone(),
        })
    }

    /// Reads an object whose only member is a list as a wrapped list.
    fn wrapped(
        &mut self,
        item: &str,
        property: &Node<'a>,
        context: &SchemaContext,
    ) -> Option<Type> {
        let is_list = property.value.get("type")? == "array";
        let items = property.get("items")?;
        let of_lists = items
            .value
            .get("type")
            .is_some_and(|type_| type_ == "array");
        if !is_list || of_lists || !is_wire_name(item) || !is_element_name(item) {
            return None;
        }
        let message = "facts about a list inside its wrapper, which the spec cannot hold";
        self.misplaced(property, &OF_FIELD, message);
        let outer = context.place.len().saturating_sub(1);
        let inner = SchemaContext {
            path: context.member(item).path,
            place: [&context.place[..outer], &[item.to_owned()]].concat(),
            ..context.clone()
        };
        match self.type_(property, &inner) {
            Type::List { mut list } => {
                list.item = Some(item.to_owned());
                Some(Type::List { list })
            }
            _ => None,
        }
    }

    fn map(&mut self, schema: &Node<'a>, context: &SchemaContext) -> Type {
        match schema.get("additionalProperties") {
            Some(values) if values.value.is_object() => {
                let message = "facts about the values of a map, which the spec cannot hold";
                self.misplaced(&values, &facts(&values), message);
                let values = self.type_(&values, &context.inner());
                Type::Map {
                    map: Box::new(values),
                }
            }
            _ => any(),
        }
    }

    pub(super) fn members(
        &mut self,
        properties: Vec<(&'a str, Node<'a>)>,
        context: &SchemaContext,
    ) -> Vec<Field> {
        let fields = properties.into_iter().filter_map(|(name, property)| {
            if is_member_name(name) {
                if !is_element_name(name) {
                    let message =
                        "a member that only JSON can hold: XML has no element of this name";
                    self.changed(&property, message, name);
                }
                return Some(self.field(name, &property, &context.member(name)));
            }
            let message = "the name is not valid for a member";
            self.findings
                .add(FindingKind::NotCarried, &property.pointer, message, name);
            None
        });
        fields.collect()
    }

    /// Reads a reference to a named schema: a struct, or any other type.
    fn reference(&mut self, reference: &Node<'a>, context: &SchemaContext) -> Type {
        let name = component_name(reference);
        let target = name.as_deref().and_then(|name| self.components.get(name));
        let (Some(name), Some(target)) = (name, target.cloned()) else {
            let message = "a reference to a missing schema; any value is allowed";
            self.changed(reference, message, &reference.shown());
            return any();
        };
        self.used_components.insert(name.clone());
        if let Some(number) = self.component_numbers.get(&name) {
            return by_number(*number);
        }
        let has_members = target
            .get("properties")
            .and_then(|properties| properties.value.as_object())
            .is_some_and(|object| object.keys().any(|name| is_member_name(name)));
        if !has_members || target.get(REFERENCE).is_some() {
            let message = "facts about a named schema without members, which the spec cannot hold";
            self.misplaced(&target, &OF_FIELD, message);
            let context = SchemaContext {
                path: vec![name.clone()],
                place: vec![name],
                ..context.inner()
            };
            return self.type_(&target, &context);
        }
        let number = self.types.reserve(Draft {
            given: Some(name.clone()),
            path: vec![name.clone()],
            place: vec![name.clone()],
            description: Text::default(),
            shape: Shape::Struct(Vec::new()),
            pointer: target.pointer.clone(),
        });
        self.component_numbers.insert(name.clone(), number);
        self.open_components.push((number, name, target));
        by_number(number)
    }

    /// Reads the members of the referenced named schemas, and of those that they refer to.
    pub(super) fn close_components(&mut self) {
        while let Some((number, name, schema)) = self.open_components.pop() {
            let properties = match schema.get("properties") {
                Some(properties) => properties.entries(&mut self.findings),
                None => Vec::new(),
            };
            let mut known = [&OF_FIELD[..], &OF_TYPE, &[REFERENCE]].concat();
            known.retain(|key| *key != "additionalProperties" && *key != "enum");
            schema.only(&known, &mut self.findings);
            let context = SchemaContext::new(vec![name.clone()], true);
            let members = self.members(properties, &context);
            let text = self.type_text(&schema, &name);
            self.types.fill(number, text, members);
        }
    }
}

/// Returns the keys that describe a field, for a schema without a field. The texts of a struct are
/// not among them.
fn facts(schema: &Node<'_>) -> Vec<&'static str> {
    let is_struct = schema.get("properties").is_some();
    let is_own = |key: &&str| is_struct && matches!(*key, "title" | "description");
    let keys = OF_FIELD.into_iter();
    keys.filter(|key| !is_own(key)).collect()
}

pub(super) fn any() -> Type {
    Type::Name("any".to_owned())
}

/// Returns the name of the schema that a `$ref` refers to.
pub(super) fn component_name(reference: &Node<'_>) -> Option<String> {
    let path = reference.value.as_str()?;
    let name = path.strip_prefix("#/components/schemas/")?;
    Some(unescape(name))
}
