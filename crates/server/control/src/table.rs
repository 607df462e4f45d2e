//! Tables of NATS, as gateway and web pages see them.

use ons_mqtt_broker::SharedTable;
use pop_gateway::{Later, SharedValue, SharedValues, Unavailable};

/// A table whose values all nodes see.
pub(crate) struct Table(pub(crate) SharedTable);

impl SharedValues for Table {
    fn create(&self, key: String, value: Vec<u8>) -> Later<'_, Result<bool, Unavailable>> {
        Box::pin(async move { self.0.create(&key, value).await.map_err(unavailable) })
    }

    fn get(&self, key: String) -> Later<'_, Result<Option<SharedValue>, Unavailable>> {
        Box::pin(async move {
            let found = self.0.get(&key).await.map_err(unavailable)?;
            Ok(found.map(|found| SharedValue {
                value: found.value,
                revision: found.revision,
            }))
        })
    }

    fn change(
        &self,
        key: String,
        value: Vec<u8>,
        revision: u64,
    ) -> Later<'_, Result<bool, Unavailable>> {
        Box::pin(async move {
            let changed = self.0.change(&key, value, revision).await;
            changed.map_err(unavailable)
        })
    }

    fn remove(&self, key: String) -> Later<'_, Result<(), Unavailable>> {
        Box::pin(async move { self.0.remove(&key).await.map_err(unavailable) })
    }
}

fn unavailable(error: ons_mqtt_broker::Unavailable) -> Unavailable {
    Unavailable(error.to_string())
}
