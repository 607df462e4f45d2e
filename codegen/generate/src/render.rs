//! IR to Rust: templates, then formatting.

use std::cmp::Reverse;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    Renderable, no_escape,
};
use serde::Serialize;
use serde_json::json;

use crate::ir::reference::{self, Call};
use crate::ir::{Action, Api};
use crate::workspace::{House, PACKAGES};

/// A rendered file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    /// Path below the folder of generated files, separated by `/`.
    pub path: String,
    /// Content.
    pub content: String,
}

/// A fault of a template; a spec cannot cause one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A template does not parse.
    #[error("template {name}: {source}")]
    Template {
        /// Name of the template.
        name: &'static str,
        /// Cause.
        source: Box<handlebars::TemplateError>,
    },
    /// A template refers to something that the IR does not have.
    #[error("{path}: {source}")]
    Render {
        /// The file that was being rendered.
        path: String,
        /// Cause.
        source: Box<RenderError>,
    },
    /// The text that a template printed is not Rust.
    #[error("{path}: {source} in\n{text}")]
    Syntax {
        /// The file that was being rendered.
        path: String,
        /// Cause.
        source: syn::Error,
        /// The rendered text.
        text: String,
    },
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../templates/", $name, ".hbs")))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = &templates![
    "docs",
    "cli/arm",
    "cli/command",
    "cli/mod",
    "cli/output",
    "cli/program",
    "cli/run",
    "cli/session",
    "cli/values",
    "cli/variant",
    "client/actions",
    "client/call",
    "client/client",
    "client/error",
    "client/examples",
    "client/in_process",
    "client/lib",
    "client/mod",
    "client/stub",
    "docs/call",
    "docs/en/action",
    "docs/en/actions",
    "docs/en/common_parameters",
    "docs/en/errata",
    "docs/en/error_code",
    "docs/en/error_codes",
    "docs/en/regions",
    "docs/en/releases",
    "docs/lib",
    "docs/mod",
    "docs/zh/action",
    "docs/zh/actions",
    "docs/zh/common_parameters",
    "docs/zh/errata",
    "docs/zh/error_code",
    "docs/zh/error_codes",
    "docs/zh/regions",
    "docs/zh/releases",
    "models/action",
    "models/actions",
    "models/enums",
    "models/error_code",
    "models/fields",
    "models/lib",
    "models/mod",
    "models/region",
    "models/release",
    "models/shared",
    "models/structs",
    "models/tests",
    "service/api",
    "service/dispatch",
    "service/example",
    "service/lib",
    "service/mod",
    "service/read",
    "service/service",
    "workspace/cargo_config",
    "workspace/cli/command_line",
    "workspace/cli/main",
    "workspace/cli/manifest",
    "workspace/clippy",
    "workspace/client/manifest",
    "workspace/client/requests",
    "workspace/docs/manifest",
    "workspace/manifest",
    "workspace/models/manifest",
    "workspace/server/http",
    "workspace/server/main",
    "workspace/server/manifest",
    "workspace/service/manifest",
];

/// Handwritten files that generated ones refer to; a generated workspace has none of them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Handwritten {
    /// `getting_started.rs` of the reference, whose `PAGE` is its first page.
    pub getting_started: bool,
    /// `local.rs` of the command line, which has more subcommands and runs them.
    pub subcommands: bool,
}

/// Data of the templates that print the whole API.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    api: &'a Api,
    handwritten: Handwritten,
    /// Action of the examples in documentation.
    lead: Option<Lead<'a>>,
    /// Title of the API in Chinese, if the reference is in Chinese.
    chinese_title: Option<&'a str>,
    /// Each page of the reference is in Chinese, then in English.
    is_chinese_first: bool,
}

/// An action and a call of it.
#[derive(Serialize)]
struct Lead<'a> {
    #[serde(flatten)]
    action: &'a Action,
    call: &'a Call,
}

impl<'a> Data<'a> {
    fn new(api: &'a Api, handwritten: Handwritten) -> Self {
        let languages = &api.reference.languages;
        let chinese = languages.iter().find(|chapters| chapters.language == "zh");
        let codes = languages.iter().map(|chapters| chapters.language);
        Self {
            api,
            handwritten,
            lead: Lead::of(api),
            chinese_title: chinese.map(|chapters| chapters.title.as_str()),
            is_chinese_first: codes.eq(["zh", "en"]),
        }
    }
}

impl<'a> Lead<'a> {
    /// Returns the first action that a reader can try out safely: it is not deprecated, it only
    /// reads, and it has an example; failing that, the one that comes closest.
    fn of(api: &'a Api) -> Option<Self> {
        let chapters = api.reference.languages.first()?;
        let actions = api.actions.iter().zip(&chapters.actions);
        let suitability = |(_, page): &(&Action, &reference::Action)| {
            let is_current = page.deprecated.is_none();
            (is_current, !page.is_write, page.example.is_some())
        };
        let (action, page) = actions.min_by_key(|action| Reverse(suitability(action)))?;
        Some(Self {
            action,
            call: &page.call,
        })
    }
}

/// Data of the template that lists the pages of the reference.
#[derive(Serialize)]
struct DocsData<'a> {
    #[serde(flatten)]
    reference: &'a reference::Reference,
    handwritten: Handwritten,
}

/// Renders the files of one spec.
pub struct Renderer<'a> {
    templates: Handlebars<'static>,
    api: &'a Api,
    handwritten: Handwritten,
    /// [`Data`] as the templates see it, made once for all files.
    context: Context,
    origin: &'a str,
}

impl<'a> Renderer<'a> {
    /// Prepares the templates; `origin` names the spec in the headers of the files.
    ///
    /// # Errors
    ///
    /// [`Error::Template`].
    pub fn new(api: &'a Api, origin: &'a str) -> Result<Self, Error> {
        Self::beside(Handwritten::default(), api, origin)
    }

    /// Prepares the templates for crates that also have handwritten files.
    ///
    /// # Errors
    ///
    /// [`Error::Template`].
    pub fn beside(handwritten: Handwritten, api: &'a Api, origin: &'a str) -> Result<Self, Error> {
        let mut templates = Handlebars::new();
        templates.set_strict_mode(true);
        templates.register_escape_fn(no_escape);
        templates.register_helper("module_docs", Box::new(ModuleDocs));
        for &(name, text) in TEMPLATES {
            templates
                .register_template_string(name, text)
                .map_err(|source| Error::Template {
                    name,
                    source: Box::new(source),
                })?;
        }
        let context = Context::wraps(Data::new(api, handwritten));
        Ok(Self {
            templates,
            api,
            handwritten,
            context: context.map_err(|source| at(origin, source))?,
            origin,
        })
    }

    /// Generated files of the models crate.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] and [`Error::Syntax`].
    pub fn models(&self) -> Result<Vec<File>, Error> {
        let mut files = vec![
            self.of_api("mod.rs", "models/mod")?,
            self.of_api("actions/mod.rs", "models/actions")?,
            self.of_api("error_code.rs", "models/error_code")?,
            self.of_api("region.rs", "models/region")?,
            self.of_api("release.rs", "models/release")?,
            self.of_api("tests.rs", "models/tests")?,
        ];
        if !self.api.enums.is_empty() {
            files.push(self.of_api("enums.rs", "models/enums")?);
        }
        if !self.api.shared.structs.is_empty() {
            files.push(self.of_api("structs.rs", "models/shared")?);
        }
        for action in &self.api.actions {
            let module = action.method.trim_start_matches("r#");
            let path = format!("actions/{module}.rs");
            files.push(self.file(&path, "models/action", &json!({ "action": action }))?);
        }
        Ok(files)
    }

    /// Generated files of the client crate.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] and [`Error::Syntax`].
    pub fn client(&self) -> Result<Vec<File>, Error> {
        Ok(vec![
            self.of_api("mod.rs", "client/mod")?,
            self.of_api("actions.rs", "client/actions")?,
            self.of_api("call.rs", "client/call")?,
            self.of_api("client.rs", "client/client")?,
            self.of_api("error.rs", "client/error")?,
            self.of_api("examples.rs", "client/examples")?,
            self.of_api("in_process.rs", "client/in_process")?,
            self.of_api("stub.rs", "client/stub")?,
        ])
    }

    /// Generated files of the command line.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] and [`Error::Syntax`].
    pub fn cli(&self) -> Result<Vec<File>, Error> {
        let mut files = vec![
            self.of_api("mod.rs", "cli/mod")?,
            self.of_api("command.rs", "cli/command")?,
            self.of_api("output.rs", "cli/output")?,
            self.of_api("program.rs", "cli/program")?,
            self.of_api("run.rs", "cli/run")?,
            self.of_api("session.rs", "cli/session")?,
        ];
        if self.api.command_line.has_values {
            files.push(self.of_api("values.rs", "cli/values")?);
        }
        Ok(files)
    }

    /// Generated files of the docs crate, which holds the reference.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] and [`Error::Syntax`].
    pub fn docs(&self) -> Result<Vec<File>, Error> {
        let reference = &self.api.reference;
        let data = DocsData {
            reference,
            handwritten: self.handwritten,
        };
        let mut files = vec![
            self.file("mod.rs", "docs/mod", &data)?,
            File {
                path: "openapi.json".to_owned(),
                content: format!("{:#}\n", reference.openapi),
            },
        ];
        for chapters in &reference.languages {
            let language = chapters.language;
            for chapter in &reference.chapters {
                let path = format!("pages/{language}/{chapter}.md");
                let template = format!("docs/{language}/{chapter}");
                files.push(self.page(&path, &template, chapters)?);
            }
            for action in &chapters.actions {
                let path = format!("pages/{language}/{}.md", action.file);
                files.push(self.page(&path, &format!("docs/{language}/action"), action)?);
            }
        }
        Ok(files)
    }

    /// Generated files of the service crate.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] and [`Error::Syntax`].
    pub fn service(&self) -> Result<Vec<File>, Error> {
        Ok(vec![
            self.of_api("mod.rs", "service/mod")?,
            self.of_api("api.rs", "service/api")?,
            self.of_api("dispatch.rs", "service/dispatch")?,
            self.of_api("read.rs", "service/read")?,
            self.of_api("service.rs", "service/service")?,
        ])
    }

    /// The `lib.rs` of a crate: `models`, `client`, `service` or `docs`.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] and [`Error::Syntax`].
    pub fn lib(&self, package: &str) -> Result<File, Error> {
        self.of_api("lib.rs", &format!("{package}/lib"))
    }

    /// The other files of a workspace: manifests, programs and tests.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] and [`Error::Syntax`].
    pub fn workspace(&self, house: &House) -> Result<Vec<File>, Error> {
        let root = json!({ "package": self.api.package, "house": house });
        let mut files = Vec::new();
        for (path, template) in [
            (".cargo/config.toml", "workspace/cargo_config"),
            ("Cargo.toml", "workspace/manifest"),
            ("clippy.toml", "workspace/clippy"),
        ] {
            files.push(self.toml(path, &self.text(path, template, &root)?));
        }
        for package in PACKAGES {
            let path = format!("{package}/Cargo.toml");
            let template = format!("workspace/{package}/manifest");
            files.push(self.toml(&path, &self.text_of_api(&path, &template)?));
        }
        for (path, template) in [
            ("cli/src/main.rs", "workspace/cli/main"),
            ("cli/tests/command_line.rs", "workspace/cli/command_line"),
            ("client/tests/requests.rs", "workspace/client/requests"),
            ("server/src/main.rs", "workspace/server/main"),
            ("server/tests/http.rs", "workspace/server/http"),
        ] {
            files.push(self.of_api(path, template)?);
        }
        Ok(files)
    }

    /// Makes a TOML file.
    fn toml(&self, path: &str, text: &str) -> File {
        let header = self.header();
        File {
            path: path.to_owned(),
            content: format!("# {header}\n\n{}", single_blank_lines(text)),
        }
    }

    /// Renders a Rust file from the whole IR.
    fn of_api(&self, path: &str, template: &str) -> Result<File, Error> {
        self.formatted(path, self.text_of_api(path, template)?)
    }

    /// Renders a Rust file.
    fn file(&self, path: &str, template: &str, data: &impl Serialize) -> Result<File, Error> {
        self.formatted(path, self.text(path, template, data)?)
    }

    fn formatted(&self, path: &str, text: String) -> Result<File, Error> {
        let code = format(&text).map_err(|source| Error::Syntax {
            path: path.to_owned(),
            source,
            text,
        })?;
        let header = self.header();
        Ok(File {
            path: path.to_owned(),
            content: format!("// {header}\n\n{code}"),
        })
    }

    /// Renders a page of Markdown.
    fn page(&self, path: &str, template: &str, data: &impl Serialize) -> Result<File, Error> {
        let text = self.text(path, template, data)?;
        let header = self.header();
        Ok(File {
            path: path.to_owned(),
            content: format!("<!-- {header} -->\n\n{}", single_blank_lines(&text)),
        })
    }

    fn text_of_api(&self, path: &str, template: &str) -> Result<String, Error> {
        self.templates
            .render_with_context(template, &self.context)
            .map_err(|source| at(path, source))
    }

    fn text(&self, path: &str, template: &str, data: &impl Serialize) -> Result<String, Error> {
        self.templates
            .render(template, data)
            .map_err(|source| at(path, source))
    }

    fn header(&self) -> String {
        let origin = self.origin;
        format!("@generated from {origin} by `cargo xtask generate`; do not edit.")
    }
}

/// Helper that turns a block into the documentation of the module.
struct ModuleDocs;

impl HelperDef for ModuleDocs {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        templates: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let Some(block) = helper.template() else {
            return Ok(());
        };
        let text = block.renders(templates, context, render)?;
        for line in single_blank_lines(&text).lines() {
            let space = if line.is_empty() { "" } else { " " };
            out.write(&format!("//!{space}{line}\n"))?;
        }
        Ok(())
    }
}

fn at(path: &str, source: RenderError) -> Error {
    Error::Render {
        path: path.to_owned(),
        source: Box::new(source),
    }
}

/// Removes blank lines at the beginning and end of a text, and joins successive ones.
fn single_blank_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_blank = false;
    for line in text.lines() {
        if line.is_empty() {
            is_blank = true;
            continue;
        }
        if std::mem::take(&mut is_blank) && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Formats Rust as a person would: prettyplease, with blank lines between items.
fn format(text: &str) -> syn::Result<String> {
    let mut file = syn::parse_file(text)?;
    let items = std::mem::take(&mut file.items);
    let mut out = prettyplease::unparse(&file);
    file.attrs.clear();
    let mut previous = None;
    for item in items {
        let group = ItemGroup::of(&item);
        let joined = previous == Some(group) && group.stays_together();
        if !out.is_empty() && !joined {
            out.push('\n');
        }
        previous = Some(group);
        file.items = vec![item];
        let code = prettyplease::unparse(&file);
        match group {
            ItemGroup::Members => push_members(&mut out, &code),
            _ => out.push_str(&code),
        }
    }
    Ok(out)
}

/// Group of items; a blank line separates each from the next.
#[derive(Clone, Copy, Eq, PartialEq)]
enum ItemGroup {
    Use,
    PublicUse,
    Module,
    Static,
    Macro,
    /// A trait or an implementation, whose members are also separated by blank lines.
    Members,
    Other,
}

impl ItemGroup {
    fn of(item: &syn::Item) -> Self {
        match item {
            syn::Item::Use(item) if matches!(item.vis, syn::Visibility::Public(_)) => {
                Self::PublicUse
            }
            syn::Item::Use(_) => Self::Use,
            syn::Item::Mod(item) if item.content.is_none() => Self::Module,
            syn::Item::Static(_) => Self::Static,
            syn::Item::Macro(_) => Self::Macro,
            syn::Item::Impl(_) | syn::Item::Trait(_) => Self::Members,
            _ => Self::Other,
        }
    }

    fn stays_together(self) -> bool {
        !matches!(self, Self::Members | Self::Other)
    }
}

/// Appends a trait or an implementation with a blank line before each documented member and each
/// function.
fn push_members(out: &mut String, code: &str) {
    const STARTS: [&str; 4] = ["    ///", "    fn ", "    pub fn ", "    type "];
    let mut ended = false;
    for line in code.lines() {
        if ended && STARTS.iter().any(|start| line.starts_with(start)) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        ended = line == "    }" || line.ends_with(';');
    }
}
