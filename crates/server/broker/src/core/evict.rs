//! Bounds of the instance: beyond them, whoever holds most gives way. On disk that is the session that holds most, which
//! loses its oldest messages; in memory the client for which most waits, which is disconnected.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::Core;
use super::clock::Now;
use super::instance::Loss;
use super::session::Session;

/// A session, ordered by what it holds.
struct Candidate {
    share: f64,
    session: Arc<Session>,
}

impl Core {
    /// Drops messages if there are more on disk than the instance may keep. Looks at all sessions, so it makes room for
    /// some more.
    pub(crate) fn evict(&self, now: Now) {
        if !self.instance.kept.is_exceeded() {
            return;
        }
        let Some(_guard) = self.evicting.try_lock() else {
            return;
        };
        let mut candidates: BinaryHeap<_> = self
            .sessions
            .all()
            .into_iter()
            .filter_map(|session| self.candidate(session))
            .collect();
        let mut changes = Vec::new();
        while self.instance.kept.is_tight()
            && let Some(Candidate { session, .. }) = candidates.pop()
        {
            let owner = session.owner(&self.instance, now);
            let was_evicted =
                session
                    .state
                    .lock()
                    .outgoing
                    .evict(owner, Loss::InstanceBound, &mut changes);
            if was_evicted {
                candidates.extend(self.candidate(session));
            }
        }
        self.instance.keep.submit(changes);
    }

    /// Disconnects the clients for which most waits in memory, if there is more than the instance may hold.
    pub(crate) fn relieve(&self, now: Now) {
        if !self.instance.budget.is_used_up() {
            return;
        }
        let mut waiting: Vec<_> = (self.sessions.all().into_iter())
            .filter(|session| session.is_online())
            .map(|session| {
                let bytes = session.state.lock().outgoing.in_memory();
                (bytes, session)
            })
            .collect();
        waiting.sort_unstable_by_key(|(bytes, _)| Reverse(*bytes));
        let mut excess = self.instance.budget.excess();
        for (bytes, session) in waiting {
            if excess == 0 || bytes == 0 {
                break;
            }
            session
                .state
                .lock()
                .close_slow(&session, &self.instance, now);
            excess = excess.saturating_sub(bytes);
        }
    }

    fn candidate(&self, session: Arc<Session>) -> Option<Candidate> {
        if !session.is_kept() {
            return None;
        }
        let held = session.state.lock().outgoing.kept();
        (held.messages > 0).then(|| Candidate {
            share: self.instance.kept.share(held),
            session,
        })
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.share.total_cmp(&other.share)
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}
