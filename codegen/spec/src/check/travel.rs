//! Checks of how parameters are sent: lists joined with commas, and names that collide.

use std::collections::HashSet;

use super::checker::{Checker, Named};
use crate::names::part_of;
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

    /// Reports fields that can send the same key. Wherever they stand, the one with the longer key is
    /// wrong: it looks like a part of the other, which is sent as `List.1`, `Struct.Member` or `Map.key`.
    pub(super) fn overlaps(&mut self, fields: &[Field], pointer: &str) {
        for (index, field) in fields.iter().enumerate() {
            let Some(other) = fields.iter().find(|other| self.collide(other, field)) else {
                continue;
            };
            let message = format!("`{}` and `{}` collide on the wire", field.name, other.name);
            let hint = "remove one: in a request, it looks like a part of the other";
            self.mistake(format!("{pointer}/{index}/name"), message, hint);
        }
    }

    /// Returns `true` if the name of `inner` is that of a part of `outer`, and both can send the same
    /// key.
    fn collide(&self, outer: &Field, inner: &Field) -> bool {
        let is_numbered = inner.key() != inner.name && inner.name != outer.name;
        let rest = match part_of(inner.key(), outer.key()) {
            None if is_numbered && inner.key() == outer.key() => "",
            None => return false,
            Some(rest) => rest,
        };
        self.meet(
            sent_type(outer),
            rest,
            sent_type(inner),
            &mut HashSet::new(),
        )
    }

    /// Returns `true` if `outer` and `inner` can send the same key. `inner` is sent under the name of
    /// `outer`, a dot and `rest`; or under the same name, if `rest` is empty.
    ///
    /// `seen` holds the arguments of earlier calls, as types may contain themselves.
    fn meet<'t>(
        &'t self,
        outer: Option<&'t Type>,
        rest: &'t str,
        inner: Option<&'t Type>,
        seen: &mut HashSet<(Option<&'t Type>, &'t str, Option<&'t Type>)>,
    ) -> bool {
        if !seen.insert((outer, rest, inner)) {
            return false;
        }
        match (self.keys(outer), self.keys(inner)) {
            (Keys::Any, _) => true,
            (Keys::One, Keys::One | Keys::Any) => rest.is_empty(),
            (Keys::One, _) => false,
            (Keys::Parts, Keys::One) => !rest.is_empty(),
            (Keys::Parts, _) => true,
            (Keys::Items(item), _) if !rest.is_empty() => {
                after_number(rest).is_some_and(|rest| self.meet(Some(item), rest, inner, seen))
            }
            (Keys::Items(item), Keys::Items(other)) => self.meet(Some(item), "", Some(other), seen),
            (Keys::Items(_), Keys::One) => false,
            (Keys::Items(_), _) => self.meet(inner, "", outer, seen),
            (Keys::Members(members), _) => members.iter().any(|member| {
                let (key, type_) = (member.key(), sent_type(member));
                if rest.is_empty() {
                    self.meet(inner, key, type_, seen)
                } else if key == rest {
                    self.meet(type_, "", inner, seen)
                } else if let Some(rest) = part_of(rest, key) {
                    self.meet(type_, rest, inner, seen)
                } else {
                    part_of(key, rest).is_some_and(|key| self.meet(inner, key, type_, seen))
                }
            }),
        }
    }

    /// Returns the keys of a value that is sent as parameters, or as one if it has no type.
    fn keys<'t>(&'t self, type_: Option<&'t Type>) -> Keys<'t> {
        match (type_, type_.and_then(|type_| self.named(type_))) {
            (Some(Type::List { list }), _) => Keys::Items(&list.of),
            (Some(Type::Map { .. }), _) => Keys::Parts,
            (_, Some(Named::Scalar("any"))) => Keys::Any,
            (_, Some(Named::Struct(s))) => Keys::Members(&s.members),
            _ => Keys::One,
        }
    }

    /// Returns `true` if a value of the type may be sent with a part called `name`, or with parts
    /// of that part.
    pub(super) fn has_part(&self, type_: &Type, name: &str) -> bool {
        match self.keys(Some(type_)) {
            Keys::One => false,
            Keys::Any | Keys::Parts => true,
            Keys::Items(item) => {
                after_number(name).is_some_and(|rest| rest.is_empty() || self.has_part(item, rest))
            }
            Keys::Members(members) => members.iter().any(|member| {
                let rest = part_of(name, member.key());
                member.name == name || rest.is_some_and(|rest| self.has_part(&member.type_, rest))
            }),
        }
    }
}

/// Keys that a value can be sent with.
enum Keys<'t> {
    /// The name alone.
    One,
    /// The name, and any parts of it.
    Any,
    /// Any parts of the name.
    Parts,
    /// Numbered items of this type.
    Items(&'t Type),
    /// Members.
    Members(&'t [Field]),
}

/// Returns the type of a field that is sent as the type says; without one, it is sent as one key.
pub(super) fn sent_type(field: &Field) -> Option<&Type> {
    match field.style {
        Some(ListStyle::Json | ListStyle::Simple) => None,
        Some(ListStyle::Repeat) | None => Some(&field.type_),
    }
}

/// Returns what follows the number of an item and a dot, or an empty text if nothing does.
fn after_number(name: &str) -> Option<&str> {
    let (number, rest) = name.split_once('.').unwrap_or((name, ""));
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !number.is_empty() && !number.starts_with('0')).then_some(rest)
}

/// Returns `true` if a spelling of a value contains a comma.
fn has_commas(e: &Enum) -> bool {
    let mut spellings = e.values.iter().flat_map(|value| {
        let aliases = value.aliases.iter();
        aliases.chain([&value.value])
    });
    spellings.any(|spelling| spelling.contains(','))
}
