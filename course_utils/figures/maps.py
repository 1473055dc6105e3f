"""Views of a loss as a landscape, with paths walking over it."""

import matplotlib
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import proj3d

from .look import DATA, GROUND, LEVELS, RESIDUAL
from .view import View, drawable, margin, plain, window_of


class Map(View):
    """A loss of two parameters from above: contours, and each path with a mark a step.

    landscape : anything with a `loss`, a landscape or a model; where it has a
        `minimum`, that gets a star
    names : what the axes are called
    window : (left, right, bottom, top); by default the landscape's own
    """

    def __init__(self, landscape, names=(r"$\theta_1$", r"$\theta_2$"), title="", window=None):
        self.landscape, self.names, self.title = landscape, names, title
        self.window = window_of(landscape, window, "a Map")
        self.shows = f"L({plain(*names)})"

    def draw(self, axes):
        x, y, z = grid(self, 160)
        # As many contours near the minimum as far out, on any landscape: equal radii on a round bowl.
        levels = np.unique(np.quantile(z, np.linspace(0, 1, 17) ** 2))
        colors = matplotlib.colormaps[GROUND](np.linspace(0.02, 0.4, len(levels) - 1))
        axes.contourf(x, y, z, levels=levels, colors=colors)
        axes.contour(x, y, z, levels=levels[1:-1], colors=LEVELS, linewidths=0.7, linestyles="solid")
        axes.set(xlabel=self.names[0], ylabel=self.names[1], title=self.title)
        axes.set(xlim=self.window[:2], ylim=self.window[2:])
        axes.locator_params(axis="x", nbins=3)  # long numbers would touch each other
        minimum = getattr(self.landscape, "minimum", None)
        if minimum is not None:
            axes.plot(*minimum, "*", ms=16, mfc="white", mec="black", zorder=3)

    def points(self, path):
        return path.theta


class Profile(View):
    """A loss of one parameter as a curve, and each path walking on it.

    landscape : anything with a `loss`
    window : (left, right); by default the landscape's own
    """

    def __init__(self, landscape, name=r"$\theta$", title="", window=None):
        self.landscape, self.name, self.title = landscape, name, title
        self.window = window_of(landscape, window, "a Profile", ("left", "right"))
        self.shows = f"L({plain(name)})"

    def draw(self, axes):
        x = np.linspace(*self.window, 400)
        axes.plot(x, self.landscape.loss(x[:, np.newaxis]), color=LEVELS, lw=2)
        axes.set(xlabel=self.name, ylabel="$L$", title=self.title, xlim=self.window)
        axes.set_ylim(axes.get_ylim())

    def points(self, path):
        return np.column_stack([path.theta, self.landscape.loss(path.theta)])


class Surface(View):
    """A loss of two parameters as a surface in space, with an arrow for each step of each path.

    landscape, names, window : as for a Map
    elevation, azimuth : where it is seen from at first, in degrees
    """

    projection = "3d"
    takes = ("step", "elevation", "azimuth")

    def __init__(self, landscape, names=(r"$\theta_1$", r"$\theta_2$"), elevation=30, azimuth=-140, window=None):
        self.landscape, self.names = landscape, names
        self.window = window_of(landscape, window, "a Surface")
        self.seen_from = (elevation, azimuth)
        self.shows = f"L({plain(*names)}) 3-D"

    def draw(self, axes):
        x, y, z = grid(self, 41)
        axes.plot_surface(x, y, z, cmap=GROUND, alpha=0.6, rcount=41, ccount=41, linewidth=0)
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
        points = drawable(np.column_stack([path.theta, self.landscape.loss(path.theta)]))
        # What leaves the box is not drawn: in space it would seem to lie somewhere else.
        limits = np.array([self.axes.get_xlim(), self.axes.get_ylim(), self.axes.get_zlim()])
        inside = ((points >= limits[:, 0]) & (points <= limits[:, 1])).all(axis=1)
        points[~inside] = np.nan
        arrows, walked, here = artists
        x, y, _ = proj3d.proj_transform(*points.T, self.axes.get_proj())
        arrows.set_segments(steps_as_arrows(x + 1j * y))
        walked.set_data_3d(*points.T)
        here.set_data_3d(*points[row : row + 1].T)


class Fit(View):
    """Data, and the line that a path has reached, with the residual of each point.

    x, y : arrays of shape (rows,); a path's theta is (slope, intercept)
    names : what the axes are called
    """

    def __init__(self, x, y, names=("$x$", "$y$")):
        self.x, self.y, self.names = x, y, names
        self.shows = f"{plain(names[0])} → {plain(names[1])}"

    def draw(self, axes):
        axes.plot(self.x, self.y, "o", color=DATA, ms=4, mec="none")
        axes.set(xlabel=self.names[0], ylabel=self.names[1])
        axes.set(xlim=margin(self.x), ylim=margin(self.y))

    def new_artists(self, style):
        residuals = LineCollection([], colors=RESIDUAL, lw=0.6, alpha=0.6, animated=True)
        self.axes.add_collection(residuals, autolim=False)
        return [residuals, self.new_line(color=style["color"], linestyle=style["linestyle"], lw=3)]

    def move(self, artists, path, row):
        slope, intercept = drawable(path.theta[row])
        residuals, line = artists
        fitted = slope * self.x + intercept
        residuals.set_segments(np.stack([[self.x, self.y], [self.x, fitted]]).transpose(2, 0, 1))
        ends = np.array(self.axes.get_xlim())
        line.set_data(ends, slope * ends + intercept)


def steps_as_arrows(points):
    """Shaft and head from each point, x + iy, to the next, as one line each, of shape (arrows, 5, 2)."""
    tails, tips = points[:-1], points[1:]
    left, right = tips + 0.25 * (tails - tips) * np.exp([[0.45j], [-0.45j]])
    arrows = np.stack([tails, tips, left, tips, right], axis=-1)
    arrows = arrows[np.isfinite(tips - tails)]
    return np.stack([arrows.real, arrows.imag], axis=-1)


def grid(view, count):
    left, right, bottom, top = view.window
    x, y = np.meshgrid(np.linspace(left, right, count), np.linspace(bottom, top, count))
    return x, y, view.landscape.loss(np.stack([x, y], axis=-1))
