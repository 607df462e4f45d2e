//! From the metadata that a vendor publishes to a spec.
//!
//! ```text
//! text ─ node ─► actions, parameters, schema, errors, examples ─► Spec with open names
//!      ─ types ─► Spec ─ repair ─► Spec that passes every check, and a report
//! ```
//!
//! What the spec cannot hold is reported where it stands. Nothing here knows a product: what the
//! metadata of an RPC-style API does not say, the protocol, is taken over from another spec.

mod actions;
mod assemble;
mod cli;
mod errors;
mod examples;
mod fields;
mod keep;
mod made;
mod node;
mod parameters;
mod product;
mod repair;
mod report;
mod schema;
mod types;

use std::collections::{HashMap, HashSet};

use assemble::spoken;
use codegen_spec::names::is_wire_name;
use codegen_spec::repeated_keys;
use codegen_spec::{Action, ErrorCode, Language, Origin, Spec};
use errors::unnamed;
use keep::Older;
use node::Node;
use product::Chapters;
pub use report::{Finding, Kind, Report};
use serde_json::Value;
use types::Types;

/// What an import is told beside the metadata.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The actions to import; none means all.
    pub actions: &'a [String],
    /// An older spec of the product, whose hand-written parts are kept where the fact is unchanged.
    pub from: Option<&'a Spec>,
    /// A spec whose protocol is that of the product: common parameters, common response, errors of
    /// the gateway.
    pub gateway: &'a Spec,
}

/// A spec made of metadata.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The spec; it passes every check.
    pub spec: Spec,
    /// What is not in it as it was.
    pub report: Report,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file is no JSON.
    #[error("{file}: not JSON: {source}; is this the file `api-docs.json` of a product?")]
    Syntax {
        /// The file.
        file: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The spec could not be written as JSON and read again.
    #[error("the imported spec is no spec: {0}")]
    Form(#[from] serde_json::Error),
    /// It is JSON, and something else.
    #[error("{pointer}: {message}")]
    Shape {
        /// Where, as a JSON pointer.
        pointer: &'static str,
        /// What is wrong, and what to do.
        message: String,
    },
    /// What was made has mistakes that could not be mended.
    #[error("the imported spec has mistakes:\n{0}")]
    Mistakes(String),
}

fn shape(pointer: &'static str, message: impl Into<String>) -> Error {
    Error::Shape {
        pointer,
        message: message.into(),
    }
}

/// A file of metadata.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, for reports.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// Makes a spec of metadata: the text of one `api-docs.json`, or the files of the older metadata,
/// one an action.
///
/// # Errors
///
/// [`Error`]; metadata that is only partly understood is no error, but in the report.
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
        [one] if one.get("info").is_some() => published(one, options),
        [one] if one.get("name").is_none() && one.get("products").is_none() => Err(shape(
            "/info",
            "there is no `info` with product and version, and no `name` of an action",
        )),
        _ => older(files, &documents, options),
    }?;
    for pointer in repeated {
        let message = "a key that stands there twice, of which the last counts";
        (imported.report).add(Kind::NotCarried, &pointer, message, "");
    }
    Ok(imported)
}

/// The metadata of `api-docs.json`.
fn published(document: &Value, options: Options<'_>) -> Result<Imported, Error> {
    const KNOWN: [&str; 6] = [
        "version",
        "info",
        "directories",
        "components",
        "apis",
        "endpoints",
    ];
    let root = Node::root(document, None);
    let mut importer = Importer::new(
        Some(&root),
        product::language(document, options.from),
        options,
    );
    let (product, version) = importer.product(&root)?;
    root.only(&KNOWN, &mut importer.report);
    let chapters = importer.chapters(root.get("directories").as_ref());
    let actions = importer.actions(&root, options.actions, &chapters);
    let regions = match root.get("endpoints") {
        Some(endpoints) => importer.regions(&endpoints),
        None => Vec::new(),
    };
    importer.finish((&product, &version), chapters, actions, regions)
}

/// The older metadata, made for a command line.
fn older(files: &[File], documents: &[Value], options: Options<'_>) -> Result<Imported, Error> {
    let language = product::language(&Value::from(documents.to_vec()), options.from);
    let mut importer = Importer::new(None, language, options);
    let roots = files.iter().zip(documents);
    let roots = roots.map(|(file, document)| Node::root(document, Some(&file.name)));
    let files = importer.files(roots.collect());
    let (product, version) = importer.cli_product(&files)?;
    let chapters = importer.chapters(None);
    let name = |node: &Node<'_>| node.value["name"].as_str().unwrap_or_default().to_owned();
    let known: Vec<String> = files.actions.iter().map(name).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    product::unknown_actions(options.actions, &known, &mut importer.report);
    let mut actions: Vec<Action> = Vec::new();
    for node in &files.actions {
        let is_wanted = options.actions.is_empty() || options.actions.contains(&name(node));
        if is_wanted && let Some(mut action) = importer.cli_action(node, &files) {
            action.category = chapters.of(&action.name);
            actions.push(action);
        }
    }
    let regions = match &files.product {
        Some(product) => importer.cli_regions(product),
        None => Vec::new(),
    };
    importer.finish((&product, &version), chapters, actions, regions)
}

/// What is known while an import goes on.
struct Importer<'a> {
    language: Language,
    gateway: &'a Spec,
    /// Whether no action is left out.
    is_whole: bool,
    older: Option<Older<'a>>,
    report: Report,
    types: Types,
    components: HashMap<String, Node<'a>>,
    used_components: HashSet<String>,
    component_numbers: HashMap<String, usize>,
    /// Named schemas that something refers to, before their members are known.
    open_components: Vec<(usize, String, Node<'a>)>,
    error_codes: Vec<ErrorCode>,
    /// Where each code stands in `error_codes`.
    code_numbers: HashMap<String, usize>,
    /// Actions of which the metadata does not say whether they read or write.
    unsaid: HashSet<String>,
    /// Actions of which the metadata says that they are not deprecated.
    undeprecated: HashSet<String>,
    /// Where actions and fields stand in the metadata, by the names that lead to them in the spec.
    places: HashMap<String, String>,
}

impl<'a> Importer<'a> {
    fn new(root: Option<&Node<'a>>, language: Language, options: Options<'a>) -> Self {
        let mut report = Report::default();
        let components = root.and_then(|root| root.get("components"));
        if let Some(components) = &components {
            components.only(&["schemas"], &mut report);
        }
        let schemas = components.and_then(|components| components.get("schemas"));
        let schemas = schemas.map(|schemas| schemas.entries(&mut report));
        let of_gateway = options.gateway.error_codes.iter();
        let error_codes: Vec<ErrorCode> = of_gateway
            .filter(|error| error.origin == Origin::Gateway)
            .map(|error| ErrorCode {
                cause: spoken(&error.cause, language),
                remedy: spoken(&error.remedy, language),
                ..error.clone()
            })
            .collect();
        let numbers = error_codes.iter().enumerate();
        Self {
            language,
            gateway: options.gateway,
            is_whole: options.actions.is_empty(),
            older: options.from.map(Older::new),
            report,
            types: Types::default(),
            components: schemas
                .into_iter()
                .flatten()
                .map(|(name, schema)| (name.to_owned(), schema))
                .collect(),
            used_components: HashSet::new(),
            component_numbers: HashMap::new(),
            open_components: Vec::new(),
            code_numbers: numbers
                .map(|(number, e)| (unnamed(&e.code), number))
                .collect(),
            error_codes,
            unsaid: HashSet::new(),
            undeprecated: HashSet::new(),
            places: HashMap::new(),
        }
    }

    fn product(&mut self, root: &Node<'a>) -> Result<(String, String), Error> {
        let info = root.get("info");
        let info =
            info.ok_or_else(|| shape("/info", "there is no `info` with product and version"))?;
        info.only(&["style", "product", "version"], &mut self.report);
        let style = info.text_at("style", &mut self.report).unwrap_or_default();
        if !style.is_empty() && !style.eq_ignore_ascii_case("rpc") {
            let message =
                format!("the style is `{style}`; only APIs of the style `RPC` can be imported");
            return Err(shape("/info/style", message));
        }
        let mut name = |key: &str, pointer: &'static str| {
            let text = info.text_at(key, &mut self.report).unwrap_or_default();
            if is_wire_name(&text) {
                Ok(text)
            } else {
                Err(shape(pointer, format!("`{text}` cannot travel as a {key}")))
            }
        };
        Ok((
            name("product", "/info/product")?,
            name("version", "/info/version")?,
        ))
    }

    fn actions(&mut self, root: &Node<'a>, wanted: &[String], chapters: &Chapters) -> Vec<Action> {
        let apis = match root.get("apis") {
            Some(apis) => apis.entries(&mut self.report),
            None => Vec::new(),
        };
        let known: Vec<&str> = apis.iter().map(|(name, _)| *name).collect();
        product::unknown_actions(wanted, &known, &mut self.report);
        let wanted: HashSet<&str> = wanted.iter().map(String::as_str).collect();
        let mut actions = Vec::new();
        for (name, node) in apis {
            if !wanted.is_empty() && !wanted.contains(name) {
                continue;
            }
            if let Some(mut action) = self.action(name, &node) {
                action.category = chapters.of(name);
                actions.push(action);
            }
        }
        self.close_components();
        if wanted.is_empty() {
            let mut unused: Vec<_> = self.components.iter().collect();
            unused.retain(|(name, _)| !self.used_components.contains(*name));
            unused.sort_by_key(|(name, _)| (*name).clone());
            for (_, schema) in unused {
                let message = "a named schema that no action uses";
                self.report
                    .add(Kind::NotCarried, &schema.pointer, message, "");
            }
        }
        actions
    }

    /// Name that a type had in an older spec.
    fn given_name(&self, path: &[String], is_enum: bool) -> Option<String> {
        self.older.as_ref()?.type_name(path, is_enum)
    }

    fn lost(&mut self, node: &Node<'a>, key: &str, message: &str) {
        let shown = node.get(key).map(|node| node.shown());
        self.report.add(
            Kind::NotCarried,
            &node.below(key),
            message,
            shown.unwrap_or_default(),
        );
    }

    fn changed(&mut self, node: &Node<'a>, message: &str, detail: &str) {
        self.report
            .add(Kind::Changed, &node.pointer, message, detail);
    }
}
