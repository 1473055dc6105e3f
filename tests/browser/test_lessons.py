"""Every notebook in a real JupyterLab, as the lecture hall sees it."""

import shutil

import lab
import pytest

from course_utils.figures.look import SHARP

KERNEL_MOVES = """
import gc, itertools, psutil
from course_utils.panels import panel

panels = [thing for thing in gc.get_objects() if isinstance(thing, panel)]
controls = [getattr(control, "slider", control) for each in panels for control in each.controls.values()]
sliders = [control for control in controls if hasattr(control, "min")]

def move(times):
    for slider in itertools.islice(itertools.cycle(sliders), times):
        slider.value = slider.min if slider.value == slider.max else slider.max

def used():
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20

move(40)
before = used()
move(200)
print(used() - before)
"""


def test_runs_without_error_or_warning(lesson):
    kinds = {place: cell["kinds"] for place, cell in enumerate(lesson.outputs())}
    wrong = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")
    assert not [place for place in kinds if set(wrong) & set(kinds[place])]
    assert not lesson.faults


def test_shows_pictures_and_settings_before_it_runs(lesson):
    assert_readable(lesson, lesson.shipped)
    assert not any("Error displaying widget" in cell["text"] for cell in lesson.shipped)


def test_shows_pictures_when_saved_in_jupyterlab_and_reopened(lesson, open_notebook, server):
    lesson.command("docmanager:save")
    name = lesson.name
    if not lab.SITE:  # where each page has a kernel of its own
        # A copy has no kernel that remembers the widgets, just like the file on the next day.
        name = f"reopened_{name}"
        shutil.copy(server.folder / lesson.name, server.folder / name)
    with open_notebook(name) as reopened:
        cells = reopened.outputs()
    assert_readable(lesson, cells)
    assert not any("Error displaying widget" in cell["text"] for cell in cells)


def assert_readable(lesson, cells):
    """Each panel's cell shows its picture once, and names its first control."""
    for panel in lesson.panels():
        cell = cells[panel.place()]
        assert len(cell["pictures"]) == 1 and cell["pictures"][0] > 300, f"no picture, or two: {panel}"
        assert panel.name() in cell["text"], f"no line of text: {panel}"


def test_each_panel_shows_what_its_saved_picture_shows(lesson):
    """Nearly, at the size shown: rims of lines and letters differ. Beside it: how much is off without what moves."""
    compared = 0
    for panel in lesson.panels():
        boxes = [picture.bounding_box() for picture in (panel.still, panel.picture)]
        assert [*boxes[0].values()] == pytest.approx([*boxes[1].values()], abs=0.6), f"what moves lies beside: {panel}"
        outputs = lesson.cells()[panel.place()]["outputs"]
        saved = ["".join(output.get("data", {}).get("text/plain", "")) for output in outputs]
        if not set(panel.box.locator(".course-heard").all_text_contents()) <= set(saved):
            continue  # its start lies between two stops of the slider, which has moved it to one
        off, without = panel.cell.evaluate(DIFFERENCE)
        assert off < max(0.35 * without, 0.0003), f"{off:.2%} of {panel} differ, {without:.2%} of its still part"
        compared += 1
    assert compared >= 2


DIFFERENCE = """async cell => {
    const pictures = [...cell.querySelectorAll('.course-pictures img')].filter(image => !image.style.visibility);
    for (const lines of cell.querySelectorAll('.course-lines:not([hidden])')) {
        const text = new XMLSerializer().serializeToString(lines.shadowRoot.querySelector('svg'));
        pictures.push(Object.assign(new Image(), {src: `data:image/svg+xml,${encodeURIComponent(text)}`}));
        await pictures.at(-1).decode();
    }
    const saved = cell.querySelector('.jp-RenderedImage img');
    const canvas = new OffscreenCanvas(saved.naturalWidth / 2, saved.naturalHeight / 2);
    const context = canvas.getContext('2d');
    const pixels = images => {
        for (const image of images) context.drawImage(image, 0, 0, canvas.width, canvas.height);
        return context.getImageData(0, 0, canvas.width, canvas.height).data; };
    const other = pixels([saved]);
    const off = one => one.reduce((sum, value, place) => sum + (Math.abs(value - other[place]) > 90), 0) / one.length;
    return [off(pixels(pictures)), off(pixels(pictures.slice(0, 1)))]; }"""


def test_no_panel_shows_what_only_its_makers_understand(lesson):
    for panel in lesson.panels():
        panel.box.scroll_into_view_if_needed()
        lesson.wait("box => box.innerText", panel.box.element_handle())  # empty where JupyterLab has not drawn it yet
        seen = panel.box.evaluate(
            """box => [...box.querySelectorAll('.course-heard')]
                .reduce((text, heard) => text.replace(heard.innerText, ''), box.innerText)"""
        )
        assert not [word for word in (" | ", "θ(", "nan", "array") if word in seen], f"{panel} shows {seen!r}"


def test_every_control_moves_what_is_shown(lesson):
    for panel in lesson.panels():
        assert reached_by_tab(panel) == panel.controls.count(), f"not all reached by the Tab key: {panel}"
        for place in range(panel.controls.count()):
            panel.run()  # each control is tried from the lesson's own settings
            assert (panel.box.count(), panel.picture.count()) == (1, 1), panel
            move(panel, panel.controls.nth(place).element_handle())


def reached_by_tab(panel):
    """How many controls the Tab key reaches, from the first one on."""
    panel.controls.first.focus()
    reached = set()
    for _ in range(3 * panel.controls.count()):
        reached.add(panel.controls.evaluate_all("controls => controls.indexOf(document.activeElement)"))
        panel.page.keyboard.press("Tab")
    return len(reached - {-1})


def move(panel, control):
    """Move the control by the keyboard alone, and see the picture or the text change each time."""
    label, kind = label_of(control), control.evaluate("control => control.type ?? 'slider'")
    assert label, f"control without a label that can be read in full: {control} of {panel}"
    if kind == "slider":
        assert turn(control, "ArrowRight", "ArrowLeft"), f"the arrow keys do not move {label}: {panel}"
        keys = ("End", "Home")
    elif kind == "select-one":
        keys = ("ArrowDown", "ArrowUp")
    else:
        for handle in panel.box.locator(".noUi-handle").all():  # so that there is something to reset
            turn(handle, "ArrowRight", "ArrowLeft")
        if label == "reset":
            for toggle in panel.box.locator(".widget-toggle-buttons button:not(.mod-active)").all()[:1]:
                toggle.press("Space")
        keys = ("Space",)
    fault = f"{keys} on {label} of {panel}"
    panel.settled()
    assert panel.changes(lambda: turn(control, *keys)), f"nothing changes: {fault} {panel.error.all_inner_texts()}"
    if kind == "slider":
        assert not panel.error.count(), f"{panel.error.inner_text()}: {fault}"
        turn(control, *keys[::-1])  # to the other end
    panel.settled()
    assert not panel.error.count(), f"{panel.error.inner_text()}: {fault}"


def label_of(control):
    """The text beside the control, or the text or icon on it; none if it is cut off."""
    return control.evaluate("""control => {
        const label = control.closest('.widget-toggle-buttons, .jupyter-widgets').querySelector('.widget-label');
        if (!label?.textContent)
            return (control.closest('label') ?? control).innerText.trim() || control.querySelector('i')?.className;
        return label.offsetWidth && label.scrollWidth <= label.offsetWidth ? label.innerText : ''; }""")


def turn(control, *keys):
    """Press the first of these keys that moves the control; whether one did."""
    value = "control => control.ariaValueText ?? control.selectedIndex ?? performance.now()"  # a button has none
    before = control.evaluate(value)
    for key in keys:
        control.press(key)
        if control.evaluate(value) != before:
            return True
    return False


def test_panels_fit_the_projector(lesson):
    """At 1280 x 720, in JupyterLab's first layout: controls and picture at once, no text below 14 pt."""
    faults = [fault for panel in lesson.panels() for fault in misfits(panel)]
    assert not faults, "\n".join(faults)


def misfits(panel):
    panel.box.scroll_into_view_if_needed()
    room = panel.page.locator(".jp-WindowedPanel-outer").evaluate("area => area.clientHeight")
    for picture in panel.still.all():
        below = picture.evaluate(
            """picture => picture.getBoundingClientRect().bottom
                - picture.closest('.course-panel').getBoundingClientRect().top"""
        )
        below -= room
        if below > 0:
            yield f"{panel} is {below:.0f} px too high"
        shown, made = picture.evaluate(f"picture => [picture.clientWidth, picture.naturalWidth / {SHARP}]")
        if shown < made - 1:
            yield f"{panel} has a picture for {made} px shown at {shown} px, so 14 pt become {14 * shown / made:.1f}"
    for track in panel.box.locator(".noUi-target").all():
        if (width := track.bounding_box()["width"]) < 100:
            yield f"{panel} has a slider of only {width:.0f} px"
    texts = panel.box.locator(".widget-label, .widget-readout, .widget-html-content, select, button")
    small = texts.evaluate_all(
        """texts => texts.filter(text => text.checkVisibility() && parseFloat(getComputedStyle(text).fontSize) < 18.6)
            .map(text => text.textContent)"""
    )
    if small:
        yield f"{panel} has text below 14 pt: {small}"


@pytest.mark.skipif(bool(lab.SITE), reason="psutil, which measures it, is not in a browser")
def test_moves_leave_the_kernels_memory_alone(lesson):
    grown = float(lesson.ask_kernel(KERNEL_MOVES))
    assert grown < 4, f"200 moves took {grown:.1f} MB"  # a frame kept at each would be 300 MB, its JPEG alone 10 MB


def test_a_cell_run_five_times_leaves_one_panel(lesson):
    for panel in lesson.panels()[:1]:
        for _ in range(5):
            panel.run()
        assert (panel.box.count(), panel.picture.count()) == (1, 1), panel
