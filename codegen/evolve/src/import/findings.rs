//! What an import could not carry over as it was.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

/// How far a fact of the metadata got.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum FindingKind {
    /// The spec does not hold it.
    NotCarried,
    /// The spec holds it in another form.
    Changed,
    /// The metadata does not say it, and something stands in its place.
    Missing,
    /// The older spec said it by hand, and what it spoke of is another now.
    NotKept,
    /// The older spec says it, the metadata does not, and it stays.
    Kept,
}

impl FindingKind {
    fn title(self) -> &'static str {
        match self {
            Self::NotCarried => "not carried",
            Self::Changed => "changed",
            Self::Missing => "missing in the metadata",
            Self::NotKept => "not kept of the older spec",
            Self::Kept => "kept of the older spec",
        }
    }
}

/// One fact of the metadata, or of an older spec, that is not in the spec as it was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// How far it got.
    pub kind: FindingKind,
    /// Where it stands in the metadata, as a JSON pointer; before `#`, the file if there are several.
    pub pointer: String,
    /// What became of it, the same for all of its sort.
    pub message: String,
    /// What was there; may be empty.
    pub detail: String,
}

/// Everything that an import has to say.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    findings: Vec<Finding>,
}

impl Findings {
    /// The findings, in the order in which they were made.
    pub fn all(&self) -> &[Finding] {
        &self.findings
    }

    /// How many findings there are of a kind.
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
    /// One screen: the counts, then the sorts of findings, the most frequent of each kind first,
    /// each with its first place.
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

    /// Findings of one sort together.
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
    /// Where it is, and what was there.
    fn place(&self) -> String {
        match self.detail.as_str() {
            "" => self.pointer.clone(),
            detail => format!("{}: {detail}", self.pointer),
        }
    }
}

impl fmt::Display for Findings {
    /// Findings of one sort together, each with its pointer, then the counts.
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

/// One line, and not a whole page of it.
fn shortened(detail: String) -> String {
    const LONGEST: usize = 100;
    let line = detail.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
