//! Programs that must not compile.

#[test]
fn misused_calls_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
