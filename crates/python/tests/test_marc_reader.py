"""`MarcReader`: each record as it is, or a named error; never a record without fields."""

import gc
import io
import pathlib
import random
import re
import unicodedata
import weakref

import pymarc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import catalogue
from inrush import MarcError, MarcReader, Record

RECORDS = [Record.generate(i, seed=3) for i in range(500)]
DATA = b"".join(map(bytes, RECORDS))
ONE, TWO = bytes(RECORDS[0]), bytes(RECORDS[1])


def read_all(source, **options):
    """All records, and what was raised, of a reader that is asked again after each error."""
    reader, records, errors = MarcReader(source, **options), [], []
    while True:
        try:
            records.append(next(reader))
        except StopIteration:
            break
        except MarcError as error:
            errors.append(error)
        assert len(errors) < 1000
    assert all(map(len, records)), "a record without fields"
    return records, errors, reader.problems


# Where records come from


def test_records_are_read_from_a_path_bytes_and_files(tmp_path):
    path = tmp_path / "records.mrc"
    path.write_bytes(DATA)
    with open(path, "rb") as file, open(path, "rb", buffering=0) as raw:
        sources = [path, str(path), DATA, bytearray(DATA), io.BytesIO(DATA), file, raw]
        for source in sources:
            assert list(MarcReader(source)) == RECORDS, source
        assert not file.closed and not raw.closed


def test_an_empty_input_has_no_records(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    for source in [b"", io.BytesIO(), tmp_path / "empty"]:
        assert read_all(source) == ([], [], [])
        assert read_all(source, lenient=True) == ([], [], [])


def test_bytes_that_are_changed_later_are_not_read_anew():
    data = bytearray(DATA)
    reader = MarcReader(data)
    first = next(reader)
    data.clear()
    assert first == RECORDS[0] and list(reader) == RECORDS[1:]


def test_faults_of_the_system_have_number_and_path(tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        MarcReader(tmp_path / "none")
    assert raised.value.errno == 2 and pathlib.Path(raised.value.filename) == tmp_path / "none"
    with pytest.raises(IsADirectoryError) as raised:
        next(MarcReader(tmp_path))
    assert raised.value.errno == 21 and pathlib.Path(raised.value.filename) == tmp_path


@pytest.mark.parametrize("source", [5, None, [], object(), memoryview(b"x")])
def test_what_cannot_be_read_is_a_type_error(source):
    with pytest.raises(TypeError, match="a path, bytes or an object"):
        MarcReader(source)


def test_options_that_are_none_are_a_value_error():
    with pytest.raises(ValueError, match="keep, decode or refuse"):
        MarcReader(b"", marc8="maybe")


def test_a_closed_reader_refuses_and_its_object_stays_open():
    file = io.BytesIO(DATA)
    with MarcReader(file) as reader:
        assert next(reader) == RECORDS[0] and reader.offset == len(ONE)
    with pytest.raises(ValueError, match="closed"):
        next(reader)
    reader.close()
    assert reader.offset is None and reader.problems == [] and not file.closed


# Objects with `read`


class Source:
    """Hands out what `answer` makes of the bytes that were asked for."""

    def __init__(self, answer, data=DATA):
        self.file, self.answer, self.sizes = io.BytesIO(data), answer, []

    def read(self, size):
        self.sizes.append(size)
        return self.answer(self.file, size)


def test_short_reads_are_no_end():
    sizes = random.Random(1)
    records = list(MarcReader(Source(lambda file, n: file.read(min(n, sizes.randint(1, 3000))))))
    assert records == RECORDS
    small = b"".join(map(bytes, RECORDS[:20]))
    assert list(MarcReader(Source(lambda file, _: file.read(1), small))) == RECORDS[:20]


def test_never_is_nothing_asked_for():
    source = Source(lambda file, n: file.read(n))
    assert list(MarcReader(source)) == RECORDS and min(source.sizes) > 0


def test_more_than_was_asked_for_is_a_value_error():
    source = Source(lambda _, n: b"x" * (n + 1))
    with pytest.raises(ValueError, match="asked for"):
        next(MarcReader(source))


@pytest.mark.parametrize("answer", ["text", None, 5, memoryview(DATA), [1]])
def test_what_is_not_bytes_is_a_type_error(answer):
    with pytest.raises(TypeError, match="bytes"):
        next(MarcReader(Source(lambda *_: answer)))


def test_a_text_file_is_a_type_error(tmp_path):
    (tmp_path / "text").write_text("text")
    with open(tmp_path / "text") as file, pytest.raises(TypeError, match="bytes"):
        next(MarcReader(file))


@pytest.mark.parametrize("kind", [OSError, RuntimeError, KeyboardInterrupt, MarcError])
def test_an_exception_of_the_object_is_raised_itself_and_reading_goes_on(kind):
    raised = kind("once")
    calls = []

    def answer(file, n):
        calls.append(None)
        if len(calls) == 3:
            raise raised
        return file.read(min(n, 1500))

    reader, records = MarcReader(Source(answer)), []
    while not records or records[-1] is not raised:
        try:
            records.append(reader.__next__())
        except kind as error:
            records.append(error)
    assert records.pop() is raised
    assert records + list(reader) == RECORDS


def test_an_object_that_calls_its_reader_is_a_runtime_error():
    source = Source(lambda *_: bytes(next(reader)))
    reader = MarcReader(source)
    with pytest.raises(RuntimeError):
        next(reader)


# What is wrong with records


def test_a_truncated_tail_is_an_error_at_every_byte():
    data = ONE + TWO
    for n in range(len(ONE), len(data)):
        records, errors, _ = read_all(data[:n])
        assert records == RECORDS[:1], n
        if n > len(ONE):
            (error,) = errors
            assert (error.record, error.offset) == (1, len(ONE))
            assert re.match(f"record 1 at byte {len(ONE)}.*: the input ends after", str(error)), error
        kept, errors, problems = read_all(data[:n], lenient=True)
        assert kept[0] == RECORDS[0] and not errors and len(problems) == (n > len(ONE))


def wrong():
    directory = bytearray(ONE)
    directory[27:31] = b"9x99"
    lengths = bytearray(ONE)
    lengths[27:31] = b"0001"
    base = bytearray(ONE)
    base[12:17] = b"99999"
    leader = bytearray(ONE)
    leader[10:12] = b"33"
    terminator = ONE[:-1] + b"\x1f"
    return {
        "a corrupt directory": (bytes(directory), "directory entry 0 is"),
        "wrong lengths": (bytes(lengths), "does not end with a field terminator"),
        "a wrong base address": (bytes(base), "base address"),
        "a leader of another format": (bytes(leader), "leader position 10"),
        "rubbish": (b"x" * 200, "where a record's length of five digits should"),
        "no fields": (b"00026nam a2200025 i 4500\x1e\x1d", "no fields"),
        "no terminator": (terminator, "do not end with a record terminator"),
    }


@pytest.mark.parametrize("name", wrong())
def test_a_wrong_record_is_named_and_the_next_is_read_if_it_can_be_told(name):
    data, text = wrong()[name]
    records, errors, _ = read_all(TWO + data + TWO)
    assert records[0] == RECORDS[1] and all(record == RECORDS[1] for record in records)
    assert text in str(errors[0]) and len(errors) == 1, errors
    assert (errors[0].record, errors[0].offset) == (1, len(TWO))
    if data[:1].isdigit() and data != ONE[:-1] + b"\x1f":
        assert len(records) == 2, "the end is where it should be"


@pytest.mark.parametrize("name", wrong())
def test_a_lenient_reader_lists_a_wrong_record_and_goes_on(name):
    data, text = wrong()[name]
    records, errors, problems = read_all(TWO + data + TWO, lenient=True)
    assert not errors and records[0] == RECORDS[1]
    problem = problems[0]
    assert set(problem) == {"record", "offset", "control_number", "fault", "outcome"}
    assert problem["record"] == 1 and problem["offset"] == len(TWO) and text in problem["fault"]
    assert problem["outcome"] in ("repaired", "skipped")
    if problem["outcome"] == "repaired":
        assert catalogue.of(records[1]) == catalogue.of(RECORDS[0])
        assert problem["control_number"] == RECORDS[0]["001"].data
    if name not in ("rubbish", "no terminator"):
        # Those two leave no telling where the next begins, and it goes with them.
        assert records[-1] == RECORDS[1]


def test_a_record_whose_text_is_wrong_is_kept_byte_for_byte():
    data = bytearray(ONE)
    title = RECORDS[0]["245"]["a"].encode()
    data[data.index(title) + 1] = 0xFF
    _, errors, _ = read_all(bytes(data) + TWO)
    assert "not UTF-8" in str(errors[0])
    records, _, problems = read_all(bytes(data) + TWO, lenient=True)
    assert bytes(records[0]) == data and records[1:] == [RECORDS[1]]
    assert [problem["outcome"] for problem in problems] == ["kept"]
    with pytest.raises(MarcError, match="not UTF-8"):
        list(records[0])


def test_what_is_wrong_is_told_by_record_offset_and_control_number():
    data = bytearray(DATA)
    at = sum(len(bytes(record)) for record in RECORDS[:7])
    data[at + 27 : at + 31] = b"zzzz"
    records, (error,), _ = read_all(bytes(data))
    number = RECORDS[7]["001"].data
    assert (error.record, error.offset, error.control_number) == (7, at, number)
    assert f"record 7 at byte {at} (001 {number})" in str(error)
    assert isinstance(error, ValueError) and records == RECORDS[:7] + RECORDS[8:]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(0, len(ONE) + len(TWO)), st.booleans())
def test_any_bytes_are_read_or_named(rubbish, at, lenient):
    whole = ONE + TWO
    for data in [rubbish, whole[:at] + rubbish + whole[at:], whole[:at] + rubbish]:
        records, errors, problems = read_all(data, lenient=lenient)
        assert records or errors or problems or not data
        assert not (errors if lenient else problems)
        assert sum(map(len, map(bytes, records))) <= len(data) + 100 * len(records)


# MARC-8


def in_marc8(text):
    field = b"10\x1fa" + text + b"\x1e"
    leader = b"%05dnam  2200037 i 4500245%04d00000\x1e" % (38 + len(field), len(field))
    return leader + field + b"\x1d"


TEXTS = [
    b"Caf\xe2e \xa5\xb2 \xb5\xc7",
    b"\x1b(NwOJNA I MIR\x1b(B",
    b"H\x1bb2\x1bsO",
    b"\x1b(2`abc\x1b(B",
    b"plain",
]


@pytest.mark.parametrize("text", TEXTS)
def test_marc8_is_kept_decoded_or_refused_as_asked(text):
    data = in_marc8(text)
    wanted = unicodedata.normalize("NFC", pymarc.marc8_to_unicode(text))
    (kept,) = MarcReader(data)
    assert bytes(kept) == data and kept.leader[9] == " "
    (decoded,) = MarcReader(data, marc8="decode")
    assert decoded.leader[9] == "a" or text == b"plain"
    for record in [kept, decoded, Record.from_bytes(bytes(decoded))]:
        assert unicodedata.normalize("NFC", record["245"]["a"]) == wanted
    (theirs,) = catalogue.by_pymarc(bytes(decoded))
    assert unicodedata.normalize("NFC", theirs[0][2][0][1]) == wanted
    if text == b"plain":
        assert list(MarcReader(data, marc8="refuse")) == [kept]
    else:
        records, (error,), _ = read_all(data + TWO, marc8="refuse")
        assert "MARC-8" in str(error) and records == [RECORDS[1]]


def test_marc8_that_is_not_decoded_is_named():
    data = in_marc8(b"\x1b$1!0!")
    (kept,) = MarcReader(data)
    assert bytes(kept) == data
    with pytest.raises(MarcError, match="EACC"):
        kept["245"]
    _, (error,), _ = read_all(data + TWO, marc8="decode")
    assert "EACC" in str(error)
    records, _, problems = read_all(data + TWO, lenient=True, marc8="decode")
    assert bytes(records[0]) == data and len(problems) == 1 and problems[0]["outcome"] == "kept"


# Objects that are gone


def test_a_reader_and_what_it_reads_from_go_together():
    class Source:
        def read(self, size):
            return b""

    source = Source()
    source.reader = MarcReader(source)
    assert list(source.reader) == []
    gone = weakref.ref(source)
    del source
    gc.collect()
    assert gone() is None


def test_an_interrupted_error_of_an_object_is_its_own():
    class Source:
        def read(self, size):
            raise InterruptedError("of the object")

    with pytest.raises(InterruptedError, match="of the object"):
        next(MarcReader(Source()))


# Foreign writers


def test_records_of_foreign_writers_are_read():
    fields = [catalogue.of(record) for record in RECORDS[:100]] + list(catalogue.AWKWARD.values())
    theirs = b"".join(catalogue.pymarc_made_of(one).as_marc() for one in fields)
    assert [catalogue.of(record) for record in MarcReader(theirs)] == fields


@catalogue.needs_mrrc
def test_records_that_mrrc_writes_are_read():
    fields = [catalogue.of(record) for record in RECORDS] + list(catalogue.AWKWARD.values())
    data = b"".join(bytes(catalogue.made_of(one)) for one in fields)
    found = [catalogue.of(record) for record in MarcReader(catalogue.rewritten_by_mrrc(data))]
    assert list(map(sorted, found)) == list(map(sorted, fields))
