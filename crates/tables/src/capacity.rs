//! How many different values a unique column can hold.

use crate::columns::times;
use crate::schema::{Column, Key, SqlType};

/// Integers up to 2^53 are exact in a double, and so in JSON and in a spreadsheet; a unique bigint
/// stays below.
const EXACT_IN_A_DOUBLE: u64 = 1 << 53;

/// The most that any column is asked to hold: the widest domain of a permutation.
const MOST: u64 = 1 << 63;

/// The number of different values that `column` can take as a key.
pub(crate) fn distinct_values(column: &Column) -> u64 {
    match column.sql_type {
        SqlType::Integer { bits, unsigned } => {
            let values = 1u64 << (if unsigned { bits } else { bits - 1 }).min(63);
            match column.key {
                // Counting begins at 1, so 0 is never used.
                Key::Sequence => values - 1,
                _ => values.min(EXACT_IN_A_DOUBLE),
            }
        }
        // Whole numbers, each exact in the type.
        SqlType::Float => 1 << 24,
        SqlType::Double => EXACT_IN_A_DOUBLE,
        SqlType::Decimal { precision, .. } => 10u64.pow(u32::from(precision).min(18)),
        SqlType::Boolean => 2,
        SqlType::Date => times::DAYS,
        SqlType::Timestamp { .. } => times::MICROSECONDS,
        SqlType::Char { length } => codes(length),
        SqlType::Text { max_length } => max_length.map_or(MOST, codes),
    }
}

/// Codes of `length` digits in base 36.
fn codes(length: u32) -> u64 {
    36u64.checked_pow(length).unwrap_or(MOST).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;

    fn capacity(sql_type: &str) -> u64 {
        let sql = format!("CREATE TABLE t (c {sql_type} UNIQUE)");
        distinct_values(&Schema::from_sql(&sql).expect("the type is supported").columns()[0])
    }

    #[test]
    fn the_capacity_is_that_of_the_type() {
        assert_eq!(capacity("boolean"), 2);
        assert_eq!(capacity("tinyint"), 128);
        assert_eq!(capacity("tinyint unsigned"), 256);
        assert_eq!(capacity("char(2)"), 36 * 36);
        assert_eq!(capacity("decimal(3,1)"), 1000);
        assert_eq!(capacity("date"), 1827);
        assert_eq!(capacity("text"), 1 << 63);
        assert_eq!(capacity("varchar(50)"), 1 << 63);
    }

    #[test]
    fn a_counter_does_not_use_zero() {
        assert_eq!(capacity("tinyint auto_increment"), 127);
    }
}
