//! The call in Java, with the vendor's SDK for the signature of the product.

use pop_rpc::Format;

use super::literal::quoted;
use super::{Call, ID, SECRET};

impl Call<'_> {
    pub(super) fn java(&self) -> String {
        match self.is_for_tea() {
            true => self.java_with_tea(),
            false => self.java_with_core(),
        }
    }

    fn java_with_core(&self) -> String {
        let (scheme, host) = self.scheme_and_host();
        let mut parameters = String::new();
        for (pairs, method) in [
            (&self.sent.query, "putQueryParameter"),
            (&self.sent.body, "putBodyParameter"),
        ] {
            for (name, value) in pairs {
                let (name, value) = (quoted(name), quoted(value));
                parameters.push_str(&format!("        request.{method}({name}, {value});\n"));
            }
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
            quoted(self.region()),
            self.request.method.as_str(),
            quoted(host),
            quoted(self.forms.version),
            quoted(self.form.action),
        )
    }

    fn java_with_tea(&self) -> String {
        let (scheme, host) = self.scheme_and_host();
        let (mut maps, mut setters) = (String::new(), String::new());
        for (pairs, type_, map, setter) in [
            (&self.query(), "String", "query", "setQuery"),
            (&self.sent.body, "Object", "body", "setBody"),
        ] {
            if pairs.is_empty() {
                continue;
            }
            maps.push_str(&format!(
                "        Map<String, {type_}> {map} = new HashMap<>();\n"
            ));
            for (name, value) in pairs {
                let (name, value) = (quoted(name), quoted(value));
                maps.push_str(&format!("        {map}.put({name}, {value});\n"));
            }
            setters.push_str(&format!("\n            .{setter}({map})"));
        }
        if let Some(accept) = self.accept() {
            maps.push_str(&format!(
                "        Map<String, String> headers = new HashMap<>();\n        \
                 headers.put(\"accept\", \"{accept}\");\n",
            ));
            setters.push_str("\n            .setHeaders(headers)");
        }
        let uses = match maps.is_empty() {
            true => "",
            false => "import java.util.HashMap;\nimport java.util.Map;\n\n",
        };
        let (key, sign) = if self.is_anonymous() {
            (String::new(), "Anonymous")
        } else {
            let key = format!(
                "\n            .setAccessKeyId(System.getenv(\"{ID}\"))\
                 \n            .setAccessKeySecret(System.getenv(\"{SECRET}\"))"
            );
            (key, "AK")
        };
        let algorithm = match self.algorithm() {
            Some(algorithm) => {
                format!("\n            .setSignatureAlgorithm(\"{algorithm}\")")
            }
            None => String::new(),
        };
        format!(
            "// Maven: com.aliyun:tea-openapi\n\
             {uses}\
             import com.aliyun.teaopenapi.Client;\n\
             import com.aliyun.teaopenapi.models.Config;\n\
             import com.aliyun.teaopenapi.models.OpenApiRequest;\n\
             import com.aliyun.teaopenapi.models.Params;\n\
             import com.aliyun.teautil.models.RuntimeOptions;\n\n\
             public class Main {{\n    \
             public static void main(String[] args) throws Exception {{\n        \
             Client client = new Client(new Config(){key}\n            \
             .setEndpoint({}){algorithm});\n        \
             Params params = new Params()\n            \
             .setAction({})\n            .setVersion({})\n            \
             .setProtocol(\"{}\")\n            .setMethod(\"{}\")\n            \
             .setAuthType(\"{sign}\")\n            .setStyle(\"RPC\")\n            \
             .setPathname(\"/\")\n            .setReqBodyType(\"formData\")\n            \
             .setBodyType(\"string\");\n\
             {maps}        \
             OpenApiRequest request = new OpenApiRequest(){setters};\n        \
             System.out.println(client.callApi(params, request, new RuntimeOptions()).get(\"body\"));\n    \
             }}\n}}\n",
            quoted(host),
            quoted(self.form.action),
            quoted(self.forms.version),
            scheme.to_ascii_uppercase(),
            self.request.method.as_str(),
        )
    }
}
