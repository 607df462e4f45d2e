use ons_mqtt_client::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(crate::rust::address())
        .build()?;
    let response = client
        .query_client_by_topic("test")
        .sub_topic("/it's & \"100\" €\\$(x)`x`")
        .instance_id("post-cn-local")
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
