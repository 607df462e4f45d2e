//! Edits of the small spec and their effects, which `cargo xtask diff-reference` also uses.

use serde_json::{Value, json};

/// An edit of the small spec.
pub(crate) struct Case {
    /// Description of the edit.
    pub(crate) what: &'static str,
    /// The edits.
    pub(crate) edits: Vec<Edit>,
    /// Every expected change: the first letters of its effects on callers, on implementers and on
    /// the wire, its kind, and its location.
    pub(crate) changes: Vec<&'static str>,
    /// Reason why cargo-semver-checks does not see a breaking change.
    pub(crate) unseen: Option<&'static str>,
}

/// One edit, at a JSON pointer.
pub(crate) enum Edit {
    Set(&'static str, Value),
    Remove(&'static str),
    /// Adds to the end of a list.
    Push(&'static str, Value),
    /// Swaps two items of a list.
    Swap(&'static str, usize, usize),
}

use Edit::{Push, Remove, Set, Swap};

const DATA: &str = "no item is removed: its data or methods return something else at run time";
const TYPES: &str = "the types of fields and arguments are not compared";
const SHAPE: &str = "only the number of arguments is compared, not their order or types";
const PROGRAM: &str = "it concerns the program, not a crate";

/// Returns the spec after the edits of a case.
pub(crate) fn edited(spec: &Value, case: &Case) -> Value {
    let mut spec = spec.clone();
    for edit in &case.edits {
        apply(&mut spec, edit);
    }
    spec
}

fn apply(spec: &mut Value, edit: &Edit) {
    match edit {
        Set(pointer, value) => {
            let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
            let parent = spec.pointer_mut(parent).expect("the place exists");
            match parent.as_array_mut() {
                Some(list) => list[key.parse::<usize>().expect("an index")] = value.clone(),
                None => parent[key] = value.clone(),
            }
        }
        Remove(pointer) => {
            let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
            match spec.pointer_mut(parent).expect("the place exists") {
                Value::Array(list) => drop(list.remove(key.parse().expect("an index"))),
                Value::Object(object) => drop(object.shift_remove(key).expect("the key exists")),
                other => panic!("{other} has no items"),
            }
        }
        Push(pointer, value) => {
            let list = spec.pointer_mut(pointer).and_then(Value::as_array_mut);
            list.expect("a list").push(value.clone());
        }
        Swap(pointer, one, other) => {
            let list = spec.pointer_mut(pointer).and_then(Value::as_array_mut);
            list.expect("a list").swap(*one, *other);
        }
    }
}

fn text(text: &str) -> Value {
    json!({"en": text})
}

/// Returns the example with other parts, and another name for the items of its names.
fn xml(parts: &str, item: &str) -> Value {
    json!(format!(
        "<SmallGetThingResponse><RequestId>1</RequestId><ThingDo><Text>a &lt;b&gt; &amp; \"c\"</Text>\
         <At>1570960847101</At><Exact>0.5</Exact><Level>-1</Level>{parts}\
         <Names><{item}>x</{item}></Names></ThingDo></SmallGetThingResponse>"
    ))
}

fn field(name: &str, type_: &str, required: bool) -> Value {
    json!({"name": name, "type": type_, "required": required, "description": {"en": "New."}})
}

fn case<const N: usize, const M: usize>(
    what: &'static str,
    edits: [Edit; N],
    changes: [&'static str; M],
) -> Case {
    Case {
        what,
        edits: edits.into(),
        changes: changes.into(),
        unseen: None,
    }
}

impl Case {
    fn unseen(self, reason: &'static str) -> Self {
        Self {
            unseen: Some(reason),
            ..self
        }
    }
}

/// Returns the table. B, A, D and – mean breaking, additive, documentation and none.
#[rustfmt::skip] // A table: one row per case.
pub(crate) fn cases() -> Vec<Case> {
    vec![
        // The spec as a whole.
        case("the title changes", [Set("/title", text("Other"))], ["DD- text_changed /title"]),
        case("the product code changes", [Set("/product", json!("Other"))], ["DD- product_changed /product"]),
        case("the crates are renamed", [Set("/package", json!("other"))], ["BB- package_renamed /package"]).unseen("crates of different names cannot be compared"),
        case("the path of the schema is added", [Set("/$schema", json!("schema.json"))], ["--- editor_schema_changed /$schema"]),
        // The last action has parameters that are free under the other signature only.
        case("requests are signed in parameters", [Set("/signature", json!("rpc")), Remove("/actions/10")], [
            "DDB signature_changed /signature",
            "BBB action_removed /actions/SmallSpeak",
        ]),
        case("the API version changes", [Set("/version", json!("2021-01-02"))], ["DDB version_changed /version"]),
        case("action names keep their prefix", [Remove("/naming/action_prefix")], [
            "--- naming_changed /naming/action_prefix",
            "BB- renamed_in_code /actions/SmallGetThing/name",
            "B-- command_changed /actions/SmallListNames/command",
            "BB- renamed_in_code /actions/SmallListNames/name",
            "B-- command_changed /actions/SmallListParts/command",
            "BB- renamed_in_code /actions/SmallListParts/name",
            "B-- command_changed /actions/SmallPutMaps/command",
            "BB- renamed_in_code /actions/SmallPutMaps/name",
            "B-- command_changed /actions/SmallPutThings/command",
            "BB- renamed_in_code /actions/SmallPutThings/name",
            "B-- command_changed /actions/SmallSendText/command",
            "BB- renamed_in_code /actions/SmallSendText/name",
            "B-- command_changed /actions/SmallForget/command",
            "BB- renamed_in_code /actions/SmallForget/name",
            "B-- command_changed /actions/SmallGreet/command",
            "BB- renamed_in_code /actions/SmallGreet/name",
            "B-- command_changed /actions/SmallSpeak/command",
            "BB- renamed_in_code /actions/SmallSpeak/name",
            "B-- command_changed /actions/SmallListAll/command",
            "BB- renamed_in_code /actions/SmallListAll/name",
        ]),
        case("a malformed value is answered with another code", [Set("/dispatch_errors/malformed", json!("OutOfRange"))], ["DDB dispatch_error_changed /dispatch_errors/malformed"]),
        case("a release is added", [Push("/releases", json!({"version": "0", "date": "2019-01-02", "changes": []}))], ["DD- release_changed /releases/0"]),
        case("an erratum is removed", [Remove("/errata/0")], ["DD- erratum_changed /errata/1"]),
        case("a chapter is retitled", [Set("/categories/0/title", text("Others"))], ["DD- text_changed /categories/things/title"]),
        case("a chapter is added", [Push("/categories", json!({"id": "others", "title": {"en": "Others"}}))], ["DD- category_changed /categories/others"]),
        // Regions.
        case("a region is added", [Push("/regions", json!({"id": "east", "name": {"en": "East"}, "endpoint": "east.example.com"}))], ["AAA region_added /regions/east"]),
        case("a region is removed", [Remove("/regions/0")], ["BDB region_removed /regions/north"]).unseen(DATA),
        case("the host of a region changes", [Set("/regions/0/endpoint", json!("north.example.com"))], ["DDB host_changed /regions/north/endpoint"]),
        case("a private host is removed", [Remove("/regions/1/vpc_endpoint")], ["DDB private_host_removed /regions/south/vpc_endpoint"]),
        case("a private host is added", [Set("/regions/0/vpc_endpoint", json!("vpc.north.example.com"))], ["ADA private_host_added /regions/north/vpc_endpoint"]),
        // Error codes.
        case("an error code is added", [Push("/error_codes", json!({"code": "FULL", "origin": "document", "status": 400, "message": "Full.", "cause": {"en": "Full."}, "remedy": {"en": "Wait."}}))], ["AAA error_added /error_codes/FULL"]),
        case("an error code is singled out from one with a placeholder", [Push("/error_codes", json!({"code": "MissingThing", "origin": "document", "status": 400, "message": "None.", "cause": {"en": "None."}, "remedy": {"en": "Send one."}}))], ["BAA error_singled_out /error_codes/MissingThing"]).unseen(DATA),
        case("an error code is added that only begins like one with a placeholder", [Push("/error_codes", json!({"code": "Missing.Thing", "origin": "document", "status": 400, "message": "None.", "cause": {"en": "None."}, "remedy": {"en": "Send one."}}))], ["AAA error_added /error_codes/Missing.Thing"]),
        case("an error code is removed", [Remove("/error_codes/0"), Remove("/actions/0/errors/0"), Set("/actions/1/restriction/error", json!("OutOfRange"))], [
            "BBD error_removed /error_codes/THING_NOT_FOUND",
            "DDB restriction_error_changed /actions/SmallPutThings/restriction/error",
            "DDD answer_removed /actions/SmallGetThing/errors/THING_NOT_FOUND",
        ]),
        case("an error code is renamed", [Set("/error_codes/1/code", json!("OUT_OF_RANGE")), Set("/dispatch_errors/out_of_range", json!("OUT_OF_RANGE")), Set("/actions/0/errors/1", json!("OUT_OF_RANGE")), Remove("/actions/0/statuses")], [
            "DDB respelled /error_codes/OUT_OF_RANGE/code",
            "DDB dispatch_error_changed /dispatch_errors/out_of_range",
            "DDA answer_added /actions/SmallGetThing/errors/OUT_OF_RANGE",
            "DDD answer_removed /actions/SmallGetThing/errors/OutOfRange",
        ]),
        case("an error code loses its placeholder", [Set("/error_codes/4/code", json!("Missing")), Set("/dispatch_errors/missing", json!("Missing"))], [
            "DDB respelled /error_codes/Missing/code",
            "BBB error_placeholder_changed /error_codes/Missing/code",
            "DDB dispatch_error_changed /dispatch_errors/missing",
        ]),
        case("the status of an error in one action changes", [Set("/actions/0/statuses/OutOfRange", json!(410))], ["DDB status_changed /actions/SmallGetThing/statuses/OutOfRange"]),
        case("an action answers with the declared status", [Remove("/actions/0/statuses")], ["DDB status_changed /actions/SmallGetThing/statuses/OutOfRange"]),
        case("an action answers a code of the gateway with its own status", [Push("/actions/0/errors", json!("Denied")), Set("/actions/0/statuses/Denied", json!(429))], [
            "DDB status_changed /actions/SmallGetThing/statuses/Denied",
            "DDA answer_added /actions/SmallGetThing/errors/Denied",
        ]),
        case("the declared status of a code changes, with which one action never answers", [Set("/error_codes/7/status", json!(409)), Push("/actions/0/errors", json!("Denied")), Set("/actions/0/statuses/Denied", json!(403))], [
            "DDB status_changed /error_codes/Denied/status",
            "DDA answer_added /actions/SmallGetThing/errors/Denied",
        ]),
        case("the declared status changes, with which no action answers", [Set("/error_codes/1/status", json!(422))], ["DD- declared_status_changed /error_codes/OutOfRange/status"]),
        case("the status of an error changes", [Set("/error_codes/0/status", json!(400))], ["DDB status_changed /error_codes/THING_NOT_FOUND/status"]),
        case("the message of an error changes", [Set("/error_codes/0/message", json!("None."))], ["DDD message_changed /error_codes/THING_NOT_FOUND/message"]),
        case("an error becomes retryable", [Set("/error_codes/0/retryable", json!(true))], ["DD- retry_changed /error_codes/THING_NOT_FOUND/retryable"]),
        case("an error moves from the gateway to the service", [Set("/error_codes/6/origin", json!("document"))], ["DDD origin_changed /error_codes/Internal/origin"]),
        case("a placeholder is renamed", [Set("/error_codes/4/code", json!("Missing{Name}")), Set("/error_codes/4/message", json!("{Name} is missing.")), Set("/dispatch_errors/missing", json!("Missing{Name}"))], [
            "DD- placeholder_renamed /error_codes/Missing{Name}/code",
            "DDD message_changed /error_codes/Missing{Name}/message",
            "--- rewritten /dispatch_errors/missing",
        ]),
        // Types.
        case("an enum of a parameter gains a value", [Push("/enums/0/values", json!({"value": "blue", "description": {"en": "Blue."}}))], ["AAA value_added /enums/ColourDo/values/blue"]),
        case("an enum loses a value", [Remove("/enums/0/values/1")], ["BBB value_removed /enums/ColourDo/values/Red-ish"]),
        case("a value is renamed", [Set("/enums/0/values/0/value", json!("Red"))], ["DDB respelled /enums/ColourDo/values/Red/value"]),
        case("a value is renamed in code", [Set("/enums/0/values/1/rename", json!("Pink"))], ["BB- renamed_in_code /enums/ColourDo/values/Red-ish/rename"]),
        case("values are reordered", [Swap("/enums/0/values", 0, 1)], ["DD- reordered /enums/ColourDo/values"]),
        case("a spelling is removed", [Remove("/enums/0/values/0/aliases/0")], ["DDB alias_removed /enums/ColourDo/values/red/aliases/RED"]),
        case("an enum becomes text", [Set("/enums/1/base", json!("string"))], ["BBB base_changed /enums/Level/base"]),
        case("a struct is renamed", [Set("/structs/1/name", json!("PieceDo")), Set("/structs/0/members/8/type/list/of", json!("PieceDo")), Set("/actions/1/parameters/1/type/list/of", json!("PieceDo"))], ["BB- renamed_in_code /structs/PieceDo/name"]),
        case("a struct is renamed to a name that is the same in Rust", [Set("/structs/1/name", json!("Part")), Set("/structs/0/members/8/type/list/of", json!("Part")), Set("/actions/1/parameters/1/type/list/of", json!("Part"))], ["--- rewritten /structs/Part/name"]),
        case("a type is added", [Push("/structs", json!({"name": "More", "description": {"en": "More."}, "members": [field("A", "string", true)]})), Set("/actions/3/response", json!([field("More", "More", false)]))], ["AA- type_added /structs/More", "AAA member_added /actions/Small/response/More"]),
        case("a type is removed", [Remove("/structs/1"), Set("/structs/0/members/8/type/list/of", json!("string")), Set("/actions/1/parameters/1/type/list/of", json!("string")), Remove("/actions/0/examples")], [
            "BB- type_removed /structs/PartDo",
            "BBB retyped /structs/ThingDo/members/Parts/type",
            "BBB retyped /actions/SmallPutThings/parameters/Parts/type",
            "B-- example_removed /actions/SmallGetThing/examples",
        ]),
        // Members.
        case("a member is added", [Push("/structs/0/members", field("More", "string", false))], ["AAA member_added /structs/ThingDo/members/More"]),
        case("a member that is always present is added", [Push("/actions/2/response", field("More", "string", true))], ["BBA required_member_added /actions/type/response/More"]),
        case("a required member of a parameter is added", [Push("/structs/1/members", field("More", "string", true)), Remove("/actions/0/examples/json/ThingDo/Parts"), Set("/actions/0/examples/xml", xml("", "Name"))], [
            "BBB required_member_added /structs/PartDo/members/More",
            "D-- example_changed /actions/SmallGetThing/examples/json",
            "D-- example_changed /actions/SmallGetThing/examples/xml",
        ]),
        case("a member is removed", [Remove("/structs/0/members/3")], ["BBB member_removed /structs/ThingDo/members/Ratio"]),
        case("a member becomes always present", [Set("/actions/2/response/0/required", json!(true))], ["BBA member_now_required /actions/type/response/Mispeld/required"]),
        case("a member may be absent", [Remove("/structs/0/members/0/required")], ["BBB member_now_optional /structs/ThingDo/members/Text/required"]),
        case("a list of a response may be absent", [Remove("/structs/0/members/9/required")], ["BBB list_member_now_optional /structs/ThingDo/members/Names/required"]),
        case("a list of a response becomes always present", [Set("/structs/0/members/8/required", json!(true))], ["BBA list_member_now_required /structs/ThingDo/members/Parts/required"]),
        case("a member becomes wider", [Set("/structs/0/members/1/type", json!("int64"))], ["BBB widened /structs/ThingDo/members/Small/type"]).unseen(TYPES),
        case("a member becomes a double", [Set("/structs/0/members/3/type", json!("double"))], ["DDD precision_changed /structs/ThingDo/members/Ratio/type"]),
        case("a member becomes text instead of an enum", [Set("/structs/0/members/6/type", json!("string"))], ["BB- enum_opened /structs/ThingDo/members/Colour/type"]).unseen(TYPES),
        case("a member becomes an unrelated type", [Set("/structs/0/members/5/type", json!({"map": "string"}))], ["BBB retyped /structs/ThingDo/members/On/type"]).unseen(TYPES),
        case("a member refers back to its struct", [Push("/structs/1/members", json!({"name": "Whole", "type": {"list": {"of": "ThingDo"}}, "description": {"en": "New."}})), Set("/actions/1/parameters/1/style", json!("json"))], [
            "AAA member_added /structs/PartDo/members/Whole",
            "BB- retyped_in_code /structs/ThingDo/members/At/type",
            "BB- retyped_in_code /structs/ThingDo/members/Exact/type",
            "BB- retyped_in_code /structs/ThingDo/members/Level/type",
            "BB- retyped_in_code /structs/ThingDo/members/Text/type",
            "DDB style_changed /actions/SmallPutThings/parameters/Parts/style",
        ]).unseen(TYPES),
        case("a member is renamed", [Set("/structs/0/members/1/name", json!("small"))], ["DDB respelled /structs/ThingDo/members/small/name"]),
        case("a member is renamed, and both versions read both names", [Set("/actions/2/response/0/name", json!("Misspelt")), Set("/actions/2/response/0/aliases/0", json!("Mispeld"))], [
            "DDA respelled_with_alias /actions/type/response/Misspelt/name",
            "DDA alias_added /actions/type/response/Misspelt/aliases/Mispeld",
            "DDB alias_removed /actions/type/response/Mispeld/aliases/Misspelt",
        ]),
        case("a member is renamed in code", [Set("/actions/2/response/0/rename", json!("Spelt"))], ["BB- renamed_in_code /actions/type/response/Mispeld/rename"]),
        case("a list is wrapped under another name", [Set("/structs/0/members/9/type/list/item", json!("Nombre")), Set("/actions/0/examples/json/ThingDo/Names", json!({"Nombre": ["x"]})), Set("/actions/0/examples/xml", xml("<Parts><Key>one</Key></Parts><Parts><Key>two</Key></Parts>", "Nombre"))], [
            "DDB item_renamed /structs/ThingDo/members/Names/type",
            "D-- example_changed /actions/SmallGetThing/examples/json",
            "D-- example_changed /actions/SmallGetThing/examples/xml",
        ]),
        case("a member becomes deprecated", [Set("/structs/0/members/1/deprecated", text("Too small."))], ["AA- deprecated /structs/ThingDo/members/Small/deprecated"]),
        case("a common member is added", [Push("/common_response", field("Host", "string", false))], ["AAA member_added /common_response/Host"]),
        case("required members are reordered", [Swap("/structs/0/members", 4, 7)], ["BB- constructor_reordered /structs/ThingDo/members"]).unseen(SHAPE),
        case("a struct of responses is sent, too", [Set("/actions/6/parameters/2/type", json!({"list": {"of": "PartPageDo"}}))], ["BBB retyped /actions/SmallSendText/parameters/Lines/type", "BB- retyped_in_code /structs/PartPageDo/members/TotalCount/type"]),
        case("members are reordered", [Swap("/structs/0/members", 0, 1)], ["DD- reordered /structs/ThingDo/members"]),
        // Parameters.
        case("a parameter is added", [Push("/actions/0/parameters", field("More", "string", false))], ["AAA parameter_added /actions/SmallGetThing/parameters/More"]),
        case("a required parameter is added", [Push("/actions/2/parameters", field("More", "string", true))], ["BAB required_parameter_added /actions/type/parameters/More"]),
        case("an optional parameter is removed", [Remove("/actions/0/parameters/2")], ["BBB parameter_removed /actions/SmallGetThing/parameters/Since"]),
        case("a required parameter is removed", [Remove("/actions/2/parameters/1")], ["BBB parameter_removed /actions/type/parameters/match"]),
        case("a parameter becomes required", [Set("/actions/2/parameters/2/required", json!(true))], ["BBB parameter_now_required /actions/type/parameters/userName/required"]),
        case("a parameter becomes optional", [Set("/actions/2/parameters/1/required", json!(false))], ["BBA parameter_now_optional /actions/type/parameters/match/required"]),
        case("a parameter becomes optional and gets a default", [Set("/actions/2/parameters/1/required", json!(false)), Set("/actions/2/parameters/1/default", json!("x"))], [
            "BBA parameter_now_optional /actions/type/parameters/match/required",
            "DDA default_added /actions/type/parameters/match/default",
        ]),
        case("a parameter is required only under a condition", [Set("/actions/2/parameters/1/required", json!(false)), Set("/actions/2/parameters/1/required_when", text("it is known"))], ["BBA parameter_now_optional /actions/type/parameters/match/required"]),
        case("a list becomes optional", [Set("/actions/1/parameters/0/required", json!(false))], ["BDA list_now_optional /actions/SmallPutThings/parameters/Ids/required"]),
        case("a list becomes required", [Set("/actions/1/parameters/1/required", json!(true))], ["BDB list_now_required /actions/SmallPutThings/parameters/Parts/required"]),
        case("required parameters are reordered", [Swap("/actions/2/parameters", 0, 1)], ["BD- arguments_reordered /actions/type/parameters"]).unseen(SHAPE),
        case("optional parameters are reordered", [Swap("/actions/0/parameters", 1, 2)], ["DD- reordered /actions/SmallGetThing/parameters"]),
        case("two parameters whose names collide are swapped", [Swap("/actions/2/parameters", 2, 3)], ["DD- reordered /actions/type/parameters"]),
        case("a parameter is added whose name in code another one has", [Push("/actions/4/parameters", field("maxResults", "int32", false))], ["AAA parameter_added /actions/SmallListNames/parameters/maxResults"]),
        case("a parameter is added whose spelling is more usual", [Push("/actions/2/parameters", field("Match", "string", false))], [
            "AAA parameter_added /actions/type/parameters/Match",
            "BB- renamed_in_code /actions/type/parameters/match/name",
        ]).unseen("the name exists before and after, but for another parameter"),
        case("a parameter becomes wider", [Set("/actions/0/parameters/1/type", json!("int64"))], ["BBA widened /actions/SmallGetThing/parameters/Depth/type"]).unseen(TYPES),
        case("a parameter becomes narrower", [Set("/actions/0/parameters/2/type", json!("int32"))], ["BBB retyped /actions/SmallGetThing/parameters/Since/type"]).unseen(TYPES),
        case("a parameter becomes an enum", [Set("/actions/2/parameters/1/type", json!("ColourDo"))], ["BBB enum_closed /actions/type/parameters/match/type"]).unseen(SHAPE),
        case("a parameter becomes an enum that accepts unknown values", [Set("/actions/2/parameters/2/type", json!("ColourDo")), Set("/actions/2/parameters/2/accepts_unknown", json!(true))], ["BB- retyped_in_code /actions/type/parameters/userName/type"]).unseen(SHAPE),
        case("a parameter becomes an enum with more values", [Push("/enums", json!({"name": "Shade", "base": "string", "description": {"en": "Shades."}, "values": [{"value": "red", "description": {"en": "1."}}, {"value": "Red-ish", "description": {"en": "2."}}, {"value": "unknown", "description": {"en": "3."}}, {"value": "blue", "description": {"en": "4."}}]})), Set("/actions/1/parameters/5/type", json!("Shade"))], [
            "AAA value_added /enums/Shade/values/blue",
            "BB- renamed_in_code /enums/Shade/name",
            "BB- renamed_in_code /enums/Shade/values/Red-ish/rename",
            "DD- text_changed /enums/Shade/description",
            "DD- text_changed /enums/Shade/values/Red-ish/description",
            "DD- text_changed /enums/Shade/values/red/description",
            "DD- text_changed /enums/Shade/values/unknown/description",
            "DDB alias_removed /enums/ColourDo/values/red/aliases/RED",
        ]).unseen(TYPES),
        case("a member becomes a struct of the same form", [Push("/structs", json!({"name": "Piece", "description": {"en": "A piece."}, "members": [field("Key", "string", true), field("Count", "int32", false), field("Colour", "ColourDo", false)]})), Set("/structs/0/members/8/type/list/of", json!("Piece"))], [
            "BB- renamed_in_code /structs/Piece/name",
            "BB- retyped_in_code /structs/PartDo/members/Key/type",
            "BB- retyped_in_code /structs/Piece/members/Key/type",
            "DD- text_changed /structs/Piece/description",
            "DD- text_changed /structs/Piece/members/Colour/description",
            "DD- text_changed /structs/Piece/members/Count/description",
            "DD- text_changed /structs/Piece/members/Key/description",
        ]).unseen(TYPES),
        case("a parameter is renamed", [Set("/actions/2/parameters/1/name", json!("Match"))], ["DDB respelled /actions/type/parameters/Match/name"]),
        case("a list is sent as JSON", [Set("/actions/1/parameters/0/style", json!("json"))], ["DDB style_changed /actions/SmallPutThings/parameters/Ids/style"]),
        case("an access key is needed no longer", [Set("/actions/3/anonymous", json!(true))], ["DDB authentication_changed /actions/Small/anonymous"]),
        case("an access key is needed now", [Remove("/actions/8/anonymous")], ["DDB authentication_changed /actions/SmallGreet/anonymous"]),
        case("a method is accepted no longer", [Set("/actions/0/methods", json!(["post"]))], ["DDB methods_changed /actions/SmallGetThing/methods"]),
        case("one more method is accepted", [Set("/actions/0/methods", json!(["put", "post", "get"]))], ["DDA method_added /actions/SmallGetThing/methods"]),
        case("clients call with a method that was rejected", [Set("/actions/7/methods", json!(["post", "delete"]))], ["DDB methods_changed /actions/SmallForget/methods"]),
        case("the methods are stated", [Set("/actions/0/methods", json!(["post", "get"]))], ["--- rewritten /actions/SmallGetThing/methods"]),
        case("a parameter moves to the form body", [Set("/actions/0/parameters/1/in", json!("form"))], ["DDB position_changed /actions/SmallGetThing/parameters/Depth/in"]),
        case("a parameter moves to the query", [Remove("/actions/6/parameters/1/in")], ["DDB position_changed /actions/SmallSendText/parameters/Text/in"]),
        case("the style of a list is stated", [Set("/actions/1/parameters/0/style", json!("repeat"))], ["--- rewritten /actions/SmallPutThings/parameters/Ids/style"]),
        case("a bound becomes tighter", [Set("/actions/0/parameters/1/maximum", json!(8))], ["DDB tightened /actions/SmallGetThing/parameters/Depth/maximum"]),
        case("a bound becomes looser", [Set("/actions/0/parameters/0/max_length", json!(9))], ["DDA loosened /actions/SmallGetThing/parameters/Id/max_length"]),
        case("a bound is removed", [Remove("/actions/1/parameters/0/max_items")], ["DDA loosened /actions/SmallPutThings/parameters/Ids/max_items"]),
        case("a pattern changes", [Set("/actions/0/parameters/0/pattern", json!("^[a-y]+$"))], ["DDB tightened /actions/SmallGetThing/parameters/Id/pattern"]),
        case("unknown values are rejected", [Remove("/actions/1/parameters/6/accepts_unknown")], ["DDB tightened /actions/SmallPutThings/parameters/AnyLevel/accepts_unknown"]),
        case("a default changes", [Set("/actions/0/parameters/1/default", json!("4"))], ["DDB default_changed /actions/SmallGetThing/parameters/Depth/default"]),
        case("a default is removed", [Remove("/actions/0/parameters/1/default")], ["DBB default_removed /actions/SmallGetThing/parameters/Depth/default"]).unseen(DATA),
        case("a default is added", [Set("/actions/2/parameters/2/default", json!("x"))], ["DDA default_added /actions/type/parameters/userName/default"]),
        case("a unit is added", [Set("/actions/2/parameters/6/unit", json!("seconds"))], ["DDD unit_added /actions/type/parameters/Old/unit"]),
        case("a condition is added", [Set("/actions/2/parameters/2/required_when", text("it is known"))], ["DDB condition_added /actions/type/parameters/userName/required_when"]),
        case("a unit changes", [Set("/actions/0/parameters/2/unit", json!("epoch_seconds"))], ["BBB unit_changed /actions/SmallGetThing/parameters/Since/unit"]).unseen(DATA),
        case("a condition is removed", [Remove("/actions/0/parameters/2/required_when")], ["DDA condition_removed /actions/SmallGetThing/parameters/Since/required_when"]),
        case("an example value changes", [Set("/actions/0/parameters/0/example", json!("abd"))], ["DD- example_value_changed /actions/SmallGetThing/parameters/Id/example"]),
        case("the deprecation of a parameter is lifted", [Remove("/actions/2/parameters/6/deprecated")], ["DD- deprecation_lifted /actions/type/parameters/Old/deprecated"]),
        case("an optional common parameter is added", [Push("/common_parameters", field("Nonce", "string", false))], ["DDA parameter_added /common_parameters/Nonce"]),
        case("a parameter of an action becomes an optional common one", [Remove("/actions/0/parameters/2"), Push("/common_parameters", field("Since", "int64", false))], [
            "BBB parameter_removed /actions/SmallGetThing/parameters/Since",
            "DD- common_parameter_moved /common_parameters/Since",
        ]),
        case("an optional common parameter is added that headers carry, beside one of an action", [Push("/common_parameters", field("SecurityToken", "string", false))], ["DDA parameter_added /common_parameters/SecurityToken"]),
        case("a parameter of an action becomes a required common one", [Remove("/actions/0/parameters/2"), Push("/common_parameters", field("Since", "int64", true))], [
            "BBB parameter_removed /actions/SmallGetThing/parameters/Since",
            "DDB required_parameter_added /common_parameters/Since",
        ]),
        case("a required common parameter is added", [Push("/common_parameters", field("Nonce", "string", true))], ["DDB required_parameter_added /common_parameters/Nonce"]),
        // Actions.
        case("an action is added", [Push("/actions", json!({"name": "SmallMore", "category": "things", "summary": {"en": "Does more."}, "operation": "read", "idempotent": true}))], ["AAA action_added /actions/SmallMore"]),
        case("a response becomes an object with members", [Remove("/actions/11/bare")], ["BBB response_form_changed /actions/SmallListAll/bare"]),
        case("an action is removed", [Remove("/actions/2")], ["BBB action_removed /actions/type"]),
        case("an action is renamed", [Set("/actions/3/name", json!("small"))], ["DDB respelled /actions/small/name"]),
        case("actions are reordered", [Swap("/actions", 2, 3)], ["DD- reordered /actions"]),
        case("an action becomes deprecated", [Set("/actions/3/deprecated", text("Of no use."))], ["AA- deprecated /actions/Small/deprecated"]),
        case("an action becomes writing", [Set("/actions/3/operation", json!("write"))], ["DD- operation_changed /actions/Small/operation"]),
        case("an action becomes idempotent", [Set("/actions/1/idempotent", json!(true))], ["DD- idempotence_changed /actions/SmallPutThings/idempotent"]),
        case("a limit is lowered", [Set("/actions/0/rate_limit/requests", json!(9))], ["DDB limit_tightened /actions/SmallGetThing/rate_limit"]),
        case("a limit is removed", [Remove("/actions/0/rate_limit")], ["DDA limit_loosened /actions/SmallGetThing/rate_limit"]),
        case("pages are added", [Push("/actions/0/response", field("Names", "string", false)), Set("/actions/0/response/2/type", json!({"list": {"of": "string"}})), Push("/actions/0/parameters", field("Token", "string", false)), Set("/actions/0/pages", json!({"items": "Names", "token": "Token", "next": "ThingDo.Text"}))], ["AAA parameter_added /actions/SmallGetThing/parameters/Token", "AAA member_added /actions/SmallGetThing/response/Names", "A-- pages_added /actions/SmallGetThing/pages"]),
        case("pages are removed", [Remove("/actions/4/pages")], ["B-- pages_removed /actions/SmallListNames/pages"]),
        case("other items come in pages", [Push("/structs/2/members", field("Names", "string", false)), Set("/structs/2/members/2/type", json!({"list": {"of": "string"}})), Set("/actions/5/pages/items", json!("Data.Names"))], ["AAA member_added /structs/PartPageDo/members/Names", "B-- paged_list_changed /actions/SmallListParts/pages"]),
        case("the size of pages is unknown", [Remove("/actions/5/pages/size")], ["D-- paging_changed /actions/SmallListParts/pages"]),
        case("one more edition gets an action", [Push("/actions/1/restriction/editions", json!("huge"))], ["DDA restriction_loosened /actions/SmallPutThings/restriction/editions/huge"]),
        case("an action is restricted to one edition", [Set("/actions/0/restriction", json!({"editions": ["large"], "error": "OutOfRange", "description": {"en": "For few."}}))], ["DDB restriction_tightened /actions/SmallGetThing/restriction"]),
        case("an action can answer with one more code", [Set("/actions/3/errors", json!(["OutOfRange"]))], ["DDA answer_added /actions/Small/errors/OutOfRange"]),
        case("a subcommand changes", [Set("/actions/0/command", json!("thing show"))], ["B-- command_changed /actions/SmallGetThing/command"]).unseen(PROGRAM),
        case("an example is removed", [Remove("/actions/0/examples")], ["B-- example_removed /actions/SmallGetThing/examples"]),
        case("an example is added", [Set("/actions/3/examples", json!({"request": {}, "json": {"RequestId": "1"}, "xml": "<SmallResponse><RequestId>1</RequestId></SmallResponse>"}))], ["A-- example_added /actions/Small/examples"]),
        case("an example changes", [Set("/actions/0/examples/request/Id", json!("abd"))], ["D-- example_changed /actions/SmallGetThing/examples/request"]),
    ]
}
