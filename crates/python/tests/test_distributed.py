"""Jobs as shards on engines: the same bytes, a lost worker's shard run again, exceptions that arrive."""

import os
import signal
from pathlib import Path

import inrush
import pytest
from inrush.distributed import run_dask, run_ray, run_shard

JOB = {"objects": 16, "size": "100KiB", "dedup": 1.5, "compress": 2.0, "seed": 7}


@pytest.fixture(scope="module")
def ray():
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    yield ray
    ray.shutdown()


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("dask.distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="ERROR"
    ) as cluster:
        with distributed.Client(cluster) as client:
            yield client


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("_")
    }


@pytest.fixture
def whole(tmp_path: Path):
    """The files of a single run, and its root hash."""
    root = inrush.write_bytes(**JOB, out=tmp_path / "whole")["root"]
    return files_of(tmp_path / "whole"), root


def losing_a_worker():
    """Writes a shard; the first attempt of the second one kills its process halfway."""

    # Within a function, so that it goes to the workers as it is: they do not have this file.
    def write(**arguments):
        mark = Path(arguments["out"]).with_suffix(".lost")
        if arguments["shard"][0] == 1 and not mark.exists():
            inrush.write_bytes(**arguments)
            manifest = next(Path(arguments["out"]).glob("_manifest-00001-*"))
            manifest.write_bytes(manifest.read_bytes()[:-200])
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return inrush.write_bytes(**arguments)

    return write


def test_shards_by_hand_are_the_whole(tmp_path, whole):
    out = tmp_path / "shards"
    for index in (2, 0, 1):
        run_shard(inrush.write_bytes, index, 3, JOB | {"out": out})
    assert inrush.merge(out)["root"] == whole[1]
    assert files_of(out) == whole[0]


def test_ray_makes_the_same_bytes(ray, tmp_path, whole):
    out, seen = tmp_path / "ray", []
    merged = run_ray(
        inrush.write_bytes, shards=5, progress=lambda *done: seen.append(done), **JOB, out=out
    )
    assert (files_of(out), merged["root"]) == whole
    assert seen == [(done, 5) for done in range(1, 6)]
    assert inrush.verify(out)["mismatches"] == []


def test_ray_runs_the_shard_of_a_lost_worker_again(ray, tmp_path, whole):
    out = tmp_path / "ray"
    merged = run_ray(losing_a_worker(), shards=4, **JOB, out=out)
    assert (tmp_path / "ray.lost").exists()
    assert (files_of(out), merged["root"]) == whole


def test_an_exception_on_ray_is_raised_and_the_same_call_goes_on(ray, tmp_path, whole):
    out = tmp_path / "ray"
    out.mkdir()
    in_the_way = out / "object-00003-of-00016.bin"
    in_the_way.mkdir()
    with pytest.raises((inrush.JobError, OSError), match="object-00003|holds"):
        run_ray(inrush.write_bytes, shards=4, **JOB, out=out)
    in_the_way.rmdir()
    merged = run_ray(inrush.write_bytes, shards=4, **JOB, out=out)
    assert (files_of(out), merged["root"]) == whole


def test_dask_makes_the_same_bytes(client, tmp_path, whole):
    out = tmp_path / "dask"
    merged = run_dask(client, inrush.write_bytes, shards=5, **JOB, out=out)
    assert (files_of(out), merged["root"]) == whole


def test_dask_runs_the_shard_of_a_lost_worker_again(client, tmp_path, whole):
    out = tmp_path / "dask"
    merged = run_dask(client, losing_a_worker(), shards=4, **JOB, out=out)
    assert (tmp_path / "dask.lost").exists()
    assert (files_of(out), merged["root"]) == whole


@pytest.mark.parametrize("name", ["shard", "resume", "overwrite"])
def test_what_is_of_a_shard_is_refused_for_the_whole(tmp_path, name):
    with pytest.raises(ValueError, match=f"`{name}`"):
        run_ray(inrush.write_bytes, shards=2, **JOB, out=tmp_path, **{name: True})


def test_no_shards_and_no_place_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at least one shard"):
        run_ray(inrush.write_bytes, shards=0, **JOB, out=tmp_path)
    with pytest.raises(ValueError, match="`out` is missing"):
        run_ray(inrush.write_bytes, shards=2, **JOB)
