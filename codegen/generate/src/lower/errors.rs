//! Error codes.

use codegen_spec::names::{camel, placeholder};
use codegen_spec::{self as spec, DispatchErrors, Origin, Spec};

use super::docs::Docs;
use super::literal::exact;
use super::spelling::{Spelled, unique};
use crate::ir;

/// Returns all error codes, in the order of the spec.
pub(super) fn codes(spec: &Spec) -> Vec<ir::ErrorCode> {
    let names = names(spec);
    spec.error_codes
        .iter()
        .zip(names)
        .map(|(error, name)| ir::ErrorCode {
            name,
            docs: Docs::error(&format!(
                "{} {}\n`{}`, HTTP status {}.",
                error.cause.for_code(),
                error.remedy.for_code(),
                error.code,
                error.status
            )),
            code: exact(&error.code),
            status: error.status,
            retryable: error.retryable,
            message: exact(&error.message),
            has_placeholder: placeholder(&error.code).is_some(),
            is_gateway: error.origin == Origin::Gateway,
        })
        .collect()
}

/// Returns the patterns of codes with a placeholder, the longest fixed part first.
pub(super) fn patterns(spec: &Spec) -> Vec<ir::ErrorPattern> {
    let mut patterns: Vec<ir::ErrorPattern> = spec
        .error_codes
        .iter()
        .zip(names(spec))
        .filter_map(|(error, name)| {
            let (prefix, _, suffix) = placeholder(&error.code)?;
            Some(ir::ErrorPattern {
                name,
                prefix: exact(prefix),
                suffix: exact(suffix),
            })
        })
        .collect();
    patterns.sort_by_key(|p| std::cmp::Reverse(p.prefix.len() + p.suffix.len()));
    patterns
}

/// Returns the codes of requests that reach no action.
pub(super) fn dispatch(spec: &Spec) -> ir::Dispatch {
    let names = names(spec);
    let code = |code: &str| {
        let at = spec.error_codes.iter().position(|error| error.code == code);
        let name = at.and_then(|index| names.get(index));
        ir::DispatchCode {
            name: name.cloned().unwrap_or_default(),
            names_parameter: placeholder(code).is_some(),
        }
    };
    let errors = &spec.dispatch_errors;
    let entries = errors.entries().into_iter();
    let others = entries
        .filter(|(key, _)| !DispatchErrors::may_name_parameter(key) && *key != "unknown_region");
    let refusal = |(key, of): (&str, Option<&str>)| {
        Some(ir::DispatchRefusal {
            reason: camel(key),
            code: code(of?).name,
        })
    };
    let dispatch = ir::Dispatch {
        missing: code(&errors.missing),
        malformed: code(&errors.malformed),
        out_of_range: code(&errors.out_of_range),
        unknown_region: errors.unknown_region.as_deref().map(code),
        names_parameter: false,
        refusals: others.filter_map(refusal).collect(),
        unknown_action: code(&errors.unknown_action),
    };
    let parameters = [
        &dispatch.missing,
        &dispatch.malformed,
        &dispatch.out_of_range,
    ];
    ir::Dispatch {
        names_parameter: parameters.iter().any(|code| code.names_parameter),
        ..dispatch
    }
}

/// Returns the names of the variants, in the order of the spec.
pub(super) fn names(spec: &Spec) -> Vec<String> {
    let words: Vec<String> = spec.error_codes.iter().map(words).collect();
    let both = spec.error_codes.iter().zip(&words);
    let spelled = both.map(|(error, words)| Spelled {
        wire: &error.code,
        spoken: words,
        is_given: false,
    });
    unique(&spelled.collect::<Vec<_>>(), camel, &["Unknown"])
}

/// Returns the words that name a code.
fn words(error: &spec::ErrorCode) -> String {
    match placeholder(&error.code) {
        None => match error.code.strip_prefix('-') {
            Some(number) => format!("Minus {number}"),
            None => error.code.clone(),
        },
        Some(("", name, "")) => name.to_owned(),
        Some((prefix, _, suffix)) => format!("{prefix} {suffix}"),
    }
}
