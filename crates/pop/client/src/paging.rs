//! Lists that arrive in pages, as streams.

use std::fmt;
use std::mem::take;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
use pop_rpc::paging::{Paged, Progress};

/// Stream of the pages of a list, or of its items.
///
/// Each page is requested when it is needed, and only one page is in memory. The stream ends after
/// the last page, and after an error.
#[must_use = "nothing is sent before `next`"]
pub struct Listing<T, E>(Pin<Box<dyn Stream<Item = Result<T, E>> + Send>>);

impl<T: Send + 'static, E: Send + 'static> Listing<T, E> {
    /// Returns the pages from `first` on; `send` sends the request for a page.
    pub fn pages<A, S, F>(first: A, send: S) -> Self
    where
        A: Paged<Response = T> + Send + 'static,
        S: Fn(A) -> F + Send + 'static,
        F: Future<Output = Result<T, E>> + Send,
    {
        let begin = Some((first, 0, send));
        let pages = stream::try_unfold(begin, |state| async move {
            let Some((request, before, send)) = state else {
                return Ok(None);
            };
            let mut page = send(request.clone()).await?;
            let on_page = A::items(&mut page).map_or(0, |items| items.len());
            let so_far = before + on_page as u64;
            let next = request.next(&page, Progress { on_page, so_far });
            Ok(Some((page, next.map(|request| (request, so_far, send)))))
        });
        Self(Box::pin(pages))
    }

    /// Returns the items of these pages.
    pub fn items<A>(self) -> Listing<A::Item, E>
    where
        A: Paged<Response = T, Item: Send + 'static>,
    {
        let items = self.0.map_ok(|mut page| {
            let items = A::items(&mut page).map(take).unwrap_or_default();
            stream::iter(items.into_iter().map(Ok))
        });
        Listing(Box::pin(items.try_flatten()))
    }

    /// Returns the last of these pages with the items of all.
    ///
    /// # Errors
    ///
    /// The error that ended the stream.
    pub async fn joined<A>(mut self) -> Result<Option<T>, E>
    where
        A: Paged<Response = T>,
    {
        let mut all = Vec::new();
        let mut last = None;
        while let Some(page) = self.next().await {
            let mut page = page?;
            if let Some(items) = A::items(&mut page) {
                all.append(items);
            } else if last.is_some() {
                continue;
            }
            last = Some(page);
        }
        if let Some(items) = last.as_mut().and_then(A::items) {
            *items = all;
        }
        Ok(last)
    }

    /// Waits for the next page or item; returns `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<T, E>> {
        self.0.next().await
    }
}

impl<T, E> Stream for Listing<T, E> {
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T, E> fmt::Debug for Listing<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listing(…)")
    }
}

/// The pages or items of a [`Listing`], for threads that may block.
#[cfg(feature = "blocking")]
#[derive(Debug)]
#[must_use = "nothing is sent before `next`"]
pub struct BlockingListing<T, E>(Listing<T, E>);

#[cfg(feature = "blocking")]
impl<T, E> From<Listing<T, E>> for BlockingListing<T, E> {
    fn from(listing: Listing<T, E>) -> Self {
        Self(listing)
    }
}

#[cfg(feature = "blocking")]
impl<T: Send + 'static, E: Send + 'static> Iterator for BlockingListing<T, E> {
    type Item = Result<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        crate::block_on(self.0.next())
    }
}
