"""Bytes, tables and catalogue records, made and written as fast as the machine takes them."""

from inrush._inrush import __version__

__all__ = ["__version__"]
