"""I4: whatever ends a build, and at whatever moment, no file is half written."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.output.folders import OTHER, SCHEMA, build, check, contents

from wsgen.output.manifest import MANIFEST

PROGRAM = Path(__file__).with_name("crashing.py")
ROOT = PROGRAM.parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a schema that was built, and is another by now."""
    folder = tmp_path_factory.mktemp("old")
    (folder / "schema.yaml").write_text(SCHEMA)
    assert build(folder / "schema.yaml") == 0
    (folder / "schema.yaml").write_text(OTHER)
    return folder


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What is in the package when the other schema is built."""
    folder = tmp_path_factory.mktemp("new")
    (folder / "schema.yaml").write_text(OTHER)
    assert build(folder / "schema.yaml") == 0
    return contents(folder / "chat")


def ended(how: str, start: Path, folders: list[Path]) -> dict[Path, int]:
    """How the build in each of some copies of a folder ended."""
    for folder in folders:
        shutil.copytree(start, folder)
    done = subprocess.run(
        [sys.executable, str(PROGRAM), how, *map(str, folders)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(folders, map(int, done.stdout.split()), strict=True))


def cut_off(codes: dict[Path, int], code: int) -> list[Path]:
    """The builds that met their fate; the others, which came to an end, had fewer steps."""
    found = [folder for folder, each in codes.items() if each == code]
    assert list(codes.values()) == [code] * len(found) + [0] * (len(codes) - len(found))
    assert len(found) < len(codes), "there are more steps than were tried"
    return found


def is_whole(package: Path, old: dict[str, bytes], new: dict[str, bytes]) -> bool:
    """Whether each file of a package is wholly old or new, and all new if the manifest is."""
    found = {
        name: data
        for name, data in contents(package).items()
        if not name.endswith(".wsgen-new")  # what was not put into its place yet
    }
    if any(data not in {old.get(name), new.get(name)} for name, data in found.items()):
        return False
    return found.get(MANIFEST) != new[MANIFEST] or found == new


@pytest.mark.slow
def test_i4_a_kill_leaves_each_file_old_or_new_and_the_manifest_last(
    old: Path, new: dict[str, bytes], tmp_path: Path
) -> None:
    before = contents(old / "chat")
    codes = ended("killed", old, [tmp_path / str(number) for number in range(1, 40)])
    killed = cut_off(codes, -signal.SIGKILL)
    assert len(killed) > 15
    for folder in killed:
        assert is_whole(folder / "chat", before, new)


@pytest.mark.slow
@pytest.mark.parametrize("schema", [SCHEMA, OTHER])
def test_i4_what_a_kill_left_is_found_by_check_and_mended_by_build(
    schema: str, old: Path, tmp_path: Path
) -> None:
    """Whether it is the schema that was being built, or the one before."""
    codes = ended("killed", old, [tmp_path / str(number) for number in range(1, 40)])
    (tmp_path / "schema.yaml").write_text(schema)
    assert build(tmp_path / "schema.yaml") == 0
    for folder in cut_off(codes, -signal.SIGKILL):
        path = folder / "schema.yaml"
        path.write_text(schema)
        same = contents(folder / "chat") == contents(tmp_path / "chat")
        assert check(path) == (0 if same else 1)
        assert build(path) == 0
        assert check(path) == 0
        assert contents(folder / "chat") == contents(tmp_path / "chat")


@pytest.mark.slow
def test_i4_a_kill_of_a_first_build_is_mended_too(new: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "start").mkdir()
    (tmp_path / "start" / "schema.yaml").write_text(OTHER)
    folders = [tmp_path / str(number) for number in range(1, 50)]
    codes = ended("killed", tmp_path / "start", folders)
    for folder in cut_off(codes, -signal.SIGKILL):
        assert is_whole(folder / "chat", {}, new)
        assert build(folder / "schema.yaml") == 0
        assert contents(folder / "chat") == new


@pytest.mark.slow
def test_i4_a_failure_leaves_the_old_files(
    old: Path, new: dict[str, bytes], tmp_path: Path
) -> None:
    before = contents(old / "chat")
    codes = ended("failing", old, [tmp_path / str(number) for number in range(1, 40)])
    for folder in cut_off(codes, 2):
        assert contents(folder / "chat") == before
    for folder in set(codes) - set(cut_off(codes, 2)):
        assert contents(folder / "chat") == new


@pytest.mark.slow
def test_i4_an_interrupt_leaves_the_old_files_or_the_new_ones(
    old: Path, new: dict[str, bytes], tmp_path: Path
) -> None:
    before = contents(old / "chat")
    codes = ended("interrupted", old, [tmp_path / str(number) for number in range(1, 330, 3)])
    found = [contents(folder / "chat") for folder in cut_off(codes, 130)]
    assert all(each in (before, new) for each in found)
    assert before in found


@pytest.mark.parametrize("how", [signal.SIG_IGN, signal.SIG_DFL], ids=["failing", "killed"])
def test_i4_a_write_that_ends_half_way_leaves_the_old_files(
    how: signal.Handlers, old: Path, new: dict[str, bytes], tmp_path: Path
) -> None:
    """A limit of the file size cuts a write short, as a full disk does."""
    shutil.copytree(old, tmp_path / "copy")
    schema = tmp_path / "copy" / "schema.yaml"

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, how)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    script = "import sys; from wsgen.cli import run; sys.exit(run(sys.argv[1:]))"
    if how is signal.SIG_DFL:  # Python itself ignores it
        script = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL);" + script
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, "build", str(schema)],
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )
    found = contents(schema.parent / "chat")
    half = {name for name in found if name.endswith(".wsgen-new")}
    assert {name: found[name] for name in found.keys() - half} == contents(old / "chat")
    if how is signal.SIG_IGN:
        assert done.returncode == 2
        assert "File too large; nothing was changed" in done.stderr
        assert not half
    else:
        assert done.returncode == -signal.SIGXFSZ
        assert half
    assert build(schema) == 0
    assert contents(schema.parent / "chat") == new


def test_i4_what_is_left_beside_a_file_is_never_written_through(
    old: Path, new: dict[str, bytes], tmp_path: Path
) -> None:
    """Somebody may have put a link there, which leads to a file of theirs."""
    shutil.copytree(old, tmp_path / "copy")
    (tmp_path / "mine.py").write_text("mine = True\n")
    package = tmp_path / "copy" / "chat"
    (package / ".messages.py.wsgen-new").symlink_to(tmp_path / "mine.py")
    assert build(tmp_path / "copy" / "schema.yaml") == 0
    assert (tmp_path / "mine.py").read_text() == "mine = True\n"
    assert contents(package) == new


def test_i4_a_stale_file_that_somebody_removed_meanwhile_is_gone(
    old: Path, new: dict[str, bytes], tmp_path: Path
) -> None:
    from wsgen import pipeline
    from wsgen.output.apply import apply

    shutil.copytree(old, tmp_path / "copy")
    package = tmp_path / "copy" / "chat"
    outcome = pipeline.build(tmp_path / "copy" / "schema.yaml", "schema.yaml", None)
    assert outcome.changes is not None
    (package / "handlers" / "echo.py").unlink()
    apply(outcome.changes)
    assert contents(package) == new
