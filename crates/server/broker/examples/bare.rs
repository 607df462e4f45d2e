//! The broker library as published, with the listener of this crate and nothing else of it: what
//! `cargo xtask measure` compares with.
//!
//! Listens on a free port of 127.0.0.1, which it prints, until it is killed.

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::time::Duration;

use rmqtt::context::ServerContext;
use rmqtt::net::Builder;
use rmqtt::server::MqttServer;

const OFFLINE: Duration = Duration::from_secs(3 * 24 * 60 * 60);

#[tokio::main]
async fn main() -> rmqtt::Result<()> {
    // As in `listener`, except that anybody may connect: nobody is there to ask.
    let listener = Builder::new()
        .name("mqtt")
        .laddr(SocketAddr::from(([127, 0, 0, 1], 0)))
        .nodelay(true)
        .reuseaddr(Some(true))
        .allow_anonymous(true)
        .max_packet_size((64 << 10) + (4 << 10))
        .max_mqueue_len(2_000)
        .max_inflight(NonZeroU16::MAX)
        .handshake_timeout(Duration::from_secs(10))
        .send_timeout(Duration::from_secs(5))
        .session_expiry_interval(OFFLINE)
        .max_session_expiry_interval(OFFLINE)
        .message_expiry_interval(OFFLINE)
        .bind()?
        .tcp()?;
    println!("MQTT  {}", listener.local_addr()?);
    let context = ServerContext::new().busy_check_enable(false).build().await;
    MqttServer::new(context)
        .listener_by_id(listener, 1)
        .build()
        .run()
        .await
}
