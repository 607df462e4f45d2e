//! Locations in both specs, and the messages that they affect.

use codegen_spec::pointer::escape;

/// Messages and code that a fact affects.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reach {
    /// `true` if the fact affects requests.
    pub(super) request: bool,
    /// `true` if the fact affects responses.
    pub(super) response: bool,
    /// `true` if only gateways know the fact, so that no code is generated from it.
    pub(super) is_gateway: bool,
}

impl Reach {
    /// Reach of facts about requests and responses.
    pub(super) const ALL: Self = Self {
        request: true,
        response: true,
        is_gateway: false,
    };
    /// Reach of the parameters of an action.
    pub(super) const REQUEST: Self = Self {
        response: false,
        ..Self::ALL
    };
    /// Reach of the members of a response.
    pub(super) const RESPONSE: Self = Self {
        request: false,
        ..Self::ALL
    };
    /// Reach of the parameters common to all actions.
    pub(super) const GATEWAY: Self = Self {
        is_gateway: true,
        ..Self::REQUEST
    };
}

/// Location of a fact in both specs.
#[derive(Clone, Debug, Default)]
pub(super) struct Location {
    pub(super) old: String,
    pub(super) new: String,
    pub(super) reach: Reach,
}

impl Location {
    /// Returns the location of the whole spec.
    pub(super) fn root() -> Self {
        Self {
            reach: Reach::ALL,
            ..Self::default()
        }
    }

    /// Returns the location of a key that both specs have.
    pub(super) fn key(&self, key: &str) -> Self {
        self.pair(key, key)
    }

    /// Returns the location of an element that has another name in each spec.
    pub(super) fn pair(&self, old: &str, new: &str) -> Self {
        Self {
            old: format!("{}/{}", self.old, escape(old)),
            new: format!("{}/{}", self.new, escape(new)),
            reach: self.reach,
        }
    }

    /// Replaces the reach.
    pub(super) fn with(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }
}
