"""What is written about the package holds: examples give what they say, stubs fit the functions."""

import ast
import doctest
import inspect
import pathlib

import pytest

import inrush

FUNCTIONS = ["write_table", "write_bytes", "write_marc", "merge", "verify"]
CLASSES = ["Table", "FileSet"]


def documented():
    """Everything with a docstring of examples, `merge` before `verify`, which reads what it wrote."""
    yield from (getattr(inrush, name) for name in FUNCTIONS)
    for name in CLASSES:
        described = getattr(inrush, name)
        yield described
        members = (getattr(described, member) for member in vars(described))
        yield from (member for member in members if ">>>" in (member.__doc__ or ""))


def test_every_example_gives_what_it_says(tmp_path, monkeypatch):
    libraries = {name: pytest.importorskip(name) for name in ("duckdb", "polars", "pyarrow")}
    monkeypatch.chdir(tmp_path)
    for described in documented():
        examples = doctest.DocTestParser().get_doctest(
            described.__doc__, {"inrush": inrush, **libraries}, described.__qualname__, None, None
        )
        assert examples.examples, described
        failures, _ = doctest.DocTestRunner().run(examples)
        assert failures == 0, described


def stubs():
    path = pathlib.Path(inrush.__file__).with_name("_inrush.pyi")
    return {getattr(node, "name", None): node for node in ast.parse(path.read_text()).body}


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLASSES])
def test_a_stub_has_the_parameters_and_the_defaults_of_its_function(name):
    node = stubs()[name]
    if isinstance(node, ast.ClassDef):
        node = next(item for item in node.body if getattr(item, "name", "") == "__new__")
    given = [argument.arg for argument in node.args.args if argument.arg != "cls"]
    defaults = [ast.literal_eval(default) for default in node.args.kw_defaults]
    keywords = [argument.arg for argument in node.args.kwonlyargs]
    parameters = inspect.signature(getattr(inrush, name)).parameters.values()
    assert [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD] == given
    optional = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert optional == dict(zip(keywords, defaults, strict=True))
