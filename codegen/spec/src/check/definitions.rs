//! Checks of everything except actions: product, releases, regions, error codes, types.

use std::collections::HashSet;

use super::checker::{Checker, Named, SCALARS};
use super::fields::FieldRole;
use super::values::is_base;
use crate::names;
use crate::pointer::below;
use crate::spec::{DispatchErrors, Enum, ErrorCode, Field, Struct};

impl<'a> Checker<'a> {
    /// Checks the product, releases, regions, error codes and types.
    pub(super) fn definitions(&mut self) {
        self.product();
        self.releases();
        self.regions();
        let spec = self.spec;
        self.fields(
            &spec.common_parameters,
            "/common_parameters",
            FieldRole::CommonParameter,
        );
        self.fields(&spec.common_response, "/common_response", FieldRole::Member);
        self.error_codes();
        self.dispatch_errors();
        self.unknown_region();
        self.types();
    }

    fn product(&mut self) {
        let spec = self.spec;
        self.wire_name(&spec.product, "/product");
        self.wire_name(&spec.version, "/version");
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !spec.package.starts_with(|c: char| c.is_ascii_lowercase())
            || !spec.package.chars().all(allowed)
        {
            let message = format!("`{}` is not a valid prefix for crate names", spec.package);
            let hint = "use lower-case letters, digits and `-`, beginning with a letter";
            self.mistake("/package", message, hint);
        }
        if names::is_taken(&spec.package) {
            let message = format!("`{}` is a reserved name", spec.package);
            let hint = "add a word in front: another crate or a directory of cargo uses this name";
            self.mistake("/package", message, hint);
        }
        let ids = spec.categories.iter().map(|category| &*category.id);
        self.unique("category", ids, |index| format!("/categories/{index}/id"));
    }

    fn releases(&mut self) {
        let releases = &self.spec.releases;
        self.unique("release", releases.iter().map(|r| &*r.version), |index| {
            format!("/releases/{index}/version")
        });
        for (index, pair) in releases.windows(2).enumerate() {
            if pair[0].date < pair[1].date {
                let pointer = format!("/releases/{}/date", index + 1);
                let hint = "put the newest release first";
                self.mistake(pointer, "the releases are not sorted by date", hint);
            }
        }
    }

    fn regions(&mut self) {
        let regions = &self.spec.regions;
        self.unique("region", regions.iter().map(|r| &*r.id), |index| {
            format!("/regions/{index}/id")
        });
        for (index, region) in regions.iter().enumerate() {
            let hosts = [
                ("endpoint", Some(&region.endpoint)),
                ("vpc_endpoint", region.vpc_endpoint.as_ref()),
            ];
            for (key, host) in hosts {
                let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
                let is_wrong = |host: &&String| host.is_empty() || !host.chars().all(allowed);
                if let Some(host) = host.filter(is_wrong) {
                    let pointer = format!("/regions/{index}/{key}");
                    let hint = "use the host name alone, without scheme, port or path";
                    self.mistake(pointer, format!("`{host}` is not a host name"), hint);
                }
            }
        }
    }

    fn error_codes(&mut self) {
        let codes = &self.spec.error_codes;
        self.unique("error code", codes.iter().map(|e| &*e.code), |index| {
            format!("/error_codes/{index}/code")
        });
        for (index, error) in codes.iter().enumerate() {
            self.error_code_definition(error, &format!("/error_codes/{index}"));
        }
    }

    fn error_code_definition(&mut self, error: &ErrorCode, pointer: &str) {
        if !is_error_status(error.status) {
            let message = format!("{} is not the HTTP status of an error", error.status);
            let hint = "use a status from 400 to 599";
            self.mistake(below(pointer, "status"), message, hint);
        }
        if !names::makes_code(&error.code) {
            let message = format!("`{}` cannot become a name in code", error.code);
            let hint = "use ASCII letters, digits and visible marks, except backticks";
            self.mistake(below(pointer, "code"), message, hint);
        }
        for (key, text) in [("code", &error.code), ("message", &error.message)] {
            if placeholders(text).is_none_or(|names| names.len() > 1) {
                let message = format!("`{text}` contains an invalid placeholder");
                let hint = "use at most one placeholder: a name in braces, such as `{Parameter}`";
                self.mistake(below(pointer, key), message, hint);
            }
        }
    }

    fn dispatch_errors(&mut self) {
        for (key, code) in self.spec.dispatch_errors.entries() {
            let Some(code) = code else { continue };
            let pointer = format!("/dispatch_errors/{key}");
            self.error_code(pointer.clone(), code);
            if code.contains('{') && !DispatchErrors::may_name_parameter(key) {
                let hint = "use a code without a placeholder: no parameter is at fault here";
                self.mistake(pointer, format!("`{code}` contains a placeholder"), hint);
            }
        }
    }

    /// Reports that `unknown_region` is set although no region is declared: every request that
    /// names a region would be rejected.
    fn unknown_region(&mut self) {
        let is_checked = self.spec.dispatch_errors.unknown_region.is_some();
        if is_checked && self.spec.regions.is_empty() {
            let hint = "declare the regions, or remove `unknown_region` to accept any region";
            let message = "regions are checked, but none is declared";
            self.mistake("/dispatch_errors/unknown_region", message, hint);
        }
    }

    fn types(&mut self) {
        let spec = self.spec;
        let structs = spec.structs.len();
        let names = spec.structs.iter().map(|s| &s.name);
        let names = names.chain(spec.enums.iter().map(|e| &e.name));
        self.unique("type", names.map(String::as_str), |index| {
            match index.checked_sub(structs) {
                None => format!("/structs/{index}/name"),
                Some(index) => format!("/enums/{index}/name"),
            }
        });
        for (index, e) in spec.enums.iter().enumerate() {
            self.enum_(e, &format!("/enums/{index}"));
        }
        for (index, s) in spec.structs.iter().enumerate() {
            self.struct_(s, &format!("/structs/{index}"));
        }
    }

    fn type_name(&mut self, name: &str, pointer: &str) {
        self.wire_name(name, &below(pointer, "name"));
        if SCALARS.contains(&name) {
            let message = format!("`{name}` is the name of a scalar");
            self.mistake(below(pointer, "name"), message, "use another name");
        }
    }

    fn enum_(&mut self, e: &Enum, pointer: &str) {
        self.type_name(&e.name, pointer);
        if e.values.is_empty() {
            let message = format!("enum `{}` has no values", e.name);
            self.mistake(below(pointer, "values"), message, "list the known values");
        }
        let spellings = e.values.iter().enumerate().flat_map(|(index, v)| {
            std::iter::once(&v.value)
                .chain(&v.aliases)
                .map(move |s| (index, s))
        });
        let (owners, spellings): (Vec<_>, Vec<_>) = spellings.unzip();
        self.unique("value", spellings.iter().map(|s| s.as_str()), |index| {
            format!("{pointer}/values/{}/value", owners[index])
        });
        for (index, value) in e.values.iter().enumerate() {
            let (key, name) = match &value.rename {
                Some(name) => ("rename", name),
                None => ("value", &value.value),
            };
            if !names::makes_variant(name) {
                let message = format!("`{name}` cannot become a name in code");
                let hint = "add a name in words as `rename`";
                self.mistake(format!("{pointer}/values/{index}/{key}"), message, hint);
            }
        }
        for (owner, spelling) in owners.iter().zip(spellings) {
            if !is_base(e.base, spelling) {
                let message = format!("`{spelling}` does not have the base type of `{}`", e.name);
                let pointer = format!("{pointer}/values/{owner}/value");
                self.mistake(pointer, message, "change the value or `base`");
            }
        }
    }

    fn struct_(&mut self, s: &'a Struct, pointer: &str) {
        self.type_name(&s.name, pointer);
        if s.members.is_empty() {
            let message = format!("struct `{}` has no members", s.name);
            self.mistake(below(pointer, "members"), message, "list its members");
        }
        self.fields(&s.members, &below(pointer, "members"), FieldRole::Member);
        if self.parameter_structs.contains(s.name.as_str()) {
            for (index, member) in s.members.iter().enumerate() {
                let pointer = format!("{pointer}/members/{index}");
                self.parameter_form(member, &pointer);
                self.unchecked(member, &pointer);
            }
            self.overlaps(&s.members, &below(pointer, "members"));
        }
        for (index, member) in s.members.iter().enumerate() {
            if member.required && self.always_holds(member, s, &mut HashSet::new()) {
                let message = format!("struct `{}` always contains itself", s.name);
                let hint = "make one member of the cycle optional or a list";
                self.mistake(format!("{pointer}/members/{index}/required"), message, hint);
            }
        }
    }

    /// Returns `true` if a value of the member always contains a value of `inner`.
    fn always_holds(&self, member: &Field, inner: &Struct, seen: &mut HashSet<&'a str>) -> bool {
        let Some(Named::Struct(s)) = self.named(&member.type_) else {
            return false;
        };
        let mut required = s.members.iter().filter(|member| member.required);
        s.name == inner.name
            || seen.insert(&s.name) && required.any(|member| self.always_holds(member, inner, seen))
    }

    /// Reports unused types, which are leftovers of an edit.
    pub(super) fn unused_types(&mut self) {
        let spec = self.spec;
        let structs = spec.structs.iter().map(|s| &s.name).enumerate();
        let enums = spec.enums.iter().map(|e| &e.name).enumerate();
        let named = structs
            .map(|(index, name)| (format!("/structs/{index}"), name))
            .chain(enums.map(|(index, name)| (format!("/enums/{index}"), name)));
        for (pointer, name) in named {
            if !self.used_types.contains(name.as_str()) {
                let hint = "remove it, or use it as the type of a parameter or member";
                self.mistake(pointer, format!("type `{name}` is never used"), hint);
            }
        }
    }
}

/// Returns `true` if an HTTP status is that of an error.
pub(super) fn is_error_status(status: u16) -> bool {
    (400..600).contains(&status)
}

/// Returns the names in braces, or `None` if the braces are unbalanced or contain no name.
fn placeholders(text: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        if before.contains('}') || name.is_empty() || !name.chars().all(char::is_alphanumeric) {
            return None;
        }
        names.push(name);
        rest = tail;
    }
    (!rest.contains('}')).then_some(names)
}
