//! Where credentials, regions and endpoints come from: the variables that the tools of each store
//! read as well.

use std::fmt;

/// Variables by name, such as `AWS_ACCESS_KEY_ID`.
///
/// Its debug form has the names alone: the values are secrets.
#[derive(Clone, Default)]
pub struct Environment(Vec<(String, String)>);

impl Environment {
    /// The variables of this process that begin with `AWS_`, `AZURE_` or `GOOGLE_`.
    pub fn of_process() -> Self {
        let ours = |name: &str| {
            ["AWS_", "AZURE_", "GOOGLE_"].iter().any(|prefix| name.starts_with(prefix))
        };
        // A value that is no text is no key and no address either.
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(text).filter(|(name, _)| ours(name)).collect())
    }

    /// The value of `name`, unless it is empty: the tools take an empty variable for a missing one.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Each variable whose name begins with `prefix` and that is not empty.
    pub(super) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(move |(name, value)| name.starts_with(prefix) && !value.is_empty())
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        variables.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_form_keeps_secrets() {
        let environment = Environment::from([("AWS_SECRET_ACCESS_KEY", "hush")]);
        assert_eq!(format!("{environment:?}"), r#"["AWS_SECRET_ACCESS_KEY"]"#);
    }

    #[test]
    fn an_empty_variable_is_a_missing_one() {
        let environment = Environment::from([("AWS_REGION", ""), ("AWS_PROFILE", "p")]);
        assert_eq!(environment.get("AWS_REGION"), None);
        assert_eq!(environment.with_prefix("AWS_").collect::<Vec<_>>(), [("AWS_PROFILE", "p")]);
    }
}
