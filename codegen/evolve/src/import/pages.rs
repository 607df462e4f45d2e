//! Recognition of actions that return a list in pages.

use codegen_spec::pages::paging;
use codegen_spec::{Action, Field, Pages, Spec, Type};

use super::findings::{FindingKind, Findings};

/// Names of parameters that take the token of a page; the response has a member of the same name.
const TOKENS: [&str; 2] = ["NextToken", "Marker"];

/// Names of parameters that take the number of a page, from 1.
const NUMBERS: [&str; 4] = ["PageNumber", "PageNum", "PageNo", "CurrentPage"];

/// Names of parameters that take the number of items per page.
const SIZES: [&str; 1] = ["PageSize"];

/// Names of members with the number of all items.
const TOTALS: [&str; 4] = ["TotalCount", "Total", "TotalNum", "TotalRecordCount"];

/// Adds the pages of all actions.
///
/// Pages of the older spec that differ from those recognized there were corrected by hand, and
/// stay, if the fields that they name still exist.
pub(super) fn add(spec: &mut Spec, older: Option<&Spec>, findings: &mut Findings) {
    let pages: Vec<Option<Pages>> = (spec.actions.iter())
        .map(|action| {
            let recognized = recognized(spec, action);
            let Some((older, before)) =
                older.and_then(|older| Some((older, named(older, action)?)))
            else {
                return recognized;
            };
            if before.pages == self::recognized(older, before) {
                return recognized;
            }
            let corrected = Action {
                pages: before.pages.clone(),
                ..action.clone()
            };
            if corrected.pages.is_none() || paging(spec, &corrected).is_some() {
                return corrected.pages;
            }
            let place = format!("(older spec) actions/{}/pages", action.name);
            let message = "a parameter or member of the pages does not exist anymore";
            findings.add(FindingKind::NotKept, &place, message, "");
            recognized
        })
        .collect();
    for (action, pages) in spec.actions.iter_mut().zip(pages) {
        action.pages = pages;
    }
}

fn named<'a>(spec: &'a Spec, action: &Action) -> Option<&'a Action> {
    spec.actions.iter().find(|other| other.name == action.name)
}

/// Returns the pages of an action, if its names follow the vendor's conventions and only one list
/// of the response can be meant.
///
/// Numbers are preferred: an action with both needs further parameters before it returns tokens.
fn recognized(spec: &Spec, action: &Action) -> Option<Pages> {
    by_number(spec, action).or_else(|| by_token(spec, action))
}

fn by_number(spec: &Spec, action: &Action) -> Option<Pages> {
    let parameter = |names: &[&str]| {
        let mut fields = action.parameters.iter();
        fields.find(|field| names.contains(&&*field.name) && is_integer(field))
    };
    let number = parameter(&NUMBERS)?;
    // Some count from 0.
    if number.minimum == Some(0) || number.default.as_deref() == Some("0") {
        return None;
    }
    if number.deprecated.is_some() && by_token(spec, action).is_some() {
        return None;
    }
    let (outer, total) = member(spec, action, &TOTALS, is_integer)?;
    Some(Pages {
        items: items(spec, action, &outer)?,
        number: Some(number.name.clone()),
        size: parameter(&SIZES).map(|field| field.name.clone()),
        total: Some(total),
        ..Pages::default()
    })
}

fn by_token(spec: &Spec, action: &Action) -> Option<Pages> {
    let is_token = |field: &&Field| TOKENS.contains(&&*field.name) && is_text(field);
    let token = action.parameters.iter().find(is_token)?;
    let (outer, next) = member(spec, action, &[&token.name], is_text)?;
    Some(Pages {
        items: items(spec, action, &outer)?,
        token: Some(token.name.clone()),
        next: Some(next),
        ..Pages::default()
    })
}

/// Returns the first member with one of these names, at the top of the response or one struct
/// below: the path of the struct around it, and its own path.
fn member(
    spec: &Spec,
    action: &Action,
    names: &[&str],
    fits: fn(&Field) -> bool,
) -> Option<(String, String)> {
    let found = |members: &[Field]| {
        let mut members = members.iter();
        let member = members.find(|field| names.contains(&&*field.name) && fits(field));
        member.map(|field| field.name.clone())
    };
    if let Some(name) = found(&action.response) {
        return Some((String::new(), name));
    }
    action.response.iter().find_map(|outer| {
        let name = found(spec.members(&outer.type_))?;
        Some((outer.name.clone(), format!("{}.{name}", outer.name)))
    })
}

/// Returns the path of the only list of the response; if there are several, of the only one in the
/// struct with the path `outer`.
fn items(spec: &Spec, action: &Action, outer: &str) -> Option<String> {
    let mut lists: Vec<(&str, String)> = Vec::new();
    for field in &action.response {
        if is_list(field) {
            lists.push(("", field.name.clone()));
        }
        let below = spec
            .members(&field.type_)
            .iter()
            .filter(|field| is_list(field));
        lists.extend(below.map(|list| (&*field.name, format!("{}.{}", field.name, list.name))));
    }
    if lists.len() > 1 {
        lists.retain(|(around, _)| *around == outer);
    }
    match lists.as_mut_slice() {
        [(_, path)] => Some(std::mem::take(path)),
        _ => None,
    }
}

fn is_integer(field: &Field) -> bool {
    matches!(&field.type_, Type::Name(name) if matches!(name.as_str(), "int32" | "int64"))
}

fn is_text(field: &Field) -> bool {
    matches!(&field.type_, Type::Name(name) if name == "string")
}

fn is_list(field: &Field) -> bool {
    matches!(field.type_, Type::List { .. })
}
