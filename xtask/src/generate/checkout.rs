//! Path from a generated workspace to a checkout of this repository.

use std::io;
use std::path::{Component, Path, PathBuf, absolute};

use codegen::runtime::Runtime;

use super::error::Error;
use crate::files::FileError;

/// Returns the runtime as the manifest of the workspace in `folder` names it: a path that is
/// relative to the current folder becomes relative to the workspace.
pub(super) fn placed(runtime: &Runtime, folder: &Path) -> Result<Runtime, Error> {
    let Runtime::Path(checkout) = runtime else {
        return Ok(runtime.clone());
    };
    let path = Path::new(checkout);
    if !path.join("crates/pop/rpc").is_dir() {
        return Err(Error::NoCheckout(checkout.clone()));
    }
    if path.is_absolute() {
        return Ok(runtime.clone());
    }
    let relative = relative(folder, path).map_err(FileError::of(path))?;
    Ok(Runtime::Path(relative))
}

/// Returns the path that leads from one folder to another, separated by `/`.
fn relative(from: &Path, to: &Path) -> io::Result<String> {
    let (from, to) = (plain(from)?, plain(to)?);
    let (mut from, mut to) = (from.components().peekable(), to.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| "..".into());
    let down = to.map(|part| part.as_os_str().to_string_lossy());
    let parts: Vec<_> = up.chain(down).collect();
    Ok(match parts.as_slice() {
        [] => ".".to_owned(),
        parts => parts.join("/"),
    })
}

/// Returns an absolute path without `..`; its folders may be missing.
fn plain(path: &Path) -> io::Result<PathBuf> {
    let mut plain = PathBuf::new();
    for part in absolute(path)?.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_is_named_from_the_workspace() {
        let cases = [
            ("out", ".", ".."),
            ("../out", ".", "../house"),
            ("../a/b", "../house", "../../house"),
            (".", ".", "."),
            (".", "inside", "inside"),
        ];
        let house = absolute("house").unwrap();
        for (out, checkout, expected) in cases {
            let found = relative(&house.join(out), &house.join(checkout)).unwrap();
            assert_eq!(found, expected, "{out} {checkout}");
        }
    }
}
