//! No two files of a crate import from each other, directly or through others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::modules::{Module, Modules};
use super::packages::Package;
use crate::error::Error;
use crate::folders::root;

/// Names that a file takes from other files.
type Edges = BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeSet<String>>>;

/// Re-exports may lead to re-exports, but not for ever.
const LONGEST_CHAIN: usize = 16;

/// Returns each circle of imports, with the names that tie it.
pub(super) fn circles(packages: &[Package]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for root in packages.iter().flat_map(|package| &package.roots) {
        let edges = edges(&Modules::read(root)?);
        found.extend(groups(&edges).iter().map(|files| report(files, &edges)));
    }
    Ok(found)
}

/// What each file takes from which other one.
///
/// A `pub use` of a child hands names on and takes nothing for the file itself.
fn edges(modules: &Modules) -> Edges {
    let mut edges = Edges::new();
    for (number, module) in modules.0.iter().enumerate() {
        let used = module.imports.iter().filter(|import| !import.is_reexport);
        let used = used.map(|import| &import.path);
        // `pub(in super::super)` names modules and takes nothing from them.
        let paths = used
            .chain(&module.mentions)
            .filter(|path| names_an_item(path));
        for path in paths {
            let Some(target) = modules.resolve(number, path, 0) else {
                continue;
            };
            let file = &modules.0[target].file;
            if *file != module.file {
                let names = edges.entry(module.file.clone()).or_default();
                let names = names.entry(file.clone()).or_default();
                names.extend(path.last().cloned());
            }
        }
    }
    edges
}

fn names_an_item(path: &[String]) -> bool {
    let is_relative = |word: &String| matches!(&**word, "crate" | "self" | "super");
    !path.iter().all(is_relative)
}

impl Modules {
    /// Returns the module that defines what a path means in a module, unless another crate does.
    fn resolve(&self, from: usize, path: &[String], depth: usize) -> Option<usize> {
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
            // Of a name that another crate defines nothing is taken here.
            return self.resolve(module, &import.path, depth + 1);
        }
        let globs = imports.iter().filter(|import| import.name == "*");
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

/// Groups files that reach each other.
fn groups(edges: &Edges) -> Vec<BTreeSet<&PathBuf>> {
    let reached: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> = edges
        .keys()
        .map(|file| (file, reachable(file, edges)))
        .collect();
    let mut groups: Vec<BTreeSet<&PathBuf>> = Vec::new();
    for (file, others) in &reached {
        let back = |other: &&PathBuf| reached.get(other).is_some_and(|all| all.contains(file));
        let group: BTreeSet<&PathBuf> = others.iter().copied().filter(back).collect();
        if group.len() > 1 && !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

fn reachable<'e>(from: &'e PathBuf, edges: &'e Edges) -> BTreeSet<&'e PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for next in edges.get(file).into_iter().flat_map(BTreeMap::keys) {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
    found
}

fn report(files: &BTreeSet<&PathBuf>, edges: &Edges) -> String {
    let mut lines = vec!["These files import from each other; move what they share:".to_owned()];
    for file in files {
        for (other, names) in edges.get(*file).into_iter().flatten() {
            if files.contains(other) {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let short = |path: &PathBuf| {
                    let path = path.strip_prefix(root()).unwrap_or(path);
                    path.display().to_string()
                };
                let names = names.join(", ");
                lines.push(format!(
                    "  {} takes {names} from {}",
                    short(file),
                    short(other)
                ));
            }
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::packages;
    use super::*;

    /// Circles of a crate with these files.
    fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        let modules = Modules::read(&folder.path().join("lib.rs")).expect("modules");
        let edges = edges(&modules);
        let name = |path: &&PathBuf| {
            let path = path.strip_prefix(folder.path()).expect("in the folder");
            path.display().to_string()
        };
        let groups = groups(&edges);
        groups
            .iter()
            .map(|files| files.iter().map(name).collect())
            .collect()
    }

    #[test]
    fn the_repository_has_no_circular_imports() {
        let packages = packages::all().expect("the packages");
        let found = circles(&packages).expect("readable sources");
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn files_that_use_each_other_are_a_circle_however_they_name_the_other() {
        let root = "mod a;\nmod b;\npub use a::A;";
        for (a, b) in [
            (
                "use crate::b::B; pub struct A;",
                "use super::a::A; pub struct B;",
            ),
            (
                "pub struct A(crate::b::B);",
                "use crate::{a::{self}}; pub struct B;",
            ),
            (
                "use super::b; pub struct A;",
                "pub struct B; fn f() { let _ = crate::A; }",
            ),
            (
                "use crate::b::*; pub struct A;",
                "pub struct B; fn f() { use crate::A as C; }",
            ),
        ] {
            let found = circles_of(&[("lib.rs", root), ("a.rs", a), ("b.rs", b)]);
            assert_eq!(found, [["a.rs", "b.rs"]], "{a} {b}");
        }
    }

    #[test]
    fn a_parent_and_the_child_it_calls_are_a_circle_if_the_child_takes_from_it() {
        let parent = "pub struct P; fn f() { child::run() } mod child;";
        let files = |child| {
            circles_of(&[
                ("lib.rs", "mod parent;"),
                ("parent/mod.rs", parent),
                ("parent/child.rs", child),
            ])
        };
        let circle = files("use super::P; pub fn run() {}");
        assert_eq!(circle, [["parent/child.rs", "parent/mod.rs"]]);
        assert_eq!(files("pub fn run() {}"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn re_exports_tests_and_other_crates_make_no_circle() {
        let found = circles_of(&[
            ("lib.rs", "mod a;\nmod b;\npub use a::A;\npub use b::B;"),
            (
                "a.rs",
                "use std::b::B; pub struct A; #[cfg(test)] mod tests { use crate::b::B; }",
            ),
            ("b.rs", "use crate::A; pub struct B;"),
        ]);
        assert_eq!(found, Vec::<Vec<String>>::new());
    }
}
