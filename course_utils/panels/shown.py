"""What shows itself in a cell: the base of panel, prediction and sweep."""

import html

import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import display

# JupyterLab shows labels smaller than the pictures' 14 pt, too small for the back row. While the panel lives, its own
# picture is there, and the still one of the next output is put away.
LOOK = """<style>
.course-panel .widget-label, .course-panel .widget-readout,
.course-panel button, .course-panel .widget-html-content { font-size: 14pt; line-height: 1.3; }
.course-panel .widget-toggle-buttons { display: flex; align-items: center; gap: 8px; }
.course-panel .widget-toggle-buttons .widget-label { text-align: right; }
.course-panel .widget-toggle-buttons .jupyter-button { height: 34px; width: auto; }
.course-panel .widget-readout { min-width: 3.4em; }
.course-panel .widget-hbox { align-items: center; overflow: visible; }
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

    The same picture is a second output, a still one: saved files and pages
    without a kernel show that, where a widget shows nothing. The picture that
    follows is part of the box, so that it is found again by a tab that was
    closed and opened once more.
    """

    def __init__(self, figure, *rows):
        self.figure = figure
        self.error = widgets.HTML()
        size = {"width": f"{figure.pixels[0]}px", "max_width": "100%", "height": "auto", "margin": "0"}
        self.picture = widgets.Image(format="jpeg", layout=size)
        self.box = Controls([widgets.HTML(LOOK), *rows, self.error, self.picture])
        self.box.add_class("course-panel")
        _write(self.error, "")

    def __repr__(self):
        return repr(self.box)

    def send(self, error=""):
        """Show the figure as it is now; paler, and below a line in red, where it is not what was asked for."""
        if error:
            self.picture.add_class("course-stale")
        else:
            self.picture.value = self.figure.jpeg()  # before all words, since it is what everybody waits for
            self.picture.remove_class("course-stale")
        _write(self.error, in_red(error))

    def _ipython_display_(self):
        replace_in_cell(self)
        display(self.box)
        display(self.figure)


_shown_in = {}  # from a cell's id to the execution that last showed something there, and what it showed


def replace_in_cell(shown):
    """Close what an earlier run of the same cell has shown, so that nothing piles up in the kernel."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return
    request = kernel.get_parent("shell")
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


def in_a_sentence(fault):
    return f"{type(fault).__name__}: {fault}"


def in_red(text):
    # On white of its own: red on a dark theme's grey can hardly be read.
    style = "color: #b00020; background: white; padding: 2px 6px"
    return f'<b role="alert" style="{style}">{html.escape(text)}</b>' if text else ""


def _write(line, text):
    line.value = text
    line.layout.display = None if text else "none"
