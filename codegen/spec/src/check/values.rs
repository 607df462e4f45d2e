//! Checks of values, written as on the wire, against their type and bounds.

use std::ops::RangeInclusive;

use pop_rpc::signature::name::REGION_ID;
use regex_lite::Regex;

use super::checker::{Checker, Named};
use crate::mistake::Mistake;
use crate::spec::{EnumBase, Field, Type};

impl Checker<'_> {
    /// Returns the reason why `text` is not a value of `field`, or `None` if it is.
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
                return Some(format!("`{text}` is not a value of `{}`", e.name));
            }
        };
        if !is_scalar(name, text) {
            return Some(format!("`{text}` is not a valid `{name}`"));
        }
        out_of_bounds(field, text)
    }

    /// Checks that an example of `RegionId` is a region that the gateway accepts.
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
        // For a list, generated tests send other items.
        let is_text = matches!(
            self.named(&field.type_),
            Some(Named::Scalar("string") | Named::Enum(_))
        );
        if !is_text {
            let message = format!("`{REGION_ID}` is neither a string nor an enum");
            self.mistake(
                pointer,
                message,
                "remove it from examples: regions are strings",
            );
        } else if !regions.any(|region| region == text) {
            let message = format!("`{text}` is not a region of the product");
            let hint = "use an ID from `regions`: the gateway rejects any other region";
            let mistake = Mistake::new(pointer, message, hint);
            self.mistakes.push(mistake.instead(first));
        }
    }
}

/// Returns `true` if `text` is a value of the scalar type `name`.
pub(super) fn is_scalar(name: &str, text: &str) -> bool {
    match name {
        "int32" => text.parse::<i32>().is_ok(),
        "int64" => text.parse::<i64>().is_ok(),
        "float" | "double" => text.parse::<f64>().is_ok_and(f64::is_finite),
        "boolean" => matches!(text, "true" | "false"),
        _ => true,
    }
}

/// Compiles a pattern so that it matches only the whole text.
///
/// # Errors
///
/// Fails if the pattern is not a supported regular expression.
pub fn whole(pattern: &str) -> Result<Regex, regex_lite::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

/// Returns the range of integers of a type.
pub fn integers(type_: &Type) -> RangeInclusive<i64> {
    match type_ {
        Type::Name(name) if name == "int32" => i32::MIN.into()..=i32::MAX.into(),
        _ => i64::MIN..=i64::MAX,
    }
}

/// Returns `true` if `text` is a value of an enum's base type.
pub(super) fn is_base(base: EnumBase, text: &str) -> bool {
    match base {
        EnumBase::String => !text.is_empty(),
        // Only one spelling per number, so that no two values are equal.
        EnumBase::Int32 => text
            .parse::<i32>()
            .is_ok_and(|value| value.to_string() == text),
    }
}

/// Returns the bound that `text` violates, if any.
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
