//! Reads what strace wrote: system calls with their data.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::error::Error;

/// Options of strace that make every string hexadecimal, so that no data looks like syntax.
pub(super) const STRACE: [&str; 11] = [
    "strace",
    "--daemonize",
    "--follow-forks",
    "--seccomp-bpf",
    "--decode-fds=path",
    "--strings-in-hex=all",
    "--string-limit=1000000",
    "--quiet=all",
    "--signal=none",
    "--trace=openat,mkdir,renameat,unlink,unlinkat,rmdir,rename,link,linkat,copy_file_range,lseek,\
     write,writev,pwrite64,pwritev,ftruncate,fallocate,fsync,fdatasync,recvfrom,read,sendto,sendmsg",
    "--output",
];

/// A system call that succeeded.
pub(super) struct Call {
    pub(super) name: String,
    /// Arguments as strace shows them.
    pub(super) arguments: String,
    pub(super) result: u64,
    /// Line at which it began.
    pub(super) begin: usize,
    /// Line at which it had ended.
    pub(super) end: usize,
}

impl Call {
    /// Returns the number of the file descriptor that is the first argument.
    pub(super) fn descriptor(&self) -> Option<u64> {
        self.arguments.split('<').next()?.parse().ok()
    }

    /// Returns what the file descriptor is: a path, or the name of a socket.
    pub(super) fn target(&self) -> String {
        let rest = self.arguments.split_once('<').map(|(_, rest)| rest);
        let target = rest.and_then(|rest| rest.split_once('>'));
        target.map_or_else(String::new, |(target, _)| text(target))
    }

    /// Returns the arguments in quotes, decoded.
    pub(super) fn strings(&self) -> Vec<Vec<u8>> {
        let quoted = self.arguments.split('"').skip(1).step_by(2);
        quoted.map(bytes).collect()
    }

    /// Returns the data that was sent, received or written.
    pub(super) fn data(&self) -> Vec<u8> {
        let mut data = self.strings().concat();
        data.truncate(self.result as usize);
        data
    }

    /// Returns an argument that is a number.
    pub(super) fn number(&self, position: usize) -> Option<u64> {
        self.arguments.split(", ").nth(position)?.parse().ok()
    }
}

/// Returns the calls that succeeded, in the order in which they ended.
pub(super) fn read(path: &Path) -> Result<Vec<Call>, Error> {
    let failed = || Error::io(path.display().to_string());
    let lines = BufReader::new(File::open(path).map_err(failed())?).lines();
    let mut unfinished: HashMap<String, (usize, String)> = HashMap::new();
    let mut calls = Vec::new();
    for (number, line) in lines.enumerate() {
        let line = line.map_err(failed())?;
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let rest = rest.trim_start();
        let (begin, whole) = if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread.to_owned(), (number, start.to_owned()));
            continue;
        } else if rest.starts_with("<... ") {
            let end = rest.split_once(" resumed>").map_or("", |(_, end)| end);
            let Some((begin, start)) = unfinished.remove(thread) else {
                continue;
            };
            (begin, start + end)
        } else {
            (number, rest.to_owned())
        };
        calls.extend(parse(&whole, begin, number));
    }
    Ok(calls)
}

fn parse(whole: &str, begin: usize, end: usize) -> Option<Call> {
    let (name, rest) = whole.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(") ")?;
    let result = result.trim_start().strip_prefix("= ")?;
    let digits = result.split(|other: char| !other.is_ascii_digit()).next()?;
    Some(Call {
        name: name.to_owned(),
        arguments: arguments.to_owned(),
        // Errors begin with a minus, and have no digits here.
        result: digits.parse().ok()?,
        begin,
        end,
    })
}

fn text(hexadecimal: &str) -> String {
    String::from_utf8_lossy(&bytes(hexadecimal)).into_owned()
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.split("\\x").skip(1);
    pairs
        .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
        .collect()
}
