"""Controls over a live figure. A panel computes nothing: it is told how."""

import asyncio
import html
import inspect
import itertools

import ipywidgets as widgets
import numpy as np
import traitlets
from IPython import get_ipython
from IPython.display import display

# JupyterLab shows labels smaller than the pictures' 14 pt, too small for the back row.
LOOK = """<style>
.course-panel .widget-label, .course-panel .widget-readout,
.course-panel button, .course-panel .widget-html-content { font-size: 14pt; line-height: 1.3; }
.course-panel .widget-toggle-buttons { display: flex; align-items: center; gap: 8px; }
.course-panel .widget-toggle-buttons .widget-label { text-align: right; }
.course-panel .widget-toggle-buttons .jupyter-button { height: 34px; width: auto; }
.course-panel .widget-readout { min-width: 3.4em; }
.course-panel .widget-hbox { align-items: center; overflow: visible; }
</style>"""
# Two controls side by side in the 840 px that JupyterLab leaves at 1280 with its file browser open.
SHAPE = {"style": {"description_width": "168px"}, "layout": {"width": "412px", "height": "34px"}}
COLORS = ("#009E73", "#0072B2", "#D55E00")  # of the marks on a learning rate, in the order in which they are given


def slider(label, value, low, high, step=None):
    """A slider from low to high; of whole numbers where value, low and high are whole.

    label : the word and the symbol, such as "momentum β"
    step : the least move; 1, or about a hundredth of the way
    """
    if all(isinstance(number, int) for number in (value, low, high, step or 1)):
        return widgets.IntSlider(value, low, high, step or 1, description=label, **SHAPE)
    step = step or _round_step((high - low) / 100)
    return widgets.FloatSlider(
        value=value, min=low, max=high, step=step, description=label, readout_format=".3g", **SHAPE
    )


def _round_step(step):
    """The largest of 1, 2 or 5 times a power of ten that is not above step, so that a slider meets round values."""
    power = 10 ** np.floor(np.log10(step))
    return float(max(factor for factor in (1, 2, 5) if factor * power <= step * (1 + 1e-9)) * power)


def log_slider(label, value, low, high):
    """A slider whose every step multiplies by 10^0.01, about 2 %; for learning rates.

    low and high are exponents of ten: -3 and 0 give 0.001 to 1.
    """
    return widgets.FloatLogSlider(
        value=value, min=low, max=high, step=0.01, description=label, readout_format=".3g", **SHAPE
    )


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


def start_sliders(landscape, labels=("start θ₁", "start θ₂")):
    """Two sliders, named x and y, over the window of a landscape, set to its start."""
    left, right, bottom, top = map(float, landscape.window)
    x, y = map(float, landscape.start)
    return {"x": slider(labels[0], x, left, right, 0.1), "y": slider(labels[1], y, bottom, top, 0.1)}


class step_slider(widgets.HBox):
    """A slider over the steps of a path, with buttons: play and pause, back and forward.

    label : such as "step t"; value, high : the step shown at first, and the last
    """

    value = traitlets.Int()

    def __init__(self, label, value, high):
        self.slider = slider(label, value, 0, high)
        shape = {"width": "96px", "height": "34px"}
        self.play = widgets.Play(value=value, min=0, max=high, interval=400, show_repeat=False, layout=shape)
        self.back = widgets.Button(icon="step-backward", tooltip="one step back", layout={"width": "42px"})
        self.forward = widgets.Button(icon="step-forward", tooltip="one step forward", layout={"width": "42px"})
        super().__init__([self.slider, self.play, self.back, self.forward])
        self.description = label
        traitlets.link((self.slider, "value"), (self, "value"))
        traitlets.link((self, "value"), (self.play, "value"))
        self.back.on_click(lambda _: self._move(-1))
        self.forward.on_click(lambda _: self._move(1))

    def _move(self, by):
        self.value = min(max(self.value + by, self.slider.min), self.slider.max)


def panel(figure, compute, say=None, limits=None, presets=None, **controls):
    """Controls above a live figure that follows them at once.

    Parameters
    ----------
    figure : LiveFigure
    compute : function (name=value, ...) -> paths, what `figure.update` takes
        It is called with the value of each control that it has an argument
        for. A control named after something that the figure takes, such as
        `step` or `azimuth`, goes to the figure; to compute as well if that names
        it. A control that neither takes is refused. It may return a pair: the paths
        and a dict of more for the figure, such as {"grid": ...}.
    say : function (paths) -> str, or None
        The line of text below the controls, made anew at each move; without it
        the line says what the picture shows.
    limits : function () or (beta=...) -> dict from label to learning rate, or None
        Marks on the slider named `lr`, such as those of `Landscape.limits`; it
        is given the value of a control named beta where there is one. The last
        mark is the limit: beyond it the slider's track is red.
    presets : dict from label to dict of values, or None
        A button each, which sets several controls at once; one more resets all.
    **controls : widgets, such as those of `slider`, `log_slider` and `choice`

    As the last line of a cell it shows itself.
    """
    return Panel(figure, compute, say, limits, presets, controls)


class Controls(widgets.VBox):
    """The controls' box, whose text form is what a reader without a kernel sees."""

    text = ""

    def __repr__(self):
        return self.text


class Panel:
    """What `panel` makes: `controls` by name, `figure`, and `error`, the place where a fault shows."""

    count = itertools.count()

    def __init__(self, figure, compute, say, limits, presets, controls):
        self.figure, self.compute, self.say, self.limits, self.controls = figure, compute, say, limits, controls
        self.said, self.error, self.marks = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.handle = None
        self.moving_many = False
        self.asked = _asked(compute, controls, figure.takes)
        if limits and "lr" not in controls:
            raise ValueError("limits are marked on the learning rate: name its control lr, or leave out limits.")
        row = widgets.HBox(list(controls.values()), layout={"flex_flow": "row wrap"})
        for label, values in (presets or {}).items():
            for name in values.keys() - controls.keys():
                raise ValueError(f"the preset {label!r} sets {name}: the controls are {', '.join(controls)}.")
        reset = {"reset": {name: control.value for name, control in controls.items()}}
        self.buttons = [self._button(label, values) for label, values in ((presets or {}) | reset).items()]
        lines = widgets.HBox([*self.buttons, self.marks, self.said], layout={"flex_flow": "row wrap"})
        self.box = Controls([widgets.HTML(LOOK), row, lines, self.error])
        self.box.add_class("course-panel")
        if limits:
            self.place = f"course-marks-{next(self.count)}"
            controls["lr"].add_class(self.place)
        figure.live = True
        for control in controls.values():
            control.observe(self._follow, "value")
        self._follow()

    def __repr__(self):
        return repr(self.box)

    def _button(self, label, values):
        button = widgets.Button(description=label, layout={"width": "auto", "height": "34px"})
        button.on_click(lambda _: self.set(**values))
        return button

    def set(self, **values):
        """Give several controls their values, and draw once."""
        self.moving_many = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self.moving_many = False
        self._follow()

    def _follow(self, change=None):
        """Compute and draw, in the kernel's own turn: it merges moves that come meanwhile."""
        if self.moving_many:
            return
        said = error = marks = ""
        try:
            values = {name: control.value for name, control in self.controls.items()}
            others = {name: values[name] for name in self.figure.takes & values.keys()}
            paths = self.compute(**{name: values[name] for name in self.asked})
            if isinstance(paths, tuple):
                paths, more = paths
                others |= more
            self.figure.update(paths, **others)
            if self.limits:
                marks = self._marked(self.limits(*[values[n] for n in ["beta"] if n in values]))
            said = self.say(paths) if self.say else ""
        except Exception as fault:
            error = _fault(fault)
        if self.handle:
            self.handle.update(self.figure)  # before the words, since it is what everybody waits for
        if marks:
            self.marks.value = marks
        _write(self.said, "" if error else f'<span role="status">{html.escape(said or self.figure.text)}</span>')
        _write(self.error, _in_red(error))
        self.box.text = ", ".join(f"{c.description} = {_shown(c)}" for c in self.controls.values())
        self.box.text += "".join(f": {line}" for line in (said, error) if line)

    def _marked(self, limits):
        """The style that draws the limits on the learning rate's track, and the line that names them."""
        control = self.controls["lr"]
        low, high = control.min, control.max
        position = np.log10 if isinstance(control, widgets.FloatLogSlider) else float
        shares = [100 * (position(value) - low) / (high - low) for value in limits.values()]
        layers = [
            f"linear-gradient({color}, {color}) {share:.2f}% 50% / 4px 100% no-repeat"
            for color, share in zip(COLORS, shares, strict=False)
            if 0 <= share <= 100
        ]
        edge = max(0, min(100, shares[-1]))
        layers.append(f"linear-gradient(to right, #0000 {edge:.2f}%, #D55E0066 {edge:.2f}%)")
        shape = "content: ''; position: absolute; left: 0; right: 0; top: -9px; height: 22px; pointer-events: none;"
        style = f".{self.place} .noUi-base::before {{ {shape} background: {', '.join(layers)}; }}"
        names = " &nbsp; ".join(
            f'<span style="color: {color}">┃</span>{html.escape(label)} = {value:.3g}'
            for color, (label, value) in zip(COLORS, limits.items(), strict=False)
        )
        return f"<style>{style}</style>{names} &nbsp; "

    def _ipython_display_(self):
        _replace_in_cell(self, self.box)
        display(self.box)
        # An output of its own: saved files and pages without a kernel show it, where a widget shows nothing.
        self.handle = display(self.figure, display_id=True)


def predict(question, options, answer, because, figure, run):
    """A question before an experiment; the choice is committed, then the run and the reason are shown.

    Parameters
    ----------
    question, because : str, the reason may hold HTML
    options : list of str, one of them the answer
    figure : LiveFigure, shown at first without the paths
    run : function () -> paths, what `figure.update` takes

    Without a kernel the question and its options stand as text, and the answer
    is folded away.
    """
    return Prediction(question, options, answer, because, figure, run)


class Prediction(widgets.VBox):
    """What `predict` makes."""

    def __init__(self, question, options, answer, because, figure, run):
        if answer not in options:
            raise ValueError(f"the answer {answer!r} is not among the options: add it to them.")
        self.question, self.options, self.answer, self.because = question, options, answer, because
        self.figure, self.run = figure, run
        self.handle = None
        self.buttons = [widgets.Button(description=option, layout={"width": "auto"}) for option in options]
        self.outcome = widgets.HTML()
        row = widgets.HBox(self.buttons, layout={"flex_flow": "row wrap"})
        super().__init__([widgets.HTML(LOOK), widgets.HTML(f"<b>{html.escape(question)}</b>"), row, self.outcome])
        self.add_class("course-panel")
        for button in self.buttons:
            button.on_click(self._reveal)

    def _reveal(self, chosen):
        for button in self.buttons:
            button.disabled = True
            if button.description == self.answer:
                button.button_style = "success"
        chosen.icon = "check" if chosen.description == self.answer else "times"
        try:
            self.figure.update(self.run())
            self.outcome.value = f"<b>{html.escape(self.answer)}</b>: {self.because}"
        except Exception as fault:
            self.outcome.value = _in_red(_fault(fault))
        if self.handle:
            self.handle.update(self.figure)

    def __repr__(self):
        return f"{self.question} {' / '.join(self.options)}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        options = "\n".join(f"- {option}" for option in self.options)
        answer = f"<details><summary>Answer</summary>\n\n**{self.answer}**: {self.because}\n\n</details>"
        bundle["text/markdown"] = f"**{self.question}**\n\n{options}\n\n{answer}"
        return bundle

    def _ipython_display_(self):
        _replace_in_cell(self, self)
        bundle = self._repr_mimebundle_()
        display(bundle, raw=True)
        self.handle = display(self.figure, display_id=True)


def sweep(figure, tasks, run, show, label="again, with other seeds"):
    """Many runs, one after another, with a progress bar; a button does them anew and can be stopped.

    Parameters
    ----------
    figure : LiveFigure
    tasks : list of dicts
    run : function (seed=..., **task) -> result
        The seed is the number of the sweep, from 0.
    show : function (results) -> dict of what `figure.update` takes beside the
        paths, from the results of the first tasks, in their order

    The first sweep is done when it is shown, so that a saved notebook holds its
    picture.
    """
    return Sweep(figure, tasks, run, show, label)


class Sweep:
    """What `sweep` makes; `results` holds what the tasks of the last sweep have returned."""

    def __init__(self, figure, tasks, run, show, label):
        self.figure, self.tasks, self.run, self.show = figure, tasks, run, show
        self.seed, self.going, self.handle, self.results = -1, False, None, []
        self.bar = widgets.IntProgress(max=len(tasks), layout={"width": "20em"})
        self.start = widgets.Button(description=label, layout={"width": "auto", "height": "34px"})
        self.stop = widgets.Button(description="stop", disabled=True, layout={"width": "auto", "height": "34px"})
        self.error = widgets.HTML()
        self.box = Controls([widgets.HTML(LOOK), widgets.HBox([self.start, self.stop, self.bar]), self.error])
        self.box.add_class("course-panel")
        self.box.text = label
        self.start.on_click(lambda _: asyncio.get_running_loop().create_task(self._again()))
        self.stop.on_click(self._stop)

    def __repr__(self):
        return repr(self.box)

    def _stop(self, _=None):
        self.going = False

    def _runs(self):
        """Do one task at each turn, and show what there is; a fault shows in red."""
        self.seed += 1
        self.bar.value, self.results = 0, []
        _write(self.error, "")
        try:
            for task in self.tasks:
                self.results.append(self.run(seed=self.seed, **task))
                self.bar.value += 1
                self.figure.update({}, **self.show(self.results))
                yield
        except Exception as fault:
            _write(self.error, _in_red(_fault(fault)))

    async def _again(self):
        self.going, self.start.disabled, self.stop.disabled = True, True, False
        for _ in self._runs():
            if self.handle:
                self.handle.update(self.figure)
            await asyncio.sleep(0.005)  # lets the kernel hear the stop button
            if not self.going:
                break
        self.going, self.start.disabled, self.stop.disabled = False, False, True

    def _ipython_display_(self):
        _replace_in_cell(self, self.box)
        display(self.box)
        self.figure.live = True
        for _ in self._runs():
            pass
        self.handle = display(self.figure, display_id=True)


_shown_in = {}  # from a cell's id to the execution that last showed something there, and what it showed


def _replace_in_cell(shown, box):
    """Close what an earlier run of the same cell has shown, so that nothing piles up in the kernel."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return
    request = kernel.get_parent("shell")
    cell, execution = request.get("metadata", {}).get("cellId"), request.get("header", {}).get("msg_id")
    before, old = _shown_in.get(cell, (None, []))
    if before != execution:
        for item, item_box in old:
            _close(item_box)
            item.figure = item.compute = item.run = None  # Out[...] may still hold the item
        old = []
    _shown_in[cell] = (execution, [*old, (shown, box)])


def _close(widget):
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()


def _asked(compute, controls, takes):
    """The controls that go to compute: those that it names, and with **values all that the figure does not take."""
    parameters = inspect.signature(compute).parameters.values()
    named = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    any_name = any(p.kind is p.VAR_KEYWORD for p in parameters)
    for name in controls:
        if not (any_name or name in named or name in takes):
            raise TypeError(f"the control {name} goes nowhere: give compute an argument {name}, or leave it out.")
    return [name for name in controls if name in named or (any_name and name not in takes)]


def _fault(fault):
    return f"{type(fault).__name__}: {fault}"


def _in_red(text):
    return f'<b role="alert" style="color: #b00020">{html.escape(text)}</b>' if text else ""


def _write(line, text):
    line.value = text
    line.layout.display = None if text else "none"


def _shown(control):
    value = control.label if hasattr(control, "label") else control.value
    return f"{value:.3g}" if isinstance(value, float) else str(value)
