"""Makes one small fault after another in the rules, what runs them and the heart of check; reports what tests miss.

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
# Each file, its tests, and the functions that are mutated, where not all are: there texts are left alone.
WALK = [f"tests/test_{name}.py" for name in ("rules", "descent", "paths", "inputs")]
JUDGE = ["tests/test_exercises_judge.py", "tests/test_exercises_mistakes.py::test_a_known_mistake_is_named"]
FILES = {f"course_utils/{name}.py": (WALK, None) for name in ("rules", "descent", "paths", "inputs")}
FILES["course_utils/exercises/walks.py"] = (JUDGE, {"is_right", "apart", "parted"})
FILES["course_utils/exercises/lines.py"] = (JUDGE, {"agree"})
FILES["course_utils/exercises/verdict.py"] = (JUDGE, {"agreement", "judge"})
LIMIT = 120  # seconds for a mutant that loops for ever; the tests take two or three, those of check ten to twenty
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
    _, chosen = FILES[file]
    for part in module.body:
        old = module.code_for_node(part)
        place = part.name.value if isinstance(part, cst.FunctionDef | cst.ClassDef) else ""
        nodes = list(below(part))
        if chosen:
            functions = [node for node in nodes if isinstance(node, cst.FunctionDef) and node.name.value in chosen]
            nodes = [node for one in functions for node in below(one) if not isinstance(node, cst.BaseString)]
        for node, (kind, operator) in ((node, pair) for node in nodes for pair in OPERATORS):
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


def run_tests(file):
    sys.exit(pytest.main(["-x", "-p", "no:cacheprovider", "-p", "no:terminal", *FILES[file][0]]))


def survives(file, text):
    Path(file).write_text(text, encoding="utf-8")
    process = FORK.Process(target=run_tests, args=(file,))
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
        for file in FILES:
            if not pool.submit(survives, file, (ROOT / file).read_text(encoding="utf-8")).result():
                sys.exit(f"make mutants: the tests of {file} fail even without a mutant.")
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
