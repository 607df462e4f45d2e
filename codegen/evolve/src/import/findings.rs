//! Facts that an import could not carry over unchanged.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

/// Kind of a finding.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum FindingKind {
    /// The spec does not contain the fact.
    NotCarried,
    /// The spec contains the fact in another form.
    Changed,
    /// The metadata lacks the fact, so the spec contains a substitute.
    Missing,
    /// The older spec stated it by hand, but the fact it describes changed.
    NotKept,
    /// The older spec states it and the metadata does not, so it is kept.
    Kept,
}

impl FindingKind {
    fn title(self) -> &'static str {
        match self {
            Self::NotCarried => "not carried over",
            Self::Changed => "changed",
            Self::Missing => "missing in the metadata",
            Self::NotKept => "not kept from the older spec",
            Self::Kept => "kept from the older spec",
        }
    }
}

/// A fact of the metadata, or of an older spec, that the import could not carry over unchanged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Kind of the finding.
    pub kind: FindingKind,
    /// Location in the metadata, as a JSON pointer. With several files, the file name precedes it,
    /// followed by `#`.
    pub pointer: String,
    /// Description, the same for all findings of its sort.
    pub message: String,
    /// The affected value; may be empty.
    pub detail: String,
}

/// All findings of an import.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    findings: Vec<Finding>,
}

impl Findings {
    /// Returns the findings in the order in which they were made.
    pub fn all(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the number of findings of a kind.
    pub fn count(&self, kind: FindingKind) -> usize {
        let of_kind = |finding: &&Finding| finding.kind == kind;
        self.findings.iter().filter(of_kind).count()
    }

    pub(super) fn add(
        &mut self,
        kind: FindingKind,
        pointer: &str,
        message: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.findings.push(Finding {
            kind,
            pointer: pointer.to_owned(),
            message: message.into(),
            detail: shortened(detail.into()),
        });
    }
}

impl Findings {
    /// Formats one screen: the counts, then the sorts of findings, the most frequent of each kind
    /// first, each with the location of its first finding.
    pub fn summary(&self) -> String {
        const LINES: usize = 18;
        let mut sorts: Vec<_> = self.sorts().into_iter().collect();
        sorts.sort_by_key(|((kind, _), findings)| (*kind, Reverse(findings.len())));
        let mut lines = vec![self.counts()];
        for ((kind, message), findings) in sorts.iter().take(LINES) {
            let (count, title) = (findings.len(), kind.title());
            lines.push(format!("{count:>6} {title}: {message}"));
            let places = findings.first().map(|finding| finding.place());
            lines.extend(places.map(|place| format!("         {place}")));
        }
        if let Some(more) = sorts.len().checked_sub(LINES).filter(|more| *more > 0) {
            lines.push(format!("       and {more} more sorts"));
        }
        lines.join("\n")
    }

    /// Groups the findings by sort.
    fn sorts(&self) -> BTreeMap<(FindingKind, &str), Vec<&Finding>> {
        let mut sorts: BTreeMap<(FindingKind, &str), Vec<&Finding>> = BTreeMap::new();
        for finding in &self.findings {
            let sort = (finding.kind, finding.message.as_str());
            sorts.entry(sort).or_default().push(finding);
        }
        sorts
    }

    fn counts(&self) -> String {
        let kinds = [
            FindingKind::NotCarried,
            FindingKind::Changed,
            FindingKind::Missing,
            FindingKind::NotKept,
            FindingKind::Kept,
        ];
        let counts = kinds.map(|kind| format!("{} {}", self.count(kind), kind.title()));
        counts.join(", ")
    }
}

impl Finding {
    /// Formats the location and the affected value.
    fn place(&self) -> String {
        match self.detail.as_str() {
            "" => self.pointer.clone(),
            detail => format!("{}: {detail}", self.pointer),
        }
    }
}

impl fmt::Display for Findings {
    /// Formats the findings by sort, each with its pointer, then the counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((kind, message), findings) in self.sorts() {
            writeln!(f, "{}: {message} ({})", kind.title(), findings.len())?;
            for finding in findings {
                writeln!(f, "  {}", finding.place())?;
            }
        }
        f.write_str(&self.counts())
    }
}

/// Shortens a detail to one line.
fn shortened(detail: String) -> String {
    const LONGEST: usize = 100;
    let line = detail.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
