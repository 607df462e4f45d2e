//! Response bodies in XML, through serde.
//!
//! A struct is an element with one child element per member, in any order. A list repeats its
//! element. Text is kept exactly, including white space. Attributes, comments and the declaration
//! are skipped.
//!
//! quick-xml's own serde layer trims text and cannot offer text to a lenient reader. So this module
//! is a thin layer on its tokens.

mod de;
mod error;
mod ser;
mod tokens;

pub use de::{from_str, from_str_seed};
pub use error::Error;
pub use ser::{can_hold, to_string};

/// Returns the name of the outermost element in the response of an action.
pub fn response_element(action: &str) -> String {
    format!("{action}Response")
}
