"""`Bytes`: each byte is the same however it is asked for."""

import array
import ctypes
import hashlib
import io
import mmap
import os
import pathlib
import pickle
import shutil
import subprocess
import sys
import threading

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inrush import Bytes

SIZE = 1_000_003
DATA = Bytes(SIZE, dedup=1.5, compress=2.5, seed=7)
ALL = DATA.read()
# From so many bytes on other threads run.
DETACHED = 64 * 1024

AWKWARD_CUTS = [
    (offset, length)
    for offset in [0, 1, 63, 4095, 65_535, 500_001, SIZE - 1, SIZE, SIZE + 1, 2**63, 2**64 - 1]
    for length in [0, 1, 63, 64, 4097, DETACHED - 1, DETACHED, DETACHED + 1, SIZE]
]


# What the bytes are


def test_golden_checksums_are_those_of_the_stream_of_version_1():
    # In Rust, `crates/bytes/tests/it/golden.rs` keeps the xxh3 of the same two objects.
    size = (1 << 20) + 123
    default = Bytes(size)
    other = Bytes(size, seed=42, object=3, dedup=1.5, dedup_unit=65_536, compress=2.5)
    assert hashlib.sha256(default.read()).hexdigest() == (
        "2664fe3f10c1a52993eb57b2695e1508147d3bbecace13ab4871876b82849361"
    )
    assert hashlib.sha256(other.read()).hexdigest() == (
        "36e17429b58e0b356f9df393212823352bc62ca56a03dd81bd462d82eee98f48"
    )


@pytest.mark.parametrize("model", ["lz", "text"])
def test_the_reference_in_python_comes_to_the_same_bytes(model):
    reference = pathlib.Path(__file__).parents[2] / "bytes/tests/reference.py"
    seed, number, size, dedup, unit, compress, offset, length = 9, 2, 50_021, 1.5, 512, 2.0, 7, 9_000
    arguments = [seed, number, size, dedup, unit, compress, offset, length, model]
    command = [sys.executable, "-B", str(reference), *map(str, arguments)]
    wanted = subprocess.run(command, check=True, capture_output=True).stdout
    data = Bytes(
        size, seed=seed, object=number, dedup=dedup, dedup_unit=unit, compress=compress, model=model
    )
    assert data.read(offset, length) == wanted


def test_another_seed_object_or_ratio_is_another_object():
    different = [
        Bytes(SIZE),
        Bytes(SIZE, seed=1),
        Bytes(SIZE, object=1),
        Bytes(SIZE, dedup=2.0),
        Bytes(SIZE, compress=2.0),
        Bytes(SIZE, compress=2.0, model="text"),
    ]
    assert len({data.read() for data in different}) == len(different)
    for i, one in enumerate(different):
        assert [one == other for other in different] == [i == j for j in range(len(different))]


def test_what_it_was_made_of_can_be_asked_for():
    data = Bytes(2**64 - 1, dedup=2.0, compress=4.0, seed=2**64 - 1, object=3, dedup_unit=8192)
    assert (data.size, data.seed, data.object) == (2**64 - 1, 2**64 - 1, 3)
    assert (data.dedup, data.compress, data.dedup_unit) == (2.0, 4.0, 8192)
    assert len(DATA) == SIZE and DATA == Bytes(SIZE, dedup=1.5, compress=2.5, seed=7)
    assert DATA != 5


@pytest.mark.parametrize(
    "wrong",
    [{"dedup": 0.5}, {"compress": float("nan")}, {"dedup_unit": 1000}, {"model": "other"}],
)
def test_arguments_that_make_no_object_are_a_value_error(wrong):
    with pytest.raises(ValueError):
        Bytes(1000, **wrong)


def test_a_model_has_a_compress_ratio_of_its_own_where_none_is_asked_for():
    ratios = {model: Bytes(1000, model=model).compress for model in ["mix", "lz", "text"]}
    assert ratios == {"mix": 1.0, "lz": 1.0, "text": 2.4}
    with pytest.raises(ValueError, match="compress"):
        Bytes(1000, model="text", compress=1.0)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_gives_the_same_bytes(protocol):
    odd = Bytes(
        2**64 - 1, dedup=4 / 3, compress=2.1, seed=2**63, object=3, dedup_unit=512, model="text"
    )
    for data in [DATA, odd, Bytes(0)]:
        again = pickle.loads(pickle.dumps(data, protocol))
        assert again == data and repr(again) == repr(data)
        assert again.read(10_000, 5_000) == data.read(10_000, 5_000)


@pytest.mark.parametrize("size", [-1, 2**64])
def test_a_size_that_is_none_is_an_overflow_error(size):
    with pytest.raises(OverflowError):
        Bytes(size)


# Filling, reading, and cuts


@pytest.mark.parametrize(("offset", "length"), AWKWARD_CUTS)
def test_fill_and_read_agree_at_awkward_cuts(offset, length):
    wanted = ALL[offset : offset + length]
    buffer = bytearray(b"\xaa" * (length + 2))
    for parallel in [False, True]:
        assert DATA.fill(memoryview(buffer)[1:-1], offset, parallel=parallel) == len(wanted)
        rest = b"\xaa" * (length - len(wanted))
        assert buffer == b"\xaa" + wanted + rest + b"\xaa", "nothing else is touched"
    assert DATA.read(offset, length) == wanted


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_fill_and_read_agree_at_any_cut(data):
    offset = data.draw(st.integers(0, SIZE + 10))
    buffer = bytearray(data.draw(st.integers(0, 2 * DETACHED)))
    n = DATA.fill(buffer, offset)
    assert n == min(len(buffer), max(0, SIZE - offset))
    assert bytes(buffer[:n]) == ALL[offset : offset + n] == DATA.read(offset, n)
    assert not any(buffer[n:])


def test_an_object_of_no_bytes_has_none():
    empty = Bytes(0)
    assert empty.read() == b"" and list(empty) == [] and len(empty) == 0
    assert empty.fill(bytearray(5)) == 0 and empty.open().read() == b""


def test_negative_places_are_an_overflow_error():
    for call in [
        lambda: DATA.read(-1),
        lambda: DATA.read(0, -1),
        lambda: DATA.fill(bytearray(1), -1),
        lambda: DATA.chunks(10, -1),
        lambda: DATA.chunks(-10),
    ]:
        with pytest.raises(OverflowError):
            call()


def test_more_than_memory_can_hold_is_a_memory_error():
    huge = Bytes(2**64 - 1)
    with pytest.raises(MemoryError):
        huge.read()
    for chunk_bytes in [2**62, 2**63 - 1, 2**64 - 1]:
        with pytest.raises(MemoryError):
            huge.chunks(chunk_bytes)
    with pytest.raises(OverflowError, match="size"):
        len(huge)
    assert huge.read(2**64 - 10) == huge.read(2**64 - 10, 100)
    assert len(huge.read(2**64 - 10)) == 9


def test_verify_names_the_first_byte_that_differs():
    DATA.verify(ALL)
    DATA.verify(bytearray(ALL[1234:5678]), 1234)
    wrong = bytearray(ALL[1000:3000])
    wrong[123] ^= 1
    wrong[500] ^= 1
    with pytest.raises(ValueError, match="offset 1123"):
        DATA.verify(wrong, 1000)
    with pytest.raises(ValueError):
        DATA.verify(b"\0", SIZE)


# Buffers


def numpy_buffers():
    for dtype in ["u1", "i2", "f4", "f8", "c16", "?", "S7", [("OO", "f8"), ("x", "i4")]]:
        yield numpy.zeros(1001, dtype=dtype)
    yield numpy.zeros((3, 5, 7), dtype="f4")
    yield numpy.zeros((10, 10), dtype="u2")[2:5]


@pytest.mark.parametrize("buffer", list(numpy_buffers()), ids=lambda buffer: str(buffer.dtype))
def test_arrays_of_numpy_of_any_type_are_filled(buffer):
    assert DATA.fill(buffer, 99) == buffer.nbytes
    assert buffer.tobytes() == ALL[99 : 99 + buffer.nbytes]


def test_other_buffers_are_filled():
    large = bytearray(DETACHED * 2)
    mapped = mmap.mmap(-1, 8192)
    stream = io.BytesIO(bytes(1000))
    for buffer in [
        bytearray(1000),
        memoryview(large),
        memoryview(large)[13:-1],
        memoryview(large).cast("d"),
        array.array("d", [0.0] * 100),
        (ctypes.c_int * 100)(),
        mapped,
        stream.getbuffer(),
    ]:
        n = memoryview(buffer).nbytes
        assert DATA.fill(buffer, 5) == n
        assert memoryview(buffer).tobytes() == ALL[5 : 5 + n]
    assert stream.getvalue() == ALL[5:1005]


@pytest.mark.parametrize("buffer", [b"x" * 10, memoryview(b"x" * 10), "array"])
def test_read_only_buffers_are_refused_by_name(buffer):
    if buffer == "array":
        buffer = numpy.zeros(10)
        buffer.flags.writeable = False
    with pytest.raises(BufferError, match="read-only"):
        DATA.fill(buffer)


@pytest.mark.parametrize(
    "buffer",
    [
        memoryview(bytearray(100))[::2],
        memoryview(bytearray(100))[::-1],
        numpy.zeros((10, 10))[:, 2:5],
        numpy.zeros((10, 10)).T,
    ],
)
def test_buffers_that_are_not_contiguous_are_refused_by_name(buffer):
    with pytest.raises(BufferError, match="not contiguous"):
        DATA.fill(buffer)


@pytest.mark.parametrize(
    "buffer",
    [
        numpy.array([None, 1, "x"], dtype=object),
        numpy.zeros(3, dtype=[("a", "i4"), ("b", object)]),
        (ctypes.py_object * 3)(),
    ],
    ids=["array", "structure", "ctypes"],
)
def test_buffers_of_objects_are_refused(buffer):
    # Each byte of theirs is part of a reference, and what it refers to would be anywhere.
    with pytest.raises(BufferError, match="objects"):
        DATA.fill(buffer)


@pytest.mark.parametrize("thing", [5, None, "text", [1, 2], object()])
def test_what_is_no_buffer_is_a_type_error(thing):
    with pytest.raises(TypeError):
        DATA.fill(thing)


def test_a_released_view_is_refused():
    view = memoryview(bytearray(10))
    view.release()
    with pytest.raises(ValueError, match="released"):
        DATA.fill(view)


def test_a_buffer_is_let_go_of_after_each_call():
    buffer = bytearray(10)
    DATA.fill(buffer)
    with pytest.raises(BufferError):
        DATA.fill(b"read-only")
    buffer.append(1)
    with pytest.raises(OverflowError):
        DATA.fill(buffer, -1)
    buffer.append(1)
    assert len(buffer) == 12


# Threads


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("make", [bytearray, lambda size: array.array("Q", bytes(size))])
def test_a_buffer_is_not_resized_while_it_is_filled(together, make, parallel):
    data = Bytes(1 << 40, seed=3)
    buffer = make(32 << 20)
    n_items, item_bytes = len(buffer), len(memoryview(buffer).cast("B")) // len(buffer)
    size = n_items * item_bytes
    n_wanted, n_refused = 200, 0

    def fill():
        n_fills = 0
        while n_refused < n_wanted or n_fills < 3:
            assert data.fill(buffer, n_fills, parallel=parallel) in (size, size + item_bytes)
            n_fills += 1
        return n_fills

    def resize():
        nonlocal n_refused
        while n_refused < n_wanted or len(buffer) > n_items:
            # What succeeds does so between two fillings, and one may begin between growing and shrinking.
            try:
                buffer.append(0) if len(buffer) == n_items else buffer.pop()
            except BufferError:
                n_refused += 1
            assert len(buffer) - n_items in (0, 1)

    n_fills, _ = together(fill, resize)
    assert len(buffer) == n_items
    last = data.read(n_fills - 1, size)
    assert memoryview(buffer).cast("B") == last, "what was refused has changed nothing"


def test_memory_is_filled_by_one_thread_at_a_time(together):
    data = Bytes(1 << 40)
    buffer = bytearray(32 << 20)
    view = memoryview(buffer)
    refused = threading.Event()

    def fill(part):
        def thread():
            n = 0
            while not refused.is_set():
                try:
                    assert data.fill(part) == len(part)
                    n += 1
                except BufferError as error:
                    assert "another thread is filling this memory" in str(error)
                    refused.set()
            return n

        return thread

    # The last byte of one is the first of the other.
    half = len(view) // 2
    together(fill(view[: half + 1]), fill(view[half:]))
    # And nothing is left behind that would refuse others.
    assert data.fill(buffer) == len(buffer) and buffer == data.read(0, len(buffer))


def test_parts_of_a_buffer_are_filled_by_a_thread_each(together):
    buffer = bytearray(8 << 20)
    data = Bytes(len(buffer), seed=1)
    view = memoryview(buffer)
    n = len(buffer) // 8

    def fill(i):
        def thread():
            for _ in range(5):
                assert data.fill(view[i * n : (i + 1) * n], i * n) == n
                assert data.fill(view[i * n : i * n], i * n) == 0

        return thread

    together(*map(fill, range(8)))
    assert buffer == data.read()


def test_one_object_serves_many_threads(together):
    def read(i):
        def thread():
            for offset in range(i, SIZE, 150_001):
                assert DATA.read(offset, 100_000) == ALL[offset : offset + 100_000]
            assert b"".join(DATA.chunks(100_000)) == ALL

        return thread

    together(*map(read, range(8)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_forked_process_fills_with_threads_of_its_own():
    # In a process without other threads, as forking is safe only there.
    script = """
import os, signal, inrush
data, buffer = inrush.Bytes(4 << 20), bytearray(4 << 20)
data.fill(buffer, parallel=True)
child = os.fork()
if child == 0:
    signal.alarm(60)
    buffer = bytearray(4 << 20)
    data.fill(buffer, parallel=True)
    os._exit(0 if buffer == data.read() else 1)
assert os.waitpid(child, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True)


# Chunks


@pytest.mark.parametrize("chunk_bytes", [1000, 4096, DETACHED + 1, SIZE, SIZE + 1, 2**64 - 1])
def test_chunks_are_the_object_cut_into_views(chunk_bytes):
    chunks = list(DATA.chunks(chunk_bytes))
    assert b"".join(chunks) == ALL
    assert {len(chunk) for chunk in chunks[:-1]} <= {chunk_bytes}
    assert all(isinstance(chunk, memoryview) and chunk.readonly for chunk in chunks)


def test_chunks_begin_and_end_where_they_are_told_to():
    for start, stop in [(0, 0), (1, 2), (17, 100_000), (SIZE - 1, None), (5, 2**64 - 1), (9, 3)]:
        assert b"".join(DATA.chunks(4099, start, stop)) == ALL[start:stop]
    assert list(DATA.chunks(10, SIZE)) == []
    assert b"".join(DATA) == ALL
    with pytest.raises(ValueError, match="at least 1"):
        DATA.chunks(0)


def test_an_iterator_of_chunks_that_has_ended_stays_so():
    chunks = DATA.chunks(SIZE)
    assert len(next(chunks)) == SIZE
    for _ in range(3):
        with pytest.raises(StopIteration):
            next(chunks)


def test_kept_chunks_stay_as_they_are():
    kept, parts = [], []
    for i, chunk in enumerate(DATA.chunks(10_000)):
        assert chunk == ALL[i * 10_000 : (i + 1) * 10_000]
        if i % 3 == 0:
            kept.append((i, chunk))
        elif i % 3 == 1:
            # A part of a view keeps the whole memory, though the view is gone.
            parts.append((i, chunk[100:200]))
    for i, chunk in kept:
        assert chunk == ALL[i * 10_000 : (i + 1) * 10_000]
    for i, part in parts:
        assert part == ALL[i * 10_000 + 100 : i * 10_000 + 200]


def address(chunk):
    return numpy.frombuffer(chunk, dtype="u1").ctypes.data


def test_memory_is_used_again_when_it_is_dropped_and_not_before():
    chunk_bytes = 10_000
    assert len({address(chunk) for chunk in DATA.chunks(chunk_bytes)}) <= 2
    kept = list(DATA.chunks(chunk_bytes))
    assert len({address(chunk) for chunk in kept}) == len(kept)
    chunks = DATA.chunks(chunk_bytes)
    first = next(chunks)
    place = address(first)
    alias = memoryview(first)
    first.release()
    assert address(next(chunks)) != place, "there is another view"
    del alias
    assert address(next(chunks)) == place


def test_a_chunk_outlives_the_iterator_and_the_object():
    chunk = next(iter(Bytes(100_000, seed=5)))
    assert chunk == Bytes(100_000, seed=5).read()


def test_chunks_cannot_be_written_to():
    chunk = next(iter(DATA))
    with pytest.raises(TypeError):
        chunk[0] = 1
    with pytest.raises(BufferError, match="read-only"):
        DATA.fill(chunk)
    with pytest.raises((BufferError, TypeError)):
        io.BytesIO(b"x").readinto(chunk.obj)
    with pytest.raises(TypeError):
        type(chunk.obj)()
    assert chunk == ALL[: len(chunk)]


def test_a_large_object_needs_the_memory_of_two_chunks():
    script = """
import resource, inrush
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = inrush.Bytes(1 << 29)
for chunk in data.chunks(1 << 20, 0, 4 << 20):
    pass
before, n = peak(), 0
for chunk in data.chunks(1 << 20):
    n += len(chunk)
assert n == data.size
print(peak() - before)
"""
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(result.stdout) * unit < 16 << 20


# The file


def test_the_file_is_copied_by_shutil():
    for length in [1000, 1 << 20]:
        out = io.BytesIO()
        shutil.copyfileobj(DATA.open(), out, length)
        assert out.getvalue() == ALL


def test_the_file_is_read_by_a_buffered_reader():
    with io.BufferedReader(DATA.open(), 5000) as file:
        assert file.read(10) == ALL[:10]
        assert file.peek(1)[:1] == ALL[10:11]
        assert file.seek(500_000) == 500_000
        assert file.read(70_000) == ALL[500_000:570_000]
        assert file.seek(-5, io.SEEK_CUR) == 569_995
        buffer = bytearray(20_000)
        assert file.readinto(buffer) == 20_000 and buffer == ALL[569_995:589_995]
        assert file.read() == ALL[589_995:]
        assert file.read() == b"" and file.tell() == SIZE
        raw = file.raw
    assert raw.closed


def test_the_file_reads_what_is_asked_for():
    file = DATA.open()
    assert file.read(0) == b"" and file.read(5) == ALL[:5] and file.tell() == 5
    buffer = bytearray(7)
    assert file.readinto(buffer) == 7 and buffer == ALL[5:12]
    assert file.read(None) == ALL[12:] and file.read() == b"" and file.readinto(buffer) == 0
    file.seek(3)
    assert file.read(-1) == ALL[3:]
    file.seek(-2, 2)
    assert file.readinto(buffer) == 2 and buffer[:2] == ALL[-2:]


def test_seeking_beyond_the_end_reads_nothing():
    file = DATA.open()
    for position in [SIZE, SIZE + 1, 2**62]:
        assert file.seek(position) == file.tell() == position
        assert file.read() == b"" and file.read(10) == b"" and file.readinto(bytearray(10)) == 0
        assert file.tell() == position
    assert file.seek(1, io.SEEK_END) == SIZE + 1
    assert file.seek(-SIZE - 1, io.SEEK_CUR) == 0


def test_seeking_before_the_beginning_is_a_value_error():
    file = DATA.open()
    file.seek(10)
    for offset, whence in [(-1, 0), (-11, 1), (-SIZE - 1, 2)]:
        with pytest.raises(ValueError, match="not negative"):
            file.seek(offset, whence)
        assert file.tell() == 10
    with pytest.raises(ValueError, match="whence"):
        file.seek(0, 3)
    with pytest.raises(OverflowError):
        file.seek(2**63)


def test_the_ends_of_the_largest_object_are_reached():
    file = Bytes(2**64 - 1).open()
    assert file.seek(0, 2) == 2**64 - 1 and file.read() == b""
    with pytest.raises(ValueError):
        file.seek(1, 1)
    assert file.seek(-9, 2) == 2**64 - 10 and len(file.read()) == 9


def test_a_closed_file_refuses_all_but_to_be_closed():
    file = DATA.open()
    with file as entered:
        assert entered is file and not file.closed
    file.close()
    assert file.closed
    for call in [
        file.read, file.tell, lambda: file.seek(0), lambda: file.readinto(bytearray(1)),
        file.__enter__,
    ]:
        with pytest.raises(ValueError, match="closed"):
            call()


def test_files_of_one_object_have_positions_of_their_own():
    one, other = DATA.open(), DATA.open()
    one.seek(100)
    assert other.read(5) == ALL[:5] and one.read(5) == ALL[100:105]
    assert one.readable() and one.seekable() and not one.writable() and not one.isatty()
