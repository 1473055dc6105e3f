"""What one panel does under a lecturer's hands."""

import nbformat
import pytest
from playwright.sync_api import expect

BROKEN = """
from course_utils import descend, gradient_descent
from course_utils.figures import LiveFigure, Map
from course_utils.landscapes import bowl
from course_utils.panels import panel, slider

def compute(steps):
    if steps == 3:
        raise ValueError("no <third> step")
    return {"gradient descent": descend(gradient_descent, bowl.grad, bowl.start, steps, lr=0.1)}

panel(LiveFigure(Map(bowl)), compute, steps=slider("steps", 2, 0, 9))
"""


@pytest.fixture(scope="module")
def learning_rate(open_notebook):
    """The first panel of notebook 02 with a learning rate, and the slider's handle."""
    with open_notebook("02_gradient_descent.ipynb") as notebook:
        notebook.run_all()
        panel = next(panel for panel in notebook.panels() if panel.handle("learning rate η").count())
        panel.box.scroll_into_view_if_needed()
        yield panel, panel.handle("learning rate η")


def test_the_keyboard_moves_the_picture(learning_rate):
    panel, handle = learning_rate
    for key in ("ArrowRight", "PageUp", "ArrowLeft"):
        before = panel.picture.get_attribute("src")
        handle.press(key)
        expect(panel.picture).not_to_have_attribute("src", before)


def test_after_a_drag_the_right_picture_stands(learning_rate):
    panel, handle = learning_rate
    assert panel.changes(lambda: drag(panel, handle))
    left = panel.settled()
    assert panel.changes(lambda: handle.press("ArrowLeft"))
    assert panel.changes(lambda: handle.press("ArrowRight"))
    assert panel.shown() == left


def drag(panel, handle):
    """Drag the handle to and fro with the mouse, and let go in the middle."""
    track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-target')]").bounding_box()
    x, y, width = track["x"], track["y"] + track["height"] / 2, track["width"]
    handle.hover()
    panel.page.mouse.down()
    for part in (0.1, 0.9, 0.3, 0.6):
        panel.page.mouse.move(x + part * width, y, steps=25)
    panel.page.mouse.up()


def test_an_error_shows_in_red_until_it_is_mended(server, open_notebook):
    cells = [nbformat.v4.new_code_cell(BROKEN)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, server.folder / "broken.ipynb")
    with open_notebook("broken.ipynb") as notebook:
        notebook.run_all()
        (panel,) = notebook.panels()
        handle = panel.handle("steps")

        handle.press("ArrowRight")
        expect(panel.error).to_have_text("ValueError: no <third> step")
        red, green, blue = panel.error.evaluate("error => getComputedStyle(error).color.match(/\\d+/g).map(Number)")
        assert red > 150 and green + blue < 100
        handle.press("ArrowLeft")
        expect(panel.error).to_have_count(0)
