//! Shows a reviewer how the generated files change.

use std::collections::BTreeMap;

use codegen::output::Plan;
use codegen_evolve::diff::Comparison;

/// Counts created, changed and removed files, and added and removed lines, per package.
pub(super) fn summary(plan: &Plan) -> String {
    let mut folders: BTreeMap<&str, Count> = BTreeMap::new();
    for change in &plan.changes {
        let folder = change.path.split("/src/").next().unwrap_or_default();
        let folder = if folder == change.path { "." } else { folder };
        folders.entry(folder).or_default().add(change);
    }
    let mut lines: Vec<String> = folders
        .iter()
        .map(|(folder, count)| format!("{folder}: {}", count.text()))
        .collect();
    lines.push(format!("{} files unchanged", plan.unchanged));
    lines.join("\n")
}

/// Returns every change of the API, followed by the diff of the generated files.
pub(super) fn whole(comparison: &Comparison, plan: &Plan) -> String {
    format!(
        "{}\n## Generated files\n\n````diff\n{}````\n",
        comparison.markdown(),
        plan.diff()
    )
}

#[derive(Default)]
struct Count {
    created: usize,
    changed: usize,
    removed: usize,
    lines_more: usize,
    lines_less: usize,
}

impl Count {
    fn add(&mut self, change: &codegen::output::Change) {
        match (&change.before, &change.after) {
            (None, _) => self.created += 1,
            (Some(_), Some(_)) => self.changed += 1,
            (Some(_), None) => self.removed += 1,
        }
        let (more, less) = change.lines();
        self.lines_more += more;
        self.lines_less += less;
    }

    fn text(&self) -> String {
        let counts = [
            (self.created, "new"),
            (self.changed, "changed"),
            (self.removed, "removed"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let (more, less) = (self.lines_more, self.lines_less);
        format!("{} files, +{more} −{less} lines", counts.join(", "))
    }
}
