//! Java, which is not run here: the code is compared with its snapshot and with the request.

use crate::example::examples;
use crate::page::Visit;
use crate::snapshot;

/// Returns the arguments of each call of a method.
fn arguments<'a>(code: &'a str, method: &str) -> Vec<&'a str> {
    let begin = format!("request.{method}(");
    let calls = code.lines().filter_map(|line| {
        let call = line.trim().strip_prefix(&*begin)?;
        call.strip_suffix(");")
    });
    calls.collect()
}

#[test]
fn the_code_in_java_is_its_snapshot_and_sends_the_request() {
    let visit = Visit::begin();
    let host = visit.address().trim_start_matches("http://");
    for mut example in examples() {
        let code = visit.snippet(&example, "Java");
        let quoted = |text: &str| format!("\"{text}\"");
        let version = ons_mqtt_docs::FORMS.version;
        assert_eq!(arguments(&code, "setSysAction"), [quoted(&example.action)]);
        assert_eq!(arguments(&code, "setSysVersion"), [quoted(version)]);
        assert_eq!(arguments(&code, "setSysDomain"), [quoted(host)]);
        assert_eq!(arguments(&code, "setSysProtocol"), ["ProtocolType.HTTP"]);
        assert_eq!(arguments(&code, "setSysMethod"), ["MethodType.POST"]);
        let accept: &[&str] = match example.format.as_str() {
            "JSON" => &[],
            _ => &["FormatType.XML"],
        };
        assert_eq!(arguments(&code, "setSysAccept"), accept);
        // Of these texts, literals in Java and JSON are alike.
        let sent = arguments(&code, "putQueryParameter").into_iter();
        let sent = sent.map(|pair| serde_json::from_str(&format!("[{pair}]")).expect("two texts"));
        let mut sent: Vec<(String, String)> = sent.collect();
        sent.sort_unstable();
        let instance = ("InstanceId".to_owned(), "post-cn-local".to_owned());
        example.fields.extend([instance]);
        assert_eq!(sent, Vec::from_iter(example.fields));
        snapshot::check(
            &format!("{}.java", example.action),
            &code.replace(host, "127.0.0.1:8080"),
        );
    }
    visit.end();
}
