//! Decides by the error code what to do about a failed call.
//!
//! Run it with the variables that `ons-mqtt serve` prints, twice: the second time, the group exists.

use ons_mqtt_client::{Client, ErrorCode};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder().build()?;
    let instance = std::env::var("ONS_MQTT_DEFAULT_INSTANCE")?;
    let call = client.group_id_create("GID_test").instance_id(instance);
    let error = match call.send().await {
        Ok(_) => {
            println!("created");
            return Ok(());
        }
        Err(error) => error,
    };
    match error.code() {
        Some(ErrorCode::BizSubscriptionExisted) => println!("it existed already"),
        Some(_) if error.is_throttled() => println!("too many calls; wait a minute"),
        Some(code) => println!(
            "{code}; request {}",
            error.request_id().unwrap_or("unknown")
        ),
        // The service may have created it: ask before you create it again.
        None if error.is_retryable() => println!("no answer: {error}"),
        // `main` prints it on one line.
        None => return Err(error.into()),
    }
    Ok(())
}
