//! Spec to IR: all decisions.
//!
//! | decision | module |
//! |---|---|
//! | names of everything that the spec declares | `declared` |
//! | module that owns a struct | `codegen_spec::graph` |
//! | actions, structs and enums | `actions`, `types` |
//! | names of fields | `field_names` |
//! | types and serde attributes of fields | `fields` |
//! | how requests are written, read and checked | `requests` |
//! | presence of fields, and structs of requests without a default | `presence`, `sent` |
//! | lists that arrive in pages | `pages` |
//! | parameters that the client itself knows | `region` |
//! | error codes and the answers of dispatch | `errors` |
//! | doc comments and help texts | `docs`, `limits` |
//! | markup of the vendor's texts; their blocks, as lines or on one line | `tidy`, `blocks`, `lines`, `markdown` |
//! | Rust literals | `literal` |
//! | example requests, and requests with every parameter set, for tests | `examples`, `samples` |
//! | forms of actions, for pages and snippets of code | `forms` |
//! | subcommands, and facts about responses for their output | `command_line` |
//! | values and limits in JSON Schema | `json_schema` |
//! | tools of the Model Context Protocol | `tools` |
//! | the reference, as Markdown and as `OpenAPI` | `reference`, `openapi` |

mod actions;
mod blocks;
mod command_line;
mod declared;
mod docs;
mod errors;
mod escape;
mod examples;
mod field_names;
mod fields;
mod forms;
mod json_schema;
mod limits;
mod lines;
mod literal;
mod markdown;
mod openapi;
mod pages;
mod presence;
mod reference;
mod region;
mod requests;
mod samples;
mod sent;
mod spelling;
mod tidy;
mod tools;
mod types;

use codegen_spec::graph::by_owner;
use codegen_spec::{self as spec, Signature, Spec};
pub use declared::Names;
pub use fields::DeclaredField;
use markdown::prose;
pub use presence::FieldOwner;
use requests::Rules;

use crate::ir::{self, Api};

/// Decides everything that the templates print.
///
/// The spec must have passed [`codegen_spec::load`].
pub fn lower(spec: &Spec) -> Api {
    let names = Names::new(spec);
    let mut rules = Rules::default();
    let (owned, shared) = by_owner(spec);
    let actions: Vec<ir::Action> = spec
        .actions
        .iter()
        .map(|action| {
            let own = owned
                .get(action.name.as_str())
                .map_or(&[][..], Vec::as_slice);
            names.action(action, own, &mut rules)
        })
        .collect();
    let error_patterns = errors::patterns(spec);
    let enums: Vec<ir::Enum> = spec.enums.iter().map(|e| names.enum_(e)).collect();
    Api {
        product: spec.product.clone(),
        version: spec.version.clone(),
        title: prose(spec.title.for_code()),
        package: spec.package.clone(),
        is_acs3: spec.signature == Signature::Acs3,
        client: format!("{}_client", spec.package.replace('-', "_")),
        models: format!("{}_models", spec.package.replace('-', "_")),
        service: format!("{}_service", spec.package.replace('-', "_")),
        docs_crate: format!("{}_docs", spec.package.replace('-', "_")),
        shared: names.structs(&shared),
        errors: errors::codes(spec),
        error_patterns,
        dispatch: errors::dispatch(spec),
        regions: spec.regions.iter().map(region).collect(),
        releases: spec.releases.iter().map(release).collect(),
        rules: rules.into_ir(),
        has_settable: actions.iter().any(|action| !action.settable.is_empty()),
        has_deprecated: has_deprecated(spec),
        has_pages: actions.iter().any(|action| action.pages.is_some()),
        has_samples: actions.iter().any(|action| action.sample.is_some()),
        has_exact_examples: has_example(&actions, true),
        has_inexact_examples: has_example(&actions, false),
        command_line: names.command_line(&actions, &enums),
        forms: names.forms(&actions),
        reference: reference::reference(&names, &actions, &enums),
        actions,
        enums,
    }
}

fn has_example(actions: &[ir::Action], is_exact: bool) -> bool {
    let mut examples = actions.iter().filter_map(|action| action.example.as_ref());
    examples.any(|example| example.is_exact == is_exact)
}

fn has_deprecated(spec: &Spec) -> bool {
    let mut fields = spec
        .actions
        .iter()
        .flat_map(|action| action.parameters.iter().chain(&action.response))
        .chain(spec.structs.iter().flat_map(|s| &s.members));
    spec.actions
        .iter()
        .any(|action| action.deprecated.is_some())
        || fields.any(|field| field.deprecated.is_some())
}

fn region(region: &spec::Region) -> ir::Region {
    ir::Region {
        id: literal::exact(&region.id),
        name_zh: literal::single_line(&region.name.zh),
        name_en: literal::single_line(region.name.for_code()),
        endpoint: literal::exact(&region.endpoint),
        vpc_endpoint: region.vpc_endpoint.as_deref().map(literal::exact),
    }
}

fn release(release: &spec::Release) -> ir::Release {
    ir::Release {
        version: literal::exact(&release.version),
        date: literal::exact(&release.date),
        changes: release
            .changes
            .iter()
            .map(|text| literal::single_line(text.for_code()))
            .collect(),
    }
}
