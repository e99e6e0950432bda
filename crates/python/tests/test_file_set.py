"""Sets of files from Python: whole messages, reports that say why, and nothing lost silently."""

import array
import errno
import os
import signal
import subprocess
import sys
import textwrap

import pytest

import inrush


@pytest.fixture
def paths(tmp_path):
    return [tmp_path / f"{i}.log" for i in range(5)]


def contents(paths):
    return [path.read_bytes() for path in paths]


def test_the_same_bytes_go_to_every_file(paths):
    files = inrush.FileSet(paths)
    report = files.write_all(b"hello\n")
    assert (report["files"], report["written"], report["bytes"]) == (5, 5, 30)
    assert {outcome["status"] for outcome in report["outcomes"]} == {"written"}
    files.write_all(bytearray(b"again\n"))
    assert contents(paths) == [b"hello\nagain\n"] * 5
    assert files.paths == [str(path) for path in paths] and len(files) == 5


@pytest.mark.parametrize(
    ("mode", "expected"), [("append", b"oldnew"), ("truncate", b"new"), ("atomic", b"new")]
)
def test_the_mode_says_what_becomes_of_old_bytes(paths, mode, expected):
    for path in paths:
        path.write_bytes(b"old")
    files = inrush.FileSet(map(str, paths), mode=mode, workers=2, max_open=2, fsync="dir")
    files.write_all(b"new")
    assert contents(paths) == [expected] * 5


@pytest.mark.parametrize("workers", [1, 2])
def test_each_file_has_its_own_bytes(paths, workers):
    files = inrush.FileSet(paths, mode="truncate", workers=workers)
    report = files.write_each(b"%d" % i * i for i in range(5))
    assert report["bytes"] == 10
    assert contents(paths) == [b"", b"1", b"22", b"333", b"4444"]
    for given in (4, 6):
        with pytest.raises(ValueError, match=f"{given} buffers for 5 files"):
            files.write_each([b"x"] * given)


@pytest.mark.parametrize("options", [{}, {"workers": 2}, {"workers": 2, "max_open": 2}])
def test_messages_keep_their_order_in_every_file(paths, options):
    def messages():
        for n in range(20_000):
            yield b"all %d\n" % n if n % 10 == 0 else (n % 5, memoryview(b"%d\n" % n))

    inrush.FileSet(paths, **options).write(messages())
    for i, content in enumerate(contents(paths)):
        mine = (n for n in range(20_000) if n % 10 == 0 or n % 5 == i)
        assert content == b"".join(b"all %d\n" % n if n % 10 == 0 else b"%d\n" % n for n in mine)


def test_any_buffer_is_written_as_its_bytes(paths):
    numbers = array.array("I", [1, 2, 3])
    inrush.FileSet(paths).write([numbers, memoryview(b"abcdef")[::2]])
    assert contents(paths) == [numbers.tobytes() + b"ace"] * 5


def test_a_buffer_that_changes_later_is_written_as_it_was(paths):
    def messages():
        buffer = bytearray(4)
        for n in range(1000):
            buffer[:] = b"%04d" % n
            yield buffer

    inrush.FileSet(paths).write(messages())
    assert contents(paths) == [b"".join(b"%04d" % n for n in range(1000))] * 5


def test_an_iterable_without_messages_still_makes_the_files(paths):
    assert inrush.FileSet(paths).write([])["written"] == 5
    assert contents(paths) == [b""] * 5


def test_files_that_fail_are_told_with_their_reasons_and_the_others_are_whole(tmp_path, paths):
    (tmp_path / "folder").mkdir()
    wrong = [tmp_path / "missing" / "a", tmp_path / "folder"]
    with pytest.raises(inrush.FileSetError, match="5 of 7 files written") as raised:
        inrush.FileSet([*paths, *wrong]).write_all(b"x")
    report = raised.value.report
    assert (report["written"], report["failed"]) == (5, 2)
    failed = report["outcomes"][5]
    assert (failed["path"], failed["status"], failed["bytes"]) == (str(wrong[0]), "failed", 0)
    assert "No such file" in failed["error"] and failed["action"] == "create"
    assert not raised.value.out_of_space
    assert contents(paths) == [b"x"] * 5


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_is_told_from_other_faults(paths):
    with pytest.raises(inrush.FileSetError) as raised:
        inrush.FileSet(["/dev/full", *paths]).write_all(b"x")
    assert raised.value.out_of_space
    assert os.strerror(errno.ENOSPC) in str(raised.value) and "/dev/full" in str(raised.value)


def test_what_the_iterable_raises_is_raised_and_an_atomic_set_stays_as_it_was(paths):
    for path in paths:
        path.write_bytes(b"old")

    def messages():
        for n in range(100_000):
            yield b"new"
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        inrush.FileSet(paths, mode="atomic").write(messages())
    assert contents(paths) == [b"old"] * 5
    assert len(os.listdir(paths[0].parent)) == 5


@pytest.mark.parametrize("number", [5, -1, 2**70])
def test_a_message_to_a_file_that_there_is_not_is_an_index_error(paths, number):
    with pytest.raises(IndexError):
        inrush.FileSet(paths).write([(number, b"x")])


def test_an_iterable_is_not_asked_how_long_it_is(paths):
    class Items(list):
        def __iter__(self):
            self.left = list(self[::-1])
            return self

        def __next__(self):
            if not self.left:
                raise StopIteration
            return self.left.pop()

        def __length_hint__(self):
            asked.append(self)

    asked = []
    files = inrush.FileSet(Items(paths))
    files.write_each(Items([b"x"] * 5))
    files.write(Items([b"y"]))
    assert contents(paths) == [b"xy"] * 5
    # What a signal raises there would be lost.
    assert not asked


def test_the_time_of_a_call_can_be_limited(paths):
    def messages():
        while True:
            yield b"x" * 1000

    with pytest.raises(inrush.FileSetError) as raised:
        inrush.FileSet(paths, mode="atomic", timeout=0.2).write(messages())
    assert raised.value.report["timed_out"] == 5
    assert os.listdir(paths[0].parent) == []


def test_ctrl_c_ends_an_endless_set(paths):
    script = """
        import itertools, resource, sys, inrush
        # Were the signal lost, the disk would be full in the end.
        resource.setrlimit(resource.RLIMIT_FSIZE, (10**9, 10**9))
        print("go", flush=True)
        inrush.FileSet(sys.argv[1:], mode="atomic").write(itertools.repeat(b"x" * 100))
    """
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, paths)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as child:
        assert child.stdout.readline() == "go\n"
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate()
    assert child.returncode == -signal.SIGINT, errors
    assert os.listdir(paths[0].parent) == []


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"mode": "w"}, ValueError, "mode is one of 'append', 'truncate', 'atomic'"),
        ({"workers": 0}, ValueError, "workers must be at least 1"),
        ({"max_open": 0}, ValueError, "max_open must be at least 1"),
        ({"attempts": 0}, ValueError, "attempts must be at least 1"),
        ({"timeout": -1}, ValueError, "timeout=-1"),
        ({"timeout": float("nan")}, ValueError, "timeout=NaN"),
        ({"timeout": "5s"}, TypeError, "timeout is a number"),
        ({"fsync": True}, TypeError, "fsync is a text"),
        ({"retries": 3}, TypeError, "unexpected keyword argument 'retries'"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(paths, options, error, said):
    with pytest.raises(error) as raised:
        inrush.FileSet(paths, **options)
    assert said in str(raised.value)


def test_what_is_no_buffer_or_no_list_is_refused(paths):
    files = inrush.FileSet(paths)
    for call in [
        lambda: inrush.FileSet("a.log"),
        lambda: inrush.FileSet(paths[0]),
        lambda: inrush.FileSet([3]),
        lambda: files.write_all("text"),
        lambda: files.write(b"bytes"),
        lambda: files.write(["text"]),
        lambda: files.write([(1, 2, 3)]),
        lambda: files.write([("0", b"x")]),
        lambda: files.write_each({path: b"x" for path in paths}),
    ]:
        with pytest.raises(TypeError):
            call()
