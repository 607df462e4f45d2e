//! Files from the IR, by templates.

use std::cmp::Reverse;

use handlebars::{Context, Handlebars, RenderError};
use serde::Serialize;
use serde_json::json;

use crate::format::{self, single_blank_lines};
use crate::ir::reference::{self, Call};
use crate::ir::{Action, Api};
use crate::templates;
use crate::workspace::{PACKAGES, WorkspaceSettings, keyword};

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
    /// `true` if the reference is in English.
    has_english: bool,
    /// `true` if the reference is in two languages.
    is_bilingual: bool,
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
        Self {
            api,
            handwritten,
            lead: Lead::of(api),
            chinese_title: chinese.map(|chapters| chapters.title.as_str()),
            has_english: languages.iter().any(|chapters| chapters.language == "en"),
            is_bilingual: languages.len() > 1,
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

/// Data of the template that prints the models of an action.
#[derive(Serialize)]
struct ActionData<'a> {
    action: &'a Action,
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
    templates: &'static Handlebars<'static>,
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
        let templates = templates::registry().map_err(|(name, source)| Error::Template {
            name,
            source: Box::new(source),
        })?;
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
            files.push(self.file(&path, "models/action", &ActionData { action })?);
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
            self.of_api("tools.rs", "cli/tools")?,
        ];
        for list in &self.api.command_line.tools {
            files.push(File {
                path: format!("tools.{}.json", list.language),
                content: format!("{:#}\n", list.tools),
            });
        }
        if !self.api.command_line.enums.is_empty() {
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
            self.file("forms.rs", "docs/forms", &self.api.forms)?,
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
    pub fn workspace(&self, settings: &WorkspaceSettings) -> Result<Vec<File>, Error> {
        let root = json!({
            "package": self.api.package,
            "keyword": keyword(&self.api.product),
            "settings": settings,
        });
        let mut files = Vec::new();
        for (path, template) in [
            (".cargo/config.toml", "workspace/cargo_config"),
            (".gitignore", "workspace/gitignore"),
            ("Cargo.toml", "workspace/manifest"),
            ("clippy.toml", "workspace/clippy"),
        ] {
            files.push(self.toml(path, &self.text(path, template, &root)?));
        }
        for (path, template) in [
            ("README.md", "workspace/readme_en"),
            ("README.zh.md", "workspace/readme_zh"),
        ] {
            files.push(self.markdown(path, &self.text_of_api(path, template)?));
        }
        files.extend(licences(settings));
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
        let code = format::rust(&text).map_err(|source| Error::Syntax {
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
        Ok(self.markdown(path, &self.text(path, template, data)?))
    }

    /// Makes a file of Markdown.
    fn markdown(&self, path: &str, text: &str) -> File {
        let header = self.header();
        File {
            path: path.to_owned(),
            content: format!("<!-- {header} -->\n\n{}", single_blank_lines(text)),
        }
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

/// Returns the licences, for the workspace and for each package, which is published alone.
fn licences(settings: &WorkspaceSettings) -> Vec<File> {
    let folders = PACKAGES.map(|package| format!("{package}/"));
    let folders = std::iter::once(String::new()).chain(folders);
    let file = |folder: String| {
        settings.licences.iter().map(move |(name, text)| File {
            path: format!("{folder}{name}"),
            content: text.clone(),
        })
    };
    folders.flat_map(file).collect()
}

fn at(path: &str, source: RenderError) -> Error {
    Error::Render {
        path: path.to_owned(),
        source: Box::new(source),
    }
}
