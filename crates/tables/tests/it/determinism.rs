//! A cell depends on (seed, table, column, row) and on nothing else.

use arrow_array::RecordBatch;
use inrush_tables::{STREAM_VERSION, Schema, Table};
use proptest::prelude::*;
use twox_hash::XxHash3_64;

use crate::given::{cells, schema, table};

/// Each type once as it comes, once with many nulls and once as a key.
const ALL_TYPES: &str = "
    id bigserial primary key,
    i8 tinyint, u8 tinyint unsigned not null, i16 smallint, u16 smallint unsigned, i24 mediumint,
    i32 int comment 'inrush: null=50%, min=-5, max=5', u32 int unsigned,
    i64 bigint, u64 bigint unsigned,
    full bigint comment 'inrush: min=-9e15, max=9e15',
    age int, is_on tinyint, qty int, birth_year int, shop_id int,
    f float, d double, score float, price double, lat double, lon float, share double,
    amount decimal(12,2), wide decimal(38,30), whole decimal(5,0) comment 'inrush: null=1',
    yes boolean, day date, at timestamp, wall datetime,
    code char(5), long_code char(40), country_code char(2), word varchar(3), words text,
    name varchar(50), first_name text, last_name varchar(4), email varchar(100),
    short_email varchar(20),
    username text, city text, country text, street text, phone text, company text, status text,
    uq_int int unique, uq_uint int unsigned unique, uq_float float unique, uq_double double unique,
    uq_decimal decimal(9,3) unique, uq_at timestamp unique, uq_code char(4) unique,
    uq_long_code char(30) unique, uq_word varchar(6) unique, uq_text text unique,
    uq_name varchar(12) unique, uq_email varchar(60) unique, uq_short_email varchar(20) unique,
    uq_login text unique comment 'inrush: null=30%'";

/// Fewer than the narrowest key holds.
const ROWS: u64 = 3_000;

/// The xxh3 of the cells of a column, each behind a byte that tells null from a value.
fn digest(batch: &RecordBatch, column: usize) -> u64 {
    let mut bytes = Vec::new();
    for cell in cells(batch.column(column)) {
        bytes.push(u8::from(cell.is_some()));
        bytes.extend(cell.unwrap_or_default());
    }
    XxHash3_64::oneshot(&bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_range_is_a_slice_of_the_whole(
        ranges in prop::collection::vec((0..=ROWS, 0..=ROWS), 1..4),
    ) {
        let table = table(ALL_TYPES, ROWS);
        let whole = table.batch(0..ROWS);
        for (a, b) in ranges {
            let (start, end) = (a.min(b), a.max(b));
            let part = table.batch(start..end);
            prop_assert_eq!(&part, &whole.slice(start as usize, (end - start) as usize));
        }
    }

    #[test]
    fn a_column_does_not_see_its_neighbours(
        keep in prop::collection::vec(any::<bool>(), 60),
        turn in 0usize..60,
    ) {
        let full = schema(ALL_TYPES);
        let definitions: Vec<&str> = split_columns(ALL_TYPES);
        assert_eq!(definitions.len(), full.columns().len());
        let mut kept: Vec<&str> =
            definitions.iter().zip(keep).filter(|(_, keep)| *keep).map(|(text, _)| *text).collect();
        prop_assume!(!kept.is_empty());
        let turn = turn % kept.len();
        kept.rotate_left(turn);
        let whole = table(ALL_TYPES, 200).batch(0..200);
        let part = table(&kept.join(","), 200).batch(0..200);
        for (i, field) in part.schema().fields().iter().enumerate() {
            let expected = whole.column_by_name(field.name()).expect("it is one of the columns");
            prop_assert_eq!(part.column(i), expected, "{}", field.name());
        }
    }
}

/// The definitions in `columns`, cut at the commas outside parentheses and quotes.
fn split_columns(columns: &str) -> Vec<&str> {
    let (mut depth, mut quoted) = (0, false);
    columns
        .split(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                '\'' => quoted = !quoted,
                _ => {}
            }
            c == ',' && depth == 0 && !quoted
        })
        .collect()
}

#[test]
fn an_empty_range_has_the_schema() {
    let table = table(ALL_TYPES, ROWS);
    for start in [0, 1, ROWS] {
        let batch = table.batch(start..start);
        assert_eq!((batch.num_rows(), batch.schema()), (0, table.arrow_schema()));
    }
}

#[test]
fn the_number_of_rows_does_not_change_a_row() {
    assert_eq!(table(ALL_TYPES, 500).batch(0..500), table(ALL_TYPES, ROWS).batch(0..500));
}

#[test]
fn rows_far_out_are_as_good_as_the_first() {
    let columns = "id bigserial, name text, uq text unique, at timestamp unique, n bigint unique";
    let rows = 1 << 47;
    let table = table(columns, rows);
    let batch = table.batch(rows - 100..rows);
    assert_eq!(batch.slice(90, 10), table.batch(rows - 10..rows));
}

#[test]
fn spelling_names_in_capitals_changes_no_value() {
    let lower = Schema::from_sql("create table t (name text, n int)").expect("valid");
    let upper = Schema::from_sql("CREATE TABLE T (NAME TEXT, N INT)").expect("valid");
    let rows = |schema| Table::new(schema, 3, 50).expect("no key is short").batch(0..50);
    assert_eq!(rows(&lower).columns(), rows(&upper).columns());
}

#[test]
#[should_panic(expected = "11..12 of 11")]
#[allow(clippy::reversed_empty_ranges, reason = "the range past the end is the point")]
fn rows_past_the_end_are_a_broken_promise() {
    let _ = table("id serial", 11).batch(11..12);
}

#[test]
fn another_seed_makes_another_table() {
    let schema = schema(ALL_TYPES);
    let rows = |seed| Table::new(&schema, seed, 300).expect("no key is short").batch(0..300);
    let (one, two) = (rows(0), rows(1));
    for (i, field) in one.schema().fields().iter().enumerate() {
        // A counter counts from any seed, and a column of nulls has nothing to differ in.
        let alike = ["id", "whole"].contains(&field.name().as_str());
        assert_eq!(digest(&one, i) == digest(&two, i), alike, "{}", field.name());
    }
}

#[test]
fn another_table_name_makes_another_table() {
    let rows = |name: &str| {
        let schema = Schema::from_sql(&format!("CREATE TABLE {name} (n text, m int)"));
        Table::new(&schema.expect("valid"), 0, 100).expect("no keys").batch(0..100)
    };
    assert_ne!(rows("a").column(0), rows("b").column(0));
    assert_ne!(rows("a").column(1), rows("b").column(1));
}

/// Frozen: data sets in the world were made with these values, and `verify` regenerates them.
/// Where this test fails, a row of some table came out different: raise [`STREAM_VERSION`] in the
/// same commit as the new digests, or take the change back.
#[test]
fn the_values_of_stream_1_are_frozen() {
    assert_eq!(STREAM_VERSION, 1);
    let seed7 = Table::new(&Schema::builtin("seed7").expect("builtin"), 0, 1_000);
    let seed7 = seed7.expect("a bigint counts further").batch(0..1_000);
    let found: Vec<(String, u64)> = seed7
        .schema()
        .fields()
        .iter()
        .enumerate()
        .map(|(i, field)| (field.name().clone(), digest(&seed7, i)))
        .collect();
    let expected = SEED7.map(|(name, digest)| (name.to_owned(), digest));
    assert_eq!(found, expected);
    let all = table(ALL_TYPES, 1_000).batch(0..1_000);
    let all_types =
        (0..all.num_columns()).fold(0u64, |sum, i| sum.rotate_left(1) ^ digest(&all, i));
    assert_eq!(all_types, ALL);
}

/// The columns of the builtin `seed7`, rows 0 to 999 of seed 0.
const SEED7: [(&str, u64); 7] = [
    ("id", 0x9A41_121E_ED2D_D4C2),
    ("name", 0x92B5_2BFC_34DB_505B),
    ("email", 0xEED2_A316_3343_6543),
    ("age", 0x0C54_FB36_415F_E922),
    ("score", 0x904A_0680_9BC9_616C),
    ("active", 0xFAF6_3364_1A51_7083),
    ("created_at", 0xBE76_32A0_687F_C36B),
];

/// All columns of [`ALL_TYPES`], folded into one.
const ALL: u64 = 2_240_478_860_589_705_122;

#[test]
fn the_widest_column_says_how_many_rows_a_batch_may_have() {
    let most = |sql_type: &str| {
        let sql = format!("CREATE TABLE t (c {sql_type}, n INT)");
        let schema = Schema::from_sql(&sql).expect("the type is supported");
        Table::new(&schema, 0, u64::from(u32::MAX)).expect("nothing is unique").max_batch_rows()
    };
    assert_eq!(most("char(65535)"), i32::MAX as u64 / 65_535);
    assert_eq!(most("int"), most("text"));
    assert!(most("int") * 256 <= i32::MAX as u64);
}
