"""Imported files: modules of the package, each read once, none outside the schema's folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.generator.support import HANDLERS, Outcome, message_of, run_file

from wsgen.ir.types import Record, Reference

COMMON = "wsgen: 1\ntypes:\n  User: {fields: {name: str}}\n"


def build(folder: Path, imports: str, body: str = "", **files: str) -> Outcome:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    schema = folder / "schema.yaml"
    schema.write_text(f"wsgen: 1\napi: {{name: demo}}\nimports: {imports}\n{body}{HANDLERS}")
    return run_file(schema)


def test_types_and_messages_of_another_file(tmp_path: Path) -> None:
    common = COMMON + "messages:\n  Said: {fields: {by: User}}\n"
    body = "messages:\n  Say: {fields: {to: common.User, re: common.Said}}\n"
    api = build(tmp_path, "{common: ./common.yaml}", body, common=common).good
    say = message_of(api, "Say")
    assert [each.type for each in say.fields] == [
        Reference("common", "User"),
        Reference("common", "Said"),
    ]
    (library,) = api.libraries
    assert (library.module, library.source) == ("common", "common.yaml")
    assert library.messages[0].fields[0].type == Reference("common", "User")
    assert [module.module for module in api.modules] == [None, "common"]
    assert isinstance(api.definitions[Reference("common", "User")], Record)


def test_the_alias_is_the_importers_and_the_module_is_the_files(tmp_path: Path) -> None:
    body = "messages:\n  Say: {fields: {to: c.User}}\n"
    api = build(tmp_path, "{c: shared-types.yaml}", body, **{"shared-types": COMMON}).good
    assert message_of(api, "Say").fields[0].type == Reference("shared_types", "User")


def test_files_may_import_each_other_and_the_schema(tmp_path: Path) -> None:
    a = "wsgen: 1\nimports: {b: b.yaml, main: schema.yaml}\ntypes:\n"
    a += "  A: {fields: {b: b.B | None, own: main.Own | None}}\n"
    b = "wsgen: 1\nimports: {a: a.yaml}\ntypes:\n  B: {fields: {a: a.A | None}}\n"
    body = "types:\n  Own: {fields: {a: a.A}}\n"
    api = build(tmp_path, "{a: a.yaml}", body, a=a, b=b).good
    assert [each.module for each in api.libraries] == ["a", "b"]


def test_a_file_that_two_others_import_is_read_once(tmp_path: Path) -> None:
    other = "wsgen: 1\nimports: {x: ./common.yaml}\ntypes:\n  Pair: {fields: {one: x.User}}\n"
    api = build(tmp_path, "{a: common.yaml, b: other.yaml}", common=COMMON, other=other).good
    assert [each.module for each in api.libraries] == ["common", "other"]


def test_aliases_across_files_are_merged_in_the_right_order(tmp_path: Path) -> None:
    a = "wsgen: 1\nimports: {b: b.yaml}\ntypes:\n  Age: {type: b.Number, le: 150}\n"
    b = "wsgen: 1\ntypes:\n  Number: {type: int, ge: 0}\n"
    body = "messages:\n  Say: {fields: {age: {type: a.Age, ge: 151}}}\n"
    found = build(tmp_path, "{a: a.yaml}", body, a=a, b=b)
    assert found.messages == ["no value is `ge: 151` and `le: 150`"]


def test_aliases_that_stand_for_each_other_across_files(tmp_path: Path) -> None:
    a = "wsgen: 1\nimports: {b: b.yaml}\ntypes:\n  X: b.Y\n"
    b = "wsgen: 1\nimports: {a: a.yaml}\ntypes:\n  Y: a.X\n"
    found = build(tmp_path, "{a: a.yaml}", a=a, b=b)
    assert found.codes == ["WSG206"]


def test_findings_in_an_imported_file_name_it(tmp_path: Path) -> None:
    common = "wsgen: 1\ntypes:\n  User: {fields: {name: strin}}\n"
    found = build(tmp_path, "{common: lib/common.yaml}", lib__common=common)
    assert found.codes == ["WSG204"]
    assert str(found.diagnostics[0].span) == "lib/common.yaml:3:25"
    assert "3 |   User" in found.rendered


@pytest.mark.parametrize(
    "target",
    [
        "../common.yaml",
        "/etc/passwd",
        "lib/../../common.yaml",
        "https://example.com/common.yaml",
        "file:///etc/passwd",
        '"a\\0b"',
    ],
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "common.yaml").write_text(COMMON)
    found = build(folder, f"{{common: {target}}}")
    assert found.codes == ["WSG104"]
    assert "outside the schema's folder" in found.messages[0]
    assert list(found.texts) == ["schema.yaml"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "common.yaml").write_text(COMMON)
    (folder / "common.yaml").symlink_to(tmp_path / "common.yaml")
    assert build(folder, "{common: common.yaml}").codes == ["WSG104"]


def test_links_in_a_ring_are_a_finding(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to(tmp_path / "b.yaml")
    (tmp_path / "b.yaml").symlink_to(tmp_path / "a.yaml")
    assert build(tmp_path, "{a: a.yaml}").codes == ["WSG104"]


def test_a_missing_file_gets_the_name_of_one_that_is_there(tmp_path: Path) -> None:
    found = build(tmp_path, "{common: comon.yaml}", common=COMMON)
    assert found.codes == ["WSG104"]
    assert found.helps == ["did you mean `common.yaml`?"]


def test_messages_of_the_missing_do_not_name_folders_of_the_machine(tmp_path: Path) -> None:
    assert str(tmp_path) not in build(tmp_path, "{common: missing.yaml}").rendered


@pytest.mark.parametrize("name", ["1st", "class", "a.b", "ü", "_x"])
def test_files_that_cannot_be_modules(tmp_path: Path, name: str) -> None:
    found = build(tmp_path, f"{{c: {name}.yaml}}", **{name: COMMON})
    assert found.codes == ["WSG104"]
    assert "name of a module" in found.messages[0]


def test_two_files_with_one_name(tmp_path: Path) -> None:
    found = build(
        tmp_path, "{a: common.yaml, b: lib/Common.yaml}", common=COMMON, lib__Common=COMMON
    )
    assert found.messages == ["two imported files would be the module `Common`"]


@pytest.mark.parametrize("name", ["messages", "Routes", "handlers", "close-codes"])
def test_files_with_the_name_of_a_generated_module(tmp_path: Path, name: str) -> None:
    found = build(tmp_path, f"{{c: {name}.yaml}}", **{name: COMMON})
    assert found.codes == ["WSG103"]
    assert found.messages[0].startswith(f"`{name}.yaml` would stand beside the generated module")
    assert found.helps == ["rename the file"]
    assert str(found.diagnostics[0].span) == "schema.yaml:3:14"


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ("handlers:\n  x: {kind: stream, path: /x, from_server: str}\n", "common.yaml:4:1"),
        ("guards: [member]\n", "common.yaml:4:1"),
        ("close_codes:\n  A: {code: 4000}\n", "common.yaml:4:1"),
        ("api: {name: x, case: camel}\n", "common.yaml:4:16"),
    ],
)
def test_what_is_not_imported_is_not_left_out_silently(
    tmp_path: Path, section: str, place: str
) -> None:
    found = build(tmp_path, "{common: common.yaml}", common=COMMON + section)
    assert found.codes == ["WSG104"]
    assert str(found.diagnostics[0].span) == place


def test_an_imported_file_may_have_docs_of_its_own(tmp_path: Path) -> None:
    common = COMMON + "api: {name: common, doc: Shared., version: 2}\n"
    api = build(tmp_path, "{common: common.yaml}", common=common).good
    assert api.libraries[0].doc == "Shared."


def test_an_unknown_alias_and_an_unknown_name_behind_a_known_one(tmp_path: Path) -> None:
    body = "messages:\n  Say: {fields: {a: comon.User, b: common.Usr}}\n"
    found = build(tmp_path, "{common: common.yaml}", body, common=COMMON)
    assert found.messages == ["nothing is imported as `comon`", "unknown type `common.Usr`"]
    assert found.helps == ["did you mean `common`?", "did you mean `User` (common.yaml:3:3)?"]


def test_tags_are_unique_across_files(tmp_path: Path) -> None:
    common = "wsgen: 1\nmessages:\n  Say: {fields: {text: str}}\n"
    body = "messages:\n  Say: {fields: {text: str}}\n"
    found = build(tmp_path, "{common: common.yaml}", body, common=common)
    assert found.codes == ["WSG209"]


def test_a_listener_has_one_method_for_one_name(tmp_path: Path) -> None:
    common = "wsgen: 1\nmessages:\n  Say: {tag: other, fields: {text: str}}\n"
    (tmp_path / "common.yaml").write_text(common)
    schema = tmp_path / "schema.yaml"
    schema.write_text(
        "wsgen: 1\napi: {name: demo}\nimports: {common: common.yaml}\n"
        "messages:\n  Say: {fields: {text: str}}\n"
        "handlers:\n  room: {kind: listener, path: /, from_client: [Say, common.Say]}\n"
    )
    found = run_file(schema)
    assert found.codes == ["WSG102"]


def test_too_many_files(tmp_path: Path) -> None:
    files = {f"f{index}": COMMON for index in range(64)}
    imports = ", ".join(f"{name}: {name}.yaml" for name in files)
    found = build(tmp_path, f"{{{imports}}}", **files)
    assert found.messages == ["more than 64 files"]
