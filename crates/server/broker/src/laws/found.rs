//! Scripts that broke a law once.
