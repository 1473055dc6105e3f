"""Controls over a live figure. A panel computes nothing: it is told how."""

import html

import ipywidgets as widgets
from IPython.display import display

# JupyterLab shows labels smaller than the pictures' 14 pt, too small for the back row.
LOOK = """<style>
.course-panel .widget-label, .course-panel .widget-readout, .course-panel select,
.course-panel .widget-html-content { font-size: 14pt; line-height: 1.3; }
.course-panel .widget-readout { min-width: 4.5em; }
</style>"""
SHAPE = {"style": {"description_width": "13em"}, "layout": {"width": "30em"}}


def slider(label, value, low, high, step=None):
    """A slider from low to high; of whole numbers where value, low and high are whole.

    label : the word and the symbol, such as "momentum β"
    step : the least move; 1, or a hundredth of the way
    """
    if all(isinstance(number, int) for number in (value, low, high)):
        return widgets.IntSlider(value, low, high, step or 1, description=label, **SHAPE)
    step = step or (high - low) / 100
    return widgets.FloatSlider(
        value=value, min=low, max=high, step=step, description=label, readout_format=".3g", **SHAPE
    )


def log_slider(label, value, low, high):
    """A slider whose every step multiplies by 10^0.02, about 5 %; for learning rates.

    low and high are exponents of ten: -3 and 0 give 0.001 to 1.
    """
    return widgets.FloatLogSlider(
        value=value, min=low, max=high, step=0.02, description=label, readout_format=".3g", **SHAPE
    )


def choice(label, options, value=None):
    """A menu of options: a list of words, or a dict from words to what they stand for."""
    first = next(iter(options.values() if isinstance(options, dict) else options))
    return widgets.Dropdown(options=options, value=first if value is None else value, description=label, **SHAPE)


def panel(figure, compute, say=None, **controls):
    """Controls above a live figure that follows them at once.

    Parameters
    ----------
    figure : LiveFigure
    compute : function (name=value, ...) -> paths, what `figure.update` takes;
        it is called with the value of each control, by name
    say : function (paths) -> str, or None
        A line of text below the controls, made anew at each move.
    **controls : widgets, such as those of `slider`, `log_slider` and `choice`

    As the last line of a cell it shows itself.
    """
    return Panel(figure, compute, say, controls)


class Controls(widgets.VBox):
    """The controls' box, whose text form is what a reader without a kernel sees."""

    text = ""

    def __repr__(self):
        return self.text


class Panel:
    """What `panel` makes: `controls` by name, `figure`, and `error`, the place where a fault shows."""

    def __init__(self, figure, compute, say, controls):
        self.figure, self.compute, self.say, self.controls = figure, compute, say, controls
        self.said, self.error = widgets.HTML(), widgets.HTML()
        row = widgets.HBox(list(controls.values()), layout={"flex_flow": "row wrap"})
        self.box = Controls([widgets.HTML(LOOK), row, self.said, self.error])
        self.box.add_class("course-panel")
        self.handle = None
        figure.live = True
        for control in controls.values():
            control.observe(self._follow, "value")
        self._follow()

    def _follow(self, change=None):
        """Compute and draw, in the kernel's own turn: it merges moves that come meanwhile."""
        try:
            paths = self.compute(**{name: control.value for name, control in self.controls.items()})
            self.figure.update(paths)
            self._set(self.said, html.escape(self.say(paths)) if self.say else "")
            self._set(self.error, "")
        except Exception as fault:
            text = html.escape(f"{type(fault).__name__}: {fault}")
            self._set(self.error, f'<b role="alert" style="color: #b00020">{text}</b>')
        self.box.text = ", ".join(f"{c.description} = {_shown(c)}" for c in self.controls.values())
        if self.said.value:
            self.box.text += f": {html.unescape(self.said.value)}"
        if self.handle:
            self.handle.update(self.figure)

    @staticmethod
    def _set(line, value):
        line.value = value
        line.layout.display = None if value else "none"

    def _ipython_display_(self):
        display(self.box)
        # An output of its own: saved files and pages without a kernel show it, where a widget shows nothing.
        self.handle = display(self.figure, display_id=True)


def _shown(control):
    value = control.label if hasattr(control, "label") else control.value
    return f"{value:.3g}" if isinstance(value, float) else str(value)
