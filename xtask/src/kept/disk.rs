//! Files as a loss of power would leave them, from the system calls that made them.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::trace::Call;
use crate::error::Error;

/// A file or folder with its history. Lines are those of the trace.
#[derive(Default)]
struct Node {
    is_folder: bool,
    /// Each change with the line at which it was made.
    changes: Vec<(usize, Change)>,
    /// Line at which each sync began, and the line at which it had ended.
    syncs: Vec<(usize, usize)>,
}

enum Change {
    Write(u64, Vec<u8>),
    Resize(u64),
    Enter(String, usize),
    Leave(String),
    Rename(String, String),
}

/// Everything below a folder that existed before.
pub(super) struct Disk {
    root: PathBuf,
    nodes: Vec<Node>,
    /// Nodes by path, as of the calls so far.
    paths: HashMap<PathBuf, usize>,
    /// Offsets of file descriptors.
    offsets: HashMap<u64, u64>,
}

/// The unsynced changes that survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Survival {
    Nothing,
    /// Each file and folder keeps some of its first unsynced changes, as many as this seed says. Of
    /// the last one, a file may keep only the first half.
    Some(u64),
}

impl Disk {
    /// Follows the calls below `root`, as far as they concern `part` of it.
    pub(super) fn follow(root: &Path, part: &Path, calls: &[Call]) -> Result<Self, Error> {
        let folder = Node {
            is_folder: true,
            ..Node::default()
        };
        let mut disk = Self {
            root: root.to_owned(),
            nodes: vec![folder],
            paths: HashMap::from([(root.to_owned(), 0)]),
            offsets: HashMap::new(),
        };
        for call in calls {
            disk.apply(call, part)?;
        }
        Ok(disk)
    }

    fn apply(&mut self, call: &Call, part: &Path) -> Result<(), Error> {
        let path = match call.name.as_str() {
            "mkdir" | "openat" | "rename" | "renameat" | "unlink" | "unlinkat" | "rmdir" => {
                let strings = call.strings();
                PathBuf::from(
                    String::from_utf8_lossy(strings.first().map_or(&[], Vec::as_slice))
                        .into_owned(),
                )
            }
            _ => PathBuf::from(call.target()),
        };
        let is_root_sync = path == self.root && call.name == "fsync";
        if !path.starts_with(part) && !is_root_sync {
            return Ok(());
        }
        match call.name.as_str() {
            "mkdir" => self.create(&path, true, call.end),
            "openat" => self.open(&path, call),
            "lseek" => {
                if let Some(descriptor) = call.descriptor() {
                    self.offsets.insert(descriptor, call.result);
                }
            }
            "write" | "pwrite64" => self.write(&path, call),
            "ftruncate" => {
                let length = call.number(1).unwrap_or_default();
                self.change(&path, call.end, Change::Resize(length));
            }
            "fallocate" => {
                let number = |position| call.number(position).unwrap_or_default();
                self.change(&path, call.end, Change::Resize(number(2) + number(3)));
            }
            "rename" | "renameat" => self.rename(&path, call)?,
            "unlink" | "unlinkat" | "rmdir" => {
                self.paths.remove(&path);
                self.enter(&path, call.end, Change::Leave);
            }
            "fsync" | "fdatasync" => {
                if let Some(&node) = self.paths.get(&path) {
                    self.nodes[node].syncs.push((call.begin, call.end));
                }
            }
            "read" => {
                if let Some(offset) = call.descriptor().and_then(|of| self.offsets.get_mut(&of)) {
                    *offset += call.result;
                }
            }
            other => {
                return Err(Error::step(format!(
                    "{other} of {}: not foreseen",
                    path.display()
                )));
            }
        }
        Ok(())
    }

    fn create(&mut self, path: &Path, is_folder: bool, line: usize) {
        if self.paths.contains_key(path) {
            return;
        }
        let node = self.nodes.len();
        self.nodes.push(Node {
            is_folder,
            ..Node::default()
        });
        self.paths.insert(path.to_owned(), node);
        self.enter(path, line, |name| Change::Enter(name, node));
    }

    /// Changes the entry of a path in its folder.
    fn enter(&mut self, path: &Path, line: usize, change: impl FnOnce(String) -> Change) {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let folder = path.parent().and_then(|folder| self.paths.get(folder));
        if let (Some(name), Some(&folder)) = (name, folder) {
            self.nodes[folder].changes.push((line, change(name)));
        }
    }

    fn open(&mut self, path: &Path, call: &Call) {
        if call.arguments.contains("O_CREAT") {
            self.create(path, false, call.end);
        }
        if call.arguments.contains("O_TRUNC") {
            self.change(path, call.end, Change::Resize(0));
        }
        let length = if call.arguments.contains("O_APPEND") {
            self.paths.get(path).map_or(0, |&node| self.length(node))
        } else {
            0
        };
        self.offsets.insert(call.result, length);
    }

    fn length(&self, node: usize) -> u64 {
        let mut length = 0;
        for (_, change) in &self.nodes[node].changes {
            match change {
                Change::Write(offset, data) => length = length.max(offset + data.len() as u64),
                Change::Resize(to) => length = *to,
                _ => {}
            }
        }
        length
    }

    fn write(&mut self, path: &Path, call: &Call) {
        let data = call.data();
        let descriptor = call.descriptor().unwrap_or_default();
        let offset = if call.name == "pwrite64" {
            call.number(3).unwrap_or_default()
        } else {
            let next = self.offsets.entry(descriptor).or_default();
            let offset = *next;
            *next += data.len() as u64;
            offset
        };
        self.change(path, call.end, Change::Write(offset, data));
    }

    fn change(&mut self, path: &Path, line: usize, change: Change) {
        if let Some(&node) = self.paths.get(path) {
            self.nodes[node].changes.push((line, change));
        }
    }

    fn rename(&mut self, from: &Path, call: &Call) -> Result<(), Error> {
        let strings = call.strings();
        let to = strings.get(1).map_or(&[][..], Vec::as_slice);
        let to = PathBuf::from(String::from_utf8_lossy(to).into_owned());
        if from.parent() != to.parent() {
            return Err(Error::step(
                "a file is moved to another folder: not foreseen",
            ));
        }
        if let Some(node) = self.paths.remove(from) {
            self.paths.insert(to.clone(), node);
        }
        let to = to
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        self.enter(from, call.end, |from| {
            Change::Rename(from, to.unwrap_or_default())
        });
        Ok(())
    }

    /// Writes what there is after a loss of power at a line into a folder.
    pub(super) fn lose_power(
        &self,
        line: usize,
        survival: Survival,
        to: &Path,
    ) -> Result<(), Error> {
        self.restore(0, (line, survival), to)
    }

    fn restore(&self, node: usize, at: (usize, Survival), to: &Path) -> Result<(), Error> {
        let failed = || Error::io(to.display().to_string());
        if !self.nodes[node].is_folder {
            return fs::write(to, self.content(node, at)).map_err(failed());
        }
        fs::create_dir_all(to).map_err(failed())?;
        for (name, entry) in self.entries(node, at) {
            self.restore(entry, at, &to.join(name))?;
        }
        Ok(())
    }

    /// Returns the changes of a node that survive, and whether the last one does only in part.
    fn surviving(
        &self,
        node: usize,
        (line, survival): (usize, Survival),
    ) -> (&[(usize, Change)], bool) {
        let Node { changes, syncs, .. } = &self.nodes[node];
        let done = syncs.iter().filter(|(_, end)| *end < line);
        let synced = done.map(|(begin, _)| *begin).max().unwrap_or(0);
        let made = changes.partition_point(|(end, _)| *end < line);
        let kept = changes.partition_point(|(end, _)| *end < synced).min(made);
        match survival {
            Survival::Nothing => (&changes[..kept], false),
            Survival::Some(seed) => {
                let mixed = mix(seed ^ node as u64) as usize;
                let more = mixed % (made - kept + 1);
                (&changes[..kept + more], more > 0 && mixed.is_multiple_of(3))
            }
        }
    }

    fn content(&self, node: usize, at: (usize, Survival)) -> Vec<u8> {
        let (changes, is_cut) = self.surviving(node, at);
        let mut content = Vec::new();
        for (position, (_, change)) in changes.iter().enumerate() {
            match change {
                Change::Write(offset, data) => {
                    let is_last = position + 1 == changes.len();
                    let length = if is_last && is_cut {
                        data.len() / 2
                    } else {
                        data.len()
                    };
                    let begin = *offset as usize;
                    content.resize(content.len().max(begin + length), 0);
                    content[begin..begin + length].copy_from_slice(&data[..length]);
                }
                Change::Resize(length) => content.resize(*length as usize, 0),
                _ => {}
            }
        }
        content
    }

    fn entries(&self, node: usize, at: (usize, Survival)) -> BTreeMap<&str, usize> {
        let mut entries = BTreeMap::new();
        for (_, change) in self.surviving(node, at).0 {
            match change {
                Change::Enter(name, node) => {
                    entries.insert(name.as_str(), *node);
                }
                Change::Leave(name) => {
                    entries.remove(name.as_str());
                }
                Change::Rename(from, to) => {
                    if let Some(node) = entries.remove(from.as_str()) {
                        entries.insert(to, node);
                    }
                }
                _ => {}
            }
        }
        entries
    }
}

/// Spreads the bits of a number (SplitMix64).
pub(super) fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}
