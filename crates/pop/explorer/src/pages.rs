//! The pages: their routes, and what they share.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::routing::{get, post};
use pop_gateway::{Gateway, Pages};
use pop_rpc::service::Dispatch;
use tokio::sync::Semaphore;

use crate::app::{App, STREAMS};
use crate::backend::Backend;
use crate::hosts::Hosts;
use crate::link::Link;
use crate::path::{ERRORS, EXPLORER, HOME, SEARCH, SIGN_IN, SIGN_OUT};
use crate::sessions::Sessions;
use crate::shared_tables::SharedTables;
use crate::site::Site;
use crate::tries::Tries;
use crate::{assets, errors, explorer, home, reference, search, signing};

/// Web pages about an API, and calls of it; cheap to clone.
#[derive(Clone)]
pub struct Explorer(pub(crate) Arc<App>);

impl Explorer {
    /// Creates pages whose calls the service behind a gateway answers.
    pub fn new<S: Dispatch>(site: Site, gateway: Arc<Gateway<S>>) -> Self {
        Self::create(site, gateway, None)
    }

    /// Creates pages of one of several servers: people who sign in on one are signed in on all that share the tables.
    pub fn of_several<S: Dispatch>(
        site: Site,
        gateway: Arc<Gateway<S>>,
        shared: SharedTables,
    ) -> Self {
        Self::create(site, gateway, Some(shared))
    }

    fn create(site: Site, backend: Arc<dyn Backend>, shared: Option<SharedTables>) -> Self {
        Self(Arc::new(App {
            hosts: Hosts::new(site.listen, site.hosts.clone()),
            site,
            backend,
            sessions: Sessions::default(),
            tries: Tries::default(),
            link: Link::default(),
            shared,
            streams: Arc::new(Semaphore::new(STREAMS)),
        }))
    }

    /// Returns the path of a link that signs in with an access key, once and within five minutes.
    ///
    /// A new link ends the one before. `None` if the system has no random numbers.
    pub fn sign_in_link(&self, access_key_id: &str) -> Option<String> {
        let token = self.0.link.make(access_key_id, Instant::now())?;
        Some(format!("{SIGN_IN}/{}", token.as_str()))
    }

    /// Returns the pages for a listening socket of the gateway; those of a further part may join their
    /// router.
    pub fn pages(&self) -> Pages {
        let router = Router::new()
            .route(HOME, get(home::home))
            .route(&format!("{HOME}/"), get(home::home))
            .route(&format!("{HOME}/reference/{{*name}}"), get(reference::page))
            .route(ERRORS, get(errors::list))
            .route(&format!("{ERRORS}/{{*name}}"), get(reference::page))
            .route(SEARCH, get(search::search))
            .route(EXPLORER, get(explorer::first))
            .route(
                &format!("{EXPLORER}/{{action}}"),
                get(explorer::form).post(explorer::run),
            )
            .route(SIGN_IN, get(signing::form).post(signing::sign_in))
            .route(&format!("{SIGN_IN}/{{token}}"), get(signing::link))
            .route(SIGN_OUT, post(signing::sign_out))
            .route(&format!("{HOME}/assets/{{name}}"), get(assets::asset))
            .route(&format!("{HOME}/{{*path}}"), get(reference::unknown))
            .with_state(Arc::clone(&self.0));
        Pages {
            home: HOME,
            errors: ERRORS,
            router,
        }
    }
}
