use ons_mqtt_client::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(crate::rust::address())
        .build()?;
    let response = client
        .group_id_create("GID_explorer")
        .instance_id("post-cn-local")
        .topic("test")
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
