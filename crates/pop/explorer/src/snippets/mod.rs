//! The same call in other languages: ready to run, with the secret from the environment.

use pop_docs::{Form, Forms, Parameter, ValueKind};
use pop_rpc::canonical::encode;
use pop_rpc::signature::name;
use pop_rpc::{Format, Method, Parameters};

/// A call to show in several languages.
pub(crate) struct Call<'a> {
    pub(crate) forms: &'a Forms,
    pub(crate) form: &'a Form,
    /// Scheme and host of the service.
    pub(crate) endpoint: &'a str,
    pub(crate) method: Method,
    pub(crate) format: Format,
    /// Names and values of the action's own parameters, in the order of the form.
    pub(crate) own: &'a [(String, String)],
    /// All parameters, the signature included.
    pub(crate) signed: &'a Parameters,
}

/// A call in one language.
pub(crate) struct Snippet {
    /// Name of the language or tool.
    pub(crate) title: &'static str,
    pub(crate) code: String,
}

const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";

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

    /// Returns the call with curl; openssl signs it each time it runs.
    fn curl(&self) -> String {
        let now = "$(date -u +%Y-%m-%dT%H%%3A%M%%3A%SZ)";
        let pair = |(name, value): (&str, &str)| match name {
            name::SIGNATURE => None,
            name::SIGNATURE_NONCE => Some(format!("{name}=$(openssl rand -hex 16)")),
            name::TIMESTAMP => Some(format!("{name}={now}")),
            name::ACCESS_KEY_ID => Some(format!("{name}=${ID}")),
            _ => Some(format!("{}={}", encode(name), encode(value))),
        };
        let query: Vec<String> = self.signed.iter().filter_map(pair).collect();
        let method = self.method.as_str();
        let send = match self.method {
            Method::Get => format!("curl \"{}/?$query&Signature=$signature\"", self.endpoint),
            _ => format!(
                "curl -X {method} --data \"$query&Signature=$signature\" \"{}/\"",
                self.endpoint
            ),
        };
        format!(
            "query=\"{}\"\n\
             signature=$(printf '{method}&%%2F&%s' \
             \"$(printf %s \"$query\" | sed 's/%/%25/g; s/=/%3D/g; s/&/%26/g')\" \
             | openssl dgst -sha1 -hmac \"${SECRET}&\" -binary \
             | openssl base64 | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g')\n{send}\n",
            query.join("&")
        )
    }

    fn rust(&self) -> String {
        let parameters = self.form.parameters.iter();
        let values = parameters.map(|parameter| (parameter, self.value(parameter)));
        let (mut arguments, mut setters, mut types) = (Vec::new(), String::new(), Vec::new());
        for (parameter, value) in values {
            let Some(value) = value.or(parameter.is_argument.then_some("")) else {
                continue;
            };
            if let ValueKind::Enum { type_name, .. } = parameter.kind
                && !types.contains(&type_name)
            {
                types.push(type_name);
            }
            let expression = rust_value(parameter.kind, value);
            if parameter.is_argument {
                arguments.push(expression);
            } else {
                setters.push_str(&format!("        .{}({expression})\n", parameter.setter));
            }
        }
        types.sort_unstable();
        let client = self.forms.client;
        let (mut uses, mut format) = (format!("use {client}::Client;\n"), "");
        if self.format == Format::Xml {
            uses = format!("use {client}::{{Client, Format}};\n");
            format = "\n        .format(Format::Xml)";
        }
        match types.as_slice() {
            [] => {}
            [one] => uses.push_str(&format!("use {client}::models::{one};\n")),
            types => uses.push_str(&format!(
                "use {client}::models::{{{}}};\n",
                types.join(", ")
            )),
        }
        format!(
            "{uses}\n\
             #[tokio::main]\n\
             async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let client = Client::builder()\n        .endpoint({:?}){format}\n        .build()?;\n    \
             let response = client\n        .{}({})\n{setters}        .send()\n        .await?;\n    \
             println!(\"{{response:#?}}\");\n    Ok(())\n}}\n",
            self.endpoint,
            self.form.method,
            arguments.join(", "),
        )
    }

    fn python(&self) -> String {
        let (scheme, host) = self.scheme_and_host();
        let mut parameters = String::new();
        for (name, value) in self.own {
            let line = format!(
                "request.add_query_param({}, {})\n",
                quoted(name),
                quoted(value)
            );
            parameters.push_str(&line);
        }
        let send = match self.format {
            Format::Json => "print(client.do_action_with_exception(request).decode())",
            // The method that raises errors asks for JSON in any case.
            Format::Xml => {
                "status, headers, body = client.get_response(request)\nprint(body.decode())"
            }
        };
        format!(
            "# pip install aliyun-python-sdk-core\n\
             import os\n\n\
             from aliyunsdkcore.client import AcsClient\n\
             from aliyunsdkcore.request import CommonRequest\n\n\
             client = AcsClient(os.environ[\"{ID}\"], os.environ[\"{SECRET}\"], {})\n\
             request = CommonRequest(domain={}, version={}, action_name={})\n\
             request.set_protocol_type(\"{scheme}\")\n\
             request.set_method(\"{}\")\n\
             request.set_accept_format(\"{}\")\n\
             {parameters}{send}\n",
            quoted(self.forms.region.unwrap_or("cn-hangzhou")),
            quoted(host),
            quoted(self.forms.version),
            quoted(self.form.action),
            self.method.as_str(),
            self.format.as_str(),
        )
    }

    fn java(&self) -> String {
        let (scheme, host) = self.scheme_and_host();
        let mut parameters = String::new();
        for (name, value) in self.own {
            parameters.push_str(&format!(
                "        request.putQueryParameter({}, {});\n",
                quoted(name),
                quoted(value)
            ));
        }
        let protocol = scheme.to_ascii_uppercase();
        // JSON is the default.
        let (format_type, accept) = match self.format {
            Format::Json => ("", ""),
            Format::Xml => (
                "import com.aliyuncs.http.FormatType;\n",
                "        request.setSysAccept(FormatType.XML);\n",
            ),
        };
        format!(
            "// Maven: com.aliyun:aliyun-java-sdk-core\n\
             import com.aliyuncs.CommonRequest;\n\
             import com.aliyuncs.DefaultAcsClient;\n\
             import com.aliyuncs.IAcsClient;\n\
             {format_type}\
             import com.aliyuncs.http.MethodType;\n\
             import com.aliyuncs.http.ProtocolType;\n\
             import com.aliyuncs.profile.DefaultProfile;\n\n\
             public class Main {{\n    \
             public static void main(String[] args) throws Exception {{\n        \
             DefaultProfile profile = DefaultProfile.getProfile(\n            {},\n            \
             System.getenv(\"{ID}\"),\n            System.getenv(\"{SECRET}\"));\n        \
             IAcsClient client = new DefaultAcsClient(profile);\n        \
             CommonRequest request = new CommonRequest();\n        \
             request.setSysProtocol(ProtocolType.{protocol});\n        \
             request.setSysMethod(MethodType.{});\n        \
             request.setSysDomain({});\n        \
             request.setSysVersion({});\n        \
             request.setSysAction({});\n\
             {accept}{parameters}        \
             System.out.println(client.getCommonResponse(request).getData());\n    }}\n}}\n",
            quoted(self.forms.region.unwrap_or("cn-hangzhou")),
            self.method.as_str(),
            quoted(host),
            quoted(self.forms.version),
            quoted(self.form.action),
        )
    }

    fn command_line(&self) -> String {
        let (mut options, mut arguments) = (String::new(), String::new());
        for parameter in self.form.parameters {
            match self.value(parameter) {
                Some(value) if parameter.option.is_empty() => {
                    arguments.extend([" ", &word(value)]);
                }
                Some(value) => {
                    let option = format!("--{}={value}", parameter.option);
                    options.extend([" ", &word(&option)]);
                }
                None if parameter.option.is_empty() => arguments.push_str(" ''"),
                None => {}
            }
        }
        let end = if arguments.is_empty() { "" } else { " --" };
        format!(
            "{} {} --endpoint={} --output={}{options}{end}{arguments}\n",
            self.forms.program,
            self.form.command.join(" "),
            self.endpoint,
            self.format.as_str().to_ascii_lowercase(),
        )
    }

    /// Returns the value of a parameter, if it is sent.
    fn value(&self, parameter: &Parameter) -> Option<&str> {
        let mut own = self.own.iter();
        own.find_map(|(name, value)| (name == parameter.name).then_some(value.as_str()))
    }

    fn scheme_and_host(&self) -> (&str, &str) {
        self.endpoint
            .split_once("://")
            .unwrap_or(("http", self.endpoint))
    }
}

/// Returns a value as an expression in Rust.
fn rust_value(kind: ValueKind, value: &str) -> String {
    match kind {
        ValueKind::Text => format!("{value:?}"),
        ValueKind::Number | ValueKind::Time | ValueKind::Boolean => value.to_owned(),
        ValueKind::Enum {
            type_name,
            is_integer: true,
            ..
        } => format!("{type_name}::from({value})"),
        ValueKind::Enum { type_name, .. } => format!("{type_name}::from({value:?})"),
        ValueKind::Several => "Default::default()".to_owned(),
    }
}

/// Returns a text as a literal that Python and Java read alike.
fn quoted(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            // Java replaces `\u000a` by a line break before it reads the literal.
            c if c.is_control() => literal.push_str(&format!("\\{:03o}", u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// Returns a text as one word of a shell.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=,+%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_reads_every_text_as_it_is() {
        for text in [
            "",
            "plain",
            "it's \"x\" \\ $HOME `x`",
            "a\nb\n!",
            "中 €",
            "-x;&|<>*?~#",
        ] {
            let script = format!("printf %s {}", word(text));
            let output = Command::new("sh").args(["-c", &script]).output();
            assert_eq!(output.unwrap().stdout, text.as_bytes(), "{script}");
        }
    }

    #[test]
    fn a_literal_has_escapes_that_python_and_java_share() {
        let literal = quoted("\"\\ $x'中\n\0\u{7f}\u{85}1");
        assert_eq!(literal, r#""\"\\ $x'中\012\000\177\2051""#);
    }
}
