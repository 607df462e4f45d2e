//! Client that turns a typed request into a typed response.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pop_rpc::error::Code;
use pop_rpc::signature::{SignedRequest, Stamp};
use pop_rpc::{Action, ErrorBody, Format, timestamp};
use serde::de::DeserializeOwned;
use tracing::{Instrument, Span, debug, debug_span};

use crate::error::{Error, Problem};
use crate::limit::Limiter;
use crate::mismatch::Mismatch;
use crate::nonce::nonce;
use crate::renewal::RenewedSigner;
use crate::retry::is_safe;
use crate::settings::Settings;
use crate::signing::anonymous;
use crate::transport::{HttpRequest, HttpResponse};

/// Calls the actions of one product, whose error codes are `C`. Cheap to clone.
pub struct Client<C> {
    shared: Arc<Shared>,
    code: PhantomData<fn() -> C>,
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    limiter: Limiter,
    signer: RenewedSigner,
}

impl<C> Clone for Client<C> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            code: PhantomData,
        }
    }
}

impl<C> fmt::Debug for Client<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client")
            .field(&self.shared.settings)
            .finish()
    }
}

impl<C: Code> Client<C> {
    /// Creates a client with these settings.
    pub fn new(settings: Settings) -> Self {
        Self {
            shared: Arc::new(Shared {
                settings,
                limiter: Limiter::default(),
                signer: RenewedSigner::default(),
            }),
            code: PhantomData,
        }
    }

    /// Calls an action, and repeats the call after a failure if that is safe and may help.
    ///
    /// # Errors
    ///
    /// See [`Problem`].
    pub async fn call<A>(&self, action: &A) -> Result<A::Response, Error<C>>
    where
        A: Action<Response: DeserializeOwned> + Sync,
    {
        let span = debug_span!(
            "call",
            action = A::INFO.name,
            request_id = tracing::field::Empty,
            tries = tracing::field::Empty,
        );
        self.call_in_span(action).instrument(span).await
    }

    async fn call_in_span<A>(&self, action: &A) -> Result<A::Response, Error<C>>
    where
        A: Action<Response: DeserializeOwned> + Sync,
    {
        let settings = &self.shared.settings;
        let mut tries = 0;
        loop {
            tries += 1;
            if settings.keeps_limits {
                self.shared.limiter.pass(&A::INFO).await;
            }
            let (failed, asked) = match self.attempt(action, tries).await {
                Ok(response) => {
                    Span::current().record("tries", tries);
                    return Ok(response);
                }
                Err(failed) => failed,
            };
            let may_repeat = tries < settings.retry.tries && is_safe(&A::INFO, failed.outcome());
            let wait = settings.retry.wait(tries, asked);
            let Some(wait) = wait.filter(|_| may_repeat) else {
                let span = Span::current();
                span.record("tries", tries);
                span.record("request_id", failed.request_id());
                return Err(failed);
            };
            debug!(%failed, ?wait, "trying again");
            tokio::time::sleep(wait).await;
        }
    }

    /// Makes one attempt. An error includes the time that the service asks clients to wait.
    async fn attempt<A>(
        &self,
        action: &A,
        tries: u32,
    ) -> Result<A::Response, (Error<C>, Option<Duration>)>
    where
        A: Action<Response: DeserializeOwned> + Sync,
    {
        let settings = &self.shared.settings;
        let failed = |problem| Error::new(A::INFO.name, tries, problem);
        let SignedRequest {
            method,
            query,
            form,
            string_to_sign,
            headers,
            ..
        } = self.sign(action).await.map_err(|error| (error, None))?;
        let mut request = HttpRequest {
            method,
            endpoint: settings.endpoint.clone(),
            query,
            form,
            headers,
            timeout: settings.timeout,
        };
        for interceptor in &settings.interceptors {
            interceptor.request(&A::INFO, &mut request);
        }
        let response = settings
            .transport
            .send(request)
            .await
            .map_err(|error| (failed(Problem::Transport(error)), None))?;
        let asked = response.retry_after;
        for interceptor in &settings.interceptors {
            interceptor.response(&A::INFO, &response);
        }
        Self::read::<A>(response, &string_to_sign, tries).map_err(|error| (error, asked))
    }

    /// Signs a request with a new nonce and the current time, or leaves it unsigned if its action is
    /// anonymous.
    ///
    /// # Errors
    ///
    /// No credentials were found.
    pub async fn sign<A: Action + Sync>(&self, action: &A) -> Result<SignedRequest, Error<C>> {
        let nonce = nonce();
        let timestamp = timestamp::write(SystemTime::now());
        let stamp = Stamp {
            nonce: &nonce,
            timestamp: &timestamp,
        };
        if A::INFO.is_anonymous {
            return Ok(anonymous(self.settings(), action, stamp));
        }
        let signer = self.shared.signer.current(self.settings()).await;
        let signer =
            signer.map_err(|error| Error::new(A::INFO.name, 1, Problem::Credentials(error)))?;
        Ok(signer.sign(self.settings(), action, stamp))
    }

    /// Returns the settings of the client.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    fn read<A: Action<Response: DeserializeOwned>>(
        response: HttpResponse,
        string_to_sign: &str,
        tries: u32,
    ) -> Result<A::Response, Error<C>> {
        let HttpResponse { status, body, .. } = response;
        let format = format_of(&body);
        let reason = if (200..300).contains(&status) {
            match format.read(&body) {
                Ok(response) => return Ok(response),
                Err(error) => error.to_string(),
            }
        } else {
            match ErrorBody::read(format, &body) {
                Ok(error) if !error.code.is_empty() => {
                    let problem = Problem::Service {
                        status,
                        code: C::from(&error.code),
                        mismatch: Mismatch::find(string_to_sign, &error.message),
                        body: error,
                    };
                    return Err(Error::new(A::INFO.name, tries, problem));
                }
                Ok(_) => "it has no error code".to_owned(),
                Err(error) => error.to_string(),
            }
        };
        let problem = Problem::Body {
            status,
            reason,
            body,
        };
        Err(Error::new(A::INFO.name, tries, problem))
    }
}

/// Guesses the format of a body, because a gateway may ignore the requested one.
fn format_of(body: &str) -> Format {
    if body.trim_start().starts_with('<') {
        Format::Xml
    } else {
        Format::Json
    }
}
