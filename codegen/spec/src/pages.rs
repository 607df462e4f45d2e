//! Pages of an action, with the fields that they name.

use crate::spec::{Action, Field, Spec};

/// Fields from the top of a response to a member of it, the outermost first.
pub type Path<'a> = Vec<&'a Field>;

/// The next page of an action, as its request names it.
#[derive(Clone, Debug, PartialEq)]
pub enum NextPage<'a> {
    /// The response contains the token of the next page.
    Token {
        /// Parameter that takes the token.
        parameter: &'a Field,
        /// Member with the token.
        next: Path<'a>,
    },
    /// Pages are numbered from 1.
    Number {
        /// Parameter that takes the number.
        parameter: &'a Field,
        /// Parameter that takes the number of items per page.
        size: Option<&'a Field>,
        /// Member with the number of all items.
        total: Path<'a>,
    },
}

/// List that an action returns in pages.
#[derive(Clone, Debug, PartialEq)]
pub struct Paging<'a> {
    /// Member with the items of a page.
    pub items: Path<'a>,
    /// The next page.
    pub next: NextPage<'a>,
}

/// Returns the pages of an action, if it has any and the fields that they name exist.
pub fn paging<'a>(spec: &'a Spec, action: &'a Action) -> Option<Paging<'a>> {
    let pages = action.pages.as_ref()?;
    let parameter = |name: &str| action.parameters.iter().find(|field| field.name == name);
    let next = match (&pages.token, &pages.number) {
        (Some(token), _) => NextPage::Token {
            parameter: parameter(token)?,
            next: follow(spec, action, pages.next.as_deref()?)?,
        },
        (None, number) => NextPage::Number {
            parameter: parameter(number.as_deref()?)?,
            size: match &pages.size {
                Some(size) => Some(parameter(size)?),
                None => None,
            },
            total: follow(spec, action, pages.total.as_deref()?)?,
        },
    };
    Some(Paging {
        items: follow(spec, action, &pages.items)?,
        next,
    })
}

/// Returns the fields that a path through a response names, such as `Data.Total`.
pub fn follow<'a>(spec: &'a Spec, action: &'a Action, path: &str) -> Option<Path<'a>> {
    let mut members = action.response.as_slice();
    let mut fields = Vec::new();
    for name in path.split('.') {
        let field: &Field = members.iter().find(|field| field.name == name)?;
        fields.push(field);
        members = spec.members(&field.type_);
    }
    Some(fields)
}
