//! Parameters and members.

use codegen::ir;
use codegen_spec::{Field, Type};

use super::Kind;
use super::pairs::{self, Item};
use super::types::{Form, form};
use super::values::shown;
use super::walk::{Place, Side, Walk, reordered};

/// What a list of fields belongs to.
#[derive(Clone, Copy)]
pub(super) enum List<'l> {
    /// Parameters.
    Parameters,
    /// Members of every response.
    CommonMembers,
    /// Members of one response, which come after the common ones.
    Members,
    /// Members of a struct, by its old and its new name.
    Struct(&'l str, &'l str),
}

/// A field with its form in Rust.
#[derive(Clone, Copy)]
struct Both<'a, 'r> {
    field: &'a Field,
    rust: &'r ir::Field,
}

impl<'a> Walk<'a> {
    /// Two lists of fields.
    pub(super) fn fields(
        &mut self,
        place: &Place,
        list: List<'_>,
        old: &'a [Field],
        new: &'a [Field],
    ) {
        let owners = match list {
            List::Struct(old, new) => (Some(old), Some(new)),
            _ => (None, None),
        };
        let before = rust_fields(&self.old, list, old, owners.0);
        let after = rust_fields(&self.new, list, new, owners.1);
        let pairs = pairs::pairs(&items(old, &before), &items(new, &after));
        self.order(place, list, &pairs, old, new);
        for pair in pairs {
            match pair {
                (Some(at), Some(to)) => {
                    let place = place.pair(&old[at].name, &new[to].name);
                    let before = Both {
                        field: &old[at],
                        rust: &before[at],
                    };
                    let after = Both {
                        field: &new[to],
                        rust: &after[to],
                    };
                    self.field(&place, list, before, after);
                }
                (None, Some(to)) => self.field_added(place, list, &new[to]),
                (Some(at), None) => self.field_removed(place, list, &old[at]),
                (None, None) => {}
            }
        }
    }

    fn order(
        &mut self,
        place: &Place,
        list: List<'_>,
        pairs: &[pairs::Pair],
        old: &[Field],
        new: &[Field],
    ) {
        let is_argument = |pair: &&pairs::Pair| match **pair {
            (Some(at), Some(to)) => old[at].required && new[to].required,
            _ => false,
        };
        let arguments: Vec<pairs::Pair> = pairs.iter().filter(is_argument).copied().collect();
        if matches!(list, List::Parameters) && pairs::is_reordered(&arguments) {
            let sentence = "The required parameters stand in another order.".to_owned();
            self.changed(place, Kind::ArgumentsReordered, sentence);
        } else if pairs::is_reordered(pairs) {
            self.changed(place, Kind::Reordered, reordered(place));
        }
    }

    fn field_added(&mut self, place: &Place, list: List<'_>, field: &Field) {
        let name = &field.name;
        let is_parameter = matches!(list, List::Parameters);
        let (kind, sentence) = match (is_parameter, field.required) {
            (true, true) => (
                Kind::RequiredParameterAdded,
                format!("Parameter `{name}` is new and has to be sent."),
            ),
            (true, false) => (
                Kind::ParameterAdded,
                format!("Parameter `{name}` is new and may be sent."),
            ),
            (false, true) => (
                Kind::RequiredMemberAdded,
                format!("Member `{name}` is new and always there."),
            ),
            (false, false) => (
                Kind::MemberAdded,
                format!("Member `{name}` is new and may be there."),
            ),
        };
        self.added(place, name, kind, sentence);
    }

    fn field_removed(&mut self, place: &Place, list: List<'_>, field: &Field) {
        let name = &field.name;
        let (kind, what) = match list {
            List::Parameters => (Kind::ParameterRemoved, "Parameter"),
            _ => (Kind::MemberRemoved, "Member"),
        };
        self.removed(place, name, kind, format!("{what} `{name}` is gone."));
    }

    fn field(&mut self, place: &Place, list: List<'_>, old: Both<'a, '_>, new: Both<'a, '_>) {
        // Named in full, so that a new key of the format is not forgotten here.
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
            deprecated,
            example,
            description,
        } = old.field;
        let item = |both: Both<'_, '_>| item(both.field, both.rust);
        let known = aliases.contains(&new.field.name) && new.field.aliases.contains(name);
        self.names(place, "name", &item(old), &item(new), known);
        let kinds = (Kind::AliasAdded, Kind::AliasRemoved);
        self.names_alone(&place.key("aliases"), (aliases, &new.field.aliases), kinds);
        self.type_(&place.key("type"), old, new);
        if *required != new.field.required {
            self.presence(&place.key("required"), list, new.field);
        } else {
            self.condition(&place.key("required_when"), old.field, new.field);
        }
        self.default(&place.key("default"), old.field, new.field);
        self.unit(&place.key("unit"), old.field, new.field);
        self.bounds(place, old.field, new.field);
        self.style(&place.key("style"), *style, new.field.style);
        self.deprecation(place, deprecated.as_ref(), new.field.deprecated.as_ref());
        if *example != new.field.example {
            let examples = (&shown(example), &shown(&new.field.example));
            let place = place.key("example");
            self.value(&place, Kind::ExampleValueChanged, "The example", examples);
        }
        self.text(
            &place.key("description"),
            description,
            &new.field.description,
        );
    }

    fn type_(&mut self, place: &Place, old: Both<'a, '_>, new: Both<'a, '_>) {
        let types = (&old.field.type_, &new.field.type_);
        let form = form(self, types.0, types.1, new.field.accepts_unknown);
        let is_boxed = |both: Both<'_, '_>| both.rust.type_.contains("Box<");
        let kind = match form {
            Form::Same => match (types, is_boxed(old) == is_boxed(new)) {
                ((Type::List { list: old }, Type::List { list: new }), _)
                    if old.item != new.item =>
                {
                    Kind::ItemRenamed
                }
                (_, true) => return,
                (_, false) => Kind::RetypedInCode,
            },
            Form::SameOnWire => Kind::RetypedInCode,
            Form::Precision => Kind::PrecisionChanged,
            Form::Wider => Kind::Widened,
            Form::Opened => Kind::EnumOpened,
            Form::Closed => Kind::EnumClosed,
            Form::Other => Kind::Retyped,
        };
        let name = &new.field.name;
        let sentence = match (types, kind) {
            (_, Kind::ItemRenamed) => format!("The items of `{name}` are wrapped otherwise."),
            (_, Kind::PrecisionChanged) => format!("`{name}` is called a float or a double."),
            _ => format!(
                "`{name}` is `{}` now, not `{}`.",
                new.rust.type_, old.rust.type_
            ),
        };
        self.changed(place, kind, sentence);
    }

    fn presence(&mut self, place: &Place, list: List<'_>, new: &Field) {
        let name = &new.name;
        let is_value = matches!(new.type_, Type::Name(_));
        let is_parameter = matches!(list, List::Parameters);
        let kind = match (is_parameter, is_value, new.required) {
            (true, true, true) => Kind::ParameterNowRequired,
            (true, true, false) => Kind::ParameterNowOptional,
            (true, false, true) => Kind::ListNowRequired,
            (true, false, false) => Kind::ListNowOptional,
            (false, true, true) => Kind::MemberNowRequired,
            (false, true, false) => Kind::MemberNowOptional,
            (false, false, true) => Kind::ListMemberNowRequired,
            (false, false, false) => Kind::ListMemberNowOptional,
        };
        let sentence = match (is_parameter, new.required, &new.required_when) {
            (true, true, _) => format!("`{name}` has to be sent now."),
            (true, false, None) => format!("`{name}` need not be sent any more."),
            (true, false, Some(when)) => {
                let when = when.for_code();
                format!("`{name}` need not be sent any more, but when {when}.")
            }
            (false, true, _) => format!("`{name}` is always there now."),
            (false, false, _) => format!("`{name}` may be absent now."),
        };
        self.changed(place, kind, sentence);
    }
}

/// What the generator makes of fields.
fn rust_fields<'a>(
    side: &Side<'a>,
    list: List<'_>,
    fields: &'a [Field],
    owner: Option<&str>,
) -> Vec<ir::Field> {
    let common = match list {
        List::Members => &side.spec.common_response[..],
        _ => &[],
    };
    let all: Vec<&'a Field> = common.iter().chain(fields).collect();
    side.names.fields(&all, owner).split_off(common.len())
}

fn items(fields: &[Field], rust: &[ir::Field]) -> Vec<Item> {
    let both = fields.iter().zip(rust);
    both.map(|(field, rust)| item(field, rust)).collect()
}

fn item(field: &Field, rust: &ir::Field) -> Item {
    Item {
        wire: field.name.clone(),
        code: rust.name.clone(),
        rename: field.rename.clone(),
    }
}
