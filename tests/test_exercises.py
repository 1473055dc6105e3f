"""The exercises of the notebooks: shipped unsolved, with answers that are right and bugs that are named."""

import ast
import linecache
import re
from pathlib import Path

import nbformat
import pytest

from course_utils.checks import report
from course_utils.mistakes import MISTAKES

LESSONS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)


class Exercise:
    """An exercise that is checked: the text before its cell, the cell, and the folded answer after it."""

    def __init__(self, lesson, number, imports, text, cell, answer):
        self.id, self.imports, self.text, self.stub, self.answer = (
            f"{lesson.stem}-{number}",
            imports,
            text,
            cell.source,
            answer,
        )
        self.shown = "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)

    def reports(self, solution):
        """What check says once the solution stands where the stub did; `name` is what is given to it."""
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
    imports = next(cell.source for cell in cells if "import check" in cell.source)
    found = []
    for text, cell, answer in zip(cells, cells[1:], cells[2:], strict=False):
        if cell.cell_type == "code" and re.search(r"^check\(", cell.source, re.MULTILINE):
            *_, number, task = re.split(r"^\*\*(\d+)\. ", text.source, flags=re.MULTILINE)
            found.append(Exercise(lesson, number, imports, task, cell, answer.source.partition("</details>")[0]))
    return found


ALL = [exercise for lesson in LESSONS for exercise in exercises(lesson)]
every_exercise = pytest.mark.parametrize("exercise", ALL, ids=[exercise.id for exercise in ALL])


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_has_six_to_eight_exercises_that_say_what_they_train(lesson):
    prose = "\n".join(c.source for c in nbformat.read(lesson, as_version=4).cells if c.cell_type == "markdown")
    heads = re.findall(r"^\*\*(\d)\. [A-Z][\w ]+\*\* \((?:open; )?trains: [\w ,-]+\)\.", prose, re.MULTILINE)
    assert heads == list("12345678")[: len(heads)] and 6 <= len(heads) <= 8
    assert len(re.findall("^## Exercises$", prose, re.MULTILINE)) == 1
    assert len(re.findall(r"\(open; trains", prose)) == 1
    assert {"Predict", "Write", "Find"} <= set(re.findall(r"^\*\*\d\. (\w+)", prose, re.MULTILINE))


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
    known = [mistake.told for mistakes in MISTAKES.values() for mistake in mistakes]
    assert said.kind == "wrong" and (any(told in said.text for told in known) or "rounding" in said.text)


def test_every_lesson_has_a_bug_hunt():
    assert {hunt.id[:2] for hunt in HUNTS} == {lesson.stem[:2] for lesson in LESSONS}
