//! One language of the reference, with the texts that several chapters share.

use codegen_spec::{self as spec, Language, Spec, Text};

use crate::ir;
use crate::ir::reference::ErrorCode;
use crate::lower::declared::Names;
use crate::lower::escape::code;
use crate::lower::markdown::{cell, prose};

/// Writes the reference in one language.
pub(super) struct ReferenceWriter<'a> {
    pub(super) names: &'a Names<'a>,
    pub(super) spec: &'a Spec,
    pub(super) actions: &'a [ir::Action],
    pub(super) enums: &'a [ir::Enum],
    pub(super) modules: &'a [String],
    pub(super) language: Language,
}

impl ReferenceWriter<'_> {
    /// Returns a text in this language, as Markdown on one line.
    pub(super) fn prose(&self, text: &Text) -> String {
        prose(self.language.of(text))
    }

    /// Returns a text in this language, as Markdown for a table.
    pub(super) fn cell(&self, text: &Text) -> String {
        cell(self.language.of(text))
    }

    /// Returns the subcommand of an action, including the program, as code.
    pub(super) fn command(&self, action: &ir::Action) -> String {
        code(&format!(
            "{} {}",
            self.spec.package,
            action.command.join(" ")
        ))
    }

    /// Returns an error code without the actions that answer it; `write` makes Markdown of texts.
    pub(super) fn error(&self, error: &spec::ErrorCode, write: fn(&str) -> String) -> ErrorCode {
        ErrorCode {
            code: code(&error.code),
            status: error.status,
            message: code(&error.message),
            is_retryable: error.retryable,
            cause: write(self.language.of(&error.cause)),
            remedy: write(self.language.of(&error.remedy)),
            actions: String::new(),
        }
    }
}
