//! The command line shows the items of all pages with `--all`, and those of one page without it.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pop_gateway::{Gateway, SecretString, serve};
use small_client::models::*;
use small_service::{Api, Context, Failure, Service};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Number of items that the service has.
const COUNT: usize = 5;

/// Number of items per page.
const SIZE: usize = 2;

/// A service that counts its calls.
struct Shelf(Arc<AtomicUsize>);

impl Service for Shelf {
    async fn list_names(
        &self,
        _: &Context,
        request: ListNamesRequest,
    ) -> Result<ListNamesResponse, Failure> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let start = request.next_token.map_or(0, |token| token.parse().unwrap());
        let end = COUNT.min(start + SIZE);
        let names = (start..end)
            .map(|number| format!("name-{number}"))
            .collect();
        let response = ListNamesResponse::new().names(names);
        Ok(if end < COUNT {
            response.next_token(end.to_string())
        } else {
            response
        })
    }

    async fn list_parts(
        &self,
        _: &Context,
        request: ListPartsRequest,
    ) -> Result<ListPartsResponse, Failure> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let start = SIZE * usize::try_from(request.page_number.unwrap_or(1) - 1).unwrap();
        let end = COUNT.min(start + SIZE);
        let parts = (start..end)
            .map(|number| format!("part-{number}"))
            .collect();
        let page = PartPage::new(i64::try_from(COUNT).unwrap());
        Ok(ListPartsResponse::new().data(page.parts(parts)))
    }
}

/// The program, which is compiled with this test.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap().parent().unwrap();
    folder.join(format!("small{}", std::env::consts::EXE_SUFFIX))
}

/// Runs the program, which must succeed. Returns its output.
fn run(endpoint: &str, arguments: &[&str]) -> String {
    let output = Command::new(program())
        .args([
            "--endpoint",
            endpoint,
            "--region",
            "north",
            "--output",
            "json",
        ])
        .args(arguments)
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_shows_the_items_of_every_page() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let key = ("testid".to_owned(), SecretString::from("testsecret"));
    let calls = Arc::new(AtomicUsize::new(0));
    let gateway = Gateway::new(Api(Shelf(Arc::clone(&calls))), [key]).queries_per_minute(0);
    let stop = CancellationToken::new();
    let served = tokio::spawn(serve(listener, Arc::new(gateway), stop.clone()));
    let cases: [(&[&str], &str, usize, usize); 6] = [
        (&["list-names"], "name-", SIZE, 1),
        (&["list-names", "--all"], "name-", COUNT, 3),
        (&["list-names", "--all", "--next-token", "4"], "name-", 1, 1),
        (&["list-parts"], "part-", SIZE, 1),
        (&["list-parts", "--all"], "part-", COUNT, 3),
        (&["list-parts", "--all", "--dry-run"], "part-", 0, 0),
    ];
    for (arguments, item, items, expected_calls) in cases {
        calls.store(0, Ordering::Relaxed);
        let shown = run(&endpoint, arguments);
        assert_eq!(shown.matches(item).count(), items, "{arguments:?}: {shown}");
        assert_eq!(calls.load(Ordering::Relaxed), expected_calls, "{arguments:?}");
    }
    stop.cancel();
    served.await.unwrap();
}
