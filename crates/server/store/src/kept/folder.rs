//! The folder of a kept store: its permissions and its lock.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::path::Path;

use super::error::KeptError;

/// Creates the folder and takes its lock, which a killed process loses.
///
/// The storage engine creates files with the modes that the umask of the process leaves. Mode 0700
/// of the folder keeps others out whatever they are.
pub(super) fn take(folder: &Path) -> Result<File, KeptError> {
    let failed = |error: io::Error| KeptError::Failed {
        folder: folder.display().to_string(),
        reason: format!(
            "{error}; give the user that runs the server read and write access to the folder"
        ),
    };
    create(folder).map_err(failed)?;
    let file = private()
        .append(true)
        .open(folder.join("lock"))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(KeptError::InUse {
            folder: folder.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Returns options that create a file with mode 0600.
pub(super) fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes the entries of a folder durable.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    let here = Path::new(".");
    let folder = if folder.as_os_str().is_empty() {
        here
    } else {
        folder
    };
    File::open(folder)?.sync_all()
}

fn create(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let is_new = |folder: &&Path| !folder.exists();
    let new: Vec<_> = folder.ancestors().take_while(is_new).collect();
    builder.create(folder)?;
    for parent in new.iter().filter_map(|folder| folder.parent()) {
        sync(parent)?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        let permissions = fs::metadata(folder)?.permissions();
        if permissions.mode() & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}
