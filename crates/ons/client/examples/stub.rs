//! Tests code that makes calls, without a service: a stub answers them.

use ons_mqtt_client::models::{GroupIdListRequest, GroupIdListResponse, MqttGroupId};
use ons_mqtt_client::{Answer, Client, Error, Stub};

/// The code to test: returns the IDs of groups that begin with a prefix.
async fn groups_with(client: &Client, prefix: &str) -> Result<Vec<String>, Error> {
    let response = client.group_id_list().send().await?;
    let groups = response.data.into_iter().map(|group| group.group_id);
    Ok(groups.filter(|id| id.starts_with(prefix)).collect())
}

/// Answers one action. Any other call is an error that says so.
struct TwoGroups;

impl Stub for TwoGroups {
    fn group_id_list(&self, _: GroupIdListRequest) -> Answer<'_, GroupIdListResponse> {
        let mut response = GroupIdListResponse::default();
        response.data = vec![group("GID_lamps"), group("GID_phones")];
        Box::pin(async move { Ok(response) })
    }
}

fn group(id: &str) -> MqttGroupId {
    let mut group = MqttGroupId::default();
    group.group_id = id.to_owned();
    group
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = Client::from_stub(TwoGroups);
    assert_eq!(groups_with(&client, "GID_l").await?, ["GID_lamps"]);
    println!("the code works");
    Ok(())
}
