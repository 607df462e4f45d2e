//! What must not compile.

#[test]
fn a_call_without_its_required_parameters_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
