//! Sets how often calls are repeated and how long they may take, and keeps the limits of the API.
//!
//! Run it with the variables that `ons-mqtt serve` prints.

use std::time::Duration;

use ons_mqtt_client::{Client, Retry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .retry(Retry {
            tries: 5,
            base: Duration::from_millis(100),
            cap: Duration::from_secs(2),
        })
        .timeout(Duration::from_secs(3))
        .keep_limits(true)
        .build()?;
    let instance = std::env::var("ONS_MQTT_DEFAULT_INSTANCE")?;
    match client.group_id_list().instance_id(instance).send().await {
        Ok(response) => println!("{} groups", response.data.len()),
        // Only calls that are safe to repeat were repeated.
        Err(error) => println!("gave up after {} tries: {error}", error.tries()),
    }
    Ok(())
}
