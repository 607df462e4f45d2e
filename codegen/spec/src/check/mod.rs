//! Checks of what a spec means, beyond its shape: names exist, values fit, facts agree.

mod actions;
mod checker;
mod decoded;
mod definitions;
mod errata;
mod examples;
mod fields;
mod pages;
mod texts;
mod travel;
mod values;
mod xml_elements;

use checker::Checker;
pub use checker::SCALARS;
pub use errata::{follow, is_called};
use serde_json::Value;
pub use values::{integers, whole};

use crate::mistake::Mistake;
use crate::spec::Spec;

/// Checks a spec. `raw` is the same spec as plain JSON, for checks that follow paths.
pub fn check(spec: &Spec, raw: &Value) -> Vec<Mistake> {
    let mut checker = Checker::new(spec, raw);
    checker.texts();
    checker.definitions();
    checker.actions();
    checker.errata();
    checker.mistakes
}
