//! Locations in both specs, and what they reach.

use codegen_spec::pointer::escape;

/// What a fact says something about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reach {
    /// It reaches requests.
    pub(super) request: bool,
    /// It reaches responses.
    pub(super) response: bool,
    /// Only gateways know it, whose code is not generated.
    pub(super) is_gateway: bool,
}

impl Reach {
    /// Requests and responses.
    pub(super) const ALL: Self = Self {
        request: true,
        response: true,
        is_gateway: false,
    };
    /// The parameters of an action.
    pub(super) const REQUEST: Self = Self {
        response: false,
        ..Self::ALL
    };
    /// The members of a response.
    pub(super) const RESPONSE: Self = Self {
        request: false,
        ..Self::ALL
    };
    /// Parameters that every request may carry.
    pub(super) const GATEWAY: Self = Self {
        is_gateway: true,
        ..Self::REQUEST
    };
}

/// A place in both specs.
#[derive(Clone, Debug, Default)]
pub(super) struct Location {
    pub(super) old: String,
    pub(super) new: String,
    pub(super) reach: Reach,
}

impl Location {
    pub(super) fn root() -> Self {
        Self {
            reach: Reach::ALL,
            ..Self::default()
        }
    }

    pub(super) fn key(&self, key: &str) -> Self {
        self.pair(key, key)
    }

    pub(super) fn pair(&self, old: &str, new: &str) -> Self {
        Self {
            old: format!("{}/{}", self.old, escape(old)),
            new: format!("{}/{}", self.new, escape(new)),
            reach: self.reach,
        }
    }

    pub(super) fn with(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }
}
