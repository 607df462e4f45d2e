//! The owners of lists of fields.

/// What a list of fields belongs to.
#[derive(Clone, Copy)]
pub(super) enum Owner<'l> {
    /// Parameters.
    Parameters,
    /// Members of every response.
    CommonMembers,
    /// Members of one response, which come after the common ones.
    Members,
    /// Members of a struct, by its old and its new name.
    Struct(&'l str, &'l str),
}
