//! Chooses another member of a share for a message whose member has left.

use super::arrivals::Sender;
use super::envelope;
use super::member::Member;
use super::owner::Life;
use super::shares::{Part, Reader};
use crate::core::{Chosen, Core, Now, Outbound, push_chosen};

impl Member {
    /// Returns the members that get a message here, of those that its entry of the log names. If it is this node's part, has the
    /// message given to others in place of those that have left.
    pub(super) fn members_here(
        &self,
        core: &Core,
        message: &Outbound<'_>,
        entry: &[u8],
        now: Now,
    ) -> Vec<u8> {
        let Some(life) = self.life().filter(|_| !message.chosen.0.is_empty()) else {
            return message.chosen.0.to_vec();
        };
        let (mut here, mut again) = (Vec::new(), Vec::new());
        let sender = Sender {
            node: self.node.name.clone(),
            epoch: life.epoch,
            is_direct: false,
        };
        let is_publisher = envelope::read_sender(entry).is_some_and(|(by, _)| by == sender);
        let is_over = |life: &Life| self.is_over(life);
        for (filter, client_id) in message.chosen.iter() {
            let reader = Reader {
                life: &life,
                is_publisher,
                is_here: core.is_member(filter, client_id),
            };
            let shares = self.shares.lock();
            match shares.part((filter, client_id), reader, is_over) {
                Part::Deliver => push_chosen(&mut here, filter, client_id),
                Part::ChooseAgain => {
                    if let Some(other) = shares.choose_again(filter, client_id, is_over) {
                        push_chosen(&mut again, filter, other);
                    }
                }
                Part::Nothing => {}
            }
        }
        if !again.is_empty() {
            let message = Outbound {
                chosen: Chosen(&again),
                is_again: true,
                // Publisher and will are known from the entry that it repeats.
                will: None,
                id: 0,
                ..*message
            };
            let entry = envelope::write(&message, &sender, 0, now);
            core.instance.keep.submit([self.entry(life.epoch, entry)]);
        }
        here
    }
}
