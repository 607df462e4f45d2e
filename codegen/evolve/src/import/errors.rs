//! Import of error codes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use codegen_spec::names::makes_code;
use codegen_spec::{Action, ErrorCode, Origin, Text};

use super::codes::unnamed;
use super::findings::FindingKind;
use super::importer::Importer;
use super::node::Node;
use super::substitutes::NO_MESSAGE;
use super::texts::clean;

/// Status of codes without a valid status.
const STATUS: u16 = 400;

impl<'a> Importer<'a> {
    /// Reads and declares the codes of an action. Returns them, and the status of each.
    pub(super) fn errors(&mut self, by_status: &Node<'a>) -> (Vec<String>, BTreeMap<String, u16>) {
        let mut codes = Vec::new();
        let mut statuses = BTreeMap::new();
        for (key, list) in by_status.entries(&mut self.findings) {
            let status = key
                .parse()
                .ok()
                .filter(|status| (400..600).contains(status));
            if status.is_none() {
                let message = format!("not an HTTP status of an error; replaced by {STATUS}");
                self.changed(&list, &message, key);
            }
            let status = status.unwrap_or(STATUS);
            for node in list.items(&mut self.findings) {
                let Some(code) = self.error(&node, status) else {
                    continue;
                };
                match statuses.get(&code) {
                    None => {
                        statuses.insert(code.clone(), status);
                        codes.push(code);
                    }
                    Some(earlier) if *earlier == status => {}
                    Some(_) => {
                        let message = "a second status of a code in one action";
                        let detail = format!("{code}, {status}");
                        (self.findings).add(
                            FindingKind::NotCarried,
                            &node.pointer,
                            message,
                            detail,
                        );
                    }
                }
            }
        }
        (codes, statuses)
    }

    /// Declares each code of the service with the status that most actions answer with, the lowest
    /// of several. Codes of the gateway keep their own. Actions keep only other statuses.
    pub(super) fn settle_statuses(&mut self, actions: &mut [Action]) {
        let mut counts: HashMap<&str, BTreeMap<u16, usize>> = HashMap::new();
        for (code, status) in actions.iter().flat_map(|action| &action.statuses) {
            *counts.entry(code).or_default().entry(*status).or_default() += 1;
        }
        let most = |counts: &BTreeMap<u16, usize>| {
            let most = counts
                .iter()
                .max_by_key(|(status, count)| (**count, Reverse(**status)));
            most.map(|(status, _)| *status)
        };
        let mut declared: HashMap<String, u16> = (counts.iter())
            .filter_map(|(code, counts)| Some(((*code).to_owned(), most(counts)?)))
            .collect();
        let of_gateway = self.error_codes.iter();
        let of_gateway = of_gateway.filter(|error| error.origin == Origin::Gateway);
        declared.extend(of_gateway.map(|error| (error.code.clone(), error.status)));
        for action in actions {
            (action.statuses).retain(|code, status| declared.get(code) != Some(status));
        }
        let texts = [self.remedy(STATUS), self.remedy(500)];
        let own = self.error_codes.iter_mut();
        for error in own.filter(|error| error.origin == Origin::Document) {
            if let Some(status) = declared.get(&error.code) {
                error.status = *status;
                error.remedy = texts[usize::from(*status >= 500)].clone();
            }
        }
    }

    fn remedy(&self, status: u16) -> Text {
        match status {
            500.. => self.own((
                "服务端出错；错误消息说明原因。",
                "The service failed; its message says why.",
            )),
            _ => self.own((
                "按错误消息修正请求。",
                "Correct the request as the message says.",
            )),
        }
    }

    /// Declares a code, unless the gateway or another action has it. Returns `None` if it is invalid.
    fn error(&mut self, node: &Node<'a>, status: u16) -> Option<String> {
        node.only(
            &["errorCode", "errorMessage", "description"],
            &mut self.findings,
        );
        let Some(written) = node.text_at("errorCode", &mut self.findings) else {
            let message = "an error without a code";
            self.findings.add(
                FindingKind::NotCarried,
                &node.pointer,
                message,
                node.shown(),
            );
            return None;
        };
        let code = self.code(node, written.trim())?;
        let message = node.text_at("errorMessage", &mut self.findings);
        let message = self.message(node, clean(message.unwrap_or_default()), &code);
        let description = node.text_at("description", &mut self.findings).map(clean);
        let description = description.filter(|text| !text.is_empty());
        let cause = match description.or_else(|| Some(message.clone()).filter(|m| !m.is_empty())) {
            Some(text) => self.in_language(text),
            None => {
                let sort = "error codes without a message";
                self.findings
                    .add(FindingKind::Missing, &node.pointer, sort, &code);
                self.own(NO_MESSAGE)
            }
        };
        if let Some(number) = self.code_numbers.get(&unnamed(&code)) {
            let known = &self.error_codes[*number];
            let code = known.code.clone();
            if unnamed(&known.message) != unnamed(&message) {
                let sort = "a code already declared with another message";
                let detail = format!("{code}, {status}: {message}");
                self.findings
                    .add(FindingKind::NotCarried, &node.pointer, sort, detail);
            }
            return Some(code);
        }
        self.code_numbers
            .insert(unnamed(&code), self.error_codes.len());
        self.error_codes.push(ErrorCode {
            code: code.clone(),
            origin: Origin::Document,
            status,
            retryable: false,
            message,
            cause,
            remedy: self.remedy(status),
        });
        Some(code)
    }

    /// Converts the placeholder of a code into braces. Of several placeholders, one remains, which
    /// takes everything between the first and the last. Returns `None` if the rest has no letter or
    /// digit: such a code would cover codes of any meaning.
    fn code(&mut self, node: &Node<'a>, written: &str) -> Option<String> {
        let parts: Vec<&str> = split_placeholders(written).collect();
        let mut fixed = parts.iter().flat_map(|part| part.chars());
        if parts.len() > 1 && !fixed.any(char::is_alphanumeric) {
            let message = "a code only of placeholders, which would cover every other";
            self.findings
                .add(FindingKind::NotCarried, &node.pointer, message, written);
            return None;
        }
        let name = match parts.as_slice() {
            [first, middle @ .., last] => {
                if !middle.is_empty() {
                    let message = "a code with several placeholders, reduced to one";
                    self.changed(node, message, written);
                }
                format!("{first}{{Value}}{last}")
            }
            _ => written.to_owned(),
        };
        let is_fixed = |text: &&str| !text.contains(['{', '}']);
        if parts.iter().all(is_fixed) && makes_code(&name) {
            return Some(name);
        }
        let message = "a code that cannot become a name in code";
        self.findings
            .add(FindingKind::NotCarried, &node.pointer, message, written);
        None
    }

    /// Converts the placeholder of a message into that of its code.
    fn message(&mut self, node: &Node<'a>, message: String, code: &str) -> String {
        let has_braces = message.contains(['{', '}']);
        if has_braces {
            self.changed(
                node,
                "braces in a message, replaced by parentheses",
                &message,
            );
        }
        let message = message.replace('{', "(").replace('}', ")");
        let parts: Vec<&str> = split_placeholders(&message).collect();
        match parts.as_slice() {
            [before, after] if code.contains('{') => format!("{before}{{Value}}{after}"),
            _ => message,
        }
    }
}

/// Returns the parts of a code or message between its placeholders.
fn split_placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("%s").flat_map(|part| part.split("%d"))
}
