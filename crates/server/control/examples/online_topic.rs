//! Keeps which devices are online, from the status notifications of an MQTT topic. Run it with address, client ID, user
//! name, password and topic.

use std::collections::{HashMap, HashSet};
use std::error::Error;

use rumqttc::{Client, Event, MqttOptions, Packet, QoS};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, client_id, user_name, password, topic] = &arguments[..] else {
        return Err("usage: online_topic ADDRESS CLIENT_ID USER_NAME PASSWORD TOPIC".into());
    };
    let (host, port) = address.rsplit_once(':').ok_or("the address has no port")?;
    let mut options = MqttOptions::new(client_id, host, port.parse()?);
    // A kept session and QoS 1, so that events wait while this program is away.
    options
        .set_credentials(user_name, password)
        .set_clean_session(false);
    let (client, mut connection) = Client::new(options, 10);
    client.subscribe(topic, QoS::AtLeastOnce)?;
    let mut channels: HashMap<String, HashSet<String>> = HashMap::new();
    for event in connection.iter() {
        let Event::Incoming(Packet::Publish(message)) = event? else {
            continue;
        };
        let event: Value = serde_json::from_slice(&message.payload)?;
        let text = |member: &str| event[member].as_str().unwrap_or_default().to_owned();
        let open = channels.entry(text("clientId")).or_default();
        match event["eventType"].as_str() {
            Some("connect") => open.insert(text("channelId")),
            _ => open.remove(&text("channelId")),
        };
        let state = if open.is_empty() { "offline" } else { "online" };
        println!("{} {state}", text("clientId"));
    }
    Ok(())
}
