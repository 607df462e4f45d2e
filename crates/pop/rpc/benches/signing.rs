//! Compares the time for signing with that of the bare HMAC, its unavoidable part.

use std::process::ExitCode;
use std::time::SystemTime;

use base64::{Engine, prelude::BASE64_STANDARD};
use harness::{Candidate, Goal};
use hmac::{Hmac, KeyInit, Mac};
use pop_rpc::{
    Action, ActionInfo, Format, Method, ParameterSink, SignatureMethod, SigningKey,
    signature::{CommonParameters, Signer, Stamp},
    timestamp,
};
use sha1::Sha1;

/// An action like a generated one, with a typical number of parameters.
struct QueryHistoryOnline {
    begin_time: i64,
    end_time: i64,
    group_id: String,
    instance_id: Option<String>,
}

impl Action for QueryHistoryOnline {
    const INFO: ActionInfo = ActionInfo::new("OnsMqttQueryHistoryOnline", "2019-02-14");
    const SORTED: bool = true;
    type Response = ();

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("BeginTime", &self.begin_time);
        sink.flat("EndTime", &self.end_time);
        sink.flat("GroupId", &self.group_id);
        sink.flat("InstanceId", &self.instance_id);
    }
}

/// The action with the most parameters.
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
    let typical = QueryHistoryOnline {
        begin_time: 1_570_957_261_000,
        end_time: 1_570_962_601_000,
        group_id: "GID_test".to_owned(),
        instance_id: Some("post-cn-0pp12gl".to_owned()),
    };
    let largest = QueryMsgTransTrend {
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
    let codes = [compare("13", &typical), compare("18", &largest)];
    if codes.contains(&ExitCode::FAILURE) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn compare<A: Action>(parameters: &str, action: &A) -> ExitCode {
    // The values are as long as real ones.
    let common = CommonParameters {
        access_key_id: "LTAI5tQnKxVbB8sZ3mEw7RyP",
        format: Format::Json,
        region_id: Some("cn-hangzhou"),
        security_token: None,
    };
    let stamp = Stamp {
        nonce: "edb2b34af0af9a6d14deaf7c1a5315eb",
        timestamp: "2020-05-18T08:00:00Z",
    };
    let key = SigningKey::new(SignatureMethod::HmacSha1, SECRET);
    let signer = Signer::new(key.clone(), &common);
    let to_sign = || signer.string_to_sign(action, Method::Get, stamp);

    let ready = to_sign();
    assert_eq!(key.sign(&ready), bare(&ready), "both sign the same text");

    harness::compare(
        &format!(
            "Signing {parameters} parameters, {} bytes to sign",
            ready.len()
        ),
        2_000,
        vec![
            Candidate::new("bare HMAC-SHA1 and base64 of the ready text", None, || {
                bare(&ready)
            }),
            Candidate::new("signature of the ready text, with a kept key", None, || {
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
                    let timestamp = timestamp::write(SystemTime::now());
                    let stamp = Stamp {
                        nonce: &nonce,
                        timestamp: &timestamp,
                    };
                    signer.sign(action, Method::Get, stamp)
                },
            ),
        ],
    )
}

/// Secret with the length of a real one.
const SECRET: &str = "hG3kPq8ZxV2nLwT5rYb7CmJd9sFuAe";

/// HMAC key that the protocol derives from [`SECRET`].
const KEY: &[u8] = b"hG3kPq8ZxV2nLwT5rYb7CmJd9sFuAe&";

fn bare(text: &str) -> String {
    match Hmac::<Sha1>::new_from_slice(KEY) {
        Ok(mut mac) => {
            mac.update(text.as_bytes());
            BASE64_STANDARD.encode(mac.finalize().into_bytes())
        }
        Err(_) => unreachable!("HMAC accepts keys of any length"),
    }
}
