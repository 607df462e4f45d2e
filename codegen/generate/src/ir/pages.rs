//! Data for the templates of lists that arrive in pages.

use serde::Serialize;

/// List that an action returns in pages.
#[derive(Clone, Debug, Serialize)]
pub struct Pages {
    /// Type of the items.
    pub item: String,
    /// Field with the items.
    pub items: Place,
    /// The next page, if its token is in the response.
    pub token: Option<Token>,
    /// The next page, if pages are numbered.
    pub number: Option<Number>,
}

/// Next page whose token is in the response.
#[derive(Clone, Debug, Serialize)]
pub struct Token {
    /// Field of the request that takes the token.
    pub parameter: Step,
    /// Field of the response with the token.
    pub next: Place,
}

/// Next page of numbered pages.
#[derive(Clone, Debug, Serialize)]
pub struct Number {
    /// Field of the request that takes the number.
    pub parameter: Step,
    /// Field of the request with the number of items per page.
    pub size: Option<Step>,
    /// Field of the response with the number of all items.
    pub total: Place,
}

/// A field inside a response.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// Fields around it, the outermost first.
    pub outer: Vec<Step>,
    /// The field.
    pub field: Step,
}

/// A field on the way to another one.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Name of the field.
    pub name: String,
    /// `true` if it is an `Option`.
    pub is_optional: bool,
}
