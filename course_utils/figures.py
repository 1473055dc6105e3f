"""Live pictures of paths: drawn once, then updated many times.

A `LiveFigure` is a row of views. Each view draws its background once and then
moves the same few artists; the figure keeps the background's pixels, so an
update costs about a millisecond. All views are given the same thing: `paths`,
a dict from a label to what `descend` returned.
"""

import base64
import difflib
import io
import unicodedata
from functools import cache
from itertools import pairwise

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.style import context
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import proj3d
from PIL import Image

from .formulas import SYMBOLS

STYLES = {
    "gradient descent": {"color": "#000000", "linestyle": "-", "marker": "o"},
    "momentum": {"color": "#0072B2", "linestyle": "--", "marker": "s"},
    "AdaGrad": {"color": "#009E73", "linestyle": "-.", "marker": "^"},
    "RMSProp": {"color": "#E69F00", "linestyle": ":", "marker": "D"},
    "Adam": {"color": "#D55E00", "linestyle": (0, (8, 2)), "marker": "X"},
}
"""How each optimizer looks through the whole series, in colours of the Okabe-Ito palette."""

OTHER_STYLES = [
    {"color": "#AA3377", "linestyle": "-", "marker": "v"},
    {"color": "#555555", "linestyle": "--", "marker": "P"},
    {"color": "#8A6D00", "linestyle": "-.", "marker": "<"},
    {"color": "#332288", "linestyle": ":", "marker": ">"},
]
"""For every other label, in the order of appearance."""

LOOK = ["default", {"font.size": 14, "axes.titlesize": 14, "legend.fontsize": 14}]
TIGHT = {"handlelength": 1.7, "handletextpad": 0.4, "columnspacing": 1.1}  # so that five optimizers fit in a legend
DPI = 96  # of a browser's pixel, so that 14 pt are 14 pt at the size shown
FAR = 1e9  # in units of the axes; beyond it a point is not drawn, since the renderer overflows


class LiveFigure:
    """A row of views of the same paths.

    Parameters
    ----------
    *views : Map, Profile, Surface, Fit, Series, Curve, HeatMap or WorkedStep
        Drawn from left to right.
    size : (float, float)
        Width and height in inches, at 96 pixels an inch. 8.8 is what JupyterLab
        shows at 1280 pixels with its file browser open; more would be shrunk.
    widths : sequence of float, or None
        The share of the width that each view has; by default they are equal,
        but that a WorkedStep has half as much again.

    In a notebook the figure shows itself, as a PNG.
    """

    def __init__(self, *views, size=(8.8, 4.2), widths=None):
        self.views = views
        self.figure = Figure(figsize=size, dpi=DPI, layout="constrained")
        self.canvas = FigureCanvasAgg(self.figure)
        self._labels = []
        with context(LOOK):
            grid = self.figure.add_gridspec(1, len(views), width_ratios=widths or [view.share for view in views])
            for place, view in enumerate(views):
                view.draw(self.figure.add_subplot(grid[place], projection=view.projection))
        self._lay_out()
        self.update({})

    @property
    def takes(self):
        """The names of what `update` takes beside the paths."""
        return {name for view in self.views for name in view.takes}

    def update(self, paths, **others):
        """Show these paths instead of those shown before.

        paths : Path, list of Paths, or dict from label to Path
            Without labels, each is called after its rule, and where that is the
            same, after what differs in its hyper-parameters. A label in STYLES
            looks as it does there.
        **others : what the views take, such as step, the row to be marked.
        """
        if not isinstance(paths, dict):
            paths = _labelled(paths if isinstance(paths, list) else [paths])
        for path in paths.values():
            path.single()
        _check_others(others, self.takes | set(View.takes))  # a step is taken by all, and marked where it can be
        self._check_curves(others.get("curves") or {})
        new = [label for label in paths if label not in self._labels]
        if new:
            self._labels += new
            self._add_legend()
        for view in self.views:
            view.update({label: (path, self._style(label)) for label, path in paths.items()}, **others)
        if any(view.background_moved for view in self.views):
            self._freeze()
        self.canvas.restore_region(self._background)
        for view in self.views:
            for artist in view.moving():
                view.axes.draw_artist(artist)
        self.paths, self.others = paths, others
        self.text = "; ".join([" | ".join(view.shows for view in self.views), *map(_summary, paths.items())])

    def _check_curves(self, curves):
        known = list(dict.fromkeys(label for view in self.views if isinstance(view, Curve) for label in view.curves))
        for label in curves:
            if label not in known:
                raise ValueError(f"no Curve of this figure has {label!r}: its labels are {', '.join(known)}.")

    def _style(self, label):
        others = [name for name in self._labels if name not in STYLES]
        return STYLES.get(label) or OTHER_STYLES[others.index(label) % len(OTHER_STYLES)]

    def _add_legend(self):
        """A legend above the views, once there is more than one label to tell apart."""
        if len(self._labels) > 1:
            with context(LOOK):
                lines = [Line2D([], [], **self._style(label), lw=2) for label in self._labels]
                self.figure.legends.clear()
                self.figure.legend(lines, self._labels, loc="outside upper center", ncols=5, frameon=False, **TIGHT)
            self._lay_out()

    def _lay_out(self):
        with context(LOOK):
            self.figure.set_layout_engine("constrained")
            self.figure.draw_without_rendering()
            self.figure.set_layout_engine("none")
        self._freeze()

    def _freeze(self):
        """Draw all that does not move, and keep its pixels."""
        with context(LOOK):
            self.canvas.draw()  # leaves out the artists marked as animated
        for view in self.views:
            view.background_moved = False
        self._background = self.canvas.copy_from_bbox(self.figure.bbox)

    @property
    def pixels(self):
        """Width and height of the picture."""
        return self.canvas.get_width_height()

    def picture(self):
        """The pixels as an image of Pillow."""
        image = Image.frombuffer("RGBX", self.pixels, self.canvas.buffer_rgba(), "raw", "RGBX", 0, 1)
        return image.convert("RGB")

    def jpeg(self):
        """The picture as the bytes of a JPEG, which is several times as fast to encode as a PNG."""
        file = io.BytesIO()
        self.picture().save(file, "JPEG", quality=90, subsampling=0)
        return file.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        file = io.BytesIO()
        self.picture().save(file, "PNG", optimize=True)
        # Text, not bytes: a kernel that runs in the browser does not encode bytes.
        data = {"image/png": base64.b64encode(file.getvalue()).decode(), "text/plain": self.text}
        return data, {"image/png": {"alt": self.text}}

    def __repr__(self):
        return self.text

    def save(self, name):
        """Write the picture to a file: .svg, .pdf or .png, by the name's ending."""
        with context(LOOK):
            self.figure.savefig(name)


def _labelled(paths):
    """Paths by label: by that of their rule, and by the hyper-parameters that differ where several have the same."""
    labels = [path.label for path in paths]
    named = {}
    for path, label in zip(paths, labels, strict=True):
        alike = [other for other, name in zip(paths, labels, strict=True) if name == label]
        if len(alike) > 1:
            label = f"{label}{_differing(path, alike)}"
        if label in named:
            raise ValueError(f"two paths are both called {label}: give a dict from label to path, to tell them apart.")
        named[label] = path
    return named


def _differing(path, paths):
    """Such as ", β = 0.5": the hyper-parameters of a path in which these paths are not all the same."""
    hypers = [getattr(getattr(one, "origin", None), "hyper", {}) for one in paths]
    own = hypers[[one is path for one in paths].index(True)]
    differ = [name for name in own if any(hyper.get(name) != own[name] for hyper in hypers)]
    return "".join(f", {SYMBOLS.get(name, ('', name))[1]} = {own[name]:.6g}" for name in differ)


def _check_others(others, takes):
    for name in others:
        if name not in takes:
            near = difflib.get_close_matches(name, sorted(takes), n=1, cutoff=0)
            has = (
                f"it takes {', '.join(sorted(takes))}; did you mean {near[0]}?" if near else "it takes the paths alone."
            )
            raise TypeError(f"this figure takes no {name!r}: {has}")


def _summary(item):
    label, path = item
    theta = path.theta
    return f"{label}: θ({len(theta) - 1}) = {_point(theta[-1])} from {_point(theta[0])}"


def _point(theta):
    shown = ", ".join("0" if abs(value) < 1e-6 else f"{value:.3g}" for value in theta[:3])
    return f"({shown}{', …' if len(theta) > 3 else ''})"


def _drawable(values):
    """The values with NaN for what a renderer can't place."""
    values = np.asarray(values, dtype=float)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(values) < FAR, values, np.nan)


class View:
    """One pair of axes. It makes its artists for a label on first sight, then only moves them."""

    projection = None
    share = 1  # of the figure's width, beside other views
    takes = ("step",)  # what `LiveFigure.update` hands over beside the paths
    background_moved = False  # whether an update has changed what is otherwise drawn once

    def draw(self, axes):
        """Draw what does not move."""
        self.axes = axes
        self.artists = {}

    def update(self, paths, step=None, **others):
        """Move the artists. Each path is marked at `step`, or at its end."""
        for artist in [artist for group in self.artists.values() for artist in group]:
            artist.set_visible(False)
        for label, (path, style) in paths.items():
            if label not in self.artists:
                with context(LOOK):
                    self.artists[label] = self.new_artists(style)
            for artist in self.artists[label]:
                artist.set_visible(True)
            last = len(path.theta) - 1
            self.move(self.artists[label], path, last if step is None else min(step, last))

    def new_artists(self, style):
        """The artists of one label, in the order in which they are drawn."""
        walked = self.new_line(**style, lw=2, ms=6)
        here = self.new_line(color=style["color"], marker=style["marker"], ls="", ms=13, mec="white", mew=2)
        return [walked, here]

    def new_line(self, **look):
        return self.axes.plot([], [], **look, animated=True, scalex=False, scaley=False)[0]

    def move(self, artists, path, row):
        raise NotImplementedError

    def moving(self):
        return [artist for group in self.artists.values() for artist in group if artist.get_visible()]


class Map(View):
    """A loss of two parameters from above: contours, and each path with a mark a step.

    landscape : what has `loss` and `window`, and `minimum` or None
    names : what the axes are called
    """

    def __init__(self, landscape, names=(r"$\theta_1$", r"$\theta_2$"), title=""):
        self.landscape, self.names, self.title = landscape, names, title
        self.shows = f"L{_plain(names)}"

    def draw(self, axes):
        super().draw(axes)
        x, y, z = _grid(self.landscape, 160)
        # As many contours near the minimum as far out, on any landscape: equal radii on a round bowl.
        levels = np.unique(np.quantile(z, np.linspace(0, 1, 17) ** 2))
        colors = matplotlib.colormaps["Blues"](np.linspace(0.02, 0.4, len(levels) - 1))
        axes.contourf(x, y, z, levels=levels, colors=colors)
        axes.contour(x, y, z, levels=levels[1:-1], colors="#7793ab", linewidths=0.7, linestyles="solid")
        axes.set(xlabel=self.names[0], ylabel=self.names[1], title=self.title)
        axes.set(xlim=self.landscape.window[:2], ylim=self.landscape.window[2:])
        axes.locator_params(axis="x", nbins=3)  # long numbers would touch each other
        if self.landscape.minimum is not None:
            axes.plot(*self.landscape.minimum, "*", ms=16, mfc="white", mec="black", zorder=3)

    def move(self, artists, path, row):
        theta = _drawable(path.theta)
        walked, here = artists
        walked.set_data(*theta.T)
        here.set_data(*theta[row : row + 1].T)


class Profile(View):
    """A loss of one parameter as a curve, and each path walking on it."""

    def __init__(self, landscape, name=r"$\theta$", title=""):
        self.landscape, self.name, self.title = landscape, name, title
        self.shows = f"L{_plain([name])}"

    def draw(self, axes):
        super().draw(axes)
        x = np.linspace(*self.landscape.window, 400)
        axes.plot(x, self.landscape.loss(x[:, np.newaxis]), color="#7793ab", lw=2)
        axes.set(xlabel=self.name, ylabel="$L$", title=self.title, xlim=self.landscape.window)
        axes.set_ylim(axes.get_ylim())

    def move(self, artists, path, row):
        with np.errstate(all="ignore"):
            points = _drawable([path.theta[:, 0], self.landscape.loss(path.theta)])
        walked, here = artists
        walked.set_data(*points)
        here.set_data(*points[:, row : row + 1])


class Surface(View):
    """A loss of two parameters as a surface in space, with an arrow for each step of each path.

    elevation, azimuth : where it is seen from at first, in degrees
    """

    projection = "3d"
    takes = ("step", "elevation", "azimuth")

    def __init__(self, landscape, names=(r"$\theta_1$", r"$\theta_2$"), elevation=30, azimuth=-140):
        self.landscape, self.names = landscape, names
        self.seen_from = (elevation, azimuth)
        self.shows = f"L{_plain(names)} 3-D"

    def draw(self, axes):
        super().draw(axes)
        x, y, z = _grid(self.landscape, 41)
        axes.plot_surface(x, y, z, cmap="Blues", alpha=0.6, rcount=41, ccount=41, linewidth=0)
        axes.set(xlim=(x.min(), x.max()), ylim=(y.min(), y.max()), zlim=(z.min(), z.max()))
        axes.set_xlabel(self.names[0], labelpad=14)
        axes.set_ylabel(self.names[1], labelpad=14)
        axes.set_zlabel("$L$", labelpad=10)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(3))
        axes.zaxis.set_major_locator(MaxNLocator(5))
        axes.set_box_aspect(None, zoom=0.85)  # the layout does not know a third axis's words: keep them inside
        axes.view_init(*self.seen_from)

    def update(self, paths, step=None, elevation=None, azimuth=None, **others):
        wanted = (elevation, azimuth)
        seen_from = tuple(old if new is None else new for old, new in zip(self.seen_from, wanted, strict=True))
        if seen_from != self.seen_from:
            self.seen_from = seen_from
            self.axes.view_init(*seen_from)
            self.background_moved = True
        super().update(paths, step)

    def new_artists(self, style):
        arrows = LineCollection([], colors=style["color"], lw=2, animated=True)
        arrows.do_3d_projection = lambda: 0  # it lies on the projected picture: axes in space ask for its depth
        return [self.axes.add_collection(arrows), *super().new_artists(style | {"linestyle": ""})]

    def new_line(self, **look):
        return self.axes.plot([], [], [], **look, animated=True)[0]

    def move(self, artists, path, row):
        with np.errstate(all="ignore"):
            points = _drawable(np.column_stack([path.theta, self.landscape.loss(path.theta)]))
        # What leaves the box is not drawn: in space it would seem to lie somewhere else.
        limits = np.array([self.axes.get_xlim(), self.axes.get_ylim(), self.axes.get_zlim()])
        inside = ((points >= limits[:, 0]) & (points <= limits[:, 1])).all(axis=1)
        points[~inside] = np.nan
        arrows, walked, here = artists
        arrows.set_segments(self._arrows(points))
        walked.set_data_3d(*points.T)
        here.set_data_3d(*points[row : row + 1].T)

    def _arrows(self, points):
        """Shaft and head of each step, as lines on the projected picture."""
        x, y, _ = proj3d.proj_transform(*points.T, self.axes.get_proj())
        ends = x + 1j * y
        segments = []
        for tail, tip in pairwise(ends):
            if np.isfinite(tip - tail):
                barbs = tip + 0.25 * (tail - tip) * np.exp([0.45j, -0.45j])
                segments.append([tail, tip, barbs[0], tip, barbs[1]])
        return [np.column_stack([np.real(s), np.imag(s)]) for s in segments]


class Fit(View):
    """Data, and the line that a path has reached, with the residual of each point.

    x, y : arrays of shape (rows,); a path's theta is (slope, intercept)
    names : what the axes are called
    """

    def __init__(self, x, y, names=("$x$", "$y$")):
        self.x, self.y, self.names = x, y, names
        self.shows = f"{names[0]} → {names[1]}".replace("$", "")

    def draw(self, axes):
        super().draw(axes)
        axes.plot(self.x, self.y, "o", color="#888888", ms=4, mec="none")
        axes.set(xlabel=self.names[0], ylabel=self.names[1])
        axes.set(xlim=_margin(self.x), ylim=_margin(self.y))

    def new_artists(self, style):
        residuals = LineCollection([], colors="#D55E00", lw=0.6, alpha=0.6, animated=True)
        self.axes.add_collection(residuals, autolim=False)
        return [residuals, self.new_line(color=style["color"], lw=3)]

    def move(self, artists, path, row):
        slope, intercept = _drawable(path.theta[row])
        residuals, line = artists
        fitted = slope * self.x + intercept
        residuals.set_segments(np.stack([[self.x, self.y], [self.x, fitted]]).transpose(2, 0, 1))
        ends = np.array(self.axes.get_xlim())
        line.set_data(ends, slope * ends + intercept)


class Series(View):
    """One or more numbers of each step, over the steps.

    value : function (path) -> array of shape (steps + 1,) or (steps + 1, parts)
    name : what the axis is called, such as "$L$"
    steps : how many the picture has room for
    window : (bottom, top)
    log : whether the axis is logarithmic
    parts : what the parts are called, in a legend
    over : what the other axis is called, such as "epoch"
    """

    def __init__(self, value, name, steps, window, log=False, parts=("",), over="$t$"):
        self.value, self.name, self.steps = value, name, steps
        self.window, self.log, self.parts, self.over = window, log, parts, over
        self.shows = f"{_plain([name])[1:-1]} over {_plain([over])[1:-1]}"

    def draw(self, axes):
        super().draw(axes)
        axes.set(xlabel=self.over, ylabel=self.name)
        axes.set(xlim=(0, self.steps), ylim=self.window, yscale="log" if self.log else "linear")
        axes.grid(color="#dddddd")
        if len(self.parts) > 1:
            looks = [Line2D([], [], color="black", marker="o", ms=7, **look) for look in self.looks()]
            axes.legend(looks, self.parts, loc="upper right")

    def looks(self):
        """The parts of one path differ in their marks: full, then hollow."""
        return [{"markerfacecolor": "white"} if place % 2 else {} for place in range(len(self.parts))]

    def new_artists(self, style):
        lines = [self.new_line(**style, **look, lw=2, ms=7) for look in self.looks()]
        return [*lines, self.axes.axvline(0, color=style["color"], lw=1, animated=True)]

    def move(self, artists, path, row):
        with np.errstate(all="ignore"):
            values = _drawable(self.value(path)).reshape(len(path.theta), -1)
        t = np.arange(len(values))
        *lines, here = artists
        for line, part in zip(lines, values.T, strict=True):
            line.set_data(t, part)
            line.set_markevery((len(t) // 16, max(1, len(t) // 8)))
        here.set_xdata([row, row])
        here.set_visible(row < t[-1])


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
    """

    takes = ("curves",)

    def __init__(self, x, curves, names, log="", marks=(), window=None):
        self.x, self.curves, self.names, self.log, self.marks = x, curves, names, log, dict(marks)
        self.window = window
        self.shows = f"{_plain([names[1]])[1:-1]} over {_plain([names[0]])[1:-1]}"

    def draw(self, axes):
        super().draw(axes)
        others = iter(OTHER_STYLES)
        every = max(1, len(self.x) // 12)
        for label, y in self.curves.items():
            style = STYLES.get(label) or next(others)
            self.artists[label] = axes.plot(self.x, _drawable(y), **style, lw=2, ms=7, markevery=every, label=label)
        for (label, place), linestyle in zip(self.marks.items(), ("--", "-", ":"), strict=False):
            axes.axvline(place, color="#D55E00", linestyle=linestyle, lw=2, label=label)
        axes.set(xlabel=self.names[0], ylabel=self.names[1])
        axes.set(xscale="log" if "x" in self.log else "linear", yscale="log" if "y" in self.log else "linear")
        axes.grid(color="#dddddd")
        axes.set(xlim=_margin(self.x, "x" in self.log), ylim=self.window or axes.get_ylim())
        if len(self.curves) + len(self.marks) > 1:
            known = np.isfinite(list(self.curves.values())).any()
            axes.legend(loc="best" if known else "upper center", ncols=1 if known else 3)
        for (line,) in self.artists.values():
            line.set_animated(True)

    def update(self, paths, curves=None, **others):
        if curves is not None:
            for label, (line,) in self.artists.items():
                line.set_ydata(_drawable(curves.get(label, np.full(len(self.x), np.nan))))


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
        self.shows = f"{_plain([name])[1:-1]} over {_plain([x[1], y[1]])[1:-1]}"

    def draw(self, axes):
        super().draw(axes)
        axes.set(xscale="log" if "x" in self.log else "linear", yscale="log" if "y" in self.log else "linear")
        colors = matplotlib.colormaps["viridis_r"].with_extremes(bad="#bbbbbb", over="#bbbbbb")
        norm = LogNorm(*self.window)
        unknown = np.full((len(self.y[2]), len(self.x[2])), np.nan)
        edges = _edges(self.x[2], "x" in self.log), _edges(self.y[2], "y" in self.log)
        self.mesh = axes.pcolormesh(*edges, unknown, cmap=colors, norm=norm, animated=True)
        axes.figure.colorbar(self.mesh, ax=axes, label=self.name, extend="max")
        axes.set(xlabel=self.x[1], ylabel=self.y[1])
        self.still = []
        if self.limit:
            label, *line = self.limit
            self.still = axes.plot(*line, color="black", lw=2.5, ls="--", animated=True, scalex=False, scaley=False)
            legend = axes.legend(self.still, [label], loc="lower left")
            legend.set_animated(True)  # or the map, which moves, would lie over it
            self.still.append(legend)

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
        return [self.mesh, *self.still, *super().moving()]


class WorkedStep(View):
    """One step of one path as arithmetic: each line of the rule's formula, then its numbers.

    lines : function (path, step) -> list of lines of text, such as
        `formulas.worked_step`; the first of a group begins without a space
    room : how many lines there must be room for
    """

    share = 1.5

    def __init__(self, lines, room=19):
        self.lines, self.room = lines, room
        self.shows = "t"

    def draw(self, axes):
        super().draw(axes)
        axes.set_axis_off()
        axes.set(ylim=(self.room, 0))

    def new_artists(self, style):
        lines = [_QuickText(0, line, va="top", animated=True, in_layout=False) for line in range(self.room)]
        return [self.axes.add_artist(line) for line in lines]

    def move(self, artists, path, row):
        lines = self.lines(path, row)
        for place, artist in enumerate(artists):
            artist.set_text(lines[place] if place < len(lines) else "")
            artist.set_color("#555555" if artist.get_text().startswith(" ") else "black")


MARGIN = 4  # pixels to the left of a character, for what of it reaches there


class _QuickText(Text):
    """A line of text put together from pictures of its characters, each of which is drawn once.

    Matplotlib draws text slowly, and here dozens of numbers change at each move.
    A line that is wider than its axes is set narrower: nothing of it is cut off.
    """

    def draw(self, renderer):
        if not self.get_text():
            return None
        if not isinstance(renderer, RendererAgg):
            return self._draw_as_text(renderer)
        pieces = self._pieces(renderer.dpi)
        ends = np.cumsum([advance for _, advance in pieces])
        height, reach = pieces[0][0].shape
        shade = np.zeros((height, int(ends[-1]) + reach), dtype=np.uint8)
        for (picture, advance), end in zip(pieces, ends, strict=True):
            left = round(end - advance)
            np.maximum(shade[:, left : left + reach], picture, out=shade[:, left : left + reach])
        narrower = self._narrower(ends[-1])
        if narrower < 1:
            shade = np.asarray(Image.fromarray(shade).resize((int(shade.shape[1] * narrower), height)))
        pixels = np.empty((*shade.shape, 4), dtype=np.uint8)
        pixels[..., :3] = np.multiply(to_rgb(self.get_color()), 255)
        pixels[..., 3] = shade
        x, y = self.get_transform().transform(self.get_position())
        gc = renderer.new_gc()
        renderer.draw_image(gc, round(x) - MARGIN, round(y) - height, pixels[::-1])
        gc.restore()

    def narrower(self, dpi):
        """By what factor the line must be set narrower to end within its axes; 1 where it fits."""
        return self._narrower(sum(advance for _, advance in self._pieces(dpi)))

    def _narrower(self, width):
        return min(1, (self.axes.bbox.width - MARGIN) / width) if width else 1

    def _pieces(self, dpi):
        return [_character(part, self.get_fontsize(), dpi) for part in _characters(self.get_text())]

    def _draw_as_text(self, renderer):
        """For an SVG or PDF, which get real text: smaller, where pixels are set narrower."""
        size = self.get_fontsize()
        self.set_fontsize(size * self.narrower(self.axes.figure.dpi))
        super().draw(renderer)
        self.set_fontsize(size)


def _characters(text):
    """The characters of a text, each with the hats that stand on it."""
    parts = []
    for character in text:
        if parts and unicodedata.combining(character):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


@cache
def _character(text, size, dpi):
    """How dark each pixel of a character is, as tall as a line and wider than any character; and its advance."""
    side = round(2 * size * dpi / 72)
    figure = Figure(figsize=(side / dpi, side / dpi), dpi=dpi)
    renderer = FigureCanvasAgg(figure).get_renderer()
    style = FontProperties(size=size)
    _, height, below = renderer.get_text_width_height_descent("lp", style, False)
    advance = renderer.get_text_width_height_descent(f"|{text}|", style, False)[0]
    advance -= renderer.get_text_width_height_descent("||", style, False)[0]
    figure.text(MARGIN / side, 1 - (height - below) / side, text, fontproperties=style)
    figure.draw(renderer)
    return 255 - np.asarray(renderer.buffer_rgba())[..., 0], advance


def _grid(landscape, count):
    left, right, bottom, top = landscape.window
    x, y = np.meshgrid(np.linspace(left, right, count), np.linspace(bottom, top, count))
    return x, y, landscape.loss(np.stack([x, y], axis=-1))


def _edges(values, log):
    """The borders of cells around values that are evenly spaced, or evenly in their logarithm."""
    values = np.log(values) if log else np.asarray(values)
    step = (values[-1] - values[0]) / (len(values) - 1)
    edges = np.append(values, values[-1] + step) - step / 2
    return np.exp(edges) if log else edges


def _margin(values, log=False):
    """Limits of an axis that leave a twentieth free on either side."""
    low, high = (np.log if log else np.asarray)([np.min(values), np.max(values)])
    limits = np.array([low - 0.05 * (high - low), high + 0.05 * (high - low)])
    return tuple(np.exp(limits) if log else limits)


def _plain(names):
    """Names of axes without TeX, for a line of text."""
    greek = {"$": "", r"\theta": "θ", r"\eta": "η", r"\beta": "β", "_1": "₁", "_2": "₂"}
    text = ", ".join(names)
    for tex, plain in greek.items():
        text = text.replace(tex, plain)
    return f"({text})"
