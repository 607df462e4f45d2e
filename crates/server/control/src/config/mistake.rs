//! A mistake in a configuration.

use std::ops::Range;

use crate::config::secrets::is_secret;

/// A mistake in a configuration.
pub(super) struct Mistake {
    pub(super) subject: Subject,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// The part of a configuration that a mistake is about.
pub(super) enum Subject {
    /// A key of the configuration, such as `instance.0.region`.
    Key(String),
    /// A part of the file that cannot be read.
    Span(Range<usize>),
}

impl Mistake {
    /// Creates a mistake in the value of a key. If the key is missing, the nearest table around it
    /// is shown.
    pub(super) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            subject: Subject::Key(key.into()),
            message: message.into(),
            hint: None,
        }
    }

    /// Creates a mistake in a part of the file that cannot be read.
    pub(super) fn unreadable(text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or_default();
        let mut mistake = Self {
            subject: Subject::Span(span.clone()),
            message: error
                .message()
                .replace('\n', ", ")
                .replace("expected u32", "expected a number from 0 to 4294967295"),
            hint: None,
        };
        if is_secret(text, &span) {
            "the value is not a string".clone_into(&mut mistake.message);
        } else if let Some((message, expected)) = mistake.message.split_once(", expected") {
            // `unknown field `lisen`, expected one of `listen`, …`
            let unknown = message.split('`').nth(1).unwrap_or_default();
            let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
            if message.starts_with("unknown field") {
                mistake.hint = Some(did_you_mean(unknown, &known));
                mistake.message = format!("unknown key `{unknown}`");
            }
        }
        mistake
    }

    /// Adds a hint on what to do.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Suggests the known name that is most similar to an unknown one, or lists all known names.
pub(super) fn did_you_mean(unknown: &str, known: &[&str]) -> String {
    const SIMILAR: f64 = 0.8;
    let similarity = |name: &&str| strsim::jaro_winkler(unknown, name);
    let best = known
        .iter()
        .copied()
        .max_by(|a, b| similarity(a).total_cmp(&similarity(b)));
    match best {
        Some(best) if similarity(&best) >= SIMILAR => format!("did you mean `{best}`?"),
        _ => format!("use one of {}", known.join(", ")),
    }
}
