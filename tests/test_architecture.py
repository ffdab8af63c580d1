"""The budgets of this code base, kept by a test: sizes, signatures, and who may import whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GENERATOR = ROOT / "generator" / "wsgen"
RUNTIME = ROOT / "runtime" / "wsgen_runtime"
FILES = sorted([*GENERATOR.rglob("*.py"), *RUNTIME.rglob("*.py")])
STAGES = (
    "source", "diagnostics", "schema", "ir", "resolve", "review", "render", "targets", "scaffold",
    "starter", "output", "pipeline", "cli",
)  # fmt: skip
"""The order of the stages: each imports only from those on its left, and from itself."""
SHARED = {"_resources", "__init__", "config"}
"""Modules of the generator that belong to no stage."""

MAX_LINES = 400
MAX_FUNCTION = 40
MAX_PARAMETERS = 6

LONG_PARAMETER_LISTS = {
    "runtime/wsgen_runtime/_decorators.py:websocket": "the reference lists them",
    "generator/wsgen/cli/build.py:build": "one for each option",
}
ANY_ALLOWED = {
    "_decorators.py:websocket": "`opt` of the reference",
    "_websocket.py:WebSocket.send_json": "the reference",
    "_websocket.py:WebSocket.receive_json": "the reference",
    "_websocket.py:WebSocket.iter_json": "the reference",
    "_streams.py:send_websocket_stream": "dicts of the reference",
    "_listeners.py:WebsocketListener.on_receive": "each subclass has parameters of its own",
    "_request.py:ASGIConnection.state": "ASGI: whatever the lifespan left there",
    "_handlers.py:Handler.background": "the two parameters of a coroutine that nobody uses",
    "_route_handlers.py:BaseRouteHandler.endpoint": "an endpoint of any kind of handler",
    "_route_handlers.py:WebsocketRouteHandler.endpoint": "an endpoint of any kind of handler",
    "_listeners.py:WebsocketListenerRouteHandler.endpoint": "an endpoint of any kind of handler",
    "_app.py:GeneratedApp.__init__": "endpoints of any kind of handler",
    "app.py:TopicsApp.__init__": "endpoints of any kind of handler",
}
"""Where a public signature of the runtime may say Any, and why."""
ADAPTERS = {
    "prometheus.py": {"prometheus_client"},
    "opentelemetry.py": {"opentelemetry"},
    "gen1_pydantic.py": {"pydantic"},
    "_pydantic_types.py": {"pydantic", "pydantic_core"},
    "_pydantic_wire.py": {"pydantic"},
    "_topics/redis.py": {"redis"},
    "_topics/nats.py": {"nats"},
}
"""Modules of the runtime for an extra; only they import each other, so all else runs without."""
BY_URL = {"_topics/engine.py"}
"""What imports an adapter, where an application asks for it."""
POSITIONAL_DEFAULTS = {
    "runtime/wsgen_runtime/_parameters.py": "generated code reads like a call by hand",
    "runtime/wsgen_runtime/_mount.py": "a path, below another",
    "generator/wsgen/render/layout.py": "in the order of the code that is written",
    "generator/wsgen/schema/literals.py": "what, where, and what to do: one sentence",
}
DEEP_CLASSES = {
    "_ClassListenerRouteHandler": "the reference has two handler classes above it",
}
"""Classes with more than two project classes above them, and why."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Function:
    file: str
    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    public: bool
    method: bool

    @property
    def lines(self) -> int:
        """Lines of code, without decorators and docstring."""
        body = self.node.body
        first = body[0]
        documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        start = self.node.lineno
        doc = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
        return (self.node.end_lineno or start) - start + 1 - doc


def functions(path: Path) -> Iterator[Function]:
    def walk(
        body: list[ast.stmt], prefix: str, *, public: bool, method: bool
    ) -> Iterator[Function]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                shown = public and (not node.name.startswith("_") or node.name == "__init__")
                yield Function(name_of(path), prefix + node.name, node, shown, method)
            elif isinstance(node, ast.ClassDef):
                visible = public and not node.name.startswith("_")
                yield from walk(node.body, f"{node.name}.", public=visible, method=True)

    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from walk(tree.body, "", public=True, method=False)


ALL_FUNCTIONS = [each for path in FILES for each in functions(path)]


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 60
    assert len(ALL_FUNCTIONS) > 400


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_functions_have_at_most_40_lines() -> None:
    long = {f"{each.file}:{each.name}": each.lines for each in ALL_FUNCTIONS}
    assert {name: lines for name, lines in long.items() if lines > MAX_FUNCTION} == {}


def test_public_functions_have_few_parameters_and_name_them() -> None:
    problems: list[str] = []
    for each in ALL_FUNCTIONS:
        arguments = each.node.args
        positional = [*arguments.posonlyargs, *arguments.args][1 if each.method else 0 :]
        count = len(positional) + len(arguments.kwonlyargs)
        where = f"{each.file}:{each.name}"
        if each.public and count > MAX_PARAMETERS and where not in LONG_PARAMETER_LISTS:
            problems.append(f"{where}: {count} parameters")
    assert problems == []


def test_what_may_be_left_out_is_named_after_two_parameters() -> None:
    problems: list[str] = []
    for each in ALL_FUNCTIONS:
        arguments = each.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        optional = positional[len(positional) - len(arguments.defaults) :]
        first = 3 if each.method else 2
        if each.public and each.file not in POSITIONAL_DEFAULTS:
            late = [argument.arg for argument in optional if argument in positional[first:]]
            problems += [f"{each.file}:{each.name}: {name}" for name in late]
    assert problems == []


def classes() -> dict[str, tuple[str, list[str]]]:
    """Every class of the project by name: its file, and its bases by name."""
    found: dict[str, tuple[str, list[str]]] = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                names = [
                    base.value if isinstance(base, ast.Subscript) else base for base in node.bases
                ]
                bases = [name.id for name in names if isinstance(name, ast.Name)]
                found[node.name] = (name_of(path), bases)
    return found


def test_classes_inherit_at_most_twice() -> None:
    known = classes()

    def depth(name: str) -> int:
        file, bases = known.get(name, ("", []))
        return 1 + max(map(depth, bases), default=0) if file else 0

    deep = {
        name: depth(name) - 1
        for name, (file, _) in known.items()
        if depth(name) > 3 and not file.endswith("exceptions.py") and name not in DEEP_CLASSES
    }
    assert deep == {}


def exported() -> set[str]:
    """The names of classes and functions that users of the runtime see."""
    modules = [path for path in RUNTIME.glob("*.py") if not path.name.startswith("_")]
    names: set[str] = {"GeneratedApp"}  # as `gen1.App`
    for path in [*modules, RUNTIME / "__init__.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and [*map(ast.unparse, node.targets)] == ["__all__"]:
                names |= set(ast.literal_eval(node.value))
    return names


def test_public_signatures_do_not_say_any() -> None:
    shown = exported()
    assert {"WebSocket", "websocket", "TypedSocket", "WebSocketTestClient"} <= shown
    found: set[str] = set()
    for each in ALL_FUNCTIONS:
        if not each.public or not (
            each.file.startswith("generator/") or each.name.split(".")[0] in shown
        ):
            continue
        arguments = each.node.args
        annotated = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        annotated += [more for more in (arguments.vararg, arguments.kwarg) if more is not None]
        annotations = [*(argument.annotation for argument in annotated), each.node.returns]
        names = {
            node.id
            for annotation in annotations
            if annotation is not None
            for node in ast.walk(annotation)
            if isinstance(node, ast.Name)
        }
        if "Any" in names:
            found.add(f"{Path(each.file).name}:{each.name}")
    assert found == set(ANY_ALLOWED)


def test_every_exemption_is_needed() -> None:
    long = {
        f"{each.file}:{each.name}"
        for each in ALL_FUNCTIONS
        if len(each.node.args.args) + len(each.node.args.kwonlyargs) > MAX_PARAMETERS
    }
    assert set(LONG_PARAMETER_LISTS) <= long
    assert set(POSITIONAL_DEFAULTS) <= {name_of(each) for each in FILES}
    assert set(DEEP_CLASSES) <= set(classes())


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def stage_of(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] != "wsgen" or len(parts) < 2 or parts[1] not in STAGES:
        return None
    return parts[1]


@pytest.mark.parametrize("path", sorted(GENERATOR.rglob("*.py")), ids=name_of)
def test_stages_import_only_leftwards(path: Path) -> None:
    stage = path.relative_to(GENERATOR).parts[0].removesuffix(".py")
    if stage not in STAGES:
        assert stage in SHARED | {"__main__"}
        return
    limit = STAGES.index(stage)
    found = {module for module in imported(path) if (stage_of(module) or stage) != stage}
    assert {each for each in found if STAGES.index(stage_of(each) or stage) > limit} == set()


@pytest.mark.parametrize("path", sorted(RUNTIME.rglob("*.py")), ids=name_of)
def test_the_runtime_imports_nothing_but_msgspec(path: Path) -> None:
    import sys

    roots = {module.split(".")[0] for module in imported(path)}
    foreign = roots - sys.stdlib_module_names - {"wsgen_runtime", "msgspec", "typing_extensions"}
    adapted = ADAPTERS.get(path.relative_to(RUNTIME).as_posix(), set())
    assert foreign == adapted
    own = {module.removeprefix("wsgen_runtime.").replace(".", "/") for module in imported(path)}
    others = {name.removesuffix(".py") for name, extra in ADAPTERS.items() if not extra & adapted}
    if path.relative_to(RUNTIME).as_posix() not in BY_URL:
        assert own & others == set()


def test_only_the_scaffold_imports_libcst_and_only_the_borders_pydantic() -> None:
    for path in GENERATOR.rglob("*.py"):
        roots = {module.split(".")[0] for module in imported(path)}
        stage = path.relative_to(GENERATOR).parts[0].removesuffix(".py")
        assert "libcst" not in roots or stage == "scaffold", name_of(path)
        assert "pydantic" not in roots or stage in {"schema", "config"}, name_of(path)
