//! Listening sockets of a server, whatever is spoken on them.
//!
//! | topic | item |
//! |---|---|
//! | binding an address | [`bind`] |
//! | accepting connections | [`accept`] |
//! | TLS, with files that may be replaced while the server runs | [`Encryption`] |
//! | addresses of peers, as they are counted | [`source`] |
//! | which connection gives way when there are too many | [`Queue`] |
//! | ending a connection so that its peer gets the last bytes | [`close`] |
//! | fewer log lines about trouble that goes on | [`Seldom`] |

mod accept;
mod address;
mod close;
mod guarded;
mod queue;
mod seldom;
mod tls;

pub use accept::accept;
pub use address::{bind, source};
pub use close::close;
pub use guarded::Guarded;
pub use queue::Queue;
pub use seldom::Seldom;
pub use tls::{Certificate, CertificateError, CertificateFiles, Encryption, TlsSocket};
