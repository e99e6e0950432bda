"""Records for tests: awkward ones, and what foreign readers and writers make of them."""

import pymarc
import pytest
from foreign import by_mrrc, by_pymarc, mrrc, rewritten_by_mrrc
from foreign import fields_of as of_theirs
from foreign import fields_of_json as of_json

from inrush import Record

__all__ = [
    "AWKWARD",
    "by_mrrc",
    "by_pymarc",
    "made_of",
    "needs_mrrc",
    "of",
    "of_json",
    "of_length",
    "of_theirs",
    "pymarc_made_of",
    "rewritten_by_mrrc",
]

needs_mrrc = pytest.mark.skipif(mrrc is None, reason="mrrc is not there")


def of(record):
    """Tags, indicators, codes and texts of a record of ours."""
    return [
        (field.tag, field.data)
        if field.data is not None
        else (field.tag, field.indicators, field.subfields)
        for field in record
    ]


def made_of(fields):
    """A record of ours with these fields."""
    record = Record()
    for field in fields:
        if len(field) == 2:
            record.add_control(*field)
        else:
            record.add_field(*field)
    return record


def pymarc_made_of(fields):
    """A record of pymarc with these fields."""
    record = pymarc.Record(force_utf8=True)
    for field in fields:
        if len(field) == 2:
            record.add_field(pymarc.Field(field[0], data=field[1]))
        else:
            tag, indicators, subfields = field
            subfields = [pymarc.Subfield(*subfield) for subfield in subfields]
            record.add_field(pymarc.Field(tag, pymarc.Indicators(*indicators), subfields))
    return record


def of_length(n_bytes):
    """Fields of a record that has so many bytes, from 90,000 on."""
    fields = [("001", "long-1")]
    fields += [("500", "  ", [("a", "x" * 9_994)]) for _ in range(9)]
    # Leader and terminators are 26 bytes, an entry 12, a terminator 1, and a field 4 but for its text.
    n_before = 26 + 12 + 7 + 9 * (12 + 9_999)
    left = n_bytes - n_before - 17
    return [*fields, ("501", "  ", [("a", "y" * left)])]


AWKWARD = {
    "interleaved tags": [
        ("650", " 0", [("a", "one")]),
        ("500", "  ", [("a", "two")]),
        ("001", "awk-1"),
        ("650", " 1", [("a", "three")]),
    ],
    "empty fields and subfields": [
        ("001", "awk-2"),
        ("003", ""),
        ("500", "  ", [("a", "")]),
        ("501", "  ", [("a", ""), ("b", ""), ("a", "again")]),
    ],
    "linkage, Cyrillic and CJK": [
        ("001", "awk-3"),
        ("100", "1 ", [("6", "880-01"), ("a", "Tolstoĭ, Lev")]),
        ("245", "10", [("6", "880-02"), ("a", "Zhongguo li shi")]),
        ("880", "1 ", [("6", "100-01/(N"), ("a", "Толстой, Лев")]),
        ("880", "10", [("6", "245-02/$1"), ("a", "中國歷史 日本 한국 𠀋")]),
    ],
    "the longest record": of_length(99_999),
}
