//! The values themselves: keys, nulls, lengths, bounds, and people who are one person.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, UInt64Type,
};
use inrush_tables::Table;

use crate::given::{cells, rows, schema, table, text, texts};

fn primitive<T: ArrowPrimitiveType>(columns: &str, n_rows: u64) -> Vec<T::Native> {
    rows(columns, n_rows).column(0).as_primitive::<T>().values().to_vec()
}

fn assert_distinct<T: Eq + Hash + Debug>(values: impl IntoIterator<Item = T>, n: u64, what: &str) {
    let mut seen = HashSet::new();
    for value in values {
        assert!(!seen.contains(&value), "{value:?} stands twice in {what}");
        seen.insert(value);
    }
    assert_eq!(seen.len() as u64, n, "{what}");
}

#[test]
fn keys_are_unique_over_many_rows_and_any_cut() {
    const ROWS: u64 = 200_000;
    let kinds = [
        "c int",
        "c bigint",
        "c bigint unsigned",
        "c mediumint",
        "c float",
        "c double",
        "c decimal(12,4)",
        "c decimal(38,20)",
        "c timestamp",
        "c datetime",
        "c char(4)",
        "c char(20)",
        "c varchar(8)",
        "c varchar(4)",
        "c text",
        "email varchar(60)",
        "email varchar(20)",
        "email varchar(28)",
        "email text",
        "name varchar(10)",
        "name text",
        "username varchar(12)",
        "city text",
        "company text",
        "phone varchar(9)",
        "street text",
    ];
    // 200,000 rows of one kind are in flight at a time, cut where no power of two is.
    for kind in kinds {
        let table = table(&format!("{kind} unique not null"), ROWS);
        let mut all = Vec::with_capacity(ROWS as usize);
        let mut start = 0;
        for step in [1, 7, 1_021, 65_536, ROWS].into_iter().cycle() {
            let end = (start + step).min(ROWS);
            let batch = table.batch(start..end);
            assert_eq!(batch.column(0).null_count(), 0, "{kind}");
            all.extend(cells(batch.column(0)));
            start = end;
            if start == ROWS {
                break;
            }
        }
        assert_distinct(all, ROWS, kind);
    }
}

#[test]
fn a_key_uses_every_value_it_has() {
    let kinds = [
        ("boolean", 2),
        ("tinyint", 128),
        ("tinyint unsigned", 256),
        ("smallint", 32_768),
        ("smallint unsigned", 65_536),
        ("date", 1827),
        ("char(1)", 36),
        ("char(2)", 36 * 36),
        ("varchar(1)", 36),
        ("varchar(2)", 36 * 36),
        ("varchar(3)", 36 * 36 * 36),
        ("decimal(2,1)", 100),
        ("decimal(4,0)", 10_000),
    ];
    for (kind, capacity) in kinds {
        let batch = rows(&format!("c {kind} unique not null"), capacity);
        assert_distinct(cells(batch.column(0)), capacity, kind);
    }
}

#[test]
fn a_counter_counts_from_one() {
    let ids = primitive::<Int64Type>("id bigserial", 1_000);
    assert!(ids.iter().copied().eq(1..=1_000));
    let last = table("id tinyint primary key", 127).batch(126..127);
    assert_eq!(last.column(0).as_primitive::<Int8Type>().value(0), 127);
}

#[test]
fn a_unique_number_is_not_a_counter() {
    let values = primitive::<Int32Type>("c int unique not null", 1_000);
    let rising = values.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((400..600).contains(&rising), "{rising} of 999 steps rise");
    assert!(values.iter().all(|&value| value >= 0));
}

#[test]
fn a_unique_timestamp_and_date_stay_in_their_years() {
    let moments = primitive::<TimestampMicrosecondType>("c timestamp unique not null", 10_000);
    assert!(moments.iter().all(|moment| YEARS_IN_MICROSECONDS.contains(moment)));
    let days = primitive::<Date32Type>("c date unique not null", 1_827);
    assert!(days.iter().all(|day| YEARS_IN_DAYS.contains(day)));
}

/// From 2020-01-01 up to 2025-01-01, as `date -u +%s` counts.
const YEARS_IN_MICROSECONDS: std::ops::Range<i64> = 1_577_836_800_000_000..1_735_689_600_000_000;
const YEARS_IN_DAYS: std::ops::Range<i32> = 18_262..20_089;

#[test]
fn nulls_are_one_in_twenty_unless_the_comment_says_otherwise() {
    const ROWS: u64 = 100_000;
    let kinds = [
        "int",
        "age int",
        "double",
        "decimal(9,2)",
        "boolean",
        "date",
        "timestamp",
        "char(9)",
        "text",
    ];
    for kind in kinds {
        let kind = if kind.contains(' ') { kind.to_owned() } else { format!("c {kind}") };
        let n_nulls = |suffix: &str| rows(&format!("{kind} {suffix}"), ROWS).column(0).null_count();
        let default = n_nulls("");
        assert!((4_700..5_300).contains(&default), "{kind}: {default}");
        let fifth = n_nulls("comment 'inrush: null=20%'");
        assert!((19_500..20_500).contains(&fifth), "{kind}: {fifth}");
        assert_eq!(n_nulls("comment 'inrush: null=0'"), 0, "{kind}");
        assert_eq!(n_nulls("comment 'inrush: null=100%'"), ROWS as usize, "{kind}");
        assert_eq!(n_nulls("not null"), 0, "{kind}");
    }
    assert_eq!(rows("c text unique", ROWS).column(0).null_count(), 0, "a key has no nulls unasked");
}

#[test]
fn a_unique_column_has_nulls_where_its_comment_asks() {
    let batch = rows("c varchar(6) unique comment 'inrush: null=20%'", 10_000);
    let n_nulls = batch.column(0).null_count();
    assert!((1_800..2_200).contains(&n_nulls), "{n_nulls}");
    assert_distinct(texts(text(&batch, "c")), 10_000 - n_nulls as u64, "the rest");
}

#[test]
fn nulls_of_two_columns_are_independent() {
    let batch = rows("a int comment 'inrush: null=50%', b int comment 'inrush: null=50%'", 10_000);
    let both =
        (0..10_000).filter(|&i| batch.column(0).is_null(i) && batch.column(1).is_null(i)).count();
    assert!((2_300..2_700).contains(&both), "{both}");
}

#[test]
fn text_keeps_its_length_in_characters() {
    let names = [
        "name",
        "first_name",
        "last_name",
        "email",
        "username",
        "city",
        "country",
        "street",
        "phone",
        "company",
        "status",
        "note",
    ];
    for name in names {
        for length in (1..=12).chain([20, 28, 50]) {
            for key in ["", "unique"] {
                let n_rows = if key.is_empty() { 2_000 } else { 36 };
                let batch = rows(&format!("{name} varchar({length}) {key} not null"), n_rows);
                for value in texts(text(&batch, name)) {
                    let n_characters = value.chars().count();
                    let place = format!("{name} varchar({length}) {key}: {value:?}");
                    assert!((1..=length).contains(&n_characters), "{place}");
                    assert_eq!(value.trim(), value, "{place}");
                }
            }
        }
    }
}

#[test]
fn names_with_accents_are_cut_between_characters() {
    let whole = rows("name text not null", 5_000);
    let cut = rows("name varchar(4) not null", 5_000);
    let mut n_accents = 0;
    for (whole, cut) in texts(text(&whole, "name")).zip(texts(text(&cut, "name"))) {
        let expected: String = whole.chars().take(4).collect();
        assert_eq!(cut, expected.trim_end());
        n_accents += usize::from(!cut.is_ascii());
    }
    assert!(n_accents > 20, "{n_accents} of 5,000 names have an accent in front");
}

#[test]
fn a_char_has_exactly_its_length() {
    for length in [1, 2, 3, 4, 12, 13, 14, 25, 300] {
        for key in ["", "unique"] {
            let batch = rows(&format!("c char({length}) {key} not null"), 36);
            for value in texts(text(&batch, "c")) {
                let code = value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
                assert!(value.len() == length && code, "char({length}) {key}: {value:?}");
            }
        }
    }
}

#[test]
fn people_live_up_to_110_years() {
    let ages = primitive::<Int32Type>("age int not null", 100_000);
    assert!(ages.iter().all(|age| (0..=110).contains(age)));
    assert_eq!((ages.iter().min(), ages.iter().max()), (Some(&0), Some(&110)));
    let mean = ages.iter().map(|&age| f64::from(age)).sum::<f64>() / ages.len() as f64;
    assert!((30.0..50.0).contains(&mean), "{mean}");
}

/// The spelling that an address gives a name.
fn ascii(name: &str) -> String {
    let mut ascii = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'ä' => ascii.push_str("ae"),
            'ö' | 'ø' => ascii.push_str("oe"),
            'ü' => ascii.push_str("ue"),
            'ß' => ascii.push_str("ss"),
            'á' | 'à' | 'â' | 'ã' | 'å' => ascii.push('a'),
            'ç' => ascii.push('c'),
            'é' | 'è' | 'ê' | 'ë' => ascii.push('e'),
            'í' | 'ì' | 'î' | 'ï' | 'ı' => ascii.push('i'),
            'ł' => ascii.push('l'),
            'ñ' => ascii.push('n'),
            'ó' | 'ò' | 'ô' | 'õ' => ascii.push('o'),
            'š' => ascii.push('s'),
            'ú' | 'ù' | 'û' => ascii.push('u'),
            c if c.is_ascii_alphanumeric() => ascii.push(c),
            c => assert!(" '-.".contains(c), "{c:?} of {name} has no ASCII spelling"),
        }
    }
    ascii
}

/// Asserts that `email` is an address of a domain that reaches nobody, and gives its local part.
fn local_part(email: &str) -> &str {
    let (local, domain) = email.split_once('@').unwrap_or_else(|| panic!("{email} has no @"));
    let reserved = ["example.com", "example.org", "example.net"].contains(&domain)
        || domain.strip_suffix(".example").is_some_and(|host| {
            !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_lowercase())
        });
    assert!(reserved, "{email} may reach somebody");
    let dot_atom = !local.is_empty()
        && local.split(['.', '_']).all(|atom| {
            !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    assert!(dot_atom, "{email} is no address");
    local
}

#[test]
fn an_address_is_made_of_its_own_rows_name() {
    let batch = rows(
        "email text not null, first_name text not null, last_name text not null, \
         name varchar(50) not null, username text not null",
        20_000,
    );
    let columns = ["email", "first_name", "last_name", "name", "username"];
    let [emails, firsts, lasts, names, logins] = columns.map(|name| text(&batch, name));
    for i in 0..batch.num_rows() {
        let (first, last) = (firsts.value(i), lasts.value(i));
        assert_eq!(names.value(i), format!("{first} {last}"));
        let local = local_part(emails.value(i));
        assert_eq!(local, logins.value(i));
        let (first, last) = (ascii(first), ascii(last));
        let name = local.trim_end_matches(|c: char| c.is_ascii_digit());
        let forms = [
            format!("{}{last}", &first[..1]),
            format!("{first}_{last}"),
            format!("{first}.{last}"),
        ];
        assert!(forms.iter().any(|form| form == name), "{local} is not {first} {last}");
    }
}

#[test]
fn a_name_is_told_by_the_table_and_not_by_its_column() {
    let alone = rows("email text not null", 100);
    let beside = rows("id serial, name text, age int, email text not null", 100);
    assert_eq!(alone.column(0), beside.column(3));
}

#[test]
fn an_address_that_is_cut_is_still_an_address() {
    for length in [18, 20, 24, 30, 100] {
        let batch = rows(&format!("email varchar({length}) not null"), 5_000);
        for email in texts(text(&batch, "email")) {
            local_part(email);
        }
    }
    for length in [40, 60, 100] {
        let batch = rows(&format!("email varchar({length}) unique"), 5_000);
        for email in texts(text(&batch, "email")) {
            local_part(email);
        }
    }
}

#[test]
fn moments_and_days_lie_in_2020_to_2024() {
    let moments = primitive::<TimestampMicrosecondType>("c timestamp not null", 100_000);
    assert!(moments.iter().all(|moment| YEARS_IN_MICROSECONDS.contains(moment)));
    let days = primitive::<Date32Type>("c date not null", 100_000);
    assert_eq!(days.iter().min(), Some(&YEARS_IN_DAYS.start));
    assert_eq!(days.iter().max(), Some(&(YEARS_IN_DAYS.end - 1)));
}

#[test]
fn both_bounds_are_reached() {
    let dice = primitive::<Int32Type>("c int not null comment 'inrush: min=1, max=6'", 10_000);
    let faces: HashSet<i32> = dice.into_iter().collect();
    assert_eq!(faces, (1..=6).collect());
    let signed =
        primitive::<Int16Type>("c smallint not null comment 'inrush: min=-2, max=2'", 5_000);
    assert_eq!((signed.iter().min(), signed.iter().max()), (Some(&-2), Some(&2)));
    let one =
        primitive::<UInt64Type>("c bigint unsigned not null comment 'inrush: min=7, max=7'", 9);
    assert_eq!(one, [7; 9]);
}

#[test]
fn bounds_between_two_binary_fractions_are_reached() {
    // In doubles, 0.07 * 100 lies above 7 and 0.29 * 100 below 29.
    let cents = "not null comment 'inrush: min=0.07, max=0.29'";
    let decimals = primitive::<Decimal128Type>(&format!("c decimal(5,2) {cents}"), 10_000);
    assert_eq!((decimals.iter().min(), decimals.iter().max()), (Some(&7), Some(&29)));
    let doubles = primitive::<Float64Type>(&format!("c double {cents}"), 10_000);
    let (min, max) = ends(&doubles);
    assert_eq!((min, max), (0.07, 0.29));
    let floats = primitive::<Float32Type>(&format!("c float {cents}"), 10_000);
    assert!(floats.contains(&0.07) && floats.contains(&0.29));
}

fn ends(values: &[f64]) -> (f64, f64) {
    let fold =
        |pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick).expect("some values");
    (fold(f64::min), fold(f64::max))
}

#[test]
fn the_grid_of_a_float_follows_its_bounds() {
    let doubles = |bounds: &str, n_rows| {
        let columns = format!("c double not null comment 'inrush: {bounds}'");
        ends(&primitive::<Float64Type>(&columns, n_rows))
    };
    assert_eq!(doubles("min=0.001, max=0.003", 1_000), (0.001, 0.003));
    let (min, max) = doubles("min=0, max=1e12", 10_000);
    assert!(min < 1e9 && max > 0.999e12, "{min} {max}");
    let floats = |bounds: &str| {
        let columns = format!("c float not null comment 'inrush: {bounds}'");
        let floats = primitive::<Float32Type>(&columns, 10_000);
        ends(&floats.into_iter().map(f64::from).collect::<Vec<f64>>())
    };
    let (min, max) = floats("min=1000000, max=2000000");
    assert!((1e6..1.001e6).contains(&min) && (1.999e6..=2e6).contains(&max), "{min} {max}");
    let (min, max) = floats("min=0, max=1000000");
    assert!(min < 1e3 && max > 0.999e6, "{min} {max}");
}

#[test]
fn decimals_stay_inside_their_precision() {
    let kinds = [
        ("c", 1, 0),
        ("c", 1, 1),
        ("c", 5, 2),
        ("c", 18, 18),
        ("c", 19, 0),
        ("c", 38, 0),
        ("c", 38, 38),
        ("price", 3, 2),
        ("price", 38, 10),
        ("score", 2, 0),
        ("rate", 2, 2),
        ("lat", 5, 4),
    ];
    for (name, precision, scale) in kinds {
        for key in ["", "unique"] {
            let n_rows = if key.is_empty() { 2_000 } else { 10 };
            let columns = format!("{name} decimal({precision},{scale}) {key} not null");
            let limit = 10i128.pow(precision);
            for value in primitive::<Decimal128Type>(&columns, n_rows) {
                assert!(-limit < value && value < limit, "{columns}: {value}");
            }
        }
    }
}

#[test]
fn a_decimal_of_many_digits_fills_its_range() {
    for (precision, scale) in [(30, 20), (38, 30), (38, 35)] {
        let columns = format!("c decimal({precision},{scale}) not null");
        let values = primitive::<Decimal128Type>(&columns, 10_000);
        let unit = 10i128.pow(scale);
        let (min, max) = (values.iter().min().expect("rows"), values.iter().max().expect("rows"));
        assert!(*min < unit && *max > 998 * unit && *max <= 1_000 * unit, "{columns}: {min} {max}");
        let last_digits: HashSet<i128> = values.iter().map(|value| value % 10).collect();
        assert!(last_digits.len() >= 5, "{columns}: all end in {last_digits:?}");
    }
}

#[test]
fn meanings_stay_in_their_ranges() {
    let integers = |columns: &str, range: std::ops::RangeInclusive<i32>| {
        for value in primitive::<Int32Type>(&format!("{columns} not null"), 20_000) {
            assert!(range.contains(&value), "{columns}: {value}");
        }
    };
    integers("qty int", 1..=100);
    integers("birth_year int", 1950..=2024);
    integers("shop_id int", 1..=1_000_000);
    integers("n int", 0..=1_000_000);
    let doubles = |columns: &str, range: std::ops::RangeInclusive<f64>| {
        for value in primitive::<Float64Type>(&format!("{columns} not null"), 20_000) {
            assert!(range.contains(&value), "{columns}: {value}");
        }
    };
    doubles("score double", 0.0..=100.0);
    doubles("price double", 0.01..=9_999.99);
    doubles("share double", 0.0..=1.0);
    doubles("lat double", -90.0..=90.0);
    doubles("lon double", -180.0..=180.0);
    doubles("n double", 0.0..=1_000.0);
}

#[test]
fn four_in_five_flags_are_set() {
    let flags = primitive::<Int8Type>("active tinyint not null", 100_000);
    let n_set = flags.iter().filter(|&&flag| flag == 1).count();
    assert!(flags.iter().all(|flag| (0..=1).contains(flag)));
    assert!((79_000..81_000).contains(&n_set), "{n_set}");
    let batch = rows("b boolean not null", 100_000);
    let n_true = batch.column(0).as_boolean().true_count();
    assert!((79_000..81_000).contains(&n_true), "{n_true}");
}

#[test]
fn telephones_are_those_of_fiction() {
    let batch = rows("phone text not null", 5_000);
    for phone in texts(text(&batch, "phone")) {
        let parts: Vec<&str> = phone.split('-').collect();
        let fiction = matches!(parts[..], ["+1", area, "555", line]
            if area.len() == 3 && line.len() == 4 && line.starts_with("01"));
        assert!(fiction, "{phone}");
    }
}

#[test]
fn repetitive_columns_hold_few_values() {
    let columns = "id serial, age int, city text, note text, email text unique, at timestamp, \
                   day date, active tinyint, b boolean";
    let table = Table::new(&schema(columns), 0, 50_000).expect("a serial counts further");
    let expected = [false, true, true, false, false, false, true, true, false];
    assert_eq!(table.repetitive_columns(), expected);
    let batch = table.batch(0..50_000);
    for (i, _) in expected.iter().enumerate().filter(|(_, repetitive)| **repetitive) {
        let distinct: HashSet<Option<Vec<u8>>> = cells(batch.column(i)).into_iter().collect();
        assert!(distinct.len() < 5_000, "{}: {}", batch.schema().field(i).name(), distinct.len());
    }
}
