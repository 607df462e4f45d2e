//! Pages of actions.

use std::collections::BTreeSet;

use codegen_spec::graph::{reach, struct_name};
use codegen_spec::request_example::parameter;
use codegen_spec::{self as spec, HttpMethod, Language, Operation, Position, Signature};
use pop_rpc::acs3::header;
use pop_rpc::canonical::encode;

use super::pages::file;
use super::writer::ReferenceWriter;
use crate::ir;
use crate::ir::reference::{Action, Enum, EnumValue, ErrorCode, Example, Limit, Restriction};
use crate::lower::escape::{code, fence_around};
use crate::lower::limits::Side;
use crate::lower::markdown::{cell, document};

impl ReferenceWriter<'_> {
    /// Returns the page of an action.
    pub(super) fn action(
        &self,
        action: &spec::Action,
        lowered: &ir::Action,
        module: &str,
    ) -> Action {
        let methods = action.methods().iter().map(|method| code(method.as_str()));
        let methods: Vec<String> = methods.collect();
        let response = self.spec.response(action);
        let errors = action.errors.iter().filter_map(|code| {
            let error = self.spec.error_codes.iter().find(|e| e.code == *code)?;
            let status = action.status(error);
            let own = spec::ErrorCode {
                status,
                ..error.clone()
            };
            let error = self.error(&own, cell);
            Some(ErrorCode {
                code: error.code.replace('|', "\\|"),
                ..error
            })
        });
        Action {
            file: file(module),
            name: code(&action.name),
            method: code(&lowered.method),
            command: self.command(lowered),
            summary: self.prose(&action.summary),
            scenario: (action.scenario.as_ref()).map(|text| document(self.language.of(text))),
            deprecated: action.deprecated.as_ref().map(|text| self.prose(text)),
            restriction: action.restriction.as_ref().map(|restriction| Restriction {
                description: self.prose(&restriction.description),
                error: code(&restriction.error),
            }),
            limit: action.rate_limit.map(|limit| Limit {
                requests: limit.requests,
                seconds: limit.seconds,
            }),
            is_paged: action.pages.is_some(),
            methods: methods.join(match self.language {
                Language::Zh => "、",
                Language::En => ", ",
            }),
            is_anonymous: action.anonymous,
            is_write: action.operation == Operation::Write,
            is_idempotent: action.idempotent,
            parameters: self.rows(&action.parameters, Side::Request),
            is_bare: action.bare,
            members: self.rows(response, Side::Response),
            enums: self.enums(action),
            errors: errors.collect(),
            example: action
                .examples
                .as_ref()
                .map(|examples| self.example(action, examples)),
            call: self.call(action, lowered),
        }
    }

    /// Returns the enums among parameters and members, once each, in the order of the spec.
    fn enums(&self, action: &spec::Action) -> Vec<Enum> {
        let structs = &self.names.definitions;
        let fields = || action.parameters.iter().chain(&action.response);
        let mut reached = BTreeSet::new();
        reach(structs, fields(), &mut reached);
        let members = reached.iter().flat_map(|name| &structs[name].members);
        let used: BTreeSet<&str> = fields()
            .chain(members)
            .map(|field| struct_name(&field.type_))
            .collect();
        let enums = self.spec.enums.iter();
        enums
            .filter(|e| used.contains(&*e.name))
            .map(|e| self.enum_(e))
            .collect()
    }

    fn enum_(&self, e: &spec::Enum) -> Enum {
        let values = e.values.iter().map(|value| EnumValue {
            value: code(&value.value),
            description: self.prose(&value.description),
        });
        Enum {
            name: code(&e.name),
            description: self.prose(&e.description),
            values: values.collect(),
        }
    }

    fn example(&self, action: &spec::Action, examples: &spec::Examples) -> Example {
        Example {
            request: self.request(action, examples),
            json: format!("{:#}", examples.json),
            xml: examples.xml.clone(),
            xml_fence: fence_around(&examples.xml),
        }
    }

    /// Returns the example request as the client sends it, one parameter per line.
    fn request(&self, action: &spec::Action, examples: &spec::Examples) -> Vec<String> {
        let own = |position| {
            let parameters = action.parameters.iter();
            let there = parameters.filter(move |field| field.position == position);
            there.flat_map(|field| {
                let is_part = |name: &str| {
                    let named = parameter(&action.parameters, name);
                    named.is_some_and(|named| named.name == field.name)
                };
                let parts = examples
                    .request
                    .iter()
                    .filter(move |(name, _)| is_part(name));
                parts.map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            })
        };
        let in_query = own(Position::Query);
        let is_plain = self.spec.signature == Signature::Rpc && !action.has_form();
        let method = if is_plain && action.methods().contains(&HttpMethod::Get) {
            HttpMethod::Get.as_str()
        } else {
            action.usual_method().as_str()
        };
        let (pairs, mut rest): (Vec<String>, Vec<String>) = match self.spec.signature {
            Signature::Rpc => {
                let common = [
                    format!("Action={}", encode(&action.name)),
                    format!("Version={}", encode(&self.spec.version)),
                ];
                (common.into_iter().chain(in_query).collect(), Vec::new())
            }
            Signature::Acs3 => {
                let headers = vec![
                    format!("{}: {}", header::ACTION, action.name),
                    format!("{}: {}", header::VERSION, self.spec.version),
                ];
                (in_query.collect(), headers)
            }
        };
        if action.has_form() {
            rest.extend([
                "content-type: application/x-www-form-urlencoded".to_owned(),
                String::new(),
            ]);
            let line = |(index, pair)| if index == 0 { pair } else { format!("&{pair}") };
            rest.extend(own(Position::Form).enumerate().map(line));
        }
        let line = |(index, pair)| match index {
            0 => format!("{method} /?{pair}"),
            _ => format!("    &{pair}"),
        };
        let mut lines: Vec<String> = pairs.into_iter().enumerate().map(line).collect();
        if lines.is_empty() {
            lines.push(format!("{method} /"));
        }
        lines.extend(rest);
        lines
    }
}
