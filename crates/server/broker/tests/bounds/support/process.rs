//! Processes: each case has one, so that its memory is its own.

use std::process::Command;

/// Set in the process of a case.
const VARIABLE: &str = "ONS_MQTT_TEST_ALONE";

/// Runs a case in a process of its own. `name` is its full name.
pub(crate) fn alone(name: &str, case: impl FnOnce()) {
    if std::env::var_os(VARIABLE).is_some() {
        return case();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(VARIABLE, "1")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}\n{error}");
    assert!(out.contains("1 passed"), "{name} is not the name of a case");
    for line in error.lines().filter(|line| line.contains(FIGURE)) {
        println!("{line}");
    }
}

const FIGURE: &str = "figure: ";

/// Prints a figure for the documents.
pub(crate) fn figure(text: &str) {
    eprintln!("{FIGURE}{text}");
}

/// Memory of this process at a moment.
pub(crate) struct Memory(usize);

impl Memory {
    pub(crate) fn now() -> Self {
        Self(field("VmRSS:"))
    }

    /// Returns by how many KiB the memory has grown.
    pub(crate) fn grown(&self) -> usize {
        field("VmRSS:").saturating_sub(self.0)
    }

    /// Returns by how many KiB the memory has grown at most, at any time of the process.
    pub(crate) fn peak(&self) -> usize {
        field("VmHWM:").saturating_sub(self.0)
    }

    /// Expects that the memory never grew by more than some KiB.
    pub(crate) fn expect_at_most(&self, kib: usize, what: &str) {
        let (peak, grown) = (self.peak(), self.grown());
        figure(&format!("{what}: {grown} KiB more, {peak} KiB at the peak"));
        assert!(peak <= kib, "{what}: {peak} KiB more, {kib} are allowed");
    }
}

fn field(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
