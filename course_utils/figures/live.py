"""Live pictures of paths: drawn once, then updated many times.

A `LiveFigure` is a row of views. Each view draws its background once and then
moves the same few artists. The figure keeps the background's pixels. For a
saved picture the artists are drawn on them. For a panel the pixels are sent
once, and at each update the artists as an SVG that lies above. All views are
given the same thing: `paths`, a dict from a label to what `descend` returned.
"""

import base64
import difflib
import html
import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.style import context
from PIL import Image

from ..formulas import SYMBOLS
from .look import LEGEND, LOOK, SHARP, SHOWN, looks
from .vector import Vector
from .view import View

GHOST = 0.35  # of the strength of what is drawn
LONGEST = 300_000  # characters of an SVG
COLORS = 200  # of a saved picture: a third of the bytes, and the eye sees no difference


class LiveFigure:
    """A row of views of the same paths.

    Parameters
    ----------
    *views : Map, Profile, Surface, Fit, Series, Curve, HeatMap or WorkedStep
        Drawn from left to right.
    size : (float, float)
        Width and height in inches, shown at 96 pixels an inch. 8.8 is what JupyterLab
        shows at 1280 pixels with its file browser open; more would be shrunk.
    widths : sequence of float, or None
        The share of the width that each view has; by default what each
        asks for, so that a Map is as tall as what stands beside it.

    wear : dict from label to a label of STYLES
        Whose look a path of that label has, where it is not its own.

    In a notebook the figure shows itself, as a PNG. It knows no kind of view:
    any object with View as its base is drawn and moved like those above.
    """

    def __init__(self, *views, size=(8.8, 3.8), widths=None, wear=()):
        self.views, self.wear = views, dict(wear)
        self.figure = Figure(figsize=size, dpi=SHOWN * SHARP, layout="constrained")
        self.canvas = FigureCanvasAgg(self.figure)
        self.vector = Vector(*self.pixels, self.figure.dpi)
        self._looks = {}
        with context(LOOK):
            grid = self.figure.add_gridspec(1, len(views), width_ratios=widths or [view.share for view in views])
            for place, view in enumerate(views):
                view.put_on(self.figure.add_subplot(grid[place], projection=view.projection))
        self._lay_out()
        self.update({})

    @property
    def takes(self):
        """The names of what `update` takes beside the paths."""
        return {name for view in self.views for name in view.takes}

    @np.errstate(all="ignore")  # divergence is a lesson, not a fault
    def update(self, paths, **others):
        """Show these paths instead of those shown before.

        paths : Path, list of Paths, or dict from label to Path
            Without labels, each is called after its rule, and where that is the
            same, after what differs in its hyper-parameters. A label in STYLES
            looks as it does there; others get the next of OTHER_STYLES.
        **others : what the views take, such as step, the row to be marked.
        """
        if not isinstance(paths, dict):
            paths = _labelled(paths if isinstance(paths, list) else [paths])
        for path in paths.values():
            path.single()
        self._check(others)
        if paths.keys() - self._looks.keys():
            self._looks = looks(self._looks | paths, self.wear)
            if len(self._looks) > 1:
                self._lay_out()
        for view in self.views:
            view.update({label: (path, self._looks[label]) for label, path in paths.items()}, **others)
        if any(view.background_moved for view in self.views):
            self._freeze()
        self._moving = [artist for view in self.views for artist in view.moving()]
        self.paths, self.others = paths, others
        self.text = "; ".join([" | ".join(view.shows for view in self.views), *map(_summary, paths.items())])

    def _check(self, others):
        takes = sorted(self.takes | set(View.takes))  # a step is taken by all, and marked where it can be
        for name in others:
            if name not in takes:
                near = difflib.get_close_matches(name, takes, n=1, cutoff=0)[0]
                raise TypeError(f"this figure takes no {name!r}: it takes {', '.join(takes)}; did you mean {near}?")
        known = dict.fromkeys(label for view in self.views for label in getattr(view, "curves", ()))
        for label in others.get("curves") or ():
            if label not in known:
                raise ValueError(f"no Curve of this figure has {label!r}: its labels are {', '.join(known)}.")

    def _lay_out(self):
        """Give each view its place, below a legend once there is more than one label to tell apart."""
        with context(LOOK):
            self.figure.legends.clear()
            several = len(self._looks) > 1 and not all(len(view.labels) == 1 for view in self.views)
            named = [several and view.take_names(list(self._looks)) for view in self.views[::-1]]
            if several and not any(named):
                lines = [Line2D([], [], **style, lw=2) for style in self._looks.values()]
                self.figure.legend(lines, list(self._looks), **LEGEND)
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
        self._put_below(self._background)

    def _put_below(self, region):
        """Let these pixels lie below what moves."""
        self._below, self._still = region, None

    def _draw(self):
        """Draw all into the canvas."""
        self.canvas.restore_region(self._below)
        for artist in self._moving:
            artist.draw(self.canvas.get_renderer())

    @property
    def pixels(self):
        """Width and height of the picture."""
        return self.canvas.get_width_height()

    @property
    def shown(self):
        """Width and height at which it is shown, in a browser's pixels: each is several of the picture's."""
        width, height = self.pixels
        return width // SHARP, height // SHARP

    def _image(self):
        return Image.frombuffer("RGBX", self.pixels, self.canvas.buffer_rgba(), "raw", "RGBX", 0, 1)

    def areas(self):
        """Where on the picture a pointer may give values to controls: see `View.area`."""
        return [area for view in self.views if (area := view.area())]

    def keep(self):
        """Leave what is drawn now as a pale ghost below all that comes, until `forget`, or until a view is turned."""
        self.update(self.paths, **self.others)  # an update that failed may have left something else
        self._draw()
        pixels = np.asarray(self.canvas.buffer_rgba())
        drawn = pixels.astype(float)
        self.canvas.restore_region(self._background)
        pixels[:] = pixels + GHOST * (drawn - pixels)
        self._put_below(self.canvas.copy_from_bbox(self.figure.bbox))

    def forget(self):
        """Draw without the ghost that was kept."""
        self.update(self.paths, **self.others)
        self._put_below(self._background)

    def picture(self):
        """The pixels as an image of Pillow."""
        self._draw()
        return self._image().convert("RGB")

    @property
    def still(self):
        """What does not move, as the bytes of a JPEG: the same object for as long as it stays as it is."""
        if self._still is None:
            self.canvas.restore_region(self._below)
            self._still = self._jpeg()
        return self._still

    def _jpeg(self):
        file = io.BytesIO()
        # As it lies in memory, with colours at the pixels that a screen has: half the time of the usual way.
        self._image().save(file, "JPEG", quality=90, subsampling="4:2:0")
        return file.getvalue()

    def frame(self, whole=False):
        """The bytes of an address that holds what moves, an SVG to be laid over `still`.

        whole : the address of a JPEG of all instead, which hides `still`; so are
            thousands of marks, which a browser draws more slowly than it reads pixels
        """
        svg = "" if whole else self.vector.svg(self._moving, SHARP)
        if svg and len(svg) < LONGEST:
            return f"data:image/svg+xml,{svg.replace('#', '%23')}".encode()
        self._draw()
        return b"data:image/jpeg;base64," + base64.b64encode(self._jpeg())

    def _repr_mimebundle_(self, include=None, exclude=None):
        file = io.BytesIO()
        self.picture().quantize(COLORS, dither=0).save(file, "PNG", optimize=True)
        # Text, not bytes: a kernel that runs in the browser does not encode bytes.
        data = {"image/png": base64.b64encode(file.getvalue()).decode(), "text/plain": self.text}
        width, height = self.shown
        return data, {"image/png": {"width": width, "height": height, "alt": self.text}}

    def as_html(self):
        """The picture as an element of a page, whole: for a text that is to hold it."""
        data, about = self._repr_mimebundle_()
        width, text = about["image/png"]["width"], html.escape(self.text)
        return f'<img width="{width}" alt="{text}" src="data:image/png;base64,{data["image/png"]}">'

    def __repr__(self):
        return self.text

    def save(self, name, seconds=5):
        """Write the picture to a file: .png, .svg or .pdf, by the name's ending; to a .gif, the paths as they grow.

        seconds : how long the film of a .gif plays; its last frame stands for two seconds more
        """
        if str(name).lower().endswith(".gif"):
            self._save_film(name, seconds)
        else:
            with context(LOOK):
                self.figure.savefig(name)

    def _save_film(self, name, seconds):
        if not self.paths:
            raise ValueError("this figure shows no path that could grow: update it with one, then save the .gif.")
        if not seconds > 0:
            raise ValueError(f"seconds is {seconds!r}: give a number above 0.")
        paths, others = self.paths, self.others
        steps = max(len(path) for path in paths.values())
        # One palette for all, taken from the full picture: with a palette each, the background would flicker.
        palette = self.picture().quantize(128)
        frames = []
        try:
            for row in np.unique(np.linspace(0, steps, 60).astype(int)):
                self.update({label: path.until(row) for label, path in paths.items()}, **others)
                frames.append(self.picture().quantize(palette=palette, dither=0))
        finally:
            self.update(paths, **others)
        colors, paper = palette.getpalette(), frames[0].getpixel((0, 0))
        colors[3 * paper : 3 * paper + 3] = [255] * 3  # quantizing has taken the nearest colour: it is white again
        for frame in frames:
            frame.putpalette(colors)
        durations = [round(1000 * seconds / len(frames))] * (len(frames) - 1) + [2000]
        frames[0].save(name, save_all=True, append_images=frames[1:], duration=durations, loop=0)


def _labelled(paths):
    """Paths by label: by that of their rule, and by the hyper-parameters that differ where several have the same."""
    named = {}
    for path in paths:
        label = path.label + _differing(path, [one for one in paths if one is not path and one.label == path.label])
        if label in named:
            raise ValueError(f"two paths are both called {label}: give a dict from label to path, to tell them apart.")
        named[label] = path
    return named


def _differing(path, others):
    """Such as ", β = 0.5": the hyper-parameters of a path that any of the others has otherwise."""
    own, *hypers = (getattr(getattr(one, "origin", None), "hyper", {}) for one in [path, *others])
    differ = [name for name in own if any(hyper.get(name) != own[name] for hyper in hypers)]
    return "".join(f", {SYMBOLS.get(name, ('', name))[1]} = {own[name]:.6g}" for name in differ)


def _summary(item):
    label, path = item
    theta = path.theta
    return f"{label}: θ({len(theta) - 1}) = {_point(theta[-1])} from {_point(theta[0])}"


def _point(theta):
    shown = ", ".join("0" if abs(value) < 1e-6 else f"{value:.3g}" for value in theta[:3])
    return f"({shown}{', …' if len(theta) > 3 else ''})"
