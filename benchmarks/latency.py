"""How soon new pixels follow a slider in a real JupyterLab: the notebooks' panels beside what one writes first.

    python benchmarks/latency.py [01 02 ...] [--rounds 3] [--presses 12] [--drag 4]

Three baselines are measured in the same run: a contour and a 3-D figure that
`interact` builds anew at each move, and a slider that changes a line of text,
which is the floor set by browser and kernel. It stands in each lesson, where
it waits for all that the page of a lesson costs JupyterLab, and once more in a
notebook of its own, where it is sooner. All take turns, so that other work on
the machine hits all alike: quote the ratios, not the milliseconds.
Needs what the browser tests need. With SITE=site in the environment it
measures the static site, whose Python runs in the page.
"""

import argparse
import math
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
import lab

START = """
%matplotlib inline
import ipywidgets as widgets, matplotlib.pyplot as plt, numpy as np
plt.rcParams["figure.dpi"] = 100
x = y = np.linspace(-5, 5, 100)
X, Y = np.meshgrid(x, y)
Z = X**2 + Y**2
slider = widgets.FloatSlider(value=0.3, min=0.01, max=1, step=0.01, description="lr")
def descend(lr):
    return np.array([-4, 3.5]) * (1 - 2 * lr) ** np.arange(16)[:, np.newaxis]
"""
CONTOUR = """
def draw(lr):
    fig, ax = plt.subplots(figsize=(8, 6))
    ax.contourf(X, Y, Z, levels=30)
    ax.plot(*descend(lr).T, "r.-")
    ax.set_title(f"lr = {lr:.2f}")
    plt.show()
widgets.interact(draw, lr=slider);
"""
SPACE = """
def draw(lr):
    p = descend(lr)
    z = (p**2).sum(axis=1)
    fig = plt.figure(figsize=(12, 8))
    ax = fig.add_subplot(projection="3d")
    surface = ax.plot_surface(X, Y, Z, cmap="viridis", alpha=0.6, antialiased=False, rcount=100, ccount=100)
    ax.plot(*p.T, z, "r.-")
    for a, b, h, k in zip(p, p[1:], z, z[1:]):
        ax.quiver(*a, h, *(b - a), k - h, color="r")
    fig.colorbar(surface)
    ax.set_title(f"lr = {lr:.2f}")
    plt.show()
widgets.interact(draw, lr=slider);
"""
TEXT = """
def line_of_text():  # changes no name of a lesson but its own
    import ipywidgets as widgets
    slider, line = widgets.FloatSlider(value=0.3, min=0.01, max=1, step=0.01, description="lr"), widgets.Label("0.30")
    slider.observe(lambda change: setattr(line, "value", f"{change.new:.2f}"), "value")
    return widgets.VBox([slider, line])
line_of_text()
"""
BASELINES = {"naive_contour": START + CONTOUR, "naive_surface": START + SPACE, "line_of_text": TEXT}

PROBE = """(() => {
    // keys, values: when a key or a slider's value came; frames: when a new picture (or text) was on the screen
    const probe = window.probe = {keys: [], values: [], frames: [], last: []};
    // Nothing here asks for a place or a style: for that the page would lay itself out once more than unwatched.
    const texts = () => [...probe.cell.querySelectorAll('.widget-label')].map(label => label.textContent);
    const drawn = () => [...probe.cell.querySelectorAll('.course-lines')].map(lines => lines.shadowRoot);
    const pictures = () => [...probe.cell.querySelectorAll('img')];
    const shown = () => probe.pictures
        ? [...pictures().map(image => image.src), ...drawn().map(lines => lines.innerHTML)] : texts();
    async function look() {
        const now = shown(), before = probe.last;
        if (!now.length || now.join() === before.join()) return;
        probe.last = now;
        await Promise.all(pictures().filter(image => !before.includes(image.src)).map(image => image.decode()));
        requestAnimationFrame(() => {
            const painted = new MessageChannel();
            painted.port1.onmessage = () => probe.frames.push(performance.now());
            painted.port2.postMessage(0); });
    }
    addEventListener('keydown', () => probe.keys.push(performance.now()), true);
    probe.watch = handle => {
        probe.cell = handle.closest('.jp-Cell');
        probe.pictures = pictures().length > 0;
        probe.last = shown();
        probe.observers?.forEach(observer => observer.disconnect());
        probe.observers = [new MutationObserver(() => look().catch(() => {})),
                           new MutationObserver(() => probe.values.push(performance.now()))];
        probe.observers[0].observe(probe.cell, {subtree: true, childList: true, characterData: true,
                                                attributes: true, attributeFilter: ['src']});
        for (const lines of drawn()) probe.observers[0].observe(lines, {childList: true});
        probe.observers[1].observe(handle, {attributes: true, attributeFilter: ['aria-valuetext']}); };
    probe.clear = () => { probe.keys = []; probe.values = []; probe.frames = []; };
})()"""

OUTPUTS = """place => jupyterapp.shell.currentWidget.content.widgets[place].model.outputs.toJSON()
    .map(output => output.data?.['text/plain']).join()"""


class Slider:
    """A slider in a page, and what was measured of it.

    name : to be printed; floor : that of the line of text in the same notebook
    space : whether its picture is a 3-D one
    picture : where the mouse drags instead of the slider's handle, which follows; no key is pressed then
    """

    def __init__(self, notebook, handle, name, floor, space=False, picture=None):
        self.notebook, self.page, self.handle, self.name, self.space = notebook, notebook.page, handle, name, space
        self.floor, self.picture = floor, picture
        self.delays, self.rates, self.tails = [], [], []

    def turn(self, presses, seconds):
        self.page.bring_to_front()
        self.handle.scroll_into_view_if_needed()
        self.handle.evaluate("handle => probe.watch(handle)")
        for press in range(0 if self.picture else presses):
            self.press("ArrowLeft" if press // 4 % 2 else "ArrowRight")  # to and fro: each press changes the value
        if seconds:
            self.drag(seconds)

    def press(self, key):
        self.page.evaluate("() => probe.clear()")
        self.handle.press(key)
        try:
            self.notebook.wait("() => probe.frames.length", timeout=5000)
        except lab.TimeoutError:
            return  # a step too small to change a pixel
        self.delays.append(self.page.evaluate("() => probe.frames[0] - probe.keys[0]"))
        self.rest(0.2)

    def drag(self, seconds):
        if self.picture:  # its map lies on the left
            self.picture.scroll_into_view_if_needed()
            track, middle, reach, rise = self.picture.bounding_box(), 0.27, 0.13, 0.3
            self.page.mouse.move(track["x"] + middle * track["width"], track["y"] + track["height"] / 2)
        else:
            track = self.handle.locator("xpath=ancestor::*[contains(@class, 'noUi-target')]").bounding_box()
            middle, reach, rise = 0.35, 0.25, 0
            self.handle.hover()
        self.page.mouse.down()
        self.page.evaluate("() => probe.clear()")
        start = time.perf_counter()
        while (gone := time.perf_counter() - start) < seconds:
            across, up = middle - reach * math.cos(2.5 * gone), 0.5 - rise * math.sin(2.5 * gone)
            self.page.mouse.move(track["x"] + across * track["width"], track["y"] + up * track["height"])
            time.sleep(1 / 60)
        self.rest(1)
        self.page.mouse.up()
        values, frames = self.page.evaluate("() => [probe.values, probe.frames]")
        if not (values and frames):
            return
        self.rates.append(sum(frame <= values[-1] for frame in frames) / seconds)
        if not self.picture:  # there the slider is told by the kernel, shortly before the picture
            self.tails.append(frames[-1] - values[-1])

    def rest(self, seconds):
        """Wait until no new frame has come for so long."""
        count = -1
        while count != (count := self.page.evaluate("() => probe.frames.length")):
            time.sleep(seconds)


def prepare(folder):
    """Copy the notebooks, each with a line of text in its first cell of code, and write the baselines beside them."""
    shutil.copytree(lab.NOTEBOOKS, folder)
    for path in folder.glob("*.ipynb"):
        lesson = nbformat.read(path, as_version=4)
        next(cell for cell in lesson.cells if cell.cell_type == "code").source += TEXT
        nbformat.write(lesson, path)
    for name, code in BASELINES.items():
        cells, kernel = [nbformat.v4.new_code_cell(code)], {"kernelspec": lab.KERNEL}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / f"{name}.ipynb")


def sliders(notebook, stem):
    """The sliders to be measured: of each panel the first, of a surface also the last, which turns it.

    Where the picture can be touched, also that of the start, dragged by itself and on the picture.
    """
    first = notebook.page.locator(".noUi-handle").first
    if stem in BASELINES:
        return [Slider(notebook, first, stem, "line_of_text", stem == "naive_surface")]
    floor = f"{stem}, line of text"
    found = [Slider(notebook, first, floor, floor)]
    for panel in notebook.panels():
        space = "3-D" in notebook.page.evaluate(OUTPUTS, panel.place())
        handles = panel.box.locator(".noUi-handle").all()
        name = f"{stem} [{panel.place()}]"
        found += [Slider(notebook, handle, name, floor, space) for handle in handles[:1]]
        found += [Slider(notebook, handle, f"{name}, turned", floor, space) for handle in handles[1:][-1:] if space]
        if (start := panel.handle("start θ₁")).count() and panel.box.get_by_text("drag on the picture").count():
            found.append(Slider(notebook, start, f"{name}, start", floor, space))
            found.append(Slider(notebook, start, f"{name}, start on the picture", floor, space, panel.still))
    return found


def report(measured):
    """A line for each slider, with the ratios to the baselines beside their targets."""
    delay = {slider.name: statistics.median(slider.delays) for slider in measured if slider.delays}
    heads = f"{'ms':>5} {'times as fast as naive':>24} {'its line of text':>18} {'alone':>6} {'fps':>5} {'tail ms':>8}"
    print(f"{'':46} {heads}")
    for slider in measured:
        taken = f"{delay[slider.name]:5.0f}" if slider.name in delay else f"{'':5}"
        ratios = f"{'':50}"
        if slider.name in delay and slider.name not in BASELINES:
            naive = "naive_surface" if slider.space else "naive_contour"
            faster = delay[naive] / delay[slider.name]
            beside, alone = (delay[slider.name] / delay[text] for text in (slider.floor, "line_of_text"))
            target = 6 if slider.space and not slider.name.endswith("turned") else 3
            flat = "        " if slider.space else "(to 1.6)"
            ratios = f"{faster:12.1f} (at least {target}) {beside:9.2f} {flat} {alone:6.2f}"
        drag = f"{statistics.median(slider.rates):5.1f}" if slider.rates else ""
        drag += f" {max(slider.tails):8.0f}" if slider.tails else ""
        print(f"{slider.name:46} {taken} {ratios} {drag}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", help="how their names begin, such as 02; all if none is given")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--presses", type=int, default=12, help="of an arrow key, in each turn")
    parser.add_argument("--drag", type=float, default=4, help="seconds, in each turn")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "notebooks"
        prepare(folder)
        url, browser = stack.enter_context(lab.serve(folder)), stack.enter_context(lab.browse())
        measured = []
        wanted = (*BASELINES, *options.lessons) if options.lessons else ""
        for path in sorted(path for path in folder.glob("*.ipynb") if path.stem.startswith(wanted)):
            notebook = stack.enter_context(closing(lab.Notebook(browser, url, path.name, PROBE)))
            notebook.run_all()
            measured += sliders(notebook, path.stem)
        for number in range(options.rounds):
            for slider in measured:
                slider.turn(options.presses, options.drag)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
        report([slider for slider in measured if slider.delays or slider.rates])


if __name__ == "__main__":
    main()
