"""Foreign readers against the command's files: pyarrow, DuckDB and polars.

Usage: python readers.py PATH_TO_INRUSH

For each format and codec, every reader must agree with what was asked for: the number of rows, the
types, which columns may be null, unique keys, nulls in proportion, timestamps in their years, and
with each other on the values themselves.
"""

import datetime
import decimal
import json
import pathlib
import subprocess
import sys
import tempfile

import duckdb
import polars
import pyarrow
import pyarrow.csv
import pyarrow.parquet

INRUSH = str(pathlib.Path(sys.argv[1]).resolve())
ROWS, FILES = 20_011, 3

SCHEMA = """
CREATE TABLE everything (
    id BIGSERIAL PRIMARY KEY,
    code CHAR(8) NOT NULL UNIQUE,
    email VARCHAR(80) NOT NULL UNIQUE,
    tiny TINYINT, small SMALLINT, medium MEDIUMINT, plain INT, wide BIGINT UNSIGNED,
    f FLOAT, d DOUBLE PRECISION, price DECIMAL(10,2) NOT NULL,
    ok BOOLEAN, day DATE, at TIMESTAMP, local DATETIME,
    note TEXT COMMENT 'inrush: null=50%'
);
"""

ARROW_TYPES = {
    "id": pyarrow.int64(), "code": pyarrow.string(), "email": pyarrow.string(),
    "tiny": pyarrow.int8(), "small": pyarrow.int16(), "medium": pyarrow.int32(),
    "plain": pyarrow.int32(), "wide": pyarrow.uint64(), "f": pyarrow.float32(),
    "d": pyarrow.float64(), "price": pyarrow.decimal128(10, 2), "ok": pyarrow.bool_(),
    "day": pyarrow.date32(), "at": pyarrow.timestamp("us", tz="UTC"),
    "local": pyarrow.timestamp("us"), "note": pyarrow.string(),
}
NOT_NULL = {"id", "code", "email", "price"}
UNIQUE = ["id", "code", "email"]


def table(out, fmt, codec, schema):
    """Writes the files of one format and returns their paths."""
    command = [INRUSH, "table", "--schema", schema, "--rows", str(ROWS), "--files", str(FILES)]
    command += ["--format", fmt, "--compression", codec, "--out", str(out), "--quiet"]
    if fmt == "parquet":
        command += ["--row-group-rows", "3000"]
    subprocess.run(command, check=True)
    subprocess.run([INRUSH, "verify", str(out), "--quiet"], check=True)
    return sorted(path for path in out.iterdir() if not path.name.startswith("_"))


def check_values(rows):
    """Checks that hold whatever read the rows: `rows` maps column names to lists."""
    assert all(len(column) == ROWS for column in rows.values())
    for name in UNIQUE:
        assert len(set(rows[name])) == ROWS, f"{name} is not unique"
    assert sorted(rows["id"]) == list(range(1, ROWS + 1))
    for name, column in rows.items():
        share = sum(value is None for value in column) / ROWS
        expected = 0 if name in NOT_NULL else 0.5 if name == "note" else 0.05
        assert abs(share - expected) < (0.02 if expected else 1e-9), (name, share)
    for name in ["at", "local"]:
        for value in rows[name]:
            assert value is None or 2020 <= value.year <= 2024, value
    assert all(len(code) == 8 for code in rows["code"])
    assert all(email.count("@") == 1 for email in rows["email"])
    assert all(decimal.Decimal("0.01") <= price <= decimal.Decimal("9999.99")
               for price in rows["price"])


def naive(values):
    """Moments without their time zone, which is UTC wherever there is one."""
    return [value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
            if isinstance(value, datetime.datetime) and value.tzinfo else value
            for value in values]


def columns(relation):
    """A relation of DuckDB as lists by name."""
    arrow = relation.to_arrow_table()
    return {name: naive(arrow.column(name).to_pylist()) for name in arrow.column_names}


def read_parquet(paths):
    for path in paths:
        file = pyarrow.parquet.ParquetFile(path)
        schema = file.schema_arrow
        assert {field.name: field.type for field in schema} == ARROW_TYPES, schema
        assert {field.name for field in schema if not field.nullable} == NOT_NULL, schema
        rows = file.metadata.num_rows
        assert rows in (ROWS // FILES, ROWS // FILES + 1)
        assert file.metadata.num_row_groups == -(-rows // 3000)
    arrow = pyarrow.concat_tables([pyarrow.parquet.read_table(path) for path in paths])
    arrow.validate(full=True)
    by_arrow = {name: naive(arrow.column(name).to_pylist()) for name in arrow.column_names}
    check_values(by_arrow)

    names = [str(path) for path in paths]
    duck = duckdb.connect()
    duck.execute("SET TimeZone = 'UTC'")
    query = "SELECT * FROM read_parquet($names) ORDER BY id"
    by_duck = columns(duck.sql(query, params={"names": names}))
    frame = polars.read_parquet(names).sort("id")
    by_polars = {name: naive(frame[name].to_list()) for name in frame.columns}
    order = sorted(range(ROWS), key=by_arrow["id"].__getitem__)
    for name, column in by_arrow.items():
        expected = [column[i] for i in order]
        assert by_duck[name] == expected, f"DuckDB differs in {name}"
        assert by_polars[name] == expected, f"polars differs in {name}"
    return by_arrow


def read_csv(paths, reference):
    """The CSV files hold the very values of the Parquet files."""
    names = [str(path) for path in paths]
    types = {name: str(kind).upper() for name, kind in {
        "id": "bigint", "code": "varchar", "email": "varchar", "tiny": "tinyint",
        "small": "smallint", "medium": "integer", "plain": "integer", "wide": "ubigint",
        "f": "float", "d": "double", "price": "decimal(10,2)", "ok": "boolean", "day": "date",
        "at": "timestamp", "local": "timestamp", "note": "varchar"}.items()}
    declared = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in types.items()) + "}"
    query = f"SELECT * FROM read_csv($names, header = true, columns = {declared}) ORDER BY id"
    by_duck = columns(duckdb.connect().sql(query, params={"names": names}))
    order = sorted(range(ROWS), key=reference["id"].__getitem__)
    for name, column in reference.items():
        assert by_duck[name] == [column[i] for i in order], f"DuckDB differs in {name}"

    if paths[0].suffix == ".zst":
        return
    convert = pyarrow.csv.ConvertOptions(
        column_types={**ARROW_TYPES, "at": pyarrow.timestamp("us")},
        strings_can_be_null=True, quoted_strings_can_be_null=False)
    arrow = pyarrow.concat_tables(
        [pyarrow.csv.read_csv(path, convert_options=convert) for path in paths])
    for name, column in reference.items():
        assert arrow.column(name).to_pylist() == column, f"pyarrow differs in {name}"


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        schema = folder / "everything.sql"
        schema.write_text(SCHEMA)
        reference = None
        for codec in ["none", "snappy", "zstd", "lz4", "gzip"]:
            rows = read_parquet(table(folder / f"parquet-{codec}", "parquet", codec, str(schema)))
            assert reference is None or rows == reference, f"{codec} holds other values"
            reference = rows
        for codec in ["none", "gzip", "zstd"]:
            read_csv(table(folder / f"csv-{codec}", "csv", codec, str(schema)), reference)
        empty = folder / "empty"
        subprocess.run([INRUSH, "table", "--schema", "builtin:seed7", "--rows", "0", "--files",
                        "2", "--out", str(empty), "--quiet"], check=True)
        for path in empty.glob("*.parquet"):
            assert pyarrow.parquet.read_table(path).num_rows == 0
            assert polars.read_parquet(path).height == 0
    versions = {"pyarrow": pyarrow.__version__, "duckdb": duckdb.__version__,
                "polars": polars.__version__}
    print("every reader agrees:", json.dumps(versions))


main()
