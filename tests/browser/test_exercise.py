"""What a student sees who writes into an exercise's cell and runs it."""

import pytest
from playwright.sync_api import expect

STUB = "def my_gd(prev, g, lr=0.01):\n    {line}\n    return State(theta=theta)\n\n\ncheck(my_gd, gradient_descent)"


@pytest.fixture(scope="module")
def exercise(open_notebook):
    """A function that puts a line into the exercise's cell and runs it; returns where the answer stands."""
    with open_notebook("02_gradient_descent.ipynb") as notebook:

        def solve(line):
            place = run(notebook, "check(my_gd, gradient_descent)", STUB.format(line=line))
            return notebook.page.locator(".jp-Cell").nth(place).locator(".jp-OutputArea-output [role=status]")

        run(notebook, "from course_utils.exercises import check")
        yield solve
        assert not notebook.faults


def run(notebook, part, source=None):
    """Run the cell that holds this part of code, with another source where one is given; returns its place."""
    place = notebook.page.evaluate(
        """([part, source]) => {
            const content = jupyterapp.shell.currentWidget.content;
            const place = content.widgets.findIndex(cell => cell.model.sharedModel.getSource().includes(part));
            if (source) content.widgets[place].model.sharedModel.setSource(source);
            content.activeCellIndex = place;
            return place; }""",
        [part, source],
    )
    notebook.command("notebook:run-cell")
    return place


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("theta = prev.theta + lr * g", "The sign is turned"),
        ("theta = prev.theta - lr * gradient", "line 2, theta = prev.theta - lr * gradient, stops with NameError"),
        ("while True: pass", "was stopped after 5 seconds"),
        ("theta = ...", "is not written yet"),
        ("theta = prev.theta - lr * g", "✓ Right"),
    ],
)
def test_the_answer_stands_below_the_cell_and_can_be_read_from_afar(exercise, line, told):
    answer = exercise(line)
    expect(answer).to_contain_text(told, timeout=20_000)
    size, inside, room = answer.evaluate(
        "answer => [parseFloat(getComputedStyle(answer).fontSize), answer.scrollWidth, answer.clientWidth]"
    )
    assert size >= 18.6 and inside <= room, f"{size} px, {inside} px wide in {room} px"
