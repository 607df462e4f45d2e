//! Converts regions and endpoints to URLs.

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
    let text = if endpoint.contains("://") {
        endpoint.to_owned()
    } else {
        format!("https://{endpoint}")
    };
    let url = reqwest::Url::parse(&text).map_err(|_| malformed())?;
    let is_plain = url.has_host() && url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    match (url.scheme(), is_plain && is_anonymous) {
        ("http" | "https", true) => Ok(url.into()),
        _ => Err(malformed()),
    }
}
