// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Error codes.

use std::borrow::Cow;
use std::fmt;
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

impl ErrorCode {
    /// Returns the known codes; a part that varies is empty.
    pub fn known() -> Vec<Self> {
        vec![
            Self::OnsSystemError, Self::OnsServiceUnsupported, Self::OnsInvokeError,
            Self::BizFieldCheckInvalid, Self::BizTopicNotFound,
            Self::BizSubscriptionNotFound, Self::BizPublisherExisted,
            Self::BizSubscriptionExisted, Self::BizConsumerNotOnline, Self::BizNoMessage,
            Self::BizRegionNotFound, Self::BizTopicExisted, Self::BizPublishInfoNotFound,
            Self::EmpowerExistError, Self::EmpowerOwnerCheckError,
            Self::InvalidProductNotFound, Self::InvalidVersion,
            Self::InvalidActionNotFound, Self::Missing(String::new()),
            Self::Invalid(String::new()), Self::InvalidParameterFormat,
            Self::InvalidProtocolNeedSsl, Self::UnsupportedHttpMethod,
            Self::InvalidAccessKeyIdNotFound, Self::InvalidAccessKeyIdInactive,
            Self::InvalidTimeStampFormat, Self::InvalidTimeStampExpired,
            Self::SignatureNonceUsed, Self::InvalidSignatureMethod,
            Self::SignatureDoesNotMatch, Self::IncompleteSignature,
            Self::InvalidSecurityTokenExpired, Self::InvalidSecurityTokenMalformed,
            Self::InvalidSecurityTokenMismatchWithAccessKey, Self::ForbiddenRam,
            Self::Throttling, Self::ThrottlingUser, Self::ThrottlingApi,
            Self::InvalidRegionNotFound, Self::ContentLengthDoesNotMatch,
            Self::ContentMd5NotMatched, Self::ServiceUnavailable, Self::InternalError,
        ]
    }

    /// Returns the code on the wire.
    pub fn code(&self) -> Cow<'_, str> {
        match self {
            Self::OnsSystemError => Cow::Borrowed("ONS_SYSTEM_ERROR"),
            Self::OnsServiceUnsupported => Cow::Borrowed("ONS_SERVICE_UNSUPPORTED"),
            Self::OnsInvokeError => Cow::Borrowed("ONS_INVOKE_ERROR"),
            Self::BizFieldCheckInvalid => Cow::Borrowed("BIZ_FIELD_CHECK_INVALID"),
            Self::BizTopicNotFound => Cow::Borrowed("BIZ_TOPIC_NOT_FOUND"),
            Self::BizSubscriptionNotFound => Cow::Borrowed("BIZ_SUBSCRIPTION_NOT_FOUND"),
            Self::BizPublisherExisted => Cow::Borrowed("BIZ_PUBLISHER_EXISTED"),
            Self::BizSubscriptionExisted => Cow::Borrowed("BIZ_SUBSCRIPTION_EXISTED"),
            Self::BizConsumerNotOnline => Cow::Borrowed("BIZ_CONSUMER_NOT_ONLINE"),
            Self::BizNoMessage => Cow::Borrowed("BIZ_NO_MESSAGE"),
            Self::BizRegionNotFound => Cow::Borrowed("BIZ_REGION_NOT_FOUND"),
            Self::BizTopicExisted => Cow::Borrowed("BIZ_TOPIC_EXISTED"),
            Self::BizPublishInfoNotFound => Cow::Borrowed("BIZ_PUBLISH_INFO_NOT_FOUND"),
            Self::EmpowerExistError => Cow::Borrowed("EMPOWER_EXIST_ERROR"),
            Self::EmpowerOwnerCheckError => Cow::Borrowed("EMPOWER_OWNER_CHECK_ERROR"),
            Self::InvalidProductNotFound => Cow::Borrowed("InvalidProduct.NotFound"),
            Self::InvalidVersion => Cow::Borrowed("InvalidVersion"),
            Self::InvalidActionNotFound => Cow::Borrowed("InvalidAction.NotFound"),
            Self::Missing(part) => Cow::Owned(fill("Missing{Parameter}", part)),
            Self::Invalid(part) => Cow::Owned(fill("Invalid{Parameter}", part)),
            Self::InvalidParameterFormat => Cow::Borrowed("InvalidParameter.Format"),
            Self::InvalidProtocolNeedSsl => Cow::Borrowed("InvalidProtocol.NeedSsl"),
            Self::UnsupportedHttpMethod => Cow::Borrowed("UnsupportedHTTPMethod"),
            Self::InvalidAccessKeyIdNotFound => {
                Cow::Borrowed("InvalidAccessKeyId.NotFound")
            }
            Self::InvalidAccessKeyIdInactive => {
                Cow::Borrowed("InvalidAccessKeyId.Inactive")
            }
            Self::InvalidTimeStampFormat => Cow::Borrowed("InvalidTimeStamp.Format"),
            Self::InvalidTimeStampExpired => Cow::Borrowed("InvalidTimeStamp.Expired"),
            Self::SignatureNonceUsed => Cow::Borrowed("SignatureNonceUsed"),
            Self::InvalidSignatureMethod => Cow::Borrowed("InvalidSignatureMethod"),
            Self::SignatureDoesNotMatch => Cow::Borrowed("SignatureDoesNotMatch"),
            Self::IncompleteSignature => Cow::Borrowed("IncompleteSignature"),
            Self::InvalidSecurityTokenExpired => {
                Cow::Borrowed("InvalidSecurityToken.Expired")
            }
            Self::InvalidSecurityTokenMalformed => {
                Cow::Borrowed("InvalidSecurityToken.Malformed")
            }
            Self::InvalidSecurityTokenMismatchWithAccessKey => {
                Cow::Borrowed("InvalidSecurityToken.MismatchWithAccessKey")
            }
            Self::ForbiddenRam => Cow::Borrowed("Forbidden.RAM"),
            Self::Throttling => Cow::Borrowed("Throttling"),
            Self::ThrottlingUser => Cow::Borrowed("Throttling.User"),
            Self::ThrottlingApi => Cow::Borrowed("Throttling.Api"),
            Self::InvalidRegionNotFound => Cow::Borrowed("InvalidRegion.NotFound"),
            Self::ContentLengthDoesNotMatch => Cow::Borrowed("ContentLengthDoesNotMatch"),
            Self::ContentMd5NotMatched => Cow::Borrowed("ContentMD5NotMatched"),
            Self::ServiceUnavailable => Cow::Borrowed("ServiceUnavailable"),
            Self::InternalError => Cow::Borrowed("InternalError"),
            Self::Unknown(code) => Cow::Borrowed(code),
        }
    }

    /// Returns the message on the wire.
    pub fn message(&self) -> Cow<'_, str> {
        let message = self.facts().message;
        match self {
            Self::Missing(part) => Cow::Owned(fill(message, part)),
            Self::Invalid(part) => Cow::Owned(fill(message, part)),
            _ => Cow::Borrowed(message),
        }
    }

    /// Returns the HTTP status, the message and more.
    pub fn facts(&self) -> ErrorFacts {
        match self {
            Self::OnsSystemError => {
                ErrorFacts::new(
                        500,
                        "The messaging backend failed to process the request.",
                    )
                    .retryable()
            }
            Self::OnsServiceUnsupported => {
                ErrorFacts::new(
                    400,
                    "This call is not supported for the instance or in the region.",
                )
            }
            Self::OnsInvokeError => {
                ErrorFacts::new(500, "The call could not be carried out.")
            }
            Self::BizFieldCheckInvalid => {
                ErrorFacts::new(400, "A parameter has a value that is not allowed.")
            }
            Self::BizTopicNotFound => ErrorFacts::new(400, "The topic does not exist."),
            Self::BizSubscriptionNotFound => {
                ErrorFacts::new(400, "The group does not exist.")
            }
            Self::BizPublisherExisted => {
                ErrorFacts::new(400, "The group already exists as a producer.")
            }
            Self::BizSubscriptionExisted => {
                ErrorFacts::new(400, "The group already exists.")
            }
            Self::BizConsumerNotOnline => {
                ErrorFacts::new(400, "No client of the group is online.")
            }
            Self::BizNoMessage => ErrorFacts::new(400, "No message matches the query."),
            Self::BizRegionNotFound => ErrorFacts::new(400, "The region does not exist."),
            Self::BizTopicExisted => ErrorFacts::new(400, "The topic already exists."),
            Self::BizPublishInfoNotFound => {
                ErrorFacts::new(400, "The group has no producer registered.")
            }
            Self::EmpowerExistError => {
                ErrorFacts::new(400, "The authorization already exists.")
            }
            Self::EmpowerOwnerCheckError => {
                ErrorFacts::new(
                    400,
                    "The resource does not exist or belongs to another account.",
                )
            }
            Self::InvalidProductNotFound => {
                ErrorFacts::new(
                        404,
                        "Cannot find product according to your specified domain.",
                    )
                    .gateway()
            }
            Self::InvalidVersion => {
                ErrorFacts::new(400, "Specified parameter Version is not valid.")
                    .gateway()
            }
            Self::InvalidActionNotFound => {
                ErrorFacts::new(
                        404,
                        "Specified api is not found, please check your url and method.",
                    )
                    .gateway()
            }
            Self::Missing(_) => {
                ErrorFacts::new(400, "{Parameter} is mandatory for this action.")
                    .gateway()
            }
            Self::Invalid(_) => {
                ErrorFacts::new(400, "Specified parameter {Parameter} is not valid.")
                    .gateway()
            }
            Self::InvalidParameterFormat => {
                ErrorFacts::new(400, "Specified parameter format is not valid.")
                    .gateway()
            }
            Self::InvalidProtocolNeedSsl => {
                ErrorFacts::new(400, "Your request is denied as lack of ssl protect.")
                    .gateway()
            }
            Self::UnsupportedHttpMethod => {
                ErrorFacts::new(400, "This http method is not supported.").gateway()
            }
            Self::InvalidAccessKeyIdNotFound => {
                ErrorFacts::new(404, "Specified access key is not found.").gateway()
            }
            Self::InvalidAccessKeyIdInactive => {
                ErrorFacts::new(400, "Specified access key is disabled.").gateway()
            }
            Self::InvalidTimeStampFormat => {
                ErrorFacts::new(
                        400,
                        "Specified time stamp or date value is not well formatted.",
                    )
                    .gateway()
            }
            Self::InvalidTimeStampExpired => {
                ErrorFacts::new(400, "Specified time stamp or date value is expired.")
                    .gateway()
            }
            Self::SignatureNonceUsed => {
                ErrorFacts::new(400, "Specified signature nonce was used already.")
                    .retryable()
                    .gateway()
            }
            Self::InvalidSignatureMethod => {
                ErrorFacts::new(400, "Specified signature method is not valid.")
                    .gateway()
            }
            Self::SignatureDoesNotMatch => {
                ErrorFacts::new(
                        400,
                        "Specified signature is not matched with our calculation. server string to sign is:{StringToSign}",
                    )
                    .gateway()
            }
            Self::IncompleteSignature => {
                ErrorFacts::new(
                        400,
                        "The request signature does not conform to Aliyun standards.",
                    )
                    .gateway()
            }
            Self::InvalidSecurityTokenExpired => {
                ErrorFacts::new(400, "Specified SecurityToken is expired.").gateway()
            }
            Self::InvalidSecurityTokenMalformed => {
                ErrorFacts::new(400, "Specified SecurityToken is malformed.").gateway()
            }
            Self::InvalidSecurityTokenMismatchWithAccessKey => {
                ErrorFacts::new(
                        400,
                        "Specified SecurityToken mismatch with the AccessKey.",
                    )
                    .gateway()
            }
            Self::ForbiddenRam => {
                ErrorFacts::new(
                        403,
                        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
                    )
                    .gateway()
            }
            Self::Throttling => {
                ErrorFacts::new(400, "Request was denied due to request throttling.")
                    .retryable()
                    .gateway()
            }
            Self::ThrottlingUser => {
                ErrorFacts::new(400, "Request was denied due to user flow control.")
                    .retryable()
                    .gateway()
            }
            Self::ThrottlingApi => {
                ErrorFacts::new(400, "Request was denied due to api flow control.")
                    .retryable()
                    .gateway()
            }
            Self::InvalidRegionNotFound => {
                ErrorFacts::new(400, "Specified region is not found.").gateway()
            }
            Self::ContentLengthDoesNotMatch => {
                ErrorFacts::new(400, "The body length does not match Content-Length.")
                    .gateway()
            }
            Self::ContentMd5NotMatched => {
                ErrorFacts::new(400, "The body digest does not match Content-MD5.")
                    .gateway()
            }
            Self::ServiceUnavailable => {
                ErrorFacts::new(
                        503,
                        "The request has failed due to a temporary failure of the server.",
                    )
                    .retryable()
                    .gateway()
            }
            Self::InternalError => {
                ErrorFacts::new(
                        500,
                        "The request processing has failed due to some unknown error, exception or failure.",
                    )
                    .retryable()
                    .gateway()
            }
            Self::Unknown(_) => ErrorFacts::new(500, ""),
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
        match code {
            "ONS_SYSTEM_ERROR" => Self::OnsSystemError,
            "ONS_SERVICE_UNSUPPORTED" => Self::OnsServiceUnsupported,
            "ONS_INVOKE_ERROR" => Self::OnsInvokeError,
            "BIZ_FIELD_CHECK_INVALID" => Self::BizFieldCheckInvalid,
            "BIZ_TOPIC_NOT_FOUND" => Self::BizTopicNotFound,
            "BIZ_SUBSCRIPTION_NOT_FOUND" => Self::BizSubscriptionNotFound,
            "BIZ_PUBLISHER_EXISTED" => Self::BizPublisherExisted,
            "BIZ_SUBSCRIPTION_EXISTED" => Self::BizSubscriptionExisted,
            "BIZ_CONSUMER_NOT_ONLINE" => Self::BizConsumerNotOnline,
            "BIZ_NO_MESSAGE" => Self::BizNoMessage,
            "BIZ_REGION_NOT_FOUND" => Self::BizRegionNotFound,
            "BIZ_TOPIC_EXISTED" => Self::BizTopicExisted,
            "BIZ_PUBLISH_INFO_NOT_FOUND" => Self::BizPublishInfoNotFound,
            "EMPOWER_EXIST_ERROR" => Self::EmpowerExistError,
            "EMPOWER_OWNER_CHECK_ERROR" => Self::EmpowerOwnerCheckError,
            "InvalidProduct.NotFound" => Self::InvalidProductNotFound,
            "InvalidVersion" => Self::InvalidVersion,
            "InvalidAction.NotFound" => Self::InvalidActionNotFound,
            "InvalidParameter.Format" => Self::InvalidParameterFormat,
            "InvalidProtocol.NeedSsl" => Self::InvalidProtocolNeedSsl,
            "UnsupportedHTTPMethod" => Self::UnsupportedHttpMethod,
            "InvalidAccessKeyId.NotFound" => Self::InvalidAccessKeyIdNotFound,
            "InvalidAccessKeyId.Inactive" => Self::InvalidAccessKeyIdInactive,
            "InvalidTimeStamp.Format" => Self::InvalidTimeStampFormat,
            "InvalidTimeStamp.Expired" => Self::InvalidTimeStampExpired,
            "SignatureNonceUsed" => Self::SignatureNonceUsed,
            "InvalidSignatureMethod" => Self::InvalidSignatureMethod,
            "SignatureDoesNotMatch" => Self::SignatureDoesNotMatch,
            "IncompleteSignature" => Self::IncompleteSignature,
            "InvalidSecurityToken.Expired" => Self::InvalidSecurityTokenExpired,
            "InvalidSecurityToken.Malformed" => Self::InvalidSecurityTokenMalformed,
            "InvalidSecurityToken.MismatchWithAccessKey" => {
                Self::InvalidSecurityTokenMismatchWithAccessKey
            }
            "Forbidden.RAM" => Self::ForbiddenRam,
            "Throttling" => Self::Throttling,
            "Throttling.User" => Self::ThrottlingUser,
            "Throttling.Api" => Self::ThrottlingApi,
            "InvalidRegion.NotFound" => Self::InvalidRegionNotFound,
            "ContentLengthDoesNotMatch" => Self::ContentLengthDoesNotMatch,
            "ContentMD5NotMatched" => Self::ContentMd5NotMatched,
            "ServiceUnavailable" => Self::ServiceUnavailable,
            "InternalError" => Self::InternalError,
            code => Self::from_pattern(code),
        }
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
