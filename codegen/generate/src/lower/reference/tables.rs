//! Tables of parameters and members.

use codegen_spec::graph::struct_name;
use codegen_spec::{Field as SpecField, Language, ListStyle, Type};

use super::writer::ReferenceWriter;
use crate::ir::reference::Field;
use crate::lower::escape::code;
use crate::lower::limits::{Side, limits, region};
use crate::lower::markdown::cell;

/// Content of a table cell that has nothing to show.
const NOTHING: &str = "–";

impl ReferenceWriter<'_> {
    /// Returns fields as rows of a table, each followed by the members of its struct.
    pub(super) fn rows<'f>(
        &self,
        fields: impl IntoIterator<Item = &'f SpecField>,
        side: Side,
    ) -> Vec<Field> {
        let mut rows = Vec::new();
        for field in fields {
            self.row(field, "", side, &mut Vec::new(), &mut rows);
        }
        rows
    }

    /// Adds a field and the members of its struct.
    ///
    /// `inside` holds the structs around the field, so that a recursive struct is shown only once.
    fn row(
        &self,
        field: &SpecField,
        prefix: &str,
        side: Side,
        inside: &mut Vec<String>,
        rows: &mut Vec<Field>,
    ) {
        let name = format!("{prefix}{}", field.name);
        let deprecated = field.deprecated.as_ref().map(|reason| match self.language {
            Language::Zh => format!("**已废弃：**{} ", self.cell(reason)),
            Language::En => format!("**Deprecated:** {} ", self.cell(reason)),
        });
        let mut limits = self.limits(field, side);
        if side == Side::Request && prefix.is_empty() && self.names.is_region(field) {
            limits.push(region(self.language).to_owned());
        }
        let limits = limits.join(match self.language {
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
        let type_ = struct_name(&field.type_);
        let structs = &self.names.definitions;
        if let Some(s) = structs.get(type_)
            && !inside.iter().any(|name| name == type_)
        {
            inside.push(type_.to_owned());
            let key = match side {
                Side::Request => field.key(),
                Side::Response => &field.name,
            };
            let path = path_into(field, &field.type_, side);
            let prefix = format!("{prefix}{key}{path}.");
            for member in &s.members {
                self.row(member, &prefix, side, inside, rows);
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

    fn limits(&self, field: &SpecField, side: Side) -> Vec<String> {
        let e = self.spec.enum_named(struct_name(&field.type_));
        let limits = limits(field, e, side, self.language).into_iter();
        limits.map(|text| text.replace('|', "\\|")).collect()
    }
}

/// Returns the path from a field to the members of the struct that its lists and maps contain.
fn path_into(field: &SpecField, type_: &Type, side: Side) -> String {
    match type_ {
        Type::Name(_) => String::new(),
        Type::List { list } => {
            let is_flat = side == Side::Request && field.style != Some(ListStyle::Json);
            let item = list.item.as_ref().map(|item| format!(".{item}"));
            let number = if is_flat { ".N" } else { "[]" };
            item.unwrap_or_default() + number + &path_into(field, &list.of, side)
        }
        Type::Map { map } => ".*".to_owned() + &path_into(field, map, side),
    }
}

/// Returns a text, or a dash if it is absent or empty.
pub(super) fn or_nothing(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty())
        .unwrap_or_else(|| NOTHING.to_owned())
}
