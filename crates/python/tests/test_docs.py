"""What the documentation shows is true, and what type checkers are told is there."""

import doctest
import inspect
import subprocess
import sys

import pytest

import inrush

CLASSES = [
    thing
    for name, thing in sorted(vars(inrush).items())
    if inspect.isclass(thing) and name in inrush.__all__
]
# These are not made by their names.
CLASSES += [type(inrush.Bytes(1).open()), type(inrush.Bytes(1).chunks())]


def documented():
    yield "encode_marc", inrush.encode_marc.__doc__
    for cls in CLASSES:
        yield cls.__name__, cls.__doc__
        for name, member in vars(cls).items():
            doc = getattr(member, "__doc__", None)
            if not name.startswith("_") and doc:
                yield f"{cls.__name__}.{name}", doc


NAMES = vars(inrush) | {name: pytest.importorskip(name) for name in ("duckdb", "polars", "pyarrow")}
NAMES["inrush"] = inrush
EXAMPLES = [
    test
    for name, doc in documented()
    if (test := doctest.DocTestParser().get_doctest(doc, dict(NAMES), name, None, 0)).examples
]


@pytest.mark.parametrize("test", EXAMPLES, ids=lambda test: test.name)
def test_examples_are_true(test, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=report.append)
    assert not runner.summarize(verbose=False).failed, "".join(report)


def test_the_examples_of_bytes_and_records_are_among_them():
    names = {test.name for test in EXAMPLES}
    assert {"Bytes", "Bytes.fill", "Bytes.open", "MarcReader", "MarcWriter", "Record"} <= names
    assert "encode_marc" in names


def test_every_class_and_method_says_what_it_is_for():
    for cls in CLASSES:
        assert cls.__doc__, cls
        for name, member in vars(cls).items():
            said_by_io = {"readable", "seekable", "writable", "isatty"}
            if not name.startswith("_") and name not in said_by_io and member is not None:
                assert member.__doc__, f"{cls.__name__}.{name}"


TYPED = '''
import io
from collections.abc import Iterator
from pathlib import Path

from inrush import Bytes, Field, MarcError, MarcReader, MarcWriter, Record, encode_marc

data = Bytes(1000, dedup=1.5, seed=7)
n: int = data.fill(bytearray(10), 5, parallel=True)
some: bytes = data.read(0, 10)
views: list[memoryview] = list(data.chunks(100))
with data.open() as file:
    position: int = file.seek(5, io.SEEK_SET)
    n = file.readinto(memoryview(bytearray(5)))

record = Record()
record.add_field("245", "10", [("a", "title")])
field: Field = record["245"]
title: str = field["a"]
perhaps: str | None = field.get("b")
surely: str = field.get("b", "none")
other: Field | int = record.get("246", 5)
tags: list[str] = [one.tag for one in record]


class Output:
    def write(self, view: memoryview) -> int:
        return len(view)


def records() -> Iterator[Record]:
    yield record


for target in (Path("a"), "a", io.BytesIO(), Output()):
    with MarcWriter(target, oversize="cut") as writer:
        writer.write(record)
        n = writer.write_many(records()) + writer.write_many([record])
some = encode_marc(records(), oversize="cut")
try:
    for found in MarcReader(io.BytesIO(), lenient=True):
        leader: str = found.leader
except MarcError as error:
    index: int | None = error.record
'''

WRONG = '''
from inrush import Bytes, MarcWriter, Record

Bytes("5")
Bytes(5).fill("text")
Record().add_field("245", "10", ["a"])
MarcWriter("a", oversize="maybe")
MarcWriter(5)
MarcWriter("a").write(b"bytes")
'''


def mypy(*arguments):
    pytest.importorskip("mypy")
    result = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True)
    return result.returncode, result.stdout + result.stderr


def test_type_checkers_take_what_is_right_and_refuse_what_is_not(tmp_path):
    (tmp_path / "typed.py").write_text(TYPED)
    cache = ["--strict", "--cache-dir", str(tmp_path / "cache")]
    assert mypy("mypy", *cache, str(tmp_path / "typed.py")) == (
        0, "Success: no issues found in 1 source file\n",
    )
    (tmp_path / "wrong.py").write_text(WRONG)
    code, said = mypy("mypy", *cache, str(tmp_path / "wrong.py"))
    wrong = [int(line.split(":")[1]) for line in said.splitlines() if ": error:" in line]
    assert code and sorted(set(wrong)) == [4, 5, 6, 7, 8, 9], said


def test_the_stubs_are_those_of_the_compiled_part():
    code, said = mypy("mypy.stubtest", "inrush", "--ignore-disjoint-bases")
    assert code == 0, said
