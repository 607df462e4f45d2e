//! The call with curl; openssl signs it each time it runs.

use pop_rpc::acs3::header;
use pop_rpc::canonical::{encode, query_of};
use pop_rpc::signature::name;
use pop_rpc::{Method, Parameters};

use super::{Call, ID, SECRET};

impl Call<'_> {
    pub(super) fn curl(&self) -> String {
        match self.forms.is_acs3 {
            true => self.signed_in_headers(),
            false => self.signed_in_query(),
        }
    }

    fn signed_in_query(&self) -> String {
        let method = self.request.method.as_str();
        let (now, nonce) = (
            "$(date -u +%Y-%m-%dT%H%%3A%M%%3A%SZ)",
            "$(openssl rand -hex 16)",
        );
        let mut lines = String::new();
        let (mut signed, mut sent) = ("$query", "$query&Signature=$signature");
        // Values that the query and the text to sign share.
        let (now, nonce) = match self.request.body {
            Some(_) => {
                lines.push_str(&format!("now=\"{now}\"\nnonce=\"{nonce}\"\n"));
                ("$now", "$nonce")
            }
            None => (now, nonce),
        };
        let pair = |(name, value): (&str, &str)| match name {
            name::SIGNATURE => None,
            name::SIGNATURE_NONCE => Some(format!("{name}={nonce}")),
            name::TIMESTAMP => Some(format!("{name}={now}")),
            name::ACCESS_KEY_ID => Some(format!("{name}=${ID}")),
            _ => Some(format!("{}={}", encode(name), encode(value))),
        };
        let text = |parameters: &Parameters| {
            let pairs: Vec<String> = parameters.iter().filter_map(pair).collect();
            pairs.join("&")
        };
        lines.push_str(&format!("query=\"{}\"\n", text(&self.request.query)));
        lines.push_str(&self.body());
        if self.is_anonymous() {
            sent = "$query";
        } else {
            if self.request.body.is_some() {
                let all = text(&self.request.parameters());
                lines.push_str(&format!("parameters=\"{all}\"\n"));
                signed = "$parameters";
            }
            lines.push_str(&format!(
                "signature=$(printf '{method}&%%2F&%s' \
                 \"$(printf %s \"{signed}\" | sed 's/%/%25/g; s/=/%3D/g; s/&/%26/g')\" \
                 | openssl dgst -sha1 -hmac \"${SECRET}&\" -binary \
                 | openssl base64 | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g')\n"
            ));
        }
        lines.push_str(&format!(
            "curl{} \"{}/?{sent}\"\n",
            self.sending(),
            self.endpoint
        ));
        lines
    }

    fn signed_in_headers(&self) -> String {
        let method = self.request.method.as_str();
        let mut lines = format!("query=\"{}\"\n", query_of(&self.request.query));
        lines.push_str(&self.body());
        let (mut headers, mut names) = (Vec::new(), Vec::new());
        for (name, value) in &self.request.headers {
            headers.push(match *name {
                header::AUTHORIZATION => continue,
                header::CONTENT_HASH => format!("{name}:$hash"),
                header::DATE => format!("{name}:$(date -u +%Y-%m-%dT%H:%M:%SZ)"),
                header::NONCE => format!("{name}:$(openssl rand -hex 16)"),
                _ => format!("{name}:{value}"),
            });
            names.push(*name);
        }
        let body = if self.request.body.is_some() {
            "$form"
        } else {
            ""
        };
        let (headers, names) = (headers.join("\n"), names.join(";"));
        lines.push_str(&format!(
            "hash=$(printf %s \"{body}\" | openssl dgst -sha256 -r | cut -c -64)\n\
             headers=\"{headers}\"\n"
        ));
        let mut authorization = String::new();
        if !self.is_anonymous() {
            lines.push_str(&format!(
                "digest=$(printf '{method}\\n/\\n%s\\n%s\\n\\n{names}\\n%s' \"$query\" \"$headers\" \"$hash\" \
                 | openssl dgst -sha256 -r | cut -c -64)\n\
                 signature=$(printf 'ACS3-HMAC-SHA256\\n%s' \"$digest\" \
                 | openssl dgst -sha256 -hmac \"${SECRET}\" -r | cut -c -64)\n"
            ));
            authorization = format!(
                " \"authorization:ACS3-HMAC-SHA256 Credential=${ID},SignedHeaders={names},Signature=$signature\""
            );
        }
        let query = if self.request.query.iter().next().is_some() {
            "?$query"
        } else {
            ""
        };
        lines.push_str(&format!(
            "printf '%s\\n' \"$headers\"{authorization} | curl -H @-{} \"{}/{query}\"\n",
            self.sending(),
            self.endpoint
        ));
        lines
    }

    /// Returns the line that sets the form body, if there is one.
    fn body(&self) -> String {
        let body = self.request.body.as_ref().map(query_of);
        body.map_or_else(String::new, |body| format!("form=\"{body}\"\n"))
    }

    /// Returns the options for method and body.
    fn sending(&self) -> String {
        let body = match &self.request.body {
            Some(_) => " --data \"$form\"",
            None if self.request.method == Method::Post => " --data \"\"",
            None => "",
        };
        match self.request.method {
            Method::Post => body.to_owned(),
            Method::Get if body.is_empty() => String::new(),
            method => format!(" -X {}{body}", method.as_str()),
        }
    }
}
