"""The exercises of the notebooks: shipped unsolved, with answers that are right and bugs that are named."""

import ast
import linecache
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

from course_utils.exercises import appendix
from course_utils.exercises.judge import report
from course_utils.exercises.mistakes import MISTAKES

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)


class Exercise(NamedTuple):
    """An exercise that is checked: the text before its cell, the cell and what it shows, the folded answer after it."""

    id: str
    imports: str
    text: str
    stub: str
    shown: str
    answer: str

    def reports(self, solution):
        """What check says once the solution stands where the stub did."""
        seen = []
        names = {"__name__": "solution"}
        exec(self.imports, names)
        lines = solution.splitlines(keepends=True)
        linecache.cache["<solution>"] = (len(solution), None, lines, "<solution>")  # as Jupyter does for its cells
        exec(compile(solution, "<solution>", "exec"), names)
        names["check"] = lambda *given: seen.append(report(*given))
        calls = [part for part in ast.parse(self.stub).body if isinstance(part, ast.Expr)]
        exec(compile(ast.Module(calls, []), "the stub", "exec"), names)
        return seen


def exercises(lesson):
    """Its exercises that are checked."""
    cells = nbformat.read(lesson, as_version=4).cells
    imports = next(cell.source for cell in cells if "import numpy" in cell.source)
    found = []
    for text, cell, answer in zip(cells, cells[1:], cells[2:], strict=False):
        if cell.cell_type == "code" and re.search(r"^check\(", cell.source, re.MULTILINE):
            *_, number, task = re.split(r"^### (\d+)\. ", text.source, flags=re.MULTILINE)
            shown = "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
            folded = answer.source.partition("</details>")[0]
            found.append(Exercise(f"{lesson.stem}-{number}", imports, task, cell.source, shown, folded))
    return found


ALL = [exercise for lesson in LESSONS for exercise in exercises(lesson)]
every_exercise = pytest.mark.parametrize("exercise", ALL, ids=[exercise.id for exercise in ALL])


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_has_six_to_eight_exercises_that_say_what_they_train(lesson):
    prose = "\n".join(c.source for c in nbformat.read(lesson, as_version=4).cells if c.cell_type == "markdown")
    heads = re.findall(r"^### (\d)\. [A-Z][\w ]+\n\n\*(?:T|Open; t)rains: [\w ,-]+\.\* ", prose, re.MULTILINE)
    assert heads == list("12345678")[: len(heads)] and 6 <= len(heads) <= 8
    assert len(re.findall("^## Exercises$", prose, re.MULTILINE)) == 1
    assert len(re.findall(r"^\*Open; trains", prose, re.MULTILINE)) == 1
    assert {"Predict", "Write", "Find"} <= set(re.findall(r"^### \d\. (\w+)", prose, re.MULTILINE))


@every_exercise
def test_it_is_shipped_unsolved(exercise):
    said = [r.kind for r in exercise.reports(re.sub(r"^check\(.*", "", exercise.stub, flags=re.MULTILINE))]
    assert said == ["not written"] and exercise.shown.startswith("…")


@every_exercise
def test_its_answer_is_right(exercise):
    assert "<summary>Answer</summary>" in exercise.answer
    (code,) = CODE.findall(exercise.answer)
    assert [r.kind for r in exercise.reports(code)] == ["right"]


HUNTS = [exercise for exercise in ALL if CODE.search(exercise.text)]


@pytest.mark.parametrize("exercise", HUNTS, ids=[exercise.id for exercise in HUNTS])
def test_a_bug_to_be_found_is_one_that_check_names(exercise):
    (code,) = CODE.findall(exercise.text)
    name = re.search(r"^def (\w+)", code)[1]
    (said,) = exercise.reports(f"{code}\nmended = {name}")
    known = [edit[-1] for edits in [*MISTAKES.values(), appendix.amsgrad.mistakes] for edit in edits]
    assert said.kind == "wrong" and (any(told in said.text for told in [*known, "rounding", "at every step"]))


def test_every_lesson_has_a_bug_hunt():
    assert {hunt.id[:2] for hunt in HUNTS} == {lesson.stem[:2] for lesson in LESSONS}


# --- what a student has written is safe


def test_saving_a_notebook_anew_leaves_what_stands_in_its_cells(tmp_path):
    mine = tmp_path / "mine.ipynb"
    source = "answer = 42  # mine\nanswer"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), mine)
    subprocess.run([sys.executable, ROOT / "tools" / "save_notebooks.py", mine], check=True)
    (cell,) = nbformat.read(mine, as_version=4).cells
    assert cell.source == source and cell.outputs[0]["data"]["text/plain"] == "42"


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_a_second_copy_never_overwrites_the_first(tmp_path):
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("01_one.ipynb", "02_two.ipynb"):
        (tmp_path / "notebooks" / name).write_text("of the course")
    for written in ("of the course", "mine"):
        subprocess.run(["make", "-s", "my_notebooks"], cwd=tmp_path, check=True)
        assert (tmp_path / "my_notebooks" / "01_one.ipynb").read_text() == written
        assert (tmp_path / "my_notebooks" / "02_two.ipynb").read_text() == "of the course"
        (tmp_path / "my_notebooks" / "01_one.ipynb").write_text("mine")
        (tmp_path / "my_notebooks" / "02_two.ipynb").unlink()  # as a lesson that came with an update
