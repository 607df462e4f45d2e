//! A service and the pages of its Explorer.

use crate::example::Example;
use crate::pages::{Pages, snippet};
use crate::support::service::Service;

/// A service and somebody who has signed in.
pub(crate) struct Visit {
    pub(crate) service: Service,
    pages: Pages,
    _folder: tempfile::TempDir,
}

impl Visit {
    pub(crate) fn begin() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let service = Service::start(folder.path());
        Self {
            pages: Pages::sign_in(service.after("API"), service.after("Web")),
            service,
            _folder: folder,
        }
    }

    /// Returns the address of the API.
    pub(crate) fn address(&self) -> &str {
        self.service.after("API")
    }

    /// Returns the code that the Explorer shows for a call in a language.
    pub(crate) fn snippet(&self, example: &Example, language: &str) -> String {
        let fields = example.fields.iter();
        let mut fields: Vec<(&str, &str)> =
            fields.map(|(name, value)| (&**name, &**value)).collect();
        fields.extend([("InstanceId", "post-cn-local")]);
        fields.extend([("-format", &*example.format), ("-show", "1")]);
        let page = self.pages.send(&example.action, &fields);
        assert!(!page.contains(&self.service.secret), "{page}");
        snippet(&page, language).to_owned()
    }

    pub(crate) fn end(self) {
        assert_eq!(self.service.stop().code, Some(0));
    }
}
