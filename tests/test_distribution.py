"""What the two wheels hold, and that the runtime's serves a generated package on its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow

SERVE = """
import asyncio, importlib.util, json, runpy, sys
sys.path.insert(0, sys.argv[1])
sys.argv[0] = "drive.py"
assert importlib.util.find_spec("wsgen") is None
runpy.run_path(sys.argv[1] + "/drive.py", run_name="__main__")
heavy = {"jinja2", "libcst", "pydantic", "typer", "wsgen", "yaml"}
print(json.dumps(sorted(heavy & {name.split(".")[0] for name in sys.modules})))
"""

FIRST_HANDLER = """
import asyncio, json, sys
import uvicorn
from websockets.asyncio.client import connect
sys.path.insert(0, ".")
from app import app

async def main():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    room = f"ws://{host}:{port}/rooms/7"
    async with connect(room) as one, connect(room) as other:
        await one.send(sys.argv[1])
        print(await one.recv())
        print(await other.recv())
    server.should_exit = True
    await task

asyncio.run(main())
"""


def run(*command: str, cwd: Path = ROOT, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("wheels")
    for package in (".", "runtime"):
        run("uv", "build", "--wheel", "--out-dir", str(out), package)
    return {path.name.split("-")[0]: path for path in out.glob("*.whl")}


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_generators_wheel_holds_every_template_and_schema(wheels: dict[str, Path]) -> None:
    held = names_in(wheels["wsgen"])
    for folder in ("templates", "schemas"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert files
        wanted = {f"wsgen/_data/{path.relative_to(ROOT).as_posix()}" for path in files}
        assert wanted <= held


def test_the_generators_wheel_holds_its_modules_and_nothing_else(wheels: dict[str, Path]) -> None:
    held = names_in(wheels["wsgen"])
    modules = {
        path.relative_to(ROOT / "generator").as_posix()
        for path in (ROOT / "generator").rglob("*.py")
    }
    assert modules <= held
    assert {name.split("/")[0] for name in held} == {"wsgen", "wsgen-0.1.0.dist-info"}


def test_an_sdist_gives_the_same_wheel(tmp_path: Path, wheels: dict[str, Path]) -> None:
    run("uv", "build", "--sdist", "--out-dir", str(tmp_path), ".")
    (sdist,) = tmp_path.glob("*.tar.gz")
    run("uv", "build", "--wheel", "--out-dir", str(tmp_path), str(sdist))
    (again,) = tmp_path.glob("*.whl")
    assert names_in(again) == names_in(wheels["wsgen"])


def python_with(tmp_path: Path, *packages: str) -> str:
    """The interpreter of a fresh virtual environment that holds only these."""
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run("uv", "pip", "install", "--python", str(python), *packages)
    return str(python)


def test_the_runtime_alone_serves_the_chat(tmp_path: Path, wheels: dict[str, Path]) -> None:
    python = python_with(
        tmp_path, str(wheels["wsgen_runtime"]), "uvicorn==0.54.0", "websockets==17.4"
    )
    output = run(python, "-c", SERVE, str(ROOT / "samples" / "chat"), PYTHONPATH="")
    *exchange, heavy = output.splitlines()
    assert any('"text":"Hello, Bob"' in line and "←" in line for line in exchange)
    assert json.loads(heavy) == []


def test_the_generators_wheel_builds_from_anywhere(tmp_path: Path, wheels: dict[str, Path]) -> None:
    python = python_with(tmp_path, str(wheels["wsgen"]))
    schema = tmp_path / "schema.yaml"
    schema.write_bytes((ROOT / "samples" / "chat" / "schema.yaml").read_bytes())
    run(python, "-m", "wsgen", "build", str(schema), PYTHONPATH="")
    made = {
        path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "chat").glob("*.py")
    }
    committed = (ROOT / "samples" / "chat" / "chat").glob("*.py")
    assert made == {path.name: path.read_text(encoding="utf-8") for path in committed}
    assert sys.executable != python


def test_the_readmes_first_handler_runs_where_its_install_line_was_run(
    tmp_path: Path, wheels: dict[str, Path]
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"`pip install wsgen wsgen-runtime (.*?)`", readme)
    python = python_with(tmp_path, *map(str, wheels.values()), *shlex.split(line))
    (schema,) = re.findall(r"^```yaml\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    app = re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)[0]
    frame, answer = re.findall(r"`(\{\"type.*?\})`", readme.replace("\n", " "))
    (tmp_path / "schema.yaml").write_text(schema, encoding="utf-8")
    (tmp_path / "app.py").write_text(app, encoding="utf-8")
    run(python, "-m", "wsgen", "build", "schema.yaml", cwd=tmp_path, PYTHONPATH="")
    output = run(python, "-c", FIRST_HANDLER, frame, cwd=tmp_path, PYTHONPATH="")
    assert output.splitlines() == [answer, answer]
