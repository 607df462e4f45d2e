#![deny(unused_must_use)]

fn create(client: ons_mqtt_client::Client) {
    client.group_id_create("GID_test");
}

fn main() {}
