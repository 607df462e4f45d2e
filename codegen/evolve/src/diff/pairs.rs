//! Pairs of items of the old and the new spec.

/// Names of an item.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Name on the wire.
    pub(super) wire: String,
    /// Name in Rust.
    pub(super) code: String,
    /// Name in Rust that the spec states.
    pub(super) rename: Option<String>,
}

impl Item {
    pub(super) fn new(wire: &str, code: String) -> Self {
        Self {
            wire: wire.to_owned(),
            code,
            rename: None,
        }
    }

    /// Creates an item with the same name on the wire and in Rust.
    pub(super) fn named(name: &str) -> Self {
        Self::new(name, name.to_owned())
    }
}

/// Indexes of the old and the new item. One is `None` if the item was added or removed.
pub(super) type Pair = (Option<usize>, Option<usize>);

/// Pairs items by their names on the wire, then the rest by their names in Rust. Items of the new
/// list come first, in its order.
pub(super) fn pairs(old: &[Item], new: &[Item]) -> Vec<Pair> {
    let mut partners: Vec<Option<usize>> = vec![None; new.len()];
    let mut is_taken = vec![false; old.len()];
    let same: [fn(&Item, &Item) -> bool; 2] = [|a, b| a.wire == b.wire, |a, b| a.code == b.code];
    for is_same in same {
        for (index, item) in new.iter().enumerate() {
            if partners[index].is_none() {
                let partner = (0..old.len()).find(|at| !is_taken[*at] && is_same(&old[*at], item));
                if let Some(at) = partner {
                    is_taken[at] = true;
                }
                partners[index] = partner;
            }
        }
    }
    let gone = (0..old.len()).filter(|at| !is_taken[*at]);
    let gone: Vec<Pair> = gone.map(|at| (Some(at), None)).collect();
    let kept = partners.iter().enumerate();
    kept.map(|(at, partner)| (*partner, Some(at)))
        .chain(gone)
        .collect()
}

/// Returns `true` if the items that both lists have are in another order.
pub(super) fn is_reordered(pairs: &[Pair]) -> bool {
    let both = pairs.iter().filter(|pair| pair.1.is_some());
    let old: Vec<usize> = both.filter_map(|pair| pair.0).collect();
    !old.is_sorted()
}
