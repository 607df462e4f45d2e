//! From the metadata that a vendor publishes to a spec.
//!
//! ```text
//! text ─ node ─► actions, parameters, schema, errors, examples ─► Spec with open names
//!      ─ types ─► Spec ─ repair ─► Spec that passes every check, and findings
//! ```
//!
//! What the spec cannot hold is reported where it stands. Nothing here knows a product: what the
//! metadata of an RPC-style API does not say, the protocol, is taken over from another spec.

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
mod made;
mod node;
mod parameters;
mod product;
mod published;
mod repair;
mod schema;
mod texts;
mod types;

pub use assemble::Imported;
use codegen_spec::repeated_keys;
pub use error::Error;
use error::shape;
pub use findings::{Finding, FindingKind, Findings};
pub use input::{File, Options};
use serde_json::Value;

/// Makes a spec of metadata: the text of one `api-docs.json`, or the files of the older metadata,
/// one an action.
///
/// # Errors
///
/// [`Error`]; metadata that is only partly understood is no error, but among the findings.
pub fn import(files: &[File], options: Options<'_>) -> Result<Imported, Error> {
    let mut documents: Vec<Value> = Vec::new();
    let mut repeated: Vec<String> = Vec::new();
    for file in files {
        let text = file.text.trim_start_matches('\u{feff}');
        let document = serde_json::from_str(text).map_err(|source| Error::Syntax {
            file: file.name.clone(),
            source,
        })?;
        documents.push(document);
        let name = (files.len() > 1).then(|| format!("{}#", file.name));
        let pointers = repeated_keys(text).into_iter();
        repeated.extend(pointers.map(|pointer| name.clone().unwrap_or_default() + &pointer));
    }
    let mut imported = match documents.as_slice() {
        [one] if one.get("info").is_some() => published::published(one, options),
        [one] if one.get("name").is_none() && one.get("products").is_none() => Err(shape(
            "/info",
            "there is no `info` with product and version, and no `name` of an action",
        )),
        _ => cli::older(files, &documents, options),
    }?;
    for pointer in repeated {
        let message = "a key that stands there twice, of which the last counts";
        (imported.findings).add(FindingKind::NotCarried, &pointer, message, "");
    }
    Ok(imported)
}
