//! What an import could not carry over as it was.

use std::collections::BTreeMap;
use std::fmt;

/// How far a fact of the metadata got.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// The spec does not hold it.
    NotCarried,
    /// The spec holds it in another form.
    Changed,
    /// The metadata does not say it, and something stands in its place.
    Missing,
}

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::NotCarried => "not carried",
            Self::Changed => "changed",
            Self::Missing => "missing in the metadata",
        }
    }
}

/// One fact of the metadata that is not in the spec as it was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// How far it got.
    pub kind: Kind,
    /// Where it stands in the metadata, as a JSON pointer; before `#`, the file if there are several.
    pub pointer: String,
    /// What became of it, the same for all of its sort.
    pub message: String,
    /// What was there; may be empty.
    pub detail: String,
}

/// Everything that an import has to say.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// The findings, in the order in which they were made.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many findings there are of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        let of_kind = |finding: &&Finding| finding.kind == kind;
        self.findings.iter().filter(of_kind).count()
    }

    pub(super) fn add(
        &mut self,
        kind: Kind,
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

impl fmt::Display for Report {
    /// Findings of one sort together, each with its pointer, then the counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorts: BTreeMap<(Kind, &str), Vec<&Finding>> = BTreeMap::new();
        for finding in &self.findings {
            let sort = (finding.kind, finding.message.as_str());
            sorts.entry(sort).or_default().push(finding);
        }
        for ((kind, message), findings) in sorts {
            writeln!(f, "{}: {message} ({})", kind.title(), findings.len())?;
            for finding in findings {
                match finding.detail.as_str() {
                    "" => writeln!(f, "  {}", finding.pointer)?,
                    detail => writeln!(f, "  {}: {detail}", finding.pointer)?,
                }
            }
        }
        let kinds = [Kind::NotCarried, Kind::Changed, Kind::Missing];
        let counts = kinds.map(|kind| format!("{} {}", self.count(kind), kind.title()));
        f.write_str(&counts.join(", "))
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
