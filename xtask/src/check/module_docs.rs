//! Checks that every source file says what it does.

use super::sources::Source;
use crate::folders::root;

/// Reports each file without a module doc (`//!`) at its beginning.
pub(super) fn missing(sources: &[Source]) -> Vec<String> {
    let without = sources.iter().filter(|source| !is_documented(&source.text));
    without
        .map(|source| {
            let path = source.path.strip_prefix(root()).unwrap_or(&source.path);
            format!(
                "{}: add a module doc (`//!`) that says what it does",
                path.display()
            )
        })
        .collect()
}

/// Returns `true` if the first line other than comments is a module doc.
///
/// Comments, such as the header of a generated file, may precede the docs.
fn is_documented(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| {
        let is_comment = line.starts_with("//") && !line.starts_with("//!");
        !line.is_empty() && !is_comment
    });
    first.is_some_and(|line| line.starts_with("//!"))
}

#[cfg(test)]
mod tests {
    use super::super::{packages, sources};
    use super::*;

    #[test]
    fn every_source_file_says_what_it_does() {
        let packages = packages::all().expect("the packages");
        let sources = sources::all(&packages).expect("the sources");
        assert_eq!(missing(&sources), [""; 0]);
    }

    #[test]
    fn comments_do_not_count() {
        assert!(is_documented("// @generated\n\n//! Docs.\n"));
        assert!(!is_documented("// A note.\nuse std::fs;\n"));
        assert!(!is_documented(""));
    }
}
