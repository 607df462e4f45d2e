//! Converts regions and endpoints to URLs.

use crate::transport::is_loopback;

/// Reason why there is no endpoint to call.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EndpointError {
    /// Neither a region nor an endpoint was given.
    #[error("no endpoint: give a region or an endpoint")]
    None,
    /// The region does not exist.
    #[error("there is no region `{region}`; the regions are {}", .regions.join(", "))]
    Region {
        /// Region that was given.
        region: String,
        /// All regions of the product.
        regions: Vec<String>,
    },
    /// The endpoint is neither a host nor a URL.
    #[error(
        "`{0}` is not an endpoint: give a host such as `example.com` or a URL such as `http://127.0.0.1:8080`"
    )]
    Malformed(String),
}

/// Returns the URL of an endpoint, given as a host or a URL, or else of a region.
///
/// # Errors
///
/// Neither is given, the region is not among `regions`, or the endpoint is malformed.
pub(crate) fn endpoint_of<'r>(
    endpoint: Option<&str>,
    region: Option<&str>,
    regions: impl IntoIterator<Item = (&'r str, &'r str)>,
) -> Result<String, EndpointError> {
    if let Some(endpoint) = endpoint {
        return url_of(endpoint);
    }
    let region = region.ok_or(EndpointError::None)?;
    let regions: Vec<_> = regions.into_iter().collect();
    match regions.iter().find(|(id, _)| *id == region) {
        Some((_, host)) => url_of(host),
        None => Err(EndpointError::Region {
            region: region.to_owned(),
            regions: regions.iter().map(|(id, _)| (*id).to_owned()).collect(),
        }),
    }
}

fn url_of(endpoint: &str) -> Result<String, EndpointError> {
    let malformed = || EndpointError::Malformed(endpoint.to_owned());
    let parse = |text: &str| reqwest::Url::parse(text).map_err(|_| malformed());
    let url = if endpoint.contains("://") {
        parse(endpoint)?
    } else {
        let url = parse(&format!("https://{endpoint}"))?;
        // A service on this machine is for trying things out, without a certificate.
        if is_loopback(&url) {
            parse(&format!("http://{endpoint}"))?
        } else {
            url
        }
    };
    let is_plain = url.has_host() && url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    match (url.scheme(), is_plain && is_anonymous) {
        ("http" | "https", true) => Ok(url.into()),
        _ => Err(malformed()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_without_a_scheme_is_called_with_https_unless_it_is_this_machine() {
        for (endpoint, expected) in [
            ("example.com", "https://example.com/"),
            ("example.com:8080", "https://example.com:8080/"),
            ("192.168.1.2:8080", "https://192.168.1.2:8080/"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("127.8.8.8", "http://127.8.8.8/"),
            ("localhost:8080", "http://localhost:8080/"),
            ("api.localhost", "http://api.localhost/"),
            ("[::1]:8080", "http://[::1]:8080/"),
            ("localhost.example.com", "https://localhost.example.com/"),
            ("https://127.0.0.1:8080", "https://127.0.0.1:8080/"),
            ("http://example.com", "http://example.com/"),
        ] {
            let url = endpoint_of(Some(endpoint), None, []);
            assert_eq!(url.as_deref(), Ok(expected), "{endpoint}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for endpoint in [
            "",
            "http://",
            "ftp://x",
            "x?a=b",
            "x#a",
            "u@x",
            "a b",
            "http://u:p@x",
        ] {
            let expected = EndpointError::Malformed(endpoint.to_owned());
            assert_eq!(endpoint_of(Some(endpoint), None, []), Err(expected));
        }
    }
}
