//! CONNECT: who the client is, and which session it gets.

use std::sync::Arc;

use super::clock::{Now, SECOND, Time};
use super::connection::{Connection, Open, Phase, Step};
use super::limits::{MAX_CONNECT, MAX_EXPIRY, MAX_PACKET, TOPIC_ALIASES};
use super::message::{Message, Parts, Properties};
use super::outgoing::Link;
use super::sessions::{Admitted, Arrival};
use super::will::Will;
use crate::Refusal;
use crate::authentication::{Applicant, authenticate};
use crate::wire::{self, Connack, Connect, Decoded, Reason, Version};

impl Connection {
    pub(super) fn receive_connect(&mut self, bytes: &[u8], now: Now) -> Step {
        match wire::decode_connect(bytes, MAX_CONNECT) {
            Ok(Decoded::Incomplete) => Step::Wait,
            Ok(Decoded::Packet(connect, length)) => {
                self.connect(&connect, now);
                Step::Used(length)
            }
            Err(error) => {
                tracing::debug!(peer = %self.peer, rule = error.rule, "malformed CONNECT");
                if let Some(version) = error.answer {
                    self.refuse(version, error.reason, Some(error.rule), usize::MAX);
                }
                self.phase = Phase::Closing;
                Step::Used(bytes.len())
            }
        }
    }

    fn connect(&mut self, connect: &Connect<'_>, now: Now) {
        let link = Link {
            version: connect.version,
            receive_maximum: usize::from(connect.receive_maximum),
            maximum_packet_size: match connect.maximum_packet_size {
                u32::MAX => usize::MAX,
                bytes => bytes as usize,
            },
        };
        if let Err((reason, text)) = self.check(connect) {
            self.refuse(
                connect.version,
                reason,
                text.as_deref(),
                link.maximum_packet_size,
            );
            self.phase = Phase::Closing;
            return;
        }
        let expiry = connect.session_expiry.min(MAX_EXPIRY);
        let admitted = self.core.sessions.connect(
            Arrival {
                client_id: connect.client_id,
                address: self.peer,
                version: connect.version,
                clean_start: connect.clean_start,
                expiry,
                signal: Arc::clone(&self.signal),
                will: will(connect, now),
            },
            now,
        );
        let Some(admitted) = admitted else {
            self.refuse_late(connect.version, link);
            return;
        };
        self.welcome(connect, admitted, link, now);
    }

    /// Returns why a client may not connect, for the program and for people.
    fn check(&self, connect: &Connect<'_>) -> Result<(), (Reason, Option<String>)> {
        if connect.client_id.is_empty() {
            self.core.instance.refusals.count(Refusal::ClientId);
            return Err((Reason::CLIENT_IDENTIFIER_NOT_VALID, None));
        }
        if connect.authentication_method.is_some() {
            return Err((Reason::BAD_AUTHENTICATION_METHOD, None));
        }
        let applicant = Applicant {
            client_id: connect.client_id,
            user_name: connect.user_name.unwrap_or_default(),
            password: connect.password.unwrap_or_default(),
            will_topic: connect.will.map(|will| will.topic),
        };
        let instance = &self.core.instance;
        authenticate(applicant, &instance.id, &*instance.directory).map_err(|refusal| {
            instance.refusals.count(refusal);
            tracing::debug!(client_id = connect.client_id, %refusal, "connection refused");
            let reason = match refusal {
                Refusal::Credentials | Refusal::UserName => Reason::BAD_USER_NAME_OR_PASSWORD,
                _ => Reason::NOT_AUTHORIZED,
            };
            (reason, Some(refusal.to_string()))
        })
    }

    /// Refuses a client whose group was deleted while it connected, or because the broker stops.
    fn refuse_late(&mut self, version: Version, link: Link) {
        let reason = if self.core.instance.is_stopping() {
            Reason::SERVER_UNAVAILABLE
        } else {
            Reason::NOT_AUTHORIZED
        };
        self.refuse(version, reason, None, link.maximum_packet_size);
        self.phase = Phase::Closing;
    }

    fn refuse(&mut self, version: Version, reason: Reason, text: Option<&str>, limit: usize) {
        let connack = Connack {
            version,
            session_present: false,
            reason,
            session_expiry: None,
            maximum_packet_size: None,
            topic_alias_maximum: 0,
            reason_string: text,
        };
        wire::connack(&mut self.ready, &connack);
        if self.ready.len() > limit {
            self.ready.clear();
            let connack = Connack {
                reason_string: None,
                ..connack
            };
            wire::connack(&mut self.ready, &connack);
        }
    }

    fn welcome(&mut self, connect: &Connect<'_>, admitted: Admitted, link: Link, now: Now) {
        let expiry = connect.session_expiry.min(MAX_EXPIRY);
        let connack = Connack {
            version: connect.version,
            session_present: admitted.session_present,
            reason: Reason::SUCCESS,
            session_expiry: (expiry != connect.session_expiry).then_some(expiry),
            maximum_packet_size: u32::try_from(MAX_PACKET).ok(),
            topic_alias_maximum: TOPIC_ALIASES,
            reason_string: None,
        };
        let keep_alive = Time::from(connect.keep_alive) * SECOND;
        self.phase = Phase::Open(Box::new(Open {
            session: Arc::clone(&admitted.session),
            id: admitted.connection,
            link,
            is_welcomed: admitted.ticket <= self.core.instance.keep.committed(),
            patience: keep_alive + keep_alive / 2,
            heard: now.time,
            aliases: Vec::new(),
            pause: None,
        }));
        self.answer(admitted.ticket, |out| wire::connack(out, &connack));
        if admitted.session_present {
            self.core.end_stale_subscriptions(&admitted.session, now);
        }
        if let Some(will) = admitted.earlier_will {
            self.core.publish_will(&will, now);
        }
    }
}

fn will(connect: &Connect<'_>, now: Now) -> Option<Will> {
    let will = connect.will?;
    let parts = Parts {
        topic: will.topic,
        properties: Properties::Sent(will.properties),
        payload: will.payload,
        qos: will.qos,
        retain: will.retain,
        expiry: will
            .message_expiry
            .map(|seconds| now.time + Time::from(seconds) * SECOND),
        received: now.time,
        publisher: 0,
    };
    Some(Will {
        delay: will.delay,
        message: Arc::new(Message::new(parts, 0, None)),
    })
}
