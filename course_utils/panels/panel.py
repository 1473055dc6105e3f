"""Controls over a live figure. A panel computes nothing: it is told how."""

import html
import inspect
import json
from uuid import uuid4

import ipywidgets as widgets

from ..figures.look import LIMIT, MARKS
from .controls import nearest, player
from .shown import Shown

FRAMES, INTERVAL = 60, 80  # of a film, and milliseconds


class panel(Shown):
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

    As the last line of a cell it shows itself. Its `controls` have the names
    that they were given. Below the picture stands what every panel can do: let
    its paths grow, and keep them as a pale ghost while the controls move on;
    and a place on the picture gives values to the controls that the view names
    in its `touch`.
    """

    def __init__(self, figure, compute, say=None, limits=None, presets=None, **controls):
        self.compute, self.say, self.limits, self.controls = compute, say, limits, controls
        self.said, self.marks = widgets.HTML(), widgets.HTML()
        self.moving_many, self.drawn = False, None
        self.asked = _asked(compute, controls, figure.takes)
        if limits and "lr" not in controls:
            raise ValueError("limits are marked on the learning rate: name its control lr, or leave out limits.")
        presets = (presets or {}) | {"reset": {name: control.value for name, control in controls.items()}}
        for label, values in presets.items():
            for name in values.keys() - controls.keys():
                raise ValueError(f"the preset {label!r} sets {name}: the controls are {', '.join(controls)}.")
        self.buttons = [self._button(label, values) for label, values in presets.items()]
        if limits:
            controls["lr"].add_class("course-main")
        self.said.add_class("course-said")
        rows = list(controls.values()), [*self.buttons, self.marks]
        areas = [area for area in figure.areas() if {a["name"] for a in (area["x"], area["y"]) if a} <= controls.keys()]
        self.film, self.ghost = player(FRAMES, INTERVAL), widgets.ToggleButton(description="keep as a ghost")
        grows = "step" not in figure.takes or "step" not in controls
        tools = [*([self.film] if grows else []), self.ghost]
        super().__init__(figure, *map(widgets.HBox, rows), self.said, tools=tools, areas=areas)
        self.film.observe(self._grow, "value")
        self.ghost.observe(self._haunt, "value")
        if limits:
            # Of no other panel, nor of one in another notebook of the same page: a style reaches all of them.
            self.place = f"course-marks-{uuid4().hex}"
            controls["lr"].add_class(self.place)
        for control in controls.values():
            control.observe(self._follow, "value")
        self._follow()

    def _button(self, label, values):
        button = widgets.Button(description=label)
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

    def _touched(self, change):
        values = json.loads(change.new)
        self.set(**{name: nearest(self.controls[name], value) for name, value in values.items()})

    def _grow(self, change):
        """Show the paths as they are at a frame of the film; whole where it has ended or was stopped."""
        if self.drawn is None:
            return
        paths, others = self.drawn
        row = round(max(map(len, paths.values()), default=0) * (change.new or FRAMES) / FRAMES)
        with self.following():
            self.figure.update({label: path.until(row) for label, path in paths.items()}, **others)

    def _haunt(self, change):
        with self.following():
            self.figure.keep() if change.new else self.figure.forget()

    def _follow(self, change=None):
        """Compute and draw, in the kernel's own turn: it merges moves that come meanwhile."""
        if self.moving_many:
            return
        said = marks = ""
        with self.following():
            values = {name: control.value for name, control in self.controls.items()}
            others = {name: values[name] for name in self.figure.takes & values.keys()}
            paths = self.compute(**{name: values[name] for name in self.asked})
            if isinstance(paths, tuple):
                paths, more = paths
                others |= more
            self.figure.update(paths, **others)
            self.drawn = self.figure.paths, others
            grows = max(map(len, self.figure.paths.values()), default=0) > 1
            self.film.layout.display = "flex" if grows else "none"  # a None is lost in a browser alone
            if self.limits:
                marks = self._marked(self.limits(*[values[n] for n in ["beta"] if n in values]))
            said = self.say(paths) if self.say else ""
        if marks:
            self.marks.value = marks
        seen, heard = html.escape(said), html.escape("" if self.fault else self.figure.text)
        self.said.value = f'<span role="status">{seen}<span class="course-heard">{heard}</span></span>'
        self.box.text = ", ".join(f"{c.description} = {_value(c)}" for c in self.controls.values())
        self.box.text += "".join(f": {line}" for line in (said, self.fault) if line)

    def _marked(self, limits):
        """The style that draws the limits on the learning rate's track, and the line that names them."""
        control = self.controls["lr"]
        place = getattr(control, "place", lambda value: (value - control.min) / (control.max - control.min))
        layers, names = [], []
        for color, (label, value) in zip(MARKS, limits.items(), strict=False):
            share = 100 * place(value)
            if 0 <= share <= 100:
                layers.append(f"linear-gradient({color}, {color}) {share:.2f}% 50% / 4px 100% no-repeat")
            names.append(f'<span style="color: {color}">┃</span>{html.escape(label)} = {value:.3g} &nbsp; ')
        edge = max(0, min(100, share))
        layers.append(f"linear-gradient(to right, #0000 {edge:.2f}%, {LIMIT}66 {edge:.2f}%)")
        return f"<style>.{self.place} {{ --course-marks: {', '.join(layers)}; }}</style>{''.join(names)}"


def _asked(compute, controls, takes):
    """The controls that go to compute: those that it names, and with **values all that the figure does not take."""
    parameters = inspect.signature(compute).parameters.values()
    named = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    any_name = any(p.kind is p.VAR_KEYWORD for p in parameters)
    for name in controls:
        if not (any_name or name in named or name in takes):
            raise TypeError(f"the control {name} goes nowhere: give compute an argument {name}, or leave it out.")
    return [name for name in controls if name in named or (any_name and name not in takes)]


def _value(control):
    value = control.label if hasattr(control, "label") else control.value
    return f"{value:.3g}" if isinstance(value, float) else str(value)
