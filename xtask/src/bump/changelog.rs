//! Writes the changelog entry of a new version.

use std::fmt::Write as _;

use codegen_evolve::diff::{Class, Comparison};

const UNRELEASED: &str = "## Unreleased\n";

/// Returns the entry for users: each breaking change, each addition, the number of changes in
/// texts.
pub(super) fn entry(comparison: &Comparison) -> String {
    let mut entry = format!("### API {}\n", comparison.new);
    for (class, title) in [(Class::Breaking, "Breaking"), (Class::Additive, "New")] {
        let changes = comparison.changes.iter();
        let mut changes = changes.filter(|change| change.class() == class).peekable();
        if changes.peek().is_some() {
            let _ = writeln!(entry, "\n{title}:\n");
        }
        for change in changes {
            let _ = writeln!(entry, "- {} (`{}`)", change.sentence, change.pointer);
        }
    }
    let changes = comparison.changes.iter();
    let texts = changes.filter(|change| change.class() == Class::Documentation);
    match texts.count() {
        0 => {}
        1 => entry.push_str("\nOne change in the reference.\n"),
        texts => {
            let _ = writeln!(entry, "\n{texts} changes in the reference.");
        }
    }
    entry
}

/// Returns the changelog with a section for a version, which includes the unreleased entries.
pub(super) fn with(changelog: &str, version: &str, date: &str, entry: &str) -> String {
    let heading = format!("## {version} - {date}\n");
    if let Some((before, unreleased)) = changelog.split_once(UNRELEASED) {
        let (unreleased, older) = match unreleased.find("\n## ") {
            Some(end) => unreleased.split_at(end + 1),
            None => (unreleased, ""),
        };
        let mut section = format!("{heading}\n{entry}");
        if !unreleased.trim().is_empty() {
            let _ = write!(section, "\n{}\n", unreleased.trim());
        }
        if !older.is_empty() {
            section.push('\n');
        }
        return format!("{before}{UNRELEASED}\n{section}{older}");
    }
    let (before, older) = match changelog.find("## ") {
        Some(at) => changelog.split_at(at),
        None if changelog.is_empty() => ("# Changelog\n\n", ""),
        None => (changelog, ""),
    };
    let gap = if older.is_empty() { "" } else { "\n" };
    format!("{before}{heading}\n{entry}{gap}{older}")
}

#[cfg(test)]
mod tests {
    use super::with;

    const ENTRY: &str = "### API P 1\n\n- New: a region.\n";

    #[test]
    fn the_first_bump_creates_the_changelog() {
        assert_eq!(
            with("", "0.2.0", "2026-01-02", ENTRY),
            "# Changelog\n\n## 0.2.0 - 2026-01-02\n\n### API P 1\n\n- New: a region.\n"
        );
    }

    #[test]
    fn a_new_version_is_placed_above_older_ones() {
        let first = with("", "0.2.0", "2026-01-02", ENTRY);
        assert_eq!(
            with(&first, "0.3.0", "2026-01-03", "- More.\n"),
            "# Changelog\n\n## 0.3.0 - 2026-01-03\n\n- More.\n\n## 0.2.0 - 2026-01-02\n\n### API P 1\n\n- New: a region.\n"
        );
    }

    #[test]
    fn unreleased_entries_move_to_the_new_version() {
        let changelog =
            "# C\n\n## Unreleased\n\n### Added\n\n- A.\n\n## 0.1.0 - 2025-01-02\n\n- B.\n";
        assert_eq!(
            with(changelog, "0.2.0", "2026-01-02", ENTRY),
            "# C\n\n## Unreleased\n\n## 0.2.0 - 2026-01-02\n\n### API P 1\n\n- New: a region.\n\n### Added\n\n- A.\n\n## 0.1.0 - 2025-01-02\n\n- B.\n"
        );
    }
}
