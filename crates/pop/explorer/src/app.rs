//! What all pages share.

use std::sync::Arc;

use pop_docs::{Page, Reference};
use tokio::sync::Semaphore;

use crate::backend::Backend;
use crate::hosts::Hosts;
use crate::language::Language;
use crate::link::Link;
use crate::markdown::inline;
use crate::path::EXPLORER;
use crate::sessions::Sessions;
use crate::shared_tables::SharedTables;
use crate::site::Site;
use crate::tries::Tries;

/// Streams of events that there may be at once.
pub(crate) const STREAMS: usize = 64;

/// What all pages share.
pub(crate) struct App {
    pub(crate) site: Site,
    pub(crate) hosts: Hosts,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) sessions: Sessions,
    pub(crate) tries: Tries,
    pub(crate) link: Link,
    /// Sessions and wrong tries that other servers see, too.
    pub(crate) shared: Option<SharedTables>,
    /// Streams of events that may still begin.
    pub(crate) streams: Arc<Semaphore>,
}

impl App {
    pub(crate) fn reference(&self) -> &'static Reference {
        self.site.reference
    }

    /// Returns the path of the first page after the sign-in.
    pub(crate) fn start(&self) -> &'static str {
        self.site.further.map_or(EXPLORER, |part| part.path)
    }

    /// Returns the remedy of an error code as markup; empty if the code has no page.
    pub(crate) fn remedy(&self, code: &str, language: Language) -> String {
        let page = self.reference().page(code);
        // The paragraph after the cause.
        let remedy = page.and_then(|page| language.of(page.body).split("\n\n").nth(1));
        inline(remedy.unwrap_or_default(), self.reference())
    }

    /// Returns all pages of the reference.
    pub(crate) fn pages(&self) -> &'static [Page] {
        self.site.reference.pages()
    }
}
