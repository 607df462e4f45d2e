//! Whether a value, as sent on the wire, fits its type and bounds.

use std::ops::RangeInclusive;

use pop_rpc::signature::name::REGION_ID;
use regex_lite::Regex;

use super::checker::{Checker, Named};
use crate::mistake::Mistake;
use crate::spec::{EnumBase, Field, Type};

impl Checker<'_> {
    /// Why `text` is no value of `field`; `None` if it is one.
    pub(super) fn misfit(&self, field: &Field, text: &str) -> Option<String> {
        if !matches!(field.type_, Type::Name(_)) {
            return None;
        }
        let name = match self.named(&field.type_)? {
            Named::Scalar(name) => name,
            Named::Struct(_) => return None,
            Named::Enum(e) => {
                let mut known = e.values.iter();
                let is_known = known
                    .any(|value| value.value == text || value.aliases.iter().any(|a| a == text));
                if is_known || field.accepts_unknown && is_base(e.base, text) {
                    return None;
                }
                return Some(format!("`{text}` is no value of `{}`", e.name));
            }
        };
        if !is_scalar(name, text) {
            return Some(format!("`{text}` is no `{name}`"));
        }
        out_of_bounds(field, text)
    }

    /// An example of the region of a request is one that the gateway takes.
    pub(super) fn region(&mut self, field: &Field, text: &str, pointer: String) {
        let spec = self.spec;
        let is_checked = spec.dispatch_errors.unknown_region.is_some();
        let mut regions = spec.regions.iter().map(|region| region.id.as_str());
        let Some(first) = regions.clone().next() else {
            return;
        };
        if field.name != REGION_ID || !is_checked {
            return;
        }
        // Of a list, a test would send items of its own.
        let is_text = matches!(
            self.named(&field.type_),
            Some(Named::Scalar("string") | Named::Enum(_))
        );
        if !is_text {
            let message = format!("`{REGION_ID}` is no text, as regions are");
            self.mistake(pointer, message, "leave it out of examples");
        } else if !regions.any(|region| region == text) {
            let message = format!("`{text}` is no region of the product");
            let hint = "give a region under `regions`: the gateway refuses any other";
            let mistake = Mistake::new(pointer, message, hint);
            self.mistakes.push(mistake.instead(first));
        }
    }
}

/// Whether `text` is a value of the scalar type `name`.
pub(super) fn is_scalar(name: &str, text: &str) -> bool {
    match name {
        "int32" => text.parse::<i32>().is_ok(),
        "int64" => text.parse::<i64>().is_ok(),
        "float" | "double" => text.parse::<f64>().is_ok_and(f64::is_finite),
        "boolean" => matches!(text, "true" | "false"),
        _ => true,
    }
}

/// A pattern as it is applied: to the whole text.
pub fn whole(pattern: &str) -> Result<Regex, regex_lite::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

/// The integers that a type holds.
pub fn integers(type_: &Type) -> RangeInclusive<i64> {
    match type_ {
        Type::Name(name) if name == "int32" => i32::MIN.into()..=i32::MAX.into(),
        _ => i64::MIN..=i64::MAX,
    }
}

/// Whether `text` is a value of an enum's base.
pub(super) fn is_base(base: EnumBase, text: &str) -> bool {
    match base {
        EnumBase::String => !text.is_empty(),
        // Written in one way only, so that no two values are the same number.
        EnumBase::Int32 => text
            .parse::<i32>()
            .is_ok_and(|value| value.to_string() == text),
    }
}

fn out_of_bounds(field: &Field, text: &str) -> Option<String> {
    let length = text.chars().count();
    if field.min_length.is_some_and(|min| length < min as usize) {
        return Some(format!("`{text}` is shorter than `min_length`"));
    }
    if field.max_length.is_some_and(|max| length > max as usize) {
        return Some(format!("`{text}` is longer than `max_length`"));
    }
    if let Some(number) = text.parse::<i64>().ok().filter(|_| field.pattern.is_none()) {
        if field.minimum.is_some_and(|min| number < min) {
            return Some(format!("{number} is less than `minimum`"));
        }
        if field.maximum.is_some_and(|max| number > max) {
            return Some(format!("{number} is greater than `maximum`"));
        }
    }
    let pattern = whole(field.pattern.as_deref()?).ok()?;
    (!pattern.is_match(text)).then(|| format!("`{text}` does not match `pattern`"))
}
