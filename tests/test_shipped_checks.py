"""What others check their projects with: the GitHub Action, the pre-commit hook, and a CI job.

Each is run as it stands, step by step, with the wheels of this checkout in place of released ones.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml

from wsgen import __version__

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
VENDORED = {"action.yml": "vendor.github-actions", "ci.yml": "vendor.github-workflows"}


class World:
    """A machine with Python, on which this wsgen is released."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder / "venv", with_pip=True)
        scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        wheels = folder / "wheels"
        self._environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(scripts), os.environ["PATH"]]),
            "PIP_FIND_LINKS": wheels.as_uri(),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PRE_COMMIT_HOME": str(folder / "pre-commit"),
            "PYTHONPATH": "",
        }
        for package in (".", "runtime"):
            self.run("uv", "build", "-q", "--wheel", "--out-dir", str(wheels), package, cwd=ROOT)
        self.run("pip", "install", "-q", f"wsgen=={__version__}", cwd=folder)

    def run(self, *command: str, cwd: Path, code: int = 0, **variables: str) -> str:
        """What a command says that ends with `code`."""
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**self._environment, **variables},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture
def project(world: World, tmp_path: Path) -> Path:
    """A project as `wsgen init` begins it."""
    world.run("wsgen", "init", "talk", cwd=tmp_path)
    return tmp_path / "talk"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def validate(path: Path) -> None:
    """Against the schema that GitHub's files are checked with everywhere."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", VENDORED[path.name]]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def forget_to_build(project: Path) -> None:
    schema = project / "schema.yaml"
    text = schema.read_text(encoding="utf-8")
    schema.write_text(text.replace("text: str", "text: str\n      loud: bool = False"), "utf-8")


def steps(definition: Any, inputs: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """The commands of an action, and their variables, with its inputs filled in."""
    found: list[tuple[str, dict[str, str]]] = []
    for step in definition["runs"]["steps"]:
        if "run" in step:
            assert "${{" not in step["run"]  # an input reaches a shell as a variable, never as code
            filled = {
                name: inputs[value.removeprefix("${{ inputs.").removesuffix(" }}")]
                for name, value in step["env"].items()
            }
            found.append((step["run"], filled))
    return found


def test_the_action_finds_what_was_forgotten(world: World, project: Path) -> None:
    validate(ROOT / "action.yml")
    definition = read(ROOT / "action.yml")
    inputs = {"version": __version__, "config": definition["inputs"]["config"]["default"]}
    (install, version), (check, config) = steps(definition, inputs)
    world.run("bash", "-c", install, cwd=project, **version)
    assert world.run("bash", "-c", check, cwd=project, **config) == ""
    forget_to_build(project)
    found = world.run("bash", "-c", check, cwd=project, code=1, **config)
    assert ",file=talk/messages.py," in found


def test_the_action_takes_a_configuration_anywhere(world: World, project: Path) -> None:
    inputs = {"version": __version__, "config": "talk/pyproject.toml"}
    check, config = steps(read(ROOT / "action.yml"), inputs)[-1]
    forget_to_build(project)
    found = world.run("bash", "-c", check, cwd=project.parent, code=1, **config)
    assert ",file=talk/talk/messages.py," in found  # as the repository's root calls it


def test_the_ci_job_of_a_new_project_passes(world: World, project: Path) -> None:
    workflow = project / ".github" / "workflows" / "ci.yml"
    validate(workflow)
    commands = [step["run"] for step in read(workflow)["jobs"]["test"]["steps"] if "run" in step]
    said = [world.run("bash", "-c", command, cwd=project) for command in commands]
    assert "3 passed" in said[-1]
    forget_to_build(project)
    assert "::error" in world.run("bash", "-c", commands[-2], cwd=project, code=1)


def repository(world: World, folder: Path) -> str:
    """Make a folder one, with everything in it; gives the commit."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    world.run("git", "init", "-q", cwd=folder)
    world.run("git", "add", "-A", cwd=folder)
    world.run("git", *identity, "commit", "-q", "-m", "All", cwd=folder)
    return world.run("git", "rev-parse", "HEAD", cwd=folder).strip()


def test_the_hook_finds_what_was_forgotten(world: World, project: Path, tmp_path: Path) -> None:
    ours = tmp_path / "wsgen"
    for name in ("generator", "templates", "schemas"):
        shutil.copytree(ROOT / name, ours / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, ours)
    repo = {"repo": str(ours), "rev": repository(world, ours), "hooks": [{"id": "wsgen-check"}]}
    (project / ".pre-commit-config.yaml").write_text(json.dumps({"repos": [repo]}), "utf-8")
    repository(world, project)
    commit = (sys.executable, "-m", "pre_commit", "run", "--all-files")
    assert "Passed" in world.run(*commit, cwd=project)
    forget_to_build(project)
    found = world.run(*commit, cwd=project, code=1)
    assert "error[WSG903] `talk/messages.py` differs" in found


def test_the_hook_of_a_new_project_is_the_shipped_one(project: Path) -> None:
    (shipped,) = read(ROOT / ".pre-commit-hooks.yaml")
    ((hook,),) = [each["hooks"] for each in read(project / ".pre-commit-config.yaml")["repos"]]
    for key in ("id", "entry", "language", "pass_filenames"):
        assert hook[key] == shipped[key]
    assert hook["additional_dependencies"] == [f"wsgen=={__version__}"]


def test_the_docs_show_how_both_are_used() -> None:
    docs = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n# (\S+), below .*?\n(.*?)^```$", docs, re.MULTILINE | re.DOTALL)
    shown = {name: yaml.safe_load(text) for name, text in blocks}
    used = shown[".github/workflows/ci.yml"][-1]["with"]
    known = read(ROOT / "action.yml")["inputs"]
    needed = {name for name, each in known.items() if each.get("required")}
    assert needed <= used.keys() <= known.keys()
    (repo,) = shown[".pre-commit-config.yaml"]
    ids = [each["id"] for each in read(ROOT / ".pre-commit-hooks.yaml")]
    assert [each["id"] for each in repo["hooks"]] == ids
