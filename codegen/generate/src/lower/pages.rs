//! Lists that arrive in pages.

use codegen_spec::graph::struct_name;
use codegen_spec::pages::{NextPage, Path, paging};
use codegen_spec::{self as spec, Field, Type};

use super::declared::Names;
use super::presence::FieldOwner;
use crate::ir::pages::{Number, Pages, Place, Step, Token};

impl Names<'_> {
    /// Returns the pages of an action.
    pub(super) fn pages(&self, action: &spec::Action) -> Option<Pages> {
        let paging = paging(self.spec, action)?;
        let parameters: Vec<&Field> = action.parameters.iter().collect();
        let response: Vec<&Field> = self.spec.response(action).collect();
        let Type::List { list } = &paging.items.last()?.type_ else {
            return None;
        };
        let (token, number) = match paging.next {
            NextPage::Token { parameter, next } => {
                let parameter = self.step(&parameters, FieldOwner::Request, parameter)?;
                let next = self.place(&response, &next)?;
                (Some(Token { parameter, next }), None)
            }
            NextPage::Number {
                parameter,
                size,
                total,
            } => {
                let number = Number {
                    parameter: self.step(&parameters, FieldOwner::Request, parameter)?,
                    size: size.and_then(|size| self.step(&parameters, FieldOwner::Request, size)),
                    total: self.place(&response, &total)?,
                };
                (None, Some(number))
            }
        };
        Some(Pages {
            item: self.type_(&list.of),
            items: self.place(&response, &paging.items)?,
            token,
            number,
        })
    }

    /// Returns the place that a path through a response with these members leads to.
    fn place(&self, response: &[&Field], path: &Path<'_>) -> Option<Place> {
        let mut members = response.to_vec();
        let mut owner = FieldOwner::Response;
        let mut outer = Vec::new();
        for field in path {
            outer.push(self.step(&members, owner, field)?);
            owner = FieldOwner::Struct(struct_name(&field.type_));
            members = self.spec.members(&field.type_).iter().collect();
        }
        let field = outer.pop()?;
        Some(Place { outer, field })
    }

    /// Returns one of these fields of `owner`.
    fn step(&self, fields: &[&Field], owner: FieldOwner<'_>, field: &Field) -> Option<Step> {
        let at = fields.iter().position(|other| other.name == field.name)?;
        Some(Step {
            name: self.field_names(fields).swap_remove(at),
            is_optional: self.presence(field, owner).is_option(),
        })
    }
}
