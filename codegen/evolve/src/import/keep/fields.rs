//! Carry-over of parameters and members.

use codegen_spec::{EnumBase, Field, List, Type};

use super::keeper::Keeper;
use super::types::sort;

impl<'a> Keeper<'a, '_> {
    /// Carries over what is still valid for each field. Returns `true` if the fields are the same
    /// as before.
    pub(super) fn fields(&mut self, fields: &mut [Field], older: &'a [Field], place: &str) -> bool {
        let mut is_same = fields.len() == older.len();
        for before in older {
            let place = format!("{place}/{}", before.name);
            match fields.iter_mut().find(|field| field.name == before.name) {
                Some(field) => is_same &= self.field(field, before, &place),
                None => {
                    is_same = false;
                    if !self.has_erratum(&place) {
                        self.not_kept(&place, "a field that the metadata does not have");
                    }
                }
            }
        }
        sort(fields, older, |field| &field.name);
        is_same
    }

    /// Carries over what is still valid for a field. Returns `true` if it is the same as before.
    fn field(&mut self, field: &mut Field, older: &Field, place: &str) -> bool {
        match self.refined(&field.type_, &older.type_) {
            Some(type_) => {
                if type_ != field.type_ {
                    self.kept(&format!("{place}/type"), "a type");
                }
                field.type_ = type_;
            }
            None => {
                if !self.has_erratum(&format!("{place}/type")) {
                    let why = "the type changed, so nothing of the field is kept";
                    self.not_kept(place, why);
                }
                return false;
            }
        }
        self.text(
            &mut field.description,
            &older.description,
            &format!("{place}/description"),
        );
        field.aliases.clone_from(&older.aliases);
        field.rename.clone_from(&older.rename);
        field.unit = older.unit;
        field.accepts_unknown = older.accepts_unknown;
        if older.deprecated.is_some() {
            if field.deprecated.is_none() {
                self.kept(&format!("{place}/deprecated"), "a deprecation");
            }
            field.deprecated.clone_from(&older.deprecated);
        }
        if !field.required {
            field.required_when.clone_from(&older.required_when);
        } else if older.required_when.is_some() {
            let why = "the metadata states that it is always required";
            self.not_kept(&format!("{place}/required_when"), why);
        }
        self.limits(field, older, place);
        field.required == older.required
    }

    /// Carries over the limits that the metadata does not state.
    fn limits(&mut self, field: &mut Field, older: &Field, place: &str) {
        let mut found = Vec::new();
        let fates = &mut found;
        limit("pattern", &mut field.pattern, &older.pattern, fates);
        limit(
            "min_length",
            &mut field.min_length,
            &older.min_length,
            fates,
        );
        limit(
            "max_length",
            &mut field.max_length,
            &older.max_length,
            fates,
        );
        limit("minimum", &mut field.minimum, &older.minimum, fates);
        limit("maximum", &mut field.maximum, &older.maximum, fates);
        limit("max_items", &mut field.max_items, &older.max_items, fates);
        limit("style", &mut field.style, &older.style, fates);
        limit("example", &mut field.example, &older.example, fates);
        if !field.required {
            limit("default", &mut field.default, &older.default, fates);
        } else if older.default.is_some() && !older.required {
            fates.push(("default", Fate::Changed));
        }
        for (key, fate) in found {
            let place = format!("{place}/{key}");
            match fate {
                // An example is not a rule, so the vendor cannot have lifted it.
                Fate::Kept if key == "example" => {}
                Fate::Kept => self.kept(&place, "a limit or default"),
                Fate::Changed if self.has_erratum(&place) => {}
                Fate::Changed => self.not_kept(&place, "the metadata states another value"),
            }
        }
    }

    /// Returns the older type, if it is the same as that of the metadata or more precise.
    pub(super) fn refined(&self, type_: &Type, older: &Type) -> Option<Type> {
        match (type_, older) {
            (Type::Name(now), Type::Name(before)) if now == before => Some(older.clone()),
            (Type::Name(now), _) if now == "any" => Some(older.clone()),
            (Type::Name(now), Type::Name(before)) => {
                let e = self.older.enum_named(before)?;
                let is_base = match e.base {
                    EnumBase::String => now == "string",
                    EnumBase::Int32 => now == "int32" || now == "int64",
                };
                is_base.then(|| older.clone())
            }
            (Type::List { list: now }, Type::List { list: before }) if now.item == before.item => {
                let of = self.refined(&now.of, &before.of)?;
                let item = before.item.clone();
                Some(Type::List {
                    list: Box::new(List { of, item }),
                })
            }
            (Type::Map { map: now }, Type::Map { map: before }) => {
                let map = Box::new(self.refined(now, before)?);
                Some(Type::Map { map })
            }
            _ => None,
        }
    }
}

/// Fate of a limit of the older spec.
enum Fate {
    /// The limit is kept, since the metadata states none.
    Kept,
    /// The metadata states another limit.
    Changed,
}

/// Carries over a limit that the metadata does not state. Adds the key to `fates` if it is kept or
/// differs.
fn limit<T: Clone + PartialEq>(
    key: &'static str,
    now: &mut Option<T>,
    older: &Option<T>,
    fates: &mut Vec<(&'static str, Fate)>,
) {
    match (&*now, older) {
        (None, Some(_)) => {
            now.clone_from(older);
            fates.push((key, Fate::Kept));
        }
        (Some(now), Some(before)) if now != before => fates.push((key, Fate::Changed)),
        _ => {}
    }
}
