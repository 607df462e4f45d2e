//! Modules of a crate, read from its source files: what each defines, imports and mentions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use crate::error::Error;

/// Longest chain of re-exports that is followed.
const LONGEST_CHAIN: usize = 16;

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
        let text = fs::read_to_string(file).map_err(Error::io(file.display().to_string()))?;
        let tokens: TokenStream = text
            .parse()
            .map_err(|error| Error::Step(format!("{}: {error}", file.display())))?;
        let module = self.new_module(parent, file);
        self.read_items(module, tokens, folder)?;
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
    fn read_items(
        &mut self,
        module: usize,
        tokens: TokenStream,
        folder: &Path,
    ) -> Result<(), Error> {
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
            if let Some(name) = defined_name(&item, &["mod"]) {
                let child = self.read_child(module, &name, &item, folder)?;
                self.0[module]
                    .children
                    .extend(child.map(|child| (name, child)));
                continue;
            }
            let declaring = &mut self.0[module];
            if let Some(start) = use_at(&item) {
                let is_reexport = item[..start].iter().any(|token| is_word(token, "pub"));
                let mut tree = item[start + 1..].to_vec();
                tree.pop();
                add_imports(&tree, &mut Vec::new(), is_reexport, &mut declaring.imports);
                continue;
            }
            declaring.items.extend(defined_name(&item, &DEFINITIONS));
            add_mentions(item.into_iter().collect(), declaring);
        }
        Ok(())
    }

    /// Reads a child module, from its own file or from the braces after its name.
    fn read_child(
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
            self.read_items(module, group.stream(), &below)?;
            return Ok(Some(module));
        }
        let files = [below.with_extension("rs"), below.join("mod.rs")];
        match files.iter().find(|file| file.exists()) {
            Some(file) => self.add(Some(parent), file, &below).map(Some),
            // A `path` attribute names its file, which another target shares.
            None => Ok(None),
        }
    }
}

impl Modules {
    /// Returns the module that defines what a path means in a module, unless another crate does.
    pub(super) fn resolve(&self, from: usize, path: &[String], depth: usize) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => 0,
            "self" => from,
            "super" => self.0[from].parent?,
            name => return self.member(from, name, rest, depth, false),
        };
        self.below(start, rest, depth)
    }

    /// Follows the rest of a path from a module.
    fn below(&self, module: usize, path: &[String], depth: usize) -> Option<usize> {
        match path.split_first() {
            None => Some(module),
            Some((first, rest)) if first == "super" => {
                self.below(self.0[module].parent?, rest, depth)
            }
            Some((first, rest)) => self.member(module, first, rest, depth, true),
        }
    }

    /// Follows a path that begins with a name of a module.
    fn member(
        &self,
        module: usize,
        name: &str,
        rest: &[String],
        depth: usize,
        is_qualified: bool,
    ) -> Option<usize> {
        let Module {
            children,
            items,
            imports,
            ..
        } = &self.0[module];
        if let Some(child) = children.get(name) {
            return self.below(*child, rest, depth);
        }
        if items.contains(name) || depth > LONGEST_CHAIN {
            return Some(module);
        }
        if let Some(import) = imports.iter().find(|import| import.name == name) {
            // A name that another crate defines resolves to no module here.
            let target = self.resolve(module, &import.path, depth + 1)?;
            return self.below(target, rest, depth + 1);
        }
        // A glob of another crate brings nothing of this one. Looking its path up through the other
        // globs would multiply the work with each of them.
        let is_own = |import: &&Import| {
            let first = import.path[0].as_str();
            matches!(first, "crate" | "self" | "super") || children.contains_key(first)
        };
        let globs = imports.iter().filter(|import| import.name == "*");
        let globs = globs.filter(is_own);
        let mut from_globs = globs.filter_map(|import| {
            let (_, path) = import.path.split_last()?;
            let target = self.resolve(module, path, depth + 1)?;
            let has = self.0[target].items.contains(name);
            has.then_some(target)
        });
        from_globs
            .next()
            .or_else(|| (is_qualified || name == "*").then_some(module))
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if *ident == word)
}

fn is_use(item: &[TokenTree]) -> bool {
    use_at(item).is_some()
}

/// Returns the position of the word `use` of an import. In types, `use<…>` captures lifetimes.
fn use_at(item: &[TokenTree]) -> Option<usize> {
    let at = item.iter().position(|token| is_word(token, "use"))?;
    (!item.get(at + 1).is_some_and(|token| is_punct(token, '<'))).then_some(at)
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// Returns `true` if an attribute says that the item is for tests only.
fn is_test(item: &[TokenTree]) -> bool {
    item.iter().any(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            let attribute = group.stream().to_string().replace(' ', "");
            attribute == "cfg(test)" || attribute.starts_with("cfg(all(test,")
        }
        _ => false,
    })
}

/// Returns the name behind the first of some words that has one: `S` of `pub struct S`.
///
/// Of `const fn f`, that is `f`.
fn defined_name(item: &[TokenTree], words: &[&str]) -> Option<String> {
    let is_defining = |token: &TokenTree| words.iter().any(|word| is_word(token, word));
    item.windows(2).find_map(|pair| match &pair[1] {
        TokenTree::Ident(name) if is_defining(&pair[0]) && !is_defining(&pair[1]) => {
            Some(plain(name))
        }
        _ => None,
    })
}

/// Returns an identifier without the mark of a raw one.
fn plain(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

/// Adds the names of a `use` tree below a path.
fn add_imports(
    tree: &[TokenTree],
    path: &mut Vec<String>,
    is_reexport: bool,
    found: &mut Vec<Import>,
) {
    let length = path.len();
    let mut alias = None;
    let mut tokens = tree.iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if *word == "as" => {
                alias = tokens.next().map(ToString::to_string);
            }
            TokenTree::Ident(word) => path.push(plain(word)),
            token if is_punct(token, '*') => path.push("*".to_owned()),
            TokenTree::Group(group) => {
                let members: Vec<TokenTree> = group.stream().into_iter().collect();
                let is_comma = |token: &TokenTree| is_punct(token, ',');
                for member in members.split(is_comma).filter(|member| !member.is_empty()) {
                    add_imports(member, path, is_reexport, found);
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

/// Adds the paths that tokens mention, and the imports inside functions.
fn add_mentions(tokens: TokenStream, module: &mut Module) {
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "use" => {
                if tokens.peek().is_some_and(|token| is_punct(token, '<')) {
                    continue;
                }
                let tree = tokens.by_ref().take_while(|token| !is_punct(token, ';'));
                add_imports(
                    &tree.collect::<Vec<_>>(),
                    &mut Vec::new(),
                    false,
                    &mut module.imports,
                );
            }
            TokenTree::Ident(word) => {
                if colons != 2 {
                    add_path(&mut path, module);
                }
                path.push(plain(&word));
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                add_path(&mut path, module);
                colons = 0;
                add_mentions(group.stream(), module);
            }
            _ => {
                add_path(&mut path, module);
                colons = 0;
            }
        }
    }
    add_path(&mut path, module);
}

fn add_path(path: &mut Vec<String>, module: &mut Module) {
    let path = std::mem::take(path);
    if path.len() > 1 {
        module.mentions.insert(path);
    }
}
