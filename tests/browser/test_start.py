"""`make lab`: what it tells JupyterLab as root, without a display and with options of one's own; and that it starts."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

import lab
import pytest

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="on Windows the course starts without make"),
    pytest.mark.skipif(bool(lab.SITE), reason="the site needs no start"),
]
# `make browser` hands its own options down to any make that it starts.
HANDED_DOWN = {"MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL", "ARGS"}
SCREEN = {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"}
PLAIN = {name: value for name, value in os.environ.items() if name not in HANDED_DOWN | SCREEN}


def said(folder, user, system="Linux", args="", **screen):
    """What `make lab` would do for the user of this number on this system: the command, and what is said before it."""
    for name, answer in {"id": user, "uname": system}.items():
        (folder / name).write_text(f"#!/bin/sh\necho {answer}\n")
        (folder / name).chmod(0o755)
    env = PLAIN | screen | {"PATH": f"{folder}{os.pathsep}{PLAIN['PATH']}"}
    run = subprocess.run(
        ["make", "-n", "lab", f"ARGS={args}"], cwd=lab.ROOT, env=env, check=True, capture_output=True, text=True
    )
    words, command = run.stdout.split(".venv/bin/python -m jupyterlab")
    return command.split(), words


def test_root_is_let_in_from_this_machine_only(tmp_path):
    command, words = said(tmp_path, user=0)
    assert {"--allow-root", "--ip=127.0.0.1"} <= set(command)
    assert "JupyterLab runs as root, reachable from this machine only, with a token." in words


def test_anybody_else_is_told_nothing_of_root(tmp_path):
    command, words = said(tmp_path, user=1000)
    assert not {"--allow-root", "--ip=127.0.0.1"} & set(command)
    assert "root" not in words.splitlines()[-1]


@pytest.mark.parametrize("address", ["--ip=0.0.0.0", "--ip 0.0.0.0", "--ServerApp.ip=0.0.0.0"])
def test_an_address_of_ones_own_is_the_only_one(tmp_path, address):
    command, words = said(tmp_path, user=0, args=address)
    assert " ".join(command).endswith(address) and "127.0.0.1" not in " ".join(command)
    assert "this machine only" not in words and "at the address you chose" in words


def test_without_a_display_no_browser_is_sought_and_the_reader_is_told_what_to_open(tmp_path):
    command, words = said(tmp_path, user=1000)
    assert "--no-browser" in command and "open the address below that ends in ?token=... in a browser" in words


@pytest.mark.parametrize(
    "there",
    [
        {"DISPLAY": ":0"},
        {"WAYLAND_DISPLAY": "wayland-0"},
        {"BROWSER": "firefox"},
        {"args": "--browser=firefox"},
        {"system": "Darwin"},
    ],
    ids=str,
)
def test_where_there_is_a_browser_it_opens(tmp_path, there):
    command, words = said(tmp_path, user=1000, **there)
    assert "--no-browser" not in command and "no display" not in words


def status(url):
    """What the server answers; it may print its address a moment before it listens there."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return urllib.request.urlopen(url, timeout=30).status
        except urllib.error.HTTPError as refused:
            return refused.code
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def printed_address(server, log):
    """Of the address in the terminal: the server's root, the notebook and the token."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        if found := re.search(r"(http://127\.0\.0\.1:\d+)/lab/tree/(\S+)\?token=(\w+)", log.read_text()):
            return found.groups()
        time.sleep(0.1)
    raise RuntimeError(f"make lab printed no address:\n{log.read_text()}")


def test_the_printed_address_answers_and_nothing_does_without_its_token(tmp_path):
    if subprocess.run(["make", "-q", ".venv/user-ready"], cwd=lab.ROOT, env=PLAIN).returncode:
        pytest.skip("make lab would install first; make browser runs this test")
    options = f"--no-browser --port={lab.free_port()} --ServerApp.port_retries=0"
    log = tmp_path / "log"
    with open(log, "w") as out:
        server = subprocess.Popen(
            ["make", "lab", f"ARGS={options}"],
            cwd=lab.ROOT,
            env=PLAIN | lab.settings(tmp_path),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        root, lesson, token = printed_address(server, log)
        assert lesson.endswith("01_loss_function.ipynb")
        assert status(f"{root}/lab/tree/{lesson}?token={token}") == 200
        assert status(f"{root}/api/contents/{lesson}?token={token}") == 200
        assert status(f"{root}/api/contents/{lesson}") == 403
        notification = f"{root}/lab/api/settings/@jupyterlab/apputils-extension:notification?token={token}"
        news = json.load(urllib.request.urlopen(notification, timeout=30))["schema"]["properties"]
        # else JupyterLab asks about news, in the corner of the first lesson, and asks the world for updates
        assert (news["fetchNews"]["default"], news["checkForUpdates"]["default"]) == ("false", False)
    finally:
        os.killpg(server.pid, signal.SIGTERM)  # make, and the JupyterLab that it started
        server.wait(30)
