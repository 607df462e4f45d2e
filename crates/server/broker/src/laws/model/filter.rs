//! Topic filters, level by level.

pub(super) fn matches(filter: &str, topic: &str) -> bool {
    let filter: Vec<&str> = filter.split('/').collect();
    let topic: Vec<&str> = topic.split('/').collect();
    match filter.split_last() {
        Some((&"#", levels)) => levels.len() <= topic.len() && levels.iter().zip(&topic).all(fits),
        _ => filter.len() == topic.len() && filter.iter().zip(&topic).all(fits),
    }
}

fn fits((level, name): (&&str, &&str)) -> bool {
    *level == "+" || level == name
}
