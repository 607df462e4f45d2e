//! Calls an action for a tool, and says what came of it in JSON.

use pop_client::{BoxFuture, Client, Error, Problem};
use pop_docs::Reference;
use pop_rpc::error::Code;
use pop_rpc::{Action, Method, Parameters};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::explain::{self, Language};

/// Result of a tool: its answer, or the reason why there is none.
pub type Outcome<C> = Result<Value, ToolError<C>>;

/// Reason why a tool has no answer; `C` is the product's error codes.
#[derive(Debug, thiserror::Error)]
pub enum ToolError<C: Code> {
    /// The arguments do not fit the action.
    #[error("{0}")]
    Arguments(String),
    /// The call failed.
    #[error(transparent)]
    Call(#[from] Error<C>),
    /// The response cannot be written as JSON.
    #[error("the response cannot be shown: {0}")]
    Response(#[source] serde_json::Error),
    /// There are too many calls at a time.
    #[error("too many calls at a time; wait for the answer to an earlier one")]
    Busy,
}

/// Calls the actions of a product.
#[derive(Debug)]
pub struct Caller<C: Code> {
    pub(super) client: Client<C>,
    pub(super) is_dry_run: bool,
}

impl<C: Code> Caller<C> {
    /// Calls an action, or only says what would be sent.
    ///
    /// The future is boxed because one function of a product has such a future for each action.
    pub fn call<A>(&self, arguments: Value) -> BoxFuture<'_, Outcome<C>>
    where
        A: Action<Response: DeserializeOwned + Serialize> + DeserializeOwned + Send + Sync,
    {
        Box::pin(async move {
            let action: A = serde_json::from_value(arguments)
                .map_err(|error| ToolError::Arguments(error.to_string()))?;
            if self.is_dry_run {
                let settings = self.client.settings();
                return Ok(unsent(&action, &settings.endpoint, settings.method));
            }
            let response = self.client.call(&action).await?;
            serde_json::to_value(response).map_err(ToolError::Response)
        })
    }
}

/// Returns the request that would be sent, as JSON. It leaves out access key and signature, because
/// whoever has them could send it.
fn unsent<A: Action>(action: &A, endpoint: &str, preferred: Method) -> Value {
    let mut request = json!({
        "dryRun": true,
        "action": A::INFO.name,
        "method": A::INFO.method(preferred).as_str(),
        "endpoint": endpoint,
        "parameters": object(|sink| action.query_parameters(sink)),
    });
    if A::INFO.has_form {
        request["form"] = object(|sink| action.form_parameters(sink));
    }
    request
}

/// Collects parameters into a JSON object.
fn object(write: impl FnOnce(&mut Parameters)) -> Value {
    let mut parameters = Parameters::default();
    write(&mut parameters);
    parameters
        .iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect()
}

/// Returns the outcome of a tool that no list has.
pub fn unknown<C: Code + 'static>(tool: &str) -> BoxFuture<'static, Outcome<C>> {
    let error = ToolError::Arguments(format!("there is no tool `{tool}`"));
    Box::pin(std::future::ready(Err(error)))
}

impl<C: Code> ToolError<C> {
    /// Returns the error as JSON, with the remedy of the reference.
    pub(super) fn json(&self, reference: &Reference, language: Language) -> Value {
        let Self::Call(error) = self else {
            return json!({ "message": self.to_string() });
        };
        let Problem::Service {
            status,
            code,
            body,
            mismatch,
        } = error.problem()
        else {
            return json!({ "message": error.to_string(), "retryable": error.is_retryable() });
        };
        let code = code.to_string();
        let message = match mismatch {
            Some(mismatch) => mismatch.to_string(),
            None => body.message.clone(),
        };
        json!({
            "code": code,
            "message": without_token(&message),
            "requestId": body.request_id,
            "status": status,
            "retryable": error.is_retryable(),
            "remedy": explain::remedy(&code, reference, language),
        })
    }
}

/// Returns a message up to the token of a temporary access key, which a string to sign contains.
fn without_token(message: &str) -> &str {
    let starts = ["SecurityToken=", "SecurityToken%3D"];
    let starts = starts.iter().filter_map(|start| message.find(start));
    &message[..starts.min().unwrap_or(message.len())]
}

#[cfg(test)]
mod tests {
    use pop_rpc::ActionInfo;
    use pop_rpc::parameter::ParameterSink;

    use super::*;

    struct SendText;

    impl Action for SendText {
        const INFO: ActionInfo = ActionInfo::new("SendText", "2020-01-01")
            .form()
            .methods(&[Method::Put]);
        const SORTED: bool = true;
        type Response = ();

        fn query_parameters(&self, sink: &mut dyn ParameterSink) {
            sink.parameter("To", "lamp");
        }

        fn form_parameters(&self, sink: &mut dyn ParameterSink) {
            sink.parameter("Text", "on");
        }
    }

    #[test]
    fn a_dry_run_shows_the_method_and_what_travels_in_the_form() {
        let shown = unsent(&SendText, "http://localhost", Method::Post);
        assert_eq!(
            shown,
            json!({
                "dryRun": true,
                "action": "SendText",
                "method": "PUT",
                "endpoint": "http://localhost",
                "parameters": { "To": "lamp" },
                "form": { "Text": "on" },
            })
        );
    }

    #[test]
    fn a_message_ends_before_the_token_of_a_string_to_sign() {
        let table = [
            (
                "not signed: GET&%2F&A%3D1%26SecurityToken%3Dabc%26Z%3D1",
                "not signed: GET&%2F&A%3D1%26",
            ),
            ("at SecurityToken=abc", "at "),
            (
                "The SecurityToken is malformed.",
                "The SecurityToken is malformed.",
            ),
        ];
        for (message, expected) in table {
            assert_eq!(without_token(message), expected);
        }
    }
}
