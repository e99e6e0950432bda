"""Bytes, tables and catalogue records, made and written as fast as the machine takes them."""

from inrush._inrush import (
    Bytes,
    Field,
    MarcError,
    MarcReader,
    MarcWriter,
    Record,
    __version__,
)

__all__ = [
    "Bytes",
    "Field",
    "MarcError",
    "MarcReader",
    "MarcWriter",
    "Record",
    "__version__",
]
