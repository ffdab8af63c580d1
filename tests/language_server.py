"""A client of a language server over stdio, as an editor has one (LSP 3.17)."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

TIMEOUT = 60.0


class LanguageServer:
    """One server, and the documents that are open in it."""

    def __init__(self, process: asyncio.subprocess.Process, settings: Mapping[str, Any]) -> None:
        self._process = process
        self._settings = settings
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._findings: dict[str, asyncio.Future[Sequence[Mapping[str, Any]]]] = {}
        self._reader = asyncio.create_task(self._read())

    async def request(self, method: str, params: Mapping[str, Any]) -> Any:
        """Ask, and wait for the answer."""
        number = next(self._ids)
        self._answers[number] = asyncio.get_running_loop().create_future()
        self._write({"id": number, "method": method, "params": params})
        async with asyncio.timeout(TIMEOUT):
            return await self._answers[number]

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        """Say something that has no answer."""
        self._write({"method": method, "params": params})

    def _write(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while True:
            header = await stream.readuntil(b"\r\n\r\n")
            fields = dict(line.split(": ") for line in header.decode().strip().split("\r\n"))
            self._take(json.loads(await stream.readexactly(int(fields["Content-Length"]))))

    def _take(self, message: Mapping[str, Any]) -> None:
        if "method" not in message:
            answer = self._answers.pop(message["id"])
            if "error" in message:
                answer.set_exception(RuntimeError(str(message["error"])))
            else:
                answer.set_result(message.get("result"))
        elif "id" in message:  # the server asks: for its settings, or to be allowed something
            items = message["params"].get("items", [])
            result = [self._section(each.get("section", "")) for each in items] if items else None
            self._write({"id": message["id"], "result": result})
        elif message["method"] == "textDocument/publishDiagnostics":
            self._publish(**message["params"])

    def _publish(self, uri: str, diagnostics: Sequence[Mapping[str, Any]], **_: Any) -> None:
        if uri in self._findings and not self._findings[uri].done():
            self._findings[uri].set_result(diagnostics)

    def _section(self, name: str) -> Any:
        found: Any = self._settings
        for part in filter(None, name.split(".")):
            found = found.get(part, {}) if isinstance(found, Mapping) else {}
        return found

    async def open(self, path: Path, text: str, language: str) -> str:
        """Open a document; gives its URI."""
        uri = path.as_uri()
        self._findings[uri] = asyncio.get_running_loop().create_future()
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    async def completions(self, uri: str, line: int, character: int) -> list[str]:
        """The labels that an editor would offer at a place, counted from 0."""
        result = await self.request("textDocument/completion", _at(uri, line, character))
        items: Sequence[Mapping[str, Any]] = result["items"] if isinstance(result, dict) else result
        return [str(each["label"]) for each in items]

    async def hover(self, uri: str, line: int, character: int) -> str:
        """The text that an editor would show at a place."""
        result = await self.request("textDocument/hover", _at(uri, line, character))
        contents = result["contents"]
        return str(contents["value"] if isinstance(contents, dict) else contents)

    async def findings(self, uri: str) -> Sequence[Mapping[str, Any]]:
        """The diagnostics that the server tells of its own about an open document."""
        async with asyncio.timeout(TIMEOUT):
            return await self._findings[uri]

    async def stop(self) -> None:
        """Ask the server to end."""
        await self.request("shutdown", {})
        self.notify("exit", {})
        self._reader.cancel()
        async with asyncio.timeout(TIMEOUT):
            await self._process.wait()


def _at(uri: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


@asynccontextmanager
async def language_server(
    command: Sequence[str], folder: Path, settings: Mapping[str, Any]
) -> AsyncGenerator[LanguageServer]:
    """A running server for a folder."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**26
    )
    server = LanguageServer(process, settings)
    try:
        await server.request(
            "initialize",
            {
                "processId": None,
                "rootUri": folder.as_uri(),
                "workspaceFolders": [{"uri": folder.as_uri(), "name": "test"}],
                "capabilities": {
                    "workspace": {"configuration": True, "workspaceFolders": True},
                    "textDocument": {"hover": {"contentFormat": ["markdown"]}},
                },
            },
        )
        server.notify("initialized", {})
        server.notify("workspace/didChangeConfiguration", {"settings": settings})
        yield server
        await server.stop()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
