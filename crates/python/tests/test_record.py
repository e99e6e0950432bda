"""`Record` and `Field`: what is put in is there, in its order, and what is refused changes nothing."""

import copy
import io
import json
import pickle
import unicodedata

import pymarc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import catalogue
from inrush import Field, MarcError, MarcReader, Record


def sample():
    return catalogue.made_of(
        [
            ("001", "42"),
            ("245", "10", [("a", "The sea, the sea /"), ("c", "Iris Murdoch.")]),
            ("650", " 0", [("a", "Sea stories.")]),
            ("500", "  ", [("a", "Between.")]),
            ("650", " 1", [("a", "Actors."), ("v", "Fiction."), ("a", "Twice.")]),
        ]
    )


def out_of_order():
    """A record whose directory goes through the data backwards, which only its own bytes can say."""
    data = bytes(catalogue.made_of([("001", "first"), ("003", "2nd")]))
    return data[:24] + data[36:48] + data[24:36] + data[48:]


# What is in it


def test_fields_and_subfields_keep_their_order():
    record = sample()
    assert [field.tag for field in record] == ["001", "245", "650", "500", "650"]
    assert [field.tag for field in record.get_fields("650", "001")] == ["001", "650", "650"]
    last = record.get_fields("650")[-1]
    assert last.subfields == [("a", "Actors."), ("v", "Fiction."), ("a", "Twice.")]
    assert last.get_subfields("a") == ["Actors.", "Twice."]
    assert last.get_subfields("v", "a") == ["Actors.", "Fiction.", "Twice."]
    assert last.get_subfields() == [] and record.get_fields("999") == []
    assert len(record) == len(record.get_fields()) == 5


def test_the_first_field_and_subfield_of_a_name_are_found():
    record = sample()
    assert record["650"].indicators == " 0" and record["245"]["c"] == "Iris Murdoch."
    assert record.get("650") == record["650"] and record["245"].get("a") == "The sea, the sea /"
    assert "245" in record and "246" not in record
    assert "a" in record["245"] and "b" not in record["245"]


def test_what_is_missing_is_a_key_error_or_the_default():
    record = sample()
    with pytest.raises(KeyError, match="246"):
        record["246"]
    with pytest.raises(KeyError, match="z"):
        record["245"]["z"]
    with pytest.raises(KeyError):
        record["no tag"]
    default = object()
    assert record.get("246") is None and record.get("246", default) is default
    assert record["245"].get("z") is None and record["245"].get("z", "none") == "none"


def test_a_control_field_has_text_and_nothing_else():
    field = sample()["001"]
    assert (field.tag, field.data, field.indicators, field.subfields) == ("001", "42", "", [])
    assert str(field) == "=001  42"
    field = sample()["650"]
    assert field.data is None and str(field) == "=650  \\0$aSea stories."


def test_a_field_stays_as_it_was_when_it_was_asked_for():
    record = sample()
    field = record["650"]
    field.subfields.append(("z", "of a list"))
    iterator = iter(record)
    assert record.remove_fields("650", "999") == 2 and "650" not in record
    assert field["a"] == "Sea stories." and field.subfields == [("a", "Sea stories.")]
    assert len(list(iterator)) == 5 and len(record) == 3
    with pytest.raises(AttributeError):
        field.tag = "651"


@pytest.mark.parametrize("name", catalogue.AWKWARD)
def test_awkward_records_come_back_as_they_were(name):
    fields = catalogue.AWKWARD[name]
    record = catalogue.made_of(fields)
    assert catalogue.of(record) == fields
    again = Record.from_bytes(bytes(record))
    assert catalogue.of(again) == fields and again == record and bytes(again) == bytes(record)
    assert catalogue.of_json(record.to_json()) == fields
    xml = pymarc.parse_xml_to_array(io.BytesIO(record.to_xml().encode()))
    assert [catalogue.of_theirs(one) for one in xml] == [fields]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x1d\x1e\x1f"), max_size=40)
PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
FIELDS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["001", "003", "008", "00A"]), TEXT),
        st.tuples(
            st.from_regex("[0-9A-Za-z]{3}", fullmatch=True).filter(lambda tag: tag[:2] != "00"),
            st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=2, max_size=2),
            st.lists(st.tuples(PRINTABLE, TEXT), max_size=4),
        ),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(FIELDS)
def test_any_fields_come_back_as_they_were(fields):
    record = catalogue.made_of(fields)
    assert catalogue.of(record) == fields
    assert catalogue.of(Record.from_bytes(bytes(record))) == fields
    assert pickle.loads(pickle.dumps(record)) == record
    assert catalogue.of_json(record.to_json()) == fields


# What is refused

FAULTS = [
    ("add_control", ("245", "text"), MarcError, "data field"),
    ("add_control", ("00", "text"), MarcError, "no tag"),
    ("add_control", ("00é", "text"), MarcError, "no tag"),
    ("add_control", ("001", "a\x1eb"), MarcError, "0x1e"),
    ("add_control", ("001", "\ud800"), UnicodeEncodeError, "surrogate"),
    ("add_control", ("001", b"bytes"), TypeError, None),
    ("add_field", ("001", "  ", [("a", "x")]), MarcError, "control field"),
    ("add_field", ("2 5", "  ", [("a", "x")]), MarcError, "no tag"),
    ("add_field", ("245", "1", [("a", "x")]), ValueError, "two characters"),
    ("add_field", ("245", "123", [("a", "x")]), ValueError, "two characters"),
    ("add_field", ("245", "", [("a", "x")]), ValueError, "two characters"),
    ("add_field", ("245", "é", [("a", "x")]), MarcError, "indicator"),
    ("add_field", ("245", "1\x1f", [("a", "x")]), MarcError, "indicator"),
    ("add_field", ("245", "  ", [("a", "x"), ("", "y")]), ValueError, "one character"),
    ("add_field", ("245", "  ", [("a", "x"), ("bc", "y")]), ValueError, "one character"),
    ("add_field", ("245", "  ", [("a", "x"), ("é", "y")]), ValueError, "one character"),
    ("add_field", ("245", "  ", [("a", "x"), (" ", "y")]), MarcError, "subfield code"),
    ("add_field", ("245", "  ", [("a", "x"), ("\x1f", "y")]), MarcError, "subfield code"),
    ("add_field", ("245", "  ", [("a", "x"), ("b", "y\x1d")]), MarcError, "0x1d"),
    ("add_field", ("245", "  ", [("a", "x"), ("b", "\x1f")]), MarcError, "0x1f"),
    ("add_field", ("245", "  ", [("a", "x"), ("b", "\udfff")]), UnicodeEncodeError, "surrogate"),
    ("add_field", ("245", "  ", [("a", "x"), ("b", None)]), TypeError, None),
    ("add_field", ("245", "  ", [("a", "x"), ("b",)]), (TypeError, ValueError), None),
    ("add_field", ("245", "  ", [("a", "x", "y")]), (TypeError, ValueError), None),
    ("add_field", ("245", "  ", "ab"), TypeError, None),
    ("add_field", ("245", "  ", None), TypeError, None),
    ("add_field", ("245", "  ", {"a": "x"}), TypeError, None),
]


@pytest.mark.parametrize(("method", "arguments", "error", "text"), FAULTS)
def test_a_field_that_is_refused_leaves_the_record_as_it_was(method, arguments, error, text):
    built, read = sample(), Record.from_bytes(out_of_order())
    for record in [built, read, Record()]:
        before, n_before = record.copy(), len(record)
        data = bytes(record) if n_before else None
        with pytest.raises(error, match=text):
            getattr(record, method)(*arguments)
        assert record == before and len(record) == n_before
        assert data is None or bytes(record) == data
        record.add_field("900", "  ", [("a", "It can be added to.")])
        assert len(record) == n_before + 1


def test_text_with_marks_of_other_kinds_is_taken():
    text = "\0\t\n\x1b\x7f\x85\u2028"
    record = catalogue.made_of([("245", "  ", [("a", text), ("b", "plain")])])
    assert record["245"].subfields == [("a", text), ("b", "plain")]


def test_a_record_in_marc8_takes_ascii_only():
    data = b"00048nam  2200037 i 4500245001000000\x1e10\x1faCaf\xe2e\x1e\x1d"
    record = Record.from_bytes(data)
    assert unicodedata.normalize("NFC", record["245"]["a"]) == "Café"
    for fields in [("001", "é"), ("650", " 0", [("a", "plain"), ("b", "é")])]:
        add = record.add_control if len(fields) == 2 else record.add_field
        with pytest.raises(MarcError, match="MARC-8"):
            add(*fields)
        assert bytes(record) == data
    record.add_field("650", " 0", [("a", "plain")])
    assert record["245"]["a"] == "Cafe\u0301" and len(record) == 2


@pytest.mark.parametrize("leader", ["", "x" * 23, "x" * 25, "é" + "x" * 22, "x" * 5 + "\n" + "x" * 18])
def test_a_leader_that_is_none_is_refused(leader):
    with pytest.raises(ValueError):
        Record(leader)
    record = sample()
    before = record.leader
    with pytest.raises(ValueError):
        record.leader = leader
    assert record.leader == before


def test_a_leader_is_taken_but_for_what_the_encoder_sets():
    record = sample()
    record.leader = "99999cas  9999999 a 9999"
    again = Record.from_bytes(bytes(record))
    assert again.leader[5:10] == "cas a" and again.leader[17:20] == " a "
    assert again.leader[:5] == f"{len(bytes(record)):05}" and again.leader[20:] == "4500"
    assert Record("00000cgm a2200000 i 4500").leader[5:8] == "cgm"


def test_a_record_without_fields_has_no_bytes_and_is_one_all_the_same():
    empty = Record()
    assert len(empty) == 0 and list(empty) == [] and empty
    with pytest.raises(MarcError, match="no fields"):
        bytes(empty)


def test_what_is_no_record_is_refused_by_name():
    good = bytes(sample())
    for data, text in [
        (b"", "ends after"),
        (good[:-1], "ends after"),
        (good + b"\n", "1 bytes"),
        (good + good, "bytes"),
        (b"x" * 100, "length of five digits"),
        (good[:-1] + b"\n", "record terminator"),
    ]:
        with pytest.raises(MarcError, match=text) as raised:
            Record.from_bytes(data)
        assert raised.value.record is None and raised.value.offset is None
    with pytest.raises(TypeError):
        Record.from_bytes("text")


# Copies, comparison, pickling


def lenient():
    """Records that only a lenient reader takes."""
    data = bytearray(bytes(sample()))
    data[data.index(b"Murdoch")] = 0xFF
    (kept,) = MarcReader(bytes(data), lenient=True)
    assert bytes(kept) == data
    return [kept]


@pytest.mark.parametrize("copied", [Record.copy, copy.copy, copy.deepcopy])
def test_a_copy_is_changed_on_its_own(copied):
    record = sample()
    other = copied(record)
    assert other == record and other is not record
    other.add_control("003", "x")
    other.leader = "00000cgm a2200000 i 4500"
    assert other != record and record == sample()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_gives_an_equal_record(protocol):
    records = [sample(), Record(), Record("00000cgm a2200000 i 4500"), Record.generate(3)]
    records += map(catalogue.made_of, catalogue.AWKWARD.values())
    # Longer than ISO 2709 can say, and a backslash in the leader.
    records.append(catalogue.made_of(catalogue.of_length(99_999) * 2))
    records[-1].leader = "00000c\\m a2200000 i 4500"
    for record in records:
        again = pickle.loads(pickle.dumps(record, protocol))
        assert again == record and again.leader[5:10] == record.leader[5:10]
    for record in [Record.from_bytes(out_of_order()), *lenient()]:
        assert bytes(pickle.loads(pickle.dumps(record, protocol))) == bytes(record)


def test_equal_are_records_of_equal_fields_in_one_order():
    assert sample() == sample() and not sample() != sample()
    other = sample()
    other.remove_fields("500")
    other.add_field("500", "  ", [("a", "Between.")])
    assert sorted(map(str, other)) == sorted(map(str, sample())) and other != sample()
    changed = sample()
    changed.leader = "00000cam a2200000 i 4500"
    assert changed != sample()
    assert sample() != "record" and not sample() == None  # noqa: E711
    # Length and base address are the encoder's.
    assert Record.from_bytes(bytes(sample())) == sample()
    with pytest.raises(TypeError):
        sample() < sample()
    with pytest.raises(TypeError):
        hash(sample())


def test_equal_are_fields_of_equal_content():
    assert sample()["245"] == sample()["245"] != sample()["650"]
    assert sample()["245"] != "245"
    with pytest.raises(TypeError):
        Field()


def test_names_are_shown():
    assert repr(sample()) == '<Record "42", 5 fields>' and repr(Record()) == "<Record, 0 fields>"
    assert repr(sample()["001"]) == '<Field "=001  42">'


def test_generated_records_depend_on_their_arguments_alone():
    assert Record.generate(5) == Record.generate(5, seed=0) != Record.generate(5, seed=1)
    assert Record.generate(5) != Record.generate(6)
    for record in [Record.generate(i, seed=2) for i in [0, 1, 2**64 - 1]]:
        assert Record.from_bytes(bytes(record)) == record and "245" in record
    with pytest.raises(OverflowError):
        Record.generate(-1)


def test_json_is_one_line_and_what_xml_cannot_say_is_refused():
    assert "\n" not in sample().to_json() and json.loads(sample().to_json())["leader"]
    record = catalogue.made_of([("245", "  ", [("a", "bell\x07")])])
    assert catalogue.of_json(record.to_json()) == catalogue.of(record)
    with pytest.raises(MarcError, match="XML"):
        record.to_xml()


# Threads


def test_threads_share_records(together):
    one, other = sample(), sample()

    def change(record):
        def thread():
            for _ in range(2_000):
                record.add_field("900", "  ", [("a", "x"), ("b", "y")])
                record.remove_fields("900")

        return thread

    def compare():
        for _ in range(2_000):
            assert (one == other) in (True, False) and (other == one) in (True, False)
            for record in [one, other]:
                assert 5 <= len(record.copy()) <= 7
                Record.from_bytes(bytes(record))
                for field in record.get_fields("900"):
                    assert field.subfields == [("a", "x"), ("b", "y")]

    together(change(one), change(other), compare, compare)
    assert one == other == sample()
