//! Spec to IR: all decisions.
//!
//! | decision | where |
//! |---|---|
//! | what each action, struct and enum becomes | here |
//! | names | `declared` |
//! | which module owns a struct | `codegen_spec::graph` |
//! | types and serde attributes of fields | `fields` |
//! | how a request is written, read and checked | `requests` |
//! | error codes and what dispatch answers | `errors` |
//! | documentation | `docs`, `limits` |
//! | example requests, and requests with every parameter set, for tests | `examples`, `samples` |
//! | subcommands, and what their output knows of responses | `command_line` |
//! | the reference, as Markdown and as `OpenAPI` | `reference`, `openapi` |

mod command_line;
mod declared;
mod docs;
mod errors;
mod examples;
mod fields;
mod limits;
mod openapi;
mod reference;
mod requests;
mod samples;

use codegen_spec::graph::{by_owner, has_map};
use codegen_spec::names::{self, Scope, camel, shouty};
use codegen_spec::{self as spec, EnumBase, Field, Operation, Signature, Spec};
pub use declared::Names;
use docs::Docs;
use requests::Rules;

use crate::ir::{self, Api};

/// Decides everything that the templates print.
///
/// The spec has passed [`crate::load::load`].
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
        title: docs::escape(&docs::one_line(spec.title.for_code())),
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
        read_uses: requests::uses(&actions, !rules.is_empty()),
        rules: rules.into_ir(),
        has_map_arguments: has_map_parameter(spec, true),
        has_setters: actions.iter().any(|action| !action.setters.is_empty()),
        has_map_setters: has_map_parameter(spec, false),
        has_deprecated: has_deprecated(spec),
        has_samples: actions.iter().any(|action| action.sample.is_some()),
        has_exact_examples: has_example(&actions, true),
        has_inexact_examples: has_example(&actions, false),
        command_line: names.command_line(&actions, &enums),
        reference: reference::reference(&names, &actions, &enums),
        actions,
        enums,
    }
}

impl<'a> Names<'a> {
    fn action(
        &self,
        action: &'a spec::Action,
        own: &[&'a spec::Struct],
        rules: &mut Rules,
    ) -> ir::Action {
        let names = &self.methods[action.name.as_str()];
        let mut own = self.structs(own);
        let response: Vec<&Field> = self
            .spec
            .common_response
            .iter()
            .chain(&action.response)
            .collect();
        own.item_names
            .extend(self.item_names(response.iter().copied()));
        own.item_names.sort();
        own.item_names.dedup();
        let parameters: Vec<&Field> = action.parameters.iter().collect();
        own.has_maps |= response
            .iter()
            .chain(&parameters)
            .any(|field| has_map(&field.type_));
        let fields = self.fields(&parameters, None);
        let has_fields = !parameters.is_empty() || !response.is_empty();
        let writes = self.writes(&parameters);
        let members = self.fields(&response, None);
        ir::Action {
            name: action.name.clone(),
            method: names.method.clone(),
            // `self_` would make names with two underscores.
            test: names.method.trim_end_matches('_').to_owned(),
            command: names.command.split(' ').map(str::to_owned).collect(),
            request: names.request.clone(),
            response: names.response.clone(),
            summary: docs::summary(action.summary.for_code()),
            docs: Docs::action(action),
            info: info(action),
            is_xml_request: parameters
                .iter()
                .all(|field| names::is_element_name(&field.name)),
            sorted: !parameters.iter().any(|field| self.is_flattened(field)),
            deprecated: deprecated(action.deprecated.as_ref()),
            uses: requests::model_uses(&writes, has_fields, own.has_parameters),
            writes,
            reads: self.reads(action, rules),
            has_many_arguments: has_many(&parameters),
            arguments: self.arguments(&parameters),
            setters: self.setters(&parameters),
            request_id: self.request_id(&response),
            parameters: fields,
            members,
            own,
            example: action
                .examples
                .as_ref()
                .map(|examples| self.example(&parameters, &response, examples)),
            sample: self.sample(&parameters),
        }
    }

    /// Where a response repeats the id of its request, if it does.
    fn request_id(&self, response: &[&'a Field]) -> Option<ir::RequestId> {
        let names = self.field_names(response);
        let (name, field) = names
            .iter()
            .zip(response)
            .find(|(_, field)| field.name == "RequestId")?;
        let id = "context.request_id.clone()";
        let value = match (self.type_(&field.type_).as_str(), field.required) {
            ("String", true) => id.to_owned(),
            ("String", false) => format!("Some({id})"),
            _ => return None,
        };
        Some(ir::RequestId {
            field: name.clone(),
            value,
        })
    }

    fn structs(&self, structs: &[&'a spec::Struct]) -> ir::Structs {
        let mut out = ir::Structs::default();
        for s in structs {
            let members: Vec<&Field> = s.members.iter().collect();
            let is_parameter = self.parameter_structs.contains(s.name.as_str());
            out.item_names
                .extend(self.item_names(members.iter().copied()));
            out.has_maps |= members.iter().any(|member| has_map(&member.type_));
            out.has_enums |= members.iter().any(|member| self.is_enum(&member.type_));
            out.has_parameters |= is_parameter;
            out.structs.push(ir::Struct {
                name: self.structs[s.name.as_str()].clone(),
                docs: Docs::named(&s.description, &s.name),
                is_parameter,
                writes: self.member_writes(&members),
                reads: self.member_reads(&members),
                members: self.fields(&members, Some(&s.name)),
            });
        }
        out.item_names.sort();
        out.item_names.dedup();
        out
    }

    pub(crate) fn enum_(&self, e: &spec::Enum) -> ir::Enum {
        let is_integer = e.base == EnumBase::Int32;
        let literal = |text: &String| {
            if is_integer {
                text.clone()
            } else {
                format!("{text:?}")
            }
        };
        // Beside them stand a variant and a constant.
        let mut scope = Scope::new(&["Unknown", "KNOWN"]);
        let variants: Vec<ir::Variant> = e
            .values
            .iter()
            .map(|value| ir::Variant {
                name: scope.unique(camel(value.rename.as_ref().unwrap_or(&value.value))),
                docs: Docs::value(value),
                literal: literal(&value.value),
                pattern: std::iter::once(&value.value)
                    .chain(&value.aliases)
                    .map(literal)
                    .collect::<Vec<_>>()
                    .join(" | "),
            })
            .collect();
        ir::Enum {
            name: self.enums[e.name.as_str()].clone(),
            docs: Docs::named(&e.description, &e.name),
            is_integer,
            variants,
        }
    }
}

/// Whether the client's method has more arguments than clippy allows, itself included.
fn has_many(parameters: &[&Field]) -> bool {
    const ALLOWED: usize = 7;
    parameters.iter().filter(|field| field.required).count() + 1 > ALLOWED
}

fn info(action: &spec::Action) -> String {
    let mut info = String::new();
    if action.operation == Operation::Write {
        info.push_str(&format!(".write({})", action.idempotent));
    }
    if let Some(limit) = action.rate_limit {
        info.push_str(&format!(".limit({}, {})", limit.requests, limit.seconds));
    }
    info
}

fn deprecated(text: Option<&spec::Text>) -> Option<String> {
    text.map(|text| docs::literal(text.for_code()))
}

fn has_example(actions: &[ir::Action], is_exact: bool) -> bool {
    let mut examples = actions.iter().filter_map(|action| action.example.as_ref());
    examples.any(|example| example.is_exact == is_exact)
}

fn has_map_parameter(spec: &Spec, is_required: bool) -> bool {
    let mut parameters = spec.actions.iter().flat_map(|action| &action.parameters);
    parameters.any(|field| field.required == is_required && has_map(&field.type_))
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
        id: docs::exact(&region.id),
        name_zh: docs::literal(&region.name.zh),
        name_en: docs::literal(region.name.for_code()),
        endpoint: docs::exact(&region.endpoint),
        vpc_endpoint: region.vpc_endpoint.as_deref().map(docs::exact),
    }
}

fn release(release: &spec::Release) -> ir::Release {
    ir::Release {
        version: docs::exact(&release.version),
        date: docs::exact(&release.date),
        changes: release
            .changes
            .iter()
            .map(|text| docs::literal(text.for_code()))
            .collect(),
    }
}

/// Name of the constant of a rule.
fn rule_name(field: &Field) -> String {
    shouty(&field.name)
}
