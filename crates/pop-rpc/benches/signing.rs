//! What signing costs above the bare HMAC that it cannot do without.

use std::process::ExitCode;
use std::time::SystemTime;

use base64::{Engine, prelude::BASE64_STANDARD};
use harness::{Candidate, Goal};
use hmac::{Hmac, KeyInit, Mac};
use pop_rpc::{
    Action, ActionInfo, Format, Method, Parameter, ParameterSink, SignatureMethod, SigningKey,
    signature::{self, CommonParameters},
};
use sha1::Sha1;

/// The action with most parameters, as it would be generated.
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

    fn parameters(&self, sink: &mut dyn ParameterSink) {
        self.begin_time.write("BeginTime", sink);
        self.end_time.write("EndTime", sink);
        self.instance_id.write("InstanceId", sink);
        self.msg_type.write("MsgType", sink);
        self.parent_topic.write("ParentTopic", sink);
        self.qos.write("Qos", sink);
        self.sub_topic.write("SubTopic", sink);
        self.tps_type.write("TpsType", sink);
        self.trans_type.write("TransType", sink);
    }
}

fn main() -> ExitCode {
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
        access_key_id: "testid",
        format: Format::Json,
        region_id: Some("mq-internet-access"),
        security_token: None,
        nonce: "15215528852396",
        timestamp: "2020-05-18T08:00:00Z",
    };
    let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
    let to_sign = || {
        signature::action_string_to_sign(&action, &common, Method::Get, SignatureMethod::HmacSha1)
    };

    let ready = to_sign();
    assert_eq!(key.sign(&ready), bare(&ready), "they measure the same work");

    harness::compare(
        &format!("Signing 18 parameters, {} bytes to sign", ready.len()),
        2_000,
        vec![
            Candidate::new("bare HMAC-SHA1 and base64 of the ready text", None, || {
                bare(&ready)
            }),
            Candidate::new("signature of the ready text, key kept", None, || {
                key.sign(&ready)
            }),
            Candidate::new(
                "string to sign and signature",
                Some(Goal::AtMost(1.3)),
                || key.sign(&to_sign()),
            ),
            Candidate::new(
                "nonce, time, signature and query",
                Some(Goal::AtMost(3.0)),
                || {
                    let nonce = format!("{:032x}", fastrand::u128(..));
                    let timestamp =
                        humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
                    let common = CommonParameters {
                        nonce: &nonce,
                        timestamp: &timestamp,
                        ..common
                    };
                    signature::sign(&action, &common, Method::Get, &key)
                },
            ),
        ],
    )
}

fn bare(text: &str) -> String {
    match Hmac::<Sha1>::new_from_slice(b"testsecret&") {
        Ok(mut mac) => {
            mac.update(text.as_bytes());
            BASE64_STANDARD.encode(mac.finalize().into_bytes())
        }
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}
