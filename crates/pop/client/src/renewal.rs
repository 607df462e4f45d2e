//! Keeps the signer of the current credentials and renews it before they expire.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tracing::warn;

use crate::credentials::{CredentialsError, EARLY};
use crate::settings::Settings;
use crate::signing::KeySigner;

/// Signer of the current credentials.
#[derive(Debug, Default)]
pub(crate) struct RenewedSigner {
    kept: Mutex<Option<Kept>>,
    /// Held by the call that asks for new credentials.
    renewal: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug)]
struct Kept {
    signer: Arc<KeySigner>,
    expiration: Option<SystemTime>,
}

impl RenewedSigner {
    /// Returns the signer, after a renewal if the credentials soon expire.
    ///
    /// While they are valid, a renewal that fails is no error, and only one call waits for it.
    pub(crate) async fn current(
        &self,
        settings: &Settings,
    ) -> Result<Arc<KeySigner>, CredentialsError> {
        let kept = self.kept();
        let _turn = match kept.filter(|kept| kept.is_valid_in(Duration::ZERO)) {
            Some(kept) if kept.is_valid_in(EARLY) => return Ok(kept.signer),
            Some(kept) => match self.renewal.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(kept.signer),
            },
            None => self.renewal.lock().await,
        };
        // Another call may have renewed them in the meantime.
        let kept = self.kept();
        if let Some(kept) = kept.clone().filter(|kept| kept.is_valid_in(EARLY)) {
            return Ok(kept.signer);
        }
        let error = match settings.credentials.credentials().await {
            Ok(credentials) => {
                let signer = Arc::new(KeySigner::new(settings, &credentials));
                self.keep(Kept {
                    signer: Arc::clone(&signer),
                    expiration: credentials.expiration(),
                });
                return Ok(signer);
            }
            Err(error) => error,
        };
        match kept.filter(|kept| kept.is_valid_in(Duration::ZERO)) {
            Some(kept) => {
                warn!(%error, "the credentials cannot be renewed; they are used until they expire");
                Ok(kept.signer)
            }
            None => Err(error),
        }
    }

    fn kept(&self) -> Option<Kept> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }

    fn keep(&self, new: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(new);
    }
}

impl Kept {
    /// Returns `true` if the credentials are still valid after this time.
    fn is_valid_in(&self, time: Duration) -> bool {
        let end = SystemTime::now() + time;
        self.expiration.is_none_or(|expiration| end < expiration)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use pop_rpc::{Format, Method};

    use super::*;
    use crate::credentials::{Credentials, ProvideCredentials};
    use crate::future::BoxFuture;
    use crate::retry::Retry;
    use crate::settings::Signature;
    use crate::transport::Http;

    /// Source with one answer per question: a key that is valid for so many minutes, or none.
    #[derive(Debug)]
    struct Source(Mutex<VecDeque<Option<u64>>>);

    impl ProvideCredentials for Source {
        fn credentials(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
            let answer = self.0.lock().unwrap().pop_front().unwrap();
            Box::pin(async move {
                // Lets other calls run in the meantime.
                tokio::task::yield_now().await;
                let minutes = answer.ok_or_else(|| CredentialsError::None(Vec::new()))?;
                let expiration = SystemTime::now() + Duration::from_secs(minutes * 60);
                Ok(Credentials::new("id", "secret").with_expiration(expiration))
            })
        }
    }

    fn settings(answers: &[Option<u64>]) -> Settings {
        Settings {
            endpoint: "http://127.0.0.1:1/".to_owned(),
            region_id: None,
            signature: Signature::Rpc,
            method: Method::Post,
            format: Format::Json,
            timeout: Duration::from_secs(1),
            retry: Retry::NEVER,
            keeps_limits: false,
            credentials: Box::new(Source(Mutex::new(answers.iter().copied().collect()))),
            transport: Box::new(Http::new(Duration::from_secs(1)).unwrap()),
            interceptors: Vec::new(),
        }
    }

    #[tokio::test]
    async fn a_key_that_soon_expires_is_used_while_it_cannot_be_renewed() {
        let settings = settings(&[Some(10), None, None, Some(60)]);
        let signer = RenewedSigner::default();
        let first = signer.current(&settings).await.unwrap();
        for _ in 0..2 {
            let kept = signer.current(&settings).await.unwrap();
            assert!(Arc::ptr_eq(&first, &kept), "the source fails");
        }
        let renewed = signer.current(&settings).await.unwrap();
        assert!(!Arc::ptr_eq(&first, &renewed), "the source works again");
        let kept = signer.current(&settings).await.unwrap();
        assert!(Arc::ptr_eq(&renewed, &kept), "an hour is long");
    }

    #[tokio::test]
    async fn an_expired_key_is_not_used() {
        let settings = settings(&[Some(0), None, Some(60)]);
        let signer = RenewedSigner::default();
        signer.current(&settings).await.unwrap();
        signer.current(&settings).await.unwrap_err();
        signer.current(&settings).await.unwrap();
    }

    #[tokio::test]
    async fn only_one_of_many_calls_renews_and_the_others_do_not_wait() {
        let settings = settings(&[Some(10), Some(60)]);
        let signer = RenewedSigner::default();
        let first = signer.current(&settings).await.unwrap();
        let calls = [(); 3].map(|()| signer.current(&settings));
        let [one, two, three] = calls;
        let (one, two, three) = tokio::join!(one, two, three);
        assert!(!Arc::ptr_eq(&first, &one.unwrap()));
        assert!(Arc::ptr_eq(&first, &two.unwrap()));
        assert!(Arc::ptr_eq(&first, &three.unwrap()));
    }
}
