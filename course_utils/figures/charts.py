"""Views of numbers: over the steps, over something else, over two hyper-parameters."""

import matplotlib
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.ticker import MaxNLocator

from .look import HEAT, LIMIT, UNKNOWN, looks
from .names import Names
from .view import View, drawable, margin, plain


class Series(View):
    """One or more numbers of each step, over the steps.

    value : function (path) -> array of shape (steps + 1,) or (steps + 1, parts)
    name : what the axis is called, such as "$L$"
    steps : how many the picture has room for
    window : (bottom, top)
    log : whether the axis is logarithmic
    parts : what the parts are called, each at the end of its line; or how many there are, if they need no names
    over : what the other axis is called, such as "epoch"
    marks : dict from label to a height, such as a limit
    """

    def __init__(self, value, name, steps, window, log=False, parts=1, over="$t$", marks=()):
        self.value, self.name, self.steps = value, name, steps
        self.window, self.log, self.over, self.marks = window, log, over, dict(marks)
        self.parts = [""] * parts if isinstance(parts, int) else list(parts)
        self.shows = f"{plain(name)} over {plain(over)}"

    def draw(self, axes):
        axes.set(xlabel=self.over, xlim=(0, self.steps), ylim=self.window, yscale="log" if self.log else "linear")
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.set_title(self.name, loc="left")
        axes.grid(axis="y")
        for label, height in self.marks.items():
            axes.axhline(height, color=LIMIT, linestyle="--", lw=2)
            axes.text(0.98, height, label, color=LIMIT, transform=axes.get_yaxis_transform(), ha="right", va="bottom")
        self.beside = Names(axes, self.parts) if any(self.parts) else None

    def take_names(self, labels):
        if len(self.parts) > 1 or not Names.fit(labels):
            return False
        if self.beside:
            self.beside.remove()
        self.beside = Names(self.axes, labels)
        return True

    def moving(self):
        if not self.beside:
            return super().moving()
        shown = {label: group for label, group in self.artists.items() if group[0].get_visible()}
        if len(self.parts) > 1:
            first = next(iter(shown.values()), [])
            shown = dict(zip(self.parts, [[line] for line in first], strict=False))
        return [*super().moving(), *self.beside.at(_ends(shown))]

    def new_artists(self, style):
        """A line for each part: full marks, then hollow ones; many have none, and the later are the paler."""
        count, lines = len(self.parts), []
        for n in range(count):
            look = {"markerfacecolor": "white"} if n % 2 else {}
            if count > 3:
                look = {"marker": "", "linestyle": "-", "alpha": 1 - 0.7 * n / (count - 1)}
            lines.append(self.new_line(**style | {"lw": 2.2, "ms": 6} | look))
        return [*lines, self.axes.axvline(0, color=style["color"], lw=1, animated=True)]

    def move(self, artists, path, row):
        values = drawable(self.value(path)).reshape(len(path.theta), -1)
        t = np.arange(len(values))
        *lines, here = artists
        for line, part in zip(lines, values.T, strict=True):
            line.set_data(t, part)
            line.set_markevery((len(t) // 16, max(1, len(t) // 8)))
        here.set_xdata([row, row])
        here.set_visible(row < t[-1])


def loss_by_direction(landscape, steps, window=(1e-8, 1e2), names=True):
    """A Series of what is left of the loss along each axis of a quadratic, a line for each: see its `split`.

    names : whether each line is named by its curvature
    """
    parts = [f"λ = {curvature:.3g}" for curvature in landscape.curvatures]
    parts = parts if names else len(parts)
    return Series(lambda path: landscape.split(path.theta), "$L$, by axis", steps, window, True, parts)


def loss_curve(landscape, steps, window=(1e-8, 1e2), log=True):
    """A Series of the loss at each step."""
    return Series(lambda path: landscape.loss(path.theta), "$L$", steps, window, log)


class Curve(View):
    """Numbers over something else than the steps.

    x : array of shape (points,)
    curves : dict from label to array of shape (points,), NaN where they are not
        known yet; others of the same labels may come later as `curves`, and
        what is not among those is not drawn
    names : what the axes are called
    log : which axes are logarithmic: "x", "y" or "xy"
    marks : dict from label to a place on the x axis, such as a limit
    window : (bottom, top), or None to fit the curves
    thick : the label of a curve drawn thick, and without points: put it first, so that the others lie on it
    """

    takes = ("curves",)

    def __init__(self, x, curves, names, log="", marks=(), window=None, thick=None):
        self.x, self.curves, self.names, self.log, self.marks = x, curves, names, log, dict(marks)
        self.window, self.thick = window, thick
        self.shows = f"{plain(names[1])} over {plain(names[0])}"

    def draw(self, axes):
        every = max(1, len(self.x) // 12)
        for label, style in looks(self.curves).items():
            y = drawable(self.curves[label])
            look = {"lw": 8, "marker": "", "alpha": 0.4} if label == self.thick else {"lw": 2.2}
            self.artists[label] = axes.plot(self.x, y, **style | look, ms=6, markevery=every, label=label)
        axes.set(xlabel=self.names[0], **{f"{axis}scale": "log" for axis in self.log})
        axes.set_title(self.names[1], loc="left")
        axes.grid(axis="y")
        axes.set(xlim=margin(self.x, "x" in self.log), ylim=self.window or axes.get_ylim())
        self._draw_marks(axes)
        self.beside = None
        if len(self.curves) > 1:
            if Names.fit(self.curves):
                self.beside = Names(axes, self.curves)
            else:
                axes.legend(loc="best")
        for (line,) in self.artists.values():
            line.set_animated(True)

    def _draw_marks(self, axes):
        """Lines across the curves, each with its name above; of two that are near, to either side."""
        sides = ["center"] if len(self.marks) == 1 else ["right", *["left"] * (len(self.marks) - 1)]
        for (label, place), linestyle, side in zip(self.marks.items(), ("--", "-", ":"), sides, strict=False):
            axes.axvline(place, color=LIMIT, linestyle=linestyle, lw=2)
            across = axes.get_xaxis_transform()
            axes.text(place, 1.01, label, color=LIMIT, transform=across, ha=side, va="bottom", weight="bold")

    def update(self, paths, curves=None, **others):
        if curves is not None:
            for label, (line,) in self.artists.items():
                line.set_ydata(drawable(curves.get(label, np.full(len(self.x), np.nan))))

    def moving(self):
        names = self.beside.at(_ends(self.artists)) if self.beside else []
        return [*super().moving(), *names]


def _ends(artists):
    """Where the line of each label ends, and its colour, from a dict from label to artists: the line is their first."""
    ends = {}
    for label, (line, *_) in artists.items():
        y = np.asarray(line.get_ydata(), dtype=float)
        y = y[np.isfinite(y)]
        if line.get_visible() and len(y):
            ends[label] = y[-1], line.get_color()
    return ends


class HeatMap(View):
    """A number for each pair of two hyper-parameters, with a cross where each path stands.

    x, y : (name in code, name on the axis, values); evenly spaced, or evenly in
        their logarithm where log names the axis
    name : what the number is called
    window : (lowest, highest) of the colours; above it, and where the number is
        not finite, the cell is grey
    limit : (label, x, y), a line to draw in, or None

    Its number comes as `grid`, of shape (len(y), len(x)).
    """

    takes = ("grid",)

    def __init__(self, x, y, name, window, log="", limit=None):
        self.x, self.y, self.name, self.window, self.log, self.limit = x, y, name, window, log, limit
        self.touch = x[0], y[0]
        self.shows = f"{plain(name)} over {plain(x[1], y[1])}"

    def draw(self, axes):
        axes.set(**{f"{axis}scale": "log" for axis in self.log})
        colors = matplotlib.colormaps[HEAT].with_extremes(bad=UNKNOWN, over=UNKNOWN)
        norm = LogNorm(*self.window)
        unknown = np.full((len(self.y[2]), len(self.x[2])), np.nan)
        edges = _edges(self.x[2], "x" in self.log), _edges(self.y[2], "y" in self.log)
        self.mesh = axes.pcolormesh(*edges, unknown, cmap=colors, norm=norm, animated=True)
        axes.figure.colorbar(self.mesh, ax=axes, label=self.name, extend="max")
        axes.set(xlabel=self.x[1])
        axes.set_title(self.y[1], loc="left")
        self.border = []
        if self.limit:
            label, x, y = self.limit
            for color, width in (("white", 5), (LIMIT, 2.5)):  # seen on every colour of the map
                line = axes.plot(x, y, color=color, lw=width, ls="-", animated=True, scalex=False, scaley=False)
                self.border.extend(line)
            inside = np.flatnonzero(np.asarray(y) <= axes.get_ylim()[1])
            place = (x[inside[-1]], 1)
            axes.annotate(label, place, (0, 4), axes.get_xaxis_transform(), "offset points", color=LIMIT, ha="center")

    def new_artists(self, style):
        return [self.new_line(color="white", marker="P", ms=16, mec="black", mew=1.5)]

    def update(self, paths, grid=None, **others):
        if grid is not None:
            self.mesh.set_array(np.ma.masked_invalid(np.maximum(grid, self.window[0])))
        super().update(paths)

    def move(self, artists, path, row):
        hyper = path.origin.hyper
        artists[0].set_data([hyper[self.x[0]]], [hyper[self.y[0]]])

    def moving(self):
        return [self.mesh, *self.border, *super().moving()]


def _edges(values, log):
    """The borders of cells around values that are evenly spaced, or evenly in their logarithm."""
    values = np.log(values) if log else np.asarray(values)
    step = (values[-1] - values[0]) / (len(values) - 1)
    edges = np.append(values, values[-1] + step) - step / 2
    return np.exp(edges) if log else edges
