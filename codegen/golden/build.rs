//! Generates the crates of the small spec into the build folder.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use codegen::render::Renderer;
use codegen::{load, lower};

const SPEC: &str = "../tests/small.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SPEC}");
    let spec = load::load(SPEC, &fs::read_to_string(SPEC)?)?;
    let api = lower::lower(&spec);
    let renderer = Renderer::new(&api, SPEC)?;
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
