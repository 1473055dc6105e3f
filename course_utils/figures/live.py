"""Live pictures of paths: drawn once, then updated many times.

A `LiveFigure` is a row of views. Each view draws its background once and then
moves the same few artists; the figure keeps the background's pixels, so an
update costs about a millisecond. All views are given the same thing: `paths`,
a dict from a label to what `descend` returned.
"""

import base64
import difflib
import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.style import context
from PIL import Image

from ..formulas import SYMBOLS
from .charts import Curve
from .look import DPI, LOOK, OTHER_STYLES, STYLES, TIGHT
from .view import View


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
