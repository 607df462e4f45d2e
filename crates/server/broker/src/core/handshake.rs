//! CONNECT: who the client is, and which session it gets.

use std::sync::Arc;

use super::clock::{Now, SECOND, Time};
use super::connection::{Connection, Handled, Open, Phase, Step};
use super::limits::{MAX_CONNECT, MAX_PACKET, TOPIC_ALIASES};
use super::message::{Budget, Message, Parts, Properties};
use super::others::{Claim, Claiming, Decision, Wish};
use super::outgoing::Link;
use super::sessions::{Admitted, Arrival};
use super::will::Will;
use crate::authentication::{Applicant, authenticate};
use crate::client_id::{ClientIdError, group_of};
use crate::excerpt::Excerpt;
use crate::refusal::{Cause, Refused};
use crate::wire::{self, Connack, Connect, Decoded, Reason, Version};

impl Connection {
    pub(super) fn receive_connect(&mut self, bytes: &[u8], now: Now) -> Step {
        match wire::decode_connect(bytes, MAX_CONNECT) {
            Ok(Decoded::Incomplete) => Step::Wait,
            Ok(Decoded::Packet(connect, length)) => match self.connect(&connect, now) {
                Handled::Done => Step::Used(length),
                Handled::Waits => Step::Wait,
            },
            Err(error) => {
                let refusals = &self.core.instance.refusals;
                refusals.malformed(None, self.peer, error.rule, now.unix);
                if let Some(version) = error.answer {
                    self.refuse(version, error.reason, Some(error.rule), usize::MAX);
                }
                self.phase = Phase::Closing;
                Step::Used(bytes.len())
            }
        }
    }

    fn connect(&mut self, connect: &Connect<'_>, now: Now) -> Handled {
        let link = Link {
            version: connect.version,
            receive_maximum: usize::from(connect.receive_maximum),
            maximum_packet_size: match connect.maximum_packet_size {
                u32::MAX => usize::MAX,
                bytes => bytes as usize,
            },
        };
        let credentials = self.core.instance.credentials();
        if let Err(cause) = self.check(connect) {
            self.note_refused(connect.client_id, cause, now);
            let (reason, text) = (reason(cause), cause.refusal().to_string());
            self.refuse(
                connect.version,
                reason,
                Some(&text),
                link.maximum_packet_size,
            );
            self.phase = Phase::Closing;
            return Handled::Done;
        }
        let claim = match self.claim(connect, now) {
            None => return Handled::Waits,
            Some(Decision::Granted(claim)) => claim,
            Some(Decision::Unavailable) => {
                let (version, reason) = (connect.version, Reason::SERVER_UNAVAILABLE);
                self.refuse(version, reason, None, link.maximum_packet_size);
                self.phase = Phase::Closing;
                return Handled::Done;
            }
        };
        let expiry = self.core.instance.granted_expiry(connect.session_expiry);
        let admitted = self.core.sessions.connect(
            Arrival {
                client_id: connect.client_id,
                address: self.peer,
                version: connect.version,
                clean_start: connect.clean_start,
                credentials,
                expiry,
                signal: Arc::clone(&self.signal),
                will: will(connect, &self.core.instance.session_memory, now),
                claim,
            },
            now,
        );
        let Some(admitted) = admitted else {
            self.refuse_late(connect, link, now);
            return Handled::Done;
        };
        self.welcome(connect, admitted, (link, expiry), now);
        Handled::Done
    }

    /// Claims the client for this node. Returns `None` until that is decided.
    fn claim(&mut self, connect: &Connect<'_>, now: Now) -> Option<Decision> {
        /// The claim of a broker that serves alone.
        const ALONE: Claim = 0;
        let instance = &self.core.instance;
        let Some(others) = &instance.others else {
            return Some(Decision::Granted(ALONE));
        };
        let Phase::Handshake { claiming, .. } = &mut self.phase else {
            return None;
        };
        let wish = Wish {
            is_kept: connect.session_expiry > 0,
            is_clean: connect.clean_start,
        };
        let begin = || {
            let is_kept = instance.granted_expiry(connect.session_expiry) > 0;
            let will = will(connect, &instance.session_memory, now).filter(|_| !is_kept);
            let will = will.map(|will| will.message);
            let about = (self.peer, wish, will);
            Claiming::begin(others, connect.client_id, about, &self.signal)
        };
        claiming.get_or_insert_with(begin).take()
    }

    /// Returns why a client may not connect.
    fn check<'a>(&'a self, connect: &Connect<'a>) -> Result<(), Cause<'a>> {
        if connect.authentication_method.is_some() {
            return Err(Cause::AuthenticationMethod);
        }
        let applicant = Applicant {
            client_id: connect.client_id,
            user_name: connect.user_name.unwrap_or_default(),
            password: connect.password.unwrap_or_default(),
            will_topic: connect.will.map(|will| will.topic),
        };
        let instance = &self.core.instance;
        authenticate(applicant, &instance.id, &*instance.directory)?;
        let is_new = || self.core.sessions.get(connect.client_id).is_none();
        if self.core.sessions.are_too_many() && is_new()
            || instance.session_memory.is_used_up() && (connect.will.is_some() || is_new())
        {
            return Err(Cause::Sessions);
        }
        Ok(())
    }

    fn note_refused(&self, client_id: &str, cause: Cause<'_>, now: Now) {
        let refused = Refused {
            client_id,
            address: self.peer,
            cause,
        };
        self.core.instance.refusals.refuse(refused, now.unix);
    }

    /// Refuses a client whose group was deleted while it connected, or because the broker stops or another node has it.
    fn refuse_late(&mut self, connect: &Connect<'_>, link: Link, now: Now) {
        let group = group_of(connect.client_id).unwrap_or_default();
        let instance = &self.core.instance;
        let reason = if instance.is_stopping() || instance.directory.has_group(group) {
            Reason::SERVER_UNAVAILABLE
        } else {
            self.note_refused(connect.client_id, Cause::Group(group), now);
            Reason::NOT_AUTHORIZED
        };
        self.refuse(connect.version, reason, None, link.maximum_packet_size);
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

    /// Accepts a client. `expiry` is how long its session is kept, in seconds.
    fn welcome(
        &mut self,
        connect: &Connect<'_>,
        admitted: Admitted,
        (link, expiry): (Link, u32),
        now: Now,
    ) {
        let (client_id, version) = (&*Excerpt(connect.client_id).logged(), connect.version);
        tracing::info!(client_id, address = %self.peer, %version, "device connected");
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
            is_welcomed: false,
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
            self.core.publish_will(will, now);
        }
    }
}

/// Returns what a client is told that may not connect.
fn reason(cause: Cause<'_>) -> Reason {
    match cause {
        Cause::ClientId(ClientIdError::Empty) => Reason::CLIENT_IDENTIFIER_NOT_VALID,
        Cause::AuthenticationMethod => Reason::BAD_AUTHENTICATION_METHOD,
        Cause::UserName(_) | Cause::AccessKey(_) | Cause::Password => {
            Reason::BAD_USER_NAME_OR_PASSWORD
        }
        Cause::Sessions => Reason::QUOTA_EXCEEDED,
        _ => Reason::NOT_AUTHORIZED,
    }
}

fn will(connect: &Connect<'_>, budget: &Arc<Budget>, now: Now) -> Option<Will> {
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
        message: Arc::new(Message::new(parts, 0, Some(budget))),
    })
}
