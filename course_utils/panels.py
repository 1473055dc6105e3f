"""Controls over a live figure. A panel computes nothing: it is told how."""

import asyncio
import html
import inspect
from uuid import uuid4

import ipywidgets as widgets
import numpy as np
import traitlets
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


class log_slider(widgets.HBox):
    """A slider over numbers that are easy to read, about 3 % apart: 0.1, 0.105, 0.11 and so on; for learning rates.

    low and high are exponents of ten: -3 and 0 give 0.001 to 1. A value that
    is set from outside need not be one of those: it stays as it is.
    """

    value = traitlets.Float()

    def __init__(self, label, value, low, high):
        self.values = _readable(10.0**low, 10.0**high)
        self.slider = widgets.IntSlider(
            0, 0, len(self.values) - 1, description=label, readout=False, **SHAPE | {"layout": {"width": "340px"}}
        )
        self.readout = widgets.Label()
        self.readout.add_class("widget-readout")
        super().__init__([self.slider, self.readout], layout=SHAPE["layout"])
        self.description = label
        self.slider.observe(self._moved, "value")
        self.value = value

    def place(self, value):
        """Where a value stands on the track, from 0 to 1."""
        return np.interp(np.log(value), np.log(self.values), np.linspace(0, 1, len(self.values)))

    def _nearest(self):
        return round(self.place(self.value) * self.slider.max)

    def _moved(self, change):
        if change.new != self._nearest():
            self.value = self.values[change.new]

    @traitlets.validate("value")
    def _within(self, proposal):
        return min(max(proposal.value, self.values[0]), self.values[-1])

    @traitlets.observe("value")
    def _follow(self, change):
        self.readout.value = f"{self.value:.3g}"
        self.slider.value = self._nearest()


def _readable(low, high):
    """The ends, and between them 1, 1.05 ... 2, 2.1 ... 5, 5.2 ... 9.8 times each power of ten."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    hundredths = [*range(100, 200, 5), *range(200, 500, 10), *range(500, 1000, 20)]
    between = (float(f"{number}e{decade - 2}") for decade in decades for number in hundredths)
    return [_to_3(low), *(value for value in between if low * 1.001 < value < high * 0.999), _to_3(high)]


def _to_3(value):
    return float(f"{value:.3g}")


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
        The line of text below the controls, made anew at each move.
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
        _write(self.error, _in_red(error))

    def _ipython_display_(self):
        _replace_in_cell(self)
        display(self.box)
        display(self.figure)


class Panel(Shown):
    """What `panel` makes: `controls` by name, `figure`, and `error`, the place where a fault shows."""

    def __init__(self, figure, compute, say, limits, presets, controls):
        self.compute, self.say, self.limits, self.controls = compute, say, limits, controls
        self.said, self.marks = widgets.HTML(), widgets.HTML()
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
        super().__init__(figure, row, lines)
        if limits:
            # Of no other panel, nor of one in another notebook of the same page: a style reaches all of them.
            self.place = f"course-marks-{uuid4().hex}"
            controls["lr"].add_class(self.place)
        for control in controls.values():
            control.observe(self._follow, "value")
        self._follow()

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
        self.send(error)
        if marks:
            self.marks.value = marks
        seen, heard = html.escape(said), html.escape("" if error else self.figure.text)
        self.said.value = f'<span role="status">{seen}<span class="course-heard">{heard}</span></span>'
        self.box.text = ", ".join(f"{c.description} = {_shown(c)}" for c in self.controls.values())
        self.box.text += "".join(f": {line}" for line in (said, error) if line)

    def _marked(self, limits):
        """The style that draws the limits on the learning rate's track, and the line that names them."""
        control = self.controls["lr"]
        place = getattr(control, "place", lambda value: (value - control.min) / (control.max - control.min))
        shares = [100 * place(value) for value in limits.values()]
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


class Prediction(Shown):
    """What `predict` makes."""

    def __init__(self, question, options, answer, because, figure, run):
        if answer not in options:
            raise ValueError(f"the answer {answer!r} is not among the options: add it to them.")
        self.answer, self.because, self.run = answer, because, run
        self.buttons = [widgets.Button(description=option, layout={"width": "auto"}) for option in options]
        self.outcome = widgets.HTML()
        row = widgets.HBox(self.buttons, layout={"flex_flow": "row wrap"})
        super().__init__(figure, widgets.HTML(f"<b>{html.escape(question)}</b>"), row, self.outcome)
        for button in self.buttons:
            button.on_click(self._reveal)
        self.box.text = f"{question} {' / '.join(options)}"
        listed = "\n".join(f"- {option}" for option in options)
        folded = f"<details><summary>Answer</summary>\n\n**{answer}**: {because}\n\n</details>"
        self.box.markdown = f"**{question}**\n\n{listed}\n\n{folded}"
        self.send()

    def _reveal(self, chosen):
        for button in self.buttons:
            button.disabled = True
            if button.description == self.answer:
                button.button_style = "success"
        chosen.icon = "check" if chosen.description == self.answer else "times"
        error = ""
        try:
            self.figure.update(self.run())
            self.outcome.value = f"<b>{html.escape(self.answer)}</b>: {self.because}"
        except Exception as fault:
            error = _fault(fault)
        self.send(error)


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
    picture. One that is stopped, or fails, leaves what was shown before.
    """
    return Sweep(figure, tasks, run, show, label)


class Sweep(Shown):
    """What `sweep` makes.

    results : what the tasks have returned in the first sweep, that of seed 0.
        Later sweeps change the picture alone: cells below count on the same
        results, however often the button was pressed.
    """

    def __init__(self, figure, tasks, run, show, label):
        self.tasks, self.run, self.show = tasks, run, show
        self.seed, self.going, self.results, self.complete = -1, False, [], []
        self.bar = widgets.IntProgress(max=len(tasks), layout={"width": "20em"})
        self.start = widgets.Button(description=label, layout={"width": "auto", "height": "34px"})
        self.stop = widgets.Button(description="stop", disabled=True, layout={"width": "auto", "height": "34px"})
        self.said = widgets.HTML()
        super().__init__(figure, widgets.HBox([self.start, self.stop, self.bar, self.said]))
        self.box.text = label
        self.start.on_click(lambda _: asyncio.get_running_loop().create_task(self._again()))
        self.stop.on_click(self._stop)

    def _stop(self, _=None):
        self.going = False

    def _runs(self):
        """Do one task at each turn, and show what there is; a fault shows in red."""
        self.seed += 1
        self.bar.value, self.said.value = 0, f"seed {self.seed}"
        results = []
        try:
            for task in self.tasks:
                results.append(self.run(seed=self.seed, **task))
                self.bar.value += 1
                self.figure.update({}, **self.show(results))
                self.send()
                yield
        except Exception as fault:
            self.send(_fault(fault))
            return
        self.complete, self.results = results, self.results or results

    async def _again(self):
        before = self.said.value
        self.going, self.start.disabled, self.stop.disabled = True, True, False
        for _ in self._runs():
            await asyncio.sleep(0.005)  # lets the kernel hear the stop button
            if not self.going:
                break
        if not self.going and self.complete:
            self.bar.value, self.said.value = 0, before
            self.figure.update({}, **self.show(self.complete))
            self.send()
        self.going, self.start.disabled, self.stop.disabled = False, False, True

    def _ipython_display_(self):
        for _ in self._runs():
            pass
        super()._ipython_display_()


_shown_in = {}  # from a cell's id to the execution that last showed something there, and what it showed


def _replace_in_cell(shown):
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
    # On white of its own: red on a dark theme's grey can hardly be read.
    style = "color: #b00020; background: white; padding: 2px 6px"
    return f'<b role="alert" style="{style}">{html.escape(text)}</b>' if text else ""


def _write(line, text):
    line.value = text
    line.layout.display = None if text else "none"


def _shown(control):
    value = control.label if hasattr(control, "label") else control.value
    return f"{value:.3g}" if isinstance(value, float) else str(value)
