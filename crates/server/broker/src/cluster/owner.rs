//! Form in which the nodes write down who serves a client.
//!
//! An entry has a line per tenure, the current one first: node, epoch, number of the claim, address, kept session and length of
//! the will. Behind the line are the bytes of the will.

use std::net::SocketAddr;

use crate::core::Claim;

/// A node in one of its lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) node: String,
    pub(crate) epoch: u64,
}

/// A node's part in serving a client: from its claim until it has given the client back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tenure {
    pub(crate) life: Life,
    /// Number of the claim. Written as 0, it is the revision of the entry.
    pub(crate) claim: Claim,
    /// Address that the client connects from. None if the node only ends what earlier ones left.
    pub(crate) address: Option<SocketAddr>,
    pub(crate) kept: Kept,
    /// The will of the client, unless its session is kept.
    pub(crate) will: Option<Box<[u8]>>,
}

/// Numbers of sessions whose rows may be those of a client. The greatest that has a row of the session itself counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// `true` if the number of the claim is one of them.
    pub(crate) is_own: bool,
    pub(crate) numbers: Vec<u64>,
}

impl Kept {
    /// Returns all numbers.
    pub(crate) fn of(&self, claim: Claim) -> Vec<u64> {
        let own = self.is_own.then_some(claim);
        self.numbers.iter().copied().chain(own).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.is_own && self.numbers.is_empty()
    }
}

/// Returns the entry of a client: the tenure of the node that serves it, then those of nodes that served it before and may not
/// know yet that they do not any more, or whose wills may not be published yet.
pub(crate) fn write(tenures: &[Tenure]) -> Vec<u8> {
    let mut entry = Vec::new();
    for tenure in tenures {
        let Life { node, epoch } = &tenure.life;
        let address = tenure.address.map(|address| address.to_string());
        let address = address.as_deref().unwrap_or(NONE);
        let will = tenure.will.as_ref().map(|will| will.len().to_string());
        let will = will.as_deref().unwrap_or(NONE);
        let kept = write_kept(&tenure.kept);
        let line = format!("{node} {epoch} {} {address} {kept} {will}\n", tenure.claim);
        entry.extend_from_slice(line.as_bytes());
        entry.extend_from_slice(tenure.will.as_deref().unwrap_or_default());
    }
    entry
}

/// Reads what [`write`] wrote. `revision` is that of the entry.
pub(crate) fn read(mut entry: &[u8], revision: Claim) -> Option<Vec<Tenure>> {
    let mut tenures = Vec::new();
    while !entry.is_empty() {
        let end = entry.iter().position(|byte| *byte == b'\n')?;
        let (mut tenure, will) = read_line(std::str::from_utf8(&entry[..end]).ok()?)?;
        entry = &entry[end + 1..];
        if let Some(length) = will {
            let (will, rest) = entry.split_at_checked(length)?;
            tenure.will = Some(will.into());
            entry = rest;
        }
        if tenure.claim == 0 {
            tenure.claim = revision;
        }
        tenures.push(tenure);
    }
    Some(tenures)
}

/// Word for a missing address or will.
const NONE: &str = "-";

/// Word for [`Kept::is_own`].
const OWN: &str = "own";

fn write_kept(kept: &Kept) -> String {
    if kept.is_empty() {
        return NONE.to_owned();
    }
    let own = kept.is_own.then(|| OWN.to_owned());
    let numbers = kept.numbers.iter().map(ToString::to_string);
    own.into_iter().chain(numbers).collect::<Vec<_>>().join(",")
}

fn read_kept(word: &str) -> Option<Kept> {
    let mut kept = Kept::default();
    for word in word.split(',').filter(|word| *word != NONE) {
        match word {
            OWN => kept.is_own = true,
            number => kept.numbers.push(number.parse().ok()?),
        }
    }
    Some(kept)
}

/// Returns a tenure without its will, and the length of that.
fn read_line(line: &str) -> Option<(Tenure, Option<usize>)> {
    fn value<T: std::str::FromStr>(word: &str) -> Option<Option<T>> {
        if word == NONE {
            Some(None)
        } else {
            word.parse().ok().map(Some)
        }
    }
    let mut words = line.split(' ');
    let life = Life {
        node: words.next()?.to_owned(),
        epoch: words.next()?.parse().ok()?,
    };
    let claim = words.next()?.parse().ok()?;
    let address = value(words.next()?)?;
    let kept = read_kept(words.next()?)?;
    let will = value(words.next()?)?;
    let tenure = Tenure {
        life,
        claim,
        address,
        kept,
        will: None,
    };
    words.next().is_none().then_some((tenure, will))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tenure() -> impl Strategy<Value = Tenure> {
        let address = prop::option::of(any::<u16>());
        let will = prop::option::of(prop::collection::vec(any::<u8>(), 0..40));
        (
            "[a-z][a-z0-9-]{0,9}",
            any::<u64>(),
            1..u64::MAX,
            address,
            (any::<bool>(), prop::collection::vec(any::<u64>(), 0..3)),
            will,
        )
            .prop_map(
                |(node, epoch, claim, port, (is_own, numbers), will)| Tenure {
                    life: Life { node, epoch },
                    claim,
                    address: port.map(|port| SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], port))),
                    kept: Kept { is_own, numbers },
                    will: will.map(Into::into),
                },
            )
    }

    proptest! {
        #[test]
        fn an_entry_is_read_as_it_was_written(
            mut tenures in prop::collection::vec(tenure(), 1..4),
            revision in 1..u64::MAX,
            is_new in any::<bool>(),
            cut in any::<prop::sample::Index>(),
        ) {
            if is_new {
                tenures[0].claim = 0;
            }
            let entry = write(&tenures);
            if is_new {
                tenures[0].claim = revision;
            }
            prop_assert_eq!(read(&entry, revision), Some(tenures));
            // Whatever is cut off, nothing panics.
            let _ = read(&entry[..cut.index(entry.len())], revision);
        }
    }

    #[test]
    fn other_bytes_are_no_entry() {
        for wrong in [
            "a",
            "a 1 2 - - -",
            "a 1 2 - - 5\nabc",
            "a x 2 - - -\n",
            "a 1 2 - - - -\n",
            "a 1 2 b - -\n",
            "a 1 2 - own,b -\n",
        ] {
            assert_eq!(read(wrong.as_bytes(), 1), None, "{wrong}");
        }
    }
}
