__version__: str

from collections.abc import Callable, Iterable, Iterator
from os import PathLike
from typing import Literal, SupportsIndex, TypeAlias, final

from typing_extensions import Buffer

from inrush.types import Merge, SetReport, Summary, Verification

_Path: TypeAlias = str | PathLike[str]
_Quantity: TypeAlias = SupportsIndex | str
_Shard: TypeAlias = str | tuple[int, int]
_Progress: TypeAlias = Callable[[int, int], object]
_Coordinator: TypeAlias = Literal["per-file", "mutex"]
_Fsync: TypeAlias = Literal["none", "file", "dir"]

class JobError(RuntimeError):
    """A job has run, and some of its files failed; the others are whole."""

    #: What the job would have returned; `failures` lists the files with their errors. Of `merge` it
    #: is the report of the merging.
    summary: Summary | Merge
    #: Whether a file failed because there was no space left.
    out_of_space: bool

class FileSetError(RuntimeError):
    """Some files of a set are not written."""

    #: What the call would have returned.
    report: SetReport
    #: Whether a file failed because there was no space left.
    out_of_space: bool

def write_table(
    schema: _Path,
    rows: _Quantity,
    out: _Path,
    *,
    files: _Quantity = 1,
    format: Literal["parquet", "csv"] = "parquet",
    compression: Literal["none", "snappy", "zstd", "lz4", "gzip"] | None = None,
    row_group_rows: _Quantity | None = None,
    seed: SupportsIndex = 0,
    coordinator: _Coordinator = "per-file",
    shard: _Shard | None = None,
    jobs: _Quantity | None = None,
    mem: _Quantity | None = None,
    chunk: _Quantity | None = None,
    fsync: _Fsync = "none",
    direct: bool = False,
    part_size: _Quantity | None = None,
    max_in_flight: _Quantity | None = None,
    resume: bool = False,
    overwrite: bool = False,
    fail_fast: bool = False,
    progress: _Progress | None = None,
) -> Summary:
    """Generates a table into files: `inrush table`.

    `schema` is a path, `"builtin:seed7"`, or SQL with `CREATE TABLE`. Counts and sizes are numbers or
    texts such as `"1M"` and `"64MiB"`; `out` is a folder, `s3://BUCKET/PREFIX`, `gs://`, `az://`,
    `memory:` or `null:`. `progress(done, total)` counts rows and is called in this thread, at most ten
    times a second and once at the end; what it raises stops the job, and is raised.

    Raises `ValueError`, `FileExistsError` or another `OSError` where nothing could be written at all,
    `JobError` where some files failed, and `KeyboardInterrupt` once nothing unfinished is left behind;
    `resume=True` goes on later.

    >>> inrush.write_table("builtin:seed7", 1000, "data", files=4)["rows"]
    1000
    """

def write_bytes(
    objects: _Quantity,
    size: _Quantity,
    out: _Path,
    *,
    dedup: float = 1.0,
    compress: float | None = None,
    dedup_unit: _Quantity | None = None,
    model: Literal["mix", "lz", "text"] | None = None,
    seed: SupportsIndex = 0,
    coordinator: _Coordinator = "per-file",
    shard: _Shard | None = None,
    jobs: _Quantity | None = None,
    mem: _Quantity | None = None,
    chunk: _Quantity | None = None,
    fsync: _Fsync = "none",
    direct: bool = False,
    part_size: _Quantity | None = None,
    max_in_flight: _Quantity | None = None,
    resume: bool = False,
    overwrite: bool = False,
    fail_fast: bool = False,
    progress: _Progress | None = None,
) -> Summary:
    """Generates objects of bytes with a dedup and a compress ratio, a file each: `inrush bytes`.

    `size` is in bytes, or `"lognormal:1MiB:2.0"`. `compress` is 1 by default, and 2.4 for the model
    `"text"`. `progress` counts bytes; the rest is as for `write_table`.

    >>> inrush.write_bytes(8, "64MiB", "data", dedup=1.5, compress=2.5)["bytes"]
    536870912
    """

def write_marc(
    records: _Quantity,
    out: _Path,
    *,
    files: _Quantity = 1,
    seed: SupportsIndex = 0,
    coordinator: _Coordinator = "per-file",
    shard: _Shard | None = None,
    jobs: _Quantity | None = None,
    mem: _Quantity | None = None,
    chunk: _Quantity | None = None,
    fsync: _Fsync = "none",
    direct: bool = False,
    part_size: _Quantity | None = None,
    max_in_flight: _Quantity | None = None,
    resume: bool = False,
    overwrite: bool = False,
    fail_fast: bool = False,
    progress: _Progress | None = None,
) -> Summary:
    """Generates catalogue records in MARC 21: `inrush marc`.

    `progress` counts records; the rest is as for `write_table`.

    >>> inrush.write_marc("1k", "data", files=2)["rows"]
    1000
    """

def verify(
    place: _Path,
    *,
    shard: _Shard | None = None,
    jobs: _Quantity | None = None,
    progress: _Progress | None = None,
) -> Verification:
    """Generates the files of a place once more and compares every byte: `inrush verify`.

    What is wrong is returned, not raised: `report["mismatches"]`. `ValueError` and `OSError` are for a
    place where nothing could be verified.

    >>> inrush.verify("data")["mismatches"]
    []
    """

def merge(place: _Path) -> Merge:
    """Makes one manifest of those of all shards: `inrush merge`.

    Raises `JobError` where a shard is missing, unfinished or does not match; nothing was changed then.

    >>> inrush.merge("data")["root"] is not None
    True
    """

@final
class Table:
    """A table whose rows are generated as they are asked for.

    Whoever knows the Arrow PyCapsule interface takes it without copying:

    >>> people = inrush.Table("CREATE TABLE people (id SERIAL PRIMARY KEY, name TEXT)", "1M")
    >>> pyarrow.table(people).num_rows
    1000000
    >>> duckdb.sql("select max(id) from people").fetchall()
    [(1000000,)]
    """

    def __new__(cls, schema: _Path, rows: _Quantity, *, seed: SupportsIndex = 0) -> Table: ...
    @property
    def name(self) -> str:
        """The name of the table."""
    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
    @property
    def schema_sql(self) -> str:
        """The SQL that the schema was read from."""
    @property
    def seed(self) -> int:
        """The seed."""
    @property
    def num_rows(self) -> int:
        """The number of rows."""
    def batch(self, start: _Quantity, stop: _Quantity) -> Batch:
        """The rows from `start` up to, but without, `stop`.

        Raises `IndexError` where the table has no such rows, and `ValueError` where they are too many
        for one batch: some eight million, or 2 GiB of text in a column.
        """
    def batches(self, batch_rows: _Quantity | None = 65536) -> Iterator[Batch]:
        """All rows, `batch_rows` at a time: 65536 by default.

        >>> [len(batch) for batch in inrush.Table("builtin:seed7", 1000).batches(400)]
        [400, 400, 200]
        """
    def __iter__(self) -> Iterator[Batch]: ...
    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

@final
class Batch:
    """Some rows of a table, as Arrow has them: `pyarrow.record_batch(batch)` copies nothing."""

    @property
    def num_rows(self) -> int:
        """The number of rows."""
    @property
    def nbytes(self) -> int:
        """The bytes of memory that the columns have."""
    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_array__(
        self, requested_schema: object | None = None
    ) -> tuple[object, object]: ...

@final
class FileSet:
    """Writes to many files at once, in Rust threads, while other threads of Python go on.

    `mode` is `"append"`, `"truncate"` (what a file has goes first) or `"atomic"` (it stays until the
    new bytes are whole). A failure that may pass is tried again, `attempts` times in all, behind the
    last byte known to be written; any other ends that file alone. `timeout` is in seconds.

    Every call returns a report, or raises `FileSetError` with it where a file is not written.

    >>> inrush.FileSet(["a.log", "b.log"]).write_all(b"hello\\n")["written"]
    2
    """

    def __new__(
        cls,
        paths: Iterable[_Path],
        *,
        mode: Literal["append", "truncate", "atomic"] = "append",
        workers: _Quantity | None = None,
        max_open: _Quantity | None = None,
        attempts: _Quantity = 3,
        timeout: float | None = None,
        fsync: _Fsync = "none",
    ) -> FileSet: ...
    @property
    def paths(self) -> list[str]:
        """The files, in the order of the list."""
    def __len__(self) -> int: ...
    def write_all(self, data: Buffer) -> SetReport:
        """Writes the same bytes to every file.

        `bytes` are written from where they are; of another buffer a copy is taken first.
        """
    def write_each(self, contents: Iterable[Buffer]) -> SetReport:
        """Writes each file its own bytes, of which there are as many as files.

        >>> inrush.FileSet(["a", "b"], mode="atomic").write_each([b"for a", b"for b"])["written"]
        2
        """
    def write(self, messages: Iterable[Buffer | tuple[int, Buffer]]) -> SetReport:
        """Writes messages as they come, each to every file or to the one with the number given.

        The iterable is asked in this thread, a little ahead of what is written. What it raises stops
        the set, and is raised.

        >>> inrush.FileSet(["even", "odd"]).write((n % 2, b"%d\\n" % n) for n in range(10))["bytes"]
        20
        """
