//! Checks of how parameters are sent: lists joined with commas, and names that collide.

use super::checker::{Checker, Named};
use crate::names::part_of;
use crate::pointer::below;
use crate::spec::{Enum, Field, ListStyle, Type};

/// Key of a list's first item, below that of the list.
const FIRST_ITEM: &str = "1";

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

    /// Reports fields whose names collide with parts of another one, which is sent as `List.1`,
    /// `Struct.Member` or `Map.key`. Wherever they stand, the one with parts is right: it can send
    /// the value of the other.
    pub(super) fn overlaps(&mut self, fields: &[Field], pointer: &str) {
        for (index, field) in fields.iter().enumerate() {
            let Some(other) = fields.iter().find(|other| self.holds(other, field)) else {
                continue;
            };
            let message = format!("`{}` and `{}` collide on the wire", field.name, other.name);
            let hint = "remove one: in a request, it looks like a part of the other";
            self.mistake(format!("{pointer}/{index}/name"), message, hint);
        }
    }

    /// Returns `true` if the name of `inner`, or of a part of it, is also that of a part of `outer`.
    fn holds(&self, outer: &Field, inner: &Field) -> bool {
        let is_flat = !matches!(outer.style, Some(ListStyle::Json | ListStyle::Simple));
        let is_numbered = inner.key() != inner.name && inner.name != outer.name;
        let rest = match part_of(inner.key(), outer.key()) {
            None if is_numbered && inner.key() == outer.key() => Some(FIRST_ITEM),
            rest => rest,
        };
        is_flat && rest.is_some_and(|rest| self.has_part(&outer.type_, rest))
    }

    /// Returns `true` if a value of the type may be sent with a part called `name`, or with parts
    /// of that part.
    pub(super) fn has_part(&self, type_: &Type, name: &str) -> bool {
        match (type_, self.named(type_)) {
            (Type::List { list }, _) => {
                let (index, rest) = name.split_once('.').unwrap_or((name, ""));
                let is_index = index.bytes().all(|byte| byte.is_ascii_digit());
                is_index && (rest.is_empty() || self.has_part(&list.of, rest))
            }
            (Type::Map { .. }, _) | (_, Some(Named::Scalar("any"))) => true,
            (_, Some(Named::Struct(s))) => s.members.iter().any(|member| {
                let rest = part_of(name, member.key());
                member.name == name || rest.is_some_and(|rest| self.has_part(&member.type_, rest))
            }),
            _ => false,
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
