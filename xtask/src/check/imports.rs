//! Checks that the files of a crate have no circular imports, direct or indirect.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::modules::Modules;
use super::packages::Package;
use crate::error::Error;
use crate::folders::root;

/// Names that a file takes from other files.
type Edges = BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeSet<String>>>;

/// Returns each circle of imports, with the names that form it.
pub(super) fn circles(packages: &[Package]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for target in packages.iter().flat_map(|package| &package.roots) {
        let edges = edges(&Modules::read(target)?);
        found.extend(groups(&edges).iter().map(|files| report(files, &edges)));
    }
    Ok(found)
}

/// Returns the names that each file imports from each other file.
///
/// A `pub use` only passes names on, and is not an import.
fn edges(modules: &Modules) -> Edges {
    let mut edges = Edges::new();
    for (number, module) in modules.0.iter().enumerate() {
        let used = module.imports.iter().filter(|import| !import.is_reexport);
        let used = used.map(|import| &import.path);
        // `pub(in super::super)` names modules and imports nothing from them.
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
                    "  {} imports {names} from {}",
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

    /// Looking a name up through each glob of another crate would take 8 to the power of 16 steps.
    #[test]
    fn names_of_other_crates_are_not_looked_up_through_their_globs() {
        let globs: String = ('a'..='h').map(|name| format!("use {name}::*;")).collect();
        let root = format!("{globs} fn f() {{ other::name() }}");
        assert_eq!(circles_of(&[("lib.rs", &root)]), Vec::<Vec<String>>::new());
    }
}
