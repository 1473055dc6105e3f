"""What shows itself in a cell: the base of panel, prediction and sweep."""

import html
import json
from contextlib import contextmanager
from pathlib import Path

import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import display

from .controls import Text

HERE = Path(__file__).parent
CSS = f"<style>{(HERE / 'panel.css').read_text('utf-8')}</style>"
LINES, TOUCH = ((HERE / name).read_text("utf-8") for name in ("lines.js", "touch.js"))
LARGEST = 1.66  # times the size at which the picture is shown, where there is room


class Controls(widgets.VBox):
    """The controls' box, whose text form is what a reader without a kernel sees."""

    text = markdown = ""

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = self.text  # whole: ipywidgets cuts it after 110 characters
        return bundle | ({"text/markdown": self.markdown} if self.markdown else {})


class Shown:
    """What shows itself in a cell: a box with controls, a line for faults and the picture, which follows.

    figure : LiveFigure
    *rows : widgets, from above
    tools : widgets below the picture
    areas : where the picture may be touched, of those of `figure.areas()`
    text, markdown : what stands for the box where there is no kernel

    The same picture is a second output, a still one: saved files and pages
    without a kernel show that, where a widget shows nothing. The picture that
    follows is part of the box, so that it is found again by a tab that was
    closed and opened once more: `still`, what does not move, and on it
    `picture`, what moves. A script adds what needs one, the filling of the
    screen and the touching of the picture, and draws lines sooner: where it is
    blocked, nothing else is lost.
    """

    def __init__(self, figure, *rows, tools=(), areas=(), text="", markdown=""):
        self.figure, self.fault = figure, ""
        self.error = widgets.HTML(layout={"display": "none"})
        width, height = figure.shown
        # As large as its place allows, and never higher than the window leaves below the controls.
        fits = f"min(100%, {LARGEST * width:.0f}px, max({width}px, {48 * width / height:.0f}vh))"
        self.still, self.picture = widgets.Image(format="jpeg"), widgets.Image(format="url")
        self.pictures = widgets.Box([self.still, self.picture], layout={"width": fits})
        self.pictures.add_class("course-pictures")
        self._put_below()
        self.inbox = Text()  # where the script puts what was touched
        for name in ("course-touch", "course-hidden"):
            self.inbox.add_class(name)
        self.inbox.observe(self._touched, "value")
        touch = f"{TOUCH}(this, {json.dumps(areas)})"
        script = html.escape(f"try {{ {LINES}(this); }} catch (fault) {{ console.error(fault); }}\n{touch}")
        below = widgets.HBox([*tools, widgets.HTML(f'<img src="data:," alt="" onerror="{script}">'), self.inbox])
        below.add_class("course-tools")
        self.box = Controls([widgets.HTML(CSS), *rows, self.error, self.pictures, below])
        self.box.text, self.box.markdown = text, markdown
        self.box.add_class("course-panel")

    def _touched(self, change):
        """What is done when the picture is touched."""

    @contextmanager
    def following(self):
        """Show the figure as this block leaves it; where it fails, the old picture, paler, below one line in red."""
        self.fault = ""
        try:
            yield
            self._show()  # before all words, since it is what everybody waits for
        except Exception as fault:
            self.fault = f"{type(fault).__name__}: {fault}"
            self.pictures.add_class("course-stale")
        else:
            self.pictures.remove_class("course-stale")
        self.error.value = f'<b role="alert">{html.escape(self.fault)}</b>' if self.fault else ""
        self.error.layout.display = "flex" if self.fault else "none"  # a None is lost in a browser alone

    def _put_below(self):
        """Send what is still, at a time when nobody sees it."""
        self.latest = self.sent = self.below = self.still.value = self.figure.still

    def _show(self):
        """Send what moves; where what is still has changed, all in one: sent apart, one of both would be late.

        Once it has stood still for two pictures it is sent by itself; from the next but one on, it will be there.
        """
        still = self.figure.still
        self.picture.value = self.figure.frame(whole=still is not self.below)
        self.below = self.sent
        if still is self.latest and still is not self.sent:
            self.sent = self.still.value = still
        self.latest = still

    def prepare(self):
        """What is done just before it is shown."""

    def _ipython_display_(self):
        self.prepare()
        if self.figure.still is not self.below and not self.fault:
            self._put_below()  # nobody has seen another one
            self._show()
        close_earlier(self)
        display(self.box, self.figure)

    def __repr__(self):
        return repr(self.box)


_shown_in = {}  # from a cell's id to the execution that last showed something there, and what it showed


def close_earlier(shown):
    """Close what an earlier run of the same cell has shown, so that nothing piles up in the kernel."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return
    request = kernel.get_parent()
    cell, execution = request.get("metadata", {}).get("cellId"), request.get("header", {}).get("msg_id")
    before, old = _shown_in.get(cell, (None, []))
    if before != execution:
        for item in old:
            _close(item.box)
            item.figure = item.compute = item.run = None  # Out[...] may still hold the item
        old = []
    _shown_in[cell] = (execution, [*old, shown])


def _close(widget):
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()
