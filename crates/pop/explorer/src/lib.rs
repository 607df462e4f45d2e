//! Web pages about the API of any product, in Chinese and English.
//!
//! | path | page |
//! |---|---|
//! | `/console` | home: all actions, and search |
//! | `/console/reference/NAME` | an action or a chapter, by any of its names |
//! | `/console/errors`, `/console/errors/CODE` | the error center |
//! | `/console/search?q=WORDS` | what the reference says about some words |
//!
//! The pages are public, need no script, and load nothing from other hosts. `?lang=zh` or
//! `?lang=en` chooses the language, which a cookie then remembers; otherwise the browser's languages
//! decide.
//!
//! ```
//! use pop_docs::{Reference, Text};
//! use pop_explorer::Site;
//!
//! # fn serve(_: pop_gateway::Pages) {}
//! # let reference: &'static Reference = Box::leak(Box::new(Reference::new([])));
//! let title = Text { zh: "示例", en: "Example" };
//! serve(Site { title, reference }.pages());
//! ```

mod assets;
mod errors;
mod frame;
mod home;
mod language;
mod markdown;
mod path;
mod reference;
mod search;
mod site;
mod texts;
mod visit;

pub use path::HOME;
pub use site::Site;
