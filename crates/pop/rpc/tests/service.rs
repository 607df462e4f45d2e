//! Checks of parameters before a service's own code runs.

#![allow(clippy::unwrap_used)]

use pop_rpc::{
    OpenEnum, Parameter, Parameters,
    service::{ParameterError, Reader, TextRule, read_parameters},
};

fn parameters(query: &str) -> Parameters {
    read_parameters(query, b"").unwrap()
}

fn required<T: Parameter>(sent: &Parameters, name: &str) -> Result<T, ParameterError> {
    Reader::new(sent).flat(name).required()
}

fn optional<T: Parameter>(sent: &Parameters, name: &str) -> Result<Option<T>, ParameterError> {
    Reader::new(sent).flat(name).optional()
}

fn missing(name: &str) -> ParameterError {
    ParameterError::Missing(name.to_owned())
}

fn malformed(name: &str, expected: &'static str) -> ParameterError {
    ParameterError::Malformed {
        name: name.to_owned(),
        expected,
    }
}

#[test]
fn a_required_parameter_must_be_present_and_not_empty() {
    let sent = parameters("GroupId=GID_a&Empty=&List.1=&Comma=");
    assert_eq!(required::<String>(&sent, "GroupId").unwrap(), "GID_a");
    for name in ["Absent", "Empty", "groupId", "List"] {
        assert_eq!(required::<String>(&sent, name), Err(missing(name)));
        assert_eq!(required::<i64>(&sent, name), Err(missing(name)));
        assert_eq!(required::<Vec<String>>(&sent, name), Err(missing(name)));
    }
}

#[test]
fn an_optional_parameter_may_be_absent_or_empty_but_not_malformed() {
    let sent = parameters("Qos=1&Empty=&Wrong=one");
    assert_eq!(optional::<i32>(&sent, "Qos"), Ok(Some(1)));
    assert_eq!(optional::<i32>(&sent, "Empty"), Ok(None));
    assert_eq!(optional::<i32>(&sent, "Absent"), Ok(None));
    assert_eq!(
        optional::<i32>(&sent, "Wrong"),
        Err(malformed("Wrong", "a 32-bit integer"))
    );
}

#[test]
fn the_error_of_a_malformed_value_names_the_parameter_and_the_expected_type() {
    let sent = parameters("X=1e3&Y=+1&Big=9223372036854775808&NaN=NaN&Inf=inf&T=1&L.1=1&L.2=b");
    for (error, name, expected) in [
        (required::<i64>(&sent, "X").err(), "X", "a 64-bit integer"),
        (required::<i64>(&sent, "Y").err(), "Y", "a 64-bit integer"),
        (
            required::<i64>(&sent, "Big").err(),
            "Big",
            "a 64-bit integer",
        ),
        (
            required::<i32>(&sent, "Big").err(),
            "Big",
            "a 32-bit integer",
        ),
        (required::<f64>(&sent, "NaN").err(), "NaN", "a number"),
        (required::<f64>(&sent, "Inf").err(), "Inf", "a number"),
        (required::<bool>(&sent, "T").err(), "T", "true or false"),
        (
            required::<Vec<i32>>(&sent, "L").err(),
            "L.2",
            "a 32-bit integer",
        ),
    ] {
        assert_eq!(error, Some(malformed(name, expected)));
    }
}

#[test]
fn truth_values_are_read_in_any_case() {
    let sent = parameters("A=true&B=False&C=TRUE");
    assert_eq!(required(&sent, "A"), Ok(true));
    assert_eq!(required(&sent, "B"), Ok(false));
    assert_eq!(required(&sent, "C"), Ok(true));
}

#[test]
fn text_must_match_its_rule() {
    static GROUP: TextRule = TextRule::new(Some("^GID[-_][A-Za-z0-9_-]+$"), 7, 64);
    static PATTERN: TextRule = TextRule::new(Some("a|b[0-9]"), 0, usize::MAX);
    static LENGTH: TextRule = TextRule::new(None, 2, 3);
    let long = format!("GID_{}", "a".repeat(60));
    for (rule, text, reason) in [
        (&GROUP, "GID_abc", None),
        (&GROUP, "GID-abc", None),
        (&GROUP, &*long, None),
        (&GROUP, "GID_ab", Some("shorter than 7 characters")),
        (
            &GROUP,
            &*format!("{long}a"),
            Some("longer than 64 characters"),
        ),
        (
            &GROUP,
            "CID_abc",
            Some("does not match ^GID[-_][A-Za-z0-9_-]+$"),
        ),
        (
            &GROUP,
            "GID_abc\n",
            Some("does not match ^GID[-_][A-Za-z0-9_-]+$"),
        ),
        (&PATTERN, "a", None),
        (&PATTERN, "b1", None),
        // The pattern applies to the whole text, even if it has alternatives.
        (&PATTERN, "xa", Some("does not match a|b[0-9]")),
        (&PATTERN, "ab1", Some("does not match a|b[0-9]")),
        (&PATTERN, "b12", Some("does not match a|b[0-9]")),
        (&PATTERN, "", Some("does not match a|b[0-9]")),
        // Length is in characters, not bytes.
        (&LENGTH, "中文", None),
        (&LENGTH, "中文字", None),
        (&LENGTH, "é", Some("shorter than 2 characters")),
        (&LENGTH, "中文字典", Some("longer than 3 characters")),
    ] {
        let expected = match reason {
            None => Ok(()),
            Some(reason) => Err(ParameterError::OutOfRange {
                name: "GroupId".to_owned(),
                reason: reason.to_owned(),
            }),
        };
        assert_eq!(rule.check("GroupId", text), expected, "{text}");
    }
}

/// All threads of a service use the same rule repeatedly.
#[test]
fn a_rule_gives_the_same_result_in_every_thread() {
    static RULE: TextRule = TextRule::new(Some("[a-z]+"), 1, 8);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    assert!(RULE.check("Topic", "abc").is_ok());
                    assert!(RULE.check("Topic", "ABC").is_err());
                }
            });
        }
    });
}

fn message<T>(result: Result<T, ParameterError>) -> Option<String> {
    result.err().map(|error| error.to_string())
}

/// An enum as generated code declares one.
#[derive(Clone, Debug, PartialEq)]
enum TpsType {
    Tps,
    Sum,
    Unknown(String),
}

impl TpsType {
    const KNOWN: &[Self] = &[Self::Tps, Self::Sum];

    fn as_str(&self) -> &str {
        match self {
            Self::Tps => "TPS",
            Self::Sum => "SUM",
            Self::Unknown(value) => value,
        }
    }
}

impl From<&str> for TpsType {
    fn from(value: &str) -> Self {
        match value {
            "TPS" => Self::Tps,
            "SUM" => Self::Sum,
            value => Self::Unknown(value.to_owned()),
        }
    }
}

pop_rpc::text_enum!(TpsType);

#[test]
fn numbers_lists_and_enums_must_be_within_bounds() {
    for (value, expected) in [
        (-1, Some("parameter Qos: less than 0")),
        (0, None),
        (2, None),
        (3, Some("parameter Qos: greater than 2")),
        (i64::MIN, Some("parameter Qos: less than 0")),
        (i64::MAX, Some("parameter Qos: greater than 2")),
    ] {
        let sent = Parameters::from_iter([("Qos", value.to_string())]);
        let both = Reader::new(&sent)
            .flat::<i64>("Qos")
            .range(0..=2)
            .optional();
        assert_eq!(message(both).as_deref(), expected);
        let lower = Reader::new(&sent).flat::<i64>("Qos").range(0..).optional();
        assert_eq!(lower.is_err(), value < 0);
        let upper = Reader::new(&sent).flat::<i64>("Qos").range(..=2).optional();
        assert_eq!(upper.is_err(), value > 2);
    }
    for (items, expected) in [
        (0, None),
        (10, None),
        (11, Some("parameter ClientIdList: more than 10 items")),
    ] {
        let items = (1..=items).map(|index| (format!("ClientIdList.{index}"), "a"));
        let sent = Parameters::from_iter(items);
        let mut reader = Reader::new(&sent);
        let read = reader.flat::<Vec<String>>("ClientIdList").max_items(10);
        assert_eq!(message(read.or_default()).as_deref(), expected);
    }
    let sent = parameters("A=TPS&B=rate&C.1=SUM&C.2=TPS&D.1=SUM&D.2=rate");
    let one = |name| Reader::new(&sent).flat::<TpsType>(name).known().optional();
    let refused = |name| format!("parameter {name}: not one of TPS, SUM");
    assert_eq!(one("A"), Ok(Some(TpsType::Tps)));
    assert_eq!(message(one("B")), Some(refused("B")));
    let list = |name| {
        Reader::new(&sent)
            .flat::<Vec<TpsType>>(name)
            .known()
            .optional()
    };
    assert_eq!(list("C"), Ok(Some(vec![TpsType::Sum, TpsType::Tps])));
    assert_eq!(message(list("D")), Some(refused("D")));
    assert_eq!(<Vec<TpsType> as OpenEnum>::known(), ["TPS", "SUM"]);
}

/// `docs/PROTOCOL.md`, “Order of checks”, steps 4 to 6.
#[test]
fn the_first_failure_is_that_of_the_order_of_checks() {
    type Both = (i64, i64, Option<i64>);
    let read = |query: &str| -> Result<Both, ParameterError> {
        let sent = parameters(query);
        let mut reader = Reader::new(&sent);
        let both = (
            reader.flat("A").range(0..).required()?,
            reader.flat("B").range(0..).required()?,
            reader.flat("C").range(0..).optional()?,
        );
        reader.finish()?;
        Ok(both)
    };
    for (query, expected) in [
        ("A=1&B=2&C=3", None),
        ("A=1&B=2", None),
        ("A=-1", Some("parameter B is missing")),
        (
            "A=-1&B=x",
            Some("the value of parameter B is not a 64-bit integer"),
        ),
        (
            "A=x",
            Some("the value of parameter A is not a 64-bit integer"),
        ),
        ("A=-1&B=-2&C=-3", Some("parameter A: less than 0")),
        ("A=1&B=-2&C=x", Some("parameter B: less than 0")),
        (
            "A=1&B=2&C=x",
            Some("the value of parameter C is not a 64-bit integer"),
        ),
        ("A=1&B=2&C=-3", Some("parameter C: less than 0")),
    ] {
        assert_eq!(message(read(query)).as_deref(), expected, "{query}");
    }
    // Without optional parameters, the end reports the value.
    let sent = parameters("A=-1");
    let mut reader = Reader::new(&sent);
    assert_eq!(reader.flat::<i64>("A").range(0..).required(), Ok(-1));
    assert_eq!(
        message(reader.finish()).as_deref(),
        Some("parameter A: less than 0")
    );
}

#[test]
fn an_absent_parameter_has_its_default_and_a_time_in_seconds_becomes_milliseconds() {
    let read = |query: &str| {
        let sent = parameters(query);
        let mut reader = Reader::new(&sent);
        let time = reader.flat::<i64>("T").or("1600000000");
        time.milliseconds().optional()
    };
    assert_eq!(read(""), Ok(Some(1_600_000_000_000)));
    assert_eq!(read("T="), Ok(Some(1_600_000_000_000)));
    assert_eq!(read("T=5"), Ok(Some(5_000)));
    assert_eq!(read("T=1600000000001"), Ok(Some(1_600_000_000_001)));
}

#[test]
fn errors_name_the_parameter_and_the_reason() {
    assert_eq!(
        missing("GroupId").to_string(),
        "parameter GroupId is missing"
    );
    assert_eq!(
        malformed("BeginTime", "a 64-bit integer").to_string(),
        "the value of parameter BeginTime is not a 64-bit integer"
    );
    assert_eq!(
        message(read_parameters("A=1&A=2", b"")).as_deref(),
        Some("parameter A was sent more than once")
    );
}
