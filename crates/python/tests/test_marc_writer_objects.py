"""`MarcWriter` to an object: whatever its `write` does, every byte arrives once or an error says so."""

import errno
import gc
import io
import os
import random
import signal
import threading
import weakref

import pytest

from inrush import MarcReader, MarcWriter, Record

RECORDS = [Record.generate(i, seed=4) for i in range(3000)]
DATA = b"".join(map(bytes, RECORDS))


class Output:
    """Calls `answer` with each view and what was taken before, and keeps what it says was taken."""

    def __init__(self, answer=lambda view, taken: len(view)):
        self.answer, self.taken, self.calls = answer, bytearray(), 0

    def write(self, view):
        self.calls += 1
        n = self.answer(view, self.taken)
        self.taken += bytes(view[:n])
        return n


def answers(*before):
    """Answers one after the other; then all is taken. An exception is raised."""
    rest = list(before)

    def answer(view, _):
        said = rest.pop(0) if rest else len(view)
        if isinstance(said, BaseException):
            raise said
        return said(view) if callable(said) else said

    return answer


def test_an_object_is_called_once_for_a_block():
    out = Output()
    with MarcWriter(out) as writer:
        writer.write_many(RECORDS)
        assert out.calls <= len(DATA) >> 20
    assert out.taken == DATA and out.calls <= (len(DATA) >> 20) + 1
    with MarcWriter(out):
        pass
    assert out.taken == DATA, "nothing is no call"


def test_a_view_is_read_only_and_of_bytes():
    def answer(view, _):
        assert type(view) is memoryview and view.readonly and view.format == "B"
        assert view.contiguous and view.ndim == 1 and len(view) > 0
        with pytest.raises(TypeError):
            view[0] = 0
        return len(view)

    with MarcWriter(Output(answer)) as writer:
        writer.write_many(RECORDS)


@pytest.mark.parametrize("kind", [OSError, KeyError, KeyboardInterrupt, SystemExit, ValueError])
@pytest.mark.parametrize("many", [True, False])
def test_an_exception_arrives_itself_and_flush_goes_on_with_the_rest(kind, many):
    raised = kind("mine")
    out = Output(answers(raised))
    writer = MarcWriter(out)
    with pytest.raises(kind) as caught:
        if many:
            writer.write_many(RECORDS)
        else:
            for record in RECORDS:
                writer.write(record)
    assert caught.value is raised and out.calls == 1 and not out.taken
    n = writer.records
    assert 0 < n < len(RECORDS)
    writer.flush()
    assert out.taken == b"".join(map(bytes, RECORDS[:n]))
    writer.write_many(RECORDS[n:])
    writer.close()
    assert out.taken == DATA


def test_an_exception_in_the_midst_of_a_block_loses_and_repeats_nothing():
    out = Output(answers(1000, OSError(), 1, ValueError(), KeyboardInterrupt(), 70_000, OSError()))
    writer = MarcWriter(out)
    writer.write_many(RECORDS[:500])
    n_raised = 0
    for _ in range(10):
        try:
            writer.flush()
        except (Exception, KeyboardInterrupt):
            n_raised += 1
    assert n_raised == 4
    writer.close()
    assert out.taken == b"".join(map(bytes, RECORDS[:500]))


def test_less_than_given_is_offered_again():
    sizes = random.Random(2)
    out = Output(lambda view, _: sizes.randint(1, min(len(view), 200_000)))
    with MarcWriter(out) as writer:
        writer.write_many(RECORDS)
    assert out.taken == DATA
    out = Output(lambda view, _: 1)
    with MarcWriter(out) as writer:
        writer.write(RECORDS[0])
    assert out.taken == bytes(RECORDS[0]) and out.calls == len(out.taken)


def test_a_view_that_is_released_is_not_needed_for_the_rest():
    taken = bytearray()

    class Releases:
        def write(self, view):
            with view:
                n = max(1, len(view) // 2)
                taken.extend(view[:n])
                return n

    with MarcWriter(Releases()) as writer:
        writer.write_many(RECORDS)
    assert taken == DATA


def test_none_of_an_object_means_all():
    taken = bytearray()

    class Extends:
        write = staticmethod(taken.extend)

    with MarcWriter(Extends()) as writer:
        writer.write_many(RECORDS)
    assert taken == DATA


def test_none_of_a_raw_file_means_nothing_for_now():
    class Raw(io.RawIOBase):
        taken, is_full = bytearray(), False

        def write(self, view):
            self.is_full = not self.is_full
            if not self.is_full:
                return None
            self.taken += view[:10_000]
            return min(len(view), 10_000)

    raw = Raw()
    writer = MarcWriter(raw)
    writer.write_many(RECORDS[:100])
    wanted = b"".join(map(bytes, RECORDS[:100]))
    while len(wanted) - len(raw.taken) > 10_000:
        n_before = len(raw.taken)
        with pytest.raises(BlockingIOError):
            writer.flush()
        assert len(raw.taken) == n_before + 10_000
    writer.close()
    assert raw.taken == wanted


class Index:
    """A number of another type, as those of numpy are."""

    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (0, OSError), (-1, ValueError), (True, ValueError), (False, ValueError),
        (lambda view: len(view) + 1, ValueError), (2**64, ValueError), ("5", ValueError),
        (5.0, ValueError), (b"", ValueError),
    ],
)
def test_an_answer_that_cannot_be_is_an_error_and_nothing_is_lost(said, error):
    class Says:
        answer = [said]
        taken = bytearray()

        def write(self, view):
            if self.answer:
                said = self.answer.pop()
                return said(view) if callable(said) else said
            self.taken += view
            return Index(len(view))

    out = Says()
    writer = MarcWriter(out)
    writer.write_many(RECORDS[:10])
    with pytest.raises(error, match="`write`"):
        writer.flush()
    writer.close()
    assert out.taken == b"".join(map(bytes, RECORDS[:10]))


def test_an_object_that_is_closed_early_is_an_error_at_the_latest_at_the_close():
    out = io.BytesIO()
    writer = MarcWriter(out)
    writer.write(RECORDS[0])
    out.close()
    with pytest.raises(ValueError, match="closed file"):
        writer.flush()
    with pytest.raises(ValueError, match="closed file"):
        writer.close()
    assert writer.closed
    writer.close()


def test_flush_of_the_object_is_called_at_the_close_and_its_error_is_raised():
    raised = OSError("flush")

    class Flushes(Output):
        n_flushed = 0

        def flush(self):
            self.n_flushed += 1
            raise raised

    out = Flushes()
    writer = MarcWriter(out)
    writer.write(RECORDS[0])
    writer.flush()
    assert out.n_flushed == 0 and out.taken == bytes(RECORDS[0])
    with pytest.raises(OSError) as caught:
        writer.close()
    assert caught.value is raised and out.n_flushed == 1 and writer.closed
    writer.close()
    assert out.n_flushed == 1


def test_views_that_are_kept_stay_what_they_were():
    kept, copies = [], []

    def answer(view, _):
        kept.append(view[1:-1] if len(kept) % 2 else view)
        copies.append(bytes(kept[-1]))
        return len(view)

    out = Output(answer)
    with MarcWriter(out) as writer:
        for _ in range(3):
            writer.write_many(RECORDS)
    assert len(kept) > 6 and [bytes(view) for view in kept] == copies
    del writer
    gc.collect()
    assert [bytes(view) for view in kept] == copies and out.taken == DATA * 3


def test_views_that_are_kept_stay_what_they_were_after_an_exception():
    kept = []

    def answer(view, taken):
        kept.append((view, bytes(view)))
        if len(kept) % 2:
            raise OSError
        return len(view) // 2 + 1

    out = Output(answer)
    writer = MarcWriter(out)
    for record in RECORDS[:20]:
        writer.write(record)
        with pytest.raises(OSError):
            writer.flush()
    assert all(view == copied for view, copied in kept)
    out.answer = answers()
    writer.close()
    assert out.taken == b"".join(map(bytes, RECORDS[:20]))
    assert len(kept) > 20 and all(view == copied for view, copied in kept)


def test_what_holds_a_view_gives_nothing_away_when_that_is_gone():
    blocks = []

    def answer(view, _):
        blocks.append(view.obj)
        return len(view)

    out = Output(answer)
    with MarcWriter(out) as writer:
        writer.write_many(RECORDS)
    # The memory has gone back to the writer: without a view of it, there is nothing to be seen.
    assert {len(memoryview(block)) for block in blocks} == {0} and out.taken == DATA


@pytest.mark.parametrize(
    "call",
    [
        lambda writer: writer.write(RECORDS[0]),
        lambda writer: writer.write_many(RECORDS),
        lambda writer: writer.write_many(iter(RECORDS)),
        lambda writer: writer.flush(),
        lambda writer: writer.close(),
        lambda writer: writer.discard(),
        lambda writer: writer.records,
        lambda writer: writer.closed,
        lambda writer: writer.__enter__(),
        lambda writer: writer.__exit__(None, None, None),
    ],
)
@pytest.mark.parametrize("many", [True, False])
def test_an_object_that_calls_its_writer_is_a_runtime_error(call, many):
    errors = []

    def answer(view, _):
        with pytest.raises(RuntimeError, match="called by the object") as raised:
            call(writer)
        errors.append(raised.value)
        gc.collect()
        return len(view)

    out = Output(answer)
    out.flush = lambda: errors.append(answer(b"", None))
    writer = MarcWriter(out)
    if many:
        writer.write_many(RECORDS)
    else:
        for record in RECORDS:
            writer.write(record)
    writer.close()
    assert len(errors) > 3 and out.taken == DATA


def test_an_object_may_change_records_while_they_are_written():
    records = [record.copy() for record in RECORDS]

    def answer(view, _):
        for record in records:
            record.add_field("900", "  ", [("a", "seen")])
        return len(view)

    out = Output(answer)
    with MarcWriter(out) as writer:
        writer.write_many(records)
    read = list(MarcReader(bytes(out.taken)))
    n_seen = [len(record.get_fields("900")) for record in read]
    assert n_seen[0] == 0 < n_seen[-1] and n_seen == sorted(n_seen)
    for record, original in zip(read, RECORDS, strict=True):
        record.remove_fields("900")
        assert list(record) == list(original)


def test_an_exception_in_with_hands_over_what_there_is():
    out = Output()
    with pytest.raises(KeyError), MarcWriter(out) as writer:
        writer.write(RECORDS[0])
        raise KeyError
    assert out.taken == bytes(RECORDS[0]) and writer.closed
    first, second = KeyError("first"), OSError("second")
    with pytest.raises(OSError) as caught, MarcWriter(Output(answers(second))) as writer:
        writer.write(RECORDS[0])
        raise first
    assert caught.value is second and second.__context__ is first


def test_an_output_that_fails_behind_an_iterator_that_does_keeps_both_errors():
    first, second = KeyError("first"), OSError("second")

    def records():
        yield from RECORDS
        raise first

    writer = MarcWriter(Output(answers(second)))
    with pytest.raises(OSError) as caught:
        writer.write_many(records())
    assert caught.value is second and second.__context__ is first
    writer.discard()


# Writers that nobody closes


def test_a_writer_that_is_dropped_unclosed_is_warned_of(tmp_path):
    out = Output()
    writer = MarcWriter(out)
    writer.write(RECORDS[0])
    n = len(bytes(RECORDS[0]))
    with pytest.warns(ResourceWarning, match=f"not closed: {n} bytes of its 1 records"):
        del writer
        gc.collect()
    writer = MarcWriter(tmp_path / "records.mrc")
    writer.write_many(RECORDS)
    with pytest.warns(ResourceWarning, match=r"records.mrc` is not written \(3000 records\)"):
        del writer
        gc.collect()
    assert os.listdir(tmp_path) == [] and not out.taken


@pytest.mark.filterwarnings("error::ResourceWarning")
def test_a_writer_that_was_closed_is_not(tmp_path):
    for target in [Output(), tmp_path / "records.mrc"]:
        for end in [MarcWriter.close, MarcWriter.discard]:
            writer = MarcWriter(target)
            writer.write(RECORDS[0])
            end(writer)
            del writer
            gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("action", ["always", "error"])
def test_the_warning_does_not_take_the_place_of_an_exception(tmp_path, action):
    import warnings

    with warnings.catch_warnings(record=True):
        warnings.simplefilter(action)
        with pytest.raises(ZeroDivisionError):
            # The writer goes while the exception is on its way.
            [MarcWriter(tmp_path / "records.mrc"), 1 / 0]
    assert os.listdir(tmp_path) == []


def test_an_object_that_holds_its_writer_goes_with_it():
    out = Output()
    out.writer = MarcWriter(out)
    out.writer.write(RECORDS[0])
    gone = weakref.ref(out)
    with pytest.warns(ResourceWarning, match="not closed"):
        del out
        gc.collect()
    assert gone() is None
    out = Output()
    out.writer = MarcWriter(out)
    out.writer.close()
    gone = weakref.ref(out)
    del out
    gc.collect()
    assert gone() is None


def test_what_a_buffer_took_before_it_blocked_is_not_written_again():
    class Raw(io.RawIOBase):
        """Takes 7,000 bytes at a time, and each third time none."""

        def __init__(self):
            self.taken, self.calls = bytearray(), 0

        def writable(self):
            return True

        def write(self, view):
            self.calls += 1
            if self.calls % 3 == 0:
                return None
            self.taken += view[:7_000]
            return len(view[:7_000])

    def until_taken(act):
        while True:
            try:
                return act()
            except BlockingIOError:
                pass

    raw = Raw()
    out = io.BufferedWriter(raw, 10_000)
    writer = MarcWriter(out)
    until_taken(lambda: writer.write_many(RECORDS[writer.records :]))
    until_taken(writer.flush)
    until_taken(out.flush)
    writer.close()
    assert raw.taken == DATA


@pytest.mark.parametrize("kind", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("opened", [MarcWriter, MarcReader])
def test_what_naming_a_path_or_counting_raises_arrives(kind, opened):
    class Named:
        def __fspath__(self):
            raise kind

    class Counted:
        def __index__(self):
            raise kind

        def write(self, view):
            return self

    with pytest.raises(kind):
        opened(Named())
    writer = MarcWriter(Counted())
    writer.write(RECORDS[0])
    with pytest.raises(kind):
        writer.flush()
    writer.discard()


# Interrupts


class Stop(BaseException):
    """Raised by a signal."""


def test_an_interrupt_during_a_slow_output_arrives_and_nothing_is_lost():
    # What is started in the background by a shell ignores it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt(view):
        signal.raise_signal(signal.SIGINT)
        return len(view)

    out = Output(answers(interrupt))
    writer = MarcWriter(out)
    with pytest.raises(KeyboardInterrupt):
        writer.write_many(RECORDS)
    n = writer.records
    writer.flush()
    assert out.taken == b"".join(map(bytes, RECORDS[:n]))
    writer.close()
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def interrupted():
    """Calls a function that waits in the main thread until a signal ends it."""
    stopped = threading.Event()

    def stop(*_):
        if not stopped.is_set():
            stopped.set()
            raise Stop

    before = signal.signal(signal.SIGUSR1, stop)
    main = threading.main_thread().ident

    def run(function):
        def send():
            # One that comes before the call of the system does not end that; so there are more.
            while not stopped.wait(0.02):
                signal.pthread_kill(main, signal.SIGUSR1)

        sender = threading.Thread(target=send)
        with pytest.raises(Stop):
            sender.start()
            function()
        sender.join()

    yield run
    signal.signal(signal.SIGUSR1, before)


needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")


@needs_pipes
def test_a_write_that_waits_for_a_pipe_is_interrupted_and_goes_on(tmp_path, interrupted):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer = MarcWriter(path)
    interrupted(lambda: writer.write_many(RECORDS))
    n = writer.records
    os.set_blocking(pipe, True)
    read = bytearray()

    def drain():
        while part := os.read(pipe, 1 << 16):
            read.extend(part)

    reader = threading.Thread(target=drain)
    reader.start()
    writer.flush()
    writer.write_many(RECORDS[n:])
    writer.close()
    reader.join()
    os.close(pipe)
    assert read == DATA


@needs_pipes
def test_a_read_that_waits_for_a_pipe_is_interrupted_and_goes_on(tmp_path, interrupted):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    own = os.open(path, os.O_RDWR)
    with MarcReader(path) as reader:
        interrupted(lambda: next(reader))
        data = b"".join(map(bytes, RECORDS[:5]))
        end = os.open(path, os.O_WRONLY)
        os.write(end, data)
        os.close(end)
        os.close(own)
        assert list(reader) == RECORDS[:5]


@needs_pipes
@pytest.mark.parametrize("opened", [MarcWriter, MarcReader])
def test_opening_a_pipe_that_nobody_has_the_other_end_of_is_interrupted(
    tmp_path, interrupted, opened
):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    interrupted(lambda: opened(path))
    # Whoever comes then is not mistaken for the other end.
    with pytest.raises(OSError) as refused:
        os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    assert refused.value.errno == errno.ENXIO
