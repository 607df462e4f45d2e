//! Paths of the pages.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pop_docs::{Form, Page, PageKind};

/// Path of the home page; those of all other pages begin with it.
pub const HOME: &str = "/console";

/// Path of the error center.
pub(crate) const ERRORS: &str = "/console/errors";

/// Path of the search.
pub(crate) const SEARCH: &str = "/console/search";

/// Path of the API Explorer.
pub(crate) const EXPLORER: &str = "/console/explorer";

/// Path of the sign-in; below it are links that sign in once.
pub(crate) const SIGN_IN: &str = "/console/sign-in";

/// Path of the sign-out.
pub(crate) const SIGN_OUT: &str = "/console/sign-out";

/// Chapter that the error center shows in another form.
const ERROR_CODES: &str = "error_codes";

/// Characters of a name that a path cannot contain.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// Returns the path of a page of the reference.
pub fn of_page(page: &Page) -> String {
    let name = of_name(page.name);
    match page.kind {
        PageKind::ErrorCode => format!("{ERRORS}/{name}"),
        _ if page.name == ERROR_CODES => ERRORS.to_owned(),
        _ => format!("{HOME}/reference/{name}"),
    }
}

/// Returns the path of the form of an action.
pub(crate) fn of_form(form: &Form) -> String {
    format!("{EXPLORER}/{}", of_name(form.action))
}

/// Returns a name in the form that a path needs.
pub(crate) fn of_name(name: &str) -> String {
    utf8_percent_encode(name, &ENCODED).to_string()
}

/// Returns a text in the form that a query needs.
pub(crate) fn query_value(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
