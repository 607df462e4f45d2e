//! A browser without a window: it keeps the cookie of its session, and follows nothing by itself.

use std::cell::RefCell;

use reqwest::header::{COOKIE, HeaderMap, HeaderName, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};

use super::Service;

/// A browser.
pub(crate) struct Browser {
    client: reqwest::Client,
    root: String,
    session: RefCell<Option<String>>,
}

/// A stream of events.
pub(crate) struct Events(reqwest::Response);

impl Events {
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// Returns the next event. `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let event = self.0.chunk().await.ok()??;
        Some(String::from_utf8(event.to_vec()).unwrap())
    }

    /// Waits for an event that contains a text.
    pub(crate) async fn shows(&mut self, text: &str) {
        while !self.next().await.unwrap().contains(text) {}
    }
}

/// Answer that a browser got.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Browser {
    pub(crate) fn new(service: &Service) -> Self {
        let client = reqwest::Client::builder().redirect(Policy::none());
        Self {
            client: client.build().unwrap(),
            root: format!("http://{}", service.api),
            session: RefCell::default(),
        }
    }

    /// Returns a browser that has signed in with an access key.
    pub(crate) async fn signed_in(service: &Service, (id, secret): (&str, &str)) -> Self {
        let browser = Self::new(service);
        let page = browser.sign_in(id, secret, &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        browser
    }

    pub(crate) async fn sign_in(
        &self,
        id: &str,
        secret: &str,
        headers: &[(HeaderName, &str)],
    ) -> Page {
        let fields = [("id", id), ("secret", secret)];
        self.post("/console/sign-in", &fields, headers).await
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.ask(Method::GET, path, &[]).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
    ) -> Page {
        self.send(method, path, headers, None).await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(HeaderName, &str)],
    ) -> Page {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let body = Some(form.finish().into_bytes());
        self.send(Method::POST, path, headers, body).await
    }

    /// Sends a body of some length that is not a form.
    pub(crate) async fn post_bytes(&self, path: &str, length: usize) -> Page {
        let body = Some(vec![b'a'; length]);
        self.send(Method::POST, path, &[], body).await
    }

    /// Opens a stream of events.
    pub(crate) async fn events(&self, path: &str) -> Events {
        let mut request = self.client.get(format!("{}{path}", self.root));
        let session = self.session.borrow().clone();
        if let Some(session) = session {
            request = request.header(COOKIE, session);
        }
        Events(request.send().await.unwrap())
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Option<Vec<u8>>,
    ) -> Page {
        let url = format!("{}{path}", self.root);
        let mut request = self.client.request(method, url);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let session = self.session.borrow().clone();
        if let Some(session) = session {
            request = request.header(COOKIE, session);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            if cookie.starts_with("console_session=") {
                *self.session.borrow_mut() = Some(cookie.to_owned());
            }
        }
        Page {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// Returns the path to which the page leads.
    pub(crate) fn leads_to(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// Returns `true` if the element with a key shows a text.
    pub(crate) fn shows(&self, key: &str, text: &str) -> bool {
        self.text.contains(&format!("data-live=\"{key}\">{text}<"))
    }

    /// Returns the values of an attribute.
    pub(crate) fn values_of(&self, attribute: &str) -> Vec<String> {
        let begin = format!(" {attribute}=\"");
        let values = self.text.split(&begin).skip(1);
        let values = values.filter_map(|rest| rest.split('"').next());
        values.map(unescaped).collect()
    }

    /// Returns the token that the forms of the session contain.
    pub(crate) fn form_token(&self) -> String {
        let (_, rest) = self.text.split_once("name=\"-token\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

/// Returns the text that markup shows.
pub(crate) fn unescaped(markup: &str) -> String {
    [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ]
    .iter()
    .fold(markup.to_owned(), |text, (escape, c)| {
        text.replace(escape, c)
    })
}
