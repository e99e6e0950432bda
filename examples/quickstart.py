"""What `pip install ./crates/python` gives: bytes, tables, records, and whole jobs.

    python examples/quickstart.py [FOLDER]

writes a few megabytes to FOLDER, or to one that is removed at the end.
"""

import hashlib
import io
import sys
import tempfile
from pathlib import Path

import inrush


def main(folder: Path) -> None:
    # Bytes, at any offset, with a dedup and a compress ratio.
    data = inrush.Bytes(10_000_000, dedup=1.5, compress=2.5, seed=7)
    buffer = bytearray(64 * 1024)
    n = data.fill(buffer, offset=5_000_000)
    digest = hashlib.sha256()
    for chunk in data:
        digest.update(chunk)
    print(f"bytes: {n} at 5,000,000; all {data.size:,} have sha256 {digest.hexdigest()[:16]}")

    # A table, handed to whatever takes Arrow.
    table = inrush.Table("builtin:seed7", 100_000, seed=7)
    rows = sum(batch.num_rows for batch in table.batches())
    print(f"table: {rows:,} rows in batches that pyarrow, polars and DuckDB take as they are")

    # Catalogue records.
    record = inrush.Record()
    record.add_control("001", "42")
    record.add_field("245", "10", [("a", "The sea, the sea /"), ("c", "Iris Murdoch.")])
    out = io.BytesIO()
    with inrush.MarcWriter(out) as writer:
        writer.write(record)
        writer.write_many([inrush.Record.generate(i, seed=7) for i in range(1000)])
    titles = [record["245"]["a"] for record in inrush.MarcReader(out.getvalue())]
    print(f"records: {len(titles):,}, from {titles[0]!r} to {titles[-1]!r}")

    # Whole jobs, with a manifest, resumable and verifiable.
    job = inrush.write_table("builtin:seed7", "200K", folder / "orders", files=4, seed=7)
    report = inrush.verify(folder / "orders")
    print(f"job: {job['files']} files, {job['rows']:,} rows; {report['files']} verified")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder))
