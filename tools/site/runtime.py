"""Lays out the Python that runs in a browser: Pyodide, with the packages that the course needs and no others."""

import hashlib
import io
import json
import re
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from contextlib import contextmanager
from pathlib import Path

CORE = ("pyodide.mjs", "pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
KERNEL = ("micropip", "piplite", "pyodide-kernel", "ipykernel", "ipython", "jedi", "ssl", "sqlite3", "comm")
WANTS = {  # what a wheel imports that is given beside Pyodide's own
    "course-utils": ["numpy", "matplotlib", "pillow", "ipywidgets", "ipython"],
    "ipywidgets": ["comm", "ipython", "traitlets"],
    "comm": ["traitlets"],
}


@contextmanager
def opened(source):
    """A function from a file's name to its bytes; the source is Pyodide's address, its folder or that folder packed."""
    if "://" in source:
        yield lambda name: fetched(f"{source.rstrip('/')}/{name}")
    elif Path(source).is_dir():
        yield lambda name: Path(source, name).read_bytes()
    else:
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
            lock = next(Path(folder).rglob("pyodide-lock.json"))
            yield lambda name: (lock.parent / name).read_bytes()


def fetched(address):
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:
            return answer.read()
    except OSError as error:
        sys.exit(f"{address} can't be had ({error}): set PYODIDE to a folder or an archive that holds Pyodide's files.")


def lay_out(source, wheels, folder):
    """Write Pyodide to this folder; its lock file names the packages that are there.

    source : str, as for `opened`
    wheels : paths of pure Python wheels that Pyodide has not, or not in this version
    """
    folder.mkdir(parents=True)
    with opened(source) as read:
        for name in CORE:
            (folder / name).write_bytes(read(name))
        lock = json.loads(read("pyodide-lock.json"))
        own = {entry["name"]: (entry, data) for entry, data in map(described, wheels)}
        offered = lock["packages"] | {name: entry for name, (entry, _) in own.items()}
        lock["packages"] = {name: dict(offered[name]) for name in needed([*KERNEL, "course-utils"], offered)}
        for name, entry in lock["packages"].items():
            data = own[name][1] if name in own else read(entry["file_name"])
            if hashlib.sha256(data).hexdigest() != entry["sha256"]:
                raise ValueError(f"{entry['file_name']} of {source} is not the file that its lock file names.")
            if name == "matplotlib":
                data = with_fonts_listed(data)
                entry["sha256"] = hashlib.sha256(data).hexdigest()
            (folder / entry["file_name"]).write_bytes(data)
    (folder / "pyodide-lock.json").write_text(json.dumps(lock, indent=1), encoding="utf-8")


def described(wheel):
    """A wheel as a lock file has it, with its bytes."""
    data = wheel.read_bytes()
    name, version = wheel.name.split("-")[:2]
    name = re.sub("[-_.]+", "-", name).lower()
    tops = {member.split("/")[0] for member in zipfile.ZipFile(wheel).namelist()}
    entry = {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "imports": sorted(top.removesuffix(".py") for top in tops if not top.endswith((".dist-info", ".data"))),
        "depends": WANTS.get(name, []),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }
    return entry, data


def needed(names, offered):
    """These packages and all that they depend on, sorted."""
    found, waiting = set(), list(names)
    while waiting:
        name = re.sub("[-_.]+", "-", waiting.pop()).lower()
        if name not in found:
            found.add(name)
            waiting += offered[name]["depends"]
    return sorted(found)


def with_fonts_listed(data):
    """Matplotlib's wheel, with a list of its fonts that it accepts.

    In some of Pyodide's wheels the list is marked with another version's number,
    so that matplotlib would make its own at each start and say so on stderr.
    """
    wheel, mended = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    wanted = re.search(rb"__version__ = ['\"]?([\w.]+)", wheel.read("matplotlib/font_manager.py"))[1].decode()
    fonts = json.loads(wheel.read("matplotlib/fontlist.json"))
    fonts["_version"] = int(wanted) if wanted.isdigit() else wanted
    with zipfile.ZipFile(mended, "w", zipfile.ZIP_DEFLATED) as new:
        for member in wheel.infolist():
            is_list = member.filename == "matplotlib/fontlist.json"
            new.writestr(member, json.dumps(fonts) if is_list else wheel.read(member))
    return mended.getvalue()
