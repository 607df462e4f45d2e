//! What an import works on.

use codegen_spec::Spec;

/// A file of metadata.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, for reports.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// What an import is told beside the metadata.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The actions to import; none means all.
    pub actions: &'a [String],
    /// An older spec of the product, whose hand-written parts are kept where the fact is unchanged.
    pub from: Option<&'a Spec>,
    /// A spec whose protocol is that of the product: common parameters, common response, errors of
    /// the gateway.
    pub gateway: &'a Spec,
}
