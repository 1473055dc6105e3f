"""What a lecturer does with a panel in front of a room: touch the picture, fill the screen, let it play."""

import time

import lab
import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def bowl(open_notebook):
    """The panel of notebook 02 on the bowl, whose start can be set."""
    with open_notebook("02_gradient_descent.ipynb") as notebook:
        notebook.run_all()
        panel = next(panel for panel in notebook.panels() if panel.handle("start θ₁").count())
        bring_to_view(panel)
        yield panel


@pytest.fixture(autouse=True)
def from_the_beginning(bowl):
    yield
    bowl.page.evaluate("() => document.fullscreenElement && document.exitFullscreen()")
    bowl.box.get_by_role("button", name="reset").click()
    bowl.settled()


def bring_to_view(panel):
    """Scroll until its lower end is there: the mouse is moved by places on the screen."""
    for _ in range(5):  # cells that come into view take their place, and move those below
        panel.cell.evaluate("cell => cell.scrollIntoView({block: 'end'})")
        panel.settled()
        box = panel.picture.bounding_box()
        if box["y"] > 0 and box["y"] + box["height"] < panel.page.viewport_size["height"]:
            return


def start(panel):
    """The numbers beside the two sliders of the start."""
    texts = [panel.box.locator(".widget-slider", has=panel.page.get_by_text(f"start θ{n}")) for n in "₁₂"]
    return [float(text.locator(".widget-readout").inner_text().replace("−", "-")) for text in texts]


def place(panel, x, y):
    """Where a point of the map lies on the screen: its axes are equal, and its window is (-6, 3, -3, 3)."""
    left, top, right, bottom = panel.notebook.page.evaluate(
        """async () => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const code = `import gc; from course_utils.panels import panel
print([p.figure.areas()[0]["box"] for p in gc.get_objects() if isinstance(p, panel) and "y" in p.controls][0])`;
            const future = kernel.requestExecute({code, store_history: false});
            let printed = '';
            future.onIOPub = ({content}) => { printed += content.text ?? ''; };
            await future.done;
            return JSON.parse(printed); }"""
    )
    box = panel.picture.bounding_box()
    across, up = (x + 6) / 9, (y + 3) / 6
    return (
        box["x"] + box["width"] * (left + across * (right - left)),
        box["y"] + box["height"] * (bottom - up * (bottom - top)),
    )


def test_a_click_on_the_map_sets_the_start_and_its_sliders(bowl):
    assert bowl.changes(lambda: bowl.page.mouse.click(*place(bowl, 1, 2)))
    bowl.settled()
    assert start(bowl) == pytest.approx([1, 2], abs=0.1)


def test_a_drag_moves_the_start_all_the_way(bowl):
    mouse = bowl.page.mouse
    mouse.move(*place(bowl, -4, -1))
    mouse.down()
    pictures = set()
    for part in range(10):
        mouse.move(*place(bowl, -4 + 0.5 * part, -1 + 0.3 * part), steps=3)
        pictures.add(bowl.settled())
    mouse.up()
    assert len(pictures) >= 9, "the picture follows while the button is down"
    assert start(bowl) == pytest.approx([0.5, 1.7], abs=0.1)
    mouse.move(*place(bowl, -5, 2), steps=3)
    assert bowl.settled() in pictures and start(bowl) == pytest.approx([0.5, 1.7], abs=0.1), "it was let go"


def test_a_drag_goes_on_while_a_frame_is_being_read(bowl):
    mouse = bowl.page.mouse
    mouse.move(*place(bowl, -4, -1))
    mouse.down()
    # As in the moment between two pictures, made to last.
    bowl.still.evaluate("picture => Object.defineProperty(picture, 'naturalWidth', {get: () => 0, configurable: true})")
    mouse.move(*place(bowl, 0.5, 1.7), steps=3)
    bowl.settled()
    mouse.up()
    bowl.still.evaluate("picture => { delete picture.naturalWidth; }")
    assert start(bowl) == pytest.approx([0.5, 1.7], abs=0.1)


def test_a_drag_moves_the_start_in_jupyter_notebook_too(open_notebook):
    with open_notebook("04_adagrad.ipynb", notebook_7=True) as notebook:
        notebook.run_all()
        panel = next(panel for panel in notebook.panels() if panel.handle("start θ₁").count())
        bring_to_view(panel)
        before, box = start(panel), panel.picture.bounding_box()
        mouse = panel.page.mouse
        mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
        mouse.down()
        mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.6 * box["height"], steps=5)
        mouse.up()
        panel.settled()
        after = start(panel)
        assert after[0] > before[0] + 1 and after[1] != before[1]


def test_beside_the_map_nothing_is_touched(bowl):
    box, before = bowl.picture.bounding_box(), bowl.settled()
    bowl.page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 0.5 * box["height"])
    assert bowl.settled() == before


def test_the_sliders_still_set_the_start(bowl):
    bowl.page.mouse.click(*place(bowl, 1, 2))
    bowl.settled()
    assert bowl.changes(lambda: bowl.handle("start θ₁").press("ArrowRight"))
    assert start(bowl) == pytest.approx([1.1, 2], abs=0.15)


def test_a_hint_stands_only_below_a_picture_that_can_be_touched(bowl):
    for panel in bowl.notebook.panels():
        touched = panel.handle("start θ₁").count() or panel.handle("start θ").count()
        assert panel.box.get_by_text("drag on the picture").count() == bool(touched), panel


@pytest.mark.parametrize("way", ["button", "key"])
def test_a_panel_fills_the_screen_and_escape_leaves_it(bowl, way):
    page, handle = bowl.page, bowl.handle("learning rate η")
    before = bowl.picture.bounding_box()
    size = "label => parseFloat(getComputedStyle(label).fontSize)"
    text = bowl.box.locator(".widget-label").first
    small = text.evaluate(size)
    if way == "button":
        bowl.box.get_by_role("button", name="fill the screen").click()
    else:
        handle.press("f")
    bowl.notebook.wait("() => document.fullscreenElement?.classList.contains('course-panel')")
    box, window = bowl.box.bounding_box(), page.viewport_size
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, window["width"], window["height"])
    picture = bowl.picture.bounding_box()
    assert picture["width"] > before["width"] and picture["y"] + picture["height"] <= window["height"]
    assert text.evaluate(size) > 1.3 * small, "text grows with it"
    cut = bowl.box.locator(".widget-inline-hbox > .widget-label").evaluate_all(
        "labels => labels.filter(label => label.scrollWidth > label.offsetWidth).map(label => label.textContent)"
    )
    assert not cut
    tracks = bowl.box.locator(".noUi-target").evaluate_all("tracks => tracks.map(track => track.offsetWidth)")
    assert min(tracks) > 100, "each slider has room to be moved"
    assert bowl.changes(lambda: handle.press("ArrowRight")), "it still follows"
    page.keyboard.press("Escape")
    bowl.notebook.wait("() => !document.fullscreenElement")
    bowl.settled()
    assert bowl.picture.bounding_box()["width"] == before["width"]


def test_the_walk_grows_when_it_is_played(bowl):
    bowl.box.locator(".course-speed").get_by_role("button", name="2").click()
    whole, grown = bowl.settled(), set()
    bowl.box.locator(".course-tools .jupyter-widget-play button, .course-tools .widget-play button").first.click()
    deadline = time.monotonic() + lab.WAIT / 1000
    while time.monotonic() < deadline and ((now := bowl.shown()) != whole or not grown):
        grown |= {now} - {whole, None}
        bowl.page.wait_for_timeout(100)
    assert len(grown) >= 3, "it grows"
    assert bowl.settled() == whole, "and stands whole in the end"


def test_a_ghost_stays_while_the_slider_moves_on(bowl):
    ghost, handle = bowl.box.get_by_role("button", name="keep as a ghost"), bowl.handle("learning rate η")
    handle.press("PageUp")
    moved = bowl.settled()
    handle.press("PageDown")
    bowl.settled()
    ghost.click()
    handle.press("PageUp")
    haunted = bowl.settled()
    assert haunted != moved
    ghost.click()
    for key in ("PageDown", "PageUp") * 2:  # until what is still is there once more, and lines lie on it
        bowl.changes(lambda key=key: handle.press(key))
    assert bowl.settled() == moved


def test_a_picture_grows_with_its_place(bowl):
    usual = bowl.picture.bounding_box()["width"]
    bowl.page.set_viewport_size({"width": 1920, "height": 1080})
    try:
        bowl.settled()
        assert usual * 1.3 < bowl.picture.bounding_box()["width"] <= 1405
        wide = bowl.handle("learning rate η").locator("xpath=ancestor::*[contains(@class, 'noUi-target')]")
        assert wide.bounding_box()["width"] > 500, "the main slider is long"
    finally:
        bowl.page.set_viewport_size({"width": 1280, "height": 720})


def test_without_scripts_the_panel_has_lost_nothing_else(open_notebook):
    """The script is kept from running as a strict page would keep it: its element does nothing."""
    with open_notebook("03_momentum.ipynb") as notebook:
        notebook.page.evaluate(
            """() => { const set = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML');
            Object.defineProperty(Element.prototype, 'innerHTML', {
                get: set.get, set(text) { set.set.call(this, text.replaceAll('onerror=', 'data-not=')); }}); }"""
        )
        notebook.run_all()
        panel = next(panel for panel in notebook.panels() if panel.handle("start θ₁").count())
        assert panel.box.get_by_text("fill the screen").count() == 0
        assert panel.box.get_by_text("drag on the picture").count() == 0
        assert panel.changes(lambda: panel.handle("start θ₁").press("ArrowRight"))
        expect(panel.error).to_have_count(0)
