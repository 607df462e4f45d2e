//! Limits of each session: keepalive by the letter of the protocol, the rest as the library has it.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rmqtt::fitter::{DefaultFitter, Fitter, FitterManager};
use rmqtt::types::{CodecPublish, ConnectInfo, Disconnect, FitterType, Id, ListenerConfig};

/// Most messages on their way to a client that it has not acknowledged; they are not in the queue that is bounded.
const UNACKNOWLEDGED: NonZeroU16 = NonZeroU16::new(16).unwrap();

/// Makes [`ProtocolLimits`].
pub(crate) struct ProtocolLimitsManager;

impl FitterManager for ProtocolLimitsManager {
    fn create(&self, connect: Arc<ConnectInfo>, id: Id, listener: ListenerConfig) -> FitterType {
        Arc::new(ProtocolLimits(DefaultFitter::new(connect, id, listener)))
    }
}

struct ProtocolLimits(DefaultFitter);

#[async_trait]
impl Fitter for ProtocolLimits {
    /// One and a half times what the client says, rounded up; the library adds three seconds to short ones.
    fn keep_alive(&self, keep_alive: &mut u16) -> rmqtt::Result<u16> {
        Ok(keep_alive.saturating_add(keep_alive.div_ceil(2)))
    }

    fn max_mqueue_len(&self) -> usize {
        self.0.max_mqueue_len()
    }

    fn mqueue_rate_limit(&self) -> (NonZeroU32, Duration) {
        self.0.mqueue_rate_limit()
    }

    fn max_inflight(&self) -> NonZeroU16 {
        self.0.max_inflight().min(UNACKNOWLEDGED)
    }

    fn session_expiry_interval(&self, disconnect: Option<&Disconnect>) -> Duration {
        self.0.session_expiry_interval(disconnect)
    }

    fn message_expiry_interval(&self, publish: &CodecPublish) -> Duration {
        self.0.message_expiry_interval(publish)
    }

    fn max_client_topic_aliases(&self) -> u16 {
        self.0.max_client_topic_aliases()
    }

    fn max_server_topic_aliases(&self) -> u16 {
        self.0.max_server_topic_aliases()
    }
}
