//! Actions that return a list in pages.

use crate::action::Action;

/// A request whose response is one page of a list.
pub trait Paged: Action + Clone {
    /// Item of the list.
    type Item;

    /// Returns the items of a page, if its response has the list.
    fn items(page: &mut Self::Response) -> Option<&mut Vec<Self::Item>>;

    /// Returns the request for the page after `page`, or `None` after the last one.
    fn next(&self, page: &Self::Response, progress: Progress) -> Option<Self>;
}

/// Number of items that have arrived.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Progress {
    /// Items of the last page.
    pub on_page: usize,
    /// Items of all pages so far.
    pub so_far: u64,
}

/// Returns the token of the next page: the one in the response, unless it is empty or the one that
/// was sent.
pub fn next_token(sent: Option<&str>, received: &str) -> Option<String> {
    let is_next = !received.is_empty() && sent != Some(received);
    is_next.then(|| received.to_owned())
}

/// Returns the number of the next page, unless this page is empty or all items have arrived.
///
/// `number` and `size` are those of the request, which may leave both out, and `total` is the
/// number of all items. If the response does not contain it, a page that is not full is the last.
pub fn next_number<N>(
    number: Option<N>,
    size: Option<impl Into<i64>>,
    total: Option<impl Into<i64>>,
    progress: Progress,
) -> Option<N>
where
    N: Into<i64> + TryFrom<i64>,
{
    let number = number.map_or(1, Into::into);
    let size: Option<i64> = size.map(Into::into);
    let is_last = match (total.map(Into::into), size) {
        _ if progress.on_page == 0 => true,
        (Some(total), Some(size)) if size > 0 => number.saturating_mul(size) >= total,
        (Some(total), _) => i64::try_from(progress.so_far).map_or(true, |seen| seen >= total),
        (None, Some(size)) => i64::try_from(progress.on_page).is_ok_and(|count| count < size),
        (None, None) => false,
    };
    let next = number.checked_add(1).filter(|_| !is_last)?;
    N::try_from(next).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_empty_or_was_sent_ends_the_list() {
        assert_eq!(next_token(None, "a").as_deref(), Some("a"));
        assert_eq!(next_token(Some("a"), "b").as_deref(), Some("b"));
        assert_eq!(next_token(Some("a"), "a"), None);
        assert_eq!(next_token(Some("a"), ""), None);
        assert_eq!(next_token(None, ""), None);
    }

    #[test]
    fn numbers_end_when_all_items_have_arrived() {
        // Number and size of the request, total, items on the page and so far, next number.
        type Case = (
            Option<i32>,
            Option<i32>,
            Option<i64>,
            usize,
            u64,
            Option<i32>,
        );
        let cases: [Case; 12] = [
            (None, None, Some(25), 10, 10, Some(2)),
            (Some(2), None, Some(25), 10, 20, Some(3)),
            (Some(3), None, Some(25), 5, 25, None),
            (None, None, Some(10), 10, 10, None),
            (None, None, Some(0), 0, 0, None),
            // The list became shorter while it was read.
            (Some(2), None, Some(25), 0, 10, None),
            // The service leaves out items that the caller may not see.
            (None, Some(10), Some(25), 3, 3, Some(2)),
            (Some(3), Some(10), Some(25), 3, 3, None),
            // It begins in the middle.
            (Some(5), Some(10), Some(50), 10, 10, None),
            (None, Some(10), None, 10, 10, Some(2)),
            (Some(2), Some(10), None, 9, 19, None),
            (Some(i32::MAX), None, None, 1, 1, None),
        ];
        for case in cases {
            let (number, size, total, on_page, so_far, next) = case;
            let progress = Progress { on_page, so_far };
            assert_eq!(next_number(number, size, total, progress), next, "{case:?}");
        }
    }
}
