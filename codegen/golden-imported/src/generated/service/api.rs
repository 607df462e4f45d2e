// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! The service as a gateway sees it.

use pop_rpc::ActionInfo;
use pop_rpc::error::Failure;
use pop_rpc::service::{Answer, Context, Dispatch, Refusal, Request};
use hard_product_20210304_models::*;
use super::Service;

/// Adapts a service to a gateway that serves any product.
#[derive(Clone, Copy, Debug, Default)]
pub struct Api<S>(pub S);

impl<S: Service + 'static> Dispatch for Api<S> {
    const ACTIONS: &'static [ActionInfo] = ACTIONS;
    const VERSION: &'static str = VERSION;

    fn check_region(_: &str) -> Result<(), Failure> {
        Ok(())
    }

    fn refuse(refusal: Refusal) -> Failure {
        super::refuse(refusal)
    }

    fn declared(code: &str) -> String {
        match ErrorCode::from(code) {
            ErrorCode::Missing(_) => ErrorCode::Missing(String::new()).to_string(),
            ErrorCode::Invalid(_) => ErrorCode::Invalid(String::new()).to_string(),
            ErrorCode::InvalidParameter(_) => {
                ErrorCode::InvalidParameter(String::new()).to_string()
            }
            ErrorCode::Two(_) => ErrorCode::Two(String::new()).to_string(),
            ErrorCode::Number(_) => ErrorCode::Number(String::new()).to_string(),
            ErrorCode::Unknown(_) => "unknown".to_owned(),
            code => code.to_string(),
        }
    }

    async fn dispatch(&self, context: &Context, request: &Request<'_>) -> Answer {
        super::dispatch::answer(&self.0, context, request).await
    }
}
