// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Structs that several actions use.

/// Contains itself.
///
/// Type `Tree_Node` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TreeNode {
    /// Children, not described. `Children` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub children: Vec<TreeNode>,
    /// Left, not described. `Left` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub left: Option<Box<TreeNode>>,
    /// Name, not described. `Name` on the wire, such as `root`.
    pub name: Option<String>,
}

impl TreeNode {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Children, not described.
    pub fn children(mut self, children: Vec<TreeNode>) -> Self {
        self.children = children;
        self
    }

    /// Left, not described.
    pub fn left(mut self, left: TreeNode) -> Self {
        self.left = Some(Box::new(left));
        self
    }

    /// Name, not described.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

pop_rpc::wire_struct!(
    TreeNode, "Children" => optional children, "Left" => optional left, "Name" =>
    optional name,
);
