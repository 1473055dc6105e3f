"""The controls of a panel: sliders, buttons."""

import ipywidgets as widgets
import numpy as np
import traitlets

from ..figures.view import window_of

# Two controls side by side in the 840 px that JupyterLab leaves at 1280 with its file browser open.
WIDTH = 412
SHAPE = {"style": {"description_width": "168px"}, "layout": {"width": f"{WIDTH}px", "height": "34px"}}

# The browser is not told what it said itself: one message less before the picture. In a second window on the same
# kernel, where one sees the same pictures, the slider stays where it is.
QUIET = {"sync": True, "echo_update": False}


class IntSlider(widgets.IntSlider):
    value = traitlets.CInt().tag(**QUIET)


class FloatSlider(widgets.FloatSlider):
    value = traitlets.CFloat().tag(**QUIET)


class Text(widgets.Text):
    value = traitlets.Unicode().tag(**QUIET)


def slider(label, value, low, high, step=None):
    """A slider from low to high; of whole numbers where value, low and high are whole.

    label : the word and the symbol, such as "momentum β"
    step : the least move; 1, or about a hundredth of the way
    """
    if all(isinstance(number, int) for number in (value, low, high, step or 1)):
        return IntSlider(value, low, high, step or 1, description=label, **SHAPE)
    step = step or _round_step((high - low) / 100)
    return FloatSlider(value=value, min=low, max=high, step=step, description=label, readout_format=".3g", **SHAPE)


def _round_step(step):
    """The largest of 1, 2 or 5 times a power of ten that is not above step, so that a slider meets round values."""
    power = 10 ** np.floor(np.log10(step))
    return float(max(factor for factor in (1, 2, 5) if factor * power <= step * (1 + 1e-9)) * power)


class _Row(widgets.HBox):
    """Widgets that stand for one value. They show it after all who observe it: what those draw is waited for."""

    def notify_change(self, change):
        try:
            super().notify_change(change)
        finally:
            if change.name == "value":
                self._show_value()


class log_slider(_Row):
    """A slider over numbers that are easy to read, about 3 % apart: 0.1, 0.105, 0.11 and so on; for learning rates.

    low and high are exponents of ten: -3 and 0 give 0.001 to 1. A value that
    is set from outside need not be one of those: it stays as it is.
    """

    value = traitlets.Float()

    def __init__(self, label, value, low, high):
        self.values = _readable(10.0**low, 10.0**high)
        fills = {"layout": {"width": "auto", "flex": "1 1 auto"}}
        self.slider = IntSlider(0, 0, len(self.values) - 1, description=label, readout=False, **SHAPE | fills)
        self.readout = widgets.Label()
        self.readout.add_class("widget-readout")
        super().__init__([self.slider, self.readout], layout=SHAPE["layout"])
        self.description = label
        self.slider.observe(self._moved, "value")
        self.value = value

    def place(self, value):
        """Where a value stands on the track, from 0 to 1."""
        return np.interp(np.log(value), np.log(self.values), np.linspace(0, 1, len(self.values)))

    def nearest(self, value):
        """The stop nearest to a value."""
        return self.values[round(self.place(value) * self.slider.max)]

    def _nearest(self):
        return round(self.place(self.value) * self.slider.max)

    def _moved(self, change):
        if change.new != self._nearest():
            self.value = self.values[change.new]

    @traitlets.validate("value")
    def _within(self, proposal):
        return min(max(proposal.value, self.values[0]), self.values[-1])

    def _show_value(self):
        self.readout.value = f"{self.value:.3g}"
        self.slider.value = self._nearest()


def _readable(low, high):
    """The ends, and between them 1, 1.05 ... 2, 2.1 ... 5, 5.2 ... 9.8 times each power of ten."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    hundredths = [*range(100, 200, 5), *range(200, 500, 10), *range(500, 1000, 20)]
    between = (float(f"{number}e{decade - 2}") for decade in decades for number in hundredths)
    inside = [value for value in between if low * 1.001 < value < high * 0.999]
    return [float(f"{low:.3g}"), *inside, float(f"{high:.3g}")]


def choice(label, options, value=None):
    """A row of buttons, one of which is on: a list of words, or a dict from words to what they stand for.

    Not a menu: the options are seen from the back row, and one click or key
    press takes each.
    """
    first = next(iter(options.values() if isinstance(options, dict) else options))
    return widgets.ToggleButtons(
        options=options,
        value=first if value is None else value,
        description=label,
        style={"description_width": "168px", "button_width": "auto"},
        layout={"width": "auto"},
    )


def start_sliders(landscape, labels=("start θ₁", "start θ₂"), window=None, start=None):
    """Two sliders, named x and y, over a window and set to a start; by default those of the landscape."""
    left, right, bottom, top = map(float, window_of(landscape, window, "a pair of sliders"))
    start = getattr(landscape, "start", None) if start is None else start
    if np.shape(start) != (2,):
        raise ValueError("a pair of sliders needs a start of 2 numbers: add start=(x, y).")
    x, y = map(float, start)
    return {"x": slider(labels[0], x, left, right, 0.1), "y": slider(labels[1], y, bottom, top, 0.1)}


def nearest(control, value):
    """The value of a control that is nearest to a number from elsewhere, such as from a pointer on the picture."""
    if hasattr(control, "nearest"):
        return control.nearest(value)
    step = getattr(control, "step", None)
    value = min(max(value, control.min), control.max) if hasattr(control, "min") else value
    return round(control.min + round((value - control.min) / step) * step, 10) if step else value


class player(widgets.HBox):
    """Play, pause and stop, at a speed that can be chosen; its `value` counts the frames.

    frames : the last one; interval : milliseconds from one to the next at speed 1
    """

    value = traitlets.Int()

    def __init__(self, frames, interval):
        shape = {"width": "96px", "height": "34px"}
        self.play = widgets.Play(0, 0, frames, interval=interval, show_repeat=False, layout=shape)
        self.speed = widgets.ToggleButtons(
            options={"½": 0.5, "1": 1, "2": 2, "4": 4}, value=1, style={"button_width": "auto"}, tooltips=["speed"] * 4
        )
        self.speed.add_class("course-speed")
        super().__init__([self.play, self.speed])
        self.speed.observe(lambda change: setattr(self.play, "interval", round(interval / change.new)), "value")
        traitlets.link((self.play, "value"), (self, "value"))


class step_slider(_Row):
    """A slider over the steps of a path, with buttons: play and pause, back and forward.

    label : such as "step t"; value, high : the step shown at first, and the last
    """

    value = traitlets.Int()

    def __init__(self, label, value, high):
        self.slider = slider(label, value, 0, high)
        self.play = player(high, 400)
        self.back = widgets.Button(icon="step-backward", tooltip="one step back", layout={"width": "42px"})
        self.forward = widgets.Button(icon="step-forward", tooltip="one step forward", layout={"width": "42px"})
        super().__init__([self.slider, self.play, self.back, self.forward])
        self.description = label
        self.value = value
        for control in (self.slider, self.play):
            control.observe(lambda change: setattr(self, "value", change.new), "value")
        self.back.on_click(lambda _: self._move(-1))
        self.forward.on_click(lambda _: self._move(1))

    def _move(self, by):
        self.value += by

    @traitlets.validate("value")
    def _within(self, proposal):
        return min(max(proposal.value, self.slider.min), self.slider.max)

    def _show_value(self):
        self.slider.value = self.play.value = self.value
