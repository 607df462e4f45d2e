//! Checks of pages: their parameters and members exist, and have the types that pages need.

use super::checker::{Checker, Named};
use crate::pages::follow;
use crate::pointer::below;
use crate::spec::{Action, Field, Pages, Type};

impl<'a> Checker<'a> {
    /// Checks the pages of an action.
    pub(super) fn pages(&mut self, action: &'a Action, pointer: &str) {
        let Some(pages) = &action.pages else { return };
        let pointer = below(pointer, "pages");
        self.page_keys(pages, &pointer);
        let parameters = [
            ("token", &pages.token, &["string"][..]),
            ("number", &pages.number, &["int32", "int64"]),
            ("size", &pages.size, &["int32", "int64"]),
        ];
        for (key, name, types) in parameters {
            let Some(name) = name else { continue };
            let at = below(&pointer, key);
            let mut fields = action.parameters.iter();
            match fields.find(|field| field.name == *name) {
                Some(field) => self.page_type(&at, field, types),
                None => {
                    let known: Vec<&str> = action.parameters.iter().map(|f| &*f.name).collect();
                    self.unknown(at, "parameter", name, known);
                }
            }
        }
        let members = [
            ("items", Some(&pages.items), &["list"][..]),
            ("next", pages.next.as_ref(), &["string"]),
            ("total", pages.total.as_ref(), &["int32", "int64"]),
        ];
        for (key, path, types) in members {
            let Some(path) = path else { continue };
            let at = below(&pointer, key);
            match follow(self.spec, action, path) {
                Some(fields) => {
                    if let Some(field) = fields.last() {
                        self.page_type(&at, field, types);
                    }
                }
                None => {
                    let message = format!("the response has no member `{path}`");
                    let hint =
                        "name the members from the top of the response, such as `Data.Total`";
                    self.mistake(at, message, hint);
                }
            }
        }
    }

    /// Reports keys of pages that do not belong together.
    fn page_keys(&mut self, pages: &Pages, pointer: &str) {
        let by_token = (pages.token.is_some(), pages.next.is_some());
        let by_number = (pages.number.is_some(), pages.total.is_some());
        let is_one = match (by_token, by_number) {
            ((true, true), (false, false)) => pages.size.is_none(),
            ((false, false), (true, true)) => true,
            _ => false,
        };
        if !is_one {
            let message = "it is not clear how to request the next page";
            let hint = "use `token` and `next`, or `number`, `total` and, if there is one, `size`";
            self.mistake(pointer, message, hint);
        }
    }

    fn page_type(&mut self, pointer: &str, field: &Field, types: &[&str]) {
        let fits = match (&field.type_, self.named(&field.type_)) {
            (Type::List { .. }, _) => types.contains(&"list"),
            (_, Some(Named::Scalar(name))) => types.contains(&name),
            _ => false,
        };
        if !fits {
            let message = format!("`{}` does not have the type `{}`", field.name, types[0]);
            self.mistake(pointer, message, "name another field, or correct its type");
        }
    }
}
