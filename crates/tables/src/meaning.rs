//! What a column is about, guessed from its name and type: the difference between noise and data
//! that a person would take for real.

use std::fmt;

use crate::schema::{Bounds, Column, Key, SqlType};

/// What the values of a column stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// 1, 2, 3 and so on, over the whole table.
    Sequence,
    /// A value that no other row has.
    Identifier,
    /// Years of a person's life, 0 to 110.
    Age,
    /// 0 or 1, true or false; four in five are true.
    Flag,
    /// How many of something, 1 to 100, small numbers more often.
    Quantity,
    /// A calendar year, 1950 to 2024.
    Year,
    /// The key of a row in some other table, 1 to 1,000,000.
    Reference,
    /// 0 to 100 with two decimals.
    Score,
    /// 0.01 to 9,999.99, small amounts more often.
    Money,
    /// 0 to 1.
    Share,
    /// Degrees north.
    Latitude,
    /// Degrees east.
    Longitude,
    /// A number without a meaning that its name gives away.
    Number,
    /// A day from 2020 to 2024.
    Day,
    /// A moment from 2020 to 2024.
    Moment,
    /// First and last name of the row's person.
    PersonName,
    /// The first name of the row's person.
    FirstName,
    /// The last name of the row's person.
    LastName,
    /// The e-mail address of the row's person, in a domain reserved for examples (RFC 2606).
    Email,
    /// The login of the row's person.
    UserName,
    /// A city.
    City,
    /// A country.
    Country,
    /// Two letters of ISO 3166.
    CountryCode,
    /// House number and street.
    Street,
    /// A telephone number in a range reserved for fiction.
    Phone,
    /// A company.
    Company,
    /// A state of something: `active`, `pending` and so on.
    Status,
    /// A run of words.
    Words,
    /// Capital letters and digits.
    Code,
}

impl Meaning {
    /// The meaning of `column`.
    pub fn of(column: &Column) -> Self {
        match column.key {
            Key::Sequence => return Self::Sequence,
            Key::Unique if !matches!(column.sql_type, SqlType::Text { .. }) => {
                return Self::Identifier;
            }
            _ => {}
        }
        let name = column.name.to_ascii_lowercase();
        match column.sql_type {
            SqlType::Integer { .. } if column.bounds != Bounds::default() => Self::Number,
            SqlType::Integer { bits, .. } => integer(&name, bits),
            SqlType::Float | SqlType::Double | SqlType::Decimal { .. }
                if column.bounds != Bounds::default() =>
            {
                Self::Number
            }
            SqlType::Float | SqlType::Double | SqlType::Decimal { .. } => number(&name),
            SqlType::Boolean => Self::Flag,
            SqlType::Date => Self::Day,
            SqlType::Timestamp { .. } => Self::Moment,
            SqlType::Char { length: 2 } if has(&name, &["country"]) => Self::CountryCode,
            SqlType::Char { .. } => Self::Code,
            SqlType::Text { .. } => text(&name),
        }
    }
}

fn has(name: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| name.contains(part))
}

fn integer(name: &str, bits: u8) -> Meaning {
    if name == "age" || name.ends_with("_age") {
        Meaning::Age
    } else if bits == 8
        && (name.starts_with("is_")
            || name.starts_with("has_")
            || has(name, &["active", "enabled", "deleted", "flag", "verified", "visible"]))
    {
        Meaning::Flag
    } else if has(name, &["quantity", "qty", "count"]) {
        Meaning::Quantity
    } else if bits > 8 && (name == "year" || name.ends_with("_year")) {
        Meaning::Year
    } else if bits >= 24 && name.ends_with("_id") {
        Meaning::Reference
    } else {
        Meaning::Number
    }
}

fn number(name: &str) -> Meaning {
    if has(name, &["score", "rating", "percent", "grade"]) {
        Meaning::Score
    } else if has(name, &["price", "amount", "cost", "total", "balance", "salary", "revenue"]) {
        Meaning::Money
    } else if has(name, &["ratio", "share", "rate", "probability"]) {
        Meaning::Share
    } else if name == "lat" || has(name, &["latitude"]) {
        Meaning::Latitude
    } else if name == "lon" || name == "lng" || has(name, &["longitude"]) {
        Meaning::Longitude
    } else {
        Meaning::Number
    }
}

fn text(name: &str) -> Meaning {
    if has(name, &["email", "e_mail"]) {
        Meaning::Email
    } else if has(name, &["first_name", "firstname", "given_name"]) {
        Meaning::FirstName
    } else if has(name, &["last_name", "lastname", "surname", "family_name"]) {
        Meaning::LastName
    } else if has(name, &["username", "user_name", "login", "nickname"]) {
        Meaning::UserName
    } else if has(name, &["company", "employer", "vendor", "supplier"]) {
        Meaning::Company
    } else if has(name, &["city", "town"]) {
        Meaning::City
    } else if has(name, &["country"]) {
        Meaning::Country
    } else if has(name, &["street", "address"]) {
        Meaning::Street
    } else if has(name, &["phone", "mobile"]) {
        Meaning::Phone
    } else if has(name, &["status", "state"]) {
        Meaning::Status
    } else if name == "name" || has(name, &["full_name", "customer", "author", "person", "owner"]) {
        Meaning::PersonName
    } else {
        Meaning::Words
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sequence => "1, 2, 3 ...",
            Self::Identifier => "unique value",
            Self::Age => "age, 0 to 110",
            Self::Flag => "flag, 80% true",
            Self::Quantity => "quantity, 1 to 100",
            Self::Year => "year, 1950 to 2024",
            Self::Reference => "reference, 1 to 1,000,000",
            Self::Score => "score, 0 to 100",
            Self::Money => "amount, 0.01 to 9,999.99",
            Self::Share => "share, 0 to 1",
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::Number => "number",
            Self::Day => "day, 2020 to 2024",
            Self::Moment => "moment, 2020 to 2024 UTC",
            Self::PersonName => "person: full name",
            Self::FirstName => "person: first name",
            Self::LastName => "person: last name",
            Self::Email => "person: e-mail",
            Self::UserName => "person: login",
            Self::City => "city",
            Self::Country => "country",
            Self::CountryCode => "country code",
            Self::Street => "street address",
            Self::Phone => "telephone",
            Self::Company => "company",
            Self::Status => "status",
            Self::Words => "words",
            Self::Code => "code",
        })
    }
}
