//! Web pages about the API of any product, in Chinese and English.
//!
//! | path | page |
//! |---|---|
//! | `/console` | home: all actions, and search |
//! | `/console/reference/NAME` | an action or a chapter, by any of its names |
//! | `/console/errors`, `/console/errors/CODE` | the error center |
//! | `/console/search?q=WORDS` | what the reference says about some words |
//! | `/console/explorer/ACTION` | the API Explorer: a form that calls the action, with its code |
//! | `/console/sign-in` | sign-in with an access key |
//!
//! Pages need no script, and load nothing from
//! other hosts. `?lang=zh` or `?lang=en` chooses the language, which a cookie then remembers;
//! otherwise the browser's languages decide.
//!
//! Reference and error center are public. The Explorer needs a session of 12 hours at most, which
//! ends when its access key is removed or gets another secret. Nobody can sign in over plain HTTP
//! from another machine, or by a host name that the server does not know. Wrong secrets slow their
//! address down, and nobody else.

mod answer;
mod app;
mod assets;
mod backend;
mod entered;
mod errors;
mod explorer;
mod explorer_page;
mod form;
mod frame;
mod home;
mod hosts;
mod language;
mod link;
mod live;
mod markdown;
mod pages;
mod part;
mod path;
mod reference;
mod request;
mod search;
mod sessions;
mod shared;
mod shared_tables;
mod signing;
mod site;
mod snippets;
mod texts;
mod token;
mod tries;
mod value;
mod visit;

pub use form::Fields;
pub use pages::Explorer;
pub use part::{Failed, Guest};
pub use path::{HOME, of_page as path_of_page};
pub use shared_tables::SharedTables;
pub use site::{FurtherPart, Site, Suggest};
