//! Both spellings of SQL, read into the same columns.

use arrow_schema::{DataType, TimeUnit};
use inrush_tables::{Key, Meaning, Schema, SqlType, Table};
use proptest::prelude::*;

use crate::given::{column, schema};

const MYSQL: &str = "-- A dump, as mysqldump writes it.
DROP TABLE IF EXISTS `customers`;
CREATE TABLE `shop`.`customers` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `e mail` varchar(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `name` varchar(50) DEFAULT NULL COMMENT 'as printed on the bill',
  `is_active` tinyint(1) NOT NULL DEFAULT '1',
  `visits` int(11) unsigned DEFAULT '0' COMMENT 'inrush: null=20%, min=1, max=6',
  `balance` decimal(12,2) NOT NULL DEFAULT '0.00',
  `tags` mediumtext,
  `created_at` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  `seen_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_mail` (`e mail`),
  KEY `ix_name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=17 DEFAULT CHARSET=utf8mb4 COMMENT='people who buy';
";

const POSTGRES: &str = r#"CREATE TABLE public."Order Lines" (
    id BIGSERIAL,
    "order" integer NOT NULL,
    line_no integer GENERATED ALWAYS AS IDENTITY,
    title character varying(80),
    weight double precision,
    price numeric(10, 4) NOT NULL CHECK (price > 0),
    shipped boolean DEFAULT false,
    placed_at timestamptz NOT NULL DEFAULT now(),
    packed_at timestamp without time zone,
    sku char(8) UNIQUE,
    PRIMARY KEY (id),
    CONSTRAINT one_title UNIQUE (title)
);
CREATE INDEX lines_by_order ON public."Order Lines" ("order");
COMMENT ON TABLE public."Order Lines" IS 'What was bought.';
COMMENT ON COLUMN public."Order Lines".weight IS 'inrush: null=0.5, max=10';
COMMENT ON COLUMN public."Order Lines".shipped IS 'Whether it left the house.';
"#;

/// As pg_dump writes it: the keys and the counter come behind the table, among much else.
const PG_DUMP: &str = "--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE TABLE public.users (
    id integer NOT NULL,
    email character varying(255) NOT NULL,
    full_name text,
    balance numeric(12,2) DEFAULT 0.00 NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    is_admin boolean DEFAULT false
);

ALTER TABLE public.users OWNER TO postgres;

CREATE SEQUENCE public.users_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX users_email_idx ON public.users USING btree (email);
CREATE INDEX users_created_idx ON public.users USING btree (created_at);
";

fn keys(schema: &Schema) -> Vec<(&str, Key)> {
    schema.columns().iter().map(|column| (column.name.as_str(), column.key)).collect()
}

#[test]
fn a_mysql_dump_is_read_whole() {
    let schema = Schema::from_sql(MYSQL).expect("the dump is valid");
    assert_eq!(schema.name(), "customers");
    assert_eq!(schema.text(), MYSQL);
    assert_eq!(
        keys(&schema),
        [
            ("id", Key::Sequence),
            ("e mail", Key::Unique),
            ("name", Key::None),
            ("is_active", Key::None),
            ("visits", Key::None),
            ("balance", Key::None),
            ("tags", Key::None),
            ("created_at", Key::None),
            ("seen_at", Key::None),
        ]
    );
    let nullable: Vec<bool> = schema.columns().iter().map(|column| column.nullable).collect();
    assert_eq!(nullable, [false, false, true, false, true, false, true, false, true]);
    let visits = &schema.columns()[4];
    assert_eq!(visits.null_share, 0.2);
    assert_eq!((visits.bounds.min, visits.bounds.max), (Some(1.0), Some(6.0)));
    assert_eq!(schema.columns()[2].null_share, 0.05);
}

#[test]
fn a_postgresql_script_is_read_whole() {
    let schema = Schema::from_sql(POSTGRES).expect("the script is valid");
    assert_eq!(schema.name(), "Order Lines");
    assert_eq!(
        keys(&schema),
        [
            ("id", Key::Sequence),
            ("order", Key::None),
            ("line_no", Key::Sequence),
            ("title", Key::Unique),
            ("weight", Key::None),
            ("price", Key::None),
            ("shipped", Key::None),
            ("placed_at", Key::None),
            ("packed_at", Key::None),
            ("sku", Key::Unique),
        ]
    );
    let weight = &schema.columns()[4];
    assert_eq!((weight.null_share, weight.bounds.max), (0.5, Some(10.0)));
    assert_eq!(schema.columns()[6].null_share, 0.05, "prose asks for nothing");
}

#[test]
fn a_postgresql_dump_is_read_with_the_keys_that_follow() {
    let schema = Schema::from_sql(PG_DUMP).expect("the dump is valid");
    assert_eq!(schema.name(), "users");
    assert_eq!(
        keys(&schema)[..3],
        [("id", Key::Sequence), ("email", Key::Unique), ("full_name", Key::None),]
    );
    assert!(
        schema
            .columns()
            .iter()
            .all(|c| c.nullable == (c.name == "full_name" || c.name == "is_admin"))
    );
}

#[test]
fn a_unique_index_over_some_of_the_rows_makes_no_key() {
    let sql = "CREATE TABLE t (a INT, b INT);
        CREATE UNIQUE INDEX some ON t (a) WHERE b IS NULL;
        CREATE UNIQUE INDEX other ON elsewhere (a);
        ALTER TABLE elsewhere ADD PRIMARY KEY (c);";
    let schema = Schema::from_sql(sql).expect("the script is valid");
    assert_eq!(keys(&schema), [("a", Key::None), ("b", Key::None)]);
}

#[test]
fn a_key_over_the_beginning_of_a_text_makes_the_text_unique() {
    let schema = Schema::from_sql("CREATE TABLE t (name VARCHAR(50), UNIQUE KEY k (name(20)))");
    assert_eq!(keys(&schema.expect("the table is valid")), [("name", Key::Unique)]);
}

#[test]
fn every_type_has_its_arrow_type() {
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let wall_clock = DataType::Timestamp(TimeUnit::Microsecond, None);
    let table = [
        ("tinyint", DataType::Int8),
        ("TINYINT(1)", DataType::Int8),
        ("tinyint unsigned", DataType::UInt8),
        ("smallint", DataType::Int16),
        ("int2", DataType::Int16),
        ("smallint(5) unsigned", DataType::UInt16),
        ("mediumint", DataType::Int32),
        ("mediumint unsigned", DataType::UInt32),
        ("int", DataType::Int32),
        ("INTEGER", DataType::Int32),
        ("int4", DataType::Int32),
        ("int(10) unsigned", DataType::UInt32),
        ("integer unsigned", DataType::UInt32),
        ("bigint", DataType::Int64),
        ("int8", DataType::Int64),
        ("bigint(20) unsigned", DataType::UInt64),
        ("smallserial", DataType::Int16),
        ("serial", DataType::Int32),
        ("SERIAL4", DataType::Int32),
        ("bigserial", DataType::Int64),
        ("real", DataType::Float32),
        ("float4", DataType::Float32),
        ("float", DataType::Float32),
        ("float(24)", DataType::Float32),
        ("float(25)", DataType::Float64),
        ("float8", DataType::Float64),
        ("double", DataType::Float64),
        ("double precision", DataType::Float64),
        ("decimal", DataType::Decimal128(10, 0)),
        ("decimal(5)", DataType::Decimal128(5, 0)),
        ("numeric(38,38)", DataType::Decimal128(38, 38)),
        ("dec(12,2)", DataType::Decimal128(12, 2)),
        ("bool", DataType::Boolean),
        ("boolean", DataType::Boolean),
        ("date", DataType::Date32),
        ("timestamp", instant.clone()),
        ("timestamp(6)", instant.clone()),
        ("timestamptz", instant.clone()),
        ("timestamp with time zone", instant),
        ("timestamp without time zone", wall_clock.clone()),
        ("datetime", wall_clock.clone()),
        ("datetime(3)", wall_clock),
        ("char", DataType::Utf8),
        ("char(7)", DataType::Utf8),
        ("character(7)", DataType::Utf8),
        ("varchar(65535)", DataType::Utf8),
        ("varchar", DataType::Utf8),
        ("character varying(9)", DataType::Utf8),
        ("nvarchar(9)", DataType::Utf8),
        ("tinytext", DataType::Utf8),
        ("text", DataType::Utf8),
        ("mediumtext", DataType::Utf8),
        ("longtext", DataType::Utf8),
    ];
    for (sql, expected) in table {
        for (suffix, nullable) in
            [("", !sql.to_ascii_lowercase().contains("serial")), (" NOT NULL", false)]
        {
            let schema = schema(&format!("c {sql}{suffix}"));
            let table = Table::new(&schema, 0, 10).expect("ten rows fit any type");
            let arrow = table.arrow_schema();
            assert_eq!(arrow.field(0).data_type(), &expected, "{sql}");
            assert_eq!(arrow.field(0).is_nullable(), nullable, "{sql}{suffix}");
            assert_eq!(table.batch(0..10).column(0).data_type(), &expected, "{sql}");
        }
    }
}

#[test]
fn a_key_is_told_by_its_definition() {
    for counts in [
        "int primary key",
        "bigint auto_increment",
        "bigserial",
        "int generated by default as identity",
        "bigint unsigned not null auto_increment unique",
        "int unique primary key",
    ] {
        let column = column(counts);
        assert_eq!((column.key, column.nullable), (Key::Sequence, false), "{counts}");
    }
    for drawn in ["int unique", "char(4) primary key", "date unique", "varchar(9) unique not null"]
    {
        assert_eq!(column(drawn).key, Key::Unique, "{drawn}");
    }
    assert!(column("int unique").nullable);
    assert!(!column("char(4) primary key").nullable);
    assert_eq!(column("int not null").key, Key::None);
}

#[test]
fn a_composite_key_makes_its_widest_member_unique() {
    let schema = schema("day date, shop smallint, ticket bigint, PRIMARY KEY (day, shop, ticket)");
    assert_eq!(keys(&schema), [("day", Key::None), ("shop", Key::None), ("ticket", Key::Unique)]);
    assert!(schema.columns().iter().all(|column| !column.nullable));
}

#[test]
fn a_composite_key_with_a_counter_asks_nothing_more() {
    let schema = schema("id serial, shop bigint, UNIQUE (id, shop)");
    assert_eq!(keys(&schema), [("id", Key::Sequence), ("shop", Key::None)]);
}

#[test]
fn key_columns_are_found_without_case() {
    let schema = schema("Id int, PRIMARY KEY (ID)");
    assert_eq!(keys(&schema), [("Id", Key::Sequence)]);
}

#[test]
fn a_dot_inside_quotes_belongs_to_the_name() {
    let schema = Schema::from_sql(
        r#"CREATE TABLE "my.shop"."a.b" (c int); COMMENT ON COLUMN "a.b".c IS 'inrush: null=1'"#,
    );
    let schema = schema.expect("the names are quoted");
    assert_eq!((schema.name(), schema.columns()[0].null_share), ("a.b", 1.0));
}

#[test]
fn the_comment_options_are_read_as_written() {
    let share = |comment: &str| column(&format!("int COMMENT '{comment}'")).null_share;
    assert_eq!(share("inrush: null=20%"), 0.2);
    assert_eq!(share("  inrush:null = 0.25 , "), 0.25);
    assert_eq!(share("inrush: null=0"), 0.0);
    assert_eq!(share("inrush: null=100%"), 1.0);
    assert_eq!(share("inrush:"), 0.05);
    assert_eq!(share("null=20%"), 0.05, "without the prefix it is prose");
    let bounds = column("double COMMENT 'inrush: min=-1.5, max=2e3'").bounds;
    assert_eq!((bounds.min, bounds.max), (Some(-1.5), Some(2000.0)));
}

#[test]
fn a_meaning_is_guessed_from_name_and_type() {
    let cases = [
        ("age int", Meaning::Age),
        ("age varchar(9)", Meaning::Words),
        ("is_open tinyint", Meaning::Flag),
        ("is_open bigint", Meaning::Number),
        ("qty smallint", Meaning::Quantity),
        ("birth_year int", Meaning::Year),
        ("shop_id bigint", Meaning::Reference),
        ("rating float", Meaning::Score),
        ("price decimal(9,2)", Meaning::Money),
        ("price decimal(9,2) comment 'inrush: max=5'", Meaning::Number),
        ("lat double", Meaning::Latitude),
        ("name text", Meaning::PersonName),
        ("Email text", Meaning::Email),
        ("Email text unique", Meaning::Email),
        ("country char(2)", Meaning::CountryCode),
        ("country char(3)", Meaning::Code),
        ("country text", Meaning::Country),
        ("mobile text", Meaning::Phone),
        ("b boolean", Meaning::Flag),
        ("d date", Meaning::Day),
        ("t datetime", Meaning::Moment),
        ("id serial", Meaning::Sequence),
        ("code char(9) unique", Meaning::Identifier),
    ];
    for (definition, meaning) in cases {
        assert_eq!(Meaning::of(&schema(definition).columns()[0]), meaning, "{definition}");
    }
}

#[test]
fn the_display_of_a_type_reads_back_to_it() {
    for sql in [
        "tinyint",
        "tinyint unsigned",
        "smallint",
        "mediumint",
        "int",
        "bigint unsigned",
        "float",
        "double",
        "decimal(12,3)",
        "boolean",
        "date",
        "timestamp",
        "datetime",
        "char(3)",
        "varchar(9)",
        "text",
    ] {
        let sql_type: SqlType = column(sql).sql_type;
        assert_eq!(sql_type.to_string(), sql);
    }
}

#[test]
fn builtins_are_found_by_name() {
    let schema = Schema::builtin("seed7").expect("the schema ships with the crate");
    assert_eq!(schema.name(), "seed7");
    assert_eq!(Schema::from_sql(schema.text()).expect("its text reads back"), schema);
}

/// Builds a table of whatever was understood, as the command would: no schema may blow up later.
fn read(sql: &str) {
    if let Ok(schema) = Schema::from_sql(sql) {
        for column in schema.columns() {
            let _ = Meaning::of(column).to_string();
        }
        if let Ok(table) = Table::new(&schema, 1, 3) {
            assert_eq!(table.batch(0..3).num_columns(), schema.columns().len());
        }
    }
}

/// Words that a schema may be made of, so that the chance is good that it is nearly one.
const SCRAPS: &[&str] = &[
    "CREATE TABLE ",
    "t ",
    "(",
    ")",
    ",",
    ";",
    "'",
    "\"",
    "`",
    "-- ",
    "/*",
    "\n",
    "id ",
    "name ",
    "int ",
    "bigint ",
    "decimal(38,38) ",
    "decimal(40,2) ",
    "varchar(0) ",
    "char(2) ",
    "text ",
    "serial ",
    "date ",
    "PRIMARY KEY ",
    "UNIQUE ",
    "NOT NULL ",
    "AUTO_INCREMENT ",
    "COMMENT ",
    "'inrush: null=20%' ",
    "'inrush: min=-1e300' ",
    "'inrush: max=1e300' ",
    "'inrush: min=1e19' ",
    "DEFAULT ",
    "CHECK (",
    "REFERENCES ",
    "ENGINE=InnoDB",
    "COMMENT ON COLUMN t.id IS ",
    "GENERATED ALWAYS AS (1) ",
    "é",
    "\0",
    "99999999999999999999",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_panics(sql in any::<String>()) {
        read(&sql);
    }

    #[test]
    fn no_shuffle_of_sql_panics(
        scraps in prop::collection::vec(prop::sample::select(SCRAPS), 0..40),
    ) {
        read(&scraps.concat());
        read(&format!("CREATE TABLE t (id {}", scraps.concat()));
    }

    #[test]
    fn no_mutation_of_a_schema_panics(
        mysql in any::<bool>(),
        cut in any::<prop::sample::Index>(),
        skip in 0usize..12,
        scrap in prop::sample::select(SCRAPS),
    ) {
        let valid = if mysql { MYSQL } else { POSTGRES };
        let cut = cut.index(valid.len());
        read(&valid[..cut]);
        let rest = &valid[(cut + skip).min(valid.len())..];
        read(&format!("{}{scrap}{rest}", &valid[..cut]));
    }

    #[test]
    fn no_bound_panics(
        sql_type in prop::sample::select(vec![
            "tinyint", "smallint unsigned", "int", "bigint", "bigint unsigned", "float", "double",
            "decimal(38,0)", "decimal(38,38)", "decimal(5,2)",
        ]),
        min in proptest::option::of(any::<f64>()),
        max in proptest::option::of(any::<f64>()),
    ) {
        let mut options = Vec::new();
        options.extend(min.map(|min| format!("min={min}")));
        options.extend(max.map(|max| format!("max={max}")));
        read(&format!("CREATE TABLE t (c {sql_type} COMMENT 'inrush: {}')", options.join(",")));
    }
}
