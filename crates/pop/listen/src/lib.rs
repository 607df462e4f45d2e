//! Listening sockets of a server, whatever is spoken on them.
//!
//! | topic | item |
//! |---|---|
//! | binding an address | [`bind`] |
//! | TLS, with files that may be replaced while the server runs | [`Encryption`] |
//! | addresses of peers, as they are shown and counted | [`peer`], [`source`] |
//! | which connection gives way when there are too many | [`Queue`] |
//! | ending a connection so that its peer gets the last bytes | [`close`] |

mod address;
mod close;
mod guarded;
mod queue;
mod seldom;
mod tls;

pub use address::{bind, peer, source};
pub use close::close;
pub use guarded::Guarded;
pub use queue::Queue;
pub use seldom::Seldom;
pub use tls::{Certificate, CertificateError, CertificateFiles, Encryption, TlsSocket};
