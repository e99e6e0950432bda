"""A sample of the model `python`: its parameters are JSON in one argument, and so is the line it prints.

A job is a writer that is made, handed records, and closed. A lap is so many jobs of each thread, with the
threads together or one after the other. Nothing but laps is timed. The records are read before the first,
and what jobs have written is looked at behind the last.
"""

import gc
import io
import itertools
import json
import os
import sys
import threading
from statistics import median
from time import perf_counter_ns as clock
from time import process_time_ns as processor_clock
from time import sleep

from libraries import WAYS

# Ten times as long as a thread may keep the interpreter from another that wants it.
LAP_NS = 50_000_000
# Within this all threads have heard of a lap, and then wait for it to begin by the clock: each that is let
# go by the one before it would begin later.
HEARD_NS = 2_000_000
# Files of a lap are there until it is over, and are not to be so many that the system writes them back.
LAP_BYTES = 128_000_000
# Laps of each kind, in any case.
LEAST_LAPS = 2
# Rounds of jobs that tell how long one is.
MOST_TRIES = 20


class Nowhere:
    """Takes everything, and keeps how much that was."""

    def __init__(self):
        self.n_bytes = 0

    def write(self, data):
        n_bytes = len(data)
        self.n_bytes += n_bytes
        return n_bytes

    def tell(self):
        return self.n_bytes


class Jobs:
    """The jobs of all threads, each with records of its own."""

    def __init__(self, asked, read, write):
        self.n_threads = asked["threads"]
        self.write = write
        self.records = [read(asked["records"]) for _ in range(self.n_threads)]
        for records in self.records:
            n_records = len(records)
            if not isinstance(records, bytes) and n_records != asked["n_records"]:
                sys.exit(f"{n_records} records were read, not {asked['n_records']}")
        self.target, self.folder = asked["target"], asked["folder"]
        self.is_files = self.target in ("tmpfs", "disk")
        self.lengths = set()
        self.took_ns = []
        self.numbers = itertools.count()

    def do(self, thread, n_jobs):
        """So many jobs of a thread. Returns when they began and ended."""
        records, write = self.records[thread], self.write
        began = last = clock()
        for _ in range(n_jobs):
            target = self.new_target(thread)
            write(records, target)
            if not self.is_files:
                self.lengths.add(target.tell())
            now = clock()
            self.took_ns.append(now - last)
            last = now
        return began, last

    def new_target(self, thread):
        if self.target == "nowhere":
            return Nowhere()
        if self.target == "memory":
            return io.BytesIO()
        # A new name each time: a file that takes the place of another has that one to remove as well.
        return os.path.join(self.folder, f"{thread}-{next(self.numbers)}.mrc")

    def forget(self):
        """Removes the files of a lap, of which it keeps how long they were, and what its jobs took."""
        self.took_ns.clear()
        self.clear()

    def clear(self):
        if self.is_files:
            for entry in list(os.scandir(self.folder)):
                self.lengths.add(entry.stat().st_size)
                os.unlink(entry.path)

    def in_turn(self, n_jobs):
        """What the threads would do, by the one that calls. Returns what it took."""
        began = clock()
        for thread in range(self.n_threads):
            self.do(thread, n_jobs)
        return clock() - began

    def proof(self, thread):
        """One job more, whose output is kept."""
        path = os.path.join(self.folder, f"proof-{thread}.mrc")
        if self.is_files:
            self.write(self.records[thread], path)
        else:
            out = io.BytesIO()
            self.write(self.records[thread], out)
            with open(path, "wb") as file:
                file.write(out.getvalue())
        return path


class Alone:
    """The interpreter's own thread."""

    def in_turn(self, jobs, n_jobs):
        return jobs.in_turn(n_jobs)

    def all(self, task):
        return [task(0)]


class Kept:
    """Threads that are there before the clock starts."""

    def __init__(self, n_threads):
        self.barrier = threading.Barrier(n_threads + 1)
        self.results = [None] * n_threads
        for thread in range(n_threads):
            threading.Thread(target=self.work, args=(thread,), daemon=True).start()

    def work(self, thread):
        while True:
            self.barrier.wait()
            sleep(max(0, self.begin - clock()) / 1e9)
            try:
                self.results[thread] = self.task(thread)
            except BaseException as error:
                self.results[thread] = error
            self.barrier.wait()

    def all(self, task):
        """The results of `task` by all threads."""
        self.task, self.begin = task, clock() + HEARD_NS
        self.barrier.wait()
        self.barrier.wait()
        for result in self.results:
            if isinstance(result, BaseException):
                raise result
        return self.results

    def in_turn(self, jobs, n_jobs):
        """All jobs by one of the threads: memory of the interpreter's own comes from elsewhere."""
        return self.all(lambda thread: jobs.in_turn(n_jobs) if thread == 0 else None)[0]

    def together(self, jobs, n_jobs):
        """From the first that begins to the last that ends; and the share of it that all were at work."""
        spans = self.all(lambda thread: jobs.do(thread, n_jobs))
        begins, ends = zip(*spans)
        took = max(ends) - min(begins)
        return took, max(0, min(ends) - max(begins)) / took


class Fresh(Kept):
    """Threads that are started for each lap, by the clock, beside the interpreter's own."""

    def __init__(self, n_threads):
        self.results = [None] * n_threads

    def work(self, thread):
        try:
            self.results[thread] = self.task(thread)
        except BaseException as error:
            self.results[thread] = error

    def all(self, task):
        self.task = task
        threads = [threading.Thread(target=self.work, args=(i,)) for i in range(len(self.results))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for result in self.results:
            if isinstance(result, BaseException):
                raise result
        return self.results

    def in_turn(self, jobs, n_jobs):
        return jobs.in_turn(n_jobs)

    def together(self, jobs, n_jobs):
        began = clock()
        _, overlap = super().together(jobs, n_jobs)
        return clock() - began, overlap


def jobs_of_a_lap(crew, jobs, lap_ns):
    """So many that a lap is long enough, from what some of them take."""
    for _ in range(MOST_TRIES):
        crew.in_turn(jobs, 1)
        if sum(jobs.took_ns) >= lap_ns // 4:
            break
    jobs.clear()
    n_jobs = -(-lap_ns // (max(int(median(jobs.took_ns)), 1) * jobs.n_threads))
    if jobs.is_files:
        n_jobs = min(n_jobs, LAP_BYTES // (max(max(jobs.lengths), 1) * jobs.n_threads))
    return max(1, n_jobs)


def sample(asked, read, write):
    jobs = Jobs(asked, read, write)
    is_fresh = asked["crew"] == "fresh"
    if jobs.n_threads == 1:
        crew = Alone()
    else:
        crew = (Fresh if is_fresh else Kept)(jobs.n_threads)
    # Libraries that look through all objects now and then would find these again and again.
    gc.collect()
    gc.freeze()
    # The first job of each thread finds everything cold.
    crew.in_turn(jobs, 1)
    jobs.forget()
    n_jobs = 1 if is_fresh else jobs_of_a_lap(crew, jobs, min(LAP_NS, asked["duration_ns"]))
    jobs.forget()
    kinds = ["in_turn"] if jobs.n_threads == 1 else ["in_turn", "together"]
    laps = {"in_turn": [], "together": []}
    cpu_ns = {"in_turn": 0, "together": 0}
    took_ns, overlaps = [], []
    spent = 0
    while spent < asked["duration_ns"] or len(laps["in_turn"]) < LEAST_LAPS:
        for kind in kinds:
            cpu_before = processor_clock()
            if kind == "together":
                took, overlap = crew.together(jobs, n_jobs)
                overlaps.append(overlap)
            else:
                took = crew.in_turn(jobs, n_jobs)
                took_ns += jobs.took_ns
            cpu_ns[kind] += processor_clock() - cpu_before
            jobs.forget()
            laps[kind].append(took)
            spent += took
        # The other one first, so that neither always has the machine that the first has warmed up.
        kinds.reverse()
    return {
        "jobs_of_a_lap": n_jobs,
        "in_turn_ns": laps["in_turn"],
        "together_ns": laps["together"],
        "cpu_ns": cpu_ns["in_turn" if jobs.n_threads == 1 else "together"],
        "job_ns": took_ns,
        "overlaps": overlaps,
        "lengths": sorted(jobs.lengths),
        "written": crew.all(jobs.proof),
    }


def main():
    asked = json.loads(sys.argv[1])
    package, way = WAYS[asked["subject"]]
    try:
        read, write = way()
    except ModuleNotFoundError:
        answer = {"missing": package, "why": "is not there"}
    except ImportError:
        answer = {"missing": package, "why": "has not what is to be measured"}
    else:
        answer = sample(asked, read, write)
    print(json.dumps(answer))


main()
