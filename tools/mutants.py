"""Makes one small fault after another in rules.py and what runs them, and reports each that their tests do not notice.

A fault, or mutant, that nobody could notice stands in tests/survivors.toml with the reason. An entry there that is
noticed after all, or whose line is gone, is reported too. Only copies are changed, never the files themselves.
"""

import os
import shutil
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor
from difflib import SequenceMatcher
from multiprocessing import get_context
from pathlib import Path

import libcst as cst
import numpy  # noqa: F401  imported once, here, and not once for each mutant
import pytest
from mutmut.mutation.mutators import mutation_operators

ROOT = Path(__file__).parents[1]
FILES = [f"course_utils/{name}.py" for name in ("rules", "descent", "paths", "inputs")]
TESTS = [f"tests/test_{name}.py" for name in ("rules", "descent", "paths", "inputs")]
LIMIT = 60  # seconds for a mutant that loops for ever; the tests take two or three
FORK = get_context("fork")

# mutmut's, and a condition that holds always or never, a loop that is passed over, a statement that is left out
OPERATORS = [
    *mutation_operators,
    (cst.If, lambda node: [node.with_changes(test=cst.Name(value)) for value in ("True", "False")]),
    (cst.For, lambda node: [node.with_changes(iter=cst.Tuple([]))]),
    (cst.Expr, lambda node: [] if isinstance(node.value, cst.SimpleString) else [cst.Pass()]),
]


def below(node):
    yield node
    for child in node.children:
        yield from below(child)


def mutants(file):
    """Yields the text of each, and its name: file, function or class, the lines that differ before and after."""
    text = (ROOT / file).read_text(encoding="utf-8")
    module = cst.parse_module(text)
    for part in module.body:
        old = module.code_for_node(part)
        place = part.name.value if isinstance(part, cst.FunctionDef | cst.ClassDef) else ""
        for node, (kind, operator) in ((node, pair) for node in below(part) for pair in OPERATORS):
            for changed in operator(node) if isinstance(node, kind) else ():
                new = module.code_for_node(part.deep_replace(node, changed))
                yield text.replace(old, new), (file, place, *difference(old.splitlines(), new.splitlines()))


def difference(old, new):
    differ = [block for block in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if block[0] != "equal"]
    (_, i, _, k, _), (_, _, j, _, m) = differ[0], differ[-1]
    return (" ".join(" ".join(lines).split()) for lines in (old[i:j], new[k:m]))


def move_to_copy(folder):
    """Gives each worker a folder of its own."""
    os.chdir(tempfile.mkdtemp(dir=folder))
    for name in ("course_utils", "tests"):
        shutil.copytree(ROOT / name, name, ignore=shutil.ignore_patterns("__pycache__", "browser"))
    shutil.copy(ROOT / "pyproject.toml", ".")
    sys.path.insert(0, os.getcwd())
    sys.dont_write_bytecode = True  # a mutant of the same length and second would be taken for the one before
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"


def run_tests():
    sys.exit(pytest.main(["-x", "-p", "no:cacheprovider", "-p", "no:terminal", *TESTS]))


def survives(file, text):
    Path(file).write_text(text, encoding="utf-8")
    process = FORK.Process(target=run_tests)
    process.start()
    process.join(LIMIT)
    process.kill()
    process.join()
    shutil.copy(ROOT / file, file)
    return process.exitcode == 0


def main():
    begin = time.monotonic()
    entries = tomllib.loads((ROOT / "tests/survivors.toml").read_text(encoding="utf-8"))["survivor"]
    listed = {(entry["file"], entry["in"], entry["line"], entry["mutant"]) for entry in entries if entry["reason"]}
    texts, names = zip(*(mutant for file in FILES for mutant in mutants(file)), strict=True)
    alive = set()
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(mp_context=FORK, initializer=move_to_copy, initargs=(folder,)) as pool,
    ):
        if not pool.submit(survives, FILES[0], (ROOT / FILES[0]).read_text(encoding="utf-8")).result():
            sys.exit("make mutants: the tests fail even without a mutant.")
        for name, survived in zip(names, pool.map(survives, [name[0] for name in names], texts), strict=True):
            if survived:
                alive.add(name)
                if name not in listed:
                    print("not noticed:", *name, sep="\n    ", flush=True)
    for name in sorted(listed - alive):
        print("listed, but noticed or gone:", *name, sep="\n    ")
    print(
        f"{len(names)} mutants in {time.monotonic() - begin:.0f} s; not noticed: {len(alive & listed)} with a reason,"
    )
    print(f"{len(alive - listed)} without; needlessly listed: {len(listed - alive)}")
    return alive != listed


if __name__ == "__main__":
    sys.exit(main())
