"""`make portable` names what another machine would print otherwise, and nothing else."""

import asyncio
import os
import sys
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
pytest.importorskip("threadpoolctl", reason="what tools/portable.py asks, which is of requirements-dev.txt")
portable = pytest.importorskip("portable")

MOVED = """
from course_utils import descend, gradient_descent
path = descend(gradient_descent, lambda theta: theta, [{start}] * 9, 3, lr=0.1)
print((path.theta[0] == {start}).all())
print("at the start")
"""


def differ(tmp_path, source, saved, seed=0, **env):
    """What is said of a notebook of this one cell, saved with this print."""
    cell = nbformat.v4.new_code_cell(source, outputs=[nbformat.v4.new_output("stream", name="stdout", text=saved)])
    path = tmp_path / "07_tiny.ipynb"
    prose = nbformat.v4.new_markdown_cell("# Tiny")
    nbformat.write(nbformat.v4.new_notebook(cells=[prose, cell]), path)
    return asyncio.run(portable.compare(path, os.environ | env, seed, asyncio.Semaphore(1)))


def test_a_text_that_differs_is_named_with_its_notebook_its_cell_and_both_texts(tmp_path):
    count, (said,) = differ(tmp_path, "import os\nprint(os.environ['OTHER'])", "1.00\n", OTHER="1.01")
    assert count == 1
    assert said == "07_tiny.ipynb, cell 1 (import os)\n  saved: 1.00\n\n  here:  1.01\n"


def test_what_is_printed_in_several_pieces_is_compared_as_one(tmp_path):
    pieces = "import sys\nfor piece in 'abc':\n    print(piece)\n    sys.stdout.flush()"
    assert differ(tmp_path, pieces, "a\nb\nc\n") == (1, [])


def test_a_start_is_moved_by_its_last_bits_and_zero_stays(tmp_path):
    assert differ(tmp_path, MOVED.format(start=3.0), "True\nat the start\n") == (1, [])
    _, (said,) = differ(tmp_path, MOVED.format(start=3.0), "True\nat the start\n", seed=1)
    assert "here:  False" in said
    assert differ(tmp_path, MOVED.format(start=0.0), "True\nat the start\n", seed=1) == (1, [])


def test_a_cell_that_fails_is_reported(tmp_path):
    _, (said,) = differ(tmp_path, "1 / 0", "")
    assert said.startswith("07_tiny.ipynb: cell [2] failed") and "ZeroDivisionError" in said


def test_what_the_shell_has_set_does_not_reach_another_configuration(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Nehalem")
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "AVX2")
    env = portable.environment(None, 2, True)
    assert env["OPENBLAS_NUM_THREADS"] == "2" and not env.keys() & {"OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"}


def test_what_the_machine_cannot_do_is_named():
    env = portable.environment("Nehalem", 1, True)
    found = portable.taken(env)
    assert found[1] in ([1], []), "one thread, or a BLAS that threadpoolctl does not know"
    assert "asked for NoSuchChip, it took" in portable.missing(found, "NoSuchChip", True)
    if (usual := portable.taken(os.environ))[2]:
        assert portable.missing(usual, None, wide=False).startswith("NumPy kept")
        assert portable.missing(portable.taken(portable.environment(None, 1, False)), None, wide=False) is None


def test_a_process_that_dies_is_a_processor_that_lacks_the_code(monkeypatch):
    monkeypatch.setattr(portable, "PROBE", "import os; os.abort()\n")
    found = portable.taken(os.environ)
    assert portable.missing(found, "SkylakeX", True) == "this processor can't run the code for SkylakeX"
