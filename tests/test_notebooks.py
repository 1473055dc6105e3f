"""Each notebook keeps what it promises: its numbers, its controls, its shape."""

import re
import sys
import textwrap
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from course_utils.panels import detective, doctor, panel, predict, sweep

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from save_notebooks import FOLDER, lessons, navigate

LESSONS = sorted(FOLDER.glob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def cells(path, kind):
    """The cells of this kind, each with a name for messages."""
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
        if cell.cell_type == kind:
            yield f"{path.name}, cell {number} ({cell.source[:40]!r})", cell


def outputs(path):
    return [(where, output) for where, cell in cells(path, "code") for output in cell.outputs]


def words(output):
    data = output.get("data", {})
    return "\n".join([output.get("text", ""), data.get("text/plain", ""), data.get("text/markdown", "")])


def assert_none(faults):
    assert not (text := "\n".join(faults)), f"\n{text}"


def test_the_first_lessons_are_there():
    assert {"01_loss_function", "02_gradient_descent"} <= {path.stem for path in LESSONS}


# --- a number in bold is printed by a cell

SPACES = "\N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}"


def numbers(text, spaces=SPACES):
    """The numbers in a text, as written but for the minus sign, the power of ten and what parts thousands."""
    raised = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
    text = re.sub(r"\s*[×·]\s*10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda power: "e" + power[1].translate(raised), text)
    text = re.sub(rf"(?<=\d)[,{spaces}](?=\d{{3}}(?!\d))", "", text.replace("−", "-"))
    found = re.findall(r"(?<![\w.])(?:(?<![)\]])-)?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w^]|\.\d)", text)
    return [re.sub(r"e\+?(-?)0*(?=\d)", r"e\1", number) for number in found]


def bold(prose):
    """What stands in bold; not code, nor the numbers that exercises have."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", prose, flags=re.DOTALL)
    return [span for span in re.findall(r"\*\*(.+?)\*\*", prose) if not re.match(r"\d+\. ", span)]


def test_numbers_and_bold_are_read_as_a_reader_does():
    assert numbers("−13.6 g, (-5, 2) 76 %, 3×, η=0.5") == ["-13.6", "-5", "2", "76", "3", "0.5"]
    assert numbers("8,350,000 8\N{THIN SPACE}350\N{THIN SPACE}000 10,5") == ["8350000", "8350000", "10", "5"]
    assert numbers("8.35 × 10⁻⁶ 8.35e-06 8.35e+06") == ["8.35e-6", "8.35e-6", "8.35e6"]
    assert numbers("β1 x2 1st 0.5.1 θ₁ 2x L(2)-1") == ["2", "1"]
    assert bold("**1. Do** `g**2`, **0.5 g**\n```\nx**2 + y**3\n```\n**-1.0**") == ["0.5 g", "-1.0"]


@every_notebook
def test_each_bold_number_is_printed(path):
    text = "\n".join(words(output) for _, output in outputs(path))
    printed = {*numbers(text), *numbers(text, SPACES + " ")}
    assert_none(
        f"{where}: no cell prints {number}, which is bold in {span!r}"
        for where, cell in cells(path, "markdown")
        for span in bold(cell.source)
        for number in numbers(span, SPACES + " ")
        if number not in printed
    )


# --- every control works at its ends


def settings(control):
    """(trait, value) for the ends and the middle of a control, or for each of its options."""
    if hasattr(control, "options"):
        return [("index", index) for index in range(len(control.options))]
    if hasattr(control, "values"):  # of a log_slider
        return [("value", control.values[place]) for place in (0, -1, len(control.values) // 2)]
    scale = getattr(control, "slider", control)
    values = [0, 1] if isinstance(scale.value, bool) else [scale.min, scale.max, (scale.min + scale.max) / 2]
    return [("value", type(control.value)(value)) for value in values]


MOVED = panel | predict | sweep | detective | doctor


def faults_of(shown):
    """Moves each control, alone and then with the others, and says what goes wrong."""
    if isinstance(shown, sweep):
        return [shown.error.value] if shown.error.value else []
    before = shown.figure.picture().tobytes()
    if isinstance(shown, predict):
        shown.turn.click()
        return [] if shown.answer in shown.outcome.value else [f"no answer: {shown.outcome.value}"]
    faults = [f"at the outset: {shown.error.value}"]
    for name, control in shown.controls.items():
        first, seen = control.value, {(before, shown.said.value)}
        for setting in settings(control):
            setattr(control, *setting)
            seen.add((shown.figure.picture().tobytes(), shown.said.value))
            faults.append(f"{name} = {control.value!r}: {shown.error.value}")
        control.value = first
        faults.append(f"{name}: {'' if len(seen) > 1 else 'changes neither the picture nor the line below'}")
    for end in (0, 1):
        for control in shown.controls.values():
            setattr(control, *settings(control)[end])
        faults.append(f"all controls at end {end}: {shown.error.value}")
    for button in shown.buttons:
        button.click()
        faults.append(f"button {button.description}: {shown.error.value}")
    if isinstance(shown, detective):
        faults += untold(shown)
    return [fault for fault in faults if not fault.endswith(": ")]


def untold(game):
    """The wrong guesses after which the last steps of the hidden rule and the guess look the same."""
    for _ in game.mistakes:
        game.another.click()
        for option in game.options:
            if option.description != game.hidden:
                option.click()
                ends = (game.figure.paths[label].theta[-2:, 0] for label in ("hidden rule", "your guess"))
                if len({f"{after - before:.3g}" for before, after in ends}) < 2:
                    yield f"{game.hidden} is not told from {option.description}: {game.said.value}"


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs the source of a cell in a shell of its own, from the notebooks' folder."""
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # the shell puts its own there
    yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}})).run_cell
    InteractiveShell.clear_instance()


@every_notebook
def test_every_control_works_at_its_ends(path, run):
    shown = []
    with capture_output() as captured:
        for where, cell in cells(path, "code"):
            result = run(cell.source)
            assert result.success, f"{where}: {result.error_in_exec or result.error_before_exec}"
            shown.append((where, result.result))
        # Only now, as after Run All: a later cell may have taken a name that a panel still needs.
        moved = [(where, item) for where, item in shown if isinstance(item, MOVED)]
        faults = [f"{where}: {fault}" for where, item in moved for fault in faults_of(item)]
    assert_none([*faults, *captured.stderr.splitlines()])
    assert any(isinstance(item, panel) for _, item in moved), f"{path.name} has no panel"


@every_notebook
def test_code_is_short_and_prose_stands_between(path):
    kinds = "".join(cell.cell_type[0] for cell in nbformat.read(path, as_version=4).cells)
    assert "cc" not in kinds, f"{path.name}: no prose between the cells {kinds.index('cc')} and {kinds.index('cc') + 1}"
    for where, cell in cells(path, "code"):
        assert 1 <= sum(map(bool, map(str.strip, cell.source.splitlines()))) <= 12, f"{where}: too long, or empty"
        assert not re.search(r"^\s*from .* import +\*", cell.source, re.MULTILINE), f"{where}: a star import"


@every_notebook
def test_it_is_saved_as_executed_in_one_go(path):
    metadata = nbformat.read(path, as_version=4).metadata
    assert metadata.kernelspec.name == "python3" and "widgets" not in metadata, path.name
    for count, (where, cell) in enumerate(cells(path, "code"), 1):
        assert cell.execution_count == count, f"{where}: executed as number {cell.execution_count}, not {count}"
    for where, output in outputs(path):
        data = output.get("data", {})
        assert output.output_type != "error" and output.get("name") != "stderr", f"{where}: {words(output)}"
        assert "application/vnd.jupyter.widget-view+json" not in data, f"{where}: a widget's view is saved"
        assert not re.search(r"\b0x[0-9a-f]{6,}", words(output)), f"{where}: a memory address is saved"
        if any(kind.startswith("image/") for kind in data):
            assert re.match(r"[^<\s]", data.get("text/plain", "")), f"{where}: a picture without words"


@every_notebook
def test_what_needs_a_slow_cell_stands_below_it_and_takes_a_name_from_it(path):
    code = dict(cells(path, "code"))
    ids = [cell.id for cell in code.values()]
    for where, cell in code.items():
        assert {*cell.metadata} <= {"tags", "needs", "poster"}, f"{where}: {cell.metadata}"
        assert {*cell.metadata.get("tags", [])} <= {"slow"}, f"{where}: {cell.metadata.tags}"
        for name, other in cell.metadata.get("needs", {}).items():
            above = [one for one in code.values() if one.id == other and ids.index(other) < ids.index(cell.id)]
            assert len(above) == 1 and "slow" in above[0].metadata.get("tags", []), f"{where} needs {other}"
            assert re.search(rf"^{name} = ", above[0].source, re.MULTILINE), f"{where}: {other} makes no {name}"
            assert re.search(rf"\b{name}\b", cell.source), f"{where} has no {name}"


@every_notebook
def test_it_has_one_title(path):
    prose = re.sub(r"```.*?```", "", "\n".join(cell.source for _, cell in cells(path, "markdown")), flags=re.DOTALL)
    assert re.findall(r"^# |\A", prose, re.MULTILINE) == ["# "], f"{path.name} needs one title, at its top"


@every_notebook
def test_its_links_lead_somewhere_and_to_its_neighbours(path):
    pattern = r"\]\(([^)\s]+)[^)]*\)|(?:src|href)=\"([^\"]+)\""
    links = [(where, a or b) for where, cell in cells(path, "markdown") for a, b in re.findall(pattern, cell.source)]
    local = [(where, unquote(link.partition("#")[0])) for where, link in links if not re.match(r"\w+:|#", link)]
    assert_none(f"{where}: {link} leads nowhere" for where, link in local if not (FOLDER / link).exists())
    neighbours = {lesson.name for lesson in LESSONS if abs(LESSONS.index(lesson) - LESSONS.index(path)) == 1}
    assert neighbours <= {link for _, link in local}, f"{path.name} lacks a link to one of {neighbours}"


@every_notebook
def test_its_lines_of_links_are_what_make_notebooks_writes(path):
    notebook = nbformat.read(path, as_version=4)
    before = [cell.source for cell in notebook.cells]
    navigate(notebook, path.name, lessons())
    assert before == [cell.source for cell in notebook.cells], f"{path.name}: write its links by `make notebooks`"


def tiny(folder, file, *sources):
    cells = [nbformat.v4.new_markdown_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / file)


def test_a_new_lesson_gets_its_links_and_its_neighbours_theirs(tmp_path):
    tiny(
        tmp_path,
        "1_a.ipynb",
        "# 1 · Ah\n\n**One** → [three](3_c.ipynb)\n\nText",
        "End\n\n**Next:** [3 · Oh](3_c.ipynb).",
    )
    tiny(tmp_path, "3_c.ipynb", "# 3 · Oh\n\n[One](1_a.ipynb) → **three**\n\nText", "End")
    tiny(tmp_path, "2_b.ipynb", "# 2 · Eh\n\n**two**\n\nText\n\n**Back:** stays", "| End |")
    for file, line, end in [
        ("1_a.ipynb", "**One** → [two](2_b.ipynb) → [three](3_c.ipynb)", "End\n\n**Next:** [2 · Eh](2_b.ipynb)."),
        (
            "2_b.ipynb",
            "[One](1_a.ipynb) → **two** → [three](3_c.ipynb)",
            "| End |\n\n**Back:** [1 · Ah](1_a.ipynb). **Next:** [3 · Oh](3_c.ipynb).",
        ),
        ("3_c.ipynb", "[One](1_a.ipynb) → [two](2_b.ipynb) → **three**", "End\n\n**Back:** [2 · Eh](2_b.ipynb)."),
    ]:
        notebook = nbformat.read(tmp_path / file, as_version=4)
        for _ in range(2):  # the second time changes nothing
            navigate(notebook, file, lessons(tmp_path))
            title, written, text = notebook.cells[0].source.split("\n\n", 2)
            assert (written, notebook.cells[-1].source) == (line, end)
            assert title.startswith("# ") and text.startswith("Text")


def test_a_lesson_without_a_name_is_told_to_have_one(tmp_path):
    tiny(tmp_path, "1_a.ipynb", "# 1 · Ah\n\nIn bold stands **nothing** that is a name.\n\nText", "End")
    with pytest.raises(SystemExit, match=r"^1_a\.ipynb needs its name in bold below its title"):
        lessons(tmp_path)


@every_notebook
def test_the_answers_are_python(path):
    for where, cell in cells(path, "markdown"):
        answers = re.findall(r"<details>.*?</details>", cell.source, re.DOTALL)
        assert len(answers) == cell.source.count("<details>"), f"{where}: <details> is not closed"
        for code in re.findall(r"```python\n(.*?)```", "\n".join(answers), re.DOTALL):
            compile(textwrap.dedent(code), f"an answer in {where}", "exec")


# --- the lecturer's tables in README


def lectures():
    """Each table's title, its notebook and its rows: minutes and what is shown."""
    text = (FOLDER.parent / "README.md").read_text("utf-8")
    for title, body in re.findall(r"<summary>(.*?)</summary>(.*?)</details>", text, re.DOTALL):
        (name,) = re.findall(r"\(notebooks/(\w+)\.ipynb\)", body)
        yield title, FOLDER / f"{name}.ipynb", re.findall(r"^\| (\d+) \| (.*?) \|", body, re.MULTILINE)


def test_every_lesson_has_its_45_minutes_in_the_lecturers_tables():
    assert {path for _, path, _ in lectures()} == set(LESSONS)
    assert_none(title for title, _, rows in lectures() if sum(int(minutes) for minutes, _ in rows) != 45)


def test_what_the_lecturers_tables_show_stands_in_the_notebooks_in_that_order():
    for title, path, rows in lectures():
        text = "\n".join(cell.source for _, cell in cells(path, "markdown"))
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        shown = [headings.index(place) for _, place in rows if place != "the poster"]
        assert shown == sorted(shown), title
