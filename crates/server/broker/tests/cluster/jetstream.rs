//! What the nodes keep in JetStream.

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::Stream;

use crate::nats::Nats;

/// Connects to JetStream.
pub(crate) async fn connect(nats: &Nats) -> Context {
    let client = async_nats::connect(nats.urls()).await.unwrap();
    async_nats::jetstream::new(client)
}

/// Returns a stream that the nodes have made.
pub(crate) async fn stream(nats: &Nats, name: &str) -> Stream {
    connect(nats).await.get_stream(name).await.unwrap()
}

/// Returns a table that the nodes have made.
pub(crate) async fn table(nats: &Nats, name: &str) -> Store {
    connect(nats).await.get_key_value(name).await.unwrap()
}
