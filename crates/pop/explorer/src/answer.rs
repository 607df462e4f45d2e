//! Bodies of answers in a form that people read.

use pop_rpc::Format;
use serde_json::Value;

/// Returns a body with line breaks and indentation.
pub(crate) fn readable(body: &[u8], format: Format) -> String {
    let text = String::from_utf8_lossy(body).into_owned();
    match format {
        Format::Json => match serde_json::from_str::<Value>(&text) {
            Ok(value) => format!("{value:#}"),
            Err(_) => text,
        },
        Format::Xml => indented(&text),
    }
}

/// Returns XML with one element per line. Text is escaped, so `><` is only between tags.
fn indented(xml: &str) -> String {
    let mut out = String::with_capacity(2 * xml.len());
    let mut depth = 0_usize;
    for (number, part) in xml.split("><").enumerate() {
        let begin = if number == 0 { "" } else { "<" };
        let is_end = number > 0 && part.starts_with('/');
        if is_end {
            depth = depth.saturating_sub(1);
        }
        if number > 0 {
            out.push_str(">\n");
        }
        out.push_str(&"  ".repeat(depth));
        out.extend([begin, part]);
        let is_whole = part.contains("</") || part.ends_with('/') || part.ends_with("/>");
        let is_declaration = part.starts_with("<?") || part.starts_with('?');
        if !is_end && !is_whole && !is_declaration {
            depth += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_get_one_line_per_value() {
        let json = readable(br#"{"A":{"B":[1]}}"#, Format::Json);
        assert_eq!(json, "{\n  \"A\": {\n    \"B\": [\n      1\n    ]\n  }\n}");
        let xml = "<?xml version='1.0'?><A><B>1 &gt;&lt; 2</B><C/><D><E></E></D></A>";
        assert_eq!(
            readable(xml.as_bytes(), Format::Xml),
            "<?xml version='1.0'?>\n<A>\n  <B>1 &gt;&lt; 2</B>\n  <C/>\n  <D>\n    <E>\n    </E>\n  </D>\n</A>"
        );
        assert_eq!(readable(b"{", Format::Json), "{");
    }
}
