//! Checks of how parameters are sent: lists joined with commas, and names that collide.

use super::checker::{Checker, Named};
use crate::graph::has_map;
use crate::pointer::below;
use crate::spec::{Enum, Field, ListStyle, Type};

impl Checker<'_> {
    /// Checks that the items of a list joined with commas are single values without commas.
    pub(super) fn joined(&mut self, field: &Field, pointer: &str) {
        let Type::List { list } = &field.type_ else {
            return;
        };
        if field.style != Some(ListStyle::Simple) {
            return;
        }
        let what = match (&list.of, self.named(&list.of)) {
            (Type::List { .. }, _) => "lists",
            (Type::Map { .. }, _) => "maps",
            (_, Some(Named::Struct(_))) => "structs",
            (_, Some(Named::Enum(e))) if has_commas(e) => "values with commas",
            _ => return,
        };
        let hint = "use `repeat` or `json`";
        let message = format!(
            "`{}` is a list of {what}, which cannot be joined with commas",
            field.name
        );
        self.mistake(below(pointer, "style"), message, hint);
    }

    /// Reports fields whose names collide with parts of a list or struct, sent as `List.1` or
    /// `Struct.Member`.
    pub(super) fn overlaps(&mut self, fields: &[Field], pointer: &str) {
        let mut earlier: Vec<&Field> = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            let meets = |other: &&&Field| self.holds(other, field) || self.holds(field, other);
            let Some(other) = earlier.iter().find(meets) else {
                earlier.push(field);
                continue;
            };
            let message = format!("`{}` and `{}` collide on the wire", field.name, other.name);
            let hint = "remove one: in a request, it looks like a part of the other";
            self.mistake(format!("{pointer}/{index}/name"), message, hint);
        }
    }

    /// Returns `true` if the name of `inner` is also that of a part of `outer`.
    fn holds(&self, outer: &Field, inner: &Field) -> bool {
        let rest = inner.name.strip_prefix(outer.name.as_str());
        let Some(rest) = rest.and_then(|rest| rest.strip_prefix('.')) else {
            return false;
        };
        let first = rest.split('.').next().unwrap_or_default();
        let is_number = first.bytes().all(|byte| byte.is_ascii_digit());
        match (outer.style, &outer.type_) {
            (Some(ListStyle::Json | ListStyle::Simple), _) => false,
            (_, Type::List { .. }) => is_number && !has_map(&outer.type_),
            // If one member was sent, a reader looks for the other members.
            (_, type_) => matches!(self.named(type_), Some(Named::Struct(_))),
        }
    }
}

/// Returns `true` if a spelling of a value contains a comma.
fn has_commas(e: &Enum) -> bool {
    let mut spellings = e.values.iter().flat_map(|value| {
        let aliases = value.aliases.iter();
        aliases.chain([&value.value])
    });
    spellings.any(|spelling| spelling.contains(','))
}
