"""Validates records against crates/lab/sample.schema.json by a validator that is not ours.

usage: schema.py SCHEMA SAMPLES...
"""

import json
import sys

from jsonschema import Draft202012Validator


def main(schema_path: str, paths: list[str]) -> None:
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    checked = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                sample = json.loads(line)
                if sample["schema"] != 2:
                    continue
                for error in validator.iter_errors(sample):
                    sys.exit(f"{path}:{number}: {error.message}")
                checked += 1
    # A validator that accepts anything would be no check.
    whole = {"schema": 2, "model": "m", "cell": {"threads": 1}, "subject": "s", "repetition": 0,
             "position": 0, "measures": {"ops_per_s": 1.0}}
    assert validator.is_valid(whole)
    for key, value in [("schema", 1), ("cell", {"threads": -1}), ("extra", 1), ("wrong", "too"),
                       ("measures", {"ops_per_s": "1"})]:
        assert not validator.is_valid({**whole, key: value}), key
    assert checked > 0, "no sample was checked"
    print(f"{checked} samples are as the schema says")


main(sys.argv[1], sys.argv[2:])
