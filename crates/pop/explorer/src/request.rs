//! The request of a call, signed as clients of the product sign it.

use std::time::SystemTime;

use pop_gateway::Holder;
use pop_rpc::acs3::{self, Authorization, CommonHeaders, Covered, Received};
use pop_rpc::canonical::{encode, query_of};
use pop_rpc::signature::{SIGNATURE_VERSION, Stamp, name, string_to_sign};
use pop_rpc::{ActionInfo, Format, Method, Parameters, SignatureMethod, timestamp};

use crate::entered::Sent;
use crate::token::Token;

/// Path of the API.
const PATH: &str = "/";

/// Call that is to be signed.
pub(crate) struct Call<'a> {
    pub(crate) info: &'static ActionInfo,
    pub(crate) is_acs3: bool,
    pub(crate) host: &'a str,
    pub(crate) format: Format,
    pub(crate) access_key_id: &'a str,
    pub(crate) sent: &'a Sent,
}

/// A request that is ready to send, signed unless its action is anonymous.
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Parameters of the query, with the signature unless ACS3 has it in a header.
    pub(crate) query: Parameters,
    /// Parameters of the form body, if the action has any.
    pub(crate) body: Option<Parameters>,
    /// Headers; only ACS3 has any.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Text that was signed; empty if the action is anonymous.
    pub(crate) string_to_sign: String,
    /// Text whose hash is signed; only ACS3 has one.
    pub(crate) canonical_request: Option<String>,
}

impl Call<'_> {
    /// Signs the call; `None` if the holder has no right any more, or the system no random numbers.
    pub(crate) fn sign(&self, holder: &Holder) -> Option<Request> {
        let nonce = Token::new()?;
        let stamp = Stamp {
            nonce: nonce.as_str().get(..32)?,
            timestamp: &timestamp::write(SystemTime::now()),
        };
        match self.is_acs3 {
            true => self.with_headers(holder, stamp),
            false => self.with_parameters(holder, stamp),
        }
    }

    fn unsigned(&self) -> Request {
        let body = self.sent.body.iter().cloned().collect();
        Request {
            method: self.info.method(Method::Post),
            query: self.sent.query.iter().cloned().collect(),
            body: self.info.has_form.then_some(body),
            headers: Vec::new(),
            string_to_sign: String::new(),
            canonical_request: None,
        }
    }

    fn with_parameters(&self, holder: &Holder, stamp: Stamp<'_>) -> Option<Request> {
        let mut request = self.unsigned();
        for (name, value) in [
            (name::ACTION, self.info.name),
            (name::VERSION, self.info.version),
            (name::FORMAT, self.format.as_str()),
            (name::SIGNATURE_NONCE, stamp.nonce),
            (name::TIMESTAMP, stamp.timestamp),
        ] {
            request.query.insert(name, value);
        }
        if self.info.is_anonymous {
            return Some(request);
        }
        for (name, value) in [
            (name::ACCESS_KEY_ID, self.access_key_id),
            (name::SIGNATURE_METHOD, SignatureMethod::HmacSha1.as_str()),
            (name::SIGNATURE_VERSION, SIGNATURE_VERSION),
        ] {
            request.query.insert(name, value);
        }
        request.string_to_sign = string_to_sign(request.method, &request.parameters());
        let signature = holder.sign(&request.string_to_sign)?;
        request.query.insert(name::SIGNATURE, signature);
        Some(request)
    }

    fn with_headers(&self, holder: &Holder, stamp: Stamp<'_>) -> Option<Request> {
        let mut request = self.unsigned();
        let body = request.body.as_ref().map(query_of).unwrap_or_default();
        let content_hash = acs3::content_hash(body.as_bytes());
        let common = CommonHeaders {
            access_key_id: self.access_key_id,
            security_token: None,
            host: self.host,
            path: PATH,
            format: self.format,
        };
        let mut headers = acs3::headers(self.info, &common, &content_hash, stamp);
        if self.info.is_anonymous {
            // As official SDKs do it for such actions.
            if request.query.get(name::FORMAT).is_none() {
                request.query.insert(name::FORMAT, self.format.as_str());
            }
            request.headers = headers;
            return Some(request);
        }
        let covered = Covered {
            method: request.method,
            path: PATH,
            query: &request.query,
            headers: &as_texts(&headers),
            content_hash: &content_hash,
        };
        let canonical_request = covered.canonical_request();
        request.string_to_sign = acs3::string_to_sign(&canonical_request);
        request.canonical_request = Some(canonical_request);
        let authorization = Authorization {
            access_key_id: self.access_key_id.to_owned(),
            signed_headers: headers.iter().map(|(name, _)| (*name).to_owned()).collect(),
            signature: holder.sign_acs3(&request.string_to_sign)?,
        };
        headers.push((acs3::header::AUTHORIZATION, authorization.to_string()));
        request.headers = headers;
        Some(request)
    }
}

impl Request {
    /// Returns the parameters of query and form body.
    pub(crate) fn parameters(&self) -> Parameters {
        let body = self.body.iter().flat_map(Parameters::iter);
        self.query.iter().chain(body).collect()
    }

    /// Returns the common parameters, which headers may carry.
    pub(crate) fn common(&self) -> Parameters {
        if self.headers.is_empty() {
            return self.parameters();
        }
        let received = Received {
            method: self.method,
            path: PATH,
            query: "",
            headers: &as_texts(&self.headers),
            body: b"",
        };
        received.common().unwrap_or_default()
    }

    /// Returns the request as it is sent, with one parameter per line.
    pub(crate) fn lines(&self) -> String {
        let mut lines = format!("{} {PATH}", self.method.as_str());
        let pairs = |parameters: &Parameters, lines: &mut String, first: &str| {
            for (number, (name, value)) in parameters.iter().enumerate() {
                let before = if number == 0 { first } else { "\n    &" };
                lines.extend([before, &encode(name), "=", &encode(value)]);
            }
        };
        pairs(&self.query, &mut lines, "?");
        for (name, value) in &self.headers {
            lines.extend(["\n", name, ": ", value]);
        }
        if let Some(body) = &self.body {
            lines.push_str("\n\n");
            pairs(body, &mut lines, "");
        }
        lines.push('\n');
        lines
    }
}

fn as_texts<'a>(headers: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    let text = |(name, value): &'a (&'static str, String)| (*name, value.as_str());
    headers.iter().map(text).collect()
}
