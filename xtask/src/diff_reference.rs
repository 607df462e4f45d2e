//! `cargo xtask diff-reference`: compares the verdicts of `diff` with those of cargo-semver-checks.

#[path = "../../codegen/evolve/tests/diff/cases.rs"]
#[allow(clippy::expect_used, clippy::panic)] // The file belongs to a test.
mod cases;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use codegen::output::{self, Plan};
use codegen::render::{self, File, Renderer};
use codegen_spec::Spec;
use serde_json::Value;

use crate::cargo::cargo;
use crate::files::{self, FileError};
use crate::folders::root;
use cases::{Case, cases, edited};

/// Compare the verdicts of `diff` with those of cargo-semver-checks, for every case of the table.
///
/// For each edit in codegen/evolve/tests/diff/cases.rs, models, service and client are generated
/// before and after the edit, and cargo-semver-checks compares their public items. If it is not
/// installed, it is installed below target/. The table marks changes that cargo-semver-checks
/// misses, with the reason. Crates whose code did not change, apart from comments, are not rebuilt.
/// Takes a few minutes.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only check cases whose names contain this text.
    #[arg(default_value = "")]
    filter: String,
}

/// The reason why the chore failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{what}: {text}")]
    Program { what: String, text: String },
    #[error("the small spec is not valid JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Spec(codegen_spec::Mistakes),
    #[error(transparent)]
    Output(#[from] output::Error),
    #[error(transparent)]
    Render(#[from] render::Error),
}

/// The small spec that the cases edit.
const SPEC: &str = "codegen/spec/tests/small.json";

/// The generated crates and parts of their manifests.
const CRATES: [(&str, &str); 3] = [
    (
        "models",
        "[dependencies]\npop-rpc.workspace = true\nserde.workspace = true\n",
    ),
    (
        "service",
        "[dependencies]\npop-rpc = { workspace = true, features = [\"service\"] }\nsmall-models.workspace = true\n",
    ),
    (
        "client",
        "[features]\nblocking = [\"pop-client/blocking\"]\nin-process = []\n\n[dependencies]\n\
         pop-client = { workspace = true, features = [\"acs3\"] }\n\
         pop-rpc = { workspace = true, features = [\"service\"] }\n\
         serde.workspace = true\nsmall-models.workspace = true\nsmall-service.workspace = true\n",
    ),
];

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let bench = Bench::set_up()?;
    let small: Value = serde_json::from_str(&files::read(&root().join(SPEC))?)?;
    let old = load(&small)?;
    let before = bench.write(&old)?;
    for (name, _) in CRATES {
        bench.document(name, "before")?;
    }
    let chosen = cases().into_iter();
    let chosen = chosen.filter(|case| case.what.contains(&arguments.filter));
    let (mut agreed, mut explained, mut wrong) = (0, 0, 0);
    for case in chosen {
        let new = load(&edited(&small, &case))?;
        let theirs = bench.verdict(&before, &new)?;
        let ours = ours(&case);
        let (count, mark) = match (agree(ours, theirs), case.unseen) {
            (true, None) => (&mut agreed, String::new()),
            (false, Some(reason)) if ours > theirs => (&mut explained, format!(": {reason}")),
            _ => (&mut wrong, ": NOT EXPLAINED".to_owned()),
        };
        *count += 1;
        println!("{ours:?} / {theirs:?}  {}{mark}", case.what);
    }
    println!(
        "{agreed} verdicts agree, {explained} are stricter for a reason given in the table, {wrong} differ"
    );
    Ok(match wrong {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// The required version of the crates, judged by their public items.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Verdict {
    Patch,
    Minor,
    Major,
}

/// Returns the verdict of `diff` for callers and implementers; another test checks that verdict.
fn ours(case: &Case) -> Verdict {
    let says = |letter| case.changes.iter().any(|row| row[..2].contains(letter));
    match (says('B'), says('A')) {
        (true, _) => Verdict::Major,
        (false, true) => Verdict::Minor,
        (false, false) => Verdict::Patch,
    }
}

/// Returns `true` if the verdicts agree. Ours may be minor where theirs is a patch, because
/// cargo-semver-checks does not look for additions.
fn agree(ours: Verdict, theirs: Verdict) -> bool {
    (ours == Verdict::Major) == (theirs == Verdict::Major) && ours >= theirs
}

/// A workspace that contains the generated crates.
struct Bench {
    folder: PathBuf,
    tool: PathBuf,
}

/// Code of each crate, without comments.
type Code = Vec<String>;

impl Bench {
    fn set_up() -> Result<Self, Error> {
        let folder = root().join("target/diff-reference");
        let crates = root().join("crates/pop");
        let serde = "serde = { version = \"1.0\", features = [\"derive\"] }";
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"models\", \"service\", \"client\"]\n\n\
             [workspace.dependencies]\n{serde}\npop-client = {{ path = {:?} }}\npop-rpc = {{ path = {:?} }}\n\
             small-models = {{ path = \"models\" }}\nsmall-service = {{ path = \"service\" }}\n",
            crates.join("client"),
            crates.join("rpc"),
        );
        write(&folder.join("Cargo.toml"), &manifest)?;
        write(
            &folder.join("Cargo.lock"),
            &files::read(&root().join("Cargo.lock"))?,
        )?;
        for (name, dependencies) in CRATES {
            let package = format!(
                "[package]\nname = \"small-{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n"
            );
            let krate = folder.join(name);
            write(&krate.join("Cargo.toml"), &(package + dependencies))?;
            let lib = "mod generated;\n\npub use generated::*;\n";
            write(&krate.join("src/lib.rs"), lib)?;
        }
        let tool = folder.join("tool");
        let program = tool.join("bin/cargo-semver-checks");
        if !program.exists() {
            println!("installing cargo-semver-checks");
            let mut cargo = cargo();
            cargo.args(["install", "--locked", "--quiet", "cargo-semver-checks"]);
            finish("cargo install", cargo.arg("--root").arg(tool))?;
        }
        Ok(Self {
            folder,
            tool: program,
        })
    }

    /// Writes the crates of a spec.
    fn write(&self, spec: &Spec) -> Result<Code, Error> {
        // cargo-semver-checks compares crates of the same name.
        let spec = Spec {
            package: "small".to_owned(),
            ..spec.clone()
        };
        let api = codegen::lower::lower(&spec);
        let renderer = Renderer::new(&api, SPEC)?;
        let generated = [renderer.models()?, renderer.service()?, renderer.client()?];
        let (mut code, mut placed, mut owned) = (Vec::new(), Vec::new(), Vec::new());
        for ((name, _), files) in CRATES.iter().zip(generated) {
            let lines = files.iter().flat_map(|file| file.content.lines());
            let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
            code.push(lines.collect::<Vec<_>>().join("\n"));
            let folder = format!("{name}/src/generated");
            let place = |file: File| (format!("{folder}/{}", file.path), file.content);
            placed.extend(files.into_iter().map(place));
            owned.push(folder);
        }
        Plan::new(&self.folder, &placed, &owned)?.apply(&self.folder)?;
        Ok(code)
    }

    /// Returns the verdict of cargo-semver-checks on the crates of a spec.
    fn verdict(&self, before: &Code, new: &Spec) -> Result<Verdict, Error> {
        let after = self.write(new)?;
        let mut verdicts = BTreeSet::from([Verdict::Patch]);
        for (index, (name, _)) in CRATES.iter().enumerate() {
            if before[index] != after[index] {
                self.document(name, "after")?;
                verdicts.insert(self.compare(name)?);
            }
        }
        Ok(verdicts.into_iter().max().unwrap_or(Verdict::Patch))
    }

    /// Writes the public items of a crate, as rustdoc JSON.
    fn document(&self, name: &str, side: &str) -> Result<(), Error> {
        let mut cargo = cargo();
        cargo.current_dir(&self.folder).env("RUSTC_BOOTSTRAP", "1");
        cargo.args(["rustdoc", "--quiet", "--all-features", "--lib"]);
        cargo.args(["--target-dir", "target"]);
        cargo.args(["--package", &format!("small-{name}")]);
        cargo.args(["--", "-Zunstable-options", "--output-format", "json"]);
        cargo.args(["--cap-lints", "allow"]);
        finish("cargo rustdoc", &mut cargo)?;
        let made = self.folder.join(format!("target/doc/small_{name}.json"));
        let kept = self.items(name, side);
        Ok(write(&kept, &files::read(&made)?)?)
    }

    fn items(&self, name: &str, side: &str) -> PathBuf {
        self.folder.join(format!("items/{side}/small_{name}.json"))
    }

    fn compare(&self, name: &str) -> Result<Verdict, Error> {
        let mut tool = Command::new(&self.tool);
        tool.args(["semver-checks", "--release-type", "patch"]);
        tool.arg("--baseline-rustdoc")
            .arg(self.items(name, "before"));
        tool.arg("--current-rustdoc").arg(self.items(name, "after"));
        let output = tool.output().map_err(FileError::of(&self.tool))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned()
            + &String::from_utf8_lossy(&output.stdout);
        if output.status.success() {
            Ok(Verdict::Patch)
        } else if said.contains("requires new major version") {
            Ok(Verdict::Major)
        } else if said.contains("requires new minor version") {
            Ok(Verdict::Minor)
        } else {
            Err(Error::Program {
                what: "cargo-semver-checks".to_owned(),
                text: said,
            })
        }
    }
}

/// Runs a program, which must succeed.
fn finish(what: &str, command: &mut Command) -> Result<(), Error> {
    let failed = |text| Error::Program {
        what: what.to_owned(),
        text,
    };
    let output = command
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

fn load(spec: &Value) -> Result<Spec, Error> {
    codegen_spec::load(SPEC, &spec.to_string()).map_err(Error::Spec)
}

/// Writes a file only if its text differs, so that cargo does not rebuild unchanged crates.
fn write(path: &Path, text: &str) -> Result<(), FileError> {
    if files::read(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(FileError::of(folder))?;
    }
    files::write(path, text)
}
