//! Imports metadata that is hard to import, and generates its crates into the build folder.

#[path = "../golden/crates.rs"]
mod crates;

use std::error::Error;
use std::fs;

use codegen_evolve::import::{self, File, Options};
use codegen_spec::{load, pretty};

const METADATA: &str = "../evolve/tests/metadata/hard.json";
const GATEWAY: &str = "../spec/tests/small.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={METADATA}");
    println!("cargo::rerun-if-changed={GATEWAY}");
    let options = Options {
        actions: &[],
        from: None,
        gateway: &load(GATEWAY, &fs::read_to_string(GATEWAY)?)?,
    };
    let file = File {
        name: METADATA.to_owned(),
        text: fs::read_to_string(METADATA)?,
    };
    let imported = import::import(&[file], options)?;
    let spec = load(METADATA, &pretty::spec(&imported.spec)?)?;
    crates::write(&spec, METADATA)
}
