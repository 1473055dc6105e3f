"""What one panel does under a lecturer's hands."""

import io
from contextlib import contextmanager

import lab
import nbformat
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

BROKEN = """
from course_utils import descend, gradient_descent
from course_utils.figures import LiveFigure, Map
from course_utils.problems import bowl
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
        panel.settled()
        assert panel.changes(lambda key=key: handle.press(key), lab.DRAWN)


def test_lines_drawn_in_the_page_look_as_the_picture_did(learning_rate):
    panel, handle = learning_rate
    panel.run()  # which shows a picture, until something moves
    panel.box.scroll_into_view_if_needed()
    panel.settled()
    lines, pictures = panel.cell.locator(".course-lines"), panel.cell.locator(".course-pictures")
    assert not lines.is_visible()
    before = pixels(pictures)
    for key in ("ArrowRight", "ArrowLeft"):
        handle.press(key)
        panel.settled()
    assert lines.is_visible() and lines.bounding_box() == panel.still.bounding_box()
    after = pixels(pictures)
    lines.evaluate("lines => { lines.style.visibility = 'hidden'; }")
    assert off(before, after) < 0.1 * off(before, pixels(pictures)) > 0
    lines.evaluate("lines => { lines.style.visibility = ''; }")


def pixels(place):
    return np.asarray(Image.open(io.BytesIO(place.screenshot())).convert("L"), dtype=float)


def off(one, other):
    return np.mean(np.abs(one - other) > 60)


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
    write(server.folder / "broken.ipynb", BROKEN)
    with open_notebook("broken.ipynb") as notebook:
        notebook.run_all()
        (panel,) = notebook.panels()
        handle = panel.handle("steps")

        handle.press("ArrowRight")
        expect(panel.error).to_have_text("ValueError: no <third> step")
        for theme in ("JupyterLab Light", "JupyterLab Dark"):
            notebook.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
            colors = [
                panel.error.evaluate(f"error => getComputedStyle(error).{part}.match(/\\d+/g).map(Number)")
                for part in ("color", "backgroundColor")
            ]
            assert colors == [[176, 0, 32], [255, 255, 255]], f"7 : 1 in every theme, not {colors} in {theme}"
        assert panel.still.evaluate("picture => getComputedStyle(picture.parentElement).opacity") == "0.25"
        handle.press("ArrowLeft")
        expect(panel.error).to_have_count(0)
        assert panel.still.evaluate("picture => getComputedStyle(picture.parentElement).opacity") == "1"


def test_a_learning_rate_stops_where_it_can_be_read(learning_rate):
    panel, handle = learning_rate
    readout = panel.box.locator(".widget-hbox:has(> .widget-slider) .widget-readout").first
    panel.box.get_by_role("button", name="reset").click()
    before = readout.inner_text()
    for key in ("ArrowRight", "ArrowLeft", "PageUp", "PageDown", "End", "Home"):
        panel.changes(lambda key=key: handle.press(key))
        assert len(readout.inner_text().strip("0.")) <= 3, readout.inner_text()
        if key == "ArrowLeft":
            assert readout.inner_text() == before, "there and back is where it was"


in_tabs = pytest.mark.skipif(bool(lab.SITE), reason="a page of the site shows one notebook")


@in_tabs
def test_a_tab_closed_and_opened_again_still_follows(server, open_notebook):
    with two_notebooks(server, open_notebook) as notebook:
        notebook.command("docmanager:save")
        page = notebook.page
        page.evaluate("() => jupyterapp.shell.currentWidget.close()")
        notebook.wait("() => !document.querySelector('.jp-Notebook')")
        page.evaluate("() => jupyterapp.commands.execute('docmanager:open', {path: 'marks_1.ipynb'})")
        (panel,) = shown_panels(notebook)
        assert panel.picture.count() == 1
        assert panel.cell.locator("img:visible").count() == 2, "the saved picture is put away"
        for key in ("ArrowRight", "PageUp"):
            panel.settled()
            assert panel.changes(lambda key=key: panel.handle("learning rate η").press(key), lab.DRAWN)


@in_tabs
def test_each_of_two_open_notebooks_has_marks_of_its_own(server, open_notebook):
    with two_notebooks(server, open_notebook) as notebook:
        notebook.page.evaluate(
            """() => jupyterapp.commands.execute(
                'docmanager:open', {path: 'marks_4.ipynb', options: {mode: 'split-right'}})"""
        )
        notebook.wait("() => document.querySelectorAll('.jp-Notebook').length === 2")
        notebook.wait("() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
        notebook.command("notebook:run-all-cells")
        notebook.wait("() => document.querySelectorAll('.course-panel .noUi-base').length === 2")
        style = "base => { const at = getComputedStyle(base, '::before'); return at.backgroundImage + at.background; }"
        seen = [base.evaluate(style) for base in notebook.page.locator(".course-panel .noUi-base").all()]
        assert "gradient" in seen[0] and "gradient" in seen[1] and seen[0] != seen[1]


MARKS = """
from course_utils import descend, gradient_descent
from course_utils.figures import LiveFigure, Map
from course_utils.problems import quadratic
from course_utils.panels import log_slider, panel

ground = quadratic([1, {steepest}], (-3, 2), (-4, 4, -4, 4))
panel(
    LiveFigure(Map(ground)),
    lambda lr: descend(gradient_descent, ground.grad, ground.start, 9, lr=lr),
    limits=ground.limits,
    lr=log_slider("learning rate η", 0.1, -2, 1),
)
"""


@contextmanager
def two_notebooks(server, open_notebook):
    """The first of two notebooks, whose learning rates have their limits in other places; it has run."""
    for steepest in (1, 4):
        write(server.folder / f"marks_{steepest}.ipynb", MARKS.format(steepest=steepest))
    with open_notebook("marks_1.ipynb") as notebook:
        notebook.run_all()
        yield notebook


def write(path, code):
    cells = [nbformat.v4.new_code_cell(code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": lab.KERNEL}), path)


def shown_panels(notebook):
    notebook.wait("() => document.querySelector('.course-pictures img')?.naturalWidth > 0")
    return notebook.panels()
