//! The input of an import.

use codegen_spec::Spec;

/// A file of metadata.
#[derive(Clone, Debug)]
pub struct File {
    /// Name of the file, for reports.
    pub name: String,
    /// Content of the file.
    pub text: String,
}

/// Options of an import.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Actions to import; all if empty.
    pub actions: &'a [String],
    /// Older spec of the product. Its handwritten parts are kept if the facts they describe are
    /// unchanged.
    pub from: Option<&'a Spec>,
    /// Spec with the protocol of the product: common parameters, common response, error codes of
    /// the gateway.
    pub gateway: &'a Spec,
}
