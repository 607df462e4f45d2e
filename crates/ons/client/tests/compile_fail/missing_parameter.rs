async fn create(client: ons_mqtt_client::Client) {
    let _ = client.group_id_create().send().await;
}

fn main() {}
