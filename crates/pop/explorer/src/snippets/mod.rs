//! The same call in other languages: ready to run, with the secret from the environment.

mod command_line;
mod curl;
mod java;
mod literal;
mod python;
mod rust;

use pop_docs::{Form, Forms};
use pop_rpc::Format;
use pop_rpc::signature::name;

use crate::entered::Sent;
use crate::request::Request;

/// Variable with the ID of the access key.
const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";

/// Variable with the secret of the access key.
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";

/// Region for clients that need one, of a product without regions.
const REGION: &str = "cn-hangzhou";

/// A call to show in several languages.
pub(crate) struct Call<'a> {
    pub(crate) forms: &'a Forms,
    pub(crate) form: &'a Form,
    /// Scheme and host of the service.
    pub(crate) endpoint: &'a str,
    pub(crate) format: Format,
    pub(crate) sent: &'a Sent,
    pub(crate) request: &'a Request,
}

/// A call in one language.
pub(crate) struct Snippet {
    /// Name of the language or tool.
    pub(crate) title: &'static str,
    pub(crate) code: String,
}

impl Call<'_> {
    /// Returns the call in all languages.
    pub(crate) fn snippets(&self) -> Vec<Snippet> {
        let all = [
            ("curl", self.curl()),
            ("Rust", self.rust()),
            ("Python", self.python()),
            ("Java", self.java()),
            (self.forms.program, self.command_line()),
        ];
        all.map(|(title, code)| Snippet { title, code }).into()
    }

    fn scheme_and_host(&self) -> (&str, &str) {
        self.endpoint
            .split_once("://")
            .unwrap_or(("http", self.endpoint))
    }

    /// Returns the region that clients of official SDKs are made with.
    fn region(&self) -> &str {
        self.forms.region.unwrap_or(REGION)
    }

    /// Returns `true` if nothing signs the call.
    fn is_anonymous(&self) -> bool {
        self.request.string_to_sign.is_empty()
    }

    /// Returns `true` if Python and Java call with Tea's SDK. The older one signs every call.
    fn is_for_tea(&self) -> bool {
        self.forms.is_acs3 || self.is_anonymous()
    }

    /// Returns the signature algorithm that Tea's SDK needs to send the common parameters in the query.
    fn algorithm(&self) -> Option<&'static str> {
        (!self.forms.is_acs3).then_some("v2")
    }

    /// Returns the `Accept` header for Tea's SDK if its own, JSON, is not wanted.
    fn accept(&self) -> Option<&'static str> {
        (self.forms.is_acs3 && self.format == Format::Xml).then_some("application/xml")
    }

    /// Returns the query for Tea's SDK, with the format if its own, JSON, is not wanted.
    fn query(&self) -> Vec<(String, String)> {
        let mut query = self.sent.query.clone();
        if !self.forms.is_acs3 && self.format == Format::Xml {
            query.push((name::FORMAT.to_owned(), self.format.as_str().to_owned()));
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpListener;
    use std::process::Command;
    use std::thread;

    use pop_docs::{Parameter, Style, Text, ValueKind};
    use pop_rpc::service::read_parameters;
    use pop_rpc::signature::{name, string_to_sign};
    use pop_rpc::{Method, Parameters, SignatureMethod, SigningKey};

    use super::*;
    use crate::entered::Entered;

    const NONE: Text = Text { zh: "", en: "" };

    const fn parameter(
        name: &'static str,
        kind: ValueKind,
        style: Style,
        is_in_form: bool,
    ) -> Parameter {
        Parameter {
            name,
            kind,
            style,
            is_in_form,
            is_required: false,
            is_argument: false,
            setter: "setter",
            option: "option",
            example: "",
            required_when: NONE,
            limits: NONE,
            meaning: NONE,
        }
    }

    static FORM: Form = Form {
        action: "Save",
        method: "save",
        command: &["save"],
        parameters: &[
            parameter(
                "Names.N",
                ValueKind::List(&ValueKind::Text),
                Style::Parts,
                false,
            ),
            parameter(
                "Marks",
                ValueKind::List(&ValueKind::Integer),
                Style::Commas,
                true,
            ),
            parameter("Tags", ValueKind::Map(&ValueKind::Text), Style::Json, true),
        ],
    };

    pub(super) const FORMS: Forms = Forms {
        program: "p",
        client: "p_client",
        version: "2020-01-02",
        region: None,
        is_acs3: false,
        actions: &[],
        structs: &[],
    };

    /// Runs the code for a shell, and returns query and body of the request that it sends.
    fn sent(code: &str, address: &str, listener: TcpListener) -> (String, String) {
        let receiving = thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") {
                let start = head.len();
                reader.read_line(&mut head).unwrap();
                if let Some(value) = head[start..].strip_prefix("Content-Length: ") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            reader.get_mut().write_all(answer).unwrap();
            let query = head.split([' ', '?']).nth(2).unwrap().to_owned();
            (query, String::from_utf8(body).unwrap())
        });
        let mut shell = Command::new("bash");
        shell.args(["-euo", "pipefail", "-c", code]);
        let output = shell.env(ID, "testid").env(SECRET, "testsecret").output();
        let output = output.unwrap();
        assert!(output.status.success(), "{address}: {code}\n{output:?}");
        receiving.join().unwrap()
    }

    #[test]
    fn an_anonymous_call_of_a_product_that_signs_in_parameters_needs_no_key() {
        for format in [Format::Json, Format::Xml] {
            let entered = Entered {
                texts: vec!["a".into(), "1".into(), String::new()],
                format,
            };
            let sent_parameters = entered
                .sent(&FORMS, &FORM)
                .unwrap_or_else(|_| unreachable!());
            let own = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<Parameters>();
            let request = Request {
                method: Method::Post,
                query: own(&sent_parameters.query),
                body: Some(own(&sent_parameters.body)),
                headers: Vec::new(),
                string_to_sign: String::new(),
                canonical_request: None,
            };
            let call = Call {
                forms: &FORMS,
                form: &FORM,
                endpoint: "http://127.0.0.1:1",
                format,
                sent: &sent_parameters,
                request: &request,
            };
            let (python, java) = (call.python(), call.java());
            for text in [
                "signature_algorithm=\"v2\",",
                "auth_type=\"Anonymous\"",
                "\"Names.1\": \"a\"",
                "\"Marks\": \"1\"",
            ] {
                assert!(python.contains(text), "{text}: {python}");
            }
            for text in [
                ".setSignatureAlgorithm(\"v2\")",
                ".setAuthType(\"Anonymous\")",
                "query.put(\"Names.1\", \"a\");",
                "body.put(\"Marks\", \"1\");",
            ] {
                assert!(java.contains(text), "{text}: {java}");
            }
            for code in [python, java] {
                assert!(!code.contains(ID) && !code.contains(SECRET), "{code}");
                assert_eq!(code.contains("\"Format\""), format == Format::Xml, "{code}");
            }
        }
    }

    #[test]
    fn a_product_that_signs_in_parameters_sends_lists_and_maps_in_query_and_form() {
        let entered = Entered {
            texts: vec![
                "it's\n\"b\" €".into(),
                "1\n2".into(),
                r#"{"a": "b & c"}"#.into(),
            ],
            format: Format::Json,
        };
        let sent_parameters = entered
            .sent(&FORMS, &FORM)
            .unwrap_or_else(|_| unreachable!());
        let own = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<Parameters>();
        let mut query = own(&sent_parameters.query);
        for (name, value) in [
            (name::ACTION, "Save"),
            (name::ACCESS_KEY_ID, "testid"),
            (name::SIGNATURE_METHOD, "HMAC-SHA1"),
            (name::SIGNATURE_NONCE, "of the page"),
            (name::TIMESTAMP, "of the page"),
            (name::SIGNATURE, "of the page"),
        ] {
            query.insert(name, value);
        }
        let request = Request {
            method: Method::Post,
            query,
            body: Some(own(&sent_parameters.body)),
            headers: Vec::new(),
            string_to_sign: "signed".to_owned(),
            canonical_request: None,
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let call = Call {
            forms: &FORMS,
            form: &FORM,
            endpoint: &endpoint,
            format: Format::Json,
            sent: &sent_parameters,
            request: &request,
        };
        let (query, body) = sent(&call.curl(), &endpoint, listener);
        assert_eq!(body, "Marks=1%2C2&Tags=%7B%22a%22%3A%22b%20%26%20c%22%7D");
        let arrived = read_parameters(&query, body.as_bytes()).unwrap();
        for (name, value) in [
            ("Names.1", "it's"),
            ("Names.2", "\"b\" €"),
            ("Action", "Save"),
        ] {
            assert_eq!(arrived.get(name), Some(value));
        }
        let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
        let to_sign = string_to_sign(Method::Post, &arrived);
        assert!(key.verify(&to_sign, arrived.get(name::SIGNATURE).unwrap()));

        let (python, java) = (call.python(), call.java());
        for line in [
            "request.set_method(\"POST\")",
            "request.add_query_param(\"Names.1\", \"it's\")",
            "request.add_query_param(\"Names.2\", \"\\\"b\\\" €\")",
            "request.add_body_params(\"Marks\", \"1,2\")",
            "request.add_body_params(\"Tags\", \"{\\\"a\\\":\\\"b & c\\\"}\")",
        ] {
            assert!(python.contains(&format!("{line}\n")), "{line}: {python}");
        }
        for line in [
            "request.setSysMethod(MethodType.POST);",
            "request.putQueryParameter(\"Names.2\", \"\\\"b\\\" €\");",
            "request.putBodyParameter(\"Marks\", \"1,2\");",
        ] {
            assert!(java.contains(&format!("{line}\n")), "{line}: {java}");
        }
    }
}
