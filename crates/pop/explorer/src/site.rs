//! Data of the site.

use std::net::SocketAddr;
use std::sync::Arc;

use pop_docs::{Forms, Reference, Text};

/// Returns values that a parameter may have in calls of an access key: a function of the ID of the
/// key and the name of the parameter.
pub type Suggest = Arc<dyn Fn(&str, &str) -> Vec<String> + Send + Sync>;

/// Link to a part of the site that another crate makes.
#[derive(Clone, Copy, Debug)]
pub struct FurtherPart {
    /// Its title.
    pub title: Text,
    /// Path of its first page, below [`HOME`](crate::HOME).
    pub path: &'static str,
}

/// Data of the pages.
#[derive(Clone)]
pub struct Site {
    /// Title of the API.
    pub title: Text,
    /// Its reference.
    pub reference: &'static Reference,
    /// Forms of its actions.
    pub forms: Forms,
    /// Part of the site that another crate makes, if there is one.
    pub further: Option<FurtherPart>,
    /// Values that the Explorer suggests.
    pub suggest: Suggest,
    /// Address of the API.
    pub listen: SocketAddr,
    /// Names of the server beside its address and the loopback names.
    pub hosts: Vec<String>,
}

impl Site {
    /// Describes a site of pages about an API only, at an address and by its loopback names.
    pub fn new(
        title: Text,
        reference: &'static Reference,
        forms: Forms,
        listen: SocketAddr,
    ) -> Self {
        Self {
            title,
            reference,
            forms,
            further: None,
            suggest: Arc::new(|_, _| Vec::new()),
            listen,
            hosts: Vec::new(),
        }
    }
}
