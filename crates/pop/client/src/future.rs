//! Future that the methods of a trait object return.

use std::pin::Pin;

/// A boxed future, which the methods of a trait object return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
