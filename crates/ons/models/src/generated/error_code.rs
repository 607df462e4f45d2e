// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Error codes.

use std::borrow::Cow;
use std::fmt;
use std::mem::discriminant;
use pop_rpc::error::{ErrorFacts, Failure, fill, placeholder};

/// An error code; an unknown code is kept as it is.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The messaging backend failed. Retry later. If the error persists, open a ticket and quote
    /// the request ID.
    /// `ONS_SYSTEM_ERROR`, HTTP status 500.
    OnsSystemError,
    /// The region or the edition of the instance does not support this action. Check whether the
    /// action is enabled. Creating and deleting groups requires the platinum edition.
    /// `ONS_SERVICE_UNSUPPORTED`, HTTP status 400.
    OnsServiceUnsupported,
    /// The call did not succeed. Contact support and quote the request ID.
    /// `ONS_INVOKE_ERROR`, HTTP status 500.
    OnsInvokeError,
    /// The value of a parameter is not allowed, or a parameter that this instance requires is
    /// missing. Check each parameter against the description of the action.
    /// `BIZ_FIELD_CHECK_INVALID`, HTTP status 400.
    BizFieldCheckInvalid,
    /// The instance has no such parent topic. Check the spelling of the topic. If necessary,
    /// create it first.
    /// `BIZ_TOPIC_NOT_FOUND`, HTTP status 400.
    BizTopicNotFound,
    /// There is no group with this GID. Check the GID and `InstanceId`, and make sure that the
    /// group was created.
    /// `BIZ_SUBSCRIPTION_NOT_FOUND`, HTTP status 400.
    BizSubscriptionNotFound,
    /// The GID is already registered as a producer. Choose another GID.
    /// `BIZ_PUBLISHER_EXISTED`, HTTP status 400.
    BizPublisherExisted,
    /// The GID is already taken. Choose another GID. If the group is yours, use it as it is.
    /// `BIZ_SUBSCRIPTION_EXISTED`, HTTP status 400.
    BizSubscriptionExisted,
    /// The group has no online client at the moment. Connect a client, then retry.
    /// `BIZ_CONSUMER_NOT_ONLINE`, HTTP status 400.
    BizConsumerNotOnline,
    /// No message matches the query. Check the query, and make sure that messages were sent in
    /// that period.
    /// `BIZ_NO_MESSAGE`, HTTP status 400.
    BizNoMessage,
    /// `RegionId` is not a known region. Use an ID from the list of regions, or omit `RegionId`.
    /// `BIZ_REGION_NOT_FOUND`, HTTP status 400.
    BizRegionNotFound,
    /// A topic with this name already exists. Choose another name for the topic.
    /// `BIZ_TOPIC_EXISTED`, HTTP status 400.
    BizTopicExisted,
    /// No producer is registered under this GID. Make sure that the GID exists and that the query
    /// is correct.
    /// `BIZ_PUBLISH_INFO_NOT_FOUND`, HTTP status 400.
    BizPublishInfoNotFound,
    /// The same authorization already exists. Query the existing authorizations before you change
    /// anything.
    /// `EMPOWER_EXIST_ERROR`, HTTP status 400.
    EmpowerExistError,
    /// The resource does not belong to the owner of the access key, or the instance does not
    /// exist. Check `InstanceId` and the access key in use.
    /// `EMPOWER_OWNER_CHECK_ERROR`, HTTP status 400.
    EmpowerOwnerCheckError,
    /// The host does not belong to any product. Check the host name of the endpoint.
    /// `InvalidProduct.NotFound`, HTTP status 404.
    InvalidProductNotFound,
    /// The product has no API with this version. Set `Version` to the version of this API.
    /// `InvalidVersion`, HTTP status 400.
    InvalidVersion,
    /// The product has no action with the name in `Action`. Check the spelling of `Action`, which
    /// is case-sensitive.
    /// `InvalidAction.NotFound`, HTTP status 404.
    InvalidActionNotFound,
    /// A required parameter is missing or empty. Add the parameter named in the error code.
    /// `Missing{Parameter}`, HTTP status 400.
    Missing(String),
    /// The value does not have the parameter's type, or the parameter was sent twice. Correct the
    /// parameter named in the error code.
    /// `Invalid{Parameter}`, HTTP status 400.
    Invalid(String),
    /// `Format` is neither `JSON` nor `XML`. Use `JSON` or `XML`.
    /// `InvalidParameter.Format`, HTTP status 400.
    InvalidParameterFormat,
    /// The endpoint accepts only HTTPS. Use HTTPS.
    /// `InvalidProtocol.NeedSsl`, HTTP status 400.
    InvalidProtocolNeedSsl,
    /// The action does not accept the HTTP method. Use a method that the page of the action
    /// lists.
    /// `UnsupportedHTTPMethod`, HTTP status 400.
    UnsupportedHttpMethod,
    /// The access key does not exist. Check `AccessKeyId`.
    /// `InvalidAccessKeyId.NotFound`, HTTP status 404.
    InvalidAccessKeyIdNotFound,
    /// The access key is disabled. Enable the access key, or use another one.
    /// `InvalidAccessKeyId.Inactive`, HTTP status 400.
    InvalidAccessKeyIdInactive,
    /// `Timestamp` does not have the expected format. Use UTC, in the form
    /// `2020-05-18T08:00:00Z`.
    /// `InvalidTimeStamp.Format`, HTTP status 400.
    InvalidTimeStampFormat,
    /// `Timestamp` is more than 15 minutes away from the server's clock. Correct the local clock.
    /// `InvalidTimeStamp.Expired`, HTTP status 400.
    InvalidTimeStampExpired,
    /// `SignatureNonce` has already been used. Use a new value for every request, and sign the
    /// request again.
    /// `SignatureNonceUsed`, HTTP status 400.
    SignatureNonceUsed,
    /// The algorithm in `SignatureMethod` is not supported. Use `HMAC-SHA1`.
    /// `InvalidSignatureMethod`, HTTP status 400.
    InvalidSignatureMethod,
    /// The server computed a signature that differs from `Signature`. Compare the string to sign
    /// in the message with your own. If they are equal, the secret is wrong. If they differ, the
    /// encoding or the order is wrong.
    /// `SignatureDoesNotMatch`, HTTP status 400.
    SignatureDoesNotMatch,
    /// The signature is incomplete or does not follow the rules. Make sure that all signature
    /// parameters are present.
    /// `IncompleteSignature`, HTTP status 400.
    IncompleteSignature,
    /// The token of the temporary access key has expired. Obtain a new temporary access key.
    /// `InvalidSecurityToken.Expired`, HTTP status 400.
    InvalidSecurityTokenExpired,
    /// The token cannot be read. Send the token exactly as it was issued; do not truncate or
    /// change it.
    /// `InvalidSecurityToken.Malformed`, HTTP status 400.
    InvalidSecurityTokenMalformed,
    /// The token was not issued together with the access key. Use an ID, a secret and a token
    /// that were issued together.
    /// `InvalidSecurityToken.MismatchWithAccessKey`, HTTP status 400.
    InvalidSecurityTokenMismatchWithAccessKey,
    /// The user does not have permission to use this resource. Ask the administrator of the
    /// account to grant the permission.
    /// `Forbidden.RAM`, HTTP status 403.
    ForbiddenRam,
    /// Requests were sent too frequently. Send requests less frequently, and retry later.
    /// `Throttling`, HTTP status 400.
    Throttling,
    /// The access key has exceeded its limit of calls for this action. Wait for the time given in
    /// the response header `x-acs-retry-after`, then retry.
    /// `Throttling.User`, HTTP status 400.
    ThrottlingUser,
    /// The total number of calls of this action exceeds the limit. Retry later.
    /// `Throttling.Api`, HTTP status 400.
    ThrottlingApi,
    /// The gateway does not know the region. Check the region ID and the endpoint.
    /// `InvalidRegion.NotFound`, HTTP status 400.
    InvalidRegionNotFound,
    /// The length of the body differs from `Content-Length`. Check whether a proxy or the client
    /// changed the body.
    /// `ContentLengthDoesNotMatch`, HTTP status 400.
    ContentLengthDoesNotMatch,
    /// The digest of the body differs from `Content-MD5`. Compute `Content-MD5` again, or omit
    /// it.
    /// `ContentMD5NotMatched`, HTTP status 400.
    ContentMd5NotMatched,
    /// The service is temporarily unavailable. Retry later.
    /// `ServiceUnavailable`, HTTP status 503.
    ServiceUnavailable,
    /// An unknown error occurred in the service. Retry later. If the error persists, contact
    /// support and quote the request ID.
    /// `InternalError`, HTTP status 500.
    InternalError,
    /// A code that this version does not know.
    Unknown(String),
}

/// Known codes, each with its code on the wire and its facts. They are one table, because matches with
/// thousands of arms take longer to compile.
static KNOWN: &[(ErrorCode, &str, ErrorFacts)] = &[
    (
        ErrorCode::OnsSystemError,
        "ONS_SYSTEM_ERROR",
        ErrorFacts::new(500, "The messaging backend failed to process the request.")
            .retryable(),
    ),
    (
        ErrorCode::OnsServiceUnsupported,
        "ONS_SERVICE_UNSUPPORTED",
        ErrorFacts::new(
            400,
            "This call is not supported for the instance or in the region.",
        ),
    ),
    (
        ErrorCode::OnsInvokeError,
        "ONS_INVOKE_ERROR",
        ErrorFacts::new(500, "The call could not be carried out."),
    ),
    (
        ErrorCode::BizFieldCheckInvalid,
        "BIZ_FIELD_CHECK_INVALID",
        ErrorFacts::new(400, "A parameter has a value that is not allowed."),
    ),
    (
        ErrorCode::BizTopicNotFound,
        "BIZ_TOPIC_NOT_FOUND",
        ErrorFacts::new(400, "The topic does not exist."),
    ),
    (
        ErrorCode::BizSubscriptionNotFound,
        "BIZ_SUBSCRIPTION_NOT_FOUND",
        ErrorFacts::new(400, "The group does not exist."),
    ),
    (
        ErrorCode::BizPublisherExisted,
        "BIZ_PUBLISHER_EXISTED",
        ErrorFacts::new(400, "The group already exists as a producer."),
    ),
    (
        ErrorCode::BizSubscriptionExisted,
        "BIZ_SUBSCRIPTION_EXISTED",
        ErrorFacts::new(400, "The group already exists."),
    ),
    (
        ErrorCode::BizConsumerNotOnline,
        "BIZ_CONSUMER_NOT_ONLINE",
        ErrorFacts::new(400, "No client of the group is online."),
    ),
    (
        ErrorCode::BizNoMessage,
        "BIZ_NO_MESSAGE",
        ErrorFacts::new(400, "No message matches the query."),
    ),
    (
        ErrorCode::BizRegionNotFound,
        "BIZ_REGION_NOT_FOUND",
        ErrorFacts::new(400, "The region does not exist."),
    ),
    (
        ErrorCode::BizTopicExisted,
        "BIZ_TOPIC_EXISTED",
        ErrorFacts::new(400, "The topic already exists."),
    ),
    (
        ErrorCode::BizPublishInfoNotFound,
        "BIZ_PUBLISH_INFO_NOT_FOUND",
        ErrorFacts::new(400, "The group has no producer registered."),
    ),
    (
        ErrorCode::EmpowerExistError,
        "EMPOWER_EXIST_ERROR",
        ErrorFacts::new(400, "The authorization already exists."),
    ),
    (
        ErrorCode::EmpowerOwnerCheckError,
        "EMPOWER_OWNER_CHECK_ERROR",
        ErrorFacts::new(
            400,
            "The resource does not exist or belongs to another account.",
        ),
    ),
    (
        ErrorCode::InvalidProductNotFound,
        "InvalidProduct.NotFound",
        ErrorFacts::new(404, "Cannot find product according to your specified domain.")
            .gateway(),
    ),
    (
        ErrorCode::InvalidVersion,
        "InvalidVersion",
        ErrorFacts::new(400, "Specified parameter Version is not valid.").gateway(),
    ),
    (
        ErrorCode::InvalidActionNotFound,
        "InvalidAction.NotFound",
        ErrorFacts::new(
                404,
                "Specified api is not found, please check your url and method.",
            )
            .gateway(),
    ),
    (
        ErrorCode::Missing(String::new()),
        "Missing{Parameter}",
        ErrorFacts::new(400, "{Parameter} is mandatory for this action.").gateway(),
    ),
    (
        ErrorCode::Invalid(String::new()),
        "Invalid{Parameter}",
        ErrorFacts::new(400, "Specified parameter {Parameter} is not valid.").gateway(),
    ),
    (
        ErrorCode::InvalidParameterFormat,
        "InvalidParameter.Format",
        ErrorFacts::new(400, "Specified parameter format is not valid.").gateway(),
    ),
    (
        ErrorCode::InvalidProtocolNeedSsl,
        "InvalidProtocol.NeedSsl",
        ErrorFacts::new(400, "Your request is denied as lack of ssl protect.").gateway(),
    ),
    (
        ErrorCode::UnsupportedHttpMethod,
        "UnsupportedHTTPMethod",
        ErrorFacts::new(400, "This http method is not supported.").gateway(),
    ),
    (
        ErrorCode::InvalidAccessKeyIdNotFound,
        "InvalidAccessKeyId.NotFound",
        ErrorFacts::new(404, "Specified access key is not found.").gateway(),
    ),
    (
        ErrorCode::InvalidAccessKeyIdInactive,
        "InvalidAccessKeyId.Inactive",
        ErrorFacts::new(400, "Specified access key is disabled.").gateway(),
    ),
    (
        ErrorCode::InvalidTimeStampFormat,
        "InvalidTimeStamp.Format",
        ErrorFacts::new(400, "Specified time stamp or date value is not well formatted.")
            .gateway(),
    ),
    (
        ErrorCode::InvalidTimeStampExpired,
        "InvalidTimeStamp.Expired",
        ErrorFacts::new(400, "Specified time stamp or date value is expired.").gateway(),
    ),
    (
        ErrorCode::SignatureNonceUsed,
        "SignatureNonceUsed",
        ErrorFacts::new(400, "Specified signature nonce was used already.")
            .retryable()
            .gateway(),
    ),
    (
        ErrorCode::InvalidSignatureMethod,
        "InvalidSignatureMethod",
        ErrorFacts::new(400, "Specified signature method is not valid.").gateway(),
    ),
    (
        ErrorCode::SignatureDoesNotMatch,
        "SignatureDoesNotMatch",
        ErrorFacts::new(
                400,
                "Specified signature is not matched with our calculation. server string to sign is:{StringToSign}",
            )
            .gateway(),
    ),
    (
        ErrorCode::IncompleteSignature,
        "IncompleteSignature",
        ErrorFacts::new(
                400,
                "The request signature does not conform to Aliyun standards.",
            )
            .gateway(),
    ),
    (
        ErrorCode::InvalidSecurityTokenExpired,
        "InvalidSecurityToken.Expired",
        ErrorFacts::new(400, "Specified SecurityToken is expired.").gateway(),
    ),
    (
        ErrorCode::InvalidSecurityTokenMalformed,
        "InvalidSecurityToken.Malformed",
        ErrorFacts::new(400, "Specified SecurityToken is malformed.").gateway(),
    ),
    (
        ErrorCode::InvalidSecurityTokenMismatchWithAccessKey,
        "InvalidSecurityToken.MismatchWithAccessKey",
        ErrorFacts::new(400, "Specified SecurityToken mismatch with the AccessKey.")
            .gateway(),
    ),
    (
        ErrorCode::ForbiddenRam,
        "Forbidden.RAM",
        ErrorFacts::new(
                403,
                "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
            )
            .gateway(),
    ),
    (
        ErrorCode::Throttling,
        "Throttling",
        ErrorFacts::new(400, "Request was denied due to request throttling.")
            .retryable()
            .gateway(),
    ),
    (
        ErrorCode::ThrottlingUser,
        "Throttling.User",
        ErrorFacts::new(400, "Request was denied due to user flow control.")
            .retryable()
            .gateway(),
    ),
    (
        ErrorCode::ThrottlingApi,
        "Throttling.Api",
        ErrorFacts::new(400, "Request was denied due to api flow control.")
            .retryable()
            .gateway(),
    ),
    (
        ErrorCode::InvalidRegionNotFound,
        "InvalidRegion.NotFound",
        ErrorFacts::new(400, "Specified region is not found.").gateway(),
    ),
    (
        ErrorCode::ContentLengthDoesNotMatch,
        "ContentLengthDoesNotMatch",
        ErrorFacts::new(400, "The body length does not match Content-Length.").gateway(),
    ),
    (
        ErrorCode::ContentMd5NotMatched,
        "ContentMD5NotMatched",
        ErrorFacts::new(400, "The body digest does not match Content-MD5.").gateway(),
    ),
    (
        ErrorCode::ServiceUnavailable,
        "ServiceUnavailable",
        ErrorFacts::new(
                503,
                "The request has failed due to a temporary failure of the server.",
            )
            .retryable()
            .gateway(),
    ),
    (
        ErrorCode::InternalError,
        "InternalError",
        ErrorFacts::new(
                500,
                "The request processing has failed due to some unknown error, exception or failure.",
            )
            .retryable()
            .gateway(),
    ),
];

impl ErrorCode {
    /// Returns the known codes; a part that varies is empty.
    pub fn known() -> Vec<Self> {
        KNOWN.iter().map(|(known, ..)| known.clone()).collect()
    }

    /// Returns the code on the wire.
    pub fn code(&self) -> Cow<'_, str> {
        if let Self::Unknown(code) = self {
            return Cow::Borrowed(code);
        }
        self.filled(self.entry().0)
    }

    /// Returns the message on the wire.
    pub fn message(&self) -> Cow<'_, str> {
        self.filled(self.facts().message)
    }

    /// Returns the HTTP status, the message and more.
    pub fn facts(&self) -> ErrorFacts {
        self.entry().1
    }

    /// Returns the code on the wire and the facts. An unknown code has an empty code and message, and
    /// status 500.
    fn entry(&self) -> (&'static str, ErrorFacts) {
        let is_own = |known: &Self| discriminant(known) == discriminant(self);
        let own = KNOWN.iter().find(|(known, ..)| is_own(known));
        own.map_or(("", ErrorFacts::new(500, "")), |(_, code, facts)| (*code, *facts))
    }

    /// Returns the part of the code that varies, if it has one.
    fn part(&self) -> Option<&str> {
        match self {
            Self::Missing(part) => Some(part),
            Self::Invalid(part) => Some(part),
            _ => None,
        }
    }

    /// Returns a code or message with the varying part filled in.
    fn filled(&self, text: &'static str) -> Cow<'static, str> {
        match self.part() {
            Some(part) => Cow::Owned(fill(text, part)),
            None => Cow::Borrowed(text),
        }
    }

    /// Recognizes a code with a part that varies.
    fn from_pattern(code: &str) -> Self {
        if let Some(part) = placeholder(code, "Missing", "") {
            return Self::Missing(part);
        }
        if let Some(part) = placeholder(code, "Invalid", "") {
            return Self::Invalid(part);
        }
        Self::Unknown(code.to_owned())
    }
}

impl From<&str> for ErrorCode {
    fn from(code: &str) -> Self {
        let is_own = |known: &Self, text: &str| text == code && known.part().is_none();
        let known = KNOWN.iter().find(|(known, text, _)| is_own(known, text));
        known.map_or_else(|| Self::from_pattern(code), |(known, ..)| known.clone())
    }
}

impl pop_rpc::error::Code for ErrorCode {
    fn facts(&self) -> ErrorFacts {
        self.facts()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self {
            status: code.facts().status,
            message: code.message().into_owned(),
            code: code.code().into_owned(),
        }
    }
}
