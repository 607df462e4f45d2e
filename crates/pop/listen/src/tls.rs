//! TLS with a certificate and a key that may be replaced while the server runs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::guarded::Guarded;

/// Most bytes that a handshake may take.
const HANDSHAKE_BYTES: usize = 8 << 10;
/// Most bytes of plain text, and of ciphertext, that wait for the socket.
const BUFFER_BYTES: usize = 16 << 10;
/// Shortest time between two looks at the files.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// TLS over a TCP connection.
pub type TlsSocket = TlsStream<Guarded<TcpStream>>;

/// Files of a certificate and its key, which belong together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertificateFiles {
    /// PEM file with the certificate, followed by those that lead to its root.
    pub certificate: PathBuf,
    /// PEM file with the private key.
    pub key: PathBuf,
}

/// A certificate or key that is missing, not PEM, or does not belong to the other one.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot use certificate {} with key {}: {reason}; give PEM files that belong together",
    files.certificate.display(),
    files.key.display()
)]
pub struct CertificateError {
    /// Paths as configured.
    pub files: CertificateFiles,
    /// Error of the files.
    pub reason: String,
}

/// Server side of TLS handshakes.
#[derive(Clone)]
pub struct Encryption {
    acceptor: TlsAcceptor,
    pair: Arc<Pair>,
}

/// A certificate and its key, as they are in their files.
#[derive(Debug)]
struct Pair {
    interval: Duration,
    current: Mutex<Arc<CertifiedKey>>,
    checked: Mutex<Instant>,
    /// Locked while `current` changes, so that both are of the same files.
    seen: Mutex<Seen>,
}

/// Files of a pair, as they were when they were read last.
#[derive(Debug)]
struct Seen {
    files: CertificateFiles,
    stamps: [Option<Stamp>; 2],
}

/// A certificate and its key that were read, and wait to be used.
#[derive(Debug)]
pub struct Certificate {
    pair: CertifiedKey,
    seen: Seen,
}

/// Time of change, length and inode, which tell two versions of a file apart.
type Stamp = (SystemTime, u64, u64);

impl Encryption {
    /// Reads certificate and key. Their files are read again, as a pair, when they change.
    ///
    /// # Errors
    ///
    /// [`CertificateError`].
    pub fn new(files: CertificateFiles) -> Result<Self, CertificateError> {
        Self::checking(files, CHECK_INTERVAL)
    }

    /// Reads certificate and key, and looks at their files again at most once per `interval`.
    ///
    /// # Errors
    ///
    /// [`CertificateError`].
    pub fn checking(files: CertificateFiles, interval: Duration) -> Result<Self, CertificateError> {
        let read = Certificate::read(files)?;
        let failed = |error: rustls::Error| CertificateError {
            files: read.seen.files.clone(),
            reason: error.to_string(),
        };
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?;
        let pair = Arc::new(Pair {
            interval,
            current: Mutex::new(Arc::new(read.pair)),
            checked: Mutex::new(Instant::now()),
            seen: Mutex::new(read.seen),
        });
        let config = config
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&pair) as Arc<dyn ResolvesServerCert>);
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            pair,
        })
    }

    /// Uses another certificate from now on. Open connections stay.
    pub fn replace(&self, certificate: Certificate) {
        let mut seen = self.pair.seen.lock();
        *seen = certificate.seen;
        *self.pair.current.lock() = Arc::new(certificate.pair);
    }

    /// Makes a handshake, with the certificate that is in the file now.
    ///
    /// # Errors
    ///
    /// The peer does not speak TLS, accepts nothing that is offered, or is gone.
    pub async fn handshake(&self, socket: TcpStream) -> io::Result<TlsSocket> {
        if self.pair.is_due() {
            let pair = Arc::clone(&self.pair);
            spawn_blocking(move || pair.check()).await?;
        }
        let socket = Guarded::new(socket, HANDSHAKE_BYTES);
        let limit = |tls: &mut rustls::ServerConnection| tls.set_buffer_limit(Some(BUFFER_BYTES));
        let mut stream = self.acceptor.accept_with(socket, limit).await?;
        // From here on no more than one TLS record waits to be complete.
        stream.get_mut().0.allow(usize::MAX);
        Ok(stream)
    }
}

impl Certificate {
    /// Reads certificate and key.
    ///
    /// # Errors
    ///
    /// [`CertificateError`].
    pub fn read(files: CertificateFiles) -> Result<Self, CertificateError> {
        let stamps = stamps(&files);
        match read(&files) {
            Ok(pair) => Ok(Self {
                pair,
                seen: Seen { files, stamps },
            }),
            Err(reason) => Err(CertificateError { files, reason }),
        }
    }
}

impl Pair {
    /// Returns `true` if it is time to look at the files. Only one caller is told so.
    fn is_due(&self) -> bool {
        let now = Instant::now();
        let mut checked = self.checked.lock();
        let is_due = *checked + self.interval <= now;
        if is_due {
            *checked = now;
        }
        is_due
    }

    /// Uses the files if they changed, and keeps the old pair if the new one cannot be used.
    fn check(&self) {
        let mut seen = self.seen.lock();
        let Some(changed) = seen.read_changed() else {
            return;
        };
        let (certificate, key) = (seen.files.certificate.display(), seen.files.key.display());
        match changed {
            Ok(pair) => {
                *self.current.lock() = Arc::new(pair);
                tracing::info!(%certificate, "certificate replaced");
            }
            Err(reason) => tracing::warn!(
                %certificate, %key, reason,
                "changed certificate or key cannot be used; the old ones stay in use"
            ),
        }
    }
}

impl Seen {
    /// Reads the files once after each change.
    fn read_changed(&mut self) -> Option<Result<CertifiedKey, String>> {
        let stamps = stamps(&self.files);
        if self.stamps == stamps {
            return None;
        }
        self.stamps = stamps;
        Some(read(&self.files))
    }
}

impl ResolvesServerCert for Pair {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.lock()))
    }
}

/// Reads a pair. The reason of a failure names the file that is to blame.
fn read(files: &CertificateFiles) -> Result<CertifiedKey, String> {
    let (certificate, key) = (files.certificate.display(), files.key.display());
    let chain: Vec<_> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|error| format!("{certificate}: {error}"))?;
    if chain.is_empty() {
        return Err(format!("{certificate} has no certificate in PEM"));
    }
    let private = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| match error {
        pem::Error::NoItemsFound => format!("{key} has no private key in PEM"),
        error => format!("{key}: {error}"),
    })?;
    CertifiedKey::from_der(chain, private, &ring::default_provider()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            format!("the key in {key} is not that of the certificate in {certificate}")
        }
        error => format!("{certificate} with {key}: {error}"),
    })
}

fn stamps(files: &CertificateFiles) -> [Option<Stamp>; 2] {
    [&files.certificate, &files.key].map(|path| stamp(path).ok())
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = fs::metadata(path)?;
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let inode = 0;
    Ok((metadata.modified()?, metadata.len(), inode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_read_once_good_or_bad() {
        let folder = tempfile::tempdir().unwrap();
        let files = CertificateFiles {
            certificate: folder.path().join("certificate.pem"),
            key: folder.path().join("key.pem"),
        };
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(&files.certificate, certified.cert.pem()).unwrap();
        fs::write(&files.key, certified.signing_key.serialize_pem()).unwrap();
        let encryption = Encryption::new(files.clone()).unwrap();
        assert!(!encryption.pair.is_due(), "the files were read just now");

        let read_changed = || encryption.pair.seen.lock().read_changed();
        assert!(read_changed().is_none());
        fs::write(&files.certificate, "not PEM").unwrap();
        assert!(read_changed().is_some_and(|read| read.is_err()));
        assert!(read_changed().is_none());
        fs::write(&files.certificate, certified.cert.pem()).unwrap();
        assert!(read_changed().is_some_and(|read| read.is_ok()));
        assert!(read_changed().is_none());
    }
}
