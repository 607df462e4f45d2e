//! The site: its data and its routes.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use pop_docs::{Reference, Text};
use pop_gateway::Pages;

use crate::path::{ERRORS, HOME, SEARCH};
use crate::{assets, errors, home, reference, search};

/// Web pages about an API.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// Title of the API.
    pub title: Text,
    /// Its reference.
    pub reference: &'static Reference,
}

impl Site {
    /// Returns the pages, for a listening socket of the gateway.
    pub fn pages(self) -> Pages {
        let router = Router::new()
            .route(HOME, get(home::home))
            .route(&format!("{HOME}/"), get(home::home))
            .route(&format!("{HOME}/reference/{{*name}}"), get(reference::page))
            .route(ERRORS, get(errors::list))
            .route(&format!("{ERRORS}/{{*name}}"), get(reference::page))
            .route(SEARCH, get(search::search))
            .route(&format!("{HOME}/assets/{{name}}"), get(assets::asset))
            .route(&format!("{HOME}/{{*path}}"), get(reference::unknown))
            .with_state(Arc::new(self));
        Pages { home: HOME, router }
    }
}
