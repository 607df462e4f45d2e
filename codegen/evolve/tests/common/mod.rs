//! Helpers for tests of the import.

use codegen_evolve::import::{self, File, Imported, Options};
use codegen_spec::Spec;
use codegen_spec::load;
use serde_json::Value;

/// Returns a spec that provides the protocol.
pub(crate) fn gateway() -> Spec {
    load("small.json", include_str!("../../../spec/tests/small.json"))
        .expect("the small spec has no mistakes")
}

/// Creates a file of metadata.
pub(crate) fn file(name: &str, text: &str) -> File {
    File {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

/// Imports one `api-docs.json`.
pub(crate) fn import(text: &str, options: Options<'_>) -> Result<Imported, import::Error> {
    import::import(&[file("api-docs.json", text)], options)
}

/// Returns the spec as JSON, after passing it through a file, every check and the generator.
pub(crate) fn checked(imported: &Imported) -> Value {
    let text = codegen_spec::pretty::spec(&imported.spec).expect("a spec can be written");
    let generated = codegen::generate("imported.json", &text);
    generated.unwrap_or_else(|error| panic!("{error}\n{text}"));
    serde_json::from_str(&text).expect("JSON")
}

/// Returns the element of a list with this name.
pub(crate) fn called<'a>(list: &'a Value, name: &str) -> &'a Value {
    let list = list.as_array().expect("a list");
    let found = list.iter().find(|element| element["name"] == name);
    found.unwrap_or_else(|| panic!("{name} is not in {list:#?}"))
}
