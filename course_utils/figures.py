"""Live pictures of paths: drawn once, then updated many times.

A `LiveFigure` is a row of views. Each view draws its background once and then
moves the same few artists; the figure keeps the background's pixels, so an
update costs about a millisecond. All views are given the same thing: `paths`,
a dict from a label to what `descend` returned.
"""

import base64
import io
from itertools import pairwise

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from mpl_toolkits.mplot3d import proj3d
from PIL import Image

STYLES = {
    "gradient descent": {"color": "#000000", "linestyle": "-", "marker": "o"},
    "momentum": {"color": "#0072B2", "linestyle": "--", "marker": "s"},
    "AdaGrad": {"color": "#009E73", "linestyle": "-.", "marker": "^"},
    "RMSProp": {"color": "#E69F00", "linestyle": ":", "marker": "D"},
    "Adam": {"color": "#D55E00", "linestyle": (0, (8, 2)), "marker": "X"},
}
"""How each optimizer looks through the whole series, in colours of the Okabe-Ito palette."""

OTHER_STYLES = [
    {"color": "#56B4E9", "linestyle": "-", "marker": "v"},
    {"color": "#CC79A7", "linestyle": "--", "marker": "P"},
    {"color": "#666666", "linestyle": "-.", "marker": "<"},
    {"color": "#A08500", "linestyle": ":", "marker": ">"},
]
"""For every other label, in the order of appearance."""

TEXT = {"font.size": 14, "axes.titlesize": 14, "legend.fontsize": 14, "legend.framealpha": 0.9}
DPI = 96  # of a browser's pixel, so that 14 pt are 14 pt at the size shown
FAR = 1e9  # in units of the axes; beyond it a point is not drawn, since the renderer overflows


class LiveFigure:
    """A row of views of the same paths.

    Parameters
    ----------
    *views : Map, Profile, Surface, Fit or Series
        Drawn from left to right.
    size : (float, float)
        Width and height in inches; at 96 pixels an inch.

    In a notebook the figure shows itself, as a PNG. With `live` set it hands
    over a JPEG, which is seven times as fast to encode.
    """

    def __init__(self, *views, size=(10, 4.4)):
        self.views = views
        self.live = False
        self.text = ""
        self.figure = Figure(figsize=size, dpi=DPI, layout="constrained")
        self.canvas = FigureCanvasAgg(self.figure)
        with matplotlib.rc_context(TEXT):
            for place, view in enumerate(views, 1):
                axes = self.figure.add_subplot(1, len(views), place, projection=view.projection)
                view.draw(axes)
        self._labels = []
        self._freeze()
        self.update({})

    def update(self, paths):
        """Show these paths instead of those shown before.

        paths : dict from label to Path (or anything with theta of shape
            (steps + 1, parameters)); a label in STYLES looks as it does there.
        """
        new = [label for label in paths if label not in self._labels]
        if new:
            self._labels += new
            self._add_legend()
        for view in self.views:
            view.update({label: (path, self._style(label)) for label, path in paths.items()})
        self.canvas.restore_region(self._background)
        for view in self.views:
            for artist in view.moving():
                view.axes.draw_artist(artist)
        self.text = "; ".join([" | ".join(view.shows for view in self.views), *map(_summary, paths.items())])

    def _style(self, label):
        others = [name for name in self._labels if name not in STYLES]
        return STYLES.get(label) or OTHER_STYLES[others.index(label) % len(OTHER_STYLES)]

    def _add_legend(self):
        """A legend above the views, once there is more than one label to tell apart."""
        if len(self._labels) > 1:
            with matplotlib.rc_context(TEXT):
                lines = [Line2D([], [], **self._style(label), lw=2) for label in self._labels]
                self.figure.legends.clear()
                self.figure.legend(lines, self._labels, loc="outside upper center", ncols=5, frameon=False)
            self._freeze()

    def _freeze(self):
        """Lay out and draw all that does not move, and keep its pixels."""
        with matplotlib.rc_context(TEXT):
            self.figure.set_layout_engine("constrained")
            self.figure.draw_without_rendering()
            self.figure.set_layout_engine("none")
            self.canvas.draw()  # leaves out the artists marked as animated
        self._background = self.canvas.copy_from_bbox(self.figure.bbox)

    def picture(self):
        """The pixels as an image of Pillow."""
        size = self.canvas.get_width_height()
        return Image.frombuffer("RGBX", size, self.canvas.buffer_rgba(), "raw", "RGBX", 0, 1)

    def _repr_mimebundle_(self, include=None, exclude=None):
        file = io.BytesIO()
        if self.live:
            self.picture().save(file, "JPEG", quality=90, subsampling=0)
        else:
            self.picture().convert("RGB").save(file, "PNG", optimize=True)
        # Text, not bytes: a kernel that runs in the browser does not encode bytes.
        data = base64.b64encode(file.getvalue()).decode()
        return {"image/jpeg" if self.live else "image/png": data, "text/plain": self.text}

    def __repr__(self):
        return self.text


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
    """One pair of axes. It makes one line for each label, on first sight, and keeps it."""

    projection = None

    def draw(self, axes):
        self.axes = axes
        self.lines = {}

    def update(self, paths):
        for line in self.lines.values():
            line.set_visible(False)
        for label, (path, style) in paths.items():
            if label not in self.lines:
                self.lines[label] = self.new_line(style)
            self.lines[label].set_visible(True)
            self.move(label, path)

    def new_line(self, style):
        (line,) = self.axes.plot([], [], **style, lw=2, ms=6, animated=True, scalex=False, scaley=False)
        return line

    def move(self, label, path):
        raise NotImplementedError

    def moving(self):
        return [line for line in self.lines.values() if line.get_visible()]


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
        if self.landscape.minimum is not None:
            axes.plot(*self.landscape.minimum, "*", ms=16, mfc="white", mec="black", zorder=3)

    def move(self, label, path):
        self.lines[label].set_data(*_drawable(path.theta).T)


class Profile(View):
    """A loss of one parameter as a curve, and each path walking on it."""

    def __init__(self, landscape, name=r"$\theta$", title=""):
        self.landscape, self.name, self.title = landscape, name, title
        self.shows = f"L{_plain([name])}"

    def draw(self, axes):
        super().draw(axes)
        x = np.linspace(*self.landscape.window, 400)
        axes.plot(x, self.landscape.loss(x[:, np.newaxis]), color="#7793ab", lw=2)
        axes.set(xlabel=self.name, ylabel=r"$L$", title=self.title, xlim=self.landscape.window)
        axes.set_ylim(axes.get_ylim())

    def move(self, label, path):
        with np.errstate(all="ignore"):
            loss = self.landscape.loss(path.theta)
        self.lines[label].set_data(_drawable(path.theta[:, 0]), _drawable(loss))


class Surface(View):
    """A loss of two parameters as a surface in space, with an arrow for each step of each path.

    elevation, azimuth : where it is seen from, in degrees
    """

    projection = "3d"

    def __init__(self, landscape, names=(r"$\theta_1$", r"$\theta_2$"), elevation=30, azimuth=-140):
        self.landscape, self.names = landscape, names
        self.elevation, self.azimuth = elevation, azimuth
        self.shows = f"L{_plain(names)} 3-D"

    def draw(self, axes):
        super().draw(axes)
        self.arrows = {}
        x, y, z = _grid(self.landscape, 50)
        axes.plot_surface(x, y, z, cmap="Blues", alpha=0.6, rcount=50, ccount=50, linewidth=0)
        axes.set(xlim=(x.min(), x.max()), ylim=(y.min(), y.max()), zlim=(z.min(), z.max()))
        axes.set_xlabel(self.names[0], labelpad=10)
        axes.set_ylabel(self.names[1], labelpad=10)
        axes.set_zlabel("$L$", labelpad=10)
        axes.view_init(self.elevation, self.azimuth)

    def new_line(self, style):
        return self.axes.plot([], [], [], **style, lw=0, ms=6, animated=True)[0]

    def update(self, paths):
        for arrows in self.arrows.values():
            arrows.set_visible(False)
        super().update(paths)

    def move(self, label, path):
        with np.errstate(all="ignore"):
            points = _drawable(np.column_stack([path.theta, self.landscape.loss(path.theta)]))
        # What leaves the box is not drawn: in space it would seem to lie somewhere else.
        limits = np.array([self.axes.get_xlim(), self.axes.get_ylim(), self.axes.get_zlim()])
        inside = ((points >= limits[:, 0]) & (points <= limits[:, 1])).all(axis=1)
        points[~inside] = np.nan
        self.lines[label].set_data_3d(*points.T)
        if label not in self.arrows:
            color = self.lines[label].get_color()
            self.arrows[label] = self.axes.add_collection(LineCollection([], colors=color, lw=2, animated=True))
        self.arrows[label].set_visible(True)
        self.arrows[label].set_segments(self._arrows(points))

    def _arrows(self, points):
        """Shaft and head of each step, as lines on the projected picture."""
        x, y, _ = proj3d.proj_transform(*points.T, self.axes.get_proj())
        ends = x + 1j * y
        segments = []
        for tail, tip in pairwise(ends[np.isfinite(ends)]):
            barbs = tip + 0.25 * (tail - tip) * np.exp([0.45j, -0.45j])
            segments.append([tail, tip, barbs[0], tip, barbs[1]])
        return [np.column_stack([np.real(s), np.imag(s)]) for s in segments]

    def moving(self):
        return [arrows for arrows in self.arrows.values() if arrows.get_visible()] + super().moving()


class Fit(View):
    """Data, and the line that a path has reached, with the residual of each point.

    x, y : arrays of shape (rows,); a path's last theta is (slope, intercept)
    names : what the axes are called
    """

    def __init__(self, x, y, names=("$x$", "$y$")):
        self.x, self.y, self.names = x, y, names
        self.shows = f"{names[0]} → {names[1]}".replace("$", "")

    def draw(self, axes):
        super().draw(axes)
        self.residuals = {}
        axes.plot(self.x, self.y, "o", color="#56B4E9", ms=4, mec="none")
        axes.set(xlabel=self.names[0], ylabel=self.names[1])
        axes.set(xlim=_margin(self.x), ylim=_margin(self.y))

    def new_line(self, style):
        (line,) = self.axes.plot([], [], color=style["color"], lw=3, animated=True, scalex=False, scaley=False)
        return line

    def update(self, paths):
        for residuals in self.residuals.values():
            residuals.set_visible(False)
        super().update(paths)

    def move(self, label, path):
        slope, intercept = _drawable(path.theta[-1])
        ends = np.array(self.axes.get_xlim())
        self.lines[label].set_data(ends, slope * ends + intercept)
        if label not in self.residuals:
            residuals = LineCollection([], colors="#D55E00", lw=0.6, alpha=0.6, animated=True)
            self.residuals[label] = self.axes.add_collection(residuals, autolim=False)
        fitted = slope * self.x + intercept
        self.residuals[label].set_visible(True)
        self.residuals[label].set_segments(np.stack([[self.x, self.y], [self.x, fitted]]).transpose(2, 0, 1))

    def moving(self):
        return [residuals for residuals in self.residuals.values() if residuals.get_visible()] + super().moving()


class Series(View):
    """One number of each step, over the steps.

    value : function (path) -> array of shape (steps + 1,)
    name : what the axis is called, such as "$L$"
    steps : how many the picture has room for
    window : (bottom, top)
    log : whether the axis is logarithmic
    """

    def __init__(self, value, name, steps, window, log=False, title=""):
        self.value, self.name, self.steps = value, name, steps
        self.window, self.log, self.title = window, log, title
        self.shows = f"{_plain([name])[1:-1]} over t"

    def draw(self, axes):
        super().draw(axes)
        axes.set(xlabel="$t$", ylabel=self.name, title=self.title)
        axes.set(xlim=(0, self.steps), ylim=self.window, yscale="log" if self.log else "linear")
        axes.grid(color="#dddddd")

    def new_line(self, style):
        line = super().new_line(style)
        line.set_markevery(0.1)
        return line

    def move(self, label, path):
        with np.errstate(all="ignore"):
            value = _drawable(self.value(path))
        self.lines[label].set_data(np.arange(len(value)), value)


def loss_curve(landscape, steps, window=(1e-8, 1e2), log=True):
    """A Series of the loss at each step."""
    return Series(lambda path: landscape.loss(path.theta), "$L$", steps, window, log)


def _grid(landscape, count):
    left, right, bottom, top = landscape.window
    x, y = np.meshgrid(np.linspace(left, right, count), np.linspace(bottom, top, count))
    return x, y, landscape.loss(np.stack([x, y], axis=-1))


def _margin(values):
    low, high = np.min(values), np.max(values)
    return low - 0.05 * (high - low), high + 0.05 * (high - low)


def _plain(names):
    """Names of axes without TeX, for a line of text."""
    greek = {"$": "", r"\theta": "θ", r"\eta": "η", "_1": "₁", "_2": "₂"}
    text = ", ".join(names)
    for tex, plain in greek.items():
        text = text.replace(tex, plain)
    return f"({text})"
