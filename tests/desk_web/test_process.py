"""The desk as a process: it starts from the environment, serves, and stops politely."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import websockets

from aftersales.door.reader import Reader
from desk.__main__ import main

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 30.0


def _environment(folder: Path, port: int, **changes: str) -> dict[str, str]:
    # A trained part that has learnt nothing: what a process does must not depend on a training.
    Reader.deaf().save(folder / "reader.npz")
    ours = {
        "AFTERSALES_STORES": str(ROOT / "stores"),
        "AFTERSALES_RULES": str(ROOT / "rules"),
        "AFTERSALES_DOOR_READER": str(folder / "reader.npz"),
        "AFTERSALES_DATABASE_URL": f"sqlite:///{folder / 'desk.db'}",
        "AFTERSALES_DESK_PORT": str(port),
        "AFTERSALES_BOT_URL": "http://127.0.0.1:9",
        "AFTERSALES_DEMO": "1",
        "AFTERSALES_BOT_SECRET": "b" * 40,
        "AFTERSALES_SESSION_SECRET": "s" * 40,
        "AFTERSALES_STORE_SECRET_JD_DIGITAL": "j" * 40,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AFTERSALES_")}
    return kept | ours | changes


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def _process(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "desk", "--demo-agent", "小王:correct horse 9"),
        cwd=ROOT,
        env=_environment(folder, port),
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=base, trust_env=False) as client, asyncio.timeout(READY_SECONDS):
            while True:
                try:
                    assert (await client.get("/health/live")).status_code == 200
                    break
                except httpx.TransportError:
                    assert process.returncode is None, (await process.communicate())[1].decode()
                    await asyncio.sleep(0.02)
        yield process, base
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.asyncio
async def test_it_serves_logs_a_demo_agent_in_and_stops_politely(tmp_path: Path) -> None:
    async with _process(tmp_path) as (process, base):
        async with httpx.AsyncClient(base_url=base, trust_env=False, headers={"Origin": base}) as client:
            body = {"name": "小王", "password": "correct horse 9"}
            assert (await client.post("/api/console/login", json=body)).status_code == 200
            stores = (await client.get("/demo/stores")).json()["stores"]
            assert [store["id"] for store in stores] == ["jd-digital"] and stores[0]["buyers"]
            asked = {"store": "jd-digital", "buyer": stores[0]["buyers"][0]["id"]}
            token = (await client.post("/demo/token", json=asked)).json()["token"]
            ready = await client.get("/health/ready")
            assert (ready.status_code, ready.json()["database"], ready.json()["bot"]) == (503, True, False)
        async with websockets.connect(base.replace("http", "ws") + "/ws/storefront", proxy=None) as tab:
            await tab.send(json.dumps({"type": "hello", "token": token, "after": 0}))
            assert json.loads(await tab.recv())["type"] == "welcome"
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                while True:
                    await tab.recv()
            assert closed.value.rcvd is not None and closed.value.rcvd.code == 1001
        output = b"".join(await process.communicate()).decode()
        assert process.returncode == 0 and time.monotonic() - begun < 3
        assert "Traceback" not in output and "correct horse" not in output and token not in output


@pytest.mark.parametrize(
    ("arguments", "changes", "says"),
    [
        (["--demo-agent", "小王"], {}, "NAME:PASSWORD"),
        (["--demo-agent", "小王:12345678"], {"AFTERSALES_DEMO": "0"}, "AFTERSALES_DEMO"),
        ([], {"AFTERSALES_SESSION_SECRET": "short"}, "AFTERSALES_SESSION_SECRET"),
        ([], {"AFTERSALES_SESION": "x"}, "AFTERSALES_SESION"),
        ([], {"AFTERSALES_DOOR_READER": "nowhere/reader.npz"}, "make model"),
    ],
)
def test_a_wrong_start_says_what_to_mend(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    changes: dict[str, str],
    says: str,
) -> None:
    for name, value in _environment(tmp_path, 1, **changes).items():
        monkeypatch.setenv(name, value)
    assert main(arguments) == 1
    assert says in capsys.readouterr().err


def test_an_agent_can_be_made_from_the_command_line_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    for name, value in _environment(tmp_path, 1).items():
        monkeypatch.setenv(name, value)
    arguments = ["add-agent", "小李", "--role", "lead", "--group", "complaint"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse 9\n"))
    assert main(arguments) == 0
    assert "小李" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse 9\n"))
    assert main(arguments) == 1
