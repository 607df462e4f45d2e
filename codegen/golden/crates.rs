//! Writes generated models, service and client as modules of one crate; shared by the build scripts of both
//! golden crates.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use codegen::lower;
use codegen::render::Renderer;
use codegen_spec::Spec;

/// Items of the client that its modules and tests expect at the root of a crate.
const CLIENT: &str =
    "{Answer, Call, Client, Credentials, Error, InProcess, Problem, Stub, examples}";

/// Writes the crates of a spec into the build folder; `origin` names the spec in headers.
pub(crate) fn write(spec: &Spec, origin: &str) -> Result<(), Box<dyn Error>> {
    let api = lower::lower(spec);
    let renderer = Renderer::new(&api, origin)?;
    let out = env::var("OUT_DIR")?;
    let mut root = String::new();
    let crates = [
        ("generated_models", renderer.models()?, "*"),
        ("generated_service", renderer.service()?, "*"),
        ("generated_client", renderer.client()?, CLIENT),
    ];
    for (name, files, items) in crates {
        for file in files {
            let path = Path::new(&out).join(name).join(file.path);
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            fs::write(path, file.content)?;
        }
        let module = Path::new(&out).join(name).join("mod.rs");
        root.push_str(&format!(
            "/// Generated crate.\n#[path = {module:?}]\npub mod {name};\npub use {name}::{items};\n"
        ));
    }
    fs::write(Path::new(&out).join("golden.rs"), root)?;
    Ok(())
}
