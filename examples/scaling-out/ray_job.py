"""A job as shards on Ray: on this machine, or on the cluster that RAY_ADDRESS names.

    pip install ./crates/python ray
    python examples/scaling-out/ray_job.py FOLDER

FOLDER is one that all workers see, or an URL such as s3://bucket/objects.
"""

import os
import sys

import inrush
import ray
from inrush.distributed import run_ray


def main(out: str) -> None:
    # Two processes; on a cluster RAY_ADDRESS is set, and its number of processors is its own.
    ray.init(num_cpus=None if "RAY_ADDRESS" in os.environ else 2)
    merged = run_ray(
        inrush.write_bytes,
        shards=8,
        objects=64,
        size="8MiB",
        dedup=1.5,
        compress=2.5,
        out=out,
        progress=lambda done, shards: print(f"shard {done} of {shards}"),
    )
    print(f"{merged['files']} files, {merged['bytes']:,} bytes, root {merged['root']}")


if __name__ == "__main__":
    main(sys.argv[1])
