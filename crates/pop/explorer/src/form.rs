//! Fields of a form that a browser sent.

/// Name of the field with the token of the session; no parameter can have this name.
pub(crate) const FORM_TOKEN: &str = "-token";

/// Fields of a form, in the order of the page.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the body of a request.
    pub(crate) fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Returns the first value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        fields.find_map(|(other, value)| (other == name).then_some(value.as_str()))
    }
}
