//! Writes generated models and service as modules of one crate; shared by the build scripts of both
//! golden crates.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use codegen::lower;
use codegen::render::Renderer;
use codegen_spec::Spec;

/// Writes the crates of a spec into the build folder; `origin` names the spec in headers.
pub(crate) fn write(spec: &Spec, origin: &str) -> Result<(), Box<dyn Error>> {
    let api = lower::lower(spec);
    let renderer = Renderer::new(&api, origin)?;
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
