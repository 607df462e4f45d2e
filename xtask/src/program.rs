//! Starts, watches and ends programs.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::Error;

/// Longest wait for a result that takes milliseconds on an idle machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Time between two checks of a condition.
const PAUSE: Duration = Duration::from_millis(20);

/// A running program; it is killed when this value is dropped.
pub(crate) struct Program {
    name: String,
    child: Child,
    output: Arc<Mutex<String>>,
    /// Threads that read both outputs; they may end a moment after the program.
    readers: Vec<JoinHandle<()>>,
}

impl Program {
    /// Starts a program and collects its output.
    pub(crate) fn start(command: &mut Command) -> Result<Self, Error> {
        let name = name(command.get_program());
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(Error::io(name.clone()))?;
        let output = Arc::new(Mutex::new(String::new()));
        let stdout = child.stdout.take();
        let stdout = stdout.map(|stdout| collect(stdout, Arc::clone(&output)));
        let stderr = child.stderr.take();
        let stderr = stderr.map(|stderr| collect(stderr, Arc::clone(&output)));
        Ok(Self {
            name,
            child,
            output,
            readers: stdout.into_iter().chain(stderr).collect(),
        })
    }

    /// Returns everything that the program has written so far, to both outputs.
    pub(crate) fn output(&self) -> String {
        let output = self.output.lock();
        output.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the ID of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the program has written a text. Returns all of its output.
    pub(crate) fn wait_for(&mut self, text: &str) -> Result<String, Error> {
        let found = until(|| Ok(self.output().contains(text) || self.has_ended()));
        if found? && self.has_ended() {
            self.read_to_end()?;
        }
        let output = self.output();
        if output.contains(text) {
            Ok(output)
        } else if self.has_ended() {
            Err(Error::Ended {
                program: self.name.clone(),
                expected: format!("{text:?}"),
                output,
            })
        } else {
            Err(self.late(format!("{text:?}")))
        }
    }

    /// Waits until the program has ended. Returns `true` if it succeeded.
    pub(crate) fn wait(&mut self) -> Result<bool, Error> {
        if !until(|| Ok(self.has_ended()))? {
            return Err(self.late("its end".to_owned()));
        }
        self.read_to_end()?;
        let status = self.child.wait().map_err(Error::io(self.name.clone()))?;
        Ok(status.success())
    }

    /// Sends a signal and waits until the program has ended. Returns `true` if it succeeded.
    pub(crate) fn stop(&mut self, signal: &str) -> Result<bool, Error> {
        if !self.has_ended() {
            let process = self.child.id().to_string();
            finish(Command::new("kill").args(["-s", signal, &process]))?;
        }
        self.wait()
    }

    /// Waits for the last output of an ended program, unless one of its children keeps it open.
    fn read_to_end(&self) -> Result<(), Error> {
        until(|| Ok(self.readers.iter().all(JoinHandle::is_finished))).map(|_| ())
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn late(&self, expected: String) -> Error {
        Error::Late {
            program: self.name.clone(),
            expected,
            seconds: PATIENCE.as_secs(),
            output: self.output(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // An error means that the program has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program until it succeeds or fails. Returns its standard output.
pub(crate) fn finish(command: &mut Command) -> Result<String, Error> {
    let name = name(command.get_program());
    command.stdin(Stdio::null());
    let output = command.output().map_err(Error::io(name))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    Err(Error::Failed {
        command: words(command),
        status: output.status.to_string(),
        output: text + &String::from_utf8_lossy(&output.stderr),
    })
}

/// Waits until a condition holds. Returns `false` if that takes too long.
pub(crate) fn until(mut condition: impl FnMut() -> Result<bool, Error>) -> Result<bool, Error> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if condition()? {
            return Ok(true);
        }
        thread::sleep(PAUSE);
    }
    condition()
}

/// Returns a port of 127.0.0.1 that is free at the moment.
pub(crate) fn free_port() -> Result<u16, Error> {
    Ok(free_ports(1)?[0])
}

/// Returns different ports that are free at the moment.
pub(crate) fn free_ports(number: usize) -> Result<Vec<u16>, Error> {
    // All are held until the last one is known, so that they differ.
    let listeners = (0..number).map(|_| TcpListener::bind("127.0.0.1:0"));
    let listeners = listeners.collect::<Result<Vec<_>, _>>();
    let listeners = listeners.map_err(Error::io("a free port"))?;
    let ports = listeners.iter().map(|listener| listener.local_addr());
    let ports = ports.map(|address| Ok(address.map_err(Error::io("a free port"))?.port()));
    ports.collect()
}

fn collect(output: impl Read + Send + 'static, into: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let mut text = into.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&line);
            text.push('\n');
        }
    })
}

fn name(program: &OsStr) -> String {
    program.to_string_lossy().into_owned()
}

fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(name).collect::<Vec<_>>().join(" ")
}
