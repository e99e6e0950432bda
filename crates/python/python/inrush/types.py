"""The dicts that jobs and sets return, as the command prints them with `--json`."""

from typing import Literal, TypedDict

__all__ = [
    "Failure",
    "FileOutcome",
    "Merge",
    "Mismatch",
    "SetReport",
    "Shard",
    "Stalls",
    "Summary",
    "Verification",
]


class Shard(TypedDict):
    """Which part of a job: it makes the files `f` with `f % count == index`."""

    index: int
    count: int


class Stalls(TypedDict):
    """Seconds lost between generators and writers, summed over all threads."""

    generator_starved_s: float
    writer_blocked_s: float


class Failure(TypedDict):
    """A file that is not there."""

    name: str
    error: str
    cause: Literal["write", "out_of_space", "closed_pipe", "internal", "stopped"]


class Summary(TypedDict):
    """How a job went."""

    #: The shard that was made, if it was one: all that follows is of its files.
    shard: Shard | None
    #: Whole files, those of an earlier run that was resumed among them, with their rows and bytes.
    files: int
    rows: int
    bytes: int
    #: Files that an earlier run had finished.
    resumed: int
    #: Files that went through the page cache although they were to go past it.
    cached: int
    #: Wall-clock time.
    seconds: float
    #: Bytes that this run wrote, per second.
    bytes_per_s: float
    #: The most memory that the process has had at once, where the system tells.
    peak_rss_bytes: int | None
    #: Files in flight at most.
    jobs: int
    stalls: Stalls
    #: The root hash, once all files are whole and the manifest says so.
    root: str | None
    failures: list[Failure]


class Mismatch(TypedDict):
    """Something that is not as it should be: a file, or the manifest."""

    name: str
    problem: str


class Verification(TypedDict):
    """How a verification went; `files`, `rows` and `bytes` are of what is as it should be."""

    shard: Shard | None
    files: int
    rows: int
    bytes: int
    seconds: float
    #: Whether the files were generated once more. Where another version wrote them, only sizes,
    #: checksums and footers are checked.
    regenerated: bool
    #: The version that wrote the files.
    tool: str
    #: Whether it was stopped before its end.
    stopped: bool
    mismatches: list[Mismatch]


class Merge(TypedDict):
    """How merging went."""

    #: Shards whose manifests were merged; none where an earlier merge had done it.
    shards: int
    files: int
    rows: int
    bytes: int
    seconds: float
    #: The root hash of the whole job, if its manifest is there now.
    root: str | None
    stopped: bool
    #: Shards that are missing, or have files to make.
    unfinished: list[Mismatch]
    mismatches: list[Mismatch]


class FileOutcome(TypedDict):
    """What became of a file of a set."""

    path: str
    status: Literal["written", "failed", "cancelled", "timed_out"]
    #: How often it was begun or gone on with; 0 where the set ended before its turn.
    attempts: int
    #: Bytes that the call has put into the file for certain.
    bytes: int
    #: What failed last (`"create"`, `"write"`, `"sync"`, ...), and what the system said.
    action: str | None
    error: str | None


class SetReport(TypedDict):
    """What became of the files of a set; counts, and then every file in the order of the list."""

    files: int
    written: int
    failed: int
    cancelled: int
    timed_out: int
    #: The share of files that are written, from 0 to 1.
    success_rate: float
    bytes: int
    attempts: int
    seconds: float
    outcomes: list[FileOutcome]
