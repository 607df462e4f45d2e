use ons_mqtt_client::models::GroupIdCreateRequest;

fn main() {
    let _ = GroupIdCreateRequest::default();
}
