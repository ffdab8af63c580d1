"""The generator, as a process: building, building again, and importing what was built."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.bench import big
from tests.bench.page import Effort, Goal, Section, Table

_WSGEN: Final = [sys.executable, "-m", "wsgen"]
_BUILD: Final = [*_WSGEN, "build", "schema.yaml", "-q"]
_DATAMODEL: Final = [
    *(sys.executable, "-m", "datamodel_code_generator", "--input", "messages.json"),
    *("--input-file-type", "jsonschema", "--use-annotated", "--formatters", "builtin"),
]
_CHANX: Final = [
    *(sys.executable, "-c", "from chanx.cli.main import cli; cli()", "generate-client"),
    *("--schema", "asyncapi.json", "--output", "chanx_client", "--no-format", "--no-readme"),
]
_LAUNCHER: Final = """\
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
_ENVIRONMENT: Final = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
"""Of a user, whose Python keeps bytecode: a machine of tests that keeps none compiles each time."""
_COMPILE: Final = [sys.executable, "-m", "compileall", "-q", "."]
_ABOUT: Final = """\
Each as a process of its own: seconds of CPU time and megabytes at the peak, medians of {rounds}
(of 2,000 messages and of others: one); to start Python and do nothing costs {nothing}. An API of
so many messages of six fields each, and a handler for each five of them. datamodel-code-generator
is given the same messages as JSON Schema, and writes models only; chanx as the AsyncAPI that it
reads, and writes one client, with its formatter switched off."""


class Run(NamedTuple):
    """What a process took: seconds of CPU time, and megabytes at its peak."""

    seconds: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s, {self.megabytes:.0f} MB"


def measured(effort: Effort) -> Section:
    """Four sizes, or as many of them as there is time for."""
    rounds = 3 if effort.rounds > 10 else 1
    with tempfile.TemporaryDirectory() as folder:
        _of_size(Path(folder), 10, 1)  # so that bytecode is there
    sizes = [size for size in (10, 100, 500, 2_000) if size <= effort.limit]
    found: dict[int, Mapping[str, Run]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            found[size] = _of_size(Path(folder), size, rounds if size <= 500 else 1)
    nothing = _median([sys.executable, "-c", ""], Path.cwd(), rounds)
    help_ = _median([*_WSGEN, "--help"], Path.cwd(), rounds)
    names = list(found[sizes[0]])
    table = Table(
        ["", *(f"{size:,} messages" for size in sizes)],
        [[name, *(str(found[size][name]) for size in sizes)] for name in names],
    )
    parts = [
        _ABOUT.format(rounds=rounds, nothing=nothing),
        table,
        f"`wsgen --help`: {help_}.",
    ]
    return Section("The generator", parts, _goals(found, help_))


def _goals(found: Mapping[int, Mapping[str, Run]], help_: Run) -> list[Goal]:
    size = max(each for each in found if each <= 500)
    of = f"{size} messages and {size // 5} handlers"
    cold, again = found[size]["wsgen: cold build"], found[size]["wsgen: nothing to do"]
    imported = found[size]["wsgen: import of all that was built"]
    return [
        Goal(what=f"cold build of {of}", value=cold.seconds, bound=1.0, unit="s"),
        Goal(what="its memory", value=cold.megabytes, bound=80, unit="MB"),
        Goal(what=f"nothing to do, {of}", value=again.seconds, bound=0.15, unit="s"),
        Goal(what=f"import of {of}", value=imported.seconds, bound=0.15, unit="s"),
        Goal(what="wsgen --help", value=help_.seconds, bound=0.15, unit="s"),
    ]


def _of_size(folder: Path, size: int, rounds: int) -> Mapping[str, Run]:
    schema = folder / "schema.yaml"
    plain, other = big.as_schema(size), big.changed(big.as_schema(size))
    (folder / "messages.json").write_text(big.as_json_schema(size), encoding="utf-8")
    (folder / "asyncapi.json").write_text(big.as_asyncapi(size), encoding="utf-8")
    schema.write_text(plain, encoding="utf-8")

    def removed() -> None:
        for path in sorted((folder / "big").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()

    def edited() -> None:
        now = schema.read_text(encoding="utf-8")
        schema.write_text(plain if now == other else other, encoding="utf-8")

    def models(kind: str, name: str) -> Run:
        command = [*_DATAMODEL, "--output-model-type", kind, "--output", f"{name}.py"]
        return _run(command, folder)

    def imported(name: str) -> Run:
        return _median([sys.executable, "-c", f"import {name}"], folder, rounds)

    built = {
        "wsgen: cold build": _median(_BUILD, folder, rounds, removed),
        "wsgen: nothing to do": _median(_BUILD, folder, rounds),
        "wsgen: one message changed": _median(_BUILD, folder, rounds, edited),
        "datamodel-code-generator: pydantic": models("pydantic_v2.BaseModel", "as_pydantic"),
        "datamodel-code-generator: msgspec": models("msgspec.Struct", "as_msgspec"),
        "chanx: one client": _run(_CHANX, folder),
    }
    _run(_COMPILE, folder)
    return built | {
        "wsgen: import of all that was built": imported("big"),
        "datamodel-code-generator: import, pydantic": imported("as_pydantic"),
        "datamodel-code-generator: import, msgspec": imported("as_msgspec"),
        "chanx: import of the client": imported("chanx_client.room"),
    }


def _median(
    command: Sequence[str], folder: Path, rounds: int, before: Callable[[], None] = lambda: None
) -> Run:
    """What a command takes, after something else that is not counted."""
    runs: list[Run] = []
    for _ in range(rounds):
        before()
        runs.append(_run(command, folder))
    return Run(*(statistics.median(each) for each in zip(*runs, strict=True)))


def _run(command: Sequence[str], folder: Path) -> Run:
    """What a command takes.

    A small process starts it and is told of it: the peak of a process counts from where its parent
    stood when it was started, and this one is big.
    """
    launch = [sys.executable, "-S", "-c", _LAUNCHER, *command]
    done = subprocess.run(
        launch, cwd=folder, env=_ENVIRONMENT, check=True, capture_output=True, text=True
    )
    seconds, kilobytes = map(float, done.stdout.splitlines()[-1].split())
    return Run(seconds, kilobytes / 1024)
