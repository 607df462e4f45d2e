//! Programs that are started, watched and ended.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::Error;

/// How long a program may take for what is a matter of milliseconds on an idle machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// A program that runs, and is killed when this is dropped.
pub(crate) struct Program {
    name: String,
    child: Child,
    output: Arc<Mutex<String>>,
    /// What reads its outputs; it may take a moment more than the program.
    readers: Vec<JoinHandle<()>>,
}

impl Program {
    /// Starts a program and keeps what it writes.
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

    /// What the program wrote so far, to both of its outputs.
    pub(crate) fn output(&self) -> String {
        let output = self.output.lock();
        output.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// ID of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the program has written a text, and gives all that it wrote.
    pub(crate) fn wait_for(&mut self, text: &str) -> Result<String, Error> {
        let found = until(|| Ok(self.output().contains(text) || self.has_ended()));
        if found? && self.has_ended() {
            self.read_to_end()?;
        }
        let output = self.output();
        match output.contains(text) {
            true => Ok(output),
            false if self.has_ended() => Err(Error::Ended {
                program: self.name.clone(),
                expected: format!("{text:?}"),
                output,
            }),
            false => Err(self.late(format!("{text:?}"))),
        }
    }

    /// Waits until the program has ended, and gives whether it succeeded.
    pub(crate) fn wait(&mut self) -> Result<bool, Error> {
        if !until(|| Ok(self.has_ended()))? {
            return Err(self.late("its end".to_owned()));
        }
        self.read_to_end()?;
        let status = self.child.wait().map_err(Error::io(self.name.clone()))?;
        Ok(status.success())
    }

    /// Asks the program to end by a signal, and waits until it has.
    pub(crate) fn stop(&mut self, signal: &str) -> Result<bool, Error> {
        if !self.has_ended() {
            let process = self.child.id().to_string();
            finish(Command::new("kill").args(["-s", signal, &process]))?;
        }
        self.wait()
    }

    /// Waits for the last that an ended program wrote, unless a child of it holds its outputs.
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
        // An error says that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program to its successful end and gives its standard output.
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

/// Waits until a condition holds; whether it did in time.
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

/// A port of 127.0.0.1 that nothing listens on at present.
pub(crate) fn free_port() -> Result<u16, Error> {
    let listener = TcpListener::bind("127.0.0.1:0");
    let address = listener.and_then(|listener| listener.local_addr());
    Ok(address.map_err(Error::io("a free port"))?.port())
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
