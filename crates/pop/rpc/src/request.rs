//! A received request: its format and its action, or the reason why it is refused.

use crate::action::ActionInfo;
use crate::format::Format;
use crate::parameter::{ParameterError, Parameters};
use crate::signature::name;

/// Reason why a request is refused before any action runs.
///
/// The spec of a product has an error code for each, under `dispatch_errors`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// A parameter is missing, malformed, repeated or out of range.
    Parameter(ParameterError),
    /// `Format` names an unknown format.
    Format,
    /// The product does not have the action.
    UnknownAction,
    /// `Version` is not that of the product.
    Version,
    /// The action does not accept the HTTP method.
    Method,
    /// The access key does not exist.
    AccessKey,
    /// `SecurityToken` does not belong to the access key.
    SecurityToken,
    /// `Timestamp` is not a time.
    Timestamp,
    /// `Timestamp` is too far from the time of the service.
    Expired,
    /// `SignatureNonce` was used before.
    Nonce,
    /// `SignatureMethod` names an unknown method.
    SignatureMethod,
    /// The signature is wrong.
    Signature,
    /// The signature does not cover every part of the request that it must.
    Unsigned,
    /// The access key calls the action too often.
    Throttled,
    /// The service has too much to do.
    Unavailable,
    /// The service itself failed.
    Internal,
}

impl From<ParameterError> for Refusal {
    fn from(error: ParameterError) -> Self {
        Self::Parameter(error)
    }
}

/// A received request whose format and action are known.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Format of the answer.
    pub format: Format,
    /// Requested action.
    pub action: &'static ActionInfo,
    /// Parameters of the action, and the common ones unless headers carry those.
    pub parameters: &'a Parameters,
}

impl<'a> Request<'a> {
    /// Finds the format and the action that the common parameters name.
    ///
    /// `common` is the same as `parameters`, unless headers carry the common ones
    /// (`acs3::Received::common`).
    ///
    /// # Errors
    ///
    /// Either of them is unknown, or the action is missing. The format is that of the answer.
    pub fn read(
        common: &Parameters,
        parameters: &'a Parameters,
        actions: &'static [ActionInfo],
    ) -> Result<Self, (Format, Refusal)> {
        let format = format_of(common).map_err(|refusal| (Format::default(), refusal))?;
        let action = action_of(common, actions).map_err(|refusal| (format, refusal))?;
        Ok(Self {
            format,
            action,
            parameters,
        })
    }
}

/// Returns the format that the common parameters name.
///
/// # Errors
///
/// [`Refusal::Format`].
pub fn format_of(common: &Parameters) -> Result<Format, Refusal> {
    Format::from_wire(common.get(name::FORMAT)).map_err(|_| Refusal::Format)
}

/// Returns the action that the common parameters name.
///
/// # Errors
///
/// [`Refusal::UnknownAction`], or [`ParameterError::Missing`].
pub fn action_of(
    common: &Parameters,
    actions: &'static [ActionInfo],
) -> Result<&'static ActionInfo, Refusal> {
    let named = common.get(name::ACTION).filter(|name| !name.is_empty());
    let named = named.ok_or_else(|| ParameterError::Missing(name::ACTION.to_owned()))?;
    let mut actions = actions.iter();
    let action = actions.find(|action| action.name == named);
    action.ok_or(Refusal::UnknownAction)
}
