"""In the static site a slow cell shows what was saved until it is asked for; that it does so there: tests/browser."""

import importlib
import json
import shutil
import sys
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

SOURCE = Path(__file__).parents[1] / "tools/site/slow_cells.py"
PICTURE = {"output_type": "execute_result", "metadata": {"image/png": {"width": 1}}, "data": {"text/plain": "made"}}
PRINTED = {"output_type": "stream", "name": "stdout", "text": "saved\n"}
RACE, TABLE = 'made = 7\nprint("computed")\nmade', "print(made)\n"
CELLS = {
    "6 race": {"source": RACE, "slow": True, "needs": {}, "outputs": [PRINTED, PICTURE]},
    "6 table": {"source": TABLE, "slow": False, "needs": {"made": "6 race"}, "outputs": [PRINTED]},
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A function that runs a cell and returns what it shows, in a shell in which those two are slow."""
    package = tmp_path / "lesson_package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "slow_cells.json").write_text(json.dumps(CELLS))
    shutil.copy(SOURCE, package)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # the shell puts its own there
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))

    def run(source):
        with capture_output() as shown:
            shell.run_cell(source).raise_error()
        return shown

    run.compute = importlib.import_module("lesson_package.slow_cells").compute
    yield run
    InteractiveShell.clear_instance()
    for name in ("lesson_package", "lesson_package.slow_cells"):
        sys.modules.pop(name)


def test_a_slow_cell_shows_what_was_saved_and_computes_nothing(run):
    shown = run(RACE)
    assert shown.stdout == "saved\n"
    offer, picture = shown.outputs
    assert '<button value="6 race">' in offer.data["text/html"] and "text/plain" not in offer.data
    assert (picture.data, picture.metadata) == (PICTURE["data"], PICTURE["metadata"])
    with pytest.raises(NameError):
        run("made")


def test_asked_for_it_computes_as_often_as_it_is_run(run):
    run.compute("6 race")
    for _ in range(2):
        assert run(RACE).stdout.startswith("computed\n")


def test_an_edited_cell_computes(run):
    assert run(RACE.replace("7", "8")).stdout.startswith("computed\n")


def test_what_needs_a_slow_cell_shows_what_was_saved_as_long_as_that_was_not_computed(run):
    assert run(TABLE).stdout == "saved\n"
    run.compute("6 race")
    run(RACE)
    assert run(TABLE).stdout == "7\n"


def test_asked_for_it_computes_what_it_needs_unseen(run):
    with capture_output() as shown:
        run.compute("6 table")
    assert (shown.stdout, shown.outputs) == ("", [])
    assert run(TABLE).stdout == "7\n"


def test_it_takes_a_students_own_result(run):
    run(RACE.replace("7", "8"))
    run.compute("6 table")
    assert run(TABLE).stdout == "8\n"


def test_other_cells_are_left_alone(run):
    assert run("print(1)\n").stdout == "1\n"
