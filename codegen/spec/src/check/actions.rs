//! Checks of actions.

use std::collections::HashSet;

use super::checker::Checker;
use super::definitions::is_error_status;
use super::fields::FieldRole;
use crate::names::TAKEN_COMMANDS;
use crate::pointer::below;
use crate::spec::Action;

impl<'a> Checker<'a> {
    /// Checks all actions.
    pub(super) fn actions(&mut self) {
        let spec = self.spec;
        if spec.actions.is_empty() {
            self.mistake("/actions", "the spec has no actions", "add at least one");
        }
        self.unique("action", spec.actions.iter().map(|a| &*a.name), |index| {
            format!("/actions/{index}/name")
        });
        self.commands();
        for (index, action) in spec.actions.iter().enumerate() {
            self.action(action, &format!("/actions/{index}"));
        }
        self.unused_types();
    }

    /// Checks the subcommands that are given.
    fn commands(&mut self) {
        let actions = self.spec.actions.iter().enumerate();
        let (pointers, commands): (Vec<String>, Vec<&str>) = actions
            .filter_map(|(index, action)| {
                let command = action.command.as_deref()?;
                Some((format!("/actions/{index}/command"), command))
            })
            .unzip();
        self.unique("command", commands.iter().copied(), |index| {
            pointers[index].clone()
        });
        let groups: HashSet<&str> = (commands.iter())
            .filter_map(|command| Some(command.split_once(' ')?.0))
            .collect();
        for (pointer, command) in pointers.iter().zip(&commands) {
            let first = command.split(' ').next().unwrap_or_default();
            if !is_command(command) {
                let hint = "use one or two lower-case words, such as `group create`";
                let message = format!("`{command}` is not a valid subcommand");
                self.mistake(pointer, message, hint);
            } else if TAKEN_COMMANDS.contains(&first) {
                let message = format!("`{first}` is a built-in subcommand of every command line");
                self.mistake(pointer, message, "use another first word");
            } else if groups.contains(command) {
                let message = format!("`{command}` is also the first word of other subcommands");
                self.mistake(pointer, message, "add a second word");
            }
        }
    }

    fn action(&mut self, action: &'a Action, pointer: &str) {
        let spec = self.spec;
        self.element_name(&action.name, &below(pointer, "name"));
        let categories: Vec<&str> = spec.categories.iter().map(|c| &*c.id).collect();
        if !categories.contains(&&*action.category) {
            let at = below(pointer, "category");
            self.unknown(at, "category", &action.category, categories);
        }
        if let Some(limit) = action.rate_limit
            && (limit.requests == 0 || limit.seconds == 0)
        {
            let hint = "use numbers above 0, or remove `rate_limit` if there is no limit";
            self.mistake(
                below(pointer, "rate_limit"),
                "the rate limit allows no calls",
                hint,
            );
        }
        if action.anonymous && action.rate_limit.is_some() {
            let message = "an anonymous action has a rate limit";
            let hint = "remove `rate_limit`: it counts the calls of an access key";
            self.mistake(below(pointer, "rate_limit"), message, hint);
        }
        self.unique(
            "method",
            action.methods.iter().map(|method| method.as_str()),
            |index| format!("{pointer}/methods/{index}"),
        );
        self.fields(
            &action.parameters,
            &below(pointer, "parameters"),
            FieldRole::Parameter,
        );
        self.fields(
            &action.response,
            &below(pointer, "response"),
            FieldRole::Member,
        );
        self.shadowed(action, pointer);
        self.bare(action, pointer);
        self.action_errors(action, pointer);
        self.pages(action, pointer);
        if !action.bare {
            self.examples(action, pointer);
        }
    }

    /// Checks a response that is the value of its only member.
    fn bare(&mut self, action: &Action, pointer: &str) {
        if !action.bare {
            return;
        }
        if !matches!(action.response.as_slice(), [member] if member.required) {
            let message = "a bare response is the value of one required member";
            let hint = "declare one member with `required`, or remove `bare`";
            self.mistake(below(pointer, "bare"), message, hint);
        }
        let keys = [
            ("examples", action.examples.is_some()),
            ("pages", action.pages.is_some()),
        ];
        for (key, is_given) in keys {
            if is_given {
                let message = format!("an action with a bare response has `{key}`");
                let hint = format!("remove `{key}`: XML and pages need an object with members");
                self.mistake(below(pointer, key), message, hint);
            }
        }
    }

    /// Reports fields of the action that have the name of a common field. A parameter may, if headers
    /// carry the common one.
    fn shadowed(&mut self, action: &Action, pointer: &str) {
        let lists = [
            (
                "parameters",
                &action.parameters,
                &self.spec.common_parameters,
            ),
            ("response", &action.response, &self.spec.common_response),
        ];
        for (key, fields, common) in lists {
            for (index, field) in fields.iter().enumerate() {
                if key == "parameters" && self.spec.signature.frees(&field.name) {
                    continue;
                }
                let mut spellings = std::iter::once(&field.name).chain(&field.aliases);
                if spellings.any(|name| common.iter().any(|common| common.name == *name)) {
                    let message = format!("`{}` is already common to all actions", field.name);
                    let pointer = format!("{pointer}/{key}/{index}/name");
                    self.mistake(pointer, message, "remove it here");
                }
            }
        }
    }

    fn action_errors(&mut self, action: &Action, pointer: &str) {
        let at = |index| format!("{pointer}/errors/{index}");
        self.unique("error", action.errors.iter().map(String::as_str), at);
        for (index, code) in action.errors.iter().enumerate() {
            self.error_code(at(index), code);
        }
        for (code, status) in &action.statuses {
            let at = below(&format!("{pointer}/statuses"), code);
            let mut declared = self.spec.error_codes.iter().filter(|e| e.code == *code);
            if !action.errors.contains(code) {
                let message = format!("`{code}` is not an error code of this action");
                self.mistake(at, message, "list it in `errors`, or remove it here");
            } else if !is_error_status(*status) {
                let message = format!("{status} is not the HTTP status of an error");
                self.mistake(at, message, "use a status from 400 to 599");
            } else if declared.any(|error| error.status == *status) {
                let message = format!("`{code}` is declared with status {status}");
                self.mistake(at, message, "remove it here");
            }
        }
        if let Some(restriction) = &action.restriction {
            self.error_code(format!("{pointer}/restriction/error"), &restriction.error);
            if restriction.editions.is_empty() {
                let hint = "list the editions that offer the action";
                let at = format!("{pointer}/restriction/editions");
                self.mistake(at, "the restriction lists no editions", hint);
            }
        }
    }
}

fn is_command(command: &str) -> bool {
    let words: Vec<&str> = command.split(' ').collect();
    let is_word = |word: &&str| {
        let rest = word.strip_prefix(|c: char| c.is_ascii_lowercase());
        rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
    };
    words.len() <= 2 && words.iter().all(is_word)
}
