//! Form in which the nodes write down who serves a client.

use std::net::SocketAddr;

/// A node in one of its lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) node: String,
    pub(crate) epoch: u64,
}

/// The node that serves a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) life: Life,
    /// Address that the client connects from.
    pub(crate) address: SocketAddr,
    /// Nodes that served it before and may not know yet that they do not any more. Whoever claims the client asks them,
    /// too.
    pub(crate) earlier: Vec<Life>,
}

impl Owner {
    /// Returns a line with the address, then one per life, the owner's first.
    pub(crate) fn write(&self) -> String {
        let lives = std::iter::once(&self.life).chain(&self.earlier);
        let lives = lives.map(|life| format!("\n{} {}", life.node, life.epoch));
        format!("{}{}", self.address, lives.collect::<String>())
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.lines();
        let address = lines.next()?.parse().ok()?;
        let mut lives = lines.map(|line| {
            let (node, epoch) = line.split_once(' ')?;
            Some(Life {
                node: node.to_owned(),
                epoch: epoch.parse().ok()?,
            })
        });
        Some(Self {
            life: lives.next()??,
            address,
            earlier: lives.collect::<Option<_>>()?,
        })
    }

    /// Returns all lives that may still serve the client.
    pub(crate) fn lives(self) -> Vec<Life> {
        let mut lives = vec![self.life];
        lives.extend(self.earlier);
        lives
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_read_as_it_was_written() {
        let life = |node: &str, epoch| Life {
            node: node.to_owned(),
            epoch,
        };
        for earlier in [vec![], vec![life("b", 2), life("c-1", 3)]] {
            let owner = Owner {
                life: life("a", u64::MAX),
                address: "[::1]:1883".parse().unwrap(),
                earlier,
            };
            assert_eq!(Owner::read(owner.write().as_bytes()), Some(owner));
        }
        for wrong in [
            "",
            "127.0.0.1:1",
            "127.0.0.1:1\na",
            "127.0.0.1:1\na 1\nb",
            "x\na 1",
        ] {
            assert_eq!(Owner::read(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
