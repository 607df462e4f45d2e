//! What the library asks and tells about each client and message.
//!
//! A hook costs a message more than what is done in it, so what can be done elsewhere is: `session` sees signs of life,
//! `shared` and `retained` treat wills and point-to-point messages.

use std::sync::Arc;

use async_trait::async_trait;
use rmqtt::codec::v5::SubscribeAckReason;
use rmqtt::context::ServerContext;
use rmqtt::hook::{Handler, HookResult, Parameter, ReturnType, Type};
use rmqtt::session::Session;
use rmqtt::types::{
    AuthResult, ConnectInfo, LastWill, Publish, PublishAclResult, Reason, Subscribe,
    SubscribeAclResult, To,
};

use crate::authentication::{Applicant, authenticate};
use crate::instance::Instance;
use crate::metering::Direction;
use crate::topic::{Topic, may_publish, may_share, may_subscribe};
use crate::{Refusal, connection::Connection};

/// Most subscriptions of a client.
const MAX_SUBSCRIPTIONS: usize = 30;

/// Makes the library ask and tell an [`Instance`].
pub(crate) async fn install(context: &ServerContext, instance: &Arc<Instance>) {
    let register = context.extends.hook_mgr().register();
    for hook in [
        Type::ClientAuthenticate,
        Type::ClientDisconnected,
        Type::ClientSubscribeCheckAcl,
        Type::MessagePublishCheckAcl,
        Type::MessageDelivered,
        Type::MessageDropped,
    ] {
        register
            .add(hook, Box::new(Hooks(Arc::clone(instance))))
            .await;
    }
    register.start().await;
}

struct Hooks(Arc<Instance>);

#[async_trait]
impl Handler for Hooks {
    async fn hook(&self, parameter: &Parameter, earlier: Option<HookResult>) -> ReturnType {
        let answer = match parameter {
            Parameter::ClientAuthenticate(connect) => {
                Some(HookResult::AuthResult(self.authenticate(connect)))
            }
            Parameter::ClientSubscribeCheckAcl(session, subscribe) => self
                .refuse_subscription(session, subscribe)
                .map(HookResult::SubscribeAclResult),
            Parameter::MessagePublishCheckAcl(session, publish) => {
                Some(HookResult::PublishAclResult(self.receive(session, publish)))
            }
            Parameter::MessageDelivered(session, _, publish) => {
                self.delivered(session, publish);
                None
            }
            Parameter::MessageDropped(Some(receiver), _, publish, _) => {
                self.dropped(receiver, publish);
                None
            }
            Parameter::ClientDisconnected(session, reason) => {
                // Who takes a session over tells what becomes of it.
                if !is_taken_over(reason) {
                    self.0.presence.disconnect(&session.id);
                }
                None
            }
            _ => None,
        };
        // Whether later handlers see the event too: always.
        (true, answer.or(earlier))
    }
}

impl Hooks {
    fn authenticate(&self, connect: &ConnectInfo) -> AuthResult {
        let will = connect.last_will();
        let applicant = Applicant {
            client_id: connect.client_id(),
            user_name: connect.username().map_or("", |name| name),
            password: connect.password().map_or(&[], |password| password),
            will_topic: will.as_ref().map(|will| match will {
                LastWill::V3(will) => &*will.topic,
                LastWill::V5(will) => &*will.topic,
            }),
        };
        match authenticate(applicant, &self.0.id, &*self.0.directory) {
            Ok(()) => AuthResult::Allow(false, None),
            Err(refusal) => {
                self.0.refusals.count(refusal);
                tracing::debug!(client_id = ?connect.client_id(), %refusal, "connection refused");
                match refusal {
                    Refusal::Credentials | Refusal::UserName => AuthResult::BadUsernameOrPassword,
                    _ => AuthResult::NotAuthorized,
                }
            }
        }
    }

    fn refuse_subscription(
        &self,
        session: &Session,
        subscribe: &Subscribe,
    ) -> Option<SubscribeAclResult> {
        let filter = &*subscribe.topic_filter;
        let share = subscribe.opts.shared_group();
        let allowed =
            may_subscribe(filter, &*self.0.directory) && share.is_none_or(|share| may_share(share));
        let (refusal, reason) = if !allowed {
            (Refusal::Topic, SubscribeAckReason::NotAuthorized)
        } else if self
            .connection(session)
            .is_some_and(|connection| is_one_too_many(&connection, filter))
        {
            (Refusal::Subscriptions, SubscribeAckReason::QuotaExceeded)
        } else {
            return None;
        };
        self.0.refusals.count(refusal);
        tracing::debug!(client_id = ?session.id.client_id, filter, %refusal, "subscription refused");
        Some(SubscribeAclResult::new_failure(reason))
    }

    fn receive(&self, session: &Session, publish: &Publish) -> PublishAclResult {
        if !may_publish(&publish.topic, &*self.0.directory) {
            self.0.refusals.count(Refusal::Topic);
            tracing::debug!(client_id = ?session.id.client_id, topic = ?publish.topic, "publish refused");
            return PublishAclResult::rejected(
                true,
                Some("the topic is not one of the instance".into()),
            );
        }
        let known = publish.packet_id.is_some_and(|id| {
            self.connection(session)
                .is_some_and(|connection| connection.received.lock().remember(id.get()))
        });
        if !(publish.dup && known) {
            self.meter(Topic::parse(&publish.topic), Direction::Received, publish);
        }
        PublishAclResult::allow()
    }

    /// A message is about to be written. One that is written again was counted before.
    fn delivered(&self, session: &Session, publish: &Publish) {
        if !publish.dup {
            self.meter(Topic::parse(&publish.topic), Direction::Pushed, publish);
            self.dropped(&session.id, publish);
        }
    }

    /// A message does not wait any more.
    fn dropped(&self, receiver: &To, publish: &Publish) {
        if !publish.dup
            && let Some(connection) = self.0.presence.get_exactly(receiver)
        {
            connection.leave_queue(publish.payload.len());
        }
    }

    fn meter(&self, topic: Topic<'_>, direction: Direction, publish: &Publish) {
        self.0.meter(topic, direction, publish.qos.value());
    }

    fn connection(&self, session: &Session) -> Option<Arc<Connection>> {
        self.0.presence.get_exactly(&session.id)
    }
}

fn is_taken_over(reason: &Reason) -> bool {
    match reason {
        Reason::Reasons(reasons) => reasons.iter().any(is_taken_over),
        reason => reason.is_kicked(false),
    }
}

fn is_one_too_many(connection: &Connection, filter: &str) -> bool {
    let subscriptions = connection.subscriptions.lock();
    subscriptions.len() >= MAX_SUBSCRIPTIONS && !subscriptions.contains_key(filter)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rmqtt::hook::{Handler as _, Parameter};
    use rmqtt::types::{ConnectInfo, Id};

    use super::Hooks;
    use crate::instance::Instance;
    use crate::{Directory, SecretString};

    struct Nothing;

    impl Directory for Nothing {
        fn secret(&self, _: &str) -> Option<SecretString> {
            None
        }
        fn has_group(&self, _: &str) -> bool {
            false
        }
        fn has_topic(&self, _: &str) -> bool {
            false
        }
    }

    #[tokio::test]
    async fn later_handlers_see_every_event() {
        let hooks = Hooks(Arc::new(Instance::new(String::new(), Arc::new(Nothing))));
        let connect = ConnectInfo::from(Id::from(1, "GID_test@@@a".into()));
        let (proceed, answer) = hooks
            .hook(&Parameter::ClientAuthenticate(&connect), None)
            .await;
        assert!(proceed && answer.is_some());
        let (proceed, answer) = hooks.hook(&Parameter::BeforeStartup, answer).await;
        assert!(proceed && answer.is_some(), "an earlier answer stays");
    }
}
