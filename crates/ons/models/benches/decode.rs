//! Compares the time for lenient reading with that of strict serde readers.

use std::process::ExitCode;

use harness::{Candidate, Goal};
use ons_mqtt_models::{GroupIdListResponse, MqttGroupId};
use pop_rpc::Format;

const GROUPS: usize = 10_000;

/// The same response, read strictly.
mod strict {
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[expect(dead_code, reason = "only the decoder uses these fields")]
    pub(crate) struct GroupList {
        request_id: String,
        pub(crate) data: Groups,
    }

    #[derive(Deserialize)]
    pub(crate) struct Groups {
        #[serde(rename = "MqttGroupIdDo")]
        pub(crate) groups: Vec<Group>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[expect(dead_code, reason = "only the decoder uses these fields")]
    pub(crate) struct Group {
        group_id: String,
        instance_id: String,
        independent_naming: bool,
        create_time: i64,
        update_time: i64,
    }
}

fn main() -> ExitCode {
    harness::pin_to_one_core();
    let list = GroupIdListResponse::new((0..GROUPS).map(group).collect())
        .request_id("9A5E2A4B-4B1F-4C4B-8F2E-2B6B1F0D9A11");
    let body = |format: Format| match format.write("OnsMqttGroupIdListResponse", &list) {
        Ok(body) => String::from_utf8_lossy(&body).into_owned(),
        Err(error) => unreachable!("{error}"),
    };
    let (json, xml) = (body(Format::Json), body(Format::Xml));
    let read = |format: Format, body: &str| {
        let list = format.read::<GroupIdListResponse>(body);
        check(list.map(|list| list.data.len()))
    };

    let codes = [
        harness::compare(
            &format!("Reading {GROUPS} groups from {} bytes of JSON", json.len()),
            60,
            vec![
                Candidate::new("serde_json", None, || {
                    let list = serde_json::from_str::<strict::GroupList>(&json);
                    check(list.map(|list| list.data.groups.len()))
                }),
                Candidate::new("ons-mqtt-models", Some(Goal::AtMost(2.0)), || {
                    read(Format::Json, &json)
                }),
            ],
        ),
        harness::compare(
            &format!("Reading {GROUPS} groups from {} bytes of XML", xml.len()),
            60,
            vec![
                Candidate::new("quick-xml's serde layer", None, || {
                    let list = quick_xml::de::from_str::<strict::GroupList>(&xml);
                    check(list.map(|list| list.data.groups.len()))
                }),
                Candidate::new("ons-mqtt-models", Some(Goal::AtMost(2.0)), || {
                    read(Format::Xml, &xml)
                }),
            ],
        ),
    ];
    if codes.contains(&ExitCode::FAILURE) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn group(index: usize) -> MqttGroupId {
    MqttGroupId::new(
        format!("GID_group_{index}"),
        1_570_957_261_000,
        1_570_962_601_000,
        "post-cn-0pp12gl",
        true,
    )
}

/// Checks the result, because a reader that fails or finds less would look fast.
fn check<E: std::fmt::Display>(groups: Result<usize, E>) {
    match groups {
        Ok(GROUPS) => {}
        Ok(groups) => unreachable!("{groups} groups"),
        Err(error) => unreachable!("{error}"),
    }
}
