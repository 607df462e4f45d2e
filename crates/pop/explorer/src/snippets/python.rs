//! The call in Python, with the vendor's SDK for the signature of the product.

use pop_rpc::Format;

use super::literal::quoted;
use super::{Call, ID, SECRET};

impl Call<'_> {
    pub(super) fn python(&self) -> String {
        match self.is_for_tea() {
            true => self.python_with_tea(),
            false => self.python_with_core(),
        }
    }

    fn python_with_core(&self) -> String {
        let (scheme, host) = self.scheme_and_host();
        let mut parameters = String::new();
        for (pairs, method) in [
            (&self.sent.query, "add_query_param"),
            (&self.sent.body, "add_body_params"),
        ] {
            for (name, value) in pairs {
                let (name, value) = (quoted(name), quoted(value));
                parameters.push_str(&format!("request.{method}({name}, {value})\n"));
            }
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
            quoted(self.region()),
            quoted(host),
            quoted(self.forms.version),
            quoted(self.form.action),
            self.request.method.as_str(),
            self.format.as_str(),
        )
    }

    fn python_with_tea(&self) -> String {
        let (scheme, host) = self.scheme_and_host();
        let accept = match self.accept() {
            Some(accept) => format!("    headers={{\"accept\": \"{accept}\"}},\n"),
            None => String::new(),
        };
        let mut parameters = String::new();
        for (pairs, name) in [(&self.query(), "query"), (&self.sent.body, "body")] {
            if pairs.is_empty() {
                continue;
            }
            parameters.push_str(&format!("    {name}={{\n"));
            for (name, value) in pairs {
                let (name, value) = (quoted(name), quoted(value));
                parameters.push_str(&format!("        {name}: {value},\n"));
            }
            parameters.push_str("    },\n");
        }
        let (os, key, sign) = if self.is_anonymous() {
            ("", String::new(), "Anonymous")
        } else {
            let key = format!(
                "    access_key_id=os.environ[\"{ID}\"],\n    \
                 access_key_secret=os.environ[\"{SECRET}\"],\n"
            );
            ("import os\n\n", key, "AK")
        };
        let algorithm = match self.algorithm() {
            Some(algorithm) => format!("    signature_algorithm=\"{algorithm}\",\n"),
            None => String::new(),
        };
        format!(
            "# pip install alibabacloud-tea-openapi\n\
             {os}\
             from alibabacloud_tea_openapi.client import Client\n\
             from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params\n\
             from darabonba.runtime import RuntimeOptions\n\n\
             client = Client(Config(\n{key}    endpoint={},\n{algorithm}))\n\
             params = Params(\n    \
             action={},\n    version={},\n    protocol=\"{}\",\n    method=\"{}\",\n    \
             auth_type=\"{sign}\",\n    style=\"RPC\",\n    pathname=\"/\",\n    \
             req_body_type=\"formData\",\n    body_type=\"string\",\n)\n\
             request = OpenApiRequest(\n{accept}{parameters})\n\
             print(client.call_api(params, request, RuntimeOptions())[\"body\"])\n",
            quoted(host),
            quoted(self.form.action),
            quoted(self.forms.version),
            scheme.to_ascii_uppercase(),
            self.request.method.as_str(),
        )
    }
}
