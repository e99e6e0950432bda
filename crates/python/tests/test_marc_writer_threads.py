"""`MarcWriter` and threads: every record once and whole, each list of `write_many` in one piece."""

import io
import itertools
import threading

import pytest

import catalogue
from inrush import MarcReader, MarcWriter, Record, encode_marc


def numbered(*parts):
    return catalogue.made_of([("001", "-".join(map(str, parts))), ("500", "  ", [("a", "x" * 300)])])


def numbers(source):
    records = list(MarcReader(source))
    assert all(len(record) == 2 for record in records)
    return [tuple(map(int, record["001"].data.split("-"))) for record in records]


class Slow:
    """Lets other threads run within each call, and takes only a part."""

    def __init__(self):
        self.taken, self.inside = bytearray(), threading.Lock()

    def write(self, view):
        assert self.inside.acquire(blocking=False), "two threads at once"
        n = len(view) // 2 + 1
        half = b"".join(bytes(view[i : min(i + 4096, n)]) for i in range(0, n, 4096))
        self.taken += half
        self.inside.release()
        return n


@pytest.mark.parametrize("n_threads", [2, 8])
@pytest.mark.parametrize("target", ["file", "memory", "slow"])
def test_threads_share_a_writer(together, tmp_path, n_threads, target):
    n_lists, n_records = 24 // n_threads, 300
    path, memory, slow = tmp_path / "records.mrc", io.BytesIO(), Slow()
    writer = MarcWriter({"file": path, "memory": memory, "slow": slow}[target])

    def write(thread):
        lists = [
            [numbered(thread, one, i) for i in range(n_records)] for one in range(n_lists)
        ]

        def run():
            for one, records in enumerate(lists):
                match one % 3:
                    case 0:
                        assert writer.write_many(records) == n_records
                    case 1:
                        assert writer.write_many(iter(records)) == n_records
                    case 2:
                        for record in records:
                            writer.write(record)
                if one % 4 == 3:
                    writer.flush()
                assert writer.records >= (one + 1) * n_records

        return run

    together(*map(write, range(n_threads)))
    writer.close()
    source = {"file": path, "memory": memory.getvalue(), "slow": bytes(slow.taken)}[target]
    found = numbers(source)
    wanted = itertools.product(range(n_threads), range(n_lists), range(n_records))
    assert sorted(found) == list(wanted), "each once"
    for thread in range(n_threads):
        own = [number for number in found if number[0] == thread]
        assert own == sorted(own), "each thread's in its order"
    for at, (thread, one, i) in enumerate(found):
        if one % 3 < 2 and i == 0:
            in_one_piece = [(thread, one, i) for i in range(n_records)]
            assert found[at : at + n_records] == in_one_piece


@pytest.mark.parametrize("target", ["file", "memory"])
def test_threads_have_writers_of_their_own(together, tmp_path, target):
    outputs = [tmp_path / f"{i}.mrc" if target == "file" else io.BytesIO() for i in range(2)]
    lists = [[numbered(thread, i) for i in range(5_000)] for thread in range(2)]

    def write(thread):
        def run():
            with MarcWriter(outputs[thread]) as writer:
                for _ in range(3):
                    assert writer.write_many(lists[thread]) == 5_000

        return run

    together(write(0), write(1))
    for thread, output in enumerate(outputs):
        source = output if target == "file" else output.getvalue()
        assert numbers(source) == [(thread, i) for i in range(5_000)] * 3


def test_bytes_of_records_that_another_thread_changes_are_of_whole_ones(together):
    record = numbered(1)
    more = numbered(1)
    more.add_field("900", "  ", [("a", "one"), ("b", "two")])
    allowed = {bytes(record), bytes(more)}
    longest = max(map(len, allowed))
    encoded = threading.Event()

    def encode():
        try:
            for n in [1, 10, 2_000] * 20:
                data = encode_marc([record] * n)
                assert len(data) <= n * longest
                found = [bytes(one) for one in MarcReader(data)]
                assert len(found) == n and set(found) <= allowed
        finally:
            encoded.set()

    def change():
        while not encoded.is_set():
            record.add_field("900", "  ", [("a", "one"), ("b", "two")])
            record.remove_fields("900")

    together(encode, change)


@pytest.mark.parametrize("target", ["file", "memory"])
def test_a_record_that_another_thread_changes_is_written_whole(together, tmp_path, target):
    record = numbered(1)
    path, memory = tmp_path / "records.mrc", io.BytesIO()
    written = threading.Event()

    def write():
        try:
            with MarcWriter(path if target == "file" else memory) as writer:
                for _ in range(10):
                    writer.write_many([record] * 2_000)
                    for _ in range(200):
                        writer.write(record)
        finally:
            written.set()

    def change():
        n = 0
        while not written.is_set() or n < 100:
            record.add_field("900", "  ", [("a", "one"), ("b", "two")])
            record.leader = "00000cam a2200000 i 4500"
            record.remove_fields("900")
            record.leader = "00000nam a2200000 i 4500"
            n += 1

    together(write, change)
    read = list(MarcReader(path if target == "file" else memory.getvalue()))
    assert len(read) == 22_000
    plain, more = numbered(1), numbered(1)
    more.add_field("900", "  ", [("a", "one"), ("b", "two")])
    allowed = [list(plain), list(more)]
    assert all(list(record) in allowed and record.leader[5] in "nc" for record in read)


def test_a_list_that_another_thread_changes_is_written_as_it_was_taken(together):
    records = [numbered(i) for i in range(1_000)]
    out = io.BytesIO()
    written = threading.Event()
    counts = []

    def write():
        try:
            with MarcWriter(out) as writer:
                for _ in range(100):
                    counts.append(writer.write_many(records))
        finally:
            written.set()

    def change():
        extra = numbered(5_000)
        while not written.is_set():
            records.append(extra)
            records.pop()
            records.insert(0, extra)
            del records[0]

    together(write, change)
    assert len(numbers(out.getvalue())) == sum(counts) and set(counts) <= {1_000, 1_001}


def test_a_writer_is_closed_by_one_of_many_threads(together, tmp_path):
    record = numbered(1)
    for i in range(10):
        path = tmp_path / f"{i}.mrc"
        writer = MarcWriter(path)

        def write():
            n = 0
            try:
                while True:
                    n += writer.write_many([record] * 10)
            except ValueError as error:
                assert "closed" in str(error)
                return n

        def close():
            while writer.records < 100:
                pass
            writer.close()

        *counts, _ = together(write, write, close)
        assert len(numbers(path)) == writer.records == sum(counts)


def test_an_object_whose_write_waits_for_another_thread_of_the_writer_does_not_end_it(together):
    # While one thread is inside `write`, another waits for the writer without the interpreter.
    inside, tried = threading.Event(), threading.Event()
    taken = bytearray()

    class Waits:
        def write(self, view):
            if not inside.is_set():
                inside.set()
                assert tried.wait(60)
            taken.extend(view)

    writer = MarcWriter(Waits())
    records = [numbered(0, i) for i in range(5)]

    def first():
        writer.write_many(records)
        writer.flush()

    def second():
        assert inside.wait(60)
        tried.set()
        writer.write(numbered(1, 0))

    together(first, second)
    writer.close()
    assert sorted(numbers(bytes(taken))) == [(0, i) for i in range(5)] + [(1, 0)]


def test_generated_records_are_the_same_from_any_thread(together):
    wanted = [bytes(Record.generate(i, seed=9)) for i in range(200)]
    found = together(*[lambda: [bytes(Record.generate(i, seed=9)) for i in range(200)]] * 4)
    assert found == [wanted] * 4


def test_an_object_that_calls_its_writer_while_others_wait_for_it_is_a_runtime_error(together):
    done = threading.Event()
    n_refused = 0

    class Calls:
        def write(self, view):
            nonlocal n_refused
            with pytest.raises(RuntimeError, match="called by the object"):
                _ = writer.records
            n_refused += 1
            return min(len(view), 5_000)

    writer = MarcWriter(Calls())
    records = [numbered(i) for i in range(100)]

    def write():
        try:
            for _ in range(50):
                writer.write_many(records)
                writer.flush()
        finally:
            done.set()

    def wait():
        while not done.is_set():
            assert writer.records <= 5_000

    together(write, wait, wait, wait)
    writer.close()
    assert n_refused > 100 and writer.records == 5_000
