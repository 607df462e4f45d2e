//! Every kind of mistake in a spec is reported at its location, with a hint.

#![allow(clippy::expect_used, clippy::panic)]

use std::fs;

use codegen_spec::Mistakes;
use codegen_spec::load;
use serde_json::{Value, json};

const SPEC: &str = include_str!("small.json");

/// A change to the small spec, and the mistake that it must cause.
struct Case {
    /// JSON pointer of the replaced value.
    at: &'static str,
    /// New value; `null` removes the old one.
    value: Value,
    /// Pointer of the mistake.
    pointer: &'static str,
    /// Part of the message.
    message: &'static str,
    /// Part of the hint.
    hint: &'static str,
}

#[rustfmt::skip] // A table: one line per case.
fn cases() -> Vec<Case> {
    let case = |at, value, pointer, message, hint| Case {
        at,
        value,
        pointer,
        message,
        hint,
    };
    let text = || json!({"en": "text"});
    let member = |name: &str, type_: &str| json!({"name": name, "type": type_, "required": true, "description": text()});
    let put = |request: &Value| json!({"request": request, "json": {"RequestId": "1"}, "xml": "<SmallPutThingsResponse><RequestId>1</RequestId></SmallPutThingsResponse>"});
    vec![
        // Shape.
        case("/actions/0/sumary", text(), "/actions/0/sumary", "unknown key `sumary`", "did you mean `summary`?"),
        case("/actions/0/qqq", json!(1), "/actions/0/qqq", "unknown key `qqq`", "use one of these keys: name, category"),
        case("/actions/0/summary", json!(null), "/actions/0", "key `summary` is missing", "add it"),
        case("/error_codes/0/status", json!("404"), "/error_codes/0/status", "is not of type \"integer\"", "README"),
        case("/actions/0/operation", json!("delete"), "/actions/0/operation", "none of the allowed forms", "allowed words"),
        case("/actions/0/parameters/0/type", json!({"array": "string"}), "/actions/0/parameters/0/type", "none of the allowed forms", r#"{"list""#),
        case("/releases/0/date", json!("yesterday"), "/releases/0/date", "does not match", "README"),
        // Texts and names.
        case("/actions/0/summary", json!({"en": " "}), "/actions/0/summary", "the English text is missing", "as `en`"),
        case("/languages", json!([]), "/languages", "declares no languages", "at least one"),
        case("/package", json!("My Crate"), "/package", "not a valid prefix for crate names", "lower-case"),
        case("/package", json!("pop"), "/package", "reserved name", "a word in front"),
        case("/actions/0/parameters/0/name", json!("I d"), "/actions/0/parameters/0/name", "cannot be a name on the wire", "ASCII letters"),
        case("/actions/0/parameters/0/name", json!("-"), "/actions/0/parameters/0/name", "cannot be a name on the wire", "one letter or digit"),
        case("/actions/0/name", json!("_"), "/actions/0/name", "cannot be a name on the wire", "one letter or digit"),
        case("/actions/0/name", json!("-A"), "/actions/0/name", "name of an XML element", "with a letter"),
        case("/structs/0/members/9/type/list/item", json!("1st"), "/structs/0/members/9/type/list/item", "name of an XML element", "with a letter"),
        case("/enums/1/name", json!("int64"), "/enums/1/name", "name of a scalar", "another name"),
        case("/regions/0/endpoint", json!("https://x/"), "/regions/0/endpoint", "not a host name", "without scheme"),
        case("/actions/0/command", json!("-x"), "/actions/0/command", "not a valid subcommand", "one or two lower-case words"),
        case("/actions/0/command", json!("help me"), "/actions/0/command", "`help` is a built-in subcommand", "another first word"),
        case("/actions/1/command", json!("thing"), "/actions/1/command", "`thing` is also the first word", "a second word"),
        case("/actions/0/command", json!("Get Thing Now"), "/actions/0/command", "not a valid subcommand", "one or two lower-case words"),
        // Twice.
        case("/actions/3/name", json!("type"), "/actions/3/name", "action `type` is declared twice", "rename"),
        case("/actions/1/command", json!("thing get"), "/actions/1/command", "command `thing get` is declared twice", "rename"),
        case("/error_codes/1/code", json!("Internal"), "/error_codes/6/code", "error code `Internal` is declared twice", "rename"),
        case("/regions/1/id", json!("north"), "/regions/1/id", "region `north` is declared twice", "rename"),
        case("/releases/1/version", json!("2"), "/releases/1/version", "release `2` is declared twice", "rename"),
        case("/structs/1/name", json!("ThingDo"), "/structs/1/name", "type `ThingDo` is declared twice", "rename"),
        case("/structs/1/members/1/name", json!("Key"), "/structs/1/members/1/name", "member `Key` is declared twice", "rename"),
        case("/actions/0/parameters/1/name", json!("Id"), "/actions/0/parameters/1/name", "parameter `Id` is declared twice", "rename"),
        case("/common_parameters/0/name", json!("Depth"), "/actions/0/parameters/1/name", "already common to all actions", "remove it here"),
        case("/enums/0/values/2/value", json!("RED"), "/enums/0/values/2/value", "value `RED` is declared twice", "rename"),
        case("/actions/0/errors/1", json!("THING_NOT_FOUND"), "/actions/0/errors/1", "error `THING_NOT_FOUND` is declared twice", "remove"),
        case("/categories/1", json!({"id": "things", "title": text()}), "/categories/1/id", "category `things` is declared twice", "rename"),
        case("/errata/1", json!({"id": "1", "section": "1", "at": "product", "says": text(), "wire": text(), "decision": text()}), "/errata/1/id", "erratum `1` is declared twice", "rename"),
        // References.
        case("/actions/0/response/0/type", json!("ThingDO"), "/actions/0/response/0/type", "type `ThingDO` is not declared", "did you mean `ThingDo`?"),
        case("/actions/0/response/0/type", json!({"list": {"of": "strng"}}), "/actions/0/response/0/type/list/of", "type `strng` is not declared", "did you mean `string`?"),
        case("/actions/0/errors/0", json!("THING_NOTFOUND"), "/actions/0/errors/0", "error code `THING_NOTFOUND` is not declared", "did you mean `THING_NOT_FOUND`?"),
        case("/actions/0/statuses", json!({"Internal": 409}), "/actions/0/statuses/Internal", "not an error code of this action", "list it in `errors`"),
        case("/actions/0/statuses/OutOfRange", json!(200), "/actions/0/statuses/OutOfRange", "not the HTTP status of an error", "400 to 599"),
        case("/actions/0/statuses/OutOfRange", json!(400), "/actions/0/statuses/OutOfRange", "declared with status 400", "remove it"),
        case("/dispatch_errors/internal", json!("Zzz"), "/dispatch_errors/internal", "error code `Zzz` is not declared", "declare the error code"),
        case("/actions/1/restriction/error", json!("Zzz"), "/actions/1/restriction/error", "error code `Zzz` is not declared", "declare the error code"),
        case("/actions/0/category", json!("thing"), "/actions/0/category", "category `thing` is not declared", "did you mean `things`?"),
        case("/structs/4", json!({"name": "Left", "description": text(), "members": [member("A", "string")]}), "/structs/4", "type `Left` is never used", "remove it"),
        // Fields.
        case("/actions/0/parameters/0/default", json!("abc"), "/actions/0/parameters/0/default", "`Id` is required but has a default", "remove `default`"),
        case("/actions/0/parameters/0/required_when", text(), "/actions/0/parameters/0/required_when", "both always and conditionally required", "remove either"),
        case("/structs/1/members/1/default", json!("1"), "/structs/1/members/1/default", "member `Count` has a default", "only parameters"),
        case("/actions/0/parameters/0/aliases", json!(["ID"]), "/actions/0/parameters/0/aliases", "parameter `Id` has aliases", "only members"),
        case("/actions/0/parameters/1/pattern", json!("^a$"), "/actions/0/parameters/1/pattern", "`pattern` does not apply to `Depth`", "only to strings"),
        case("/actions/0/parameters/0/minimum", json!(1), "/actions/0/parameters/0/minimum", "`minimum` does not apply to `Id`", "only to integers"),
        case("/actions/0/parameters/0/style", json!("json"), "/actions/0/parameters/0/style", "`style` does not apply to `Id`", "only to list parameters"),
        case("/actions/0/parameters/0/accepts_unknown", json!(true), "/actions/0/parameters/0/accepts_unknown", "does not apply to `Id`", "enum parameters"),
        case("/actions/1/parameters/0/type/list/item", json!("Id"), "/actions/1/parameters/0/type/list/item", "wraps its list", "only responses"),
        case("/structs/0/members/10/type/list/of/list/item", json!("Row"), "/structs/0/members/10/type/list/of/list/item", "nested in a list or map", "member itself"),
        case("/actions/0/anonymous", json!(true), "/actions/0/rate_limit", "an anonymous action has a rate limit", "remove `rate_limit`"),
        case("/actions/0/methods", json!(["get", "get"]), "/actions/0/methods/1", "method `GET` is declared twice", "remove"),
        case("/actions/0/methods", json!(["head"]), "/actions/0/methods/0", "none of the allowed forms", "allowed words"),
        case("/structs/1/members/0/in", json!("form"), "/structs/1/members/0/in", "`in` does not apply to `Key`", "only to parameters of an action"),
        case("/actions/0/response/0/in", json!("form"), "/actions/0/response/0/in", "`in` does not apply to `ThingDo`", "only to parameters of an action"),
        case("/actions/0/parameters/0/in", json!("formData"), "/actions/0/parameters/0/in", "none of the allowed forms", "allowed words"),
        case("/actions/1/parameters/1/style", json!("simple"), "/actions/1/parameters/1/style", "a list of structs", "use `repeat` or `json`"),
        case("/actions/0/parameters/0/min_length", json!(9), "/actions/0/parameters/0/min_length", "greater than `max_length`", "swap"),
        case("/actions/0/parameters/1/minimum", json!(10), "/actions/0/parameters/1/minimum", "greater than `maximum`", "swap"),
        case("/actions/0/parameters/0/pattern", json!("(?=a)"), "/actions/0/parameters/0/pattern", "`pattern` is not a supported regular expression", "look-around"),
        case("/actions/0/parameters/0/example", json!("ABC"), "/actions/0/parameters/0/example", "does not match `pattern`", "fits the type"),
        case("/actions/0/parameters/0/example", json!("a"), "/actions/0/parameters/0/example", "shorter than `min_length`", "fits the type"),
        case("/actions/0/parameters/1/default", json!("x"), "/actions/0/parameters/1/default", "`x` is not a valid `int32`", "fits the type"),
        case("/actions/0/parameters/1/default", json!("10"), "/actions/0/parameters/1/default", "greater than `maximum`", "fits the type"),
        case("/actions/1/parameters/5/example", json!("blue"), "/actions/1/parameters/5/example", "not a value of `ColourDo`", "fits the type"),
        case("/actions/1/parameters/5/default", json!("zzz"), "/actions/1/parameters/5/default", "not a value of `ColourDo`", "fits the type"),
        case("/actions/1/parameters/0/default", json!("a"), "/actions/1/parameters/0/default", "cannot have a default", "only scalars and enums"),
        case("/actions/1/parameters/4/pattern", json!("^a$"), "/actions/1/parameters/4/pattern", "`pattern` does not apply to `Options`", "only to strings"),
        case("/structs/1/members/0/max_length", json!(3), "/structs/1/members/0/max_length", "is never checked", "own parameters"),
        case("/actions/1/parameters/1/type", json!({"list": {"of": "ThingDo"}}), "/actions/1/parameters/1/type", "contains itself", "`json`"),
        case("/actions/11/response", json!([]), "/actions/11/bare", "the value of one required member", "or remove `bare`"),
        case("/actions/11/response/0/required", json!(false), "/actions/11/bare", "the value of one required member", "or remove `bare`"),
        case("/actions/11/examples", put(&json!({})), "/actions/11/examples", "a bare response has `examples`", "need an object"),
        case("/actions/4/bare", json!(true), "/actions/4/pages", "a bare response has `pages`", "need an object"),
        case("/signature", json!("rpc"), "/actions/10/parameters/0/name", "`Format` is a parameter of the protocol", "signed in parameters"),
        case("/signature", json!("rpc"), "/actions/10/parameters/3/name", "`Action` is already common to all actions", "remove it here"),
        case("/actions/0/parameters/0/pattern", json!("(?x) [a-z]+ # letters"), "/actions/0/parameters/0/pattern", "`pattern` is not a supported regular expression", "look-around"),
        case("/actions/0/parameters/0/rename", json!("²"), "/actions/0/parameters/0/rename", "`rename` of `Id` cannot become a name", "beginning with a letter"),
        case("/actions/0/parameters/1/minimum", json!(2_147_483_648_i64), "/actions/0/parameters/1/minimum", "`minimum` excludes every `int32`", "`int64`"),
        case("/actions/0/parameters/1/maximum", json!(-2_147_483_649_i64), "/actions/0/parameters/1/maximum", "`maximum` excludes every `int32`", "`int64`"),
        case("/actions/1/parameters/0/max_items", json!(0), "/actions/1/parameters/0/max_items", "allows no items", "remove `max_items`"),
        case("/actions/1/parameters/7", json!({"name": "Joined", "type": {"list": {"of": {"list": {"of": "string"}}}}, "style": "simple", "description": text()}), "/actions/1/parameters/7/style", "`Joined` is a list of lists", "use `repeat` or `json`"),
        case("/actions/1/parameters/7", json!({"name": "Joined", "type": {"list": {"of": {"map": "string"}}}, "style": "simple", "description": text()}), "/actions/1/parameters/7/style", "`Joined` is a list of maps", "use `repeat` or `json`"),
        case("/actions/1/parameters/6/example", json!("high"), "/actions/1/parameters/6/example", "not a value of `Level`", "fits the type"),
        // Names that collide on the wire.
        case("/actions/1/parameters/7", json!({"name": "Ids.N", "type": {"list": {"of": "string"}}, "description": text()}), "/actions/1/parameters/7/name", "`Ids.N` and `Ids` collide on the wire", "remove one"),
        case("/actions/1/parameters/7", member("Ids.1", "string"), "/actions/1/parameters/7/name", "`Ids.1` and `Ids` collide on the wire", "remove one"),
        case("/actions/1/parameters/7", member("Parts.2.Key", "string"), "/actions/1/parameters/7/name", "`Parts.2.Key` and `Parts` collide on the wire", "remove one"),
        case("/actions/9/parameters/7", member("Labels.any", "string"), "/actions/9/parameters/7/name", "`Labels.any` and `Labels` collide on the wire", "remove one"),
        case("/actions/9/parameters/7", member("Extra.any", "string"), "/actions/9/parameters/7/name", "`Extra.any` and `Extra` collide on the wire", "remove one"),
        case("/actions/9/parameters/7", member("Source.Type", "string"), "/actions/9/parameters/7/name", "`Source.Type` and `Source` collide on the wire", "remove one"),
        case("/actions/9/parameters/7", member("Source.Rows.1.any", "string"), "/actions/9/parameters/7/name", "`Source.Rows.1.any` and `Source` collide on the wire", "remove one"),
        case("/actions/9/parameters/7", member("Source.Options", "SourceDo"), "/actions/9/parameters/7/name", "`Source.Options` and `Source` collide on the wire", "remove one"),
        case("/actions/9/parameters/7", member("Source.Extra", "PartDo"), "/actions/9/parameters/7/name", "`Source.Extra` and `Source` collide on the wire", "remove one"),
        case("/actions/9/parameters/7", json!({"name": "Source.Rows.N", "type": {"list": {"of": "PartDo"}}, "description": text()}), "/actions/9/parameters/7/name", "`Source.Rows.N` and `Source` collide on the wire", "remove one"),
        case("/actions/1/parameters/7", json!({"name": "Parts.N", "type": {"list": {"of": "PartDo"}}, "description": text()}), "/actions/1/parameters/7/name", "`Parts.N` and `Parts` collide on the wire", "remove one"),
        case("/actions/1/parameters/7", json!({"name": "Parts.1.Key", "type": {"list": {"of": "string"}}, "style": "json", "description": text()}), "/actions/1/parameters/7/name", "`Parts.1.Key` and `Parts` collide on the wire", "remove one"),
        // Types and codes.
        case("/enums/0/values/0/value", json!("cm²"), "/enums/0/values/0/value", "cannot become a name in code", "`rename`"),
        case("/enums/1/values/0/value", json!("+1"), "/enums/1/values/0/value", "does not have the base type", "`base`"),
        case("/enums/1/values/0/rename", json!("²"), "/enums/1/values/0/rename", "cannot become a name in code", "`rename`"),
        case("/error_codes/0/code", json!("é²"), "/error_codes/0/code", "cannot become a name in code", "ASCII letters"),
        case("/enums/0/values", json!([]), "/enums/0/values", "enum `ColourDo` has no values", "list"),
        case("/enums/1/values/0/value", json!("low"), "/enums/1/values/0/value", "does not have the base type", "`base`"),
        case("/structs/1/members", json!([]), "/structs/1/members", "struct `PartDo` has no members", "list"),
        case("/structs/0/members/12/required", json!(true), "/structs/0/members/12/required", "always contains itself", "optional or a list"),
        case("/error_codes/0/status", json!(200), "/error_codes/0/status", "not the HTTP status of an error", "400 to 599"),
        case("/error_codes/4/message", json!("{A} and {B}"), "/error_codes/4/message", "invalid placeholder", "at most one"),
        case("/error_codes/4/code", json!("Missing{Parameter"), "/error_codes/4/code", "invalid placeholder", "name in braces"),
        case("/dispatch_errors/format", json!("Missing{Parameter}"), "/dispatch_errors/format", "contains a placeholder", "without a placeholder"),
        case("/releases/1/date", json!("2021-01-01"), "/releases/1/date", "not sorted by date", "newest release first"),
        case("/dispatch_errors/nonce", json!("Zzz"), "/dispatch_errors/nonce", "error code `Zzz` is not declared", "declare the error code"),
        case("/dispatch_errors/signature", json!("Missing{Parameter}"), "/dispatch_errors/signature", "contains a placeholder", "without a placeholder"),
        case("/dispatch_errors/unknown_region", json!("Zzz"), "/dispatch_errors/unknown_region", "error code `Zzz` is not declared", "declare the error code"),
        // Actions.
        case("/actions", json!([]), "/actions", "has no actions", "at least one"),
        case("/actions/0/rate_limit/requests", json!(0), "/actions/0/rate_limit", "allows no calls", "remove `rate_limit`"),
        case("/actions/1/restriction/editions", json!([]), "/actions/1/restriction/editions", "lists no editions", "list the editions"),
        // Examples.
        case("/actions/0/examples/request/Idd", json!("x"), "/actions/0/examples/request/Idd", "parameter `Idd` is not declared", "did you mean `Id`?"),
        case("/actions/0/examples/request/Id", json!(null), "/actions/0/examples/request", "request lacks `Id`", "the parameter is required"),
        case("/actions/0/examples/request/Id", json!("ABC"), "/actions/0/examples/request/Id", "does not match `pattern`", "accepts"),
        case("/actions/0/examples/json/ThingDo/Txt", json!("x"), "/actions/0/examples/json/ThingDo/Txt", "member `Txt` is not declared", "did you mean `Text`?"),
        case("/actions/0/examples/json/ThingDo/Text", json!(null), "/actions/0/examples/json/ThingDo", "lacks member `Text`", "always present"),
        case("/actions/0/examples/json/ThingDo/Exact", json!("much"), "/actions/0/examples/json/ThingDo/Exact", "is not of type `double`", "correct"),
        case("/actions/0/examples/json/ThingDo/Parts", json!({}), "/actions/0/examples/json/ThingDo/Parts", "expected a list", "write a list"),
        case("/actions/0/examples/json/ThingDo/Names", json!(["x"]), "/actions/0/examples/json/ThingDo/Names/Name", "expected a list", "the list `Name`"),
        case("/actions/0/examples/json/ThingDo/Tags", json!(["x"]), "/actions/0/examples/json/ThingDo/Tags", "expected a map", "write an object"),
        case("/actions/0/examples/json/ThingDo", json!("x"), "/actions/0/examples/json/ThingDo", "expected an object", "declared members"),
        case("/actions/0/examples/xml", json!("<SmallGetThingResponse><A></SmallGetThingResponse>"), "/actions/0/examples/xml", "not well-formed", "close every element"),
        case("/actions/0/examples/xml", json!("<Other><A>1</A></Other>"), "/actions/0/examples/xml", "wrong root element", "`SmallGetThingResponse`"),
        case("/actions/0/examples/json/RequestId", json!("2"), "/actions/0/examples/xml", "the JSON example has `2`, but the XML example has `1`", "agree"),
        case("/actions/0/examples/xml", json!("<SmallGetThingResponse><A>1</A>"), "/actions/0/examples/xml", "not well-formed", "close every element"),
        case("/actions/0/examples/json/ThingDo/Names", json!({"Name": []}), "/actions/0/examples/xml", "the JSON example has 0 of `Name`", "agree"),
        case("/actions/0/examples/json/ThingDo/Text", json!("\0"), "/actions/0/examples/xml", "a character that XML does not allow", "control characters"),
        case("/actions/1/examples", put(&json!({"Ids": "a"})), "/actions/1/examples/request/Ids", "`Ids` is a list, so `Ids` is no item of it", "`Ids.1`, `Ids.2`"),
        case("/actions/1/examples", put(&json!({"Ids.first": "a"})), "/actions/1/examples/request/Ids.first", "is no item of it", "`Ids.1`, `Ids.2`"),
        case("/actions/1/examples", put(&json!({"Ids.1": "a", "Numbers": "1,2"})), "/actions/1/examples/request/Numbers", "`1,2` is not a list in JSON", "as on the wire"),
        case("/actions/1/examples", put(&json!({"Ids.1": "a", "Levels.1": "0"})), "/actions/1/examples/request/Levels.1", "`Levels` is sent as one value", "under `Levels`"),
        case("/actions/1/examples", put(&json!({"Ids.1": "a", "Numbers": "[1, \"b\"]"})), "/actions/1/examples/request/Numbers", "`b` is not a valid `int64`", "a value"),
        case("/actions/3/name", json!("type"), "/actions/3/name", "action `type` is declared twice", "the first is at `/actions/2/name`"),
        case("/actions/1/examples", put(&json!({"Ids.1": "a", "Parts.1.Kee": "k"})), "/actions/1/examples/request/Parts.1.Kee", "`Parts` has no part `Parts.1.Kee`", "a member of it"),
        case("/actions/0/examples/request/Id.x", json!("abc"), "/actions/0/examples/request/Id.x", "`Id` has no part `Id.x`", "a member of it"),
        case("/actions/9/examples", json!({"request": {"Source.Size": "3"}, "json": {"RequestId": "1"}, "xml": "<SmallPutMapsResponse><RequestId>1</RequestId></SmallPutMapsResponse>"}), "/actions/9/examples/request", "request lacks `Source`", "the parameter is required"),
        // Pages.
        case("/actions/4/pages/token", json!("NextTokn"), "/actions/4/pages/token", "parameter `NextTokn` is not declared", "did you mean `NextToken`"),
        case("/actions/4/pages/token", json!("MaxResults"), "/actions/4/pages/token", "`MaxResults` does not have the type `string`", "correct its type"),
        case("/actions/4/pages/items", json!("NextToken"), "/actions/4/pages/items", "does not have the type `list`", "another field"),
        case("/actions/4/pages/next", json!(null), "/actions/4/pages", "not clear how to request the next page", "`token` and `next`"),
        case("/actions/5/pages/total", json!("TotalCount"), "/actions/5/pages/total", "the response has no member `TotalCount`", "from the top"),
        case("/actions/5/pages/total", json!("Data.Parts"), "/actions/5/pages/total", "does not have the type `int32`", "another field"),
        case("/actions/5/pages/token", json!("PageNumber"), "/actions/5/pages", "not clear how to request the next page", "`number`, `total`"),
        // Errata.
        case("/errata/0/at", json!("actions/SmallGetThing/parameters/Gone"), "/errata/0/at", "the spec has nothing at `actions/SmallGetThing/parameters/Gone`", "remove the erratum"),
        case("/errata/0/document", json!(true), "/errata/0/document", "the spec agrees with the document", "remove the erratum"),
        case("/errata/0/spec", json!("yes"), "/errata/0/spec", "the spec holds true there", "correct `spec`"),
    ]
}

#[test]
fn the_small_spec_has_no_mistakes() {
    if let Err(report) = load("small.json", SPEC) {
        panic!("{report}");
    }
}

#[test]
fn every_kind_of_mistake_is_reported_at_its_location() {
    let mut wrong = Vec::new();
    for case in cases() {
        let report = report_of(&changed(case.at, case.value.clone()));
        let found = report.mistakes().any(|mistake| {
            mistake.pointer == case.pointer
                && mistake.message.contains(case.message)
                && mistake.hint.contains(case.hint)
        });
        if !found {
            wrong.push(format!("{} = {}:\n{report}", case.at, case.value));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn mistakes_of_different_kinds_are_reported_together() {
    let mut spec: Value = serde_json::from_str(SPEC).expect("JSON");
    set(&mut spec, "/actions/0/sumary", json!(1));
    set(&mut spec, "/error_codes/0/status", json!("404"));
    set(&mut spec, "/actions/0/category", json!("thing"));
    set(&mut spec, "/errata/0/at", json!("gone"));
    let report = report_of(&format!("{spec:#}"));
    let pointers: Vec<&str> = report.mistakes().map(|m| &*m.pointer).collect();
    assert_eq!(
        pointers,
        [
            "/error_codes/0/status",
            "/actions/0/category",
            "/actions/0/sumary",
            "/errata/0/at"
        ],
        "in file order"
    );
}

#[test]
fn a_report_shows_file_line_column_pointer_and_hint() {
    let spec = SPEC.replacen("\"category\": \"things\"", "\"category\": \"thinks\"", 1);
    let report = report_of(&spec).render(false);
    insta::assert_snapshot!("report", report);
}

#[test]
fn invalid_json_is_reported_with_its_position() {
    for (text, place, message) in [
        ("{\n  \"product\": }", "small.json:2:14", "expected value"),
        ("", "small.json:1:1", "EOF"),
        ("{\"a\": \"\u{4e2d}\u{6587}", "small.json:1:", "EOF"),
        ("{\"product\": 1,}", "small.json:1:15", "trailing comma"),
    ] {
        let report = report_of(text).to_string();
        assert!(
            report.contains(place) && report.contains(message),
            "{report}"
        );
    }
}

#[test]
fn a_duplicate_key_is_reported() {
    let spec = SPEC.replacen("\"version\"", "\"product\": \"Other\", \"version\"", 1);
    let report = report_of(&spec);
    let mistake = report.mistakes().next().expect("a mistake");
    assert_eq!(mistake.pointer, "/product");
    assert_eq!(mistake.message, "duplicate key `product`");
}

#[test]
fn the_schema_in_the_repository_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/schema.json");
    let schema = fs::read_to_string(path).expect("spec/schema.json");
    assert_eq!(
        schema,
        codegen_spec::schema::text(),
        "run `cargo xtask generate`"
    );
}

fn report_of(text: &str) -> Mistakes {
    match load("small.json", text) {
        Ok(_) => panic!("no mistake found in\n{text}"),
        Err(report) => report,
    }
}

fn changed(at: &str, value: Value) -> String {
    let mut spec: Value = serde_json::from_str(SPEC).expect("JSON");
    set(&mut spec, at, value);
    format!("{spec:#}")
}

/// Sets the value at a pointer, whose last segment may be new; `null` removes the value.
fn set(spec: &mut Value, at: &str, value: Value) {
    let (parent, key) = at.rsplit_once('/').expect("a pointer");
    match spec.pointer_mut(parent).expect("the parent exists") {
        Value::Object(object) if value.is_null() => {
            object.remove(key);
        }
        Value::Object(object) => {
            object.insert(key.to_owned(), value);
        }
        Value::Array(array) => {
            let index: usize = key.parse().expect("an index");
            match array.get_mut(index) {
                Some(element) => *element = value,
                None => array.push(value),
            }
        }
        _ => panic!("{parent} is neither an object nor a list"),
    }
}

/// `ecs` has `SystemDisk.Size` beside a struct `SystemDisk` without that member.
#[test]
fn a_name_that_no_part_of_another_parameter_has_is_accepted() {
    for name in [
        "Source.Depth",
        "Source.Type.Name",
        "Source.Rows.First",
        "Sourced.Type",
        "Rows.First",
    ] {
        let mut spec: Value = serde_json::from_str(SPEC).unwrap();
        let parameters = spec["actions"][9]["parameters"].as_array_mut().unwrap();
        let parameter = json!({"name": name, "type": "string", "description": {"en": "text"}});
        parameters.push(parameter);
        let loaded = load("small.json", &spec.to_string());
        assert!(loaded.is_ok(), "{name}: {}", loaded.unwrap_err());
    }
}

/// Returns the messages about names that collide, with these two parameters in an action.
fn collisions(first: (&str, &Value), second: (&str, &Value)) -> Vec<String> {
    let mut spec: Value = serde_json::from_str(SPEC).expect("JSON");
    let text = json!({"en": "text"});
    let field =
        |(name, type_): (&str, &Value)| json!({"name": name, "type": type_, "description": text});
    let structs = [
        ("Size", vec![("Size", json!("int32"))]),
        ("Kind", vec![("Kind", json!("string"))]),
        (
            "Named",
            vec![("Disk", json!("Kind")), ("Name", json!("string"))],
        ),
        ("Listed", vec![("Disk", list(&json!("Kind")))]),
        ("A", vec![("A", json!("string")), ("Next", json!("A"))]),
        ("B", vec![("B", json!("string")), ("Next", json!("B"))]),
    ];
    for (name, members) in structs {
        let members: Vec<Value> = members
            .iter()
            .map(|(name, type_)| field((name, type_)))
            .collect();
        let list = spec["structs"].as_array_mut().expect("structs");
        list.push(json!({"name": name, "description": text, "members": members}));
    }
    let parameters = spec["actions"][9]["parameters"]
        .as_array_mut()
        .expect("parameters");
    parameters.extend([field(first), field(second)]);
    let messages = load("small.json", &spec.to_string()).err();
    let mistakes = messages.iter().flat_map(Mistakes::mistakes);
    let collisions = mistakes.filter(|mistake| mistake.message.contains("collide"));
    collisions.map(|mistake| mistake.message.clone()).collect()
}

fn list(of: &Value) -> Value {
    json!({"list": {"of": of}})
}

#[test]
#[rustfmt::skip] // A table: one line per case.
fn only_parameters_that_can_send_the_same_key_collide() {
    let name = |name: &str| json!(name);
    let listed = |of: &str| list(&json!(of));
    let apart = [
        (("Sys.Disk", name("Size")), ("Sys", name("Named"))),
        (("Sys.Disk", name("string")), ("Sys", name("Named"))),
        (("Sys.Disk", listed("Kind")), ("Sys", name("Named"))),
        (("Sys.Name", name("Size")), ("Sys", name("Named"))),
        (("Sys.Disk.N", listed("Size")), ("Sys", name("Listed"))),
        (("Sys.Disk.N", listed("string")), ("Sys", name("Listed"))),
        (("Sys.Disk.0.Kind", name("string")), ("Sys", name("Listed"))),
        (("Disk.N", listed("Size")), ("Disk", listed("Kind"))),
        (("Disk.N", listed("string")), ("Disk", listed("Kind"))),
        (("Disk.N", listed("string")), ("Disk", name("Kind"))),
        (("Spare.Rows.2", name("string")), ("Spare", name("SourceDo"))),
        (("Node.Next", name("B")), ("Node", name("A"))),
    ];
    for (longer, shorter) in apart {
        for (first, second) in [(&longer, &shorter), (&shorter, &longer)] {
            let found = collisions((first.0, &first.1), (second.0, &second.1));
            assert!(found.is_empty(), "{first:?} {second:?}: {found:?}");
        }
    }
    let colliding = [
        (("Sys.Disk", name("Kind")), ("Sys", name("Named"))),
        (("Sys.Disk", name("any")), ("Sys", name("Named"))),
        (("Sys.Disk", json!({"map": "string"})), ("Sys", name("Named"))),
        (("Sys.Name", name("any")), ("Sys", name("Named"))),
        (("Sys.Disk.N", listed("Kind")), ("Sys", name("Listed"))),
        (("Sys.Disk.N", listed("any")), ("Sys", name("Listed"))),
        (("Sys.Disk.1", name("Kind")), ("Sys", name("Listed"))),
        (("Disk.N", listed("Kind")), ("Disk", listed("Kind"))),
        (("Disk.N", listed("string")), ("Disk", listed("string"))),
        (("Disk.N", listed("string")), ("Disk", name("any"))),
        (("Node.Next", name("A")), ("Node", name("A"))),
    ];
    for (longer, shorter) in colliding {
        let message = format!("`{}` and `{}` collide on the wire", longer.0, shorter.0);
        for (first, second) in [(&longer, &shorter), (&shorter, &longer)] {
            let found = collisions((first.0, &first.1), (second.0, &second.1));
            assert_eq!(found, [&*message], "{first:?} {second:?}");
        }
    }
}

/// `Source.Options` is a parameter of its own, but `Source.Options.any` is a part of `Source`.
#[test]
fn a_key_of_an_example_names_the_parameter_with_that_part() {
    let mut spec: Value = serde_json::from_str(SPEC).expect("JSON");
    let options = json!({"name": "Source.Options", "type": "int32", "description": {"en": "text"}});
    let action = &mut spec["actions"][9];
    action["parameters"].as_array_mut().unwrap().push(options);
    action["examples"] = json!({
        "request": {"Source.Type": "t", "Source.Options": "1", "Source.Options.any": "x"},
        "json": {"RequestId": "1"},
        "xml": "<SmallPutMapsResponse><RequestId>1</RequestId></SmallPutMapsResponse>",
    });
    let loaded = load("small.json", &spec.to_string());
    assert!(loaded.is_ok(), "{}", loaded.unwrap_err());
}
