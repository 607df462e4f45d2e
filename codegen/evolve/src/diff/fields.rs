//! Comparison of parameters and members.

use codegen::lower::{DeclaredField, FieldOwner};
use codegen_spec::{Field, Position, Spec, Type};

use super::form::{Form, form};
use super::kind::ChangeKind;
use super::location::Location;
use super::owner::Owner;
use super::pairs::{self, Item};
use super::values::shown;
use super::walk::{Side, Walk, reordered};

/// A field in the spec and in Rust.
#[derive(Clone, Copy)]
struct Both<'a, 'r> {
    field: &'a Field,
    rust: &'r DeclaredField,
}

impl<'a> Walk<'a> {
    /// Compares two lists of fields.
    pub(super) fn fields(
        &mut self,
        location: &Location,
        owner: Owner<'_>,
        old: &'a [Field],
        new: &'a [Field],
    ) {
        let (before, after) = self.in_rust(owner, old, new);
        let pairs = pairs::pairs(&items(old, &before), &items(new, &after));
        self.order(location, owner, &pairs, old, new);
        for pair in pairs {
            match pair {
                (Some(at), Some(to)) => {
                    let location = location.pair(&old[at].name, &new[to].name);
                    let before = Both {
                        field: &old[at],
                        rust: &before[at],
                    };
                    let after = Both {
                        field: &new[to],
                        rust: &after[to],
                    };
                    self.field(&location, owner, before, after);
                }
                (None, Some(to)) => self.field_added(location, owner, &new[to]),
                (Some(at), None) => self.field_removed(location, owner, &old[at]),
                (None, None) => {}
            }
        }
    }

    /// Returns the fields of both specs that have the same name on the wire or in Rust.
    pub(super) fn field_pairs(
        &self,
        owner: Owner<'_>,
        old: &'a [Field],
        new: &'a [Field],
    ) -> Vec<(&'a Field, &'a Field)> {
        let (before, after) = self.in_rust(owner, old, new);
        let pairs = pairs::pairs(&items(old, &before), &items(new, &after));
        let both = pairs.into_iter();
        both.filter_map(|(at, to)| Some((&old[at?], &new[to?])))
            .collect()
    }

    fn in_rust(
        &self,
        owner: Owner<'_>,
        old: &'a [Field],
        new: &'a [Field],
    ) -> (Vec<DeclaredField>, Vec<DeclaredField>) {
        let (before, after) = match owner {
            Owner::Parameters => (FieldOwner::Request, FieldOwner::Request),
            Owner::CommonMembers | Owner::Members => (FieldOwner::Response, FieldOwner::Response),
            Owner::Struct(old, new) => (FieldOwner::Struct(old), FieldOwner::Struct(new)),
        };
        (
            rust_fields(&self.old, owner, old, before),
            rust_fields(&self.new, owner, new, after),
        )
    }

    fn order(
        &mut self,
        location: &Location,
        owner: Owner<'_>,
        pairs: &[pairs::Pair],
        old: &[Field],
        new: &[Field],
    ) {
        let is_argument = |pair: &&pairs::Pair| match **pair {
            (Some(at), Some(to)) => old[at].required && new[to].required,
            _ => false,
        };
        let arguments: Vec<pairs::Pair> = pairs.iter().filter(is_argument).copied().collect();
        let are_arguments_reordered = pairs::is_reordered(&arguments);
        if matches!(owner, Owner::Parameters) && are_arguments_reordered {
            let sentence = "The order of the required parameters changes.".to_owned();
            self.changed(location, ChangeKind::ArgumentsReordered, sentence);
        } else if are_arguments_reordered {
            let sentence = "The order of the required members changes.".to_owned();
            self.changed(location, ChangeKind::ConstructorReordered, sentence);
        } else if pairs::is_reordered(pairs) {
            self.changed(location, ChangeKind::Reordered, reordered(location));
        }
    }

    fn field_added(&mut self, location: &Location, owner: Owner<'_>, field: &Field) {
        let name = &field.name;
        let is_parameter = matches!(owner, Owner::Parameters);
        if is_moved(location, field, self.old.spec) {
            let sentence = format!("Parameter `{name}` is now common to all actions.");
            self.added(location, name, ChangeKind::CommonParameterMoved, sentence);
            return;
        }
        let (kind, sentence) = match (is_parameter, field.required) {
            (true, true) => (
                ChangeKind::RequiredParameterAdded,
                format!("Parameter `{name}` is new and required."),
            ),
            (true, false) => (
                ChangeKind::ParameterAdded,
                format!("Parameter `{name}` is new and optional."),
            ),
            (false, true) => (
                ChangeKind::RequiredMemberAdded,
                format!("Member `{name}` is new and always present."),
            ),
            (false, false) => (
                ChangeKind::MemberAdded,
                format!("Member `{name}` is new and may be absent."),
            ),
        };
        self.added(location, name, kind, sentence);
    }

    fn field_removed(&mut self, location: &Location, owner: Owner<'_>, field: &Field) {
        let name = &field.name;
        if is_moved(location, field, self.new.spec) {
            let sentence = format!("Only some actions have the parameter `{name}` now.");
            self.removed(location, name, ChangeKind::CommonParameterMoved, sentence);
            return;
        }
        let (kind, what) = match owner {
            Owner::Parameters => (ChangeKind::ParameterRemoved, "Parameter"),
            _ => (ChangeKind::MemberRemoved, "Member"),
        };
        self.removed(location, name, kind, format!("{what} `{name}` is removed."));
    }

    fn field(
        &mut self,
        location: &Location,
        owner: Owner<'_>,
        old: Both<'a, '_>,
        new: Both<'a, '_>,
    ) {
        // Lists every key, so that a new key of the format cannot be forgotten here.
        let Field {
            name,
            aliases,
            rename: _,
            type_: _,
            required,
            required_when: _,
            default: _,
            unit: _,
            pattern: _,
            min_length: _,
            max_length: _,
            minimum: _,
            maximum: _,
            max_items: _,
            accepts_unknown: _,
            style,
            position,
            deprecated,
            example,
            description,
        } = old.field;
        let item = |both: Both<'_, '_>| item(both.field, both.rust);
        let known = aliases.contains(&new.field.name) && new.field.aliases.contains(name);
        self.names(location, "name", &item(old), &item(new), known);
        let kinds = (ChangeKind::AliasAdded, ChangeKind::AliasRemoved);
        self.names_alone(
            &location.key("aliases"),
            (aliases, &new.field.aliases),
            kinds,
        );
        self.type_(&location.key("type"), old, new);
        if *required != new.field.required {
            self.presence(&location.key("required"), owner, new.field);
        } else {
            self.condition(&location.key("required_when"), old.field, new.field);
        }
        self.default(&location.key("default"), old.field, new.field);
        self.unit(&location.key("unit"), old.field, new.field);
        self.bounds(location, old.field, new.field);
        self.style(&location.key("style"), *style, new.field.style);
        if *position != new.field.position {
            let part = match new.field.position {
                Position::Query => "query",
                Position::Form => "form body",
            };
            let sentence = format!("`{}` is now sent in the {part}.", new.field.name);
            self.changed(&location.key("in"), ChangeKind::PositionChanged, sentence);
        }
        self.deprecation(location, deprecated.as_ref(), new.field.deprecated.as_ref());
        if *example != new.field.example {
            let examples = (&shown(example), &shown(&new.field.example));
            let location = location.key("example");
            self.value(
                &location,
                ChangeKind::ExampleValueChanged,
                "The example",
                examples,
            );
        }
        self.text(
            &location.key("description"),
            description,
            &new.field.description,
        );
    }

    fn type_(&mut self, location: &Location, old: Both<'a, '_>, new: Both<'a, '_>) {
        let types = (&old.field.type_, &new.field.type_);
        let form = form(self, types.0, types.1, new.field.accepts_unknown);
        let is_boxed = |both: Both<'_, '_>| both.rust.is_boxed;
        // A required member is an `Option` if both requests and responses hold its struct.
        let is_option = |both: Both<'_, '_>| both.field.required && both.rust.presence.is_option();
        let was_required = old.field.required == new.field.required;
        let is_held_alike =
            is_boxed(old) == is_boxed(new) && (!was_required || is_option(old) == is_option(new));
        let kind = match form {
            Form::Same => match (types, is_held_alike) {
                ((Type::List { list: old }, Type::List { list: new }), _)
                    if old.item != new.item =>
                {
                    ChangeKind::ItemRenamed
                }
                (_, true) => return,
                (_, false) => ChangeKind::RetypedInCode,
            },
            Form::SameOnWire => ChangeKind::RetypedInCode,
            Form::Precision => ChangeKind::PrecisionChanged,
            Form::Wider => ChangeKind::Widened,
            Form::Opened => ChangeKind::EnumOpened,
            Form::Closed => ChangeKind::EnumClosed,
            Form::Other => ChangeKind::Retyped,
        };
        let name = &new.field.name;
        let sentence = match (types, kind) {
            (_, ChangeKind::ItemRenamed) => {
                format!("The items of `{name}` are wrapped under another name.")
            }
            (_, ChangeKind::PrecisionChanged) => {
                format!("`{name}` changes between float and double.")
            }
            _ => format!(
                "The type of `{name}` changes from `{}` to `{}`.",
                old.rust.type_, new.rust.type_
            ),
        };
        self.changed(location, kind, sentence);
    }

    fn presence(&mut self, location: &Location, owner: Owner<'_>, new: &Field) {
        let name = &new.name;
        let is_value = matches!(new.type_, Type::Name(_));
        let is_parameter = matches!(owner, Owner::Parameters);
        let kind = match (is_parameter, is_value, new.required) {
            (true, true, true) => ChangeKind::ParameterNowRequired,
            (true, true, false) => ChangeKind::ParameterNowOptional,
            (true, false, true) => ChangeKind::ListNowRequired,
            (true, false, false) => ChangeKind::ListNowOptional,
            (false, true, true) => ChangeKind::MemberNowRequired,
            (false, true, false) => ChangeKind::MemberNowOptional,
            (false, false, true) => ChangeKind::ListMemberNowRequired,
            (false, false, false) => ChangeKind::ListMemberNowOptional,
        };
        let sentence = match (is_parameter, new.required, &new.required_when) {
            (true, true, _) => format!("`{name}` is now required."),
            (true, false, None) => format!("`{name}` is now optional."),
            (true, false, Some(when)) => {
                let when = when.for_code();
                format!("`{name}` is now optional, except when {when}.")
            }
            (false, true, _) => format!("`{name}` is now always present."),
            (false, false, _) => format!("`{name}` may now be absent."),
        };
        self.changed(location, kind, sentence);
    }
}

/// Returns `true` if a field is an optional common parameter, and some actions of the other spec
/// have it instead. Actions without it ignore it in both specs.
fn is_moved(location: &Location, field: &Field, other: &Spec) -> bool {
    let mut parameters = (other.actions.iter()).flat_map(|action| &action.parameters);
    location.reach.is_gateway
        && !field.required
        && !other.signature.frees(&field.name)
        && parameters.any(|parameter| parameter.name == field.name)
}

/// Returns the fields as the generator declares them in Rust.
fn rust_fields<'a>(
    side: &Side<'a>,
    owner: Owner<'_>,
    fields: &'a [Field],
    in_rust: FieldOwner<'_>,
) -> Vec<DeclaredField> {
    let common = match owner {
        Owner::Members => &side.spec.common_response[..],
        _ => &[],
    };
    let all: Vec<&'a Field> = common.iter().chain(fields).collect();
    side.names
        .declared_fields(&all, in_rust)
        .split_off(common.len())
}

fn items(fields: &[Field], rust: &[DeclaredField]) -> Vec<Item> {
    let both = fields.iter().zip(rust);
    both.map(|(field, rust)| item(field, rust)).collect()
}

fn item(field: &Field, rust: &DeclaredField) -> Item {
    Item {
        wire: field.name.clone(),
        code: rust.name.clone(),
        rename: field.rename.clone(),
    }
}
