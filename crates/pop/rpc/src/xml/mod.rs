//! Response bodies in XML, through serde.
//!
//! A struct is an element with one child element a member, in any order; a list repeats its
//! element; text is kept exactly, blanks included. Attributes, comments and the declaration are
//! skipped. quick-xml's own serde layer trims text and cannot offer text to a lenient reader, hence
//! this thin one on its tokens.

mod de;
mod error;
mod ser;

pub use de::{from_str, from_str_seed};
pub use error::Error;
pub use ser::{can_hold, to_string};

/// Name of the outermost element of the response of an action.
pub fn response_element(action: &str) -> String {
    format!("{action}Response")
}
