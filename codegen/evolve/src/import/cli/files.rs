//! Files of the older metadata.

use serde_json::Value;

use super::super::findings::FindingKind;
use super::super::importer::Importer;
use super::super::node::Node;

/// Files of the older metadata, by content.
pub(super) struct Files<'a> {
    /// Files with one action each.
    pub(super) actions: Vec<Node<'a>>,
    /// Entry of the product in `products.json`, if that file exists.
    pub(super) product: Option<Node<'a>>,
    /// File `version.json`, if it exists.
    pub(super) version: Option<Node<'a>>,
}

impl<'a> Importer<'a> {
    /// Sorts files by content.
    pub(super) fn files(&mut self, roots: Vec<Node<'a>>) -> Files<'a> {
        let mut files = Files {
            actions: Vec::new(),
            product: None,
            version: None,
        };
        let mut products = Vec::new();
        for root in roots {
            if let Some(list) = root.get("products") {
                products = list.items(&mut self.findings);
            } else if root.value.get("apis").is_some() {
                files.version = Some(root);
            } else if root.value.get("name").is_some() {
                files.actions.push(root);
            } else {
                let message = "a file that is neither an action nor a list of products";
                self.findings
                    .add(FindingKind::NotCarried, &root.pointer, message, "");
            }
        }
        let only = products.len() == 1;
        let is_ours = |product: &Node<'_>| only || files.is_of(product.value);
        files.product = products.into_iter().find(is_ours);
        files
    }
}

impl Files<'_> {
    /// Returns `true` if an entry of `products.json` belongs to the actions: it lists them, or
    /// their folder has its name.
    fn is_of(&self, product: &Value) -> bool {
        if let Some(listed) = product["apis"].as_array() {
            let names = self.actions.iter().map(|action| &action.value["name"]);
            return names.clone().count() > 0 && names.clone().all(|name| listed.contains(name));
        }
        let file = self.actions.first().or(self.version.as_ref());
        let file = file.map(|file| file.pointer.as_str());
        let folder = file.and_then(|file| {
            let (path, _) = file.rsplit_once(['/', '\\'])?;
            path.rsplit(['/', '\\']).next()
        });
        let code = product["code"].as_str();
        code.is_some_and(|code| folder.is_some_and(|folder| folder.eq_ignore_ascii_case(code)))
    }
}
