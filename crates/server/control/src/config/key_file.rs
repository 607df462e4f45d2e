//! The access key that is created if none is configured.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use pop_gateway::SecretString;
use serde::Deserialize;

/// Name of the file in the data directory.
pub(crate) const NAME: &str = "access_key.toml";

/// An access key that only the owner of its file can read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFile {
    pub(super) id: String,
    pub(super) secret: SecretString,
}

/// Reads the access key of a data directory; creates it first if there is none.
pub(super) fn read_or_create(data_dir: &Path) -> io::Result<KeyFile> {
    let path = data_dir.join(NAME);
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(data_dir, &path)?;
            read(&fs::read_to_string(&path)?)
        }
        text => read(&text?),
    }
}

fn read(text: &str) -> io::Result<KeyFile> {
    // The parser's own message might repeat the secret.
    toml::from_str(text).map_err(|_| {
        let expected = "it must contain `id` and `secret`; delete it to get a new one";
        io::Error::new(io::ErrorKind::InvalidData, expected)
    })
}

/// Writes a new access key; if another process was faster, its key is kept.
fn create(data_dir: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(data_dir)?;
    // Only the owner may read a file created this way.
    let mut file = tempfile::NamedTempFile::new_in(data_dir)?;
    let (id, secret) = (random::<8>()?, random::<16>()?);
    writeln!(file, "# Created because no access key was configured.")?;
    writeln!(file, "id = \"local-{id}\"\nsecret = \"{secret}\"")?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(failed) if failed.error.kind() != io::ErrorKind::AlreadyExists => Err(failed.error),
        _ => Ok(()),
    }
}

/// Returns `N` random bytes in hexadecimal.
fn random<const N: usize>() -> io::Result<String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
