//! Import of the older metadata, made for a command line: one file per action, without responses.

mod actions;
mod files;
mod parameters;
mod product;

use codegen_spec::Action;
use serde_json::Value;

use super::assemble::Imported;
use super::error::Error;
use super::importer::Importer;
use super::input::{File, Options};
use super::node::Node;
use super::product::{language, unknown_actions};

/// Imports the older metadata, made for a command line.
pub(super) fn older(
    files: &[File],
    documents: &[Value],
    options: Options<'_>,
) -> Result<Imported, Error> {
    let language = language(&Value::from(documents.to_vec()), options.from);
    let mut importer = Importer::new(None, language, options);
    let roots = files.iter().zip(documents);
    let roots = roots.map(|(file, document)| Node::root(document, Some(&file.name)));
    let files = importer.files(roots.collect());
    let (product, version) = importer.cli_product(&files)?;
    importer.keep_signature(&product);
    let chapters = importer.chapters(None);
    let name = |node: &Node<'_>| node.value["name"].as_str().unwrap_or_default().to_owned();
    let known: Vec<String> = files.actions.iter().map(name).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    unknown_actions(options.actions, &known, &mut importer.findings);
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
