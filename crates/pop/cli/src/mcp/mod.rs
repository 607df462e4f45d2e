//! `mcp`: the actions as tools of the Model Context Protocol, over standard input and output.
//!
//! | what | where |
//! |---|---|
//! | the server | `server` |
//! | arguments of a tool against its schema | `schema` |
//! | region of the client, in place of a required argument | `region` |
//! | calls and their results | `caller` |

mod caller;
mod error;
mod region;
mod schema;
mod server;

pub use caller::{Caller, Outcome, ToolError, unknown};
pub use error::McpError;
pub use server::{Arguments, Tools, serve};
