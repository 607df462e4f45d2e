//! The certificate that brokers show, and devices that trust it.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use tempfile::TempDir;

use crate::error::Error;

/// Host name in the certificate.
pub(crate) const HOST: &str = "localhost";

/// A self-signed certificate in PEM files.
pub(crate) struct Certificate {
    pub(crate) file: PathBuf,
    pub(crate) key: PathBuf,
    trust: Arc<ClientConfig>,
    _folder: TempDir,
}

impl Certificate {
    pub(crate) fn new() -> Result<Self, Error> {
        let certified =
            rcgen::generate_simple_self_signed([HOST.to_owned()]).map_err(Error::step)?;
        let folder = tempfile::tempdir().map_err(Error::io("a folder for a certificate"))?;
        let file = folder.path().join("certificate.pem");
        let key = folder.path().join("key.pem");
        let pem = certified.cert.pem();
        fs::write(&file, pem).map_err(Error::io("a certificate"))?;
        let pem = certified.signing_key.serialize_pem();
        fs::write(&key, pem).map_err(Error::io("its key"))?;
        let mut roots = RootCertStore::empty();
        let root = certified.cert.der().clone();
        roots.add(root).map_err(Error::step)?;
        let trust = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Error::step)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            file,
            key,
            trust: Arc::new(trust),
            _folder: folder,
        })
    }

    /// Returns the device's side of a new connection.
    pub(crate) fn connection(&self) -> Result<ClientConnection, Error> {
        let host = ServerName::try_from(HOST).map_err(Error::step)?;
        ClientConnection::new(Arc::clone(&self.trust), host).map_err(Error::step)
    }
}
