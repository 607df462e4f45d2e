use ons_mqtt_client::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(crate::rust::address())
        .build()?;
    let response = client
        .query_history_online(1589788800000, 1589792400000, "GID_explorer")
        .instance_id("post-cn-local")
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
