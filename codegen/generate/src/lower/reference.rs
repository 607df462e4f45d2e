//! The reference: texts of the spec as Markdown, in every language, and how a call looks in Rust.

use std::collections::BTreeSet;

use codegen_spec::names::Scope;
use codegen_spec::{
    self as spec, Field as SpecField, Language, ListStyle, Operation, Origin, Signature, Spec,
    Text, Type,
};
use pop_rpc::acs3::header;
use pop_rpc::canonical::encode;

use super::declared::{Names, setter};
use super::docs::{code, escape, exact, fence, fence_around, one_line};
use super::examples::literal;
use super::limits::limits;
use super::openapi;
use crate::ir;
use crate::ir::reference::*;

/// The chapters beside the actions: module, then title in Chinese and in English.
const CHAPTERS: [(&str, &str, &str); 6] = [
    ("actions", "接口一览", "Actions"),
    ("common_parameters", "公共参数", "Common parameters"),
    ("error_codes", "错误码", "Error codes"),
    ("regions", "地域与接入点", "Regions and endpoints"),
    ("releases", "版本", "Releases"),
    ("errata", "勘误", "Errata"),
];

/// Stands in a table where there is nothing to say.
const NOTHING: &str = "–";

/// The reference in all languages of the spec.
pub(super) fn reference(
    names: &Names<'_>,
    actions: &[ir::Action],
    enums: &[ir::Enum],
) -> Reference {
    let spec = names.spec;
    let modules = modules(actions);
    let first = spec.languages.first().copied().unwrap_or(Language::En);
    let lower = |language: &Language| {
        let lower = Lower {
            names,
            spec,
            actions,
            enums,
            modules: &modules,
            language: *language,
        };
        lower.chapters()
    };
    Reference {
        package: format!("{}-docs", spec.package),
        title: one_line(first.of(&spec.title)),
        pages: pages(spec, actions, &modules),
        chapters: CHAPTERS.iter().map(|(module, _, _)| *module).collect(),
        languages: spec.languages.iter().map(lower).collect(),
        openapi: openapi::document(names, actions),
    }
}

/// Modules of the actions: their methods, unless a chapter has the name.
fn modules(actions: &[ir::Action]) -> Vec<String> {
    let mut modules = Scope::new(&CHAPTERS.map(|(module, _, _)| module));
    actions
        .iter()
        .map(|action| modules.unique(action.method.clone()))
        .collect()
}

fn file(module: &str) -> String {
    module.trim_start_matches("r#").to_owned()
}

fn pages(spec: &Spec, actions: &[ir::Action], modules: &[String]) -> Vec<Page> {
    let mut pages: Vec<Page> = spec
        .actions
        .iter()
        .zip(actions)
        .zip(modules)
        .map(|((action, lowered), module)| {
            let file = file(module);
            let summaries: Vec<String> = spec
                .languages
                .iter()
                .map(|language| prose(language.of(&action.summary)))
                .collect();
            let same = |language: &Language| page_language(*language, &action.name);
            Page {
                kind: "Action",
                summary: format!("{}: {}", code(&action.name), summaries.join(" ")),
                name: exact(&action.name),
                names: vec![exact(&file), exact(&lowered.command.join(" "))],
                absent: absent(spec, |language| page_language(language, &action.name)),
                languages: spec.languages.iter().map(same).collect(),
                module: module.clone(),
                file,
            }
        })
        .collect();
    let chapters = CHAPTERS.map(|(module, zh, en)| {
        let title = Text {
            zh: zh.to_owned(),
            en: en.to_owned(),
        };
        let titles: Vec<&str> = spec
            .languages
            .iter()
            .map(|language| language.of(&title))
            .collect();
        let page = |language: &Language| page_language(*language, language.of(&title));
        Page {
            module: module.to_owned(),
            file: module.to_owned(),
            kind: "Chapter",
            summary: titles.join(" · "),
            name: exact(module),
            names: chapter_names(spec, module),
            absent: absent(spec, |language| page(&language)),
            languages: spec.languages.iter().map(page).collect(),
        }
    });
    // The list of actions comes before them, everything else after.
    for (index, chapter) in chapters.into_iter().enumerate() {
        pages.insert(if index == 0 { 0 } else { pages.len() }, chapter);
    }
    pages
}

/// The languages that the spec does not have, with the first that it has in their place.
fn absent(spec: &Spec, page: impl Fn(Language) -> PageLanguage) -> Vec<AbsentLanguage> {
    let Some(first) = spec.languages.first() else {
        return Vec::new();
    };
    let mut languages = vec![Language::Zh, Language::En];
    languages.retain(|language| !spec.languages.contains(language));
    let instead = |language: Language| {
        let shown = page(*first);
        AbsentLanguage {
            code: page(language).code,
            instead: shown.code,
            title: shown.title,
        }
    };
    languages.into_iter().map(instead).collect()
}

/// What a chapter has that one may ask for, as literals.
fn chapter_names(spec: &Spec, module: &str) -> Vec<String> {
    let names: Vec<&str> = match module {
        "common_parameters" => spec.common_parameters.iter().map(|f| &*f.name).collect(),
        "regions" => spec.regions.iter().map(|region| &*region.id).collect(),
        "releases" => spec.releases.iter().map(|r| &*r.version).collect(),
        _ => Vec::new(),
    };
    names.into_iter().map(exact).collect()
}

fn page_language(language: Language, title: &str) -> PageLanguage {
    let (code, name) = match language {
        Language::Zh => ("zh", "中文"),
        Language::En => ("en", "English"),
    };
    PageLanguage {
        code,
        name,
        title: exact(title),
    }
}

/// One language of the reference.
struct Lower<'a> {
    names: &'a Names<'a>,
    spec: &'a Spec,
    actions: &'a [ir::Action],
    enums: &'a [ir::Enum],
    modules: &'a [String],
    language: Language,
}

impl Lower<'_> {
    fn chapters(&self) -> Chapters {
        let errors = |origin: Origin| {
            let codes = self.spec.error_codes.iter();
            codes
                .filter(|error| error.origin == origin)
                .map(|error| ErrorCode {
                    actions: self.answered_by(error),
                    ..self.error(error, prose)
                })
                .collect()
        };
        Chapters {
            language: match self.language {
                Language::Zh => "zh",
                Language::En => "en",
            },
            description: self.prose(&self.spec.description),
            categories: self
                .spec
                .categories
                .iter()
                .map(|c| self.category(c))
                .collect(),
            actions: self
                .spec
                .actions
                .iter()
                .zip(self.actions)
                .zip(self.modules)
                .map(|((action, lowered), module)| self.action(action, lowered, module))
                .collect(),
            is_acs3: self.spec.signature == Signature::Acs3,
            common_parameters: self.rows(&self.spec.common_parameters, Place::Request),
            common_response: self.rows(&self.spec.common_response, Place::Response),
            service_errors: errors(Origin::Document),
            gateway_errors: errors(Origin::Gateway),
            regions: self.spec.regions.iter().map(|r| self.region(r)).collect(),
            releases: self.spec.releases.iter().map(|r| self.release(r)).collect(),
            errata: self.spec.errata.iter().map(|e| self.erratum(e)).collect(),
            title: self.prose(&self.spec.title),
        }
    }

    fn category(&self, category: &spec::Category) -> Category {
        let actions = self.spec.actions.iter().zip(self.actions);
        Category {
            title: self.prose(&category.title),
            actions: actions
                .filter(|(action, _)| action.category == category.id)
                .map(|(action, lowered)| CategoryAction {
                    name: code(&action.name),
                    command: self.command(lowered),
                    summary: self.cell(&action.summary),
                })
                .collect(),
        }
    }

    fn command(&self, action: &ir::Action) -> String {
        code(&format!(
            "{} {}",
            self.spec.package,
            action.command.join(" ")
        ))
    }

    fn action(&self, action: &spec::Action, lowered: &ir::Action, module: &str) -> Action {
        let response = self.spec.common_response.iter().chain(&action.response);
        let errors = action.errors.iter().filter_map(|code| {
            let error = self.spec.error_codes.iter().find(|e| e.code == *code)?;
            Some(self.error(error, cell))
        });
        Action {
            file: file(module),
            name: code(&action.name),
            method: code(&lowered.method),
            command: self.command(lowered),
            summary: self.prose(&action.summary),
            scenario: action.scenario.as_ref().map(|text| self.prose(text)),
            deprecated: action.deprecated.as_ref().map(|text| self.prose(text)),
            restriction: action.restriction.as_ref().map(|restriction| Restriction {
                description: self.prose(&restriction.description),
                error: code(&restriction.error),
            }),
            limit: action.rate_limit.map(|limit| Limit {
                requests: limit.requests,
                seconds: limit.seconds,
            }),
            is_write: action.operation == Operation::Write,
            is_idempotent: action.idempotent,
            parameters: self.rows(&action.parameters, Place::Request),
            members: self.rows(response, Place::Response),
            enums: self.enums(action),
            errors: errors.collect(),
            example: action.examples.as_ref().map(|examples| Example {
                request: self.request(action, examples),
                json: format!("{:#}", examples.json),
                xml: examples.xml.clone(),
                xml_fence: fence_around(&examples.xml),
            }),
            call: self.call(action, lowered),
        }
    }

    /// The enums among parameters and members, each once, in the order of the spec.
    fn enums(&self, action: &spec::Action) -> Vec<Enum> {
        let structs = &self.names.definitions;
        let fields = || action.parameters.iter().chain(&action.response);
        let mut reached = BTreeSet::new();
        codegen_spec::graph::reach(structs, fields(), &mut reached);
        let members = reached.iter().flat_map(|name| &structs[name].members);
        let used: BTreeSet<&str> = fields()
            .chain(members)
            .map(|field| codegen_spec::graph::struct_name(&field.type_))
            .collect();
        let enums = self.spec.enums.iter();
        enums
            .filter(|e| used.contains(&*e.name))
            .map(|e| Enum {
                name: code(&e.name),
                description: self.prose(&e.description),
                values: e
                    .values
                    .iter()
                    .map(|value| EnumValue {
                        value: code(&value.value),
                        description: self.prose(&value.description),
                    })
                    .collect(),
            })
            .collect()
    }

    /// Fields as rows of a table, each followed by the members of its struct.
    fn rows<'f>(
        &self,
        fields: impl IntoIterator<Item = &'f SpecField>,
        place: Place,
    ) -> Vec<Field> {
        let mut rows = Vec::new();
        for field in fields {
            self.row(field, "", place, &mut Vec::new(), &mut rows);
        }
        rows
    }

    /// `inside` holds the structs around the field: one that contains itself is shown once.
    fn row(
        &self,
        field: &SpecField,
        prefix: &str,
        place: Place,
        inside: &mut Vec<String>,
        rows: &mut Vec<Field>,
    ) {
        let name = format!("{prefix}{}", field.name);
        let deprecated = field.deprecated.as_ref().map(|reason| match self.language {
            Language::Zh => format!("**已废弃：**{} ", self.cell(reason)),
            Language::En => format!("**Deprecated:** {} ", self.cell(reason)),
        });
        let limits = self.limits(field, place).join(match self.language {
            Language::Zh => "；",
            Language::En => "; ",
        });
        rows.push(Field {
            name: code(&name).replace('|', "\\|"),
            type_: self.type_(&field.type_),
            is_required: field.required,
            required_when: field.required_when.as_ref().map(|text| self.cell(text)),
            limits: or_nothing(Some(limits)),
            example: or_nothing(field.example.as_deref().map(|e| cell(&code(e)))),
            description: deprecated.unwrap_or_default() + &self.cell(&field.description),
        });
        let type_ = codegen_spec::graph::struct_name(&field.type_);
        let structs = &self.names.definitions;
        if let Some(s) = structs.get(type_)
            && !inside.iter().any(|name| name == type_)
        {
            inside.push(type_.to_owned());
            let prefix = name + &place.way_into(field, &field.type_) + ".";
            for member in &s.members {
                self.row(member, &prefix, place, inside, rows);
            }
            inside.pop();
        }
    }

    fn type_(&self, type_: &Type) -> String {
        match (type_, self.language) {
            (Type::List { list }, Language::Zh) => format!("{} 的列表", self.type_(&list.of)),
            (Type::List { list }, Language::En) => format!("list of {}", self.type_(&list.of)),
            (Type::Map { map }, Language::Zh) => format!("值为 {} 的映射", self.type_(map)),
            (Type::Map { map }, Language::En) => format!("map of {}", self.type_(map)),
            (Type::Name(name), _) => code(name),
        }
    }

    fn limits(&self, field: &SpecField, place: Place) -> Vec<String> {
        let e = self
            .spec
            .enum_named(codegen_spec::graph::struct_name(&field.type_));
        let is_parameter = matches!(place, Place::Request);
        let limits = limits(field, e, is_parameter, self.language).into_iter();
        limits.map(|text| text.replace('|', "\\|")).collect()
    }

    fn error(&self, error: &spec::ErrorCode, write: fn(&str) -> String) -> ErrorCode {
        ErrorCode {
            code: code(&error.code),
            status: error.status,
            message: code(&error.message),
            is_retryable: error.retryable,
            cause: write(self.language.of(&error.cause)),
            remedy: write(self.language.of(&error.remedy)),
            // A page of an action does not name the others.
            actions: String::new(),
        }
    }

    /// The actions that can answer an error code.
    fn answered_by(&self, error: &spec::ErrorCode) -> String {
        let actions: Vec<String> = self
            .spec
            .actions
            .iter()
            .filter(|action| action.errors.contains(&error.code))
            .map(|action| code(&action.name))
            .collect();
        actions.join(match self.language {
            Language::Zh => "、",
            Language::En => ", ",
        })
    }

    /// The request of the example as the client sends it, a parameter a line.
    fn request(&self, action: &spec::Action, examples: &spec::Examples) -> Vec<String> {
        let own = action.parameters.iter().filter_map(|field| {
            let value = examples.request.get(&field.name)?;
            Some(format!("{}={}", encode(&field.name), encode(value)))
        });
        let (method, pairs, headers): (_, Vec<String>, Vec<String>) = match self.spec.signature {
            Signature::Rpc => {
                let common = [
                    format!("Action={}", encode(&action.name)),
                    format!("Version={}", encode(&self.spec.version)),
                ];
                ("GET", common.into_iter().chain(own).collect(), Vec::new())
            }
            Signature::Acs3 => {
                let headers = vec![
                    format!("{}: {}", header::ACTION, action.name),
                    format!("{}: {}", header::VERSION, self.spec.version),
                ];
                ("POST", own.collect(), headers)
            }
        };
        let line = |(index, pair)| match index {
            0 => format!("{method} /?{pair}"),
            _ => format!("    &{pair}"),
        };
        let mut lines: Vec<String> = pairs.into_iter().enumerate().map(line).collect();
        if lines.is_empty() {
            lines.push(format!("{method} /"));
        }
        lines.extend(headers);
        lines
    }

    fn call(&self, action: &spec::Action, lowered: &ir::Action) -> Call {
        let mut types = BTreeSet::new();
        let mut arguments = Vec::new();
        let mut options = Vec::new();
        for (field, lowered) in action.parameters.iter().zip(&lowered.parameters) {
            let example = action
                .examples
                .as_ref()
                .and_then(|examples| examples.request.get(&field.name))
                .or(field.example.as_ref());
            let value = self.value(&field.type_, example, &mut types);
            if field.required {
                arguments.push(value.unwrap_or_else(|| "Default::default()".to_owned()));
            } else if let (Some(value), Some(_)) = (value, example) {
                options.push(CallOption {
                    method: setter(&lowered.name),
                    value,
                });
            }
        }
        Call {
            client: format!("{}_client", self.spec.package.replace('-', "_")),
            types: match types.len() {
                0 => None,
                1 => types.pop_first(),
                _ => {
                    let types: Vec<String> = types.into_iter().collect();
                    Some(format!("{{{}}}", types.join(", ")))
                }
            },
            region: self.spec.regions.first().map(|region| exact(&region.id)),
            method: lowered.method.clone(),
            arguments: arguments.join(", "),
            options,
        }
    }

    /// A value in Rust; `None` for what takes more than one line to make.
    fn value(
        &self,
        type_: &Type,
        example: Option<&String>,
        types: &mut BTreeSet<String>,
    ) -> Option<String> {
        let Type::Name(name) = type_ else { return None };
        let text = example.map(String::as_str);
        match name.as_str() {
            "string" => Some(exact(text.unwrap_or("…"))),
            "int32" | "int64" | "float" | "double" => literal(name, text.unwrap_or("0")),
            "boolean" => literal(name, text.unwrap_or("true")),
            name => {
                let rust = self.names.enums.get(name)?;
                let e = self.spec.enum_named(name)?;
                let at = e.values.iter().position(|v| Some(&*v.value) == text);
                let lowered = self.enums.iter().find(|e| e.name == *rust)?;
                let variant = lowered.variants.get(at.unwrap_or_default())?;
                types.insert(rust.clone());
                Some(format!("{rust}::{}", variant.name))
            }
        }
    }

    fn region(&self, region: &spec::Region) -> Region {
        Region {
            id: code(&region.id),
            name: self.cell(&region.name),
            note: or_nothing(region.note.as_ref().map(|note| self.cell(note))),
            endpoint: code(&region.endpoint),
            vpc_endpoint: or_nothing(region.vpc_endpoint.as_deref().map(code)),
        }
    }

    fn release(&self, release: &spec::Release) -> Release {
        Release {
            version: code(&release.version),
            date: release.date.clone(),
            changes: release
                .changes
                .iter()
                .map(|text| self.prose(text))
                .collect(),
        }
    }

    fn erratum(&self, erratum: &spec::Erratum) -> Erratum {
        Erratum {
            id: code(&erratum.id),
            section: escape(&erratum.section),
            at: code(&erratum.at),
            says: self.prose(&erratum.says),
            wire: self.prose(&erratum.wire),
            decision: self.prose(&erratum.decision),
        }
    }

    fn prose(&self, text: &Text) -> String {
        prose(self.language.of(text))
    }

    fn cell(&self, text: &Text) -> String {
        cell(self.language.of(text))
    }
}

/// Where fields are.
#[derive(Clone, Copy)]
enum Place {
    Request,
    Response,
}

impl Place {
    /// From the name of a field to the members of the structs in it.
    fn way_into(self, field: &SpecField, type_: &Type) -> String {
        let is_flat = matches!(self, Self::Request) && field.style != Some(ListStyle::Json);
        match type_ {
            Type::Name(_) => String::new(),
            Type::List { list } => {
                let item = list.item.as_ref().map(|item| format!(".{item}"));
                let number = if is_flat { ".N" } else { "[]" };
                item.unwrap_or_default() + number + &self.way_into(field, &list.of)
            }
            Type::Map { map } => ".*".to_owned() + &self.way_into(field, map),
        }
    }
}

/// A text as Markdown, on one line.
fn prose(text: &str) -> String {
    let text = escape(&one_line(text));
    match fence(&text) {
        Some(_) => format!("\\{text}"),
        None => text,
    }
}

/// A text as Markdown in a table, where a bar would end the cell, even within code.
fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|")
}

fn or_nothing(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty())
        .unwrap_or_else(|| NOTHING.to_owned())
}
