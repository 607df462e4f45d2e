//! The broker of one instance.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use parking_lot::Mutex;
use rmqtt::context::ServerContext;
use rmqtt::server::MqttServer;
use tokio::task::JoinHandle;

use crate::connection::Connection;
use crate::instance::Instance;
use crate::limits::ProtocolLimitsManager;
use crate::listener::{Config, Error, Listeners};
use crate::metering::MessageCount;
use crate::presence::Departed;
use crate::retained::Retained;
use crate::session::ClosingSessions;
use crate::shared::CountedShared;
use crate::sharing::AnyOnline;
use crate::{Directory, Refusal, hooks, reaper};

/// How many sessions are closed at the same time.
const CLOSED_AT_ONCE: usize = 256;
/// How often, and how long apart, a session that is just being replaced is tried again.
const CLOSE_TRIES: u32 = 200;
const CLOSE_PAUSE: Duration = Duration::from_millis(10);
/// How long `stop` waits for connections to close.
const STOP_TIMEOUT: Duration = Duration::from_secs(6);

/// The MQTT broker of one instance, with listeners and sessions of its own.
///
/// Runs on the tokio runtime that it was started on. Dropped, it stops to accept connections; those that there are
/// stay until they end, so call [`stop`](Self::stop).
pub struct Broker {
    instance: Arc<Instance>,
    context: ServerContext,
    addresses: Addresses,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

struct Addresses {
    tcp: SocketAddr,
    tls: Option<SocketAddr>,
    websocket: Option<SocketAddr>,
}

/// A client that has a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Whether it is connected; if not, its session waits for it.
    pub is_online: bool,
    /// Where it is connected from, or was.
    pub address: SocketAddr,
    /// When it last sent something, Unix time in ms.
    pub last_seen: i64,
    /// When its last connection began, Unix time in ms.
    pub connected_since: i64,
    /// By filter.
    pub subscriptions: Vec<Subscription>,
}

/// What a client subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// As subscribed, a shared one with its `$share/group/`.
    pub filter: String,
    /// 0 to 2, as granted.
    pub qos: u8,
}

/// What a broker had not handed out when it stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remainder {
    /// As of [`Broker::take_counts`].
    pub counts: Vec<MessageCount>,
    /// As of [`Broker::take_departed`]: all that were online, too.
    pub departed: Vec<Departed>,
}

impl Broker {
    /// Binds the addresses, then begins to accept devices.
    ///
    /// # Errors
    ///
    /// If an address cannot be bound, or there is no TLS with the files that are given.
    pub async fn start(config: Config, directory: Arc<dyn Directory>) -> Result<Self, Error> {
        let listeners = Listeners::bind(&config)?;
        let addresses = Addresses {
            tcp: listeners.tcp.1,
            tls: listeners.tls.as_ref().map(|(_, address)| *address),
            websocket: listeners.websocket.as_ref().map(|(_, address)| *address),
        };
        let instance = Arc::new(Instance::new(config.instance_id, directory));
        // The library's check for load refuses connections when the machine does anything else.
        let context = ServerContext::new().busy_check_enable(false).build().await;
        *context.extends.shared_mut().await =
            Box::new(CountedShared::new(context.clone(), Arc::clone(&instance)));
        *context.extends.retain_mut().await = Box::new(Retained::new(Arc::clone(&instance)));
        *context.extends.shared_subscription_mut().await = Box::new(AnyOnline);
        *context.extends.session_mgr_mut().await = Box::new(ClosingSessions(Arc::clone(&instance)));
        *context.extends.fitter_mgr_mut().await = Box::new(ProtocolLimitsManager);
        hooks::install(&context, &instance).await;

        let mut server = MqttServer::new(context.clone()).listener_by_id(listeners.tcp.0, 1);
        for (id, listener) in (2..).zip([listeners.tls, listeners.websocket]) {
            if let Some((listener, _)) = listener {
                server = server.listener_by_id(listener, id);
            }
        }
        let server = server.build();
        let accepting = tokio::spawn(async move {
            if let Err(error) = server.run().await {
                tracing::error!(%error, "broker accepts no connections any more");
            }
        });
        let reaping = tokio::spawn(reaper::run(context.clone(), Arc::clone(&instance)));
        Ok(Self {
            instance,
            context,
            addresses,
            tasks: Mutex::new(vec![accepting, reaping]),
        })
    }

    /// Where it speaks MQTT over TCP.
    pub fn local_addr(&self) -> SocketAddr {
        self.addresses.tcp
    }

    /// Where it speaks MQTT over TLS.
    pub fn tls_addr(&self) -> Option<SocketAddr> {
        self.addresses.tls
    }

    /// Where it speaks MQTT over WebSocket.
    pub fn websocket_addr(&self) -> Option<SocketAddr> {
        self.addresses.websocket
    }

    /// A client that is online, or that left a session behind. Nothing is known here of any other.
    pub fn client(&self, client_id: &str) -> Option<Client> {
        let connection = self.instance.presence.get(client_id)?;
        let subscriptions = connection.subscriptions.lock();
        let subscriptions = subscriptions.iter().map(|(filter, held)| Subscription {
            filter: match &held.share {
                Some(share) => format!("$share/{share}/{filter}"),
                None => filter.to_string(),
            },
            qos: held.qos,
        });
        Some(Client {
            is_online: connection.is_online(),
            address: connection.address,
            last_seen: connection.touched(),
            connected_since: connection.connected_since,
            subscriptions: subscriptions.collect(),
        })
    }

    /// How many clients of a group are online. Does not scan.
    pub fn online_in_group(&self, group_id: &str) -> u64 {
        self.instance.presence.online_in_group(group_id)
    }

    /// All groups with clients online, and how many each has, in no order.
    pub fn online_groups(&self) -> Vec<(String, u64)> {
        self.instance.presence.online_groups()
    }

    /// How many clients that are online have a subscription that matches a topic.
    ///
    /// For a filter with `+` or `#`: how many hold exactly that filter, shared or not. A client counts once.
    /// Slashes at the end make no difference, neither in the question nor in subscriptions.
    /// Takes time by the number of filters that match, not by the number of clients.
    pub fn online_on_topic(&self, topic_or_filter: &str) -> u64 {
        self.instance.presence.online_on_topic(topic_or_filter)
    }

    /// How many clients are online.
    pub fn connections(&self) -> u64 {
        self.instance.presence.connections()
    }

    /// The messages since the last call, in no order. Each is counted in exactly one answer.
    ///
    /// Between two calls, at most 10 000 sub topics are counted apart; further ones only for their parent topic.
    pub fn take_counts(&self) -> Vec<MessageCount> {
        self.instance.metering.take()
    }

    /// Clients that went offline since the last call, the first one first. Of more than 65 536, the last ones.
    pub fn take_departed(&self) -> Vec<Departed> {
        self.instance.presence.take_departed()
    }

    /// When a client went offline last, if that is not older than the last but one call of
    /// [`take_departed`](Self::take_departed): whoever takes has until the next call to write it down.
    pub fn departed(&self, client_id: &str) -> Option<Departed> {
        self.instance.presence.departed(client_id)
    }

    /// How often something was refused since the start, by reason.
    pub fn refused(&self) -> [(Refusal, u64); Refusal::ALL.len()] {
        self.instance.refusals.all()
    }

    /// Ends all sessions of a group, and answers how many of its clients were online.
    ///
    /// The [`Directory`] has to say first that there is no such group. Then no client of it is online afterwards,
    /// not even one that was just connecting.
    pub async fn disconnect_group(&self, group_id: &str) -> u64 {
        let members = self
            .instance
            .presence
            .all()
            .into_iter()
            .filter(|connection| *connection.group == *group_id);
        self.close_all(members.collect()).await
    }

    /// Stops to listen, disconnects all clients and ends their sessions, and answers what is left to be taken.
    ///
    /// Afterwards the addresses are free.
    pub async fn stop(&self) -> Remainder {
        self.instance.refuse_all();
        let tasks = std::mem::take(&mut *self.tasks.lock());
        for task in tasks {
            task.abort();
            // The listeners are closed when their task is gone. That it was aborted is no news.
            let _ = task.await;
        }
        self.close_all(self.instance.presence.all()).await;
        let closed = async {
            while self.context.connections.count() > 0 {
                tokio::time::sleep(CLOSE_PAUSE).await;
            }
        };
        if tokio::time::timeout(STOP_TIMEOUT, closed).await.is_err() {
            tracing::warn!("broker stopped with connections that do not close");
        }
        Remainder {
            counts: self.take_counts(),
            departed: self.take_departed(),
        }
    }

    async fn close_all(&self, connections: Vec<Arc<Connection>>) -> u64 {
        let closing = futures::stream::iter(connections).map(|connection| self.close(connection));
        closing
            .buffer_unordered(CLOSED_AT_ONCE)
            .filter(|was_online| std::future::ready(*was_online))
            .count()
            .await as u64
    }

    /// Ends the session of a client, and answers whether the client was online.
    async fn close(&self, connection: Arc<Connection>) -> bool {
        let was_online = connection.is_online();
        for _ in 0..CLOSE_TRIES {
            let entry = self
                .context
                .extends
                .shared()
                .await
                .entry(connection.id.clone());
            if let Ok(mut entry) = entry.try_lock().await {
                match entry.kick(true, true, true).await {
                    Ok(_) => return was_online,
                    Err(error) => tracing::debug!(%error, "session ended by itself"),
                }
            }
            if self.instance.presence.get_exactly(&connection.id).is_none() {
                return was_online;
            }
            tokio::time::sleep(CLOSE_PAUSE).await;
        }
        tracing::warn!(client_id = ?connection.id.client_id, "session could not be ended");
        false
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        for task in self.tasks.get_mut().iter() {
            task.abort();
        }
    }
}
