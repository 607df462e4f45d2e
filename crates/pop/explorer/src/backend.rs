//! The gateway as the pages see it: who may sign in, and calls without signatures.

use std::future::Future;
use std::pin::Pin;

use pop_gateway::{Called, Gateway, Holder, SecretString};
use pop_rpc::service::Dispatch;
use pop_rpc::{ActionInfo, Parameters};

/// A future in a box, as traits without generics need it.
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The gateway of any product.
pub(crate) trait Backend: Send + Sync {
    /// Returns the actions of the product.
    fn actions(&self) -> &'static [ActionInfo];

    /// Returns the right to call for an access key, if the secret is the key's.
    fn sign_in(&self, id: &str, secret: &SecretString) -> Option<Holder>;

    /// Returns the right to call for an access key whose holder is known otherwise.
    fn holder(&self, id: &str) -> Option<Holder>;

    /// Lets the service answer a call; `None` if the right has ended. `common` are the same parameters,
    /// unless headers carry the common ones.
    fn call<'a>(
        &'a self,
        holder: &'a Holder,
        common: &'a Parameters,
        parameters: &'a Parameters,
        host: &'a str,
    ) -> BoxFuture<'a, Option<Called>>;
}

impl<S: Dispatch> Backend for Gateway<S> {
    fn actions(&self) -> &'static [ActionInfo] {
        S::ACTIONS
    }

    fn sign_in(&self, id: &str, secret: &SecretString) -> Option<Holder> {
        self.sign_in(id, secret)
    }

    fn holder(&self, id: &str) -> Option<Holder> {
        self.holder(id)
    }

    fn call<'a>(
        &'a self,
        holder: &'a Holder,
        common: &'a Parameters,
        parameters: &'a Parameters,
        host: &'a str,
    ) -> BoxFuture<'a, Option<Called>> {
        Box::pin(self.call(holder, common, parameters, host))
    }
}
