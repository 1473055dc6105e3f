"""What shows itself in a cell: the base of panel, prediction and sweep."""

import html
from contextlib import contextmanager

import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import display

# JupyterLab shows labels smaller than the pictures' 14 pt, too small for the back row. While the panel lives, its own
# picture is there, and the still one of the next output is put away. A fault stands on white of its own: red on a dark
# theme's grey can hardly be read. The marks on a learning rate are drawn where its panel says.
CSS = """<style>
.course-panel .widget-label, .course-panel .widget-readout,
.course-panel button, .course-panel .widget-html-content { font-size: 14pt; line-height: 1.3; }
.course-panel .widget-toggle-buttons { display: flex; align-items: center; gap: 8px; }
.course-panel .widget-toggle-buttons .widget-label { text-align: right; }
.course-panel .widget-toggle-buttons .jupyter-button { height: 34px; width: auto; }
.course-panel .widget-readout { min-width: 3.4em; }
.course-panel .widget-hbox { align-items: center; overflow: visible; }
.course-panel > .widget-hbox { flex-wrap: wrap; }
.course-panel > .widget-hbox > .jupyter-button { height: 34px; width: auto; }
.course-panel > .widget-image { max-width: 100%; height: auto; margin: 0; }
.course-panel .noUi-base::before { content: ''; position: absolute; left: 0; right: 0; top: -9px; height: 22px;
                                   pointer-events: none; background: var(--course-marks, none); }
.course-panel [role=alert] { color: #b00020; background: white; padding: 2px 6px; }
.course-panel .course-stale { opacity: 0.25; }
.course-panel .course-heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.jp-OutputArea-child:has(.course-panel) + .jp-OutputArea-child:has(.jp-RenderedImage) { display: none; }
</style>"""


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
    text, markdown : what stands for the box where there is no kernel

    The same picture is a second output, a still one: saved files and pages
    without a kernel show that, where a widget shows nothing. The picture that
    follows is part of the box, so that it is found again by a tab that was
    closed and opened once more.
    """

    def __init__(self, figure, *rows, text="", markdown=""):
        self.figure, self.fault = figure, ""
        self.error = widgets.HTML(layout={"display": "none"})
        self.picture = widgets.Image(format="jpeg", layout={"width": f"{figure.pixels[0]}px"})
        self.box = Controls([widgets.HTML(CSS), *rows, self.error, self.picture])
        self.box.text, self.box.markdown = text, markdown
        self.box.add_class("course-panel")

    @contextmanager
    def following(self):
        """Show the figure as this block leaves it; where it fails, the old picture, paler, below one line in red."""
        self.fault = ""
        try:
            yield
        except Exception as fault:
            self.fault = f"{type(fault).__name__}: {fault}"
            self.picture.add_class("course-stale")
        else:
            self.picture.value = self.figure.jpeg()  # before all words, since it is what everybody waits for
            self.picture.remove_class("course-stale")
        self.error.value = f'<b role="alert">{html.escape(self.fault)}</b>' if self.fault else ""
        self.error.layout.display = "flex" if self.fault else "none"  # a None is lost in a browser alone

    def prepare(self):
        """What is done just before it is shown."""

    def _ipython_display_(self):
        self.prepare()
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
