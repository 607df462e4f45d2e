//! Imports the hard metadata, and generates its crates into the build folder.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use codegen::import::{self, File, Options};
use codegen::render::Renderer;
use codegen::{load, lower, pretty};

const METADATA: &str = "../tests/metadata/hard.json";
const GATEWAY: &str = "../tests/small.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={METADATA}");
    println!("cargo::rerun-if-changed={GATEWAY}");
    let options = Options {
        actions: &[],
        from: None,
        gateway: &load::load(GATEWAY, &fs::read_to_string(GATEWAY)?)?,
    };
    let file = File {
        name: METADATA.to_owned(),
        text: fs::read_to_string(METADATA)?,
    };
    let imported = import::import(&[file], options)?;
    let spec = load::load(METADATA, &pretty::spec(&imported.spec)?)?;
    let api = lower::lower(&spec);
    let renderer = Renderer::new(&api, METADATA)?;
    let out = env::var("OUT_DIR")?;
    let mut root = String::new();
    let crates = [
        ("generated_models", renderer.models()?),
        ("generated_service", renderer.service()?),
    ];
    for (name, files) in crates {
        for file in files {
            let path = Path::new(&out).join(name).join(file.path);
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            fs::write(path, file.content)?;
        }
        let module = Path::new(&out).join(name).join("mod.rs");
        root.push_str(&format!(
            "#[path = {module:?}]\nmod {name};\npub use {name}::*;\n"
        ));
    }
    fs::write(Path::new(&out).join("golden.rs"), root)?;
    Ok(())
}
