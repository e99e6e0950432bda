"""What the command writes to S3, read back by boto3 from moto's server.

python objects.py path/to/inrush
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import boto3

INRUSH = sys.argv[1]
BUCKET = "inrush-bucket"
TABLE = ["table", "--schema", "builtin:seed7", "--rows", "30k", "--files", "4", "--seed", "9"]
BYTES = ["bytes", "--objects", "3", "--size", "12MB", "--dedup", "2", "--part-size", "5MiB"]


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def serve(port, log):
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)],
        stdout=log,
        stderr=log,
    )
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)
            return server
        except urllib.error.HTTPError:
            return server
        except OSError:
            assert server.poll() is None, "moto has ended"
            time.sleep(0.1)
    raise SystemExit("moto does not answer")


def environment(port):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("INRUSH_", "AWS_"))}
    keys = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1"}
    return kept | keys | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}


class Place:
    def __init__(self, port):
        self.env = environment(port)
        self.s3 = boto3.client(
            "s3",
            endpoint_url=self.env["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id="k",
            aws_secret_access_key="s",
        )
        self.s3.create_bucket(Bucket=BUCKET)

    def start(self, *args):
        return subprocess.Popen(
            [INRUSH, *args], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *args, code=0):
        process = self.start(*args)
        out, err = process.communicate()
        assert process.returncode == code, f"{args}: {process.returncode}\n{out}\n{err}"
        return out, err

    def names(self, prefix):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return sorted(key.removeprefix(prefix) for key in keys)

    def get(self, key):
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def uploads(self):
        return self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])

    def root(self, prefix):
        last = self.get(f"{prefix}_manifest.jsonl").decode().splitlines()[-1]
        return json.loads(last)["root"]


def same_as_in_a_folder(place, name, job):
    """The bytes in the store are those of the same job into a folder, and the manifest says so."""
    url, prefix = f"s3://{BUCKET}/{name}", f"{name}/"
    place.run(*job, "--out", url)
    with tempfile.TemporaryDirectory() as folder:
        place.run(*job, "--out", folder)
        local = {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}
        last = local.pop("_manifest.jsonl").decode().splitlines()[-1]
    assert place.names(prefix) == sorted([*local, "_manifest.jsonl"]), place.names(prefix)
    for file, content in local.items():
        assert place.get(prefix + file) == content, f"{name}/{file} differs"
    assert place.root(prefix) == json.loads(last)["root"]
    assert place.uploads() == []
    place.run("verify", url)
    print(f"{name}: {len(local)} objects are those of a folder")


def damage_is_found(place):
    url, key = f"s3://{BUCKET}/bytes", "bytes/object-00001-of-00003.bin"
    content = bytearray(place.get(key))
    content[7_000_000] ^= 1
    place.s3.put_object(Bucket=BUCKET, Key=key, Body=bytes(content))
    _, err = place.run("verify", url, code=3)
    assert "7000000" in err and "object-00001" in err, err
    place.s3.delete_object(Bucket=BUCKET, Key=key)
    _, err = place.run("verify", url, code=3)
    assert "is missing" in err, err
    place.run(*BYTES, "--out", url, code=2)
    out, _ = place.run(*BYTES, "--out", url, "--resume")
    assert "2 files kept" in out, out
    place.run("verify", url)
    print("damage: found, named and mended")


def a_signal_leaves_nothing_open(place, sent, code):
    name = f"stopped-{sent}"
    url, prefix = f"s3://{BUCKET}/{name}", f"{name}/"
    job = ["bytes", "--objects", "20", "--size", "20MB", "--part-size", "5MiB", "--out", url]
    process = place.start(*job)
    while len([name for name in place.names(prefix) if name.endswith(".bin")]) < 2:
        assert process.poll() is None, process.communicate()
    process.send_signal(sent)
    _, err = process.communicate()
    assert process.returncode == code, (process.returncode, err)
    if sent != signal.SIGKILL:
        assert place.uploads() == []
        assert not [name for name in place.names(prefix) if name.startswith("_manifest.d")]
    out, _ = place.run(*job, "--resume")
    assert "kept from before" in out, out
    # A process that was killed could not end its uploads: a rule of the bucket does that.
    for upload in place.uploads():
        place.s3.abort_multipart_upload(
            Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"]
        )
    place.run("verify", url)
    reference = f"s3://{BUCKET}/whole-{sent}"
    place.run(*job[:-1], reference)
    assert place.root(prefix) == place.root(f"whole-{sent}/")
    print(f"signal {sent}: resumed to the same bytes")


def shards_make_what_one_run_makes(place):
    """Three processes at the same time, one of which is killed, resumed, and merged with the others."""
    url, prefix = f"s3://{BUCKET}/sharded", "sharded/"
    job = ["bytes", "--objects", "30", "--size", "6MB", "--part-size", "5MiB", "--out"]
    shards = [place.start(*job, url, "--shard", f"{i}/3") for i in range(3)]
    notes = {f"_manifest.d/object-{f:05}-of-00030.bin.json" for f in range(2, 30, 3)}
    while not notes & set(place.names(prefix)):
        assert shards[2].poll() is None, shards[2].communicate()
    shards[2].kill()
    shards[2].communicate()
    for shard in shards[:2]:
        out, err = shard.communicate()
        assert shard.returncode == 0, (out, err)
    _, err = place.run("verify", url, code=2)
    assert "not merged" in err and "shard 2/3: not complete" in err, err
    _, err = place.run("merge", url, code=2)
    assert "shard 2/3: not complete" in err, err
    _, err = place.run(*job, url, "--shard", "1/3", code=2)
    assert "not empty" in err, err
    _, err = place.run(*job, url, "--shard", "1/4", "--resume", code=2)
    assert "all shards of a job are of one number" in err, err
    out, _ = place.run(*job, url, "--shard", "2/3", "--resume")
    assert "kept from before" in out, out
    place.run("verify", url, "--shard", "2/3")
    out, _ = place.run("merge", url)
    assert "3 shards merged: 30 files" in out, out
    place.run("merge", url)
    place.run("verify", url)
    place.run(*job, f"s3://{BUCKET}/unsharded")
    assert place.root(prefix) == place.root("unsharded/")
    assert place.names(prefix) == place.names("unsharded/"), place.names(prefix)
    print("shards: a killed one resumed, merged to what one run makes")


def overwriting_leaves_others_alone(place):
    url = f"s3://{BUCKET}/table"
    place.s3.put_object(Bucket=BUCKET, Key="table/precious.txt", Body=b"mine")
    job = ["bytes", "--objects", "1", "--size", "1MB", "--out", url]
    _, err = place.run(*job, "--resume", code=2)
    assert "another job" in err, err
    place.run(*job, "--overwrite")
    left = ["_manifest.jsonl", "object-00000-of-00001.bin", "precious.txt"]
    assert place.names("table/") == left, place.names("table/")
    print("overwriting: what the earlier job wrote is gone, and nothing else")


def what_is_not_there_is_named(place):
    _, err = place.run(*BYTES, "--out", "s3://no-such-bucket/x", code=2)
    assert "NoSuchBucket" in err and "s3://no-such-bucket/x" in err and "<" not in err, err
    _, err = place.run("verify", f"s3://{BUCKET}/nothing", code=2)
    assert "no manifest" in err, err
    print("what is not there: named")


def main():
    port = free_port()
    with tempfile.TemporaryFile() as log:
        server = serve(port, log)
        try:
            place = Place(port)
            same_as_in_a_folder(place, "table", TABLE)
            same_as_in_a_folder(place, "csv", [*TABLE, "--format", "csv", "--compression", "zstd"])
            same_as_in_a_folder(place, "bytes", BYTES)
            damage_is_found(place)
            a_signal_leaves_nothing_open(place, signal.SIGINT, 130)
            a_signal_leaves_nothing_open(place, signal.SIGTERM, 143)
            a_signal_leaves_nothing_open(place, signal.SIGKILL, -9)
            shards_make_what_one_run_makes(place)
            overwriting_leaves_others_alone(place)
            what_is_not_there_is_named(place)
        finally:
            server.terminate()
            server.wait()


main()
