"""The compiled part of the package."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from os import PathLike
from types import TracebackType
from typing import (
    Any,
    Literal,
    Protocol,
    Self,
    SupportsIndex,
    TypeAlias,
    TypedDict,
    TypeVar,
    final,
    overload,
)

from inrush.types import Merge, SetReport, Summary, Verification
from typing_extensions import Buffer

_T = TypeVar("_T")

__all__ = [
    "Batch",
    "Bytes",
    "BytesReader",
    "Chunks",
    "Field",
    "FileSet",
    "FileSetError",
    "JobError",
    "MarcError",
    "MarcReader",
    "MarcWriter",
    "Record",
    "Table",
    "ThreePhaseWriter",
    "__version__",
    "encode_marc",
    "merge",
    "verify",
    "write_bytes",
    "write_marc",
    "write_table",
]

_Path: TypeAlias = str | PathLike[str]
_Quantity: TypeAlias = SupportsIndex | str
_Shard: TypeAlias = str | tuple[int, int]
_Progress: TypeAlias = Callable[[int, int], object]
_Coordinator: TypeAlias = Literal["per-file", "mutex"]
_Fsync: TypeAlias = Literal["none", "file", "dir"]

__version__: str

class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...

class _Writable(Protocol):
    def write(self, data: memoryview, /) -> SupportsIndex | None: ...

class _Problem(TypedDict):
    record: int
    offset: int
    control_number: str | None
    fault: str
    outcome: Literal["kept", "repaired", "skipped"]

@final
class Bytes:
    """An object of `size` bytes, made of nothing but the arguments."""

    def __new__(
        cls,
        size: int,
        *,
        dedup: float = 1.0,
        compress: float | None = None,
        seed: int = 0,
        object: int = 0,
        dedup_unit: int | None = None,
        model: str | None = None,
    ) -> Self: ...
    @property
    def size(self) -> int:
        """The size in bytes."""

    @property
    def seed(self) -> int:
        """The seed."""

    @property
    def object(self) -> int:
        """The number of this object among those of its seed."""

    @property
    def dedup(self) -> float:
        """What deduplication makes of it, as a ratio."""

    @property
    def dedup_unit(self) -> int:
        """The size in bytes of the units that are duplicates or not."""

    @property
    def compress(self) -> float:
        """What compression makes of it, as a ratio."""

    def fill(self, buffer: Buffer, offset: int = 0, *, parallel: bool = False) -> int:
        """Writes the bytes from `offset` on into a buffer, and returns how many."""

    def read(self, offset: int = 0, size: int | None = None) -> bytes:
        """`size` bytes from `offset` on, or as many as there are; all of them without `size`."""

    def chunks(
        self, chunk_bytes: int = 262144, start: int = 0, stop: int | None = None
    ) -> Chunks:
        """The bytes from `start` to `stop` in views of `chunk_bytes` each, the last one shorter."""

    def open(self) -> BytesReader:
        """A file to be read, with a position of its own."""

    def verify(self, data: bytes | bytearray, offset: int = 0) -> None:
        """Compares `data` with what is at `offset`; `ValueError` names the first byte that differs."""

    def __iter__(self) -> Chunks: ...
    def __len__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...
    def __eq__(self, other: Any, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]

@final
class Chunks(Iterator[memoryview]):
    """Views of one part after the other."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> memoryview: ...

@final
class BytesReader:
    """Bytes with a position, as what takes files of Python takes them."""

    def read(self, size: int | None = None, /) -> bytes:
        """The next `size` bytes, or as many as are left; all where it is negative or none."""

    def readinto(self, buffer: Buffer) -> int:
        """Fills a buffer with the next bytes, and returns how many: 0 at the end."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Goes to a position: from the beginning (0), from here (1) or from the end (2)."""

    def tell(self) -> int:
        """The position."""

    def readable(self) -> bool:
        """Whether it can be read."""

    def seekable(self) -> bool:
        """Whether it has a position that can be set."""

    def writable(self) -> bool:
        """Whether it can be written to: no."""

    def isatty(self) -> bool:
        """Whether it is a terminal: no."""

    def flush(self) -> None:
        """Does nothing: there is nothing to be written."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""

    def close(self) -> None:
        """Ends it; a second time does nothing."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_error: object) -> None: ...

class MarcError(ValueError):
    """A record is not what it should be."""

    record: int | None
    """Its index in the file, from 0, where it is one of a file."""
    offset: int | None
    """Where it begins in the file, in bytes."""
    control_number: str | None
    """Its field 001, if that could be read."""

@final
class Field:
    """A field as it was when it was asked for. The record is changed by methods of the record."""

    @property
    def tag(self) -> str:
        """Three characters."""

    @property
    def indicators(self) -> str:
        """Two characters; none of a control field."""

    @property
    def data(self) -> str | None:
        """The text of a control field; none of a data field."""

    @property
    def subfields(self) -> list[tuple[str, str]]:
        """Pairs of a code and a text, in their order; none of a control field."""

    @overload
    def get(self, code: str, default: None = None) -> str | None:
        """The text of the first subfield of a code, or `default`."""

    @overload
    def get(self, code: str, default: str) -> str: ...
    def get_subfields(self, *codes: str) -> list[str]:
        """The texts of the subfields of these codes."""

    def __getitem__(self, code: str, /) -> str: ...
    def __contains__(self, code: str, /) -> bool: ...
    def __eq__(self, other: Any, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]

@final
class Record:
    """A record of ISO 2709 and MARC 21: a leader, and fields in an order that is kept."""

    def __new__(cls, leader: str | None = None) -> Self: ...
    @staticmethod
    def from_bytes(data: bytes) -> Record:
        """The record that `data` is: all of it, and checked to the byte."""

    @staticmethod
    def generate(index: int, *, seed: int = 0) -> Record:
        """A record that nobody catalogued: the same for the same arguments, everywhere."""

    @property
    def leader(self) -> str:
        """The leader: 24 characters."""

    @leader.setter
    def leader(self, leader: str, /) -> None: ...
    def add_control(self, tag: str, text: str) -> None:
        """Adds a control field (`001` to `009`) behind the others."""

    def add_field(
        self, tag: str, indicators: str, subfields: Sequence[tuple[str, str]]
    ) -> None:
        """Adds a data field behind the others: two indicators, and pairs of a code and a text."""

    def get_fields(self, *tags: str) -> list[Field]:
        """The fields of these tags, in their order; all of them without tags."""

    @overload
    def get(self, tag: str, default: None = None) -> Field | None:
        """The first field of a tag, or `default`."""

    @overload
    def get(self, tag: str, default: _T) -> Field | _T: ...
    def remove_fields(self, *tags: str) -> int:
        """Removes the fields of these tags, and returns how many there were."""

    def to_json(self) -> str:
        """MARC-in-JSON, as pymarc reads and writes it."""

    def to_xml(self) -> str:
        """MARCXML: a collection with this record."""

    def copy(self) -> Record:
        """A copy that is changed on its own."""

    def __getitem__(self, tag: str, /) -> Field: ...
    def __contains__(self, tag: str, /) -> bool: ...
    def __iter__(self) -> Iterator[Field]: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __bytes__(self) -> bytes: ...
    def __copy__(self) -> Record: ...
    def __deepcopy__(self, _memo: Any, /) -> Record: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...
    def __eq__(self, other: Any, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]

@final
class MarcReader(Iterator[Record]):
    """Reads records: an iterator over those of a path, of bytes, or of anything with `read`."""

    def __new__(
        cls,
        source: str | os.PathLike[str] | bytes | bytearray | _Readable,
        *,
        lenient: bool = False,
        marc8: Literal["keep", "decode", "refuse"] = "keep",
    ) -> Self: ...
    @property
    def problems(self) -> list[_Problem]:
        """What was wrong so far with the input of a lenient reader."""

    @property
    def offset(self) -> int | None:
        """Where in the input the next record begins, in bytes; none once it is closed."""

    def close(self) -> None:
        """Lets go of the input. An object that was handed in stays open."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> Record: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_error: object) -> None: ...

@final
class MarcWriter:
    """Writes records to a file, or to anything with a method `write`."""

    def __new__(
        cls,
        target: str | os.PathLike[str] | _Writable,
        *,
        oversize: Literal["error", "cut", "leave_out"] = "error",
        fsync: Literal["none", "file", "dir"] = "none",
    ) -> Self: ...
    def write(self, record: Record) -> None:
        """Writes a record."""

    def write_many(self, records: Iterable[Record]) -> int:
        """Writes records one after the other, and returns how many. Other threads run meanwhile."""

    def flush(self) -> None:
        """Hands the output what there is. A file is not visible before `close` all the same."""

    def close(self) -> None:
        """Writes what is left and makes a file visible; a second time does nothing."""

    def discard(self) -> None:
        """Ends the writer without a file. What an object was handed stays there."""

    @property
    def closed(self) -> bool:
        """Whether it was closed or discarded."""

    @property
    def records(self) -> int:
        """Records so far, those that were cut among them."""

    @property
    def bytes(self) -> int:
        """Bytes of these records."""

    @property
    def left_out(self) -> int:
        """Records that were too long and are left out, by `oversize="leave_out"`."""

    @property
    def cut(self) -> int:
        """Records that were too long and are cut, by `oversize="cut"`."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        error: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None: ...

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

def encode_marc(
    records: Iterable[Record], *, oversize: Literal["error", "cut", "leave_out"] = "error"
) -> bytes:
    """Records in ISO 2709, one behind the other: what `MarcWriter` would write, as `bytes`."""

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
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...
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

@final
class ThreePhaseWriter:
    """A comparator for the lab, which the package does not export."""

    def __new__(cls, target: object) -> Self: ...
    def write(self, record: Record) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        error: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
        /,
    ) -> None: ...
