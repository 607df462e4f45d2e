//! Calls an action without async, which takes the feature `blocking`.
//!
//! Run it with the variables that `ons-mqtt serve` prints.

use ons_mqtt_client::Client;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder().build()?;
    let instance = std::env::var("ONS_MQTT_DEFAULT_INSTANCE")?;
    let response = client
        .group_id_list()
        .instance_id(instance)
        .send_blocking()?;
    for group in response.data {
        println!("{}", group.group_id);
    }
    Ok(())
}
