//! Actions: requests, responses and the structs that only one action uses.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use codegen_spec::graph::reach;
use codegen_spec::names;
use codegen_spec::{self as spec, Field, HttpMethod, Operation, Position};
use pop_rpc::error::placeholder;

use super::declared::Names;
use super::docs::Docs;
use super::literal::{deprecated, exact};
use super::markdown::summary;
use super::presence::FieldOwner;
use super::requests::Rules;
use crate::ir;

impl<'a> Names<'a> {
    /// Lowers an action; `own` are the structs that only this action uses.
    pub(super) fn action(
        &self,
        action: &'a spec::Action,
        own: &[&'a spec::Struct],
        rules: &mut Rules,
    ) -> ir::Action {
        let names = &self.methods[action.name.as_str()];
        let parameters: Vec<&Field> = action.parameters.iter().collect();
        let response: Vec<&Field> = self.spec.response(action).collect();
        let mut lowered = ir::Fields::new(
            self.fields(&parameters, FieldOwner::Request),
            self.is_strict(&parameters, FieldOwner::Request),
        );
        self.add_rules(&mut lowered, &parameters, rules);
        let mut in_query = (parameters.iter()).filter(|field| field.position == Position::Query);
        let request_id = self.request_id(&response);
        ir::Action {
            name: action.name.clone(),
            method: names.method.clone(),
            // `self_` would make names with two underscores.
            test: names.method.trim_end_matches('_').to_owned(),
            command: names.command.split(' ').map(str::to_owned).collect(),
            request: names.request.clone(),
            response: names.response.clone(),
            summary: summary(action.summary.for_code()),
            docs: Docs::action(action),
            info: info(action),
            statuses: statuses(self.spec, action),
            methods: methods(action),
            is_anonymous: action.anonymous,
            is_xml_request: self.is_xml(&parameters),
            is_bare: action.bare,
            is_xml_response: !action.bare && self.is_xml(&response),
            sorted: !in_query.any(|field| self.is_flattened(field)),
            deprecated: deprecated(action.deprecated.as_ref()),
            settable: values_where(&lowered, &parameters, |field| !self.is_argument(field)),
            query: sent(&lowered, &parameters, Position::Query),
            form: sent(&lowered, &parameters, Position::Form),
            parameters: lowered,
            members: ir::Fields::of_response(
                self.fields(&response, FieldOwner::Response),
                request_id.as_ref(),
            ),
            request_id,
            own: self.own_structs(own, &response),
            example: action
                .examples
                .as_ref()
                .map(|examples| self.example(&parameters, &response, examples)),
            pages: self.pages(action),
            sample: self.sample(&parameters),
        }
    }

    /// Lowers the structs of an action's module, with what its response needs there.
    fn own_structs(&self, own: &[&'a spec::Struct], response: &[&'a Field]) -> ir::Structs {
        let mut own = self.structs(own);
        own.item_names
            .extend(self.item_names(response.iter().copied()));
        own.item_names.sort();
        own.item_names.dedup();
        own
    }

    /// Returns `true` if XML can hold every name in fields and in the structs that they use.
    fn is_xml(&self, fields: &[&'a Field]) -> bool {
        let mut found = BTreeSet::new();
        reach(&self.definitions, fields.iter().copied(), &mut found);
        let structs = found.iter().filter_map(|name| self.definitions.get(name));
        let members = structs.flat_map(|s| &s.members);
        let mut names = fields.iter().copied().chain(members);
        names.all(|field| names::is_element_name(&field.name))
    }

    /// Returns the member of a response that repeats the ID of the request, if it has one.
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
}

/// Returns the values of the parameters at a position, in the order of their names.
fn sent(lowered: &ir::Fields, fields: &[&Field], position: Position) -> Vec<ir::Value> {
    let mut sent = values_where(lowered, fields, |field| field.position == position);
    sent.sort_by(|a, b| a.wire.cmp(&b.wire));
    sent
}

/// Returns the values of some fields; `lowered` are all of them in the IR.
fn values_where(
    lowered: &ir::Fields,
    fields: &[&Field],
    is_wanted: impl Fn(&Field) -> bool,
) -> Vec<ir::Value> {
    let all = lowered.all.iter().zip(fields);
    all.filter(|(_, field)| is_wanted(field))
        .map(|(lowered, _)| lowered.value.clone())
        .collect()
}

/// Returns the statuses of an action's own, exact codes first. If a code with a placeholder has one,
/// the exact codes that it covers are among them.
fn statuses(spec: &spec::Spec, action: &spec::Action) -> Vec<ir::ErrorStatus> {
    let with_placeholder = |code: &&spec::ErrorCode| names::placeholder(&code.code).is_some();
    let all = spec.error_codes.iter();
    let (mut patterns, mut codes): (Vec<_>, Vec<_>) = all.partition(with_placeholder);
    let is_own = |code: &spec::ErrorCode| action.statuses.contains_key(&code.code);
    patterns.retain(|code| is_own(code));
    patterns.sort_by_key(|code| {
        let parts = names::placeholder(&code.code);
        Reverse(parts.map(|(prefix, _, suffix)| prefix.len() + suffix.len()))
    });
    let is_covered = |code: &spec::ErrorCode| {
        let mut parts = patterns
            .iter()
            .filter_map(|code| names::placeholder(&code.code));
        parts.any(|(prefix, _, suffix)| placeholder(&code.code, prefix, suffix).is_some())
    };
    codes.retain(|code| is_own(code) || is_covered(code));
    codes.sort_by_key(|code| &code.code);
    let all = codes.into_iter().chain(patterns.iter().copied());
    all.map(|code| ir::ErrorStatus {
        code: exact(&code.code),
        status: action.status(code),
    })
    .collect()
}

fn methods(action: &spec::Action) -> Vec<String> {
    let methods = action.methods();
    if methods == HttpMethod::DEFAULT {
        return Vec::new();
    }
    methods.iter().map(|method| format!("{method:?}")).collect()
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
