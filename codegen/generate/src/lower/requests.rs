//! How the values of parameters are sent, read and checked.

use codegen_spec::names::{Scope, shouty};
use codegen_spec::{Field, ListStyle, Type};

use super::declared::{Names, member_setter, setter};
use super::fields::{DeclaredField, is_time};
use super::literal::{deprecated, exact};
use super::markdown::summary;
use super::presence::FieldOwner;
use crate::ir::{self, Style};

/// Most arguments of a method that clippy allows, without `self`.
const MOST_ARGUMENTS: usize = 6;

impl Names<'_> {
    /// Returns `true` if a parameter is sent under several names, or under one that follows from
    /// its value.
    pub(super) fn is_flattened(&self, field: &Field) -> bool {
        let has_parts = match &field.type_ {
            Type::Name(name) => name == "any" || self.structs.contains_key(name.as_str()),
            _ => true,
        };
        has_parts && style(field) == Style::Flat
    }

    /// Returns the value of a field of `owner`.
    pub(super) fn value_of(
        &self,
        declared: DeclaredField,
        field: &Field,
        owner: FieldOwner<'_>,
    ) -> ir::Value {
        let DeclaredField {
            name,
            value_type,
            presence,
            is_boxed,
            ..
        } = declared;
        ir::Value {
            is_region: self.is_own_region(field, owner),
            setter: match owner {
                FieldOwner::Request => setter(&name),
                FieldOwner::Response | FieldOwner::Struct(_) => member_setter(&name),
            },
            name,
            wire: field.name.clone(),
            key: field.key().to_owned(),
            is_text: value_type == "String",
            value_type,
            style: style(field),
            presence,
            is_boxed,
            rules: ir::ValueRules::default(),
            summary: summary(field.description.for_code()),
            deprecated: deprecated(field.deprecated.as_ref()),
        }
    }

    /// Adds the rules for the values of an action's parameters.
    pub(super) fn add_rules(
        &self,
        parameters: &mut ir::Fields,
        fields: &[&Field],
        rules: &mut Rules,
    ) {
        for (lowered, field) in parameters.all.iter_mut().zip(fields) {
            lowered.value.rules = self.rules_of(field, rules);
        }
        let all = std::mem::take(&mut parameters.all);
        *parameters = ir::Fields::new(all, parameters.is_strict);
    }

    fn rules_of(&self, field: &Field, rules: &mut Rules) -> ir::ValueRules {
        let item = match &field.type_ {
            Type::List { list } => &list.of,
            other => other,
        };
        let is_enum = matches!(item, Type::Name(name) if self.enums.contains_key(name.as_str()));
        ir::ValueRules {
            rule: rules.name_of(field),
            has_range: field.minimum.is_some() || field.maximum.is_some(),
            minimum: field.minimum,
            maximum: field.maximum,
            max_items: field.max_items,
            is_known: is_enum && !field.accepts_unknown,
            is_time: is_time(field),
            default: field.default.as_deref().map(exact),
        }
    }
}

impl ir::Fields {
    /// Groups fields by their presence.
    pub(super) fn new(all: Vec<ir::Field>, is_strict: bool) -> Self {
        Self::grouped(all, is_strict, |value| value.presence.is_required())
    }

    /// Groups the fields of a response, whose `request_id` the dispatcher sets.
    pub(super) fn of_response(all: Vec<ir::Field>, request_id: Option<&ir::RequestId>) -> Self {
        let is_set = |value: &ir::Value| request_id.is_some_and(|id| id.field == value.name);
        Self::grouped(all, false, |value| {
            value.presence.is_required() && !is_set(value)
        })
    }

    fn grouped(
        all: Vec<ir::Field>,
        is_strict: bool,
        is_required: impl Fn(&ir::Value) -> bool,
    ) -> Self {
        let values = all.iter().map(|field| field.value.clone());
        let (required, optional): (Vec<_>, Vec<_>) = values.partition(is_required);
        Self {
            all,
            is_strict,
            has_many_required: required.len() > MOST_ARGUMENTS,
            required,
            optional,
        }
    }
}

/// Returns how a parameter is encoded.
fn style(field: &Field) -> Style {
    match field.style {
        Some(ListStyle::Json) => Style::Json,
        Some(ListStyle::Simple) => Style::Simple,
        Some(ListStyle::Repeat) | None => Style::Flat,
    }
}

/// Rules for texts, without duplicates.
#[derive(Default)]
pub(super) struct Rules {
    names: Scope,
    rules: Vec<ir::Rule>,
}

impl Rules {
    pub(super) fn into_ir(self) -> Vec<ir::Rule> {
        self.rules
    }

    /// Returns the name of a field's rule, if it has one.
    fn name_of(&mut self, field: &Field) -> Option<String> {
        if field.pattern.is_none() && field.min_length.is_none() && field.max_length.is_none() {
            return None;
        }
        let mut rule = ir::Rule {
            name: String::new(),
            pattern: field.pattern.as_deref().map(exact),
            min_length: field.min_length.unwrap_or_default(),
            max_length: field.max_length,
        };
        let is_same = |known: &&ir::Rule| {
            let (pattern, min, max) = (&known.pattern, known.min_length, known.max_length);
            (pattern, min, max) == (&rule.pattern, rule.min_length, rule.max_length)
        };
        if let Some(known) = self.rules.iter().find(is_same) {
            return Some(known.name.clone());
        }
        rule.name = self.names.unique(shouty(&field.name));
        self.rules.push(rule.clone());
        Some(rule.name)
    }
}
