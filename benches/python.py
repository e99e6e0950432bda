"""The Python package beside its peers, in one run: what `docs/python.md` quotes.

    pip install './crates/python[bench]'
    python benches/python.py [--quick] [--folder FOLDER] [ROW...]

Subjects take turns, and a figure is a median with its range. Peers that are not installed are left out,
which the table says. FOLDER is where files go: by default /dev/shm, where there is one, so that no disk is
measured. `write_bytes` is compared with the command where INRUSH_COMMAND names it. What Rust does without
Python is asked by `cargo lab run catalogue`.
"""

from __future__ import annotations

import argparse
import ctypes
import functools
import importlib
import io
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import inrush

RECORDS = 10_000
# Of each thread. For the first milliseconds all threads of a process may share a processor.
JOBS = 200


def peer(name: str):
    """A package that may not be there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


mrrc, pymarc, dgen = peer("mrrc"), peer("pymarc"), peer("dgen_py")


class Samples:
    """What subjects that take turns have shown."""

    def __init__(self, subjects: dict[str, Callable[[], float]], rounds: int) -> None:
        self.of: dict[str, list[float]] = {name: [] for name in subjects}
        for subject in subjects.values():
            subject()
        for _ in range(rounds):
            for name, subject in subjects.items():
                self.of[name].append(subject())

    def median(self, name: str) -> float:
        return statistics.median(self.of[name])

    def shown(self, name: str, unit: str) -> str:
        low, high = min(self.of[name]), max(self.of[name])
        return f"{self.median(name):.3g} {unit} [{low:.3g} to {high:.3g}]"


def timed(act: Callable[[], object]) -> Callable[[], float]:
    """Milliseconds of `act`."""

    def measure() -> float:
        started = time.perf_counter()
        act()
        return (time.perf_counter() - started) * 1e3

    return measure


def row(measure: str, ours: str, theirs: str, ratio: float | None, goal: float | None) -> None:
    verdict = ""
    if ratio is not None and goal is not None:
        verdict = "reached" if ratio >= goal else "MISSED"
    shown = "" if ratio is None else f"{ratio:.2f}x"
    wanted = "" if goal is None else f">= {goal:g}x"
    print(f"| {measure} | {ours} | {theirs} | {shown} | {wanted} | {verdict} |", flush=True)


# Records.


def short_record(index: int) -> inrush.Record:
    """About 265 bytes, as the report has them that started this."""
    record = inrush.Record()
    record.add_control("001", f"{index:09}")
    record.add_control("008", "200101s2020    xxu           000 0 eng d")
    record.add_field("100", "1 ", [("a", f"Author {index}, First,")])
    record.add_field("245", "10", [("a", f"Title number {index} /"), ("c", "by the author.")])
    record.add_field("260", "  ", [("a", "New York :"), ("b", "Publisher,"), ("c", "2020.")])
    record.add_field("650", " 0", [("a", f"Subject {index % 100}.")])
    return record


@functools.cache
def records() -> dict[str, list]:
    """The same records, as each library has them."""
    made = [short_record(index) for index in range(RECORDS)]
    data = b"".join(map(bytes, made))
    return {
        "inrush": made,
        "mrrc": list(mrrc.MARCReader(io.BytesIO(data))) if mrrc else [],
        "pymarc": list(pymarc.MARCReader(io.BytesIO(data))) if pymarc else [],
    }


def one_by_one(target, some: list) -> None:
    with inrush.MarcWriter(target) as writer:
        write = writer.write
        for record in some:
            write(record)


def at_once(target, some: list) -> None:
    with inrush.MarcWriter(target) as writer:
        writer.write_many(some)


def as_bytes(_, some: list) -> None:
    inrush.encode_marc(some)


def by_mrrc(target, some: list) -> None:
    writer = mrrc.MARCWriter(target)
    for record in some:
        writer.write(record)
    writer.close()


def by_pymarc(target, some: list) -> None:
    file = open(target, "wb") if isinstance(target, str) else target
    writer = pymarc.MARCWriter(file)
    for record in some:
        writer.write(record)
    writer.close(close_fh=isinstance(target, str))


class Nowhere:
    """Takes everything and keeps nothing."""

    def write(self, data) -> int:
        return len(data)


def targets(folder: Path, with_nowhere: bool = False) -> dict[str, Callable[[int], object]]:
    """Where records go, each thread to a place of its own."""
    places: dict[str, Callable[[int], object]] = {
        "a file": lambda thread: str(folder / f"{thread}.mrc"),
        "BytesIO": lambda _: io.BytesIO(),
    }
    if with_nowhere:
        places["nowhere"] = lambda _: Nowhere()
    return places


def records_row(folder: Path, rounds: int) -> None:
    known = records()
    for place, target in targets(folder).items():
        writers = {"write": one_by_one, "write_many": at_once}
        if place == "BytesIO":
            writers["encode_marc"] = as_bytes
        subjects = {
            name: timed(lambda write=write: write(target(0), known["inrush"]))
            for name, write in writers.items()
        }
        if mrrc:
            subjects["mrrc"] = timed(lambda: by_mrrc(target(0), known["mrrc"]))
        if pymarc:
            subjects["pymarc"] = timed(lambda: by_pymarc(target(0), known["pymarc"]))
        samples = Samples(subjects, rounds)
        theirs = ", ".join(
            f"{name} {samples.shown(name, 'ms')}" for name in ("mrrc", "pymarc") if name in subjects
        )
        for name in writers:
            ratio = samples.median("mrrc") / samples.median(name) if mrrc else None
            goal = 1.5 if name == "write" else 5
            where = "bytes" if name == "encode_marc" else place
            measure = f"`{name}`, 10k records to {where}"
            row(measure, samples.shown(name, "ms"), theirs or "not installed", ratio, goal)


def in_threads(write, some: list, target, n_threads: int, jobs: int) -> tuple[float, float]:
    """Milliseconds for `jobs` jobs of each thread, by one after the other and by all at once."""
    half = RECORDS // 2
    parts = [some[:half], some[half:]]

    def work(thread: int, gate: threading.Barrier | None = None) -> None:
        if gate is not None:
            gate.wait()
        for _ in range(jobs):
            write(target(thread), parts[thread % 2])

    started = time.perf_counter()
    for thread in range(n_threads):
        work(thread)
    alone = time.perf_counter() - started

    gate = threading.Barrier(n_threads + 1)
    threads = [threading.Thread(target=work, args=(n, gate)) for n in range(n_threads)]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return alone * 1e3, (time.perf_counter() - started) * 1e3


def in_processes(write, some: list, target, n_processes: int, jobs: int) -> float:
    """Milliseconds for `jobs` jobs of each of some processes at once, which share no interpreter."""
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(n_processes + 1)
    half = RECORDS // 2
    parts = [some[:half], some[half:]]

    def work(process: int) -> None:
        # Pages that are shared with the parent become our own.
        write(target(process), parts[process % 2])
        gate.wait()
        for _ in range(jobs):
            write(target(process), parts[process % 2])
        gate.wait()

    processes = [context.Process(target=work, args=(n,)) for n in range(n_processes)]
    for process in processes:
        process.start()
    gate.wait()
    started = time.perf_counter()
    gate.wait()
    took = (time.perf_counter() - started) * 1e3
    for process in processes:
        process.join()
    return took


def threads_row(folder: Path, rounds: int) -> None:
    known = records()
    long = [inrush.Record.generate(index, seed=7) for index in range(RECORDS)]
    n_bytes = sum(len(bytes(record)) for record in long) // RECORDS
    places = targets(folder, with_nowhere=True)
    for kind, some in (("", known["inrush"]), (f" of {n_bytes} bytes", long)):
        for name, write, place in (
            *(("write_many", at_once, place) for place in places),
            ("encode_marc", as_bytes, "bytes"),
        ):
            target = places.get(place, lambda _: None)
            for n_threads, goal in ((2, 1.8), (4, 1.0)):
                pairs = [in_threads(write, some, target, n_threads, JOBS) for _ in range(rounds)]
                ratio = statistics.median(alone / together for alone, together in pairs)
                low = min(alone / together for alone, together in pairs)
                high = max(alone / together for alone, together in pairs)
                together = statistics.median(together for _, together in pairs) / JOBS
                limit = statistics.median(
                    alone / in_processes(write, some, target, n_threads, JOBS)
                    for alone, _ in pairs
                )
                theirs = f"{n_threads} processes {limit:.2f}x"
                if mrrc and not kind and place in ("a file", "BytesIO"):
                    peers = [in_threads(by_mrrc, known["mrrc"], target, n_threads, 1)
                             for _ in range(rounds)]
                    peer_ratio = statistics.median(a / t for a, t in peers)
                    peer_ms = statistics.median(t for _, t in peers)
                    theirs += f", mrrc {peer_ratio:.2f}x, {peer_ms:.3g} ms"
                measure = f"`{name}`, {n_threads} threads x 5k records{kind}, to {place}"
                ours = f"{together:.3g} ms, {low:.2f}x to {high:.2f}x"
                row(measure, ours, theirs, ratio, goal)


# Bytes.


def rate(fills: list[Callable[[bytearray, int], object]], size: int, n_fills: int) -> float:
    """GB/s of threads that fill a buffer of their own each, again and again."""
    gate = threading.Barrier(len(fills) + 1)
    buffers = [bytearray(size) for _ in fills]

    def work(fill, buffer: bytearray) -> None:
        fill(buffer, 0)
        gate.wait()
        for index in range(n_fills):
            fill(buffer, index * size)

    threads = [threading.Thread(target=work, args=pair) for pair in zip(fills, buffers)]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return len(fills) * n_fills * size / (time.perf_counter() - started) / 1e9


def dgen_fill(max_threads: int) -> Callable[[bytearray, int], object]:
    # One of a PiB, as ours is, would begin with a table of gigabytes.
    generator = dgen.Generator(size=1 << 36, max_threads=max_threads)
    return lambda buffer, _: generator.fill_chunk(buffer)


def memset(buffer: bytearray, _: int) -> None:
    """The least that filling can cost; the interpreter is let go of, as by `fill`."""
    ctypes.memset(ctypes.addressof(ctypes.c_char.from_buffer(buffer)), 1, len(buffer))


def rate_of_processes(fill: Callable[[bytearray, int], object], size: int, n_fills: int) -> float:
    """GB/s of two processes that fill a buffer of their own each, and share no interpreter."""
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(3)

    def work() -> None:
        buffer = bytearray(size)
        fill(buffer, 0)
        gate.wait()
        for index in range(n_fills):
            fill(buffer, index * size)
        gate.wait()

    processes = [context.Process(target=work) for _ in range(2)]
    for process in processes:
        process.start()
    gate.wait()
    started = time.perf_counter()
    gate.wait()
    took = time.perf_counter() - started
    for process in processes:
        process.join()
    return 2 * n_fills * size / took / 1e9


def fill_row(_: Path, rounds: int) -> None:
    fill = inrush.Bytes(1 << 50).fill
    for size, name, goal in ((1 << 16, "64 KiB", 15), (1 << 20, "1 MiB", 20), (1 << 25, "32 MiB", 15)):
        n_fills = max(8, (1 << 31) // size)
        subjects = {
            "1": lambda: rate([fill], size, n_fills),
            "2": lambda: rate([fill, fill], size, n_fills),
            "2 processes": lambda: rate_of_processes(fill, size, n_fills),
            "memset": lambda: rate([memset], size, n_fills),
            "memset, 2 processes": lambda: rate_of_processes(memset, size, n_fills),
        }
        if dgen:
            few = max(4, n_fills // 40)
            subjects["dgen-py"] = lambda: rate([dgen_fill(1)], size, few)
            subjects["dgen-py, 2"] = lambda: rate([dgen_fill(2)], size, few)
        samples = Samples(subjects, rounds)
        peer_of = lambda name: f", dgen-py {samples.shown(name, 'GB/s')}" if dgen else ""
        one = samples.median("1")
        row(f"`Bytes.fill`, {name}, GB/s over {goal}", samples.shown("1", "GB/s"),
            f"memset {samples.shown('memset', 'GB/s')}{peer_of('dgen-py')}", one / goal, 1)
        limits = [f"2 processes {samples.median('2 processes') / one:.2f}x",
                  f"memset {samples.median('memset, 2 processes') / samples.median('memset'):.2f}x"]
        row(f"`Bytes.fill`, {name}, 2 threads over 1", samples.shown("2", "GB/s"),
            ", ".join(limits) + peer_of("dgen-py, 2"), samples.median("2") / one, 1.8)


# Whole jobs.


def job_row(folder: Path, rounds: int) -> None:
    command = os.environ.get("INRUSH_COMMAND") or shutil.which("inrush")
    out = folder / "objects"

    def package() -> float:
        shutil.rmtree(out, ignore_errors=True)
        return inrush.write_bytes(16, "64MiB", out)["bytes_per_s"] / 1e9

    def by_command() -> float:
        shutil.rmtree(out, ignore_errors=True)
        made = subprocess.run(
            [command, "bytes", "--objects", "16", "--size", "64MiB", "--out", out, "--json"],
            check=True, capture_output=True, text=True,
        )
        return json.loads(made.stdout)["bytes_per_s"] / 1e9

    def dgen_loop() -> float:
        generator = dgen.Generator(size=1 << 30)
        buffer = bytearray(1 << 20)
        started = time.perf_counter()
        out.mkdir(exist_ok=True)
        with open(out / "object", "wb") as file:
            while not generator.is_complete():
                file.write(memoryview(buffer)[: generator.fill_chunk(buffer)])
        return (1 << 30) / (time.perf_counter() - started) / 1e9

    subjects = {"package": package}
    if command:
        subjects["command"] = by_command
    if dgen:
        subjects["dgen-py"] = dgen_loop
    samples = Samples(subjects, rounds)
    theirs = ", ".join(f"{name} {samples.shown(name, 'GB/s')}" for name in subjects if name != "package")
    ratio = samples.median("package") / samples.median("command") if command else None
    row("`write_bytes`, 1 GiB, over the command", samples.shown("package", "GB/s"),
        theirs or "not installed", ratio, 0.9)
    shutil.rmtree(out, ignore_errors=True)


def ray_row(folder: Path, rounds: int) -> None:
    if peer("ray") is None:
        row("Ray, 2 workers over 1 process", "", "ray is not installed", None, 1.7)
        return
    import ray
    from inrush.distributed import run_ray

    job = {"objects": 64, "size": "64MiB", "dedup": 1.5, "compress": 2.5}
    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    # Workers are started, and have the package, before anything is measured.
    run_ray(inrush.write_bytes, shards=4, objects=4, size=1, out=folder / "warm")

    def alone() -> None:
        shutil.rmtree(folder / "alone", ignore_errors=True)
        inrush.write_bytes(**job, out=folder / "alone", jobs=1)

    def on_ray() -> None:
        shutil.rmtree(folder / "ray", ignore_errors=True)
        run_ray(inrush.write_bytes, shards=8, **job, out=folder / "ray")

    samples = Samples({"alone": timed(alone), "ray": timed(on_ray)}, rounds)
    roots = [inrush.merge(folder / name)["root"] for name in ("alone", "ray")]
    ratio = samples.median("alone") / samples.median("ray")
    same = "same root hash" if roots[0] == roots[1] else "ROOT HASH DIFFERS"
    row("Ray, 2 workers, 8 shards, 4 GiB, over 1 process", samples.shown("ray", "ms"),
        f"1 process {samples.shown('alone', 'ms')}; {same}", ratio, 1.7)
    ray.shutdown()
    if roots[0] != roots[1]:
        sys.exit("the union of the shards is another")


ROWS = {
    "records": records_row,
    "threads": threads_row,
    "fill": fill_row,
    "job": job_row,
    "ray": ray_row,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", choices=[[], *ROWS], help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true", help="3 rounds instead of 11")
    parser.add_argument("--folder", type=Path, help="where files go")
    args = parser.parse_args()
    shared_memory = Path("/dev/shm")
    parent = args.folder or (shared_memory if shared_memory.is_dir() else None)
    n_bytes = len(bytes(short_record(RECORDS // 2)))
    print(f"inrush {inrush.__version__}, Python {sys.version.split()[0]}, {os.cpu_count()} processors")
    print(f"Records have {n_bytes} bytes, but where another number is given.")
    print("\n| measure | inrush | peers | ratio | goal | |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        for name in args.rows or ROWS:
            ROWS[name](Path(folder), 3 if args.quick else 11)


if __name__ == "__main__":
    main()
