//! Import of a vendor's published metadata into a spec.
//!
//! ```text
//! text ─ node ─► actions, parameters, schema, errors, examples ─► Spec with open names
//!      ─ types ─► Spec ─ repair ─► Spec that passes every check, and findings
//! ```
//!
//! Facts that the spec cannot hold are reported with their location. Nothing here is specific to a
//! product. The metadata of an RPC-style API does not describe the protocol, which is copied from
//! another spec.

mod actions;
mod assemble;
mod chapters;
mod cli;
mod codes;
mod error;
mod errors;
mod examples;
mod fields;
mod findings;
mod importer;
mod input;
mod keep;
mod node;
mod pages;
mod parameters;
mod product;
mod published;
mod repair;
mod schema;
mod substitutes;
mod text;
mod texts;
mod types;
mod value_names;

pub use assemble::Imported;
use codegen_spec::repeated_keys;
pub use error::Error;
use error::shape;
pub use findings::{Finding, FindingKind, Findings};
pub use input::{File, Options};
use serde_json::Value;

/// Converts metadata into a spec: either one `api-docs.json`, or the files of the older metadata,
/// with one file per action.
///
/// # Errors
///
/// See [`Error`]. Metadata that is only partly understood causes findings, not an error.
pub fn import(files: &[File], options: Options<'_>) -> Result<Imported, Error> {
    let mut documents: Vec<Value> = Vec::new();
    let mut repeated: Vec<String> = Vec::new();
    let mut replaced: Vec<(String, String)> = Vec::new();
    for file in files {
        let text = file.text.trim_start_matches('\u{feff}');
        let parsed = text::parse(text).map_err(|source| Error::Syntax {
            file: file.name.clone(),
            source,
        })?;
        let name = (files.len() > 1).then(|| format!("{}#", file.name));
        let pointers = repeated_keys(&parsed.text).into_iter();
        repeated.extend(pointers.map(|pointer| name.clone().unwrap_or_default() + &pointer));
        documents.push(parsed.value);
        replaced.extend(parsed.odd.into_iter().map(|odd| (file.name.clone(), odd)));
    }
    let mut imported = match documents.as_slice() {
        [one] if one.get("info").is_some() => published::published(one, options),
        [one] if one.get("name").is_none() && one.get("products").is_none() => Err(shape(
            "/info",
            "the file has neither `info` with product and version nor the `name` of an action",
        )),
        _ => cli::older(files, &documents, options),
    }?;
    for pointer in repeated {
        let message = "a duplicate key, of which only the last is read";
        (imported.findings).add(FindingKind::NotCarried, &pointer, message, "");
    }
    for (file, odd) in replaced {
        let message = "a number beyond 64 bits, or half of a surrogate pair, which is replaced";
        (imported.findings).add(FindingKind::Changed, &file, message, odd);
    }
    Ok(imported)
}
