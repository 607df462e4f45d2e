//! Snapshots of the IR of the small spec, and of its rendered command line and reference.
//!
//! They show reviewers the effect of a change in lowering or in a template. `codegen/golden` shows it for
//! the other crates.

use codegen::lower::lower;
use codegen::render::{File, Renderer};
use codegen_spec::load;

const SPEC: &str = include_str!("../../spec/tests/small.json");

#[test]
fn the_ir_of_the_small_spec() {
    let api = lower(&load("small.json", SPEC).expect("the small spec has no mistakes"));
    insta::assert_json_snapshot!("ir", api);
}

#[test]
fn the_command_line_and_the_reference_of_the_small_spec() {
    let api = lower(&load("small.json", SPEC).expect("the small spec has no mistakes"));
    let renderer = Renderer::new(&api, "small.json").expect("the templates parse");
    assert_files("cli", renderer.cli().expect("the command line renders"));
    assert_files("docs", renderer.docs().expect("the reference renders"));
}

fn assert_files(name: &str, files: Vec<File>) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        for file in files {
            let snapshot = format!("{name}/{}", file.path).replace('/', "-");
            insta::assert_snapshot!(snapshot, file.content);
        }
    });
}
