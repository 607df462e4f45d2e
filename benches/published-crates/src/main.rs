//! Measures how many times longer published crates take than `pop-rpc` to sign the same request.
//!
//! `ali-dns`, `aliyun-openapi` and `aliyun-openapi-core-rust-sdk` are left out, because none of
//! them has a public function that signs without sending.
//!
//! This package is not a member of the workspace, so that nothing else must build those crates. Run
//! `cargo run --release --manifest-path benches/published-crates/Cargo.toml`, with `-- --check` to
//! fail if the goal is missed.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::SystemTime;

use alibaba_cloud_sdk_rust::sdk::{
    auth::{
        credentials::AccessKeyCredential,
        singers::{self, AccessKeySigner},
    },
    requests::{BaseRequestExt, RpcRequest},
};
use aliyun_rust_http_client::client::{AliyunClient, AliyunQuery};
use harness::{Candidate, Goal};
use pop_rpc::{
    Action, ActionInfo, Format, Method, ParameterSink, SignatureMethod, SigningKey,
    signature::{CommonParameters, Signer, Stamp},
};

const ROUNDS: usize = 400;

/// Smallest ratio of a published crate's time to that of `pop-rpc`.
const GOAL: Option<Goal> = Some(Goal::AtLeast(4.0));

const ACCESS_KEY_ID: &str = "testid";
const SECRET: &str = "testsecret";
const NONCE: &str = "15215528852396";
const TIMESTAMP: &str = "2020-05-18T08:00:00Z";

/// The action's own parameters, the same for every crate.
const OWN: [(&str, &str); 9] = [
    ("BeginTime", "1570957261000"),
    ("EndTime", "1570962601000"),
    ("InstanceId", "post-cn-0pp12gl"),
    ("MsgType", "P2P"),
    ("ParentTopic", "test"),
    ("Qos", "0"),
    ("SubTopic", "/testMq4lot"),
    ("TpsType", "TPS"),
    ("TransType", "PUB"),
];

/// The same parameters, as a struct like those in generated code.
struct QueryMsgTransTrend {
    begin_time: i64,
    end_time: i64,
    instance_id: Option<String>,
    msg_type: Option<String>,
    parent_topic: String,
    qos: Option<i32>,
    sub_topic: Option<String>,
    tps_type: String,
    trans_type: String,
}

impl Action for QueryMsgTransTrend {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttQueryMsgTransTrend", "2019-02-14");
    const SORTED: bool = true;
    type Response = ();

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("BeginTime", &self.begin_time);
        sink.flat("EndTime", &self.end_time);
        sink.flat("InstanceId", &self.instance_id);
        sink.flat("MsgType", &self.msg_type);
        sink.flat("ParentTopic", &self.parent_topic);
        sink.flat("Qos", &self.qos);
        sink.flat("SubTopic", &self.sub_topic);
        sink.flat("TpsType", &self.tps_type);
        sink.flat("TransType", &self.trans_type);
    }
}

fn main() -> ExitCode {
    harness::pin_to_one_core();
    let action = QueryMsgTransTrend {
        begin_time: 1_570_957_261_000,
        end_time: 1_570_962_601_000,
        instance_id: Some("post-cn-0pp12gl".to_owned()),
        msg_type: Some("P2P".to_owned()),
        parent_topic: "test".to_owned(),
        qos: Some(0),
        sub_topic: Some("/testMq4lot".to_owned()),
        tps_type: "TPS".to_owned(),
        trans_type: "PUB".to_owned(),
    };
    let common = CommonParameters {
        access_key_id: ACCESS_KEY_ID,
        format: Format::Json,
        region_id: Some("mq-internet-access"),
        security_token: None,
    };
    let stamp = Stamp {
        nonce: NONCE,
        timestamp: TIMESTAMP,
    };
    let key = SigningKey::new(SignatureMethod::HmacSha1, SECRET);
    let signer = Signer::new(key.clone(), &common);
    let ours = || key.sign(&signer.string_to_sign(&action, Method::Get, stamp));
    let all = all_parameters();
    assert_eq!(
        ours(),
        alibabacloud::signing::calculate_signature(&all, SECRET),
        "both compute the same signature"
    );

    let codes = [
        harness::compare(
            "Signature of ready parameters",
            ROUNDS,
            vec![
                Candidate::new("pop-rpc", None, ours),
                Candidate::new("alibabacloud, with the map already made", GOAL, || {
                    alibabacloud::signing::calculate_signature(&all, SECRET)
                }),
            ],
        ),
        harness::compare(
            "Signed query, from an action's parameters",
            ROUNDS,
            vec![
                Candidate::new("pop-rpc", None, || {
                    let nonce = format!("{:032x}", fastrand::u128(..));
                    let timestamp =
                        humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
                    let stamp = Stamp {
                        nonce: &nonce,
                        timestamp: &timestamp,
                    };
                    signer.sign(&action, Method::Get, stamp)
                }),
                Candidate::new("alibabacloud, without nonce and time", GOAL, || {
                    let mut parameters = all_parameters();
                    let signature = alibabacloud::signing::calculate_signature(&parameters, SECRET);
                    parameters.insert("Signature".to_owned(), signature);
                    alibabacloud::utils::build_canonicalized_query(&parameters)
                }),
                Candidate::new("aliyun_rust_http_client", GOAL, aliyun_rust_http_client),
                Candidate::new("alibaba-cloud-sdk-rust", GOAL, alibaba_cloud_sdk_rust),
            ],
        ),
    ];
    if codes.contains(&ExitCode::FAILURE) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn all_parameters() -> BTreeMap<String, String> {
    let common = [
        ("AccessKeyId", ACCESS_KEY_ID),
        ("Action", "OnsMqttQueryMsgTransTrend"),
        ("Format", "JSON"),
        ("RegionId", "mq-internet-access"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", NONCE),
        ("SignatureVersion", "1.0"),
        ("Timestamp", TIMESTAMP),
        ("Version", "2019-02-14"),
    ];
    OWN.into_iter()
        .chain(common)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Signs with `aliyun_rust_http_client`, which sets region and version itself.
fn aliyun_rust_http_client() -> String {
    let mut query = AliyunQuery::new();
    query.add_param("Action", "OnsMqttQueryMsgTransTrend");
    for (name, value) in OWN {
        query.add_param(name, value);
    }
    AliyunClient::new(ACCESS_KEY_ID, SECRET, "https://ons.example").generate_aliyun_url(&mut query)
}

fn alibaba_cloud_sdk_rust() -> String {
    let mut request = RpcRequest::default();
    request.InitWithApiInfo(
        "Ons",
        "2019-02-14",
        "OnsMqttQueryMsgTransTrend",
        "ons",
        "openAPI",
    );
    for (name, value) in OWN {
        request.addQueryParam(name, value);
    }
    request.addQueryParam("RegionId", "mq-internet-access");
    let signer = AccessKeySigner::NewAccessKeySigner(AccessKeyCredential {
        AccessKeyId: ACCESS_KEY_ID.to_owned(),
        AccessKeySecret: SECRET.to_owned(),
    });
    match singers::Sign(&mut request, Some(Box::new(signer)), "mq-internet-access") {
        Ok(()) => request.BuildUrl(),
        Err(error) => unreachable!("{error}"),
    }
}
