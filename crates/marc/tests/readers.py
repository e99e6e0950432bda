"""Foreign readers and writers of ISO 2709 against the crate: pymarc, mrrc and, where it is, yaz-marcdump.

Usage: python readers.py PATH_TO_THE_EXAMPLE_MARC

They read what the crate writes and the crate reads what they write, on generated records and on awkward
ones: equal, or a named error; never a record without fields.
"""

import importlib.metadata
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

import mrrc
import pymarc
from foreign import by_mrrc, by_pymarc, fields_of, fields_of_json, rewritten_by_mrrc

# It writes an empty control field as two blanks, and of the longest record all but the last field.
CHANGED_BY_YAZ = ["empty fields", "the longest record", "all of them"]
HAS_YAZ = shutil.which("yaz-marcdump") is not None
MARC = str(pathlib.Path(sys.argv[1]).resolve())


def marc(*command, given=b"", fails=False):
    """What the example writes, and what it says."""
    result = subprocess.run([MARC, *command], input=given, capture_output=True)
    assert (result.returncode != 0) == fails, (command, result.returncode, result.stderr)
    return result.stdout, result.stderr.decode()


def by_us(data):
    return [fields_of_json(line) for line in marc("json", given=data)[0].decode().splitlines()]


def yaz(form, data, coding="utf-8"):
    """What yaz-marcdump makes of records, in UTF-8."""
    with tempfile.NamedTemporaryFile(suffix=".mrc") as file:
        file.write(data)
        file.flush()
        command = ["yaz-marcdump", "-f", coding, "-t", "utf-8", "-o", form, file.name]
        return subprocess.run(command, check=True, capture_output=True).stdout


def by_yaz(data, coding="utf-8"):
    xml = yaz("marcxml", data, coding)
    records = [fields_of(record) for record in pymarc.parse_xml_to_array(io.BytesIO(xml))]
    # It takes an empty control field for a data field without anything.
    return [[(field[0], field[1] or "", *field[2:]) for field in fields] for fields in records]


def agree(name, data):
    """All readers on valid bytes, which come back as they were."""
    ours = by_us(data)
    assert ours and all(ours), name
    copied, said = marc("copy", given=data)
    assert copied == data and not said, f"{name}: not the same bytes"
    assert marc("lenient", given=data) == (data, ""), name
    assert by_pymarc(data) == ours, f"{name}: pymarc differs"
    theirs = by_mrrc(data)
    assert theirs == [sorted(fields) for fields in ours], f"{name}: mrrc differs"
    written = by_us(rewritten_by_mrrc(data))
    assert [sorted(fields) for fields in written] == theirs, f"{name}: mrrc writes another"
    if HAS_YAZ:
        assert by_yaz(data) == ours, f"{name}: yaz-marcdump differs"
        written = yaz("marc", data)
        assert by_us(written) == by_pymarc(written), f"{name}: not read as yaz-marcdump writes it"
        assert by_us(written) == ours or name in CHANGED_BY_YAZ, f"{name}: it writes another"
    json_lines, _ = marc("json", given=data)
    array = "[" + ",".join(json_lines.decode().splitlines()) + "]"
    from_json = [fields_of(record) for record in pymarc.parse_json_to_array(array)]
    assert from_json == ours, f"{name}: the JSON is another"
    xml, _ = marc("xml", given=data)
    from_xml = [fields_of(record) for record in pymarc.parse_xml_to_array(io.BytesIO(xml))]
    assert from_xml == ours, f"{name}: the XML is another"
    return ours


def field(tag, indicators, *subfields):
    return pymarc.Field(tag, pymarc.Indicators(*indicators),
                        [pymarc.Subfield(code, value) for code, value in subfields])


def record(*fields):
    made = pymarc.Record(force_utf8=True)
    made.add_field(*fields)
    return made


def control(tag, text):
    return pymarc.Field(tag, data=text)


def awkward():
    """By pymarc, in UTF-8."""
    number = control("001", "awk-1")
    notes = [field("500", "  ", ("a", "x" * 9_994)) for _ in range(9)]
    longest = record(number, *notes)
    left = 99_999 - len(longest.as_marc())
    # An entry, indicators, delimiter, code and terminator are 17 bytes.
    longest.add_field(field("501", "  ", ("a", "y" * (left - 17))))
    assert len(longest.as_marc()) == 99_999
    return {
        "interleaved tags": record(
            field("650", " 0", ("a", "one")), field("500", "  ", ("a", "two")), number,
            field("650", " 1", ("a", "three"))),
        "empty fields": record(
            number, control("003", ""), field("500", "  ", ("a", "")),
            field("501", "  ", ("a", ""), ("b", ""))),
        "linkage, Cyrillic and CJK": record(
            number, field("100", "1 ", ("6", "880-01"), ("a", "Tolstoĭ, Lev")),
            field("245", "10", ("6", "880-02"), ("a", "Zhongguo li shi")),
            field("880", "1 ", ("6", "100-01/(N"), ("a", "Толстой, Лев")),
            field("880", "10", ("6", "245-02/$1"), ("a", "中國歷史 日本 한국 𠀋"))),
        "the longest record": longest,
    }


def wrong(good):
    """Records that are none, and what is said of them."""
    second = good[int(good[:5]):]
    directory = bytearray(good)
    directory[27:31] = b"9x99"
    lengths = bytearray(good)
    lengths[27:31] = b"0001"
    return {
        "a truncated tail": (good[:-7], "the input ends after"),
        "a corrupt directory": (bytes(directory), "directory entry 0 is"),
        "wrong lengths": (bytes(lengths), "does not end with a field terminator"),
        "rubbish": (b"x" * 200, "where a record's length of five digits should"),
        "another length": (b"00030" + second[5:], "do not end with a record terminator"),
    }


def others_of_marc8():
    """Readers that decode MARC-8 by themselves."""
    return [by_pymarc, *([lambda data: by_yaz(data, "marc-8")] if HAS_YAZ else [])]


def main():
    generated, _ = marc("generate", "11", "3000")
    records = agree("generated", generated)
    assert len(records) == 3_000
    assert any(fields[0] == "880" for one in records for fields in one)

    for name, made in awkward().items():
        data = made.as_marc()
        assert agree(name, data) == [fields_of(made)], name
    together = b"".join(made.as_marc() for made in awkward().values())
    assert len(agree("all of them", together)) == len(awkward())

    good = generated[:2_000]
    good = good[:int(good[:5]) + int(good[int(good[:5]):][:5])]
    for name, (data, text) in wrong(good).items():
        _, said = marc("copy", given=data, fails=True)
        assert text in said and said.startswith("record "), (name, said)
        kept, said = marc("lenient", given=data)
        assert said, name
        for fields in by_us(kept) if kept else []:
            assert fields, f"{name}: a record without fields"
        by_pymarc(kept)

    texts = [
        b"Caf\xe2e \xa5\xb2 \xb5\xc7", b"\xe8u\xf0c", b"\x1b(NwOJNA I MIR\x1b(B", b"H\x1bb2\x1bsO",
        b"\x1b(2`abc\x1b(B", b"\x1b(3ABC\x1b(B", b"\x1b(Sabd\x1b(B", b"plain",
    ]
    for text in texts:
        data = b"10\x1fa" + text + b"\x1e\x1d"
        leader = f"{24 + 13 + len(data):05}nam  2200037 i 4500245{len(data) - 1:04}00000\x1e"
        data = leader.encode() + data
        assert marc("copy", given=data)[0] == data, "MARC-8 is kept byte for byte"
        decoded, _ = marc("decode", given=data)
        theirs = [pymarc.marc8_to_unicode(text)]
        ours, = by_us(decoded)
        assert decoded[9:10] == b"a"
        assert [unicodedata.normalize("NFC", value) for _, value in ours[0][2]] \
            == [unicodedata.normalize("NFC", value) for value in theirs], text
        assert by_pymarc(decoded) == [ours]
        for reader in others_of_marc8():
            (found,), = reader(data)
            assert [unicodedata.normalize("NFC", value) for _, value in found[2]] \
                == [unicodedata.normalize("NFC", value) for value in theirs], (reader, text)
    data = leader.encode()[:24] + b"245001300000\x1e10\x1fa\x1b$1!0!\x1e"
    data = re.sub(rb"^\d{5}", b"%05d" % (len(data) + 1), data) + b"\x1d"
    data = data.replace(b"2450013", b"245%04d" % (len(data) - 38))
    _, said = marc("decode", given=data, fails=True)
    assert "East Asian (EACC)" in said, said

    versions = {name: importlib.metadata.version(name) for name in ["pymarc", "mrrc"]}
    versions["yaz-marcdump"] = "present" if HAS_YAZ else "absent"
    print("every reader of records agrees:", json.dumps(versions))


main()
