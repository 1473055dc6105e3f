"""Views of a loss as a landscape, with paths walking over it."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.style import context
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import proj3d

from .look import CURVE, DATA, GRID, GROUND, INK, LEVELS, LOOK, RESIDUAL
from .view import View, drawable, margin, plain, ticked_at_its_ends, window_of

COLORS = LinearSegmentedColormap.from_list("ground", GROUND)


class Map(View):
    """A loss of two parameters from above: level lines, and each path from its ring on, with a mark a step.

    landscape : anything with a `loss`, a landscape or a model; where it has a
        `minimum`, that gets a cross
    names : what the axes are called
    window : (left, right, bottom, top); by default the landscape's own
    equal : whether both axes have the same scale, so that a circle is a circle
        and downhill stands upright on a level line; not where their units differ
    touch : the names of the panel's controls that follow a pointer on the map
    resolution : at how many places along each side the loss is computed
    """

    def __init__(
        self,
        landscape,
        names=(r"$\theta_1$", r"$\theta_2$"),
        title="",
        window=None,
        *,
        equal=True,
        touch=("x", "y"),
        resolution=240,
    ):
        self.landscape, self.names, self.title = landscape, names, title
        self.equal, self.touch, self.resolution = equal, touch, resolution
        self.window = window_of(landscape, window, "a Map")
        self.shows = f"L({plain(*names)})"
        left, right, bottom, top = self.window
        self.share = float(np.clip((right - left) / (top - bottom), 0.9, 1.6)) if equal else 1

    def draw(self, axes):
        x, y, z = grid(self, self.resolution)
        # As many level lines near the minimum as far out, on any landscape: equal radii on a round bowl.
        levels = np.unique(np.quantile(z, np.linspace(0, 1, 15) ** 2))
        axes.contourf(x, y, z, levels=levels, colors=COLORS(np.linspace(0, 1, len(levels) - 1)))
        axes.contour(x, y, z, levels=levels[1:-1], colors=LEVELS, linewidths=1.1, linestyles="solid")
        axes.set(xlabel=self.names[0], xlim=self.window[:2], ylim=self.window[2:])
        if self.title:
            axes.set_ylabel(self.names[1])
        axes.set_title(self.title or self.names[1], loc="left")
        ticked_at_its_ends(axes.xaxis, *self.window[:2])
        ticked_at_its_ends(axes.yaxis, *self.window[2:])
        axes.spines[:].set_visible(False)
        if self.equal:
            axes.set_aspect("equal", anchor="N")
        minimum = getattr(self.landscape, "minimum", None)
        self.cross = [] if minimum is None else [self.new_line(marker="+", ms=13, mec=INK, mew=1.6)]
        for cross in self.cross:
            cross.set_data(*np.transpose([minimum]))

    def points(self, path):
        return path.theta

    def moving(self):
        return [*super().moving(), *self.cross]


class GroundMap(Map):
    """The map of one of several landscapes, which the control `ground` chooses.

    grounds : dict from name to landscape; the first is shown until another is
        chosen. Windows of one shape fill the picture alike
    names : as for a Map
    """

    takes = ("step", "ground")

    def __init__(self, grounds, names=(r"$\theta_1$", r"$\theta_2$")):
        self.grounds = grounds
        super().__init__(next(iter(grounds.values())), names, touch=None)

    def loss(self, path):
        """The loss of a path at each step, on the ground that is shown: what a Series beside the map draws."""
        return self.landscape.loss(path.theta)

    def update(self, paths, step=None, ground=None, **others):
        if ground is not None and self.grounds[ground] is not self.landscape:
            self.landscape = self.grounds[ground]
            self.window = self.landscape.window
            with context(LOOK):
                self.axes.clear()
                self.put_on(self.axes)
            self.background_moved = True
        super().update(paths, step)


class Profile(View):
    """A loss of one parameter as a curve, and each path walking on it.

    landscape : anything with a `loss`
    window : (left, right); by default the landscape's own
    """

    touch = ("start", None)

    def __init__(self, landscape, name=r"$\theta$", title="", window=None):
        self.landscape, self.name, self.title = landscape, name, title
        self.window = window_of(landscape, window, "a Profile", ("left", "right"))
        self.shows = f"L({plain(name)})"

    def draw(self, axes):
        x = np.linspace(*self.window, 400)
        axes.plot(x, self.landscape.loss(x[:, np.newaxis]), color=CURVE, lw=2)
        axes.set(xlabel=self.name, xlim=self.window)
        axes.set_title(self.title or "$L$", loc="left")
        axes.set_ylim(axes.get_ylim())

    def new_trail(self, style):
        return super().new_trail(style, hops=True)

    def points(self, path):
        return np.column_stack([path.theta, self.landscape.loss(path.theta)])


class Surface(View):
    """A loss of two parameters as a surface in space, with an arrow for each step of each path.

    landscape, names, window : as for a Map
    elevation, azimuth : where it is seen from at first, in degrees
    """

    projection, share = "3d", 1.15
    takes = ("step", "elevation", "azimuth")

    def __init__(self, landscape, names=(r"$\theta_1$", r"$\theta_2$"), elevation=30, azimuth=-140, window=None):
        self.landscape, self.names = landscape, names
        self.window = window_of(landscape, window, "a Surface")
        self.seen_from = (elevation, azimuth)
        self.shows = f"L({plain(*names)}) 3-D"

    def draw(self, axes):
        x, y, z = grid(self, 41)
        low, high = z.min(), z.max()
        self.floor = low - 0.25 * (high - low)
        axes.plot_surface(x, y, z, cmap=COLORS, alpha=0.7, rcount=41, ccount=41, linewidth=0)
        levels = np.unique(np.quantile(z, np.linspace(0, 1, 15) ** 2))[1:-1]
        axes.contour(
            x, y, z, levels=levels, zdir="z", offset=self.floor, colors=CURVE, linewidths=0.7, linestyles="solid"
        )
        axes.set(xlim=(x.min(), x.max()), ylim=(y.min(), y.max()), zlim=(self.floor, high))
        axes.set_xlabel(self.names[0], labelpad=10)
        axes.set_ylabel(self.names[1], labelpad=10)
        axes.set_zlabel("$L$", labelpad=4)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(3))
        axes.zaxis.set_ticks([tick for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high])
        for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
            axis.pane.set_visible(False)
            axis._axinfo["grid"]["color"] = GRID
        axes.tick_params(pad=2)
        axes.set_box_aspect((4, 4, 3), zoom=0.9)
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
        # A line on the picture of the space, not in it: its points are projected already.
        arrows = self.axes.add_line(Line2D([], [], color=style["color"], lw=2, animated=True))
        shadow = self.new_line(color=style["color"], lw=1.2, alpha=0.4)
        walked = self.new_line(**style | {"linestyle": ""}, ms=5)
        return [arrows, walked, self.new_mark(style), shadow]

    def new_line(self, **look):
        return self.axes.plot([], [], [], **look, animated=True)[0]

    def move(self, artists, path, row):
        points = drawable(np.column_stack([path.theta, self.landscape.loss(path.theta)]))
        # What leaves the box is not drawn: in space it would seem to lie somewhere else.
        limits = np.array([self.axes.get_xlim(), self.axes.get_ylim(), self.axes.get_zlim()])
        inside = ((points >= limits[:, 0]) & (points <= limits[:, 1])).all(axis=1)
        points[~inside] = np.nan
        arrows, walked, here, shadow = artists
        x, y, _ = proj3d.proj_transform(*points.T, self.axes.get_proj())
        arrows.set_data(*apiece(steps_as_arrows(x + 1j * y)))
        walked.set_data_3d(*points.T)
        shadow.set_data_3d(*points[:, :2].T, np.full(len(points), self.floor))
        here.set_data_3d(*points[row : row + 1].T)


class Fit(View):
    """Data, and the line that a path has reached, with the residual of each point.

    x, y : arrays of shape (rows,); a path's theta is (slope, intercept).
        Another `y` may come with an update, for that one alone
    names : what the axes are called
    touch : the names of the panel's controls that follow a pointer, across and
        upwards, each None where there is none
    """

    takes = ("step", "y")

    def __init__(self, x, y, names=("$x$", "$y$"), touch=None):
        self.x, self.y, self.names, self.touch = x, y, names, touch
        self.shows = f"{plain(names[0])} → {plain(names[1])}"

    def draw(self, axes):
        self.dots = self.new_line(color=DATA, marker="o", ls="", ms=4, mec="none")
        axes.set(xlabel=self.names[0], xlim=margin(self.x), ylim=margin(self.y))
        axes.set_title(self.names[1], loc="left")

    def new_artists(self, style):
        residuals = self.new_line(color=RESIDUAL, lw=0.6, alpha=0.6)
        return [residuals, self.new_line(color=style["color"], linestyle=style["linestyle"], lw=3)]

    def update(self, paths, step=None, y=None, **others):
        self.heights = self.y if y is None else y
        self.dots.set_data(self.x, self.heights)
        super().update(paths, step)

    def moving(self):
        return [self.dots, *super().moving()]

    def move(self, artists, path, row):
        slope, intercept = drawable(path.theta[row])
        residuals, line = artists
        fitted = slope * self.x + intercept
        residuals.set_data(*apiece(np.stack([[self.x, self.heights], [self.x, fitted]]).transpose(2, 0, 1)))
        ends = np.array(self.axes.get_xlim())
        line.set_data(ends, slope * ends + intercept)


def steps_as_arrows(points):
    """Shaft and head from each point, x + iy, to the next, as one line each, of shape (arrows, 5, 2)."""
    tails, tips = points[:-1], points[1:]
    left, right = tips + 0.25 * (tails - tips) * np.exp([[0.45j], [-0.45j]])
    arrows = np.stack([tails, tips, left, tips, right], axis=-1)
    arrows = arrows[np.isfinite(tips - tails)]
    return np.stack([arrows.real, arrows.imag], axis=-1)


def apiece(lines):
    """The points of lines, shape (lines, points, 2), as those of one with a gap behind each: shape (2, all)."""
    return np.insert(lines, lines.shape[1], np.nan, axis=1).reshape(-1, 2).T


def grid(view, count):
    left, right, bottom, top = view.window
    x, y = np.meshgrid(np.linspace(left, right, count), np.linspace(bottom, top, count))
    return x, y, view.landscape.loss(np.stack([x, y], axis=-1))
