//! Report about a device, on one screen.

use std::fmt;

/// Sections of findings.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<Section>);

#[derive(Debug)]
struct Section {
    title: &'static str,
    findings: Vec<(Verdict, String)>,
}

/// Judgement of one part.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    Right,
    /// The device is refused because of it.
    Wrong,
    /// It could not be checked.
    Unknown,
    /// The device has to send it.
    Send,
}

impl Report {
    /// Adds a finding to a section.
    pub(super) fn add(&mut self, title: &'static str, verdict: Verdict, text: impl fmt::Display) {
        let finding = (verdict, text.to_string());
        match self.0.last_mut().filter(|section| section.title == title) {
            Some(section) => section.findings.push(finding),
            None => self.0.push(Section {
                title,
                findings: vec![finding],
            }),
        }
    }

    /// Returns `true` if the device would be refused.
    pub(super) fn is_refusal(&self) -> bool {
        let mut findings = self.0.iter().flat_map(|section| &section.findings);
        findings.any(|(verdict, _)| *verdict == Verdict::Wrong)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Section { title, findings } in &self.0 {
            writeln!(f, "{title}")?;
            for (verdict, text) in findings {
                writeln!(f, "  {verdict:<6} {text}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Right => "ok",
            Self::Wrong => "wrong",
            Self::Unknown => "?",
            Self::Send => "send",
        })
    }
}
