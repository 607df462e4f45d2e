//! Listening sockets of a server, whatever is spoken on them.
//!
//! | topic | item |
//! |---|---|
//! | binding an address | [`bind`] |
//! | TLS, with files that may be replaced while the server runs | [`Encryption`] |
//! | addresses of peers, as they are shown and counted | [`peer`], [`source`] |

mod address;
mod guarded;
mod tls;

pub use address::{bind, peer, source};
pub use guarded::Guarded;
pub use tls::{Certificate, CertificateError, CertificateFiles, Encryption, TlsSocket};
