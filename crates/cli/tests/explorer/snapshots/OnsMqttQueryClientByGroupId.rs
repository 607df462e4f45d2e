use ons_mqtt_client::{Client, Format};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(crate::rust::address())
        .format(Format::Xml)
        .build()?;
    let response = client
        .query_client_by_group_id("GID_explorer")
        .instance_id("post-cn-local")
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
