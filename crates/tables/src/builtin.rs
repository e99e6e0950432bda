//! The schemas that ship with the crate, as the DDL a person would write.

use crate::{Error, Schema};

/// Name and DDL of every builtin schema.
const BUILTINS: &[(&str, &str)] = &[(
    "seed7",
    "CREATE TABLE seed7 (
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(50),
    email VARCHAR(100),
    age INT,
    score FLOAT,
    active TINYINT,
    created_at TIMESTAMP
);
",
)];

impl Schema {
    /// The schema that ships under `name`, as in `builtin:name`.
    ///
    /// # Errors
    /// [`Error::UnknownBuiltin`], which lists the names there are.
    pub fn builtin(name: &str) -> Result<Self, Error> {
        match BUILTINS.iter().find(|(builtin, _)| *builtin == name) {
            Some((_, ddl)) => Schema::from_sql(ddl),
            None => Err(Error::UnknownBuiltin {
                name: name.to_owned(),
                known: BUILTINS.iter().map(|(builtin, _)| *builtin).collect(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builtin_parses() {
        for (name, _) in BUILTINS {
            let schema = Schema::builtin(name).expect("the builtin schema parses");
            assert_eq!(schema.name(), *name);
        }
    }
}
