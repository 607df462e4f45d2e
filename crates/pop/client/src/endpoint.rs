//! Regions and endpoints to URLs.

/// An endpoint that cannot be called.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EndpointError {
    /// No region and no endpoint was given.
    #[error("no endpoint: give a region or an endpoint")]
    None,
    /// There is no such region.
    #[error("there is no region `{region}`; the regions are {}", .regions.join(", "))]
    Region {
        /// What was asked for.
        region: String,
        /// What there is.
        regions: Vec<String>,
    },
    /// The endpoint is no host or URL.
    #[error(
        "`{0}` is no endpoint: give a host such as `example.com` or a URL such as `http://127.0.0.1:8080`"
    )]
    Malformed(String),
}

/// The URL of an endpoint that is given as a host or a URL, or else of a region.
///
/// # Errors
///
/// Neither is given, the region is not among `regions`, or the endpoint cannot be called.
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
    let text = match endpoint.contains("://") {
        true => endpoint.to_owned(),
        false => format!("https://{endpoint}"),
    };
    let url = reqwest::Url::parse(&text).map_err(|_| malformed())?;
    let is_plain = url.has_host() && url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    match (url.scheme(), is_plain && is_anonymous) {
        ("http" | "https", true) => Ok(url.into()),
        _ => Err(malformed()),
    }
}
