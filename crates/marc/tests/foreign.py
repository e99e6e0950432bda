"""Records as pymarc and mrrc have them: a list of fields, each a tag with a text, or with indicators and
pairs of a code and a text."""

import io
import json

import pymarc

try:
    import mrrc
except ImportError:
    # It has no wheel for an interpreter without a lock.
    mrrc = None


def fields_of_json(line):
    """Tags, indicators, codes and texts of a record in MARC-in-JSON, in order."""
    fields = []
    for field in json.loads(line)["fields"]:
        (tag, content), = field.items()
        if isinstance(content, str):
            fields.append((tag, content))
        else:
            subfields = [item for subfield in content["subfields"] for item in subfield.items()]
            fields.append((tag, content["ind1"] + content["ind2"], subfields))
    return fields


def fields_of(record):
    """Of a record of pymarc or of mrrc."""
    fields = []
    for field in record.fields() if callable(record.fields) else record.fields:
        if field.is_control_field():
            fields.append((field.tag, field.data))
        else:
            subfields = field.subfields() if callable(field.subfields) else field.subfields
            subfields = [(subfield.code, subfield.value) for subfield in subfields]
            fields.append((field.tag, field.indicator1 + field.indicator2, subfields))
    return fields


def by_pymarc(data):
    records = list(pymarc.MARCReader(io.BytesIO(data), to_unicode=True, permissive=False))
    assert None not in records
    return [fields_of(record) for record in records]


def rewritten_by_mrrc(data):
    out = io.BytesIO()
    writer = mrrc.MARCWriter(out)
    for record in mrrc.MARCReader(io.BytesIO(data)):
        writer.write(record)
    writer.close()
    return out.getvalue()


def by_mrrc(data):
    """It has an order of fields of its own, so sorted."""
    return [sorted(fields_of(record)) for record in mrrc.MARCReader(io.BytesIO(data))]
