//! Reads and checks a request, before any code of the service itself runs.

use std::future::Future;
use std::ops::{Bound, RangeBounds};
use std::sync::OnceLock;

use regex_lite::Regex;

use crate::action::ActionInfo;
use crate::canonical::encode;
use crate::error::Failure;
use crate::format::Format;
use crate::open_enum::OpenEnum;
use crate::parameter::{Parameters, Read};
use crate::timestamp::milliseconds;

pub use crate::parameter::{ParameterError, Reader};
pub use crate::request::{Refusal, Request, action_of, format_of};

/// Context of a request: its caller, and what the answer must repeat.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Context {
    /// ID of the request, repeated in every answer.
    pub request_id: String,
    /// Host that was called, repeated in errors.
    pub host: String,
    /// Access key that signed the request.
    pub access_key_id: String,
    /// Region that the request names.
    pub region_id: Option<String>,
    /// Pages about error codes, if the host that was called has some.
    pub error_pages: Option<ErrorPages>,
}

impl Context {
    /// Returns the URL of the page about an error code.
    fn page(&self, code: &str) -> Option<String> {
        let ErrorPages { scheme, path } = self.error_pages?;
        let host = Some(&self.host).filter(|host| !host.is_empty())?;
        Some(format!("{scheme}://{host}{path}/{}", encode(code)))
    }
}

/// Web pages about error codes, which errors recommend.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ErrorPages {
    /// Scheme that the client used: `http` or `https`.
    pub scheme: &'static str,
    /// Path of the pages. Followed by `/` and a code, it is the path of one of them.
    pub path: &'static str,
}

/// The answer to a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// Body.
    pub body: Vec<u8>,
    /// Error code, if the request failed.
    pub error_code: Option<String>,
}

impl Answer {
    /// Returns the answer to a request that succeeded.
    pub fn success(format: Format, body: Vec<u8>) -> Self {
        Self {
            status: 200,
            content_type: format.content_type(),
            body,
            error_code: None,
        }
    }

    /// Returns the answer to a request that failed.
    pub fn failure(format: Format, context: &Context, failure: Failure) -> Self {
        let status = failure.status;
        let error_code = Some(failure.code.clone());
        let recommend = context.page(&failure.code);
        let mut body = failure.into_body(&context.request_id, &context.host);
        body.recommend = recommend;
        Self {
            status,
            content_type: format.content_type(),
            // Writing texts cannot fail.
            body: body.write(format).unwrap_or_default(),
            error_code,
        }
    }
}

/// A service as a gateway sees it, independent of the product; generated code implements it.
pub trait Dispatch: Send + Sync + 'static {
    /// The product's actions.
    const ACTIONS: &'static [ActionInfo];

    /// Value of `Version`.
    const VERSION: &'static str;

    /// Checks the region that a request names.
    ///
    /// # Errors
    ///
    /// The product is not available in the region, and declares an error for this case.
    fn check_region(id: &str) -> Result<(), Failure>;

    /// Returns the failure that the client receives, with the product's code for the reason.
    fn refuse(refusal: Refusal) -> Failure;

    /// Returns the code as declared, or `unknown` if it is not declared.
    ///
    /// The result omits the variable part of the code, which unauthenticated callers can choose.
    fn declared(code: &str) -> String;

    /// Answers a request after its signature and limits have been checked.
    fn dispatch(
        &self,
        context: &Context,
        request: &Request<'_>,
    ) -> impl Future<Output = Answer> + Send;
}

/// Reads the parameters of a request from its query and its form body.
///
/// Both are decoded as forms, so `+` is a space. The canonical encoding is computed from the
/// decoded values, whatever escapes the client chose.
///
/// # Errors
///
/// [`ParameterError::Repeated`] if a name occurs twice.
pub fn read_parameters(query: &str, form: &[u8]) -> Result<Parameters, ParameterError> {
    let mut parameters = Parameters::default();
    let pairs = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(form));
    for (name, value) in pairs {
        if parameters.insert(&*name, value).is_some() {
            return Err(ParameterError::Repeated(name.into_owned()));
        }
    }
    Ok(parameters)
}

/// Rule for the text of a parameter.
#[derive(Debug)]
pub struct TextRule {
    pattern: Option<&'static str>,
    min_length: usize,
    max_length: usize,
    compiled: OnceLock<Option<Regex>>,
}

impl TextRule {
    /// Creates a rule from a pattern for the whole text and bounds on its number of characters.
    pub const fn new(pattern: Option<&'static str>, min_length: usize, max_length: usize) -> Self {
        Self {
            pattern,
            min_length,
            max_length,
            compiled: OnceLock::new(),
        }
    }

    /// Checks the text of parameter `name`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::OutOfRange`].
    pub fn check(&self, name: &str, text: &str) -> Result<(), ParameterError> {
        let length = text.chars().count();
        let reason = if length < self.min_length {
            format!("shorter than {} characters", self.min_length)
        } else if length > self.max_length {
            format!("longer than {} characters", self.max_length)
        } else {
            match (self.pattern, self.compiled()) {
                (None, _) => return Ok(()),
                (Some(_), Some(regex)) if regex.is_match(text) => return Ok(()),
                // A pattern that does not compile rejects every text. Generation refuses such
                // patterns.
                (Some(pattern), _) => format!("does not match {pattern}"),
            }
        };
        Err(ParameterError::out_of_range(name, reason))
    }

    fn compiled(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| Regex::new(&format!("^(?:{})$", self.pattern?)).ok())
            .as_ref()
    }
}

/// Checks of values, in the order in which the reference lists them.
impl Read<'_, String> {
    /// Requires that the text follows a rule.
    pub fn rule(self, rule: &TextRule) -> Self {
        self.check(|name, text| rule.check(name, text))
    }
}

impl<T: Copy + Into<i64>> Read<'_, T> {
    /// Requires that the number is within bounds.
    pub fn range(self, range: impl RangeBounds<i64>) -> Self {
        self.check(|name, value| {
            let value = (*value).into();
            let reason = match (range.start_bound(), range.end_bound()) {
                (Bound::Included(minimum), _) if value < *minimum => format!("less than {minimum}"),
                (_, Bound::Included(maximum)) if value > *maximum => {
                    format!("greater than {maximum}")
                }
                _ if range.contains(&value) => return Ok(()),
                _ => "out of range".to_owned(),
            };
            Err(ParameterError::out_of_range(name, reason))
        })
    }
}

impl Read<'_, i64> {
    /// Converts a time in seconds to milliseconds.
    pub fn milliseconds(self) -> Self {
        self.map(milliseconds)
    }
}

impl<T> Read<'_, Vec<T>> {
    /// Requires that the list has at most so many items.
    pub fn max_items(self, max_items: usize) -> Self {
        self.check(|name, items| {
            if items.len() <= max_items {
                return Ok(());
            }
            let reason = format!("more than {max_items} items");
            Err(ParameterError::out_of_range(name, reason))
        })
    }
}

impl<T: OpenEnum> Read<'_, T> {
    /// Requires a known value of an enum, or of each item of a list.
    pub fn known(self) -> Self {
        self.check(|name, value| {
            if value.is_known() {
                return Ok(());
            }
            let reason = format!("not one of {}", T::known().join(", "));
            Err(ParameterError::out_of_range(name, reason))
        })
    }
}
