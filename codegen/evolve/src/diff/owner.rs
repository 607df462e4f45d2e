//! The owners of lists of fields.

/// Owner of a list of fields.
#[derive(Clone, Copy)]
pub(super) enum Owner<'l> {
    /// Parameters of an action, or those common to all actions.
    Parameters,
    /// Members of every response.
    CommonMembers,
    /// Members of one response, which follow the common ones.
    Members,
    /// Members of a struct, by its old and its new name.
    Struct(&'l str, &'l str),
}
