//! Structs and enums.

use codegen_spec::names::camel;
use codegen_spec::{self as spec, EnumBase, Field};

use super::declared::Names;
use super::docs::Docs;
use super::presence::FieldOwner;
use super::spelling::{Spelled, unique};
use crate::ir;

impl<'a> Names<'a> {
    /// Lowers the structs of one module.
    pub(super) fn structs(&self, structs: &[&'a spec::Struct]) -> ir::Structs {
        let mut out = ir::Structs::default();
        for s in structs {
            let members: Vec<&Field> = s.members.iter().collect();
            let owner = FieldOwner::Struct(&s.name);
            let is_parameter = self.parameter_structs.contains(s.name.as_str());
            out.item_names
                .extend(self.item_names(members.iter().copied()));
            out.has_enums |= members.iter().any(|member| self.is_enum(&member.type_));
            out.structs.push(ir::Struct {
                name: self.structs[s.name.as_str()].clone(),
                docs: Docs::named(&s.description, &s.name),
                is_parameter,
                members: ir::Fields::new(
                    self.fields(&members, owner),
                    self.is_strict(&members, owner),
                ),
            });
        }
        out.item_names.sort();
        out.item_names.dedup();
        out
    }

    /// Lowers an enum.
    pub(super) fn enum_(&self, e: &spec::Enum) -> ir::Enum {
        let is_integer = e.base == EnumBase::Int32;
        let literal = |text: &String| {
            if is_integer {
                text.clone()
            } else {
                format!("{text:?}")
            }
        };
        let with_names = e.values.iter().zip(self.variants(e));
        let variants: Vec<ir::Variant> = with_names
            .map(|(value, name)| ir::Variant {
                name,
                docs: Docs::value(value),
                literal: literal(&value.value),
                pattern: std::iter::once(&value.value)
                    .chain(&value.aliases)
                    .map(literal)
                    .collect::<Vec<_>>()
                    .join(" | "),
            })
            .collect();
        ir::Enum {
            name: self.enums[e.name.as_str()].clone(),
            docs: Docs::named(&e.description, &e.name),
            is_integer,
            variants,
        }
    }

    /// Returns the names of an enum's variants, in the order of its values.
    pub fn variants(&self, e: &spec::Enum) -> Vec<String> {
        let spelled = e.values.iter().map(|value| Spelled {
            wire: &value.value,
            spoken: value.rename.as_ref().unwrap_or(&value.value),
            is_given: value.rename.is_some(),
        });
        // The generated enum adds a variant and a constant with these names.
        unique(&spelled.collect::<Vec<_>>(), camel, &["Unknown", "KNOWN"])
    }
}
