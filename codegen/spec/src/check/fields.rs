//! Checks of parameters and of members of responses and structs.

use super::checker::{Checker, Named};
use super::values::{integers, whole};
use crate::names::{is_element_name, is_member_name, is_wire_name, makes_variant};
use crate::pointer::below;
use crate::spec::{Field, ListStyle, Position, Type};

/// Role of a field, which decides the keys that it may have.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum FieldRole {
    /// A parameter of an action.
    Parameter,
    /// A parameter common to all actions.
    CommonParameter,
    /// A member of a response or a struct.
    Member,
}

impl<'a> Checker<'a> {
    /// Checks a list of parameters or members.
    pub(super) fn fields(&mut self, fields: &'a [Field], pointer: &str, role: FieldRole) {
        let names = fields
            .iter()
            .flat_map(|field| std::iter::once(&field.name).chain(&field.aliases));
        let owners: Vec<usize> = (0..fields.len())
            .flat_map(|index| vec![index; 1 + fields[index].aliases.len()])
            .collect();
        let what = match role {
            FieldRole::Member => "member",
            FieldRole::Parameter | FieldRole::CommonParameter => "parameter",
        };
        self.unique(what, names.map(String::as_str), |index| {
            format!("{pointer}/{}/name", owners[index])
        });
        for (index, field) in fields.iter().enumerate() {
            self.field(field, &format!("{pointer}/{index}"), role);
        }
        if role == FieldRole::Parameter {
            self.overlaps(fields, pointer);
        }
    }

    fn field(&mut self, field: &'a Field, pointer: &str, role: FieldRole) {
        match role {
            FieldRole::Member => self.member_name(&field.name, &below(pointer, "name")),
            FieldRole::Parameter | FieldRole::CommonParameter => {
                self.wire_name(&field.name, &below(pointer, "name"));
            }
        }
        self.type_(&field.type_, &below(pointer, "type"));
        if field
            .rename
            .as_deref()
            .is_some_and(|name| !makes_variant(name))
        {
            let message = format!("`rename` of `{}` cannot become a name in code", field.name);
            let hint = "use words, beginning with a letter";
            self.mistake(below(pointer, "rename"), message, hint);
        }
        if role == FieldRole::Parameter {
            self.parameter_form(field, pointer);
            if self.spec.signature.takes(&field.name) {
                let message = format!("`{}` is a parameter of the protocol", field.name);
                let hint = "remove it: every request that is signed in parameters carries it";
                self.mistake(below(pointer, "name"), message, hint);
            }
        }
        if role == FieldRole::Parameter && !field.aliases.is_empty() {
            let message = format!("parameter `{}` has aliases", field.name);
            let hint = "remove `aliases`: only members and common parameters may have them";
            self.mistake(below(pointer, "aliases"), message, hint);
        }
        self.presence(field, pointer, role);
        self.keys_fit_type(field, pointer, role);
        self.bounds(field, pointer);
        for (key, value) in [("example", &field.example), ("default", &field.default)] {
            if let Some(misfit) = value.as_deref().and_then(|text| self.misfit(field, text)) {
                let hint = "use a value that fits the type and the limits";
                self.mistake(below(pointer, key), misfit, hint);
            }
        }
        let example = field
            .example
            .as_deref()
            .filter(|_| role != FieldRole::Member);
        if let Some(text) = example {
            self.region(field, text, below(pointer, "example"));
        }
    }

    /// Checks a name that is sent without escaping.
    pub(super) fn wire_name(&mut self, name: &str, pointer: &str) {
        if !is_wire_name(name) {
            let message = format!("`{name}` cannot be a name on the wire");
            let hint =
                "use ASCII letters, digits, `_`, `-` and `.`, with at least one letter or digit";
            self.mistake(pointer, message, hint);
        }
    }

    /// Checks the name of a member.
    fn member_name(&mut self, name: &str, pointer: &str) {
        if !is_member_name(name) {
            let message = format!("`{name}` cannot be the name of a member");
            let hint = r#"use characters that can be seen, but not `"` and `\`"#;
            self.mistake(pointer, message, hint);
        }
    }

    /// Checks a name that must also be the name of an XML element.
    pub(super) fn element_name(&mut self, name: &str, pointer: &str) {
        self.wire_name(name, pointer);
        if is_wire_name(name) && !is_element_name(name) {
            let message = format!("`{name}` cannot be the name of an XML element");
            self.mistake(pointer, message, "begin it with a letter or `_`");
        }
    }

    fn type_(&mut self, type_: &'a Type, pointer: &str) {
        match type_ {
            Type::Name(name) if self.types.contains_key(name.as_str()) => {
                self.used_types.insert(name);
            }
            Type::Name(name) => {
                let known: Vec<&str> = self.types.keys().copied().collect();
                self.unknown(pointer.to_owned(), "type", name, known);
            }
            Type::List { list } => {
                if let Some(item) = &list.item {
                    self.element_name(item, &format!("{pointer}/list/item"));
                }
                self.inner_type(&list.of, &format!("{pointer}/list/of"));
            }
            Type::Map { map } => self.inner_type(map, &below(pointer, "map")),
        }
    }

    /// Checks the type of a list's items or a map's values.
    fn inner_type(&mut self, type_: &'a Type, pointer: &str) {
        if let Type::List { list } = type_
            && list.item.is_some()
        {
            let hint = "remove `item`: only the list of a member itself can be wrapped";
            let message = "a list nested in a list or map is wrapped";
            self.mistake(format!("{pointer}/list/item"), message, hint);
        }
        self.type_(type_, pointer);
    }

    fn presence(&mut self, field: &Field, pointer: &str, role: FieldRole) {
        if field.required && field.default.is_some() {
            let hint = "remove `default`: it is never used";
            let message = format!("`{}` is required but has a default", field.name);
            self.mistake(below(pointer, "default"), message, hint);
        }
        if field.required && field.required_when.is_some() {
            let hint = "remove either `required` or `required_when`";
            let message = format!("`{}` is both always and conditionally required", field.name);
            self.mistake(below(pointer, "required_when"), message, hint);
        }
        if role == FieldRole::Member && field.default.is_some() {
            let message = format!("member `{}` has a default", field.name);
            let hint = "remove `default`: only parameters may have one";
            self.mistake(below(pointer, "default"), message, hint);
        }
        let takes_default = matches!(
            self.named(&field.type_),
            None | Some(Named::Enum(_)) | Some(Named::Scalar(_))
        ) && matches!(&field.type_, Type::Name(name) if name != "any");
        if field.default.is_some() && !takes_default {
            let hint = "remove `default`: only scalars and enums may have one";
            let message = format!("`{}` cannot have a default", field.name);
            self.mistake(below(pointer, "default"), message, hint);
        }
    }

    /// Checks that a field can be sent as parameters.
    pub(super) fn parameter_form(&mut self, field: &Field, pointer: &str) {
        if field.style == Some(ListStyle::Json) {
            return;
        }
        if let Some(Named::Struct(s)) = self.resolve(&field.type_)
            && self.reached[s.name.as_str()].contains(s.name.as_str())
        {
            let message = format!(
                "struct `{}` contains itself and cannot be sent as parameters",
                s.name
            );
            self.mistake(below(pointer, "type"), message, "set `style` to `json`");
        }
    }

    /// Reports limits on members of a struct that is sent as parameters: nothing checks them.
    pub(super) fn unchecked(&mut self, field: &Field, pointer: &str) {
        let keys = [
            ("pattern", field.pattern.is_some()),
            ("min_length", field.min_length.is_some()),
            ("max_length", field.max_length.is_some()),
            ("minimum", field.minimum.is_some()),
            ("maximum", field.maximum.is_some()),
            ("max_items", field.max_items.is_some()),
        ];
        for (key, given) in keys {
            if given {
                let message = format!("`{key}` of `{}` is never checked", field.name);
                let hint =
                    "move the limit to `description`: only an action's own parameters are checked";
                self.mistake(below(pointer, key), message, hint);
            }
        }
    }

    /// Checks keys that apply to only one kind of type.
    fn keys_fit_type(&mut self, field: &Field, pointer: &str, role: FieldRole) {
        let named = self.named(&field.type_);
        let is = |names: &[&str]| matches!(named, Some(Named::Scalar(n)) if names.contains(&n));
        let is_text = is(&["string"]);
        let is_integer = is(&["int32", "int64"]);
        let is_enum = matches!(named, Some(Named::Enum(_)));
        let has_parts = is(&["any"])
            || matches!(named, Some(Named::Struct(_)))
            || matches!(field.type_, Type::Map { .. });
        let is_json = field.style == Some(ListStyle::Json);
        let list = match &field.type_ {
            Type::List { list } => Some(list),
            _ => None,
        };
        let is_parameter = role != FieldRole::Member;
        let keys = [
            ("pattern", field.pattern.is_some(), is_text, "strings"),
            ("min_length", field.min_length.is_some(), is_text, "strings"),
            ("max_length", field.max_length.is_some(), is_text, "strings"),
            ("minimum", field.minimum.is_some(), is_integer, "integers"),
            ("maximum", field.maximum.is_some(), is_integer, "integers"),
            ("unit", field.unit.is_some(), is_integer, "integers"),
            (
                "max_items",
                field.max_items.is_some(),
                list.is_some(),
                "lists",
            ),
            (
                "style",
                field.style.is_some(),
                is_parameter && (list.is_some() || has_parts && is_json),
                "list parameters, and `json` also to struct, map and `any` parameters",
            ),
            (
                "in",
                field.position != Position::Query,
                role == FieldRole::Parameter,
                "parameters of an action",
            ),
            (
                "accepts_unknown",
                field.accepts_unknown,
                is_parameter && is_enum,
                "enum parameters",
            ),
        ];
        for (key, given, fits, owner) in keys {
            let is_declared = named.is_some() || !matches!(field.type_, Type::Name(_));
            if given && !fits && is_declared {
                let hint = format!("remove `{key}`: it applies only to {owner}");
                let message = format!("`{key}` does not apply to `{}`", field.name);
                self.mistake(below(pointer, key), message, hint);
            }
        }
        if is_parameter && list.is_some_and(|list| list.item.is_some()) {
            let hint = "remove `item`: only responses wrap lists";
            let message = format!("parameter `{}` wraps its list", field.name);
            self.mistake(format!("{pointer}/type/list/item"), message, hint);
        }
        self.joined(field, pointer);
    }

    fn bounds(&mut self, field: &Field, pointer: &str) {
        let crossed =
            |min: Option<i64>, max: Option<i64>| matches!((min, max), (Some(a), Some(b)) if a > b);
        let lengths = (
            field.min_length.map(i64::from),
            field.max_length.map(i64::from),
        );
        if crossed(lengths.0, lengths.1) {
            let hint = "swap the two bounds";
            let message = "`min_length` is greater than `max_length`";
            self.mistake(below(pointer, "min_length"), message, hint);
        }
        if crossed(field.minimum, field.maximum) {
            let hint = "swap the two bounds";
            let message = "`minimum` is greater than `maximum`";
            self.mistake(below(pointer, "minimum"), message, hint);
        }
        let integers = integers(&field.type_);
        let above = field.minimum.is_some_and(|min| min > *integers.end());
        let below_all = field.maximum.is_some_and(|max| max < *integers.start());
        for (key, is_outside) in [("minimum", above), ("maximum", below_all)] {
            if is_outside {
                let hint = "change the type to `int64`, or correct the bound";
                let message = format!("`{key}` excludes every `int32`");
                self.mistake(below(pointer, key), message, hint);
            }
        }
        if field.max_items == Some(0) {
            let hint = "remove `max_items`, or the parameter if it must not be sent";
            let message = format!("`max_items` of `{}` allows no items", field.name);
            self.mistake(below(pointer, "max_items"), message, hint);
        }
        if let Some(Err(error)) = field.pattern.as_deref().map(whole) {
            let hint = "use a regular expression without look-around or back-references";
            let message = format!("`pattern` is not a supported regular expression: {error}");
            self.mistake(below(pointer, "pattern"), message, hint);
        }
    }
}
