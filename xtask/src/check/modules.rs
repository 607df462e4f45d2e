//! Modules of a crate, read from its source files: what each defines, imports and mentions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::packages::Package;
use crate::error::Error;

/// A source file written by hand.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// Folders without handwritten sources of a package.
const LEFT_OUT: [&str; 4] = ["compile_fail", "generated", "snapshots", "target"];

/// Returns the handwritten source files of all packages, tests and benchmarks among them.
pub(super) fn sources(packages: &[Package]) -> Result<Vec<Source>, Error> {
    let mut paths = BTreeSet::new();
    for package in packages {
        collect(package.folder(), &mut paths)?;
    }
    let read = |path: PathBuf| {
        let text = read(&path)?;
        Ok(Source { path, text })
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut BTreeSet<PathBuf>) -> Result<(), Error> {
    let failed = || Error::io(folder.display().to_string());
    for entry in fs::read_dir(folder).map_err(failed())? {
        let path = entry.map_err(failed())?.path();
        let is_left_out = LEFT_OUT.iter().any(|name| path.ends_with(name));
        if path.is_dir() && !is_left_out {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.insert(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::io(path.display().to_string()))
}

/// A module, which may share its file with others.
#[derive(Default)]
pub(super) struct Module {
    pub(super) file: PathBuf,
    pub(super) parent: Option<usize>,
    pub(super) children: BTreeMap<String, usize>,
    /// Names of the items that it defines.
    pub(super) items: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    /// Paths in its code, outside of imports.
    pub(super) mentions: BTreeSet<Vec<String>>,
}

/// One name that a `use` brings into a module.
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// Name in the module; `*` brings all names.
    pub(super) name: String,
    pub(super) is_reexport: bool,
}

/// All modules of a crate; the first is its root.
pub(super) struct Modules(pub(super) Vec<Module>);

impl Modules {
    /// Reads the modules that a root file declares, without tests.
    pub(super) fn read(root: &Path) -> Result<Self, Error> {
        let mut modules = Self(Vec::new());
        let folder = root.parent().unwrap_or(root);
        modules.add(None, root, folder)?;
        Ok(modules)
    }

    /// Reads a file as a module whose children are in `folder`.
    fn add(&mut self, parent: Option<usize>, file: &Path, folder: &Path) -> Result<usize, Error> {
        let text = read(file)?;
        let tokens: TokenStream = text
            .parse()
            .map_err(|error| Error::Step(format!("{}: {error}", file.display())))?;
        let module = self.new_module(parent, file);
        self.items(module, tokens, folder)?;
        Ok(module)
    }

    fn new_module(&mut self, parent: Option<usize>, file: &Path) -> usize {
        self.0.push(Module {
            file: file.to_owned(),
            parent,
            ..Module::default()
        });
        self.0.len() - 1
    }

    /// Reads the items of a module.
    fn items(&mut self, module: usize, tokens: TokenStream, folder: &Path) -> Result<(), Error> {
        const DEFINITIONS: [&str; 8] = [
            "const", "enum", "fn", "static", "struct", "trait", "type", "union",
        ];
        let mut item: Vec<TokenTree> = Vec::new();
        for token in tokens {
            let ends = match &token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !is_use(&item),
                _ => false,
            };
            item.push(token);
            if !ends {
                continue;
            }
            let item = std::mem::take(&mut item);
            if is_test(&item) {
                continue;
            }
            if let Some(name) = word_after(&item, &["mod"]) {
                let child = self.child(module, &name, &item, folder)?;
                self.0[module]
                    .children
                    .extend(child.map(|child| (name, child)));
                continue;
            }
            let declaring = &mut self.0[module];
            if let Some(start) = item.iter().position(|token| is_word(token, "use")) {
                let is_reexport = item[..start].iter().any(|token| is_word(token, "pub"));
                let mut tree = item[start + 1..].to_vec();
                tree.pop();
                import(&tree, &mut Vec::new(), is_reexport, &mut declaring.imports);
                continue;
            }
            declaring.items.extend(word_after(&item, &DEFINITIONS));
            mentions(item.into_iter().collect(), declaring);
        }
        Ok(())
    }

    /// Reads a child module, from its own file or from the braces behind its name.
    fn child(
        &mut self,
        parent: usize,
        name: &str,
        item: &[TokenTree],
        folder: &Path,
    ) -> Result<Option<usize>, Error> {
        let below = folder.join(name);
        if let Some(TokenTree::Group(group)) = item.last() {
            let file = self.0[parent].file.clone();
            let module = self.new_module(Some(parent), &file);
            self.items(module, group.stream(), &below)?;
            return Ok(Some(module));
        }
        let files = [below.with_extension("rs"), below.join("mod.rs")];
        match files.iter().find(|file| file.exists()) {
            Some(file) => self.add(Some(parent), file, &below).map(Some),
            // It has a `path` attribute, and belongs to something else as well.
            None => Ok(None),
        }
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if *ident == word)
}

fn is_use(item: &[TokenTree]) -> bool {
    item.iter().any(|token| is_word(token, "use"))
}

/// Returns `true` if an attribute says that the item is for tests.
fn is_test(item: &[TokenTree]) -> bool {
    item.iter().any(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            group.stream().to_string().replace(' ', "") == "cfg(test)"
        }
        _ => false,
    })
}

/// Returns the word behind the first of some words.
fn word_after(item: &[TokenTree], words: &[&str]) -> Option<String> {
    let at = item
        .iter()
        .position(|token| words.iter().any(|word| is_word(token, word)))?;
    match item.get(at + 1)? {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}

/// Adds the names of a `use` tree below a path.
fn import(tree: &[TokenTree], path: &mut Vec<String>, is_reexport: bool, found: &mut Vec<Import>) {
    let length = path.len();
    let mut alias = None;
    let mut tokens = tree.iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if *word == "as" => {
                alias = tokens.next().map(ToString::to_string);
            }
            TokenTree::Ident(word) => path.push(word.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == '*' => path.push("*".to_owned()),
            TokenTree::Group(group) => {
                let members: Vec<TokenTree> = group.stream().into_iter().collect();
                let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
                for member in members.split(is_comma).filter(|member| !member.is_empty()) {
                    import(member, path, is_reexport, found);
                }
                path.truncate(length);
                return;
            }
            _ => {}
        }
    }
    // `self` at the end names the module before it.
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = path.last().cloned().unwrap_or_default();
    found.push(Import {
        path: path.clone(),
        name: alias.unwrap_or(name),
        is_reexport,
    });
    path.truncate(length);
}

/// Adds the paths that tokens mention, and the imports inside of functions.
fn mentions(tokens: TokenStream, module: &mut Module) {
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "use" => {
                let is_end = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
                let tree: Vec<_> = tokens.by_ref().take_while(|token| !is_end(token)).collect();
                import(&tree, &mut Vec::new(), false, &mut module.imports);
            }
            TokenTree::Ident(word) => {
                if colons != 2 {
                    note(&mut path, module);
                }
                path.push(word.to_string());
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                note(&mut path, module);
                colons = 0;
                mentions(group.stream(), module);
            }
            _ => {
                note(&mut path, module);
                colons = 0;
            }
        }
    }
    note(&mut path, module);
}

fn note(path: &mut Vec<String>, module: &mut Module) {
    let path = std::mem::take(path);
    if path.len() > 1 {
        module.mentions.insert(path);
    }
}
