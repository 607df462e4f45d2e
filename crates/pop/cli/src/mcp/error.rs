//! Errors of the server of tools.

use rmcp::service::ServerInitializeError;

/// Reason why the tools cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The list of tools that the generator wrote cannot be read.
    #[error("the list of tools cannot be read: {0}")]
    List(#[from] serde_json::Error),
    /// The peer does not speak the protocol.
    #[error("the program at the other end does not speak the Model Context Protocol: {0}")]
    Peer(#[from] Box<ServerInitializeError>),
    /// The server ended with a bug.
    #[error("the server failed: {0}")]
    Failed(#[from] tokio::task::JoinError),
}
