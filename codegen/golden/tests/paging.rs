//! Lists that arrive in pages, read by a generated client from a service in the same process.

#![allow(clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use golden::*;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;

/// Names per page.
const SIZE: usize = 10;

/// Serves this many names and parts, in pages of ten by default, and counts the calls.
#[derive(Clone, Default)]
struct Shelf {
    count: usize,
    calls: Arc<AtomicUsize>,
    /// Answers each call with the token that it was sent.
    repeats_tokens: bool,
    /// Fails at the call with this number, from 1.
    fails_at: Option<usize>,
}

impl Shelf {
    fn with(count: usize) -> Self {
        Self {
            count,
            ..Self::default()
        }
    }

    fn client(&self) -> Client {
        let client = Client::builder().region("north").endpoint("in-process");
        let client = client.transport(InProcess(self.clone()));
        let client = client.credentials(Credentials::new("testid", "testsecret"));
        client.build().expect("a client")
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// Counts a call.
    fn called(&self) -> Result<(), Failure> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if self.fails_at != Some(number) {
            return Ok(());
        }
        Err(Failure {
            code: "THING_NOT_FOUND".to_owned(),
            status: 404,
            message: "gone".to_owned(),
        })
    }
}

impl Service for Shelf {
    async fn list_names(
        &self,
        _: &Context,
        request: ListNamesRequest,
    ) -> Result<ListNamesResponse, Failure> {
        self.called()?;
        let start = request.next_token.as_deref().unwrap_or("0");
        let start: usize = start.parse().expect("a token of this service");
        let end = self.count.min(start + SIZE);
        let mut response = ListNamesResponse::default();
        response.names = (start..end).map(|number| number.to_string()).collect();
        response.next_token = match (self.repeats_tokens, end < self.count) {
            (true, _) => Some(request.next_token.unwrap_or_else(|| "0".to_owned())),
            (false, true) => Some(end.to_string()),
            (false, false) => Some(String::new()),
        };
        Ok(response)
    }

    async fn list_parts(
        &self,
        _: &Context,
        request: ListPartsRequest,
    ) -> Result<ListPartsResponse, Failure> {
        self.called()?;
        let size = request
            .page_size
            .map_or(SIZE, |size| usize::try_from(size).expect("a size"));
        let number = request.page_number.unwrap_or(1);
        let start = size * usize::try_from(number - 1).expect("a number from 1");
        let end = self.count.min(start + size);
        let mut page = PartPage::default();
        page.total_count = i64::try_from(self.count).expect("a small number");
        page.parts = (start..end).map(|_| String::new()).collect();
        let mut response = ListPartsResponse::default();
        response.data = Some(page);
        Ok(response)
    }
}

#[test]
fn all_items_arrive_with_one_call_per_page() {
    for (count, pages) in [(0, 1), (1, 1), (9, 1), (10, 1), (11, 2), (30, 3), (95, 10)] {
        let shelf = Shelf::with(count);
        let names: Vec<String> = pollster::block_on(async {
            let mut items = shelf.client().list_names().items();
            let mut names = Vec::new();
            while let Some(name) = items.next().await {
                names.push(name.expect("a name"));
            }
            assert!(items.next().await.is_none(), "it has ended");
            names
        });
        let expected: Vec<String> = (0..count).map(|number| number.to_string()).collect();
        assert_eq!((names, shelf.calls()), (expected, pages), "by token");

        let shelf = Shelf::with(count);
        let parts = shelf.client().list_parts().items_blocking();
        assert_eq!((parts.count(), shelf.calls()), (count, pages), "by number");

        let shelf = Shelf::with(count);
        let sized = shelf.client().list_parts().page_size(5).pages_blocking();
        let parts = sized.map(|page| page.expect("a page").data.expect("data").parts.len());
        let pages = count.div_ceil(5).max(1);
        assert_eq!(
            (parts.sum(), shelf.calls()),
            (count, pages),
            "by number and size"
        );
    }
}

#[test]
fn a_page_is_requested_when_it_is_needed() {
    let shelf = Shelf::with(30);
    let mut names = shelf.client().list_names().items_blocking();
    assert_eq!(shelf.calls(), 0);
    assert_eq!(names.by_ref().take(10).count(), 10);
    assert_eq!(shelf.calls(), 1);
    assert_eq!(names.count(), 20);
    assert_eq!(shelf.calls(), 3);
}

#[test]
fn a_list_begins_where_the_call_says() {
    let shelf = Shelf::with(30);
    let parts = shelf.client().list_parts().page_number(3).items_blocking();
    assert_eq!((parts.count(), shelf.calls()), (10, 2));
    let names = shelf
        .client()
        .list_names()
        .next_token("25")
        .items_blocking();
    assert_eq!(names.count(), 5);
}

#[test]
fn a_repeated_token_ends_the_list() {
    let shelf = Shelf {
        repeats_tokens: true,
        ..Shelf::with(30)
    };
    let pages = shelf.client().list_names().pages_blocking();
    assert_eq!((pages.count(), shelf.calls()), (2, 2));
}

#[test]
fn an_error_ends_the_list_after_the_items_before_it() {
    let shelf = Shelf {
        fails_at: Some(2),
        ..Shelf::with(30)
    };
    let mut names = shelf.client().list_names().items_blocking();
    assert_eq!(names.by_ref().take_while(Result::is_ok).count(), 10);
    assert!(names.next().is_none());
    assert_eq!(shelf.calls(), 2);
}

#[test]
fn pages_are_joined_into_one_response() {
    for count in [0, 1, 10, 30] {
        let shelf = Shelf::with(count);
        let pages = shelf.client().list_parts().pages();
        let joined = pollster::block_on(pages.joined::<ListPartsRequest>());
        let response = joined.expect("no error").expect("a page");
        let data = response.data.expect("data");
        assert_eq!((data.parts.len(), data.total_count), (count, count as i64));
    }
}
