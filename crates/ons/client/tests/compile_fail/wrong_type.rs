async fn history(client: ons_mqtt_client::Client) {
    let _ = client.query_history_online("yesterday", 0, "GID_test").send().await;
}

fn main() {}
