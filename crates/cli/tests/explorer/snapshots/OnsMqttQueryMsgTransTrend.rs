use ons_mqtt_client::Client;
use ons_mqtt_client::models::{MsgType, Qos, TpsType, TransType};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .endpoint(crate::rust::address())
        .build()?;
    let response = client
        .query_msg_trans_trend(1589788800000, 1589792400000, "test", TpsType::from("SUM"), TransType::from("PUB"))
        .instance_id("post-cn-local")
        .sub_topic("/a")
        .msg_type(MsgType::from("SUB"))
        .qos(Qos::from(0))
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
