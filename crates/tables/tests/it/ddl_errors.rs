//! Every way in which a schema can be wrong, with its place and a way out.

use inrush_tables::{Error, Schema, SqlType, Table};

use crate::given::{schema, try_schema};

fn fault(sql: &str) -> Error {
    Schema::from_sql(sql).expect_err(sql)
}

fn place(sql: &str) -> (u64, u64) {
    match fault(sql) {
        Error::Syntax { line, column, .. } => (line, column),
        other => panic!("{sql}: {other}"),
    }
}

/// The message about column `c` of `definition`.
fn column_fault(definition: &str) -> String {
    match try_schema(&format!("c {definition}")).and_then(|schema| Table::new(&schema, 0, 1)) {
        Err(Error::Column { column, message }) => {
            assert_eq!(column, "c", "{definition}");
            message
        }
        other => panic!("{definition}: {other:?}"),
    }
}

#[test]
fn a_syntax_error_names_its_line_and_column() {
    assert_eq!(place("CREATE TABLE t (\n  id INT,\n  name VARCHAR(10 NOT NULL\n)"), (3, 19));
    assert_eq!(place("CREATE TABEL t (id INT)"), (1, 8));
    let error = fault("CREATE TABLE t (\n  id INT,\n  name VARCHAR(10 NOT NULL\n)");
    assert!(error.to_string().starts_with("line 3, column 19: "), "{error}");
}

#[test]
fn the_dialect_that_understood_more_names_the_fault() {
    // MySQL stumbles over the first quoted name, PostgreSQL over the missing comma two lines on.
    assert_eq!(place("CREATE TABLE t (\n  \"id\" INT,\n  \"n\" INT\n  \"m\" INT)"), (4, 3));
}

#[test]
fn a_text_that_ends_too_early_names_its_end() {
    assert_eq!(place("CREATE TABLE t (\n  id INT"), (2, 9));
    assert_eq!(place("CREATE TABLE"), (1, 13));
    assert_eq!(place("CREATE TABLE t (\n  größe INT COMMENT"), (2, 20));
}

#[test]
fn a_quote_that_never_closes_is_named_where_it_opens() {
    assert_eq!(place("CREATE TABLE t (\n  id INT COMMENT 'ab\n);\n").0, 2);
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let sql = format!("CREATE TABLE t (a INT CHECK ({}1{}))", "(".repeat(5000), ")".repeat(5000));
    assert!(matches!(fault(&sql), Error::Syntax { .. }));
}

#[test]
fn a_text_without_a_table_is_told_so() {
    for sql in ["", "  \n\t", "-- nothing here\n", "SELECT 1", ";;"] {
        assert_eq!(fault(sql), Error::NoTable, "{sql:?}");
    }
}

#[test]
fn two_tables_are_one_too_many() {
    let error = fault("CREATE TABLE a (x INT); CREATE TABLE b (y INT);");
    assert_eq!(error, Error::SeveralTables { count: 2 });
}

#[test]
fn a_table_needs_columns() {
    assert_eq!(fault("CREATE TABLE t ()"), Error::NoColumns { table: "t".to_owned() });
}

#[test]
fn a_name_can_be_given_once() {
    let error = fault("CREATE TABLE t (id INT, Name TEXT, NAME TEXT)");
    assert_eq!(error, Error::DuplicateColumn { column: "NAME".to_owned() });
}

#[test]
fn an_unknown_type_is_named_with_its_line_and_the_known_ones() {
    for sql_type in ["GEOMETRY", "JSON", "BLOB", "ENUM('a')", "INT[]", "TIME", "UUID"] {
        let error = fault(&format!("CREATE TABLE t (\n  id INT,\n  place {sql_type}\n)"));
        match &error {
            Error::UnsupportedType { line: 3, column, sql_type: named } => {
                assert_eq!((&**column, &**named), ("place", sql_type));
            }
            other => panic!("{other:?}"),
        }
        assert!(error.to_string().starts_with("line 3: column `place`"), "{error}");
        assert!(error.to_string().contains(SqlType::SUPPORTED), "{error}");
    }
}

#[test]
fn a_key_of_an_unknown_column_is_told_so() {
    for constraint in ["PRIMARY KEY (idd)", "UNIQUE (id, idd)"] {
        let error = fault(&format!("CREATE TABLE t (id INT, {constraint})"));
        assert_eq!(error, Error::UnknownKeyColumn { column: "idd".to_owned() });
    }
}

#[test]
fn a_length_or_precision_out_of_range_is_told_so() {
    assert!(column_fault("decimal(40,2)").contains("decimal(40,2) is out of range"));
    assert!(column_fault("decimal(0)").contains("precision is 1 to 38"));
    assert!(column_fault("numeric(5,6)").contains("scale 0 to precision"));
    assert!(column_fault("numeric(5,-2)").contains("out of range"));
    assert!(column_fault("varchar(0)").contains("1 to 65535"));
    assert!(column_fault("char(65536)").contains("1 to 65535"));
}

#[test]
fn a_comment_option_that_cannot_be_kept_is_told_so() {
    let told = |definition: &str, part: &str| {
        let message = column_fault(definition);
        assert!(message.contains(part), "{definition}: {message}");
    };
    told("int comment 'inrush: null'", "`null` is not `name=value`");
    told("int comment 'inrush: nulls=5%'", "unknown comment option `nulls`");
    told("int comment 'inrush: null=120%'", "write 20% or 0.2");
    told("int comment 'inrush: null=-1'", "write 20% or 0.2");
    told("int comment 'inrush: null=nan'", "write 20% or 0.2");
    told("int comment 'inrush: min=low'", "min=`low` is not a number");
    told("int comment 'inrush: max=inf'", "max=`inf` is not a number");
    told("bigint comment 'inrush: max=9223372036854775807'", "write at most 9007199254740992");
    told("text comment 'inrush: min=1'", "min needs a number column, not text");
    told("date comment 'inrush: max=1'", "max needs a number column, not date");
    told("int comment 'inrush: min=7, max=6'", "min=7 is above max=6");
    told("int not null comment 'inrush: null=5%'", "cannot ask for nulls");
    told("serial comment 'inrush: null=5%'", "cannot ask for nulls");
    told("int unique comment 'inrush: min=5'", "is a key");
    told("int primary key comment 'inrush: max=5'", "is a key");
}

#[test]
fn a_bound_outside_the_type_is_told_so() {
    let told = |definition: &str, part: &str| {
        let message = column_fault(definition);
        assert!(message.contains(part), "{definition}: {message}");
    };
    told("tinyint comment 'inrush: min=-129'", "the type holds -128 to 127");
    told("tinyint comment 'inrush: max=128'", "the type holds -128 to 127");
    told("int unsigned comment 'inrush: min=-1, max=5'", "the type holds 0 to 4294967295");
    told("int comment 'inrush: min=1e300'", "the type holds");
    told("bigint comment 'inrush: min=-1e300, max=1e300'", "the type holds");
    told("decimal(3,1) comment 'inrush: max=100'", "keeps exactly: 99");
    told("decimal(3,1) comment 'inrush: min=-1000, max=0'", "keeps exactly: 99");
    told("float comment 'inrush: max=1e9'", "keeps exactly: 16777216");
    told("double comment 'inrush: min=-1e300'", "keeps exactly: 9007199254740992");
}

#[test]
fn bounds_with_nothing_between_them_are_told_so() {
    assert!(column_fault("int comment 'inrush: min=1.2, max=1.8'").contains("no int lies between"));
    let message = column_fault("decimal(5,1) comment 'inrush: min=1.12, max=1.18'");
    assert!(message.contains("no decimal(5,1) lies between 1.12 and 1.18"), "{message}");
}

#[test]
fn only_an_integer_can_count() {
    assert!(column_fault("varchar(9) auto_increment").contains("only an integer column can count"));
    assert!(column_fault("text generated always as identity").contains("only an integer"));
}

#[test]
fn a_computed_column_is_told_so() {
    assert!(column_fault("int generated always as (1 + 1) stored").contains("expression"));
}

#[test]
fn an_unknown_builtin_lists_the_known_ones() {
    let error = Schema::builtin("seed8").expect_err("there is none");
    assert_eq!(error.to_string(), "no builtin schema `seed8`; there are: seed7");
}

#[test]
fn more_rows_than_a_key_has_values_are_refused() {
    let cases = [
        ("tinyint unique", 128),
        ("tinyint unsigned unique", 256),
        ("tinyint primary key", 127),
        ("smallint unique", 32_768),
        ("int primary key", (1 << 31) - 1),
        ("boolean unique", 2),
        ("date unique", 1827),
        ("char(2) unique", 36 * 36),
        ("varchar(3) unique", 36 * 36 * 36),
        ("decimal(3,1) unique", 1000),
        ("float unique", 1 << 24),
        ("double unique", 1 << 53),
        ("timestamp unique", 1827 * 86_400_000_000),
    ];
    for (definition, capacity) in cases {
        let schema = schema(&format!("c {definition}"));
        Table::new(&schema, 0, capacity).unwrap_or_else(|error| panic!("{definition}: {error}"));
        match Table::new(&schema, 0, capacity + 1) {
            Err(Error::TooFewValues { column, capacity: named, rows, .. }) => {
                assert_eq!((&*column, named, rows), ("c", capacity, capacity + 1), "{definition}");
            }
            other => panic!("{definition}: {other:?}"),
        }
    }
    let error = Table::new(&schema("c boolean unique"), 0, 3).expect_err("two values for three");
    assert!(error.to_string().contains("widen the type or ask for fewer rows"), "{error}");
}
