//! The command line: one subcommand per action, and facts about its response.

use std::collections::HashMap;

use codegen_spec::graph::struct_name;
use codegen_spec::names::{Scope, camel, snake};
use codegen_spec::{self as spec, EnumBase, Field, Type};
use heck::ToKebabCase;

use super::declared::{Names, setter};
use super::docs::Docs;
use super::fields::is_time;
use super::literal;
use super::presence::FieldOwner;
use super::tools::tools;
use crate::ir;
use crate::ir::command_line::*;

/// Names of the options of all subcommands, which parameters must not use.
const GLOBAL_OPTIONS: [&str; 13] = [
    "all",
    "dry_run",
    "endpoint",
    "help",
    "method",
    "output",
    "profile",
    "region",
    "retries",
    "timeout",
    "verbose",
    "verbosity",
    "version",
];

impl<'a> Names<'a> {
    /// Returns the command line.
    pub(super) fn command_line(&self, actions: &[ir::Action], enums: &[ir::Enum]) -> CommandLine {
        let commands = self.commands(actions);
        let mut parameters = (commands.iter())
            .flat_map(|command| &command.actions)
            .flat_map(|action| &action.parameters);
        CommandLine {
            variables: self.spec.package.replace('-', "_").to_uppercase(),
            has_options: parameters.any(|parameter| parameter.is_option),
            commands,
            enums: self.parameter_enums(enums),
            responses: self.responses(actions),
            tools: self.tools(),
        }
    }

    /// Returns the tools in each language of the spec.
    fn tools(&self) -> Vec<ToolList> {
        let languages = self.spec.languages.iter();
        languages
            .map(|language| ToolList {
                language: language.code(),
                variant: format!("{language:?}"),
                tools: tools(self, *language),
            })
            .collect()
    }

    /// Returns the actions, grouped by the first word of their subcommands.
    fn commands(&self, actions: &[ir::Action]) -> Vec<Command> {
        let mut commands: Vec<Command> = Vec::new();
        let mut variants = Scope::default();
        // Index and variants of each group, by first word.
        let mut groups: HashMap<&str, (usize, Scope)> = HashMap::new();
        for (action, lowered) in self.spec.actions.iter().zip(actions) {
            let (first, rest) = match lowered.command.as_slice() {
                [word] => (word.as_str(), None),
                [first, rest @ ..] => (first.as_str(), Some(rest.join("-"))),
                [] => continue,
            };
            let Some(word) = rest else {
                let name = variants.unique(camel(first));
                let action = self.subcommand(name.clone(), first, action, lowered);
                commands.push(Command {
                    rename: None,
                    actions: vec![action],
                    group: None,
                    words: String::new(),
                    name,
                });
                continue;
            };
            let (number, inside) = groups.entry(first).or_insert_with(|| {
                commands.push(group(first, variants.unique(camel(first))));
                (commands.len() - 1, Scope::default())
            });
            let name = inside.unique(camel(&word));
            let below = self.subcommand(name, &word, action, lowered);
            commands[*number].add(&word, below);
        }
        commands
    }

    fn subcommand(
        &self,
        name: String,
        word: &str,
        action: &spec::Action,
        lowered: &ir::Action,
    ) -> Action {
        let fields: Vec<&Field> = action.parameters.iter().collect();
        let names = self.field_names(&fields);
        let parameters: Vec<Parameter> = names
            .iter()
            .zip(&fields)
            .map(|(name, field)| self.parameter(name, &names, field))
            .collect();
        Action {
            rename: rename(&name, word),
            name,
            method: lowered.method.clone(),
            docs: Docs::action_help(action),
            arguments: parameters
                .iter()
                .filter(|parameter| parameter.setter.is_none())
                .map(|parameter| parameter.name.clone())
                .collect(),
            has_times: fields.iter().any(|field| is_time(field)),
            all: lowered.pages.as_ref().map(|_| {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                Scope::new(&names).unique("all".to_owned())
            }),
            parameters,
        }
    }

    /// Returns a parameter; `names` are the names of all parameters of the action.
    fn parameter(&self, name: &str, names: &[String], field: &Field) -> Parameter {
        let is_list = matches!(field.type_, Type::List { .. });
        let id = id(name, names);
        Parameter {
            docs: Docs::field_help(field, self.is_region(field)),
            type_: self.path(&field.type_, "super::models::"),
            is_option: !self.is_argument(field) && !is_list,
            is_positional: self.is_positional(field),
            is_required_list: field.required && is_list,
            renamed: (id != name).then(|| Renamed {
                option: option(name, names),
                id,
            }),
            kind: self.kind(field),
            setter: (!self.is_argument(field)).then(|| setter(name)),
            name: name.to_owned(),
        }
    }

    /// Returns `true` if a parameter is an argument.
    ///
    /// A list is an option, as only the last argument could be a list.
    pub(super) fn is_positional(&self, field: &Field) -> bool {
        self.is_argument(field) && !matches!(field.type_, Type::List { .. })
    }

    /// Returns the kind of a value, or of the items of a list.
    fn kind(&self, field: &Field) -> ValueKind {
        let item = match &field.type_ {
            Type::List { list } => &list.of,
            other => other,
        };
        match item {
            _ if is_time(field) => ValueKind::Time,
            Type::Name(name) if !self.is_json(item) => match name.as_str() {
                "string" => ValueKind::Text,
                "boolean" => ValueKind::Boolean,
                name => match self.enums.get(name) {
                    Some(type_) => ValueKind::Enum {
                        function: snake(type_),
                        accepts_others: field.accepts_unknown,
                        is_number: self.is_numeric(name),
                    },
                    None => ValueKind::Number,
                },
            },
            item => ValueKind::Json {
                type_: self.path(item, "super::models::"),
            },
        }
    }

    /// Returns `true` if the values of an enum are numbers.
    fn is_numeric(&self, name: &str) -> bool {
        let named = self.spec.enum_named(name);
        named.is_some_and(|e| e.base != EnumBase::String)
    }

    /// Returns `true` if a value, or an item of a list, is written as JSON.
    pub(super) fn is_json(&self, type_: &Type) -> bool {
        match type_ {
            Type::Name(name) => name == "any" || self.structs.contains_key(name.as_str()),
            Type::List { .. } | Type::Map { .. } => true,
        }
    }

    /// Returns a type in Rust, with `models::` before types of the models.
    pub(super) fn qualified(&self, type_: &Type) -> String {
        self.path(type_, "models::")
    }

    /// Returns a type in Rust, with `models` before types of the models.
    fn path(&self, type_: &Type, models: &str) -> String {
        match type_ {
            Type::List { list } => format!("Vec<{}>", self.path(&list.of, models)),
            Type::Map { map } => {
                let value = self.path(map, models);
                format!("std::collections::BTreeMap<String, {value}>")
            }
            Type::Name(name) => {
                let is_declared = self.enums.contains_key(name.as_str())
                    || self.structs.contains_key(name.as_str());
                let path = if is_declared { models } else { "" };
                format!("{path}{}", self.type_(type_))
            }
        }
    }

    /// Returns the enums among the parameters, in the order of the spec.
    fn parameter_enums(&self, enums: &[ir::Enum]) -> Vec<Enum> {
        let parameters = || {
            self.spec
                .actions
                .iter()
                .flat_map(|action| &action.parameters)
        };
        let is_used = |name: &str| parameters().any(|p| item_name(&p.type_) == Some(name));
        let used = self.spec.enums.iter().zip(enums);
        used.filter(|(e, _)| is_used(&e.name))
            .map(|(e, lowered)| Enum {
                function: snake(&lowered.name),
                type_: lowered.name.clone(),
                variants: e
                    .values
                    .iter()
                    .zip(&lowered.variants)
                    .map(|(value, variant)| Variant {
                        name: variant.name.clone(),
                        help: literal::single_line(Docs::value_help(value).trim_end_matches('.')),
                    })
                    .collect(),
            })
            .collect()
    }

    fn responses(&self, actions: &[ir::Action]) -> Vec<Response> {
        let structs = &self.definitions;
        let with_actions = self.spec.actions.iter().zip(actions);
        with_actions
            .map(|(action, lowered)| {
                let members: Vec<&Field> = self.spec.response(action).collect();
                let mut reached = std::collections::BTreeSet::new();
                codegen_spec::graph::reach(structs, members.iter().copied(), &mut reached);
                let below = reached.iter().flat_map(|name| &structs[name].members);
                let mut times: Vec<String> = members
                    .iter()
                    .copied()
                    .chain(below)
                    .filter(|field| is_time(field))
                    .map(|field| literal::exact(&field.name))
                    .collect();
                times.sort();
                times.dedup();
                Response {
                    name: lowered.response.clone(),
                    times,
                    chart: self.chart(&members),
                }
            })
            .collect()
    }

    /// Returns the member that is a chart.
    ///
    /// A chart is a struct with one list of points, each a time and a value. All its other members
    /// are texts.
    fn chart(&self, members: &[&Field]) -> Option<Chart> {
        let structs = &self.definitions;
        let mut named = self.field_names(members).into_iter().zip(members);
        named.find_map(|(name, field)| {
            let Type::Name(type_) = &field.type_ else {
                return None;
            };
            let inside: Vec<&Field> = structs.get(type_.as_str())?.members.iter().collect();
            let owner = FieldOwner::Struct(type_);
            let inside_names = self.field_names(&inside);
            let mut points = None;
            let mut texts = Vec::new();
            for (name, field) in inside_names.into_iter().zip(inside) {
                match &field.type_ {
                    Type::Name(type_) if type_ == "string" && self.is_plain(field, owner) => {
                        texts.push(name);
                    }
                    Type::List { list } if points.is_none() => {
                        let point = structs.get(struct_name(&list.of))?;
                        points = Some((name, self.point(point)?));
                    }
                    _ => return None,
                }
            }
            let (points, (time, value)) = points?;
            Some(Chart {
                member: name,
                is_optional: !field.required,
                texts,
                points,
                time,
                value,
            })
        })
    }

    /// Returns `true` if a member is always present.
    fn is_plain(&self, member: &Field, owner: FieldOwner<'_>) -> bool {
        self.presence(member, owner) == ir::Presence::Required
    }

    /// Returns the names of time and value, if a struct has exactly these two.
    fn point(&self, point: &'a spec::Struct) -> Option<(String, String)> {
        let members: Vec<&Field> = point.members.iter().collect();
        let names = self.field_names(&members);
        let owner = FieldOwner::Struct(&point.name);
        let is_number = |field: &Field| matches!(&field.type_, Type::Name(name) if matches!(name.as_str(), "float" | "double"));
        match (members.as_slice(), names.as_slice()) {
            ([time, value], [time_name, value_name])
                if self.is_plain(time, owner)
                    && self.is_plain(value, owner)
                    && is_time(time)
                    && is_number(value) =>
            {
                Some((time_name.clone(), value_name.clone()))
            }
            _ => None,
        }
    }
}

/// Returns the name of a field's option; `fields` are all fields of the action.
pub(super) fn option(field: &str, fields: &[String]) -> String {
    let id = id(field, fields);
    id.trim_start_matches("r#").to_kebab_case()
}

/// Returns the ID of a field in clap: its name, unless all subcommands have an option of that name.
fn id(field: &str, fields: &[String]) -> String {
    let mut id = field.to_owned();
    if GLOBAL_OPTIONS.contains(&field) {
        while id == field || fields.contains(&id) {
            id.insert_str(0, "its_");
        }
    }
    id
}

/// Returns a group that has no actions yet.
fn group(word: &str, name: String) -> Command {
    Command {
        rename: rename(&name, word),
        group: Some(format!("{name}Command")),
        words: String::new(),
        actions: Vec::new(),
        name,
    }
}

/// Returns the word of a subcommand, if clap would derive another one from the variant.
fn rename(variant: &str, word: &str) -> Option<String> {
    (variant.to_kebab_case() != word).then(|| word.to_owned())
}

/// Returns the name of a type, or of the items of a list.
fn item_name(type_: &Type) -> Option<&str> {
    match type_ {
        Type::Name(name) => Some(name),
        Type::List { list } => match &list.of {
            Type::Name(name) => Some(name),
            _ => None,
        },
        Type::Map { .. } => None,
    }
}
