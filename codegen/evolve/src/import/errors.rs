//! Import of error codes.

use std::collections::HashSet;

use codegen_spec::names::makes_variant;
use codegen_spec::{ErrorCode, Origin};

use super::codes::unnamed;
use super::findings::FindingKind;
use super::importer::Importer;
use super::node::Node;
use super::substitutes::NO_MESSAGE;
use super::texts::clean;

/// Status of codes without a valid status.
const STATUS: u16 = 400;

impl<'a> Importer<'a> {
    /// Reads and declares the codes of an action.
    pub(super) fn errors(&mut self, by_status: &Node<'a>) -> Vec<String> {
        let mut codes = Vec::new();
        let mut seen = HashSet::new();
        for (key, list) in by_status.entries(&mut self.findings) {
            let status = key
                .parse()
                .ok()
                .filter(|status| (400..600).contains(status));
            if status.is_none() {
                let message = format!("not an HTTP status of an error; replaced by {STATUS}");
                self.changed(&list, &message, key);
            }
            for node in list.items(&mut self.findings) {
                let code = self.error(&node, status.unwrap_or(STATUS));
                let code = code.filter(|code| seen.insert(code.clone()));
                codes.extend(code);
            }
        }
        codes
    }

    /// Declares a code. Returns `None` if the gateway answers with it, or if it is invalid.
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
        let remedy = match status {
            500.. => self.own((
                "服务端出错；错误消息说明原因。",
                "The service failed; its message says why.",
            )),
            _ => self.own((
                "按错误消息修正请求。",
                "Correct the request as the message says.",
            )),
        };
        if let Some(number) = self.code_numbers.get(&unnamed(&code)) {
            let known = &self.error_codes[*number];
            let code = known.code.clone();
            let differs = (known.status != status || known.message != message)
                .then(|| format!("{code}, {status}: {message}"));
            let is_gateway = known.origin == Origin::Gateway;
            if let Some(detail) = differs {
                let sort = "a code already declared with another status or message";
                self.findings
                    .add(FindingKind::NotCarried, &node.pointer, sort, detail);
            }
            return (!is_gateway).then_some(code);
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
            remedy,
        });
        Some(code)
    }

    /// Converts the placeholder of a code into braces.
    fn code(&mut self, node: &Node<'a>, written: &str) -> Option<String> {
        let parts: Vec<&str> = written.split("%s").collect();
        let is_fixed = |text: &str| !text.contains(['{', '}', '%']);
        let name = match parts.as_slice() {
            [code] if makes_variant(code) && is_fixed(code) => return Some(written.to_owned()),
            [before, after]
                if is_fixed(before) && is_fixed(after) && before.len() + after.len() > 0 =>
            {
                format!("{before}{{Value}}{after}")
            }
            _ => String::new(),
        };
        let fixed: String = name.chars().filter(|c| !matches!(c, '{' | '}')).collect();
        if name.is_empty() || !makes_variant(&fixed) {
            let message = "a code that cannot become a name in code";
            self.findings
                .add(FindingKind::NotCarried, &node.pointer, message, written);
            return None;
        }
        Some(name)
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
        if code.contains('{') && message.matches("%s").count() == 1 {
            message.replace("%s", "{Value}")
        } else {
            message
        }
    }
}
