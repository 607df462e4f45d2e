//! Generates the crates of the small spec into the build folder.

mod crates;

use std::error::Error;
use std::fs;

use codegen_spec::load;

const SPEC: &str = "../spec/tests/small.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SPEC}");
    crates::write(&load(SPEC, &fs::read_to_string(SPEC)?)?, SPEC)
}
