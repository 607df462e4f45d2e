//! Merges the common parameters into those of an action.

use super::request::Stamp;
use crate::action::{Action, ActionInfo};
use crate::canonical::{EncodedPair, Encoder, is_unreserved};
use crate::parameter::{ParameterSink, Parameters};

/// A common parameter, encoded with its value, or without it if the value varies.
#[derive(Clone)]
pub(super) struct Common {
    name: &'static str,
    initial: u8,
    encoded: EncodedPair,
    varies: Varies,
}

/// Source of a common parameter's value.
#[derive(Clone, Copy)]
pub(super) enum Varies {
    Not,
    Action,
    Nonce,
    Timestamp,
    Version,
}

/// Encodes the common parameters that a request has.
pub(super) fn encoded<'a>(
    values: impl IntoIterator<Item = (&'static str, Option<&'a str>, Varies)>,
) -> Vec<Common> {
    let present = values.into_iter().filter_map(|(name, value, varies)| {
        Some(Common {
            name,
            initial: initial(name),
            encoded: EncodedPair::new(name, value?),
            varies,
        })
    });
    present.collect()
}

/// Writes the parameters of the query, the common ones included, sorted by name.
pub(super) fn write_query<A: Action>(
    common: &[Common],
    action: &A,
    stamp: Stamp<'_>,
    out: &mut impl Encoder,
) {
    const {
        assert!(is_unreserved(A::INFO.name) && is_unreserved(A::INFO.version));
    }
    if A::SORTED {
        let mut merge = Merge::new(common, A::INFO, stamp, out);
        action.query_parameters(&mut merge);
        merge.finish();
    } else {
        let mut own = Parameters::default();
        action.query_parameters(&mut own);
        write(common, &own, A::INFO, stamp, out);
    }
}

/// Writes parameters and the common ones, sorted by name.
pub(super) fn write(
    common: &[Common],
    own: &Parameters,
    info: ActionInfo,
    stamp: Stamp<'_>,
    out: &mut impl Encoder,
) {
    let mut merge = Merge::new(common, info, stamp, out);
    for (name, value) in own.iter() {
        merge.write_common_before(name);
        merge.out.parameter(name, value);
    }
    merge.finish();
}

/// Merges sorted parameters into the sorted common ones; a parameter replaces a common one of the
/// same name.
struct Merge<'a, S> {
    common: &'a [Common],
    action: &'static str,
    version: &'static str,
    stamp: Stamp<'a>,
    out: &'a mut S,
}

impl<'a, S: Encoder> Merge<'a, S> {
    fn new(common: &'a [Common], info: ActionInfo, stamp: Stamp<'a>, out: &'a mut S) -> Self {
        Self {
            common,
            action: info.name,
            version: info.version,
            stamp,
            out,
        }
    }

    fn finish(&mut self) {
        for common in self.common {
            self.write(common);
        }
    }

    /// Writes the common parameters that sort before `name`, then the name.
    #[inline]
    fn begin(&mut self, name: &str) {
        self.write_common_before(name);
        debug_assert!(
            is_unreserved(name),
            "`Action::parameters` guarantees names that need no encoding"
        );
        self.out.name(name);
    }

    /// Writes the common parameters that sort before `name`.
    #[inline]
    fn write_common_before(&mut self, name: &str) {
        let own = initial(name);
        while let [common, rest @ ..] = self.common
            && common.initial <= own
        {
            if common.initial < own || common.name < name {
                self.write(common);
            } else if common.name != name {
                break;
            }
            self.common = rest;
        }
    }

    fn write(&mut self, common: &Common) {
        self.out.encoded(&common.encoded);
        match common.varies {
            Varies::Not => {}
            Varies::Action => self.out.plain(self.action),
            Varies::Nonce => self.out.text(self.stamp.nonce),
            Varies::Timestamp => self.out.text(self.stamp.timestamp),
            Varies::Version => self.out.plain(self.version),
        }
    }
}

impl<S: Encoder> ParameterSink for Merge<'_, S> {
    fn parameter(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.out.text(value);
    }

    fn unreserved(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.out.plain(value);
    }
}

/// Returns the first byte of a name; most names differ in it, which avoids longer comparisons.
fn initial(name: &str) -> u8 {
    name.as_bytes().first().copied().unwrap_or_default()
}
