//! The state of an import.

use std::collections::{HashMap, HashSet};

use codegen_spec::names::is_wire_name;
use codegen_spec::{ErrorCode, Language, Origin, Signature, Spec};

use super::codes::unnamed;
use super::findings::{FindingKind, Findings};
use super::input::Options;
use super::keep::Older;
use super::node::Node;
use super::texts::spoken;
use super::types::Types;

/// State of an import.
pub(super) struct Importer<'a> {
    pub(super) language: Language,
    pub(super) gateway: &'a Spec,
    /// Signature of the product's requests.
    pub(super) signature: Signature,
    /// `true` if all actions are imported.
    pub(super) is_whole: bool,
    pub(super) older: Option<Older<'a>>,
    pub(super) findings: Findings,
    pub(super) types: Types,
    pub(super) components: HashMap<String, Node<'a>>,
    pub(super) used_components: HashSet<String>,
    pub(super) component_numbers: HashMap<String, usize>,
    /// Referenced named schemas whose members are not known yet.
    pub(super) open_components: Vec<(usize, String, Node<'a>)>,
    pub(super) error_codes: Vec<ErrorCode>,
    /// Index of each code in `error_codes`.
    pub(super) code_numbers: HashMap<String, usize>,
    /// Actions for which the metadata does not state whether they read or write.
    pub(super) unsaid: HashSet<String>,
    /// Actions that the metadata explicitly states are not deprecated.
    pub(super) undeprecated: HashSet<String>,
    /// Locations of actions and fields in the metadata, by their paths of names in the spec.
    pub(super) places: HashMap<String, String>,
}

impl<'a> Importer<'a> {
    pub(super) fn new(root: Option<&Node<'a>>, language: Language, options: Options<'a>) -> Self {
        let mut findings = Findings::default();
        let components = root.and_then(|root| root.get("components"));
        if let Some(components) = &components {
            components.only(&["schemas"], &mut findings);
        }
        let schemas = components.and_then(|components| components.get("schemas"));
        let schemas = schemas.map(|schemas| schemas.entries(&mut findings));
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
            // The SDKs that the vendor generates from this metadata do the same.
            signature: Signature::Acs3,
            is_whole: options.actions.is_empty(),
            older: options.from.map(Older::new),
            findings,
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

    /// Keeps the signature of the older spec of the product, which people chose.
    pub(super) fn keep_signature(&mut self, product: &str) {
        let older = self.older.as_ref().map(|older| older.spec);
        if let Some(older) = older.filter(|older| older.product == product) {
            self.signature = older.signature;
        }
    }

    /// Returns the reason why an action cannot have a parameter of this name, or an empty text.
    pub(super) fn refused_name(&self, name: &str) -> &'static str {
        if !is_wire_name(name) {
            "the name is not valid on the wire"
        } else if self.signature.takes(name) {
            "a parameter of every request that is signed in parameters"
        } else {
            ""
        }
    }

    /// Reports a key that the spec does not contain.
    pub(super) fn lost(&mut self, node: &Node<'a>, key: &str, message: &str) {
        let shown = node.get(key).map(|node| node.shown());
        self.findings.add(
            FindingKind::NotCarried,
            &node.below(key),
            message,
            shown.unwrap_or_default(),
        );
    }

    /// Reports a fact that the spec contains in another form.
    pub(super) fn changed(&mut self, node: &Node<'a>, message: &str, detail: &str) {
        self.findings
            .add(FindingKind::Changed, &node.pointer, message, detail);
    }
}
