//! Members of shared subscriptions on all nodes, as the log tells of them.

use std::collections::{BTreeMap, HashMap};

use super::cursor::{read_life, write_life};
use super::owner::Life;
use crate::core::{Filter, Membership, push_chosen, split_level};

/// Begins an event, and no envelope.
const EVENT: u8 = 0x80;
const ONLINE: u8 = 0;
const ONLINE_AND_KEPT: u8 = 6;
const AWAY: u8 = 1;
const GONE: u8 = 2;
const GONE_FROM_ALL: u8 = 3;
const HELLO: u8 = 4;
const TOLD: u8 = 5;

/// News of a node about members, in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A client has a subscription, or not any more.
    Member {
        /// With its `$share/name/`.
        filter: String,
        client_id: String,
        membership: Membership,
    },
    /// A client has no shared subscription.
    GoneFromAll { client_id: String },
    /// The node has just started, and knows nothing.
    Hello,
    /// All members of the node are in the log, for one that had just started.
    Told(Life),
}

/// Writes an event of a node.
pub(crate) fn write(life: &Life, event: &Event) -> Vec<u8> {
    let (kind, texts) = match event {
        Event::Member {
            filter,
            client_id,
            membership,
        } => {
            let kind = match membership {
                Membership::Online { is_kept: false } => ONLINE,
                Membership::Online { is_kept: true } => ONLINE_AND_KEPT,
                Membership::Away => AWAY,
                Membership::Gone => GONE,
            };
            (kind, vec![filter.as_bytes(), client_id.as_bytes()])
        }
        Event::GoneFromAll { client_id } => (GONE_FROM_ALL, vec![client_id.as_bytes()]),
        Event::Hello => (HELLO, Vec::new()),
        Event::Told(to) => {
            let to = write_life(to);
            return with_texts(TOLD, life, &[&to]);
        }
    };
    with_texts(kind, life, &texts)
}

fn with_texts(kind: u8, life: &Life, texts: &[&[u8]]) -> Vec<u8> {
    let mut out = vec![EVENT, kind];
    let life = write_life(life);
    for text in std::iter::once(&&*life).chain(texts) {
        // Filters and client IDs are at most 64 KiB long on the wire.
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&text[..usize::from(length)]);
    }
    out
}

/// Returns whether an entry of the log is an event.
pub(crate) fn is_event(entry: &[u8]) -> bool {
    entry.first() == Some(&EVENT)
}

/// Reads what [`write`] wrote: the life of the node that says so, and what it says.
pub(crate) fn read(entry: &[u8]) -> Option<(Life, Event)> {
    let (&[_, kind], mut rest) = entry.split_first_chunk()?;
    let mut text = || {
        let (length, after) = rest.split_first_chunk()?;
        let (text, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        rest = after;
        Some(text)
    };
    let life = read_life(text()?)?;
    let string = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    let event = match kind {
        ONLINE | ONLINE_AND_KEPT | AWAY | GONE => Event::Member {
            filter: string(text()?)?,
            client_id: string(text()?)?,
            membership: match kind {
                ONLINE => Membership::Online { is_kept: false },
                ONLINE_AND_KEPT => Membership::Online { is_kept: true },
                AWAY => Membership::Away,
                _ => Membership::Gone,
            },
        },
        GONE_FROM_ALL => Event::GoneFromAll {
            client_id: string(text()?)?,
        },
        HELLO => Event::Hello,
        TOLD => Event::Told(read_life(text()?)?),
        _ => return None,
    };
    Some((life, event))
}

/// Part of a node in a message that its publisher's node has chosen a member for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// To give it to the member, if its session is here.
    Deliver,
    /// To choose another member, because this one has left.
    ChooseAgain,
    /// Another node does what is to be done.
    Nothing,
}

/// A node that reads the entry of such a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) life: &'a Life,
    /// `true` if the message was published here.
    pub(crate) is_publisher: bool,
    /// `true` if the member has the subscription here.
    pub(crate) is_here: bool,
}

/// Members, in a tree of filters by level.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    levels: HashMap<Box<str>, Box<Shares>>,
    /// Those whose filter ends here, by filter with its `$share/name/`.
    groups: BTreeMap<Box<str>, Members>,
}

type Members = BTreeMap<Box<str>, Member>;

#[derive(Debug)]
struct Member {
    life: Life,
    is_online: bool,
    is_kept: bool,
}

impl Shares {
    /// Notes what a node says of a member.
    pub(crate) fn note(
        &mut self,
        life: Life,
        filter: &str,
        client_id: &str,
        membership: Membership,
    ) {
        let levels = Filter::parse(filter).levels;
        if membership == Membership::Gone {
            return self.leave(Some(levels), &life, filter, client_id);
        }
        let mut end = self;
        for level in levels.split('/') {
            end = end.levels.entry(level.into()).or_default();
        }
        let members = end.groups.entry(filter.into()).or_default();
        let is_online = membership != Membership::Away;
        let member = Member {
            life,
            is_online,
            is_kept: membership != Membership::Online { is_kept: false },
        };
        members.insert(client_id.into(), member);
    }

    /// Removes a member, unless another node has it by now. `levels` are those of the filter below this level.
    fn leave(&mut self, levels: Option<&str>, life: &Life, filter: &str, client_id: &str) {
        if let Some(levels) = levels {
            let (level, rest) = split_level(levels);
            if let Some(next) = self.levels.get_mut(level) {
                next.leave(rest, life, filter, client_id);
                if next.is_empty() {
                    self.levels.remove(level);
                }
            }
        } else if let Some(members) = self.groups.get_mut(filter) {
            if (members.get(client_id)).is_some_and(|member| member.life == *life) {
                members.remove(client_id);
            }
            if members.is_empty() {
                self.groups.remove(filter);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.groups.is_empty()
    }

    /// Forgets a client.
    pub(crate) fn forget(&mut self, client_id: &str) {
        self.change(&mut |members| {
            members.remove(client_id);
        });
    }

    /// Forgets clients of lives that are over, unless others may still adopt them.
    pub(crate) fn forget_over(&mut self, is_over: impl Fn(&Life) -> bool) {
        self.change(&mut |members| {
            members.retain(|_, member| !is_over(&member.life));
        });
    }

    fn change(&mut self, change: &mut dyn FnMut(&mut Members)) {
        self.groups.retain(|_, members| {
            change(members);
            !members.is_empty()
        });
        self.levels.retain(|_, next| {
            next.change(change);
            !next.is_empty()
        });
    }

    /// Returns whether a message to a topic has to be given to members of shares.
    pub(crate) fn is_shared(&self, topic: &str) -> bool {
        !self.matching(topic).is_empty()
    }

    /// Chooses a member of each share that a topic matches: any that is online, any whose session is kept if none is. Writes filter
    /// and client ID of each.
    pub(crate) fn choose(&self, topic: &str, is_over: impl Fn(&Life) -> bool) -> Vec<u8> {
        let mut chosen = Vec::new();
        for (filter, members) in self.matching(topic) {
            if let Some(client_id) = choose_of(members, None, &is_over) {
                push_chosen(&mut chosen, filter, client_id);
            }
        }
        chosen
    }

    /// Chooses a member of a share in place of one that has left.
    pub(crate) fn choose_again(
        &self,
        filter: &str,
        left: &str,
        is_over: impl Fn(&Life) -> bool,
    ) -> Option<&str> {
        choose_of(self.members(filter)?, Some(left), &is_over)
    }

    /// Returns the part of a node in a message that a member was chosen for. What the log says before the entry is the same for all
    /// nodes, so one of them delivers it or chooses again, and no second one.
    pub(crate) fn part(
        &self,
        (filter, client_id): (&str, &str),
        reader: Reader<'_>,
        is_over: impl Fn(&Life) -> bool,
    ) -> Part {
        let members = self.members(filter);
        match members.and_then(|members| members.get(client_id)) {
            // It may be changing nodes. Whoever has it delivers.
            Some(member) if member.is_kept => Part::Deliver,
            Some(member) if member.life == *reader.life => {
                if reader.is_here {
                    Part::Deliver
                } else {
                    Part::ChooseAgain
                }
            }
            Some(member) if !is_over(&member.life) => Part::Nothing,
            _ if reader.is_publisher => Part::ChooseAgain,
            _ => Part::Nothing,
        }
    }

    fn members(&self, filter: &str) -> Option<&Members> {
        let mut levels = Filter::parse(filter).levels.split('/');
        let end = levels.try_fold(self, |node, level| {
            node.levels.get(level).map(|next| &**next)
        });
        end?.groups.get(filter)
    }

    /// Returns the shares that a topic matches: filter and members of each.
    fn matching(&self, topic: &str) -> Vec<(&str, &Members)> {
        let mut found = Vec::new();
        self.find(Some(topic), &mut found);
        found
    }

    /// Adds the shares that the rest of a topic matches below this level.
    fn find<'a>(&'a self, topic: Option<&str>, found: &mut Vec<(&'a str, &'a Members)>) {
        let groups = |shares: &'a Self| {
            let groups = shares.groups.iter();
            groups.map(|(filter, members)| (&**filter, members))
        };
        found.extend(self.levels.get("#").into_iter().flat_map(|it| groups(it)));
        let Some(topic) = topic else {
            found.extend(groups(self));
            return;
        };
        let (level, rest) = split_level(topic);
        for name in [level, "+"] {
            if let Some(next) = self.levels.get(name) {
                next.find(rest, found);
            }
        }
    }
}

/// Returns any member but one: any that is online, any whose session is kept if none is.
fn choose_of<'a>(
    members: &'a Members,
    except: Option<&str>,
    is_over: &impl Fn(&Life) -> bool,
) -> Option<&'a str> {
    let is_online = |member: &Member| member.is_online && !is_over(&member.life);
    let is_kept = |member: &Member| member.is_kept;
    any_of(members, except, is_online).or_else(|| any_of(members, except, is_kept))
}

/// Returns any client among some members, but one.
fn any_of<'a>(
    members: &'a Members,
    except: Option<&str>,
    is_suitable: impl Fn(&Member) -> bool,
) -> Option<&'a str> {
    let begin = fastrand::usize(..members.len().max(1));
    let mut from_there = members.iter().cycle().skip(begin).take(members.len());
    from_there
        .find(|(client_id, member)| is_suitable(member) && except != Some(&**client_id))
        .map(|(client_id, _)| &**client_id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::core::{Chosen, matches};

    fn life(epoch: u64) -> Life {
        Life {
            node: "a".to_owned(),
            epoch,
        }
    }

    fn chosen(shares: &Shares, topic: &str) -> BTreeSet<String> {
        let tries = (0..64).flat_map(|_| {
            let bytes = shares.choose(topic, |life| life.epoch == 9);
            let chosen = Chosen(&bytes).iter();
            chosen
                .map(|(filter, client)| format!("{filter} {client}"))
                .collect::<Vec<_>>()
        });
        tries.collect()
    }

    proptest! {
        #[test]
        fn a_share_is_found_by_the_topics_that_its_filter_matches(
            filters in prop::collection::btree_set("t(/[ab+]){0,3}(/#)?", 0..6),
            gone in any::<prop::sample::Index>(),
            topic in "[tu](/[ab]){0,3}",
        ) {
            let mut shares = Shares::default();
            let mut filters: Vec<String> =
                filters.iter().map(|filter| format!("$share/s/{filter}")).collect();
            let note = |shares: &mut Shares, filter: &str, membership| {
                shares.note(life(1), filter, "one", membership);
            };
            for filter in &filters {
                note(&mut shares, filter, Membership::Away);
            }
            if !filters.is_empty() {
                let gone = filters.remove(gone.index(filters.len()));
                note(&mut shares, &gone, Membership::Gone);
            }
            filters.retain(|filter| matches(Filter::parse(filter).levels, &topic));
            let mut found: Vec<_> = shares.matching(&topic).iter().map(|(filter, _)| *filter).collect();
            found.sort_unstable();
            prop_assert_eq!(found, filters);
            shares.forget("one");
            prop_assert!(shares.is_empty());
        }

        #[test]
        fn an_event_is_read_as_it_was_written(
            (filter, client_id) in ("[a-z/灯]{0,9}", "[a-z@]{0,9}"),
            (kind, epoch, to) in (0..6_u8, any::<u64>(), any::<u64>()),
            cut in any::<prop::sample::Index>(),
        ) {
            let member = |membership| Event::Member {
                filter: filter.clone(),
                client_id: client_id.clone(),
                membership,
            };
            let event = match kind {
                0 => member(Membership::Online { is_kept: epoch.is_multiple_of(2) }),
                1 => member(Membership::Away),
                2 => member(Membership::Gone),
                3 => Event::GoneFromAll { client_id },
                4 => Event::Hello,
                _ => Event::Told(life(to)),
            };
            let bytes = write(&life(epoch), &event);
            prop_assert!(is_event(&bytes));
            prop_assert_eq!(read(&bytes), Some((life(epoch), event)));
            // Whatever is cut off, nothing panics.
            let _ = read(&bytes[..cut.index(bytes.len())]);
        }
    }

    #[test]
    fn members_that_are_online_are_chosen_before_those_that_are_away() {
        let mut shares = Shares::default();
        let filter = "$share/s/t/+";
        shares.note(life(1), filter, "one", Membership::Away);
        assert_eq!(
            chosen(&shares, "t/a"),
            ["$share/s/t/+ one".to_owned()].into()
        );
        shares.note(
            life(1),
            filter,
            "two",
            Membership::Online { is_kept: false },
        );
        shares.note(
            life(9),
            filter,
            "lost",
            Membership::Online { is_kept: true },
        );
        assert_eq!(
            chosen(&shares, "t/a"),
            ["$share/s/t/+ two".to_owned()].into()
        );
        assert!(shares.is_shared("t/a") && !shares.is_shared("t") && !shares.is_shared("u/a"));
        shares.note(life(1), filter, "two", Membership::Gone);
        shares.note(
            life(9),
            filter,
            "clean",
            Membership::Online { is_kept: false },
        );
        let kept = ["one", "lost"].map(|client| format!("$share/s/t/+ {client}"));
        assert_eq!(chosen(&shares, "t/a"), kept.into());
        shares.note(
            life(1),
            "$share/other/t/#",
            "one",
            Membership::Online { is_kept: false },
        );
        assert_eq!(chosen(&shares, "t/a").len(), 3);
    }

    #[test]
    fn one_node_delivers_a_message_or_chooses_again_if_its_member_has_left() {
        const FILTER: &str = "$share/s/t/a";
        let (own, other, over) = (life(1), life(2), life(9));
        let part = |shares: &Shares, is_publisher, is_here| {
            let reader = Reader {
                life: &own,
                is_publisher,
                is_here,
            };
            shares.part((FILTER, "one"), reader, |life| life.epoch == 9)
        };
        // Whose member it is, and the part of a node that did not publish the message, and of one that did.
        let clean = Membership::Online { is_kept: false };
        for (life, membership, is_here, reads, published) in [
            (&own, clean, true, Part::Deliver, Part::Deliver),
            (&own, clean, false, Part::ChooseAgain, Part::ChooseAgain),
            // A subscription that is here is a later one.
            (&other, clean, true, Part::Nothing, Part::Nothing),
            (&over, clean, true, Part::Nothing, Part::ChooseAgain),
            (
                &own,
                Membership::Gone,
                true,
                Part::Nothing,
                Part::ChooseAgain,
            ),
            (&other, Membership::Away, true, Part::Deliver, Part::Deliver),
            (&over, Membership::Away, false, Part::Deliver, Part::Deliver),
        ] {
            let mut shares = Shares::default();
            shares.note(life.clone(), FILTER, "one", membership);
            assert_eq!(
                part(&shares, false, is_here),
                reads,
                "{life:?} {membership:?}"
            );
            assert_eq!(
                part(&shares, true, is_here),
                published,
                "{life:?} {membership:?}"
            );
        }
    }

    #[test]
    fn another_member_is_chosen_in_place_of_one_that_has_left() {
        const FILTER: &str = "$share/s/t/a";
        let mut shares = Shares::default();
        let again = |shares: &Shares| {
            let chosen = shares.choose_again(FILTER, "one", |life| life.epoch == 9);
            chosen.map(str::to_owned)
        };
        let online = Membership::Online { is_kept: false };
        shares.note(life(1), FILTER, "one", online);
        shares.note(life(9), FILTER, "lost", online);
        assert_eq!(again(&shares), None);
        shares.note(life(1), FILTER, "kept", Membership::Away);
        assert_eq!(again(&shares).as_deref(), Some("kept"));
        shares.note(life(2), FILTER, "two", online);
        assert_eq!(again(&shares).as_deref(), Some("two"));
    }

    #[test]
    fn a_member_leaves_unless_another_node_has_it_by_then() {
        let mut shares = Shares::default();
        let filter = "$share/s/t/a";
        shares.note(
            life(1),
            filter,
            "one",
            Membership::Online { is_kept: false },
        );
        shares.note(
            life(2),
            filter,
            "one",
            Membership::Online { is_kept: false },
        );
        shares.note(life(1), filter, "one", Membership::Gone);
        assert!(shares.is_shared("t/a"));
        shares.note(life(2), filter, "one", Membership::Gone);
        assert!(shares.is_empty());
        shares.note(life(1), filter, "one", Membership::Away);
        shares.note(life(9), filter, "two", Membership::Away);
        shares.forget_over(|life| life.epoch == 9);
        assert_eq!(
            chosen(&shares, "t/a"),
            ["$share/s/t/a one".to_owned()].into()
        );
        shares.forget("one");
        assert!(!shares.is_shared("t/a"));
    }
}
