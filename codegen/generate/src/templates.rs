//! The templates, and what they can call.

use std::sync::OnceLock;

use handlebars::{
    BlockContext, BlockParams, Context, Handlebars, Helper, HelperDef, HelperResult, Output,
    RenderContext, RenderErrorReason, Renderable, TemplateError, no_escape,
};

use crate::format::single_blank_lines;

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../templates/", $name, ".hbs")))),*]
    };
}

/// Names and texts of all templates.
const TEMPLATES: &[(&str, &str)] = &templates![
    "docs",
    "cli/argument",
    "cli/arm",
    "cli/command",
    "cli/mod",
    "cli/output",
    "cli/place",
    "cli/program",
    "cli/run",
    "cli/session",
    "cli/tools",
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
    "docs/forms",
    "docs/kind",
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
    "models/argument",
    "models/derive",
    "models/enums",
    "models/error_code",
    "models/fields",
    "models/held",
    "models/inner",
    "models/lib",
    "models/mod",
    "models/new",
    "models/outer",
    "models/pages",
    "models/read",
    "models/region",
    "models/release",
    "models/setters",
    "models/shared",
    "models/structs",
    "models/tests",
    "models/wire",
    "models/write",
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
    "workspace/gitignore",
    "workspace/manifest",
    "workspace/models/manifest",
    "workspace/readme_en",
    "workspace/readme_zh",
    "workspace/server/http",
    "workspace/server/main",
    "workspace/server/manifest",
    "workspace/service/manifest",
];

/// Returns all templates, or the name and the fault of one that does not parse.
pub(crate) fn registry() -> Result<&'static Handlebars<'static>, (&'static str, TemplateError)> {
    // Parsing takes longer than generating a small product.
    static PARSED: OnceLock<Handlebars<'static>> = OnceLock::new();
    if let Some(registry) = PARSED.get() {
        return Ok(registry);
    }
    let registry = parse()?;
    Ok(PARSED.get_or_init(|| registry))
}

fn parse() -> Result<Handlebars<'static>, (&'static str, TemplateError)> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(no_escape);
    registry.register_helper("include", Box::new(Include));
    registry.register_helper("module_docs", Box::new(ModuleDocs));
    for &(name, text) in TEMPLATES {
        registry
            .register_template_string(name, text)
            .map_err(|source| (name, source))?;
    }
    Ok(registry)
}

/// Helper that renders another template. `{{include "name"}}` gives it the same data;
/// `{{include "name" value word="text"}}` gives it `value`, in which `word` is a text.
///
/// A partial of Handlebars does the same, but copies all data that it can see.
struct Include;

impl HelperDef for Include {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        templates: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = helper.param(0).and_then(|name| name.value().as_str());
        let name = name.ok_or(RenderErrorReason::ParamNotFoundForIndex("include", 0))?;
        let template = templates
            .get_template(name)
            .ok_or_else(|| RenderErrorReason::PartialNotFound(name.to_owned()))?;
        let caller = render.get_current_template_name();
        match helper.param(1) {
            None => template.render(templates, context, render, out)?,
            Some(data) => {
                let mut block = BlockContext::new();
                match data.context_path() {
                    Some(path) => block.base_path_mut().clone_from(path),
                    None => block.set_base_value(data.value().clone()),
                }
                let mut words = BlockParams::new();
                for (word, text) in helper.hash() {
                    words.add_value(word, text.value().clone())?;
                }
                block.set_block_params(words);
                render.push_block(block);
                template.render(templates, context, render, out)?;
                render.pop_block();
            }
        }
        render.set_current_template_name(caller);
        Ok(())
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
