"""One job as shards, on an engine that is there already: Ray or Dask.

A shard is one call, ``write(..., shard=(i, n), resume=True)``, in any process that sees the destination: a
folder that all workers share, or an object store. The engine decides where it runs, and runs it again
where a worker is lost; files that the lost one had finished are kept. At the end the manifests of the
shards become one, and the destination is, byte for byte, what a single run leaves.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import inrush

__all__ = ["run_dask", "run_ray", "run_shard"]

Write = Callable[..., Any]
Progress = Callable[[int, int], object]


def run_shard(write: Write, index: int, count: int, arguments: dict[str, Any]) -> Any:
    """Makes shard ``index`` of ``count``: what a worker is given to do."""
    return write(**arguments, shard=(index, count), resume=True)


def run_ray(
    write: Write,
    *,
    shards: int,
    cpus_per_shard: int = 1,
    max_retries: int = 3,
    progress: Progress | None = None,
    **arguments: Any,
) -> Any:
    """Runs ``write`` (``inrush.write_table``, ``write_bytes`` or ``write_marc``) as shards on Ray.

    Returns what ``inrush.merge`` does, and raises what it raises. ``cpus_per_shard`` is what Ray counts a
    shard as, and how many files of it are made at a time, unless ``jobs`` says otherwise. A path, of a
    folder or of a schema, is that of the process that calls. A shard whose worker is lost is run again
    up to ``max_retries`` times. An exception of a shard stops the others and is raised; the same
    call goes on from there. ``progress`` is called with the number of shards that are done, and of all.

    Ray is used as it stands: ``ray.init`` first, where it is not to be one of this machine alone.
    """
    arguments = _of_shards(shards, arguments, cpus_per_shard)
    import ray

    task = ray.remote(num_cpus=cpus_per_shard, max_retries=max_retries)(run_shard)
    running = [task.remote(write, index, shards, arguments) for index in range(shards)]

    def ended() -> Iterator[None]:
        nonlocal running
        while running:
            done, running = ray.wait(running)
            yield from (ray.get(one) for one in done)

    try:
        _count(ended(), shards, progress)
    except BaseException:
        for one in running:
            ray.cancel(one)
        raise
    return inrush.merge(arguments["out"])


def run_dask(
    client: Any,
    write: Write,
    *,
    shards: int,
    jobs: int = 1,
    progress: Progress | None = None,
    **arguments: Any,
) -> Any:
    """Runs ``write`` as shards by a ``Client`` of Dask, as ``run_ray`` does on Ray.

    A shard whose worker is lost is run again as often as the scheduler's ``allowed-failures`` says.
    """
    arguments = _of_shards(shards, arguments, jobs)
    from dask import distributed

    as_completed: Callable[..., Any] = distributed.as_completed
    futures = [
        client.submit(run_shard, write, index, shards, arguments, pure=False)
        for index in range(shards)
    ]
    try:
        _count((future.result() for future in as_completed(futures)), shards, progress)
    except BaseException:
        client.cancel(futures)
        raise
    return inrush.merge(arguments["out"])


def _of_shards(shards: int, arguments: dict[str, Any], jobs: int) -> dict[str, Any]:
    """The arguments of each shard, but for which one it is, as workers in other folders need them."""
    if shards < 1:
        raise ValueError(f"a job has at least one shard, not {shards}")
    for name in ("shard", "resume", "overwrite"):
        if name in arguments:
            raise ValueError(f"`{name}` is not for the whole of a job that is run as shards")
    if "out" not in arguments:
        raise ValueError("`out` is missing: a place that all workers see")
    out, schema = arguments["out"], arguments.get("schema")
    if not (isinstance(out, str) and ":" in out.partition("/")[0]):
        arguments = arguments | {"out": os.path.abspath(out)}
    if isinstance(schema, os.PathLike) or isinstance(schema, str) and os.path.isfile(schema):
        arguments = arguments | {"schema": os.path.abspath(schema)}
    return {"jobs": jobs} | arguments


def _count(ended: Iterator[Any], shards: int, progress: Progress | None) -> None:
    for done, _ in enumerate(ended, start=1):
        if progress is not None:
            progress(done, shards)
