"""Whole jobs from Python: the command's bytes, Python's exceptions, and threads that go on."""

import hashlib
import inspect
import json
import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

import inrush

JOBS = {
    "table": (
        lambda out, **options: inrush.write_table("builtin:seed7", "10k", out, files=5, **options),
        ["table", "--schema", "builtin:seed7", "--rows", "10k", "--files", "5"],
    ),
    "bytes": (
        lambda out, **options: inrush.write_bytes(
            5, "100k", out, dedup=1.5, compress=2.5, **options
        ),
        ["bytes", "--objects", "5", "--size", "100k", "--dedup", "1.5", "--compress", "2.5"],
    ),
    "marc": (
        lambda out, **options: inrush.write_marc(1000, out, files=5, **options),
        ["marc", "--records", "1000", "--files", "5"],
    ),
}


@pytest.fixture(params=JOBS)
def job(request):
    return JOBS[request.param]


def digests(folder):
    """A digest of every file, the manifests aside, which hold times."""
    files = (path for path in pathlib.Path(folder).iterdir() if not path.name.startswith("_"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def run_python(script, *arguments, **options):
    """Starts a Python that runs `script`."""
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, **pipes, **options)


def test_a_job_writes_the_bytes_of_the_command(job, tmp_path):
    command = os.environ.get("INRUSH_COMMAND")
    if not command:
        pytest.skip("INRUSH_COMMAND does not name the command `inrush`")
    write, arguments = job
    out = ["--out", str(tmp_path / "command"), "--seed", "7", "--json"]
    printed = subprocess.run([command, *arguments, *out], check=True, capture_output=True)
    summary = write(tmp_path / "python", seed=7)
    theirs = json.loads(printed.stdout)
    assert digests(tmp_path / "python") == digests(tmp_path / "command")
    assert summary.keys() == theirs.keys()
    same = ["files", "rows", "bytes", "resumed", "shard", "root", "failures"]
    assert {name: summary[name] for name in same} == {name: theirs[name] for name in same}


def test_bytes_are_frozen(tmp_path):
    summary = inrush.write_bytes(3, "100k", tmp_path, dedup=1.5, compress=2.5, seed=7)
    assert (summary["files"], summary["bytes"]) == (3, 300_000)
    assert summary["root"] == "bd0db74bd5886604"


def test_shards_together_are_one_run(job, tmp_path):
    write, _ = job
    whole = write(tmp_path / "whole")
    for i in range(3):
        shard = (i, 3) if i else "0/3"
        summary = write(tmp_path / "shards", shard=shard)
        assert summary["shard"] == {"index": i, "count": 3}
    assert inrush.verify(tmp_path / "shards", shard=(1, 3))["files"] == 2
    merged = inrush.merge(tmp_path / "shards")
    assert (merged["shards"], merged["root"]) == (3, whole["root"])
    assert digests(tmp_path / "shards") == digests(tmp_path / "whole")


def test_merging_what_is_not_complete_raises_and_changes_nothing(tmp_path):
    write = JOBS["bytes"][0]
    write(tmp_path, shard=(0, 3))
    write(tmp_path, shard=(2, 3))
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(inrush.JobError, match="shard 1/3: no manifest") as raised:
        inrush.merge(tmp_path)
    assert raised.value.summary["unfinished"][0]["name"] == "shard 1/3"
    assert not raised.value.out_of_space
    assert sorted(os.listdir(tmp_path)) == before
    with pytest.raises(ValueError, match=r"merge\(place\) comes first"):
        inrush.verify(tmp_path)


def test_verify_finds_a_changed_byte(job, tmp_path):
    write, _ = job
    write(tmp_path)
    assert inrush.verify(str(tmp_path))["mismatches"] == []
    path = max(tmp_path.glob("*-00003-of-00005.*"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    report = inrush.verify(tmp_path, jobs=1)
    assert [fault["name"] for fault in report["mismatches"]] == [path.name]
    assert report["files"] == 4


def test_explicit_defaults_are_the_defaults(tmp_path):
    for write, given in [
        (inrush.write_table, ["builtin:seed7", 100]),
        (inrush.write_bytes, [3, 1000]),
        (inrush.write_marc, [100]),
    ]:
        parameters = inspect.signature(write).parameters.values()
        defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        roots = [
            write(*given, tmp_path / f"{write.__name__}-{len(options)}", **options)["root"]
            for options in ({}, defaults)
        ]
        assert roots[0] == roots[1]


def test_every_option_is_taken(tmp_path):
    schema = tmp_path / "people.sql"
    schema.write_text("CREATE TABLE people (id SERIAL PRIMARY KEY, name TEXT)")
    options = {"files": "2", "format": "csv", "compression": "gzip", "seed": 3, "jobs": 1}
    run = {"mem": "1GiB", "chunk": 4096, "fsync": "dir", "part_size": "8MiB", "max_in_flight": 2}
    inrush.write_table(
        schema, "1k", tmp_path / "a", **options, **run, coordinator="mutex", fail_fast=True
    )
    inrush.write_table(schema.read_text(), 1000, tmp_path / "b", **options, direct=True)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert set(digests(tmp_path / "a")) == {f"people-0000{i}-of-00002.csv.gz" for i in (0, 1)}
    sizes = inrush.write_bytes(
        20, "lognormal:4KiB:1.5", "memory:", model="text", compress=3, dedup=2, dedup_unit="512"
    )
    assert sizes["files"] == 20


def test_progress_rises_to_the_total_and_is_told_once_at_the_end():
    told = []
    thread = threading.get_ident()

    def progress(done, total):
        assert threading.get_ident() == thread
        told.append((done, total))

    inrush.write_table("builtin:seed7", "1M", "memory:", files=8, format="csv", progress=progress)
    assert told == sorted(told)
    assert told[-1] == (1_000_000, 1_000_000)
    assert {total for _, total in told} == {1_000_000}
    told.clear()
    inrush.write_bytes(2, 4096, "null:", progress=progress)
    assert told == [(8192, 8192)]


def test_what_the_callback_raises_stops_the_job_and_nothing_unfinished_is_left(tmp_path):
    def progress(done, total):
        raise LookupError("enough")

    def write(**options):
        return inrush.write_table(
            "builtin:seed7", "3M", tmp_path, files=12, format="csv", jobs=2, **options
        )

    with pytest.raises(LookupError, match="enough") as raised:
        write(progress=progress)
    assert "resume=True makes those that are missing" in "".join(raised.value.__notes__)
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".inrush-part")]
    kept = len(digests(tmp_path))
    assert kept < 12
    summary = write(resume=True)
    assert (summary["files"], summary["resumed"]) == (12, kept)
    assert inrush.verify(tmp_path)["mismatches"] == []


def test_ctrl_c_leaves_nothing_unfinished_and_the_job_can_be_resumed(tmp_path):
    script = """
        import sys, inrush
        told = lambda done, total: print(done, flush=True)
        options = {"files": 12, "format": "csv", "progress": told}
        inrush.write_table("builtin:seed7", "3M", sys.argv[1], **options)
    """
    with run_python(script, tmp_path) as child:
        assert child.stdout.readline()
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate()
    assert child.returncode == -signal.SIGINT, errors
    assert "KeyboardInterrupt" in errors and "resume=True" in errors
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".inrush-part")]
    options = {"files": 12, "format": "csv", "resume": True}
    summary = inrush.write_table("builtin:seed7", "3M", tmp_path, **options)
    assert summary["files"] == 12 and summary["resumed"] < 12
    assert inrush.verify(tmp_path)["mismatches"] == []


def test_other_threads_of_python_go_on_while_a_job_runs():
    counted, stop = [0], threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1

    thread = threading.Thread(target=count)
    thread.start()
    before = counted[0]
    inrush.write_table("builtin:seed7", "500k", "memory:", jobs=1)
    during = counted[0] - before
    stop.set()
    thread.join()
    assert during > 10_000


def test_jobs_run_beside_each_other_in_threads(tmp_path):
    roots = {}

    def write(name):
        roots[name] = inrush.write_marc(2000, tmp_path / name, files=3, seed=4)["root"]

    threads = [threading.Thread(target=write, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(roots) == list("abcd") and len(set(roots.values())) == 1


def test_lack_of_space_is_said_with_the_path_and_the_others_are_whole(tmp_path):
    script = """
        import resource, sys, inrush
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        try:
            inrush.write_bytes(6, "lognormal:40k:1.0", sys.argv[1])
        except inrush.JobError as error:
            assert error.out_of_space
            assert {failure["cause"] for failure in error.summary["failures"]} == {"out_of_space"}
            assert error.summary["files"] + len(error.summary["failures"]) == 6
            print(error)
    """
    with run_python(script, tmp_path) as child:
        said, errors = child.communicate()
    assert child.returncode == 0, errors
    assert str(tmp_path) in said and "File too large" in said
    assert "make room, then resume=True" in said
    names = set(os.listdir(tmp_path))
    assert 1 < len(names) < 7 and not any(name.endswith(".inrush-part") for name in names)


def test_a_full_disk_that_takes_no_manifest_is_an_os_error_with_its_number(tmp_path):
    script = """
        import errno, resource, sys, inrush
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        try:
            inrush.write_bytes(3, 10, sys.argv[1])
        except OSError as error:
            assert error.errno == errno.EFBIG, error
            assert error.filename.startswith(sys.argv[1])
            print("said")
    """
    with run_python(script, tmp_path) as child:
        said, errors = child.communicate()
    assert said == "said\n", errors


def test_a_folder_that_is_taken_is_file_exists_error(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(FileExistsError, match=r"`mine.txt`; resume=True .* overwrite=True") as raised:
        inrush.write_marc(10, tmp_path)
    assert raised.value.filename == str(tmp_path)
    with pytest.raises(FileExistsError, match="nothing to resume"):
        inrush.write_marc(10, tmp_path, resume=True)
    inrush.write_marc(10, tmp_path / "job")
    with pytest.raises(FileExistsError, match="differs in records"):
        inrush.write_marc(11, tmp_path / "job", resume=True)
    assert inrush.write_marc(11, tmp_path / "job", overwrite=True)["rows"] == 11
    with pytest.raises(NotADirectoryError):
        inrush.write_marc(10, tmp_path / "mine.txt")
    with pytest.raises(FileNotFoundError, match="no manifest"):
        inrush.verify(tmp_path)
    with pytest.raises(FileNotFoundError):
        inrush.verify(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (["CREATE TABLE t (a GEOMETRY)", 1, "memory:"], {}, "column `a` has the unsupported type"),
        (["CREATE TABLE t (a INT", 1, "memory:"], {}, "line 1"),
        (["builtin:seed8", 1, "memory:"], {}, "there are: seed7"),
        (["CREATE TABLE t (a TINYINT UNIQUE)", 1000, "memory:"], {}, "widen the type"),
        (["builtin:seed7", "many", "memory:"], {}, "rows: `many` is not a quantity"),
        (["builtin:seed7", -1, "memory:"], {}, "rows is from 0"),
        (["builtin:seed7", 2**64, "memory:"], {}, "rows is from 0"),
        (["builtin:seed7", 1, ""], {}, "out: the destination is empty"),
        (["builtin:seed7", 1, "-"], {}, "standard output is for the command"),
        (["builtin:seed7", 1, "ftp://host"], {}, "no destination `ftp://`"),
        (["builtin:seed7", 1, "memory:"], {"format": "xml"}, "format is one of 'parquet', 'csv'"),
        (["builtin:seed7", 1, "memory:"], {"compression": "rar"}, "compression is one of 'none'"),
        (
            ["builtin:seed7", 1, "memory:"],
            {"format": "csv", "compression": "lz4"},
            "csv cannot be compressed by lz4",
        ),
        (["builtin:seed7", 1, "memory:"], {"format": "csv", "row_group_rows": 1}, "row groups"),
        (["builtin:seed7", 1, "memory:"], {"files": 0}, "at least one file"),
        (["builtin:seed7", 1, "memory:"], {"files": "1T"}, "too many"),
        (["builtin:seed7", 1, "memory:"], {"jobs": 0}, "jobs must be at least 1"),
        (["builtin:seed7", 1, "memory:"], {"seed": -1}, "seed is from 0"),
        (["builtin:seed7", 1, "memory:"], {"mem": "1MB"}, "mem: one file in flight needs"),
        (["builtin:seed7", 1, "memory:"], {"chunk": 0}, "chunk is from 1 B"),
        (["builtin:seed7", 1, "memory:"], {"part_size": "1KiB"}, "part_size is from 5 MiB"),
        (["builtin:seed7", 1, "memory:"], {"fsync": "yes"}, "fsync is one of"),
        (["builtin:seed7", 1, "memory:"], {"coordinator": "x"}, "'per-file', 'mutex'"),
        (["builtin:seed7", 1, "memory:"], {"direct": True}, "no page cache"),
        (["builtin:seed7", 1, "memory:"], {"shard": (2, 2)}, "the last of 2 is 1/2"),
        (["builtin:seed7", 1, "memory:"], {"shard": "1"}, "write i/n"),
        (["builtin:seed7", 1, "memory:"], {"shard": (-1, 2)}, "shard is from 0"),
        (["builtin:seed7", 1, "memory:"], {"shard": (0, 2**32)}, "write i/n"),
        (["builtin:seed7", 1, "memory:"], {"resume": True, "overwrite": True}, "exclude each"),
    ],
)
def test_what_makes_no_sense_is_a_value_error_that_says_what(arguments, options, said):
    with pytest.raises(ValueError) as raised:
        inrush.write_table(*arguments, **options)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"size": "lognormal:1"}, "size: "),
        ({"size": -1}, "size is from 0"),
        ({"objects": 0}, "at least one file"),
        ({"dedup": 0.5}, "dedup"),
        ({"compress": 100}, "compress"),
        ({"dedup_unit": 1000}, "unit"),
        ({"model": "zip"}, "no model is called `zip`"),
        ({"objects": "10M", "size": 2**62}, "are more than"),
    ],
)
def test_bytes_that_make_no_sense_are_a_value_error_that_says_what(options, said):
    given = {"objects": 1, "size": 1000, **options}
    with pytest.raises(ValueError) as raised:
        inrush.write_bytes(given.pop("objects"), given.pop("size"), "memory:", **given)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"file": 2}, "unexpected keyword argument 'file'"),
        ({"files": 2.0}, "files is a whole number or a text"),
        ({"progress": 3}, "progress is a function of (done, total), not int"),
        ({"resume": "no"}, "resume is True or False, not str"),
        ({"format": 1}, "format is a text, not int"),
        ({"shard": 1}, "shard is a pair"),
        ({"shard": ("a", 2)}, "shard is a pair"),
    ],
)
def test_what_is_of_another_type_is_a_type_error_that_says_what(options, said):
    with pytest.raises(TypeError) as raised:
        inrush.write_table("builtin:seed7", 10, "memory:", **options)
    assert said in str(raised.value)


def test_a_schema_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "missing.sql"
    with pytest.raises(FileNotFoundError, match="SQL with CREATE TABLE") as raised:
        inrush.write_table(path, 1, "memory:")
    assert raised.value.filename == str(path)
    (tmp_path / "latin.sql").write_bytes(b"CREATE TABLE t (a INT) -- \xe9")
    with pytest.raises(ValueError, match="UTF-8"):
        inrush.write_table(tmp_path / "latin.sql", 1, "memory:")


def test_a_job_error_survives_the_way_to_another_process(tmp_path):
    import pickle

    inrush.write_bytes(2, 10, tmp_path, shard=(0, 2))
    with pytest.raises(inrush.JobError) as raised:
        inrush.merge(tmp_path)
    error = pickle.loads(pickle.dumps(raised.value))
    assert type(error) is inrush.JobError and str(error) == str(raised.value)
    assert error.summary == raised.value.summary
