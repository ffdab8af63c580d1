"""Text of an author as code: it comes back as it was, whatever it is."""

from __future__ import annotations

import ast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wsgen.render.code import (
    Code,
    bytes_literal,
    comment,
    docstring,
    identifier,
    literal,
    raw_literal,
)

TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("\"'\\\n\r\t\0 \u2028\u202e\x85{}#$%")))
HOSTILE = (
    '"""\nimport os;os.system("x")\n"""',
    "'+str(exec(...))+'",
    '\\"""',
    '"',
    "\\",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\ud800",
    "{{ cycler.__init__ }}",
    "{% raw %}",
    "a\rb",
    "\x0c",
)


def hostile(test: object) -> object:
    for each in HOSTILE:
        test = example(each)(test)
    return test


@given(TEXTS)
@hostile
def test_a_string_literal_is_the_text(text: str) -> None:
    made = literal(text)
    assert ast.literal_eval(made) == text
    assert "\n" not in made
    made.encode()


@given(TEXTS)
@hostile
def test_a_raw_literal_is_the_text(text: str) -> None:
    assert ast.literal_eval(raw_literal(text)) == text


@given(st.binary())
def test_a_bytes_literal_is_the_bytes(value: bytes) -> None:
    assert ast.literal_eval(bytes_literal(value)) == value


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_a_literal_is_the_value(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value  # type: ignore[arg-type]


@given(TEXTS.filter(str.strip))
@hostile
def test_a_docstring_says_the_text(text: str) -> None:
    (statement,) = ast.parse(f"def f():\n    {docstring(text)}\n").body
    assert isinstance(statement, ast.FunctionDef)
    (body,) = statement.body
    assert isinstance(body, ast.Expr)
    assert isinstance(body.value, ast.Constant)
    first, *rest = str(body.value.value).split("\n")
    if rest:
        assert rest.pop() == "    "  # before the closing quotes
    said = "\n".join([first, *(line.removeprefix("    ") for line in rest)])
    assert said == trimmed(text)


def trimmed(text: str) -> str:
    """Without what an editor or a formatter would take away: outer and common white space."""
    first, *rest = [line.rstrip() for line in text.expandtabs().strip().split("\n")]
    margin = min((len(line) - len(line.lstrip()) for line in rest if line), default=0)
    return "\n".join([first, *(line[margin:] for line in rest)])


@given(TEXTS)
@hostile
def test_a_comment_stays_on_its_line(text: str) -> None:
    assert len(f"# {comment(text)}".splitlines()) == 1


@pytest.mark.parametrize("text", ["", "1a", "a-b", "class", "a.class", "a b", "é", "a\n", "None"])
def test_only_names_are_identifiers(text: str) -> None:
    with pytest.raises(ValueError, match="not a Python name"):
        identifier(text)


@pytest.mark.parametrize("text", ["a", "_a1", "a.b", "match", "type"])
def test_names_are_identifiers(text: str) -> None:
    assert identifier(text) == Code(text)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("plain", '"plain"'),
        ("it's", '"it\'s"'),
        ('say "hi"', "'say \"hi\"'"),
        ('it\'s "so"', "'it\\'s \"so\"'"),
        ("é 你 🙂", '"é 你 🙂"'),
        ("\u202e\u00a0", '"\\u202e\\xa0"'),
        ("a\nb\tc\\", '"a\\nb\\tc\\\\"'),
    ],
)
def test_literals_are_quoted_as_formatters_like_it(text: str, made: str) -> None:
    assert literal(text) == made
