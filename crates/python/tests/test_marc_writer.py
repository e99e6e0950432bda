"""`MarcWriter`: every record once and whole, or a named error; what the output does is its own affair."""

import io
import itertools
import os
import random

import pytest

import catalogue
from inrush import MarcError, MarcReader, MarcWriter, Record, encode_marc

RECORDS = [Record.generate(i, seed=3) for i in range(3000)]
DATA = b"".join(map(bytes, RECORDS))
# An object is called with blocks of about so many bytes.
BLOCK = 1 << 20
assert len(DATA) > 2 * BLOCK


def written(records, **options):
    out = io.BytesIO()
    with MarcWriter(out, **options) as writer:
        writer.write_many(records)
    return out.getvalue()


def numbers(data):
    return [record["001"].data for record in MarcReader(data)]


# What is written


@pytest.mark.parametrize("source", [list, tuple, iter, lambda records: (one for one in records)])
def test_records_are_written_as_they_are(source):
    assert written(source(RECORDS)) == DATA
    assert written(source([])) == b""


@pytest.mark.parametrize("source", [list, tuple, iter, lambda records: (one for one in records)])
@pytest.mark.parametrize("n", [0, 1, 100, 10_000])
def test_bytes_are_what_a_writer_writes(source, n):
    records = list(itertools.islice(itertools.cycle(RECORDS), n))
    assert encode_marc(source(records)) == b"".join(map(bytes, records))


def test_bytes_are_of_records_alone_and_an_iterator_may_raise():
    with pytest.raises(TypeError, match="item 2 is bytes, not Record"):
        encode_marc([*RECORDS[:2], bytes(RECORDS[2])])
    with pytest.raises(TypeError, match="not iterable"):
        encode_marc(5)

    def broken():
        yield RECORDS[0]
        raise KeyError("broken")

    with pytest.raises(KeyError):
        encode_marc(broken())
    with pytest.raises(ValueError, match="oversize is error, cut or leave_out"):
        encode_marc([], oversize="maybe")


def test_one_at_a_time_is_the_same_as_many():
    out = io.BytesIO()
    with MarcWriter(out) as writer:
        for i, record in enumerate(RECORDS):
            writer.write(record)
            assert writer.records == i + 1
        assert writer.bytes == len(DATA) and writer.left_out == writer.cut == 0
    assert out.getvalue() == DATA and not out.closed


def test_lists_and_single_records_come_in_the_order_of_the_calls():
    out = io.BytesIO()
    writer = MarcWriter(out)
    assert writer.write_many(RECORDS[:10]) == 10
    writer.write(RECORDS[10])
    assert writer.write_many(itertools.islice(RECORDS, 11, None)) == len(RECORDS) - 11
    assert writer.write_many([]) == writer.write_many(()) == writer.write_many(iter(())) == 0
    writer.close()
    assert out.getvalue() == DATA and writer.records == len(RECORDS)


def test_a_long_generator_is_written_to_its_end():
    n = 10_000
    assert len(numbers(written(RECORDS[i % 7] for i in range(n)))) == n


def test_a_record_that_was_read_is_written_byte_for_byte():
    data = bytes(catalogue.made_of([("001", "first"), ("003", "2nd")]))
    data = data[:24] + data[36:48] + data[24:36] + data[48:]
    marc8 = b"00048nam  2200037 i 4500245001000000\x1e10\x1faCaf\xe2e\x1e\x1d"
    assert written([Record.from_bytes(data), Record.from_bytes(marc8)]) == data + marc8


def test_foreign_readers_read_what_is_written():
    records = RECORDS[:300] + [catalogue.made_of(fields) for fields in catalogue.AWKWARD.values()]
    data = written(records)
    wanted = [catalogue.of(record) for record in records]
    assert catalogue.by_pymarc(data) == wanted


@catalogue.needs_mrrc
def test_mrrc_reads_what_is_written():
    records = RECORDS[:300] + [catalogue.made_of(fields) for fields in catalogue.AWKWARD.values()]
    wanted = [sorted(catalogue.of(record)) for record in records]
    assert catalogue.by_mrrc(written(records)) == wanted


def test_what_foreign_writers_write_is_written_again_byte_for_byte():
    ours = [catalogue.of(record) for record in RECORDS[:100]] + list(catalogue.AWKWARD.values())
    theirs = b"".join(catalogue.pymarc_made_of(fields).as_marc() for fields in ours)
    assert written(MarcReader(theirs)) == theirs


@catalogue.needs_mrrc
def test_what_mrrc_writes_is_written_again_byte_for_byte():
    theirs = catalogue.rewritten_by_mrrc(DATA[:300_000])
    assert theirs and written(MarcReader(theirs)) == theirs


# Records that are too long


LONGEST, TOO_LONG = (catalogue.made_of(catalogue.of_length(n)) for n in [99_999, 100_000])
LONG_FIELD = catalogue.made_of([("001", "long-2"), ("500", "  ", [("a", "é" * 5_000)])])


def test_the_longest_record_is_written():
    data = written([LONGEST])
    assert len(data) == 99_999 and list(MarcReader(data)) == [LONGEST]
    assert catalogue.by_pymarc(data) == [catalogue.of(LONGEST)]


@pytest.mark.parametrize(
    ("record", "text"), [(TOO_LONG, "100000 bytes"), (LONG_FIELD, "field 500 has 10005 bytes")]
)
@pytest.mark.parametrize("many", [True, False])
def test_a_longer_one_is_refused_and_the_next_is_written(record, text, many):
    out = io.BytesIO()
    with MarcWriter(out) as writer:
        with pytest.raises(MarcError, match=text) as raised:
            if many:
                writer.write_many([RECORDS[0], record, RECORDS[1]])
            else:
                writer.write(RECORDS[0])
                writer.write(record)
        assert writer.records == 1
        writer.write(RECORDS[2])
    error = raised.value
    assert (error.record, error.offset) == (1, len(bytes(RECORDS[0])))
    assert error.control_number == record["001"].data
    assert out.getvalue() == bytes(RECORDS[0]) + bytes(RECORDS[2])


@pytest.mark.parametrize("record", [TOO_LONG, LONG_FIELD])
def test_bytes_with_a_longer_one_are_those_of_a_writer_that_is_asked_the_same(record):
    records = [RECORDS[0], record, *RECORDS[1:2000], record]
    with pytest.raises(MarcError) as raised:
        encode_marc(records)
    error = raised.value
    assert (error.record, error.offset) == (1, len(bytes(RECORDS[0])))
    assert error.control_number == record["001"].data
    for policy in ["cut", "leave_out"]:
        assert encode_marc(records, oversize=policy) == written(records, oversize=policy)


@pytest.mark.parametrize("record", [TOO_LONG, LONG_FIELD])
def test_a_longer_one_is_cut_or_left_out_as_asked_and_counted(record):
    for policy, n in [("cut", 2), ("leave_out", 1)]:
        out = io.BytesIO()
        with MarcWriter(out, oversize=policy) as writer:
            writer.write(record)
            assert writer.write_many([record, RECORDS[0]]) == 2
            assert (writer.cut, writer.left_out) == ((2, 0) if policy == "cut" else (0, 2))
            assert writer.records == (3 if policy == "cut" else 1)
        read = list(MarcReader(out.getvalue()))
        assert read[-1] == RECORDS[0] and writer.bytes == len(out.getvalue())
        for cut in read[:-1]:
            assert cut["001"] == record["001"] and len(bytes(cut)) <= 99_999
            for old, new in zip(record, cut):
                assert (old.data or old["a"]).startswith(new.data or new["a"])


def test_a_record_without_fields_is_refused_by_every_policy():
    for policy in ["error", "cut", "leave_out"]:
        writer = MarcWriter(io.BytesIO(), oversize=policy)
        with pytest.raises(MarcError, match="no fields"):
            writer.write(Record())
        with pytest.raises(MarcError, match="no fields"):
            writer.write_many([Record()])
        assert writer.records == 0
        writer.discard()


@pytest.mark.parametrize("wrong", [{"oversize": "maybe"}, {"fsync": "always"}])
def test_options_that_are_none_are_a_value_error(wrong):
    with pytest.raises(ValueError, match="maybe|always"):
        MarcWriter(io.BytesIO(), **wrong)


# What is no record, and iterators that raise


@pytest.mark.parametrize("source", [list, tuple, iter])
@pytest.mark.parametrize("thing", [None, 5, b"bytes", "text", [RECORDS[0]]])
def test_something_else_among_records_is_a_type_error_behind_those_before_it(source, thing):
    out = io.BytesIO()
    with MarcWriter(out) as writer:
        with pytest.raises(TypeError, match=f"item 2 is {type(thing).__name__}, not Record"):
            writer.write_many(source([*RECORDS[:2], thing, *RECORDS[2:5]]))
        assert writer.records == 2
        writer.write_many(RECORDS[2:5])
    assert out.getvalue() == b"".join(map(bytes, RECORDS[:5]))


def test_something_else_far_into_an_iterator_is_counted_right():
    items = itertools.chain(itertools.repeat(RECORDS[0], 10_000), ["text"])
    with MarcWriter(io.BytesIO()) as writer, pytest.raises(TypeError, match="item 10000 is str"):
        writer.write_many(items)
    assert writer.records == 10_000


@pytest.mark.parametrize("n", [0, 1, 4095, 4096, 4097, 9000])
def test_what_a_generator_has_yielded_before_it_raises_is_written(n):
    raised = KeyError("once")

    def records():
        for i in range(n):
            yield RECORDS[i % 10]
        raise raised

    out = io.BytesIO()
    with MarcWriter(out) as writer:
        with pytest.raises(KeyError) as caught:
            writer.write_many(records())
        assert caught.value is raised and writer.records == n
    assert len(numbers(out.getvalue())) == n


def test_what_is_neither_a_record_nor_records_is_a_type_error():
    with MarcWriter(io.BytesIO()) as writer:
        for thing in [None, 5, b"bytes", bytes(RECORDS[0]), [RECORDS[0]]]:
            with pytest.raises(TypeError):
                writer.write(thing)
        for thing in [None, 5]:
            with pytest.raises(TypeError):
                writer.write_many(thing)
        # A record is an iterable, of fields.
        with pytest.raises(TypeError, match="item 0 is Field"):
            writer.write_many(RECORDS[0])


# Files


def test_a_file_appears_when_it_is_closed(tmp_path):
    path = tmp_path / "records.mrc"
    for target in [path, str(path)]:
        writer = MarcWriter(target)
        writer.write_many(RECORDS)
        writer.flush()
        assert not path.exists()
        writer.close()
        assert path.read_bytes() == DATA and os.listdir(tmp_path) == [path.name]
        path.unlink()


@pytest.mark.parametrize("fsync", ["none", "file", "dir"])
def test_an_existing_file_is_replaced_when_it_is_closed(tmp_path, fsync):
    path = tmp_path / "records.mrc"
    path.write_bytes(b"before")
    with MarcWriter(path, fsync=fsync) as writer:
        writer.write_many(RECORDS)
        writer.flush()
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == DATA and os.listdir(tmp_path) == [path.name]


def test_an_exception_leaves_no_file_and_an_existing_one_as_it_was(tmp_path):
    for before in [None, b"before"]:
        path = tmp_path / "records.mrc"
        if before:
            path.write_bytes(before)
        with pytest.raises(KeyError, match="mine"), MarcWriter(path) as writer:
            writer.write_many(RECORDS)
            raise KeyError("mine")
        assert writer.closed
        assert os.listdir(tmp_path) == ([path.name] if before else [])
        assert not before or path.read_bytes() == before


def test_a_writer_that_is_discarded_leaves_no_file(tmp_path):
    writer = MarcWriter(tmp_path / "records.mrc")
    writer.write_many(RECORDS)
    writer.discard()
    assert os.listdir(tmp_path) == [] and writer.closed and writer.records == len(RECORDS)
    writer.discard()
    writer.close()


def test_a_writer_without_records_makes_an_empty_file(tmp_path):
    with MarcWriter(tmp_path / "empty.mrc"):
        pass
    assert (tmp_path / "empty.mrc").read_bytes() == b""


def test_paths_that_cannot_be_written_to_are_named(tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        MarcWriter(tmp_path / "none" / "records.mrc")
    assert raised.value.errno == 2 and "records.mrc" in str(raised.value.filename)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        MarcWriter(tmp_path / "file" / "records.mrc")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        with MarcWriter(tmp_path / "folder") as writer:
            writer.write(RECORDS[0])
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


@pytest.mark.parametrize("thing", [None, 5, b"path", [], object(), Record()])
def test_what_cannot_be_written_to_is_a_type_error(thing):
    with pytest.raises(TypeError, match="a path or an object with `write`"):
        MarcWriter(thing)


def test_a_text_file_is_refused_before_anything_is_written(tmp_path):
    with open(tmp_path / "text", "w") as file:
        for text in [file, io.StringIO()]:
            with pytest.raises(TypeError, match='"wb"'):
                MarcWriter(text)


@pytest.mark.parametrize("mode", ["w", "wb", "raw"])
def test_an_open_file_is_written_to_and_stays_open(tmp_path, mode):
    path = tmp_path / "records.mrc"
    with open(path, "wb", buffering=0 if mode == "raw" else -1) as file:
        file.write(b"before")
        with MarcWriter(file) as writer:
            writer.write_many(RECORDS)
        assert not file.closed and path.read_bytes() == b"before" + DATA


# A full disk


needs_full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")


@needs_full
@pytest.mark.parametrize("n", [1, len(RECORDS)])
def test_a_full_device_is_an_error_at_the_latest_at_the_close(n):
    writer = MarcWriter("/dev/full")
    with pytest.raises(OSError) as raised:
        writer.write_many(RECORDS[:n])
        writer.close()
    assert raised.value.errno == 28 and raised.value.filename is not None
    if not writer.closed:
        with pytest.raises(OSError):
            writer.close()
    assert writer.closed
    writer.close()
    assert os.path.exists("/dev/full")


@needs_full
def test_a_full_device_is_an_error_of_with():
    with pytest.raises(OSError) as raised, MarcWriter("/dev/full") as writer:
        writer.write(RECORDS[0])
    assert raised.value.errno == 28 and writer.closed


@needs_full
@pytest.mark.parametrize("buffering", [0, 8192])
@pytest.mark.parametrize("n", [1, len(RECORDS)])
def test_an_open_file_on_a_full_device_is_an_error_at_the_latest_at_the_close(buffering, n):
    file = open("/dev/full", "wb", buffering=buffering)
    writer = MarcWriter(file)
    with pytest.raises(OSError) as raised:
        writer.write_many(RECORDS[:n])
        writer.close()
    assert raised.value.errno == 28
    if not writer.closed:
        writer.discard()
    try:
        file.close()
    except OSError:
        # What the file itself had kept.
        assert buffering


def test_a_file_that_may_grow_no_more_is_an_error_and_is_not_there(tmp_path):
    resource = pytest.importorskip("resource")
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (BLOCK, before[1]))
    try:
        with pytest.raises(OSError) as raised, MarcWriter(tmp_path / "records.mrc") as writer:
            writer.write_many(RECORDS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)
    assert raised.value.errno == 27 and os.listdir(tmp_path) == [] and writer.closed


# The end


def test_a_closed_writer_refuses_records_and_nothing_else():
    out = io.BytesIO()
    writer = MarcWriter(out)
    writer.write(RECORDS[0])
    assert not writer.closed
    writer.close()
    for call in [
        lambda: writer.write(RECORDS[0]), lambda: writer.write_many(RECORDS),
        lambda: writer.write_many([]), writer.flush, writer.__enter__,
    ]:
        with pytest.raises(ValueError, match="closed"):
            call()
    writer.close()
    writer.discard()
    assert writer.closed and writer.records == 1 and writer.bytes == len(out.getvalue())
    assert out.getvalue() == bytes(RECORDS[0]) and not out.closed


def test_a_with_that_was_closed_inside_ends_quietly(tmp_path):
    for target in [io.BytesIO(), tmp_path / "records.mrc"]:
        with MarcWriter(target) as writer:
            writer.write(RECORDS[0])
            writer.close()
    assert (tmp_path / "records.mrc").read_bytes() == bytes(RECORDS[0])
    with pytest.raises(KeyError), MarcWriter(tmp_path / "records.mrc") as writer:
        writer.close()
        raise KeyError


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_calls_writes_what_was_said(seed):
    draw = random.Random(seed)
    out, said = io.BytesIO(), []
    with MarcWriter(out) as writer:
        while len(said) < 5_000:
            some = [draw.choice(RECORDS) for _ in range(draw.choice([0, 1, 2, 50, 1000]))]
            match draw.randrange(4):
                case 0:
                    said += some[:1]
                    for record in some[:1]:
                        writer.write(record)
                case 1:
                    said += some
                    writer.write_many(some)
                case 2:
                    said += some
                    writer.write_many(iter(some))
                case 3:
                    writer.flush()
                    assert out.getvalue() == b"".join(map(bytes, said))
            assert writer.records == len(said)
    assert out.getvalue() == b"".join(map(bytes, said))
