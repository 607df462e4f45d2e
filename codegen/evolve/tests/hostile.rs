//! Metadata from a careless or hostile hand gives a spec or an error that says what is wrong.

#![allow(clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod common;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use codegen_evolve::import::{FindingKind, Imported, Options};

use common::{checked, gateway, import};

/// Longest time for one import, on a busy machine and without optimization.
const PATIENCE: Duration = Duration::from_secs(60);

/// Returns metadata with one action, whose parameter and response have these schemas.
fn metadata(parameter: &str, response: &str, more: &str) -> String {
    format!(
        r#"{{"info": {{"style": "RPC", "product": "Held", "version": "2020-01-01"}}, "apis": {{"Get": {{
            "parameters": [{{"name": "A", "in": "query", "style": "flat", "schema": {parameter}}}],
            "responses": {{"200": {{"schema": {{"type": "object", "properties": {{"B": {response}}}}}}}}}
        }}}}{more}}}"#
    )
}

fn imported(text: &str) -> Result<Imported, String> {
    let gateway = gateway();
    let options = Options {
        actions: &[],
        from: None,
        gateway: &gateway,
    };
    let start = Instant::now();
    let imported = import(text, options).map_err(|error| error.to_string());
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    imported
}

/// Returns `inner` inside `count` times `before` and `after`.
fn nested(count: usize, before: &str, inner: &str, after: &str) -> String {
    [&before.repeat(count), inner, &after.repeat(count)].concat()
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    let deep_list = nested(100_000, "[", "", "]");
    let deep_schema = nested(60_000, r#"{"items": "#, "{}", "}");
    let deep = metadata(&deep_schema, "{}", "");
    let cut = &metadata("{}", "{}", "")[..90];
    let cases = [
        ("", "line 1"),
        ("\u{feff}", "line 1"),
        (cut, "EOF"),
        (&deep_list, "recursion limit"),
        (&deep, "recursion limit"),
        (r#"{"info": NaN}"#, "line 1"),
        ("{\"info\": \"a\0b\"}", "control character"),
        (r#"{"info": {}} {}"#, "trailing characters"),
        (r#"{"info": "\ud8"}"#, "line 1"),
        (r#"{"info": 1e400"#, "line 1"),
    ];
    for (text, message) in cases {
        let error = imported(text).expect_err("it is not JSON");
        let is_said =
            error.contains("api-docs.json: cannot be read as JSON") && error.contains(message);
        assert!(is_said, "{error}");
    }
}

#[test]
fn json_of_another_shape_is_refused_with_the_reason() {
    let info = r#""info": {"style": "RPC", "product": "Held", "version": "2020-01-01"}"#;
    let cases = [
        ("null".to_owned(), "/info"),
        ("[[]]".to_owned(), "/info"),
        (r#""x""#.to_owned(), "/info"),
        (r#"{"info": "x", "apis": {}}"#.to_owned(), "/info/product"),
        (
            r#"{"info": {"product": "../..", "version": "1"}}"#.to_owned(),
            "not a valid product",
        ),
        (
            r#"{"info": {"product": ["A"], "version": {}}}"#.to_owned(),
            "not a valid product",
        ),
        (format!("{{{info}}}"), "no action to import"),
        (
            format!(
                r#"{{{info}, "apis": ["a", 3], "components": [], "directories": 7, "endpoints": "x"}}"#
            ),
            "no action to import",
        ),
        (
            format!(r#"{{{info}, "apis": {{"../../x": {{}}, "B": null, "": {{}}}}}}"#),
            "no action to import",
        ),
    ];
    for (text, message) in cases {
        let error = imported(&text).expect_err("it is not metadata");
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn odd_values_are_reported_and_the_rest_is_imported() {
    let numbers = r#"{"type": "integer", "maximum": 1e400, "minimum": -99999999999999999999, "maxLength": -1, "example": -1E+999}"#;
    let halves = r#"{"type": "string", "description": "\ud800 and \udc00\ud83d\ude00"}"#;
    let text = format!(
        "\u{feff}{}",
        metadata(numbers, halves, r#", "apis": 1, "apis": {"Get": {}}"#)
    );
    let text = text.replacen(
        r#", "apis": 1, "apis": {"Get": {}}"#,
        r#", "more": 1, "more": 2"#,
        1,
    );
    let imported = imported(&text).expect("imported");
    checked(&imported);
    let found = imported.findings.to_string();
    for part in [
        "1e400",
        "-1E+999",
        "-1e+20",
        "`maxLength` is not a whole number",
        "duplicate key",
        "\\ud800",
        "\\udc00",
    ] {
        assert!(found.contains(part), "{part} is not in {found}");
    }
    assert_eq!(
        imported.spec.actions[0].response[0].description.en,
        "\u{fffd} and \u{fffd}😀"
    );
    assert!(
        imported.findings.count(FindingKind::Changed) >= 4,
        "{found}"
    );
}

#[test]
fn references_in_a_circle_end() {
    let to = |name: &str| format!(r##"{{"$ref": "#/components/schemas/{name}"}}"##);
    let [x, y] = [to("X"), to("Y")];
    let list = format!(r#"{{"type": "array", "items": {x}}}"#);
    let map = format!(r#"{{"type": "object", "additionalProperties": {x}}}"#);
    let both = format!(
        r#"{{"type": "object", "properties": {{"L": {x}, "R": {x}, "M": {map}, "N": {list}}}}}"#
    );
    let unnamed = format!(r#"{{"type": "object", "properties": {{" ": {x}, "\u0000": {x}}}}}"#);
    let wrapped = format!(r#"{{"type": "object", "properties": {{"Item": {list}}}}}"#);
    for schema in [
        &x,
        &y,
        &list,
        &map,
        &both,
        &unnamed,
        &wrapped,
        &to(""),
        &to("~1~0"),
        &to("X/properties/L"),
    ] {
        let components = format!(r#", "components": {{"schemas": {{"X": {schema}, "Y": {x}}}}}"#);
        checked(&imported(&metadata(&x, &y, &components)).expect("imported"));
    }
    // Each schema refers twice to the next.
    let chain = (0..40).fold(String::new(), |mut chain, number| {
        let next = to(&format!("C{}", number + 1));
        let _ = write!(
            chain,
            r#""C{number}": {{"type": "object", "properties": {{"A": {next}, "B": {next}}}}}, "#
        );
        chain
    });
    let components =
        format!(r#", "components": {{"schemas": {{{chain}"C40": {{"type": "string"}}}}}}"#);
    let text = metadata(&to("C0"), &to("C0"), &components);
    imported(&text).expect("imported");
}

#[test]
fn depth_within_json_is_imported() {
    let structs = nested(
        50,
        r#"{"type": "object", "properties": {"M": "#,
        r#"{"type": "string"}"#,
        "}}",
    );
    let lists = nested(
        100,
        r#"{"type": "array", "items": "#,
        r#"{"type": "string"}"#,
        "}",
    );
    let maps = nested(
        100,
        r#"{"type": "object", "additionalProperties": "#,
        "{}",
        "}",
    );
    for schema in [structs, lists, maps] {
        checked(&imported(&metadata(&schema, &schema, "")).expect("imported"));
    }
}

#[test]
fn many_of_anything_take_time_in_proportion() {
    const MANY: usize = 20_000;
    let each = |one: &dyn Fn(usize) -> String| (0..MANY).map(one).collect::<Vec<_>>().join(",");
    let values = format!(
        r#"{{"type": "string", "enum": [{}]}}"#,
        each(&|n| format!(r#""v{n}""#))
    );
    let members = format!(
        r#"{{"type": "object", "properties": {{{}}}}}"#,
        each(&|n| format!(r#""M{n}": {{"type": "string"}}"#))
    );
    let regions = each(&|n| format!(r#"{{"regionId": "r{n}", "endpoint": "h{n}.example.com"}}"#));
    let regions = format!(r#", "endpoints": [{regions}]"#);
    imported(&metadata(&values, &members, &regions)).expect("imported");
}
