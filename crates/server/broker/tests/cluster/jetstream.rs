//! Streams and tables that the nodes keep in JetStream.

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::Stream;
use bytes::Bytes;

use crate::nats::Nats;

/// Connects to JetStream.
pub(crate) async fn connect(nats: &Nats) -> Context {
    let client = async_nats::connect(nats.urls()).await.unwrap();
    async_nats::jetstream::new(client)
}

/// Returns a stream that the nodes created.
pub(crate) async fn stream(nats: &Nats, name: &str) -> Stream {
    connect(nats).await.get_stream(name).await.unwrap()
}

/// Returns a table that the nodes created.
pub(crate) async fn table(nats: &Nats, name: &str) -> Store {
    connect(nats).await.get_key_value(name).await.unwrap()
}

/// Appends to the log as a life that no node has, so that no node finds a number of its own taken. `subject` is that of another chunk.
pub(crate) async fn append(nats: &Nats, subject: &str, chunk: Bytes) {
    let jetstream = connect(nats).await;
    let published = jetstream.publish(format!("{subject}0"), chunk).await;
    published.unwrap().await.unwrap();
}
