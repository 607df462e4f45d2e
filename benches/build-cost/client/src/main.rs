//! Makes one call through the client.

use ons_mqtt_client::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder().region("cn-hangzhou").build()?;
    let groups = client
        .group_id_list()
        .instance_id("post-cn-test")
        .send()
        .await?;
    println!("{}", groups.data.len());
    Ok(())
}
