//! Credentials that a program prints.

use std::io::{self, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use pop_rpc::timestamp;
use serde::Deserialize;
use tokio::sync::oneshot;

use super::access_key::Credentials;
use super::answer;
use super::provider::{CredentialsError, EARLY};

/// Time limit of the program.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Time between two looks at a program that has closed its output.
const POLL: Duration = Duration::from_millis(10);

/// Validity of credentials that have no expiration. It is the lead time of a renewal, so that the
/// program is asked for each call, as the vendor's SDKs do.
const UNKNOWN_VALIDITY: Duration = EARLY;

/// Output of the program.
#[derive(Deserialize)]
struct Output {
    mode: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    sts_token: Option<String>,
    expiration: Option<String>,
}

/// Runs a command line, without a shell, and reads the credentials that it prints.
pub(super) async fn credentials(command: &str) -> Result<Credentials, CredentialsError> {
    let text = run(command).await.map_err(broken)?;
    let output: Output = answer::read(&text).map_err(broken)?;
    output.credentials().map_err(broken)
}

fn broken(reason: String) -> CredentialsError {
    CredentialsError::broken("process_command", reason)
}

/// Runs a command line and returns what it printed on standard output.
async fn run(command: &str) -> Result<String, String> {
    let words = shlex::split(command).unwrap_or_default();
    let [program, arguments @ ..] = words.as_slice() else {
        return Err("the command is empty, or a quote in it is not closed".to_owned());
    };
    let failed = |error: io::Error| format!("`{program}`: {error}");
    let mut child = Running::start(program, arguments).map_err(failed)?;
    let text = child.output().map_err(failed)?;
    let finished = tokio::time::timeout(TIMEOUT, async {
        let text = text.await.unwrap_or_else(|_| Ok(String::new()))?;
        Ok((text, child.status().await?))
    });
    let (text, status) = finished
        .await
        .map_err(|_| format!("`{program}` did not end within {TIMEOUT:?}"))?
        .map_err(failed)?;
    if status.success() {
        Ok(text)
    } else {
        Err(format!("`{program}` failed: {status}"))
    }
}

/// Running program, which ends at the latest when it is dropped.
struct Running(Child);

impl Running {
    fn start(program: &str, arguments: &[String]) -> io::Result<Self> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        command.spawn().map(Self)
    }

    /// Reads standard output on a thread of its own, because reading blocks.
    fn output(&mut self) -> io::Result<oneshot::Receiver<io::Result<String>>> {
        let (sender, receiver) = oneshot::channel();
        let stdout = self.0.stdout.take();
        thread::Builder::new().spawn(move || {
            let mut text = String::new();
            let most = answer::LONGEST as u64;
            let read = stdout.map_or(Ok(0), |out| out.take(most).read_to_string(&mut text));
            // Nobody receives it after the time limit.
            let _ = sender.send(read.map(|_| text));
        })?;
        Ok(receiver)
    }

    /// Waits for the end of the program.
    async fn status(&mut self) -> io::Result<ExitStatus> {
        loop {
            match self.0.try_wait()? {
                Some(status) => return Ok(status),
                None => tokio::time::sleep(POLL).await,
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail if it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Output {
    fn credentials(self) -> Result<Credentials, String> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let (Some(id), Some(secret)) = (given(self.access_key_id), given(self.access_key_secret))
        else {
            return Err("the output has no access_key_id or no access_key_secret".to_owned());
        };
        let credentials = Credentials::new(id, secret);
        let mode = self.mode.unwrap_or_default();
        let credentials = match (mode.to_ascii_lowercase().as_str(), given(self.sts_token)) {
            ("ak", _) => credentials,
            ("ststoken", Some(token)) => credentials.with_security_token(token),
            ("ststoken", None) => return Err("the output has no sts_token".to_owned()),
            _ => return Err(format!("mode `{mode}` is neither AK nor StsToken")),
        };
        let expiration = match given(self.expiration) {
            Some(text) => timestamp::read(&text)
                .ok_or_else(|| format!("expiration `{text}` is not a valid time"))?,
            None => SystemTime::now() + UNKNOWN_VALIDITY,
        };
        Ok(credentials.with_expiration(expiration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_prints_a_key_or_a_temporary_one() {
        let key = r#"echo '{"mode": "AK", "access_key_id": "i", "access_key_secret": "s", "sts_token": null}'"#;
        let found = credentials(key).await.unwrap();
        assert_eq!((found.access_key_id(), found.security_token()), ("i", None));
        assert!(found.expiration().is_some(), "so that it is asked again");
        let token = r#"printf '{"mode":"StsToken","access_key_id":"i","access_key_secret":"s","sts_token":"t","expiration":"2026-11-23T06:00:00Z"}'"#;
        let found = credentials(token).await.unwrap();
        assert_eq!(found.security_token(), Some("t"));
        assert_eq!(found.expiration(), timestamp::read("2026-11-23T06:00:00Z"));
    }

    #[tokio::test]
    async fn a_failure_names_the_program_and_hides_what_it_printed() {
        for (command, expected) in [
            ("", "the command is empty"),
            ("'open", "a quote in it is not closed"),
            ("/no/such/program", "`/no/such/program`: No such file"),
            ("false", "`false` failed: exit status: 1"),
            ("echo hidden-secret", "the answer cannot be read"),
            ("echo '{}'", "no access_key_id"),
            (
                r#"echo '{"mode":"StsToken","access_key_id":"i","access_key_secret":"hidden-secret"}'"#,
                "no sts_token",
            ),
        ] {
            let error = credentials(command).await.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("hidden-secret"), "{error}");
        }
    }
}
