//! Every fact of the models has a page, and the pages are valid Markdown.

#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use ons_mqtt_docs::{Page, PageKind, page, pages, suggestion};
use ons_mqtt_models::{ACTIONS, ErrorCode, Region, Release};
use serde_json::Value;

fn found(name: &str) -> &'static Page {
    page(name).unwrap_or_else(|| panic!("there is no page of {name}"))
}

/// Operations of the `OpenAPI` document, by action.
fn operations() -> BTreeMap<String, Value> {
    let document: Value = serde_json::from_str(ons_mqtt_docs::OPENAPI).expect("JSON");
    let paths = document["paths"].as_object().expect("paths").clone();
    paths
        .into_iter()
        .map(|(path, item)| (path.replace("/#Action=", ""), item["get"].clone()))
        .collect()
}

#[test]
fn every_action_has_a_page_with_all_its_parameters_in_both_languages() {
    let operations = operations();
    for action in ACTIONS {
        let page = found(action.name);
        assert_eq!((page.kind, page.name), (PageKind::Action, action.name));
        let operation = &operations[action.name];
        let method = operation["operationId"].as_str().expect("an id");
        assert_eq!(found(method), page);
        for parameter in operation["parameters"].as_array().expect("parameters") {
            let Some(name) = parameter["name"].as_str().filter(|name| *name != "Action") else {
                continue; // a common parameter
            };
            for body in [page.body.zh, page.body.en] {
                assert!(body.contains(&format!("| `{name}` |")), "{method}: {name}");
            }
        }
    }
}

#[test]
fn an_action_is_found_by_its_subcommand_in_any_spelling() {
    for name in [
        "group create",
        "group-create",
        "Group Create",
        "group_id_create",
    ] {
        assert_eq!(found(name).name, "OnsMqttGroupIdCreate");
    }
    assert_eq!(found("onsmqttgroupidcreate").name, "OnsMqttGroupIdCreate");
}

#[test]
fn every_error_code_has_a_page_with_its_status_and_message() {
    for code in ErrorCode::known() {
        let facts = code.facts();
        let name = code.code();
        // The variable part of a code is left empty.
        let page = page(&name).unwrap_or_else(|| found(&format!("{name}GroupId")));
        assert_eq!(page.kind, PageKind::ErrorCode);
        assert!(page.name.starts_with(&*name));
        for body in [page.body.zh, page.body.en] {
            assert!(body.contains(&facts.status.to_string()), "{name}");
            assert!(body.contains(facts.message), "{name}");
        }
    }
}

#[test]
fn an_error_code_is_found_in_any_case_and_the_exact_one_goes_first() {
    assert_eq!(found("biz_topic_not_found").name, "BIZ_TOPIC_NOT_FOUND");
    assert_eq!(found("missinggroupid").name, "Missing{Parameter}");
    assert_eq!(found("Missing{Parameter}").name, "Missing{Parameter}");
    assert_eq!(found("InvalidBeginTime").name, "Invalid{Parameter}");
    assert_eq!(
        found("invalidtimestamp.format").name,
        "InvalidTimeStamp.Format"
    );
    assert_eq!(page("Missing"), None);
}

#[test]
fn every_region_and_release_leads_to_its_chapter() {
    for region in Region::ALL {
        let page = found(region.id);
        assert_eq!(page.name, "regions");
        for host in [Some(region.endpoint), region.vpc_endpoint]
            .into_iter()
            .flatten()
        {
            assert!(
                page.body.zh.contains(host) && page.body.en.contains(host),
                "{host}"
            );
        }
        assert!(page.body.zh.contains(region.name_zh), "{}", region.id);
        assert!(page.body.en.contains(region.name_en), "{}", region.id);
    }
    for release in Release::ALL {
        let page = found(release.version);
        assert_eq!(page.name, "releases");
        assert!(page.body.en.contains(release.date));
    }
}

#[test]
fn every_page_has_both_languages() {
    let is_chinese = |text: &str| text.contains(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for page in pages() {
        let name = page.name;
        for text in [page.title, page.body, page.summary()] {
            assert!(!text.zh.trim().is_empty(), "{name}");
            assert!(!text.en.trim().is_empty(), "{name}");
            assert!(
                !text.en.contains("<!--") && !text.zh.contains("<!--"),
                "{name}"
            );
        }
        assert!(
            is_chinese(page.summary().zh),
            "{name}: {}",
            page.summary().zh
        );
        assert!(!page.summary().en.contains('\n'), "{name}");
    }
}

#[test]
fn sections_of_the_catalogues_are_pages() {
    let count = |kind| pages().iter().filter(|page| page.kind == kind).count();
    assert_eq!(count(PageKind::ErrorCode), ErrorCode::known().len());
    for chapter in ["error_codes", "errata"] {
        let body = found(chapter).body;
        for text in [body.zh, body.en] {
            let sections = text.lines().filter(|line| line.starts_with("### "));
            let kind = pages()
                .iter()
                .skip_while(|page| page.name != chapter)
                .nth(1)
                .map(|page| page.kind);
            assert_eq!(Some(sections.count()), kind.map(count));
        }
    }
    assert!(found("E01").body.en.contains("SubScriptonData"));
}

#[test]
fn no_name_belongs_to_two_pages() {
    for page in pages() {
        for name in std::iter::once(page.name).chain(page.names.iter().copied()) {
            assert_eq!(found(name).name, page.name, "{name}");
        }
    }
}

#[test]
fn a_name_that_is_nearly_right_is_suggested() {
    assert_eq!(
        suggestion("BIZ_TOPIC_NOTFUOND"),
        Some("BIZ_TOPIC_NOT_FOUND")
    );
    assert_eq!(suggestion("gruop create"), Some("group create"));
    assert_eq!(suggestion("xyzzy"), None);
}

#[test]
fn nothing_outside_of_code_is_taken_for_markup() {
    for page in pages().iter().filter(|page| page.name != "getting_started") {
        for body in [page.body.zh, page.body.en] {
            let prose = without_code(body).replace("**", "");
            let mut previous = ' ';
            for c in prose.chars() {
                let is_special = matches!(c, '<' | '>' | '[' | ']' | '*' | '`');
                assert!(
                    !is_special || previous == '\\',
                    "{}: {c} in {prose}",
                    page.name
                );
                previous = c;
            }
        }
    }
}

#[test]
fn rows_of_a_table_have_as_many_cells_as_its_head() {
    for page in pages() {
        for body in [page.body.zh, page.body.en] {
            let mut columns = None;
            for line in body.lines() {
                if !line.starts_with('|') {
                    columns = None;
                    continue;
                }
                let cells = line.replace("\\|", "").matches('|').count();
                assert_eq!(
                    *columns.get_or_insert(cells),
                    cells,
                    "{}: {line}",
                    page.name
                );
            }
        }
    }
}

/// Markdown without code blocks and code spans.
fn without_code(text: &str) -> String {
    let mut prose = String::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            prose.extend(line.split('`').step_by(2));
            prose.push('\n');
        }
    }
    prose
}
