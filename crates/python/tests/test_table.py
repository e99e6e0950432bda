"""Tables from Python: what pyarrow, polars and DuckDB take is the table, value by value."""

import gc
import pickle
import threading

import pytest

import inrush

duckdb = pytest.importorskip("duckdb")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

ALL_TYPES = """
    CREATE TABLE wide (
        id BIGSERIAL PRIMARY KEY,
        small SMALLINT, age INT, big BIGINT UNSIGNED, ratio DOUBLE, score FLOAT,
        amount DECIMAL(12, 2), yes BOOLEAN, day DATE, at TIMESTAMP, wall DATETIME,
        code CHAR(5) NOT NULL, name VARCHAR(50), words TEXT COMMENT 'inrush: null=50%'
    )
"""


@pytest.fixture
def table():
    return inrush.Table(ALL_TYPES, 10_000, seed=7)


def test_a_table_says_what_it_is(table):
    assert (table.name, len(table), table.num_rows, table.seed) == ("wide", 10_000, 10_000, 7)
    assert table.columns[:3] == ["id", "small", "age"]
    assert table.schema_sql == ALL_TYPES
    assert repr(table).startswith("<inrush.Table wide: 10000 rows of id, small, ")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_gives_the_same_rows(table, protocol):
    for pickled in [table, inrush.Table("builtin:seed7", 2**40)]:
        again = pickle.loads(pickle.dumps(pickled, protocol))
        assert repr(again) == repr(pickled)
        rows = [pyarrow.record_batch(one.batch(5_000, 5_100)) for one in (again, pickled)]
        assert rows[0] == rows[1]


def test_pyarrow_polars_and_duckdb_agree_on_every_value(table):
    by_pyarrow = pyarrow.table(table)
    by_pyarrow.validate(full=True)
    by_polars = polars.DataFrame(table)
    wide = table
    # The zone of an instant is that of DuckDB's session.
    by_duckdb = duckdb.sql("from wide").to_arrow_table().cast(by_pyarrow.schema)
    rows = [tuple(row.values()) for row in by_pyarrow.to_pylist()]
    assert len(rows) == 10_000
    assert by_polars.rows() == rows
    assert by_duckdb.to_pylist() == by_pyarrow.to_pylist()
    assert by_pyarrow["words"].null_count == by_polars["words"].null_count() > 4000
    assert by_pyarrow["code"].null_count == 0
    assert not by_pyarrow.schema.field("code").nullable


def test_a_reader_of_a_stream_takes_it(table):
    reader = pyarrow.RecordBatchReader.from_stream(table)
    assert reader.schema.names == table.columns == pyarrow.schema(table).names
    assert duckdb.from_arrow(reader).aggregate("count(*), max(id)").fetchall() == [(10_000, 10_000)]


def test_batches_together_are_the_table(table):
    batches = [pyarrow.record_batch(batch) for batch in table.batches(300)]
    assert [len(batch) for batch in batches] == [300] * 33 + [100]
    assert pyarrow.Table.from_batches(batches).combine_chunks() == pyarrow.table(
        table
    ).combine_chunks()
    assert [len(batch) for batch in table] == [10_000]


def test_a_batch_is_the_slice_of_the_table(table):
    whole = pyarrow.table(table)
    batch = table.batch(9_000, 10_000)
    assert (len(batch), batch.num_rows, batch.nbytes > 1000) == (1000, 1000, True)
    assert pyarrow.Table.from_batches([pyarrow.record_batch(batch)]) == whole.slice(9_000)
    assert polars.DataFrame(batch).rows() == polars.DataFrame(table).rows()[9_000:]
    assert pyarrow.record_batch(table.batch(5, 5)).num_rows == 0


def test_an_array_outlives_its_batch_and_its_table():
    array = pyarrow.record_batch(inrush.Table("builtin:seed7", 1000).batch(10, 20))
    gc.collect()
    assert array["id"].to_pylist() == list(range(11, 21))


def test_a_capsule_that_nobody_takes_is_given_back():
    table = inrush.Table("builtin:seed7", 100)
    for _ in range(100):
        table.__arrow_c_stream__()
        table.batch(0, 100).__arrow_c_array__(None)
        table.__arrow_c_schema__()


def test_a_table_without_rows_has_its_columns():
    table = inrush.Table("builtin:seed7", 0)
    assert pyarrow.table(table).column_names == table.columns
    assert polars.DataFrame(table).shape == (0, 7)
    assert list(table.batches()) == []


def test_the_seed_and_nothing_else_changes_the_values():
    tables = [inrush.Table("builtin:seed7", 1000, seed=seed) for seed in (0, 0, 1)]
    first, same, other = map(pyarrow.table, tables)
    assert first == same != other


def test_a_column_too_wide_for_the_usual_batch_comes_in_smaller_ones():
    table = inrush.Table("CREATE TABLE t (country_code CHAR(65535), code CHAR(65535))", 10**9)
    with pytest.raises(ValueError, match="at most 32768 rows"):
        table.batch(0, 40_000)
    with pytest.raises(ValueError, match="at most 32768 rows"):
        table.batches(65_536)
    assert len(table.batch(10**9 - 3, 10**9)) == 3


@pytest.mark.parametrize(
    ("start", "stop", "error"),
    [(5, 4, IndexError), (0, 101, IndexError), (-1, 5, ValueError), (0.5, 5, TypeError)],
)
def test_rows_that_there_are_not_are_refused(start, stop, error):
    with pytest.raises(error):
        inrush.Table("builtin:seed7", 100).batch(start, stop)


def test_what_is_no_table_is_refused_by_name(tmp_path):
    with pytest.raises(ValueError, match="there are: seed7"):
        inrush.Table("builtin:nope", 1)
    with pytest.raises(ValueError, match="no CREATE TABLE"):
        inrush.Table("CREATE INDEX i ON TABLE t", 1)
    with pytest.raises(ValueError, match="widen the type"):
        inrush.Table("CREATE TABLE t (a TINYINT UNIQUE)", 1000)
    with pytest.raises(FileNotFoundError):
        inrush.Table(tmp_path / "missing.sql", 1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'sead'"):
        inrush.Table("builtin:seed7", 1, sead=1)
    with pytest.raises(ValueError, match="at least 1"):
        inrush.Table("builtin:seed7", 1).batches(0)


def test_threads_that_share_an_iterator_get_every_batch_once():
    table = inrush.Table("builtin:seed7", 50_000)
    batches, taken = table.batches(500), []

    def take():
        for batch in batches:
            taken.append(pyarrow.record_batch(batch)["id"].to_pylist())

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(n for ids in taken for n in ids) == list(range(1, 50_001))


def test_other_threads_of_python_go_on_while_a_batch_is_made():
    counted, stop = [0], threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1

    thread = threading.Thread(target=count)
    thread.start()
    before = counted[0]
    inrush.Table("builtin:seed7", "1M").batch(0, "1M")
    during = counted[0] - before
    stop.set()
    thread.join()
    assert during > 10_000
