//! Snapshots of the IR and of every rendered file of the small spec.
//!
//! They show reviewers the effect of a change in lowering or in a template.

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
fn the_files_of_the_small_spec() {
    let api = lower(&load("small.json", SPEC).expect("the small spec has no mistakes"));
    let renderer = Renderer::new(&api, "small.json").expect("the templates parse");
    assert_files("models", renderer.models().expect("the models render"));
    assert_files("client", renderer.client().expect("the client renders"));
    assert_files("cli", renderer.cli().expect("the command line renders"));
    assert_files("docs", renderer.docs().expect("the reference renders"));
    assert_files("service", renderer.service().expect("the service renders"));
}

fn assert_files(name: &str, files: Vec<File>) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        for file in files {
            let snapshot = format!("{name}/{}", file.path).replace('/', "-");
            insta::assert_snapshot!(snapshot, file.content);
        }
    });
}
