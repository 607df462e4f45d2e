//! What all pages share.

use std::sync::Arc;

use pop_docs::{Page, Reference};

use crate::backend::Backend;
use crate::hosts::Hosts;
use crate::link::Link;
use crate::path::EXPLORER;
use crate::sessions::Sessions;
use crate::site::Site;
use crate::tries::Tries;

/// What all pages share.
pub(crate) struct App {
    pub(crate) site: Site,
    pub(crate) hosts: Hosts,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) sessions: Sessions,
    pub(crate) tries: Tries,
    pub(crate) link: Link,
}

impl App {
    pub(crate) fn reference(&self) -> &'static Reference {
        self.site.reference
    }

    /// Returns the path of the first page after the sign-in.
    pub(crate) fn start(&self) -> &'static str {
        self.site.further.map_or(EXPLORER, |part| part.path)
    }

    /// Returns all pages of the reference.
    pub(crate) fn pages(&self) -> &'static [Page] {
        self.site.reference.pages()
    }
}
