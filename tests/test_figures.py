"""Live figures: what their artists hold, what the picture shows, what a notebook is handed."""

import base64
import functools
import gc
import io
import itertools
import subprocess
import sys
import weakref
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from course_utils import NAMES, Path, adagrad, adam, descend, gradient_descent, momentum, rmsprop
from course_utils.figures import (
    OTHER_STYLES,
    STYLES,
    Bars,
    Cloud,
    Curve,
    Dots,
    Fit,
    GroundMap,
    HeatMap,
    LiveFigure,
    Map,
    Profile,
    Series,
    StepMap,
    Surface,
    View,
    WorkedStep,
    loss_by_direction,
    loss_curve,
)
from course_utils.figures.names import Stamp, apart, wrapped
from course_utils.formulas import worked_step
from course_utils.problems import (
    Landscape,
    LinearRegression,
    bowl,
    rosenbrock,
    round_bowl,
    saddle,
    valleys,
    wavy,
)

pytestmark = pytest.mark.filterwarnings("error")

X = np.linspace(-3, 3, 25)
Y = X + np.cos(5 * X)
ADAM = STYLES["Adam"]
LR = ("lr", r"$\eta$", np.logspace(-3, 0, 7))
BETA = ("beta1", r"$\beta_1$", np.linspace(0, 1, 5))


class Case(NamedTuple):
    make: Callable  # () -> view
    shown: Callable | None = None  # path -> what the view's line must hold, shape (points, 2 or 3)
    line: int = 0  # its place among the artists of a label
    landscape: Landscape = bowl  # where the paths walk


def series(values):
    return np.column_stack([np.arange(len(values)), values])


def line_ends(path):
    ends = np.array([X.min(), X.max()]) + np.ptp(X) * np.array([-0.05, 0.05])
    return np.column_stack([ends, path.theta[-1, 0] * ends + path.theta[-1, 1]])


def first_theta():
    return Series(lambda path: path.theta[:, 0], r"$\theta_1$", 20, (-6, 6))


CASES = {
    "Map": Case(lambda: Map(bowl), lambda path: path.theta),
    "GroundMap": Case(lambda: GroundMap({"bowl": bowl, "saddle": saddle}), lambda path: path.theta),
    "StepMap": Case(lambda: StepMap(bowl), lambda path: path.theta),
    "Cloud": Case(lambda: Cloud(bowl), lambda path: path.theta),
    "Profile": Case(lambda: Profile(wavy), lambda path: np.c_[path.theta, wavy.loss(path.theta)], 0, wavy),
    "Surface": Case(lambda: Surface(bowl), lambda path: np.c_[path.theta, bowl.loss(path.theta)], 1),
    "Fit": Case(lambda: Fit(X, Y), line_ends, 1),
    "Series": Case(first_theta, lambda path: series(path.theta[:, 0])),
    "loss_curve": Case(lambda: loss_curve(bowl, 20), lambda path: series(bowl.loss(path.theta))),
    "HeatMap": Case(lambda: HeatMap(LR, BETA, "$L$", (1e-6, 1), log="x")),
    "WorkedStep": Case(lambda: WorkedStep(worked_step)),
}
LINES = {name: case for name, case in CASES.items() if case.shown}

every_view = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
every_line = pytest.mark.parametrize("case", LINES.values(), ids=LINES)


def walk(case, lr=0.1, steps=12):
    return descend(adam, case.landscape.grad, case.landscape.start, steps, lr=lr)


def points(case, *thetas):
    """A path through these points, of as many parameters as the case has."""
    return Path(theta=np.array(thetas, dtype=float)[:, : len(case.landscape.start)])


def fresh(paths, case, **others):
    """A new figure that shows these paths."""
    figure = LiveFigure(case.make(), size=(4, 3))
    figure.update(paths, **others)
    return figure


@functools.cache
def kept(labels, case):
    return fresh(dict.fromkeys(labels, walk(case, steps=2)), case)


def shown(paths, case, **others):
    """A figure that shows these paths; the next call with the same labels and case updates the same one."""
    figure = kept(tuple(paths), case)
    figure.update(paths, **others)
    return figure


def pixels(figure):
    return np.array(figure.picture().convert("RGB")).astype(int)


def without_words(figure):
    """The pixels of a figure without the words on where a path has left."""
    for stamp in figure.figure.findobj(Stamp):
        stamp.set_visible(False)
    return pixels(figure)


def drawn(paths, case, **others):
    return pixels(shown(paths, case, **others))


def line(label, figure, case):
    return figure.views[0].artists[label][case.line]


def held(artist):
    return np.column_stack(artist.get_data_3d() if hasattr(artist, "get_data_3d") else artist.get_data())


def amount(picture, color):
    """How many pixels are of this colour, nearly."""
    return (np.abs(picture - 255 * np.array(to_rgb(color))).max(axis=-1) < 20).sum()


# --- the artists hold the paths


@every_line
def test_each_line_holds_its_path(case):
    paths = {"Adam": walk(case), "my rule": walk(case, lr=0.05, steps=7)}
    figure = shown(paths, case)
    for label, path in paths.items():
        np.testing.assert_allclose(held(line(label, figure, case)), case.shown(path), rtol=1e-12)


@pytest.mark.parametrize("name", ["Map", "Series", "Surface", "Fit"])
def test_each_line_looks_like_its_optimizer(name):
    figure = shown(dict.fromkeys(STYLES, walk(CASES[name])), CASES[name])
    for label, style in STYLES.items():
        artist = line(label, figure, CASES[name])
        assert artist.get_color() == style["color"]
        if name != "Fit":  # a fitted line has no steps to mark
            assert artist.get_marker() == style["marker"]
        if name != "Surface":  # whose arrows are solid
            (looks_like,) = (
                shown({}, CASES[name]).views[0].axes.plot([], [], linestyle=style["linestyle"], lw=artist.get_lw())
            )
            assert artist._dash_pattern == looks_like._dash_pattern


@every_line
def test_a_path_shows_in_its_color(case):
    assert amount(drawn({"Adam": walk(case)}, case), ADAM["color"]) > amount(drawn({}, case), ADAM["color"]) + 30


def crosses(view):
    lines = [artist for artist in view.moving() if isinstance(artist, Line2D)]
    return [artist.get_xydata().tolist() for artist in lines if artist.get_marker() == "+"]


def test_a_map_has_a_cross_at_the_minimum_and_none_where_there_is_no_minimum():
    assert crosses(LiveFigure(Map(rosenbrock), size=(5, 4)).views[0]) == [[[1.0, 1.0]]]
    assert crosses(LiveFigure(Map(saddle), size=(5, 4)).views[0]) == []


def test_a_ground_that_is_chosen_looks_as_it_does_on_a_map_of_its_own():
    # Of one window: a figure keeps the place of its axes, which depends on the numbers beside them.
    figure = LiveFigure(GroundMap({"saddle": saddle, "valleys": valleys}, names=("a", "b")), size=(4, 4))
    path = descend(adam, valleys.grad, valleys.start, 12, lr=0.1)
    figure.update(path, ground="valleys")
    alone = LiveFigure(Map(valleys, names=("a", "b")), size=(4, 4))
    alone.update(path)
    np.testing.assert_array_equal(pixels(figure), pixels(alone))
    assert figure.views[0].loss(path)[-1] == valleys.loss(path.theta[-1])


def test_the_cross_lies_above_the_paths():
    figure = shown({"Adam": walk(CASES["Map"])}, CASES["Map"])
    assert figure.views[0].moving()[-1].get_marker() == "+"


@pytest.mark.parametrize("window", [(-6, 3, -3, 3), (-1, 1, -4, 4)])
def test_a_circle_is_a_circle_on_a_map(window):
    for equal in (True, False):
        view = Map(bowl, window=window, equal=equal)
        LiveFigure(view)
        across, up = np.diff(view.axes.transData.transform([(0, 0), (1, 1)]), axis=0)[0]
        assert (across == pytest.approx(up)) == equal


def test_a_map_is_darkest_where_the_loss_is_greatest():
    picture, axes = drawn({}, CASES["Map"]), kept((), CASES["Map"]).views[0].axes

    def lightness(*theta):
        x, y = axes.transData.transform(theta).astype(int)
        return picture[-y - 4 : -y + 2, x - 3 : x + 3].mean()

    assert lightness(1.5, 0.1) > lightness(-3, 1) > lightness(-5, 2.5)


def test_a_window_belongs_to_its_picture():
    near, far = (-1, 1, -2, 2), (-60, 30, -30, 30)
    figure = LiveFigure(Map(bowl, window=near), Map(bowl, window=far), Surface(bowl, window=near), Map(bowl))
    shown = [(*view.axes.get_xlim(), *view.axes.get_ylim()) for view in figure.views]
    assert shown == [near, far, near, bowl.window]
    assert LiveFigure(Profile(wavy, window=(0, 2)), size=(4, 3)).views[0].axes.get_xlim() == (0, 2)


def test_a_model_has_pictures_too():
    model, window = LinearRegression(X, Y), (-2, 2, -3, 3)
    figure = LiveFigure(Map(model, window=window), Surface(model, window=window), loss_curve(model, 5), size=(9, 3))
    figure.update(descend(gradient_descent, model.grad, (1, 2), 5, lr=0.1))
    np.testing.assert_array_equal(crosses(figure.views[0])[:1], [[model.minimum]])
    np.testing.assert_allclose(figure.views[1].artists["gradient descent"][1].get_data_3d()[2][0], model.loss((1, 2)))


@pytest.mark.parametrize("view", [Map, Surface])
@pytest.mark.parametrize("options", [{}, {"window": (0, 1)}])
def test_a_picture_of_a_model_says_when_it_needs_a_window(view, options):
    needs = rf"^a {view.__name__} needs a window of 4 numbers: add window=\(left, right, bottom, top\)\.$"
    with pytest.raises(ValueError, match=needs):
        view(LinearRegression(X, Y), **options)


def test_a_profile_shows_one_parameter():
    with pytest.raises(ValueError, match=r"^a Profile needs a window of 2 numbers: add window=\(left, right\)\.$"):
        Profile(bowl)


def test_a_profile_is_the_loss():
    curve = shown({}, CASES["Profile"]).views[0].axes.lines[0].get_xydata()
    np.testing.assert_allclose(curve[:, 1], wavy.loss(curve[:, :1]))
    assert (curve[0, 0], curve[-1, 0]) == wavy.window


def apart_at_gaps(line):
    """The lines that one with gaps is made of, of shape (lines, points, 2)."""
    points = held(line)
    return points[np.isfinite(points).all(axis=1)].reshape(np.isnan(points[:, 0]).sum(), -1, 2)


def test_fit_draws_the_residual_of_each_point():
    figure = shown({"Adam": Path(theta=np.array([[0.0, 0.0], [0.5, -1.0]]))}, CASES["Fit"])
    segments = apart_at_gaps(figure.views[0].artists["Adam"][0])
    np.testing.assert_allclose(segments[:, 0], np.c_[X, Y])
    np.testing.assert_allclose(segments[:, 1], np.c_[X, 0.5 * X - 1])


def test_a_fit_shows_other_data_for_one_update():
    figure, line = LiveFigure(Fit(X, Y), size=(4, 3)), Path(theta=np.array([[0.5, -1.0]]))
    for given, heights in (({"y": Y + 1}, Y + 1), ({}, Y)):
        figure.update({"Adam": line}, **given)
        segments = apart_at_gaps(figure.views[0].artists["Adam"][0])
        np.testing.assert_array_equal(segments[:, 0], np.c_[X, heights])
        np.testing.assert_array_equal(held(figure.views[0].dots), np.c_[X, heights])


def test_a_pointer_on_a_fit_gives_its_height_to_a_control():
    (area,) = LiveFigure(Fit(X, Y, touch=(None, "height"))).areas()
    assert area["x"] is None and area["y"]["name"] == "height"
    assert (area["y"]["low"], area["y"]["high"]) == pytest.approx(Y.min() + np.ptp(Y) * np.array([-0.05, 1.05]))
    assert not LiveFigure(Fit(X, Y)).areas()


def test_a_series_may_have_parts():
    view = Series(lambda path: path.theta, r"$\theta$", 20, (-6, 6), parts=(r"$\theta_1$", r"$\theta_2$"))
    figure = LiveFigure(view)
    path = walk(CASES["Map"])
    figure.update({"Adam": path})
    for place in (0, 1):
        np.testing.assert_array_equal(held(view.artists["Adam"][place]), series(path.theta[:, place]))
    assert list(view.beside.stamps) == [r"$\theta_1$", r"$\theta_2$"]
    first, second = view.artists["Adam"][:2]
    assert first.get_markerfacecolor() != second.get_markerfacecolor()
    ends = [line.get_ydata()[-1] for line in (first, second)]
    tops = [stamp.get_position()[1] for stamp in view.beside.stamps.values()]
    assert np.argmax(ends) == np.argmax(tops), "each stands at its line's end"


def test_surface_draws_an_arrow_for_each_step():
    case = CASES["Surface"]
    here, there = (-5, 1), (0, 1)
    paths = [(here, (np.nan, np.nan), there), (here, there), (here, there, (0, -2))]
    marks, one, two = (amount(drawn({"Adam": points(case, *path)}, case), ADAM["color"]) for path in paths)
    assert marks + 30 < one < two - 30


@pytest.mark.parametrize("azimuth", [-140, -60])
def test_surface_draws_its_arrows_from_mark_to_mark(azimuth):
    case = CASES["Surface"]
    figure = fresh({"Adam": walk(case, steps=5, lr=1)}, case, azimuth=azimuth)
    arrows, marks, *_ = figure.views[0].artists["Adam"]
    marks.draw(figure.canvas.get_renderer())  # puts the projected points into the line
    ends = np.column_stack(marks.get_data(orig=False))
    for arrow, (tail, tip) in zip(apart_at_gaps(arrows), itertools.pairwise(ends), strict=True):
        start, end, *head = arrow
        np.testing.assert_allclose([start, end], [tail, tip], atol=1e-9)
        near_tip = np.linalg.norm(head - tip, axis=1) < 0.5 * np.linalg.norm(tip - tail)
        assert len(head) >= 2 and near_tip.all(), "the head is at the tip"


# --- an update moves what is there


@every_view
def test_an_update_keeps_the_artists(case):
    figure = shown({"Adam": walk(case)}, case)
    before = figure.views[0].moving()
    figure.update({"Adam": walk(case, lr=0.3, steps=5)})
    for old, new in zip(before, figure.views[0].moving(), strict=True):
        assert old is new
    if case.shown:
        expected = case.shown(walk(case, lr=0.3, steps=5))
        np.testing.assert_allclose(held(line("Adam", figure, case)), expected, rtol=1e-12)


@every_view
def test_an_updated_picture_equals_a_fresh_one(case):
    earlier, later = {"Adam": walk(case, lr=0.4, steps=20)}, {"Adam": walk(case)}
    assert not np.array_equal(drawn(earlier, case), drawn(later, case))
    np.testing.assert_array_equal(drawn(later, case), pixels(fresh(later, case)))


@pytest.mark.parametrize("name", ["Map", "Surface", "WorkedStep"])
def test_a_label_may_come_later(name):
    case = CASES[name]
    paths = {"Adam": walk(case), "my rule": walk(case, lr=0.3)}
    figure = fresh({"Adam": walk(case, steps=2)}, case)
    figure.update(paths)
    np.testing.assert_array_equal(pixels(figure), drawn(paths, case))


@every_view
def test_a_path_that_has_gone_is_no_longer_drawn(case):
    paths = {"Adam": walk(case), "my rule": walk(case, lr=0.3)}
    figure = shown(paths, case)
    both = pixels(figure)
    figure.update({"my rule": paths["my rule"]})
    (view,) = figure.views
    assert not set(view.artists["Adam"]) & set(view.moving())
    assert not np.array_equal(pixels(figure), both)
    figure.update(paths)
    np.testing.assert_array_equal(pixels(figure), both)


@every_view
def test_without_paths_only_the_background_is_drawn(case):
    background = drawn({}, case)
    figure = shown({"Adam": walk(case)}, case)
    assert not np.array_equal(pixels(figure), background)
    figure.update({})
    np.testing.assert_array_equal(pixels(figure), background)


@pytest.fixture
def draws(monkeypatch):
    """Counts how often a background is drawn anew."""
    counted = []
    original = FigureCanvasAgg.draw
    monkeypatch.setattr(FigureCanvasAgg, "draw", lambda canvas: (counted.append(canvas), original(canvas)))
    return counted


@every_view
def test_an_update_does_not_draw_the_background_anew(case, draws):
    figure = shown({"Adam": walk(case), "my rule": walk(case)}, case, step=2)
    draws.clear()
    figure.update({"Adam": walk(case, lr=0.3)}, step=3)
    figure.update({"my rule": walk(case), "Adam": walk(case)})
    assert draws == []


def test_a_picture_taken_is_not_changed_by_the_next_update():
    figure = shown({"Adam": walk(CASES["Map"])}, CASES["Map"])
    picture = figure.picture()
    before = picture.tobytes()
    figure.update({"Adam": walk(CASES["Map"], lr=0.4)})
    assert picture.tobytes() == before


def test_a_path_without_a_label_is_called_after_its_rule():
    figure = LiveFigure(Map(bowl), size=(4, 3))
    paths = [descend(rule, bowl.grad, bowl.start, 1) for rule in (adam, momentum)]
    figure.update(paths[0])
    assert list(figure.views[0].artists) == ["Adam"]
    figure.update(paths)
    assert list(figure.views[0].artists) == ["Adam", "momentum"]
    figure.update(Path(theta=np.zeros((1, 2))))
    assert list(figure.views[0].artists) == ["Adam", "momentum", "θ"]


def test_views_share_the_width_as_asked():
    left, right = (view.axes.get_position().width for view in LiveFigure(Map(bowl), Map(bowl), widths=(2, 1)).views)
    assert left == pytest.approx(2 * right, rel=0.2)


def test_a_figure_knows_what_it_takes():
    assert shown({}, CASES["Surface"]).takes == {"step", "elevation", "azimuth"}
    assert LiveFigure(first_theta(), curve_view(), size=(4, 3)).takes == {"step", "curves"}


def test_a_view_of_ones_own_says_where_its_paths_go():
    class Squares(View):
        shows = "squares"

        def draw(self, axes):
            axes.set(xlim=(0, 40), ylim=(0, 10))

        def points(self, path):
            return path.theta**2

    figure, path = LiveFigure(Squares(), loss_curve(bowl, 20)), walk(CASES["Map"])
    background = pixels(figure)
    figure.update(path, step=3)
    walked, here, _ = figure.views[0].artists["Adam"]
    np.testing.assert_array_equal(held(walked), path.theta**2)
    np.testing.assert_array_equal(held(here), path.theta[[3]] ** 2)
    assert not np.array_equal(pixels(figure), background) and figure.text.startswith("squares | L over t; Adam")


# --- one step is marked


@pytest.mark.parametrize("name", ["Map", "Profile", "Surface"])
def test_one_point_of_a_path_is_marked(name):
    case = CASES[name]
    path = walk(case)
    for step, row in ((None, 12), (0, 0), (5, 5), (99, 12)):
        figure = shown({"Adam": path}, case, step=step)
        here = figure.views[0].artists["Adam"][case.line + 1]
        np.testing.assert_allclose(held(here), case.shown(path)[[row]], rtol=1e-12)
        assert here.get_markersize() > line("Adam", figure, case).get_markersize()


def test_a_fit_is_shown_at_the_step():
    case, path = CASES["Fit"], walk(CASES["Fit"])
    at_five = drawn({"Adam": path}, case, step=5)
    np.testing.assert_array_equal(at_five, drawn({"Adam": path.until(5)}, case))
    assert not np.array_equal(at_five, drawn({"Adam": path}, case))


def test_a_series_has_a_line_at_the_step_and_none_at_the_end():
    case = CASES["Series"]
    here = shown({"Adam": walk(case)}, case, step=5).views[0].artists["Adam"][-1]
    assert set(here.get_xdata()) == {5} and here.get_visible()
    for step in (None, 12, 99):
        shown({"Adam": walk(case)}, case, step=step)
        assert not here.get_visible()


def test_a_worked_step_writes_the_lines_of_its_step():
    case, path = CASES["WorkedStep"], walk(CASES["WorkedStep"])
    for step, row in ((3, 3), (0, 0), (None, 12)):
        artists = shown({"Adam": path}, case, step=step).views[0].artists["Adam"]
        written = [artist.get_text() for artist in artists]
        lines = worked_step(path, row)
        assert written == lines + [""] * (len(artists) - len(lines))


# --- other views


def test_a_surface_turns(draws):
    case = CASES["Surface"]
    path = {"Adam": walk(case)}
    figure = fresh(path, case, azimuth=-60, elevation=50)
    axes = figure.views[0].axes
    assert (axes.azim, axes.elev) == (-60, 50)
    turned = pixels(figure)
    draws.clear()
    figure.update(path, azimuth=-60, elevation=50)
    figure.update(path)
    assert not draws and np.array_equal(pixels(figure), turned), "it stands as it was turned"
    figure.update(path, azimuth=0)
    assert (axes.azim, axes.elev) == (0, 50)
    draws.clear()
    figure.update(path, azimuth=-140, elevation=30)
    assert len(draws) == 1
    np.testing.assert_array_equal(pixels(figure), drawn(path, case))
    assert not np.array_equal(pixels(figure), turned)


def test_a_heat_map_has_a_cell_for_each_pair_and_a_cross_at_the_path():
    case = CASES["HeatMap"]
    grid = np.full((5, 7), 1e-6)
    grid[3, 2] = 1.0
    grid[0, 0], grid[0, 1], grid[4, 6] = np.nan, np.inf, 2.0
    figure = shown({"Adam": walk(case, lr=0.1)}, case, grid=grid)
    (view,) = figure.views
    picture = pixels(figure)

    def color(column, row):
        x, y = view.axes.transData.transform((LR[2][column], BETA[2][row])).astype(int)
        return tuple(picture[-y - 1, x])

    usual = color(5, 1)
    assert color(3, 2) == color(0, 3) == usual and color(2, 3) != usual
    grey = {color(0, 0), color(1, 0), color(6, 4)}
    assert len(grey) == 1 and len(set(*grey)) == 1, "what is not finite, or above the window, is grey"
    np.testing.assert_allclose(held(view.artists["Adam"][0]), [[0.1, 0.9]])
    figure.update({}, grid=np.full((5, 7), 1e-6))
    assert view.mesh.get_array().max() == 1e-6


def curve_view(**options):
    names = (r"$\eta$", "$L$")
    return Curve(LR[2], {"Adam": LR[2] ** 2, "mine": 1 / LR[2]}, names, log="xy", marks={"limit": 0.5}, **options)


def test_a_curve_holds_its_numbers():
    view = curve_view()
    figure = LiveFigure(view, size=(4, 3))
    (one,), (other,) = view.artists.values()
    np.testing.assert_array_equal(one.get_xydata(), np.c_[LR[2], LR[2] ** 2])
    np.testing.assert_array_equal(other.get_xydata(), np.c_[LR[2], 1 / LR[2]])
    assert (one.get_color(), one.get_marker()) == (ADAM["color"], ADAM["marker"])
    assert other.get_color() == OTHER_STYLES[0]["color"]
    assert [set(line.get_xdata()) for line in view.axes.lines if line not in (one, other)] == [{0.5}]
    assert (view.axes.get_xscale(), view.axes.get_yscale()) == ("log", "log")
    assert list(view.beside.stamps) == ["Adam", "mine"] and "limit" in [text.get_text() for text in view.axes.texts]
    assert amount(pixels(figure), ADAM["color"]) > 100


def test_the_thick_curve_is_thicker_than_the_others():
    view = curve_view(thick="mine")
    LiveFigure(view, size=(4, 3))
    (one,), (other,) = view.artists.values()
    assert other.get_linewidth() > 2 * one.get_linewidth() and other.get_marker() == ""


def test_other_curves_may_come_later(draws):
    figure = LiveFigure(curve_view(window=(1e-6, 1e3)), size=(4, 3))
    first = pixels(figure)
    draws.clear()
    later = LR[2].copy()
    later[3:] = [np.nan, np.inf, 1e300, 0]
    figure.update({}, curves={"mine": later})
    (line,) = figure.views[0].artists["mine"]
    np.testing.assert_array_equal(line.get_ydata(), [*LR[2][:3], np.nan, np.nan, np.nan, 0])
    assert not draws and not np.array_equal(pixels(figure), first)
    figure.update({})
    np.testing.assert_array_equal(line.get_ydata()[:3], LR[2][:3])
    figure.update({}, curves={"Adam": LR[2] ** 2, "mine": 1 / LR[2]})
    np.testing.assert_array_equal(pixels(figure), first)
    figure.update({}, curves={"mine": np.full(7, np.nan)})
    color = OTHER_STYLES[0]["color"]
    assert amount(pixels(figure), color) < amount(first, color) / 2, "the first curve is still there"


def test_a_curve_has_room_for_numbers_that_come_later():
    view = Curve(LR[2], {"Adam": np.full(7, np.nan)}, (r"$\eta$", "$L$"), log="x", window=(0, 1))
    LiveFigure(view, size=(4, 3))
    left, right = view.axes.get_xlim()
    assert left < LR[2].min() < LR[2].max() < right
    assert view.axes.get_ylim() == (0, 1)


def test_a_cloud_is_where_it_is_said_to_be_and_its_ellipse_two_deviations_wide():
    view = Cloud(bowl)
    figure = LiveFigure(view, size=(5, 4))
    walkers = np.random.default_rng(0).normal((-2, 1), (0.5, 0.25), (1000, 2))
    figure.update({}, cloud=walkers, expected=((-2, 1), (0.5, 0.25)))
    np.testing.assert_array_equal(held(view.dots), walkers)
    ellipse = held(view.ellipse)
    np.testing.assert_allclose([ellipse.min(axis=0), ellipse.max(axis=0)], [(-3, 0.5), (-1, 1.5)], atol=2e-3)
    inside = (((walkers - (-2, 1)) / (1, 0.5)) ** 2).sum(axis=1) < 1
    assert inside.mean() == pytest.approx(1 - np.exp(-2), abs=0.03), "86 %, as its docstring says"
    figure.update({})
    assert not len(held(view.dots)) and not np.isfinite(held(view.ellipse)).any()


@pytest.mark.parametrize("rule", [gradient_descent, momentum, adam])
def test_the_arrows_of_a_step_are_its_gradient_its_memory_and_itself(rule):
    view = StepMap(bowl)
    figure, path = LiveFigure(view), descend(rule, bowl.grad, bowl.start, 9, lr=0.1)
    figure.update(path, step=4)
    against_g, against_m, step = (held(artist)[:2] for artist in view.artists[path.label][-3:])
    before, after = path.theta[3:5]
    np.testing.assert_allclose(step, [before, after])
    g = bowl.grad(before)
    shaft = np.diff(against_g, axis=0)[0]
    np.testing.assert_allclose(shaft / np.linalg.norm(shaft), -g / np.linalg.norm(g))
    if rule is gradient_descent:
        assert not len(against_m)
    else:
        m = path.m_hat[4] if rule is adam else path.m[4]
        np.testing.assert_allclose(np.diff(against_m, axis=0)[0] / shaft, m / g, err_msg="one scale for both")
    figure.update(path, step=0)
    assert not any(len(held(artist)) for artist in view.artists[path.label][-3:])


def test_each_axis_of_a_bowl_falls_on_its_own_straight_line():
    view = loss_by_direction(bowl, 30, (1e-30, 1e2))
    LiveFigure(view).update(descend(gradient_descent, bowl.grad, bowl.start, 30, lr=0.1))
    for line, curvature, start in zip(view.artists["gradient descent"], (0.2, 4), (2.5, 8), strict=False):
        expected = start * (1 - 0.1 * curvature) ** (2 * np.arange(31))
        np.testing.assert_allclose(line.get_ydata(), expected, rtol=1e-9)
    assert list(view.beside.stamps) == ["λ = 0.2", "λ = 4"]


def test_bars_begin_at_zero_or_where_they_are_told_and_say_their_numbers():
    view = Bars({"gradient descent": 1001, "mine": (100, 400)}, "steps")
    figure = LiveFigure(view, size=(5, 2))
    assert [(bar.get_x(), bar.get_width()) for bar in view.axes.patches] == [(0, 1001), (100, 300)]
    assert [text.get_text() for text in view.axes.texts] == [" 1001", " 100 to 400"]
    assert figure.text == "gradient descent: 1001; mine: 100 to 400"
    assert to_rgb(view.axes.patches[0].get_facecolor()) == to_rgb("black")


def test_each_number_is_a_dot_in_the_row_of_its_kind_with_a_stroke_at_their_median():
    kinds = {"Adam": np.array([1, 3, 100]), "momentum": np.array([2, 4])}
    view = Dots({"bowl": kinds, "saddle": kinds}, "loss $L$", log=True)
    figure = LiveFigure(view)
    drawn = [(*line.get_xdata(), line.get_ydata()[0], line.get_color()) for line in view.axes.lines]
    colors = [STYLES[label]["color"] for label in kinds]
    assert drawn[:4] == [(3, 0, colors[0]), (1, 3, 100, 0, colors[0]), (3, 1, colors[1]), (2, 4, 1, colors[1])]
    assert [row for *_, row, _ in drawn[::2]] == [0, 1, 3, 4], "there is room between the grounds"
    assert [text.get_text() for text in view.axes.get_legend().texts] == list(kinds)
    assert view.axes.get_yticks().tolist() == [0.5, 3.5]
    assert (figure.text, view.axes.get_xscale()) == ("loss L: bowl, saddle", "log")


def test_rows_of_dots_that_are_kinds_themselves_need_no_legend():
    view = Dots({"Adam": np.arange(3), "mine": np.arange(3)}, "loss")
    LiveFigure(view)
    assert view.axes.get_legend() is None
    assert [text.get_text() for text in view.axes.get_yticklabels()] == ["Adam", "mine"]


@pytest.mark.parametrize(("end", "between"), [(1, True), (1000, False)])
def test_a_short_logarithmic_axis_of_dots_has_numbers_between_the_powers_of_ten(end, between):
    view = Dots({"Adam": np.array([0.1, end])}, "loss", log=True)
    LiveFigure(view)
    assert ("0.2" in [text.get_text() for text in view.axes.get_xticklabels()]) is between


def test_a_path_may_wear_the_look_of_an_optimizer():
    first, second = Map(bowl).showing("straight"), Map(bowl).showing("turned")
    figure = LiveFigure(first, second, wear={"straight": "Adam", "turned": "Adam"})
    figure.update({"straight": walk(CASES["Map"]), "turned": walk(CASES["Map"])})
    assert {view.artists[label][0].get_color() for view, label in ((first, "straight"), (second, "turned"))} == {
        ADAM["color"]
    }
    assert legend_texts(figure) == [], "each view has one path, which it is made for"


def test_a_view_may_show_some_of_the_paths():
    first, second = Map(bowl).showing("one"), Map(bowl).showing("two", "one")
    LiveFigure(first, second).update({"one": walk(CASES["Map"]), "two": walk(CASES["Map"])})
    assert (list(first.artists), list(second.artists)) == (["one"], ["two", "one"])


def test_a_series_has_its_marks():
    view = Series(lambda path: path.theta[:, 0], "$L$", 20, (0, 6), marks={"limit": 2})
    LiveFigure(view, size=(4, 3))
    assert [set(line.get_ydata()) for line in view.axes.lines] == [{2}]
    assert [text.get_text() for text in view.axes.texts] == ["limit"]


# --- the legend


def legend_texts(figure):
    return [text.get_text() for legend in figure.figure.legends for text in legend.get_texts()]


def test_one_label_needs_no_legend():
    assert legend_texts(shown({"Adam": walk(CASES["Map"])}, CASES["Map"])) == []


@pytest.mark.parametrize("name", ["Map", "Surface"])
def test_a_second_label_brings_a_legend(name):
    case = CASES[name]
    figure = shown({"Adam": walk(case), "my rule": walk(case)}, case)
    assert legend_texts(figure) == ["Adam", "my rule"]
    (legend,) = figure.figure.legends
    for artist, style in zip(legend.get_lines(), (ADAM, OTHER_STYLES[0]), strict=True):
        assert (artist.get_color(), artist.get_marker()) == (style["color"], style["marker"])
    box = legend.get_window_extent()
    top = pixels(figure)[: int(box.height), int(box.x0) : int(box.x1)]
    assert top.min() < 100, "the legend is not in the picture"


def test_more_labels_stand_in_the_same_legend():
    case, names = CASES["Map"], ["Adam", "my rule", "momentum"]
    figure = fresh(dict.fromkeys(names[:2], walk(case)), case)
    figure.update(dict.fromkeys(names, walk(case)))
    assert legend_texts(figure) == names


def test_other_labels_get_styles_in_the_order_of_their_appearance():
    case, names = CASES["Map"], ["one", "Adam", "two", "three", "four"]
    figure = shown(dict.fromkeys(names, walk(case)), case)
    colors = [line(name, figure, case).get_color() for name in names if name != "Adam"]
    assert colors == [style["color"] for style in OTHER_STYLES]


# --- divergence: what is finite is drawn, in silence


@every_line
@pytest.mark.parametrize("far", [1e300, -1e300, np.inf, -np.inf, np.nan])
def test_a_point_that_cannot_be_drawn_is_left_out(case, far):
    finite = (-5, -2), (-4, 1)
    whole, near = points(case, *finite, (far, far), (far, 0)), points(case, *finite)
    np.testing.assert_array_equal(
        without_words(shown({"Adam": whole}, case, step=0)), drawn({"Adam": near}, case, step=0)
    )


@pytest.mark.parametrize("beyond", [(0, 9), (40, 0), (-5, -1e300), (np.nan, 0), (np.inf, np.inf)])
def test_a_map_says_at_which_step_a_path_has_left_it_for_good(beyond):
    case, out = CASES["Map"], (-20, 0)
    back_again = points(case, (-5, 0), out, (-4, 0), (-3, 1), beyond, out)
    picture = shown({"Adam": back_again}, case)
    *_, said = picture.views[0].artists["Adam"]
    assert said.get_text() == "t = 4"
    box, (x, top) = picture.views[0].axes.bbox, said.get_position()
    height, width = said.size(picture.figure.dpi)
    assert box.x0 <= x and x + width <= box.x1 and box.y0 <= top - height and top <= box.y1, "it is in the picture"
    shown({"Adam": points(case, (-5, 0), out, (-4, 0))}, case)
    assert said.get_text() == "", "it has come back"


def test_between_two_points_outside_of_a_map_nothing_is_drawn():
    case = CASES["Map"]
    across = points(case, (-5, 1), (-20, 1), (20, 0), (-20, 0), (-5, -1))
    nothing, some = drawn({}, case), drawn({"Adam": across}, case)
    row = shown({}, case).views[0].axes.transData.transform((-1, 0))[1]
    middle = slice(nothing.shape[1] // 2, None)
    at = nothing.shape[0] - int(row)
    np.testing.assert_array_equal(some[at - 40 : at + 40, middle], nothing[at - 40 : at + 40, middle])


def test_a_path_is_pale_where_it_begins_and_full_where_it_ends():
    case = CASES["Map"]
    across = np.column_stack([np.linspace(-5.5, 2.5, 9), np.full(9, 2.5)])
    figure = shown({"Adam": points(case, *across)}, case)
    picture, axes = pixels(figure), figure.views[0].axes

    def blue(step):
        """How blue the line is in the middle of a step: Adam's colour has no blue, white has 255."""
        column, row = axes.transData.transform(across[step - 1 : step + 1].mean(axis=0)).astype(int)
        return picture[len(picture) - row - 12 : len(picture) - row + 12, column, 2].min()

    assert blue(1) > blue(4) + 20 > blue(8) + 40


def test_names_stand_apart_and_in_the_order_of_their_lines():
    tops = apart(np.array([50.0, 52, 51, 90, 3]), np.full(5, 10.0), 0, 100)
    assert list(np.argsort(tops)) == [4, 0, 2, 1, 3]
    assert (np.diff(np.sort(tops)) >= 10 - 1e-9).all() and tops.min() >= 10 and tops.max() <= 100
    np.testing.assert_array_equal(apart(np.array([20.0, 60]), np.full(2, 10.0), 0, 100), [20, 60])


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("Adam", ["Adam"]),
        ("gradient descent", ["gradient", "descent"]),
        ("momentum, β = 0.5", ["momentum", "β\u00a0=\u00a00.5"]),
    ],
)
def test_a_name_is_broken_where_it_may_be(label, lines):
    assert wrapped(label).split("\n") == lines


def test_the_lines_of_a_series_are_named_at_their_ends_and_need_no_legend():
    figure = LiveFigure(Map(bowl), loss_curve(bowl, 12))
    paths = {"Adam": walk(CASES["Map"]), "my rule": walk(CASES["Map"], lr=0.4)}
    figure.update(paths)
    assert legend_texts(figure) == []
    view = figure.views[1]
    stamps = view.beside.stamps
    assert list(stamps) == ["Adam", "my rule"]
    assert [stamp.get_color() for stamp in stamps.values()] == [ADAM["color"], OTHER_STYLES[0]["color"]]
    height = {label: stamp.get_position()[1] for label, stamp in stamps.items()}
    assert height["Adam"] > height["my rule"], "its loss is higher in the end"
    assert all(stamp.get_position()[0] > view.axes.bbox.x1 for stamp in stamps.values())
    beside = pixels(figure)[:, round(view.axes.bbox.x1) + 5 :]
    for stamp in stamps.values():
        assert amount(beside, stamp.get_color()) > 300, "its name is seen"
    figure.update({"Adam": paths["Adam"]})
    assert stamps["my rule"] not in view.moving(), "a name goes with its path"


@pytest.mark.parametrize("outside", [(9, 0), (-5, -3.1)])
def test_what_leaves_the_box_of_a_surface_is_left_out(outside):
    case, inside = CASES["Surface"], ((-5, -2), (-4, 1))
    short, long = (drawn({"Adam": points(case, *path)}, case, step=0) for path in (inside, (*inside, outside)))
    np.testing.assert_array_equal(short, long)


@every_line
def test_a_path_with_nothing_to_draw_is_no_error(case):
    path = points(case, (np.nan, np.nan), (np.inf, 1e300), (np.nan, 0))
    np.testing.assert_array_equal(drawn({"Adam": path}, case), drawn({}, case))


@pytest.mark.parametrize("name", ["Map", "Profile", "Surface", "Series"])
def test_no_step_is_drawn_across_a_gap(name):
    case = CASES[name]
    start, end = ((-6,), (5,)) if case.landscape is wavy else ((-5, -2), (2, 2))
    nowhere = np.full_like(start, np.nan, dtype=float)
    whole = drawn({"Adam": points(case, start, nowhere, end)}, case, step=0)
    gone = shown({"Adam": points(case, start, nowhere)}, case, step=0)
    changed = np.argwhere((whole != without_words(gone)).any(axis=-1))
    assert len(changed), "the point behind the gap is missing"
    assert (np.ptp(changed, axis=0) < 40).all(), "more is drawn than one more mark"


@pytest.mark.parametrize("far", [1e3, 1e5, 1e8])
def test_a_step_out_of_the_window_is_drawn_up_to_its_edge(far):
    case, label = CASES["Map"], "gradient descent"
    beyond, near = (drawn({label: points(case, (-5, 0), (x, 0))}, case) for x in (far, 30))
    np.testing.assert_array_equal(beyond, near)
    assert amount(near, "black") > amount(drawn({label: points(case, (-5, 0))}, case), "black") + 100


@every_line
def test_divergence_walks_off_in_silence(case):
    path = descend(momentum, case.landscape.grad, case.landscape.start, 400, lr=500.0)
    assert not np.isfinite(path.theta).all()
    assert "nan" in shown({"Adam": path}, case)._repr_mimebundle_()[0]["text/plain"]


@every_line
@pytest.mark.parametrize("steps", [0, 1])
def test_a_path_may_be_short(case, steps):
    path = walk(case, steps=steps)
    artist = line("Adam", shown({"Adam": path}, case), case)
    np.testing.assert_allclose(held(artist), case.shown(path), rtol=1e-12)


def test_a_loss_of_zero_may_stand_on_a_logarithmic_axis():
    shown({"Adam": points(CASES["loss_curve"], (-5, -2), (0, 0), (0, 0))}, CASES["loss_curve"])


# --- what a notebook is handed


def test_the_picture_is_handed_over_as_base64_text_with_its_words():
    figure = LiveFigure(Map(bowl), loss_curve(bowl, 12), size=(7, 3.5))
    figure.update({"Adam": walk(CASES["Map"])})
    data, about = figure._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"} and isinstance(data["image/png"], str)
    assert about == {"image/png": {"width": 672, "height": 336, "alt": figure.text}}, (
        "96 pixels an inch, as it is shown"
    )
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"], validate=True)))
    assert (image.format, image.size) == ("PNG", figure.pixels) == ("PNG", (1344, 672))
    assert np.abs(np.array(image.convert("RGB")) - pixels(figure)).mean() < 1, "fewer colours, and no eye sees it"


def test_what_is_still_is_a_jpeg_of_all_that_does_not_move():
    case = CASES["Map"]
    figure = shown({"Adam": walk(case)}, case)
    image = Image.open(io.BytesIO(figure.still))
    assert (image.format, image.size) == ("JPEG", figure.pixels)
    assert figure.still is figure.still, "made once"
    for artist in figure.views[0].moving():
        artist.set_visible(False)
    assert np.abs(np.array(image).astype(int) - pixels(figure)).mean() < 2


@every_view
def test_two_calls_hand_over_the_same(case):
    figure = shown({"Adam": walk(case)}, case)
    bundle = figure._repr_mimebundle_()
    assert bundle == figure._repr_mimebundle_(include=None, exclude=None)
    assert bundle[0]["text/plain"] == figure.text == repr(figure)


def test_the_text_says_what_the_picture_shows():
    figure = LiveFigure(Map(bowl), Surface(bowl), loss_curve(bowl, 9))
    assert figure.text == "L(θ₁, θ₂) | L(θ₁, θ₂) 3-D | L over t"
    theta = np.array([[1, 2], [5, 5], [0.123456, -1e-9]])
    figure.update({"Adam": Path(theta=theta), "mine": Path(theta=np.array([[np.inf, np.nan]]))})
    assert figure.text == (
        "L(θ₁, θ₂) | L(θ₁, θ₂) 3-D | L over t; "
        "Adam: θ(2) = (0.123, 0) from (1, 2); mine: θ(0) = (inf, nan) from (inf, nan)"
    )


@pytest.mark.parametrize(
    ("view", "text"),
    [
        (Profile(wavy), "L(θ)"),
        (Fit(X, Y, ("$x$ in mm", "$y$")), "x in mm → y"),
        (first_theta(), "θ₁ over t"),
        (Series(len, r"$\eta$", 9, (0, 1), over="epoch"), "η over epoch"),
        (CASES["HeatMap"].make(), "L over η, β₁"),
        (curve_view(), "L over η"),
    ],
)
def test_the_text_names_the_axes(view, text):
    assert view.shows == text


def test_the_text_of_many_parameters_is_short():
    figure = LiveFigure(Series(lambda path: path.theta[:, 0], "$L$", 9, (0, 1)))
    figure.update({"Adam": Path(theta=np.arange(8.0).reshape(2, 4))})
    assert figure.text == "L over t; Adam: θ(1) = (4, 5, 6, …) from (0, 1, 2, …)"


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_figure_is_saved_with_its_paths_and_shows_the_same_afterwards(ending, tmp_path):
    case = CASES["Map"]
    figure = shown({"Adam": walk(case)}, case)
    before = pixels(figure)
    figure.save(tmp_path / f"with.{ending}")
    np.testing.assert_array_equal(pixels(figure), before)
    figure.update({})
    figure.save(tmp_path / f"without.{ending}")
    if ending == "png":
        saved = [np.array(Image.open(tmp_path / f"{name}.png").convert("RGB")) for name in ("with", "without")]
        assert saved[0].shape == before.shape
        assert amount(saved[0], ADAM["color"]) > amount(saved[1], ADAM["color"]) + 30
    else:
        assert (tmp_path / f"with.{ending}").stat().st_size > (tmp_path / f"without.{ending}").stat().st_size


def test_a_film_shows_the_paths_as_they_grow(tmp_path):
    case = CASES["Map"]
    figure = shown({"Adam": walk(case)}, case)
    whole = pixels(figure)
    figure.save(tmp_path / "film.gif", seconds=3)
    np.testing.assert_array_equal(pixels(figure), whole)
    with Image.open(tmp_path / "film.gif") as film:
        frames, durations = [], []
        for place in range(film.n_frames):
            film.seek(place)
            frames.append(np.array(film.convert("RGB")).astype(int))
            durations.append(film.info["duration"])
    assert len(frames) == 13, "the start, and each step"
    assert durations == [230] * 12 + [2000]
    colored = [amount(frame, ADAM["color"]) for frame in frames]
    assert colored[0] < colored[4] < colored[12]
    assert frames[0].shape == whole.shape and np.abs(frames[-1] - whole).mean() < 4


def test_a_film_of_a_long_path_has_60_frames_at_most(tmp_path):
    case = CASES["Map"]
    shown({"Adam": walk(case, lr=0.02, steps=300)}, case).save(str(tmp_path / "film.GIF"))
    with Image.open(tmp_path / "film.GIF") as film:
        assert 40 < film.n_frames <= 60, "those that look alike are one"


def test_a_film_needs_a_path_and_a_time(tmp_path):
    figure = shown({}, CASES["Map"])
    with pytest.raises(ValueError, match=r"^this figure shows no path that could grow: update it [^\n]*\.$"):
        figure.save(tmp_path / "film.gif")
    figure.update({"Adam": walk(CASES["Map"])})
    with pytest.raises(ValueError, match=r"^seconds is 0: give a number above 0\.$"):
        figure.save(tmp_path / "film.gif", seconds=0)
    assert not list(tmp_path.iterdir())


def test_nothing_imports_pyplot():
    code = """if True:
        import sys
        from course_utils import figures, formulas, panels, problems
        figure = figures.LiveFigure(figures.Map(problems.bowl), figures.Surface(problems.bowl))
        panels.panel(figure, lambda: {})
        figure._repr_mimebundle_()
        sys.exit("matplotlib.pyplot was imported" if "matplotlib.pyplot" in sys.modules else 0)
    """
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_figure_out_of_use_is_freed():
    figure = LiveFigure(Map(bowl), Surface(bowl), Fit(X, Y))
    figure.update({"Adam": walk(CASES["Map"]), "my rule": walk(CASES["Map"])})
    trace = weakref.ref(figure.figure)
    del figure
    gc.collect()
    assert trace() is None


# --- readable from the back row

ROWS = {  # name: (() -> views, labels)
    "map, curve": (lambda: [Map(bowl, title="from above"), loss_curve(bowl, 30)], STYLES),
    "map, surface": (lambda: [Map(round_bowl), Surface(round_bowl)], ["Adam", "my rule"]),
    "surface, curve": (lambda: [Surface(bowl), loss_curve(bowl, 200, window=(1e-30, 1e4))], STYLES),
    "windows": (
        lambda: [
            Map(bowl, window=(-6000, 3000, -30000, 30000), equal=False),
            Map(bowl, window=(-6e-4, 3e-4, -3e-4, 3e-4), title="near"),
        ],
        ["Adam"],
    ),
    "window aside": (lambda: [Map(rosenbrock, ("slope $w$", "$b$"), window=(0.5, 1.5, 100, 101))], STYLES),
    "profile, fit": (lambda: [Profile(wavy, title="wavy"), Fit(X, 1000 * Y, ("length (mm)", "mass (g)"))], []),
    "saddle": (lambda: [Surface(saddle, azimuth=-60), Map(saddle)], ["Adam"]),
    "series": (
        lambda: [
            Series(lambda path: path.theta[:, 0], r"$\theta_1$", 1000, (-1234.5, 6), over="epoch"),
            Series(lambda path: path.theta, r"$\eta / (\sqrt{v} + \varepsilon)$", 20, (1e-9, 1e9), True, ("a", "b")),
        ],
        STYLES,
    ),
    "heat map, curve": (lambda: [CASES["HeatMap"].make(), curve_view()], ["Adam"]),
    "worked step": (lambda: [WorkedStep(worked_step)], ["Adam"]),
}


@functools.cache
def written(name):
    """A figure and all the text drawn in its picture: (text, its box in pixels)."""
    texts = []

    def draw_text(text, renderer):
        if text.get_visible() and text.get_alpha() != 0 and text.get_text().strip():
            texts.append((text, text.get_window_extent(renderer)))
        original_text(text, renderer)

    def draw_canvas(canvas):
        texts.clear()
        original_canvas(canvas)

    original_text, original_canvas = Text.draw, FigureCanvasAgg.draw
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", draw_text)
        patch.setattr("course_utils.figures.text._QuickText.draw", draw_text)
        patch.setattr(FigureCanvasAgg, "draw", draw_canvas)
        views, labels = ROWS[name]
        figure = LiveFigure(*views())
        figure.update(dict.fromkeys(labels, walk(CASES["Map"])))
        figure.picture()
    last = {text: box for text, box in texts if text.get_figure() is figure.figure}
    return figure, list(last.items())


every_row = pytest.mark.parametrize("row", ROWS)


@every_row
def test_all_text_is_14_points_or_more(row):
    sizes = {text.get_text(): text.get_fontsize() for text, _ in written(row)[1]}
    assert len(sizes) > 5
    assert {text: size for text, size in sizes.items() if size < 14} == {}


@every_row
def test_nothing_is_cut_off_at_the_edge(row):
    figure, texts = written(row)
    width, height = figure.canvas.get_width_height()
    inside = Bbox([[0, 0], [width, height]])
    assert [text.get_text() for text, box in texts if not np.array_equal(Bbox.union([box, inside]), inside)] == []
    picture = pixels(figure)
    edge = [picture[0], picture[-1], picture[:, 0], picture[:, -1]]
    assert all((side == 255).all() for side in edge), "something reaches the edge of the picture"


@every_row
def test_no_word_covers_another(row):
    boxes = [(text.get_text(), box.padded(-2.5)) for text, box in written(row)[1]]
    assert [(a, b) for (a, one), (b, other) in itertools.combinations(boxes, 2) if one.overlaps(other)] == []


@every_row
def test_no_word_of_one_view_lies_in_another(row):
    figure, texts = written(row)
    for view in figure.views:
        box = view.axes.get_window_extent()
        own = (view.axes, None) if isinstance(view, Surface) else (view.axes,)  # numbers in space belong to no axes
        assert [text.get_text() for text, other in texts if text.axes not in own and other.overlaps(box)] == []


# --- the optimizers are told apart


def test_every_rule_has_a_look():
    assert list(STYLES) == list(NAMES.values())


def test_the_five_differ_in_color_line_style_and_marker():
    for feature in ("color", "linestyle", "marker"):
        assert len({style[feature] for style in STYLES.values()}) == len(STYLES), feature


def test_no_other_style_could_be_taken_for_one_of_the_five():
    markers = [style["marker"] for style in [*STYLES.values(), *OTHER_STYLES]]
    colors = [style["color"] for style in [*STYLES.values(), *OTHER_STYLES]]
    assert len(set(markers)) == len(markers) and len(set(colors)) == len(colors)


# Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# IEEE Transactions on Visualization and Computer Graphics 15(6), table of matrices at severity 1.0, for linear RGB.
EYES = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def cielab(color, eye="usual"):
    """Lightness, a and b of a colour as this eye sees it (sRGB, white point D65)."""
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(EYES[eye] @ linear, 0, 1)
    xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    ratio = xyz @ seen / [0.95047, 1, 1.08883]
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


PAIRS = list(itertools.combinations(STYLES, 2))


def test_the_colors_are_converted_rightly():
    np.testing.assert_allclose(cielab("#ff0000"), [53.24, 80.09, 67.20], atol=0.02)  # as published for sRGB's red
    np.testing.assert_allclose(cielab("#ffffff"), [100, 0, 0], atol=0.02)


@pytest.mark.parametrize("eye", EYES)
def test_every_eye_tells_the_five_colors_apart(eye):
    """A distance of 15 in CIELAB is some six times the least that is noticed side by side (2.3).

    The nearest are momentum and AdaGrad at 17.0 (tritanopia) and RMSProp and Adam at 18.3 (deuteranopia).
    """
    distances = {
        (a, b): np.linalg.norm(cielab(STYLES[a]["color"], eye) - cielab(STYLES[b]["color"], eye)) for a, b in PAIRS
    }
    assert min(distances.values()) > 15, distances


def test_in_grey_line_and_marker_tell_apart_what_color_does_not():
    """In grey the palette alone is not enough: Adam lies at lightness 54, AdaGrad at 58, momentum at 46.

    Two optimizers nearer than 15 must differ in line style and in marker, and these pairs are the only ones.
    """
    near = {(a, b) for a, b in PAIRS if abs(cielab(STYLES[a]["color"])[0] - cielab(STYLES[b]["color"])[0]) < 15}
    assert near == {("momentum", "AdaGrad"), ("momentum", "Adam"), ("AdaGrad", "RMSProp"), ("AdaGrad", "Adam")}
    for a, b in near:
        assert STYLES[a]["linestyle"] != STYLES[b]["linestyle"] and STYLES[a]["marker"] != STYLES[b]["marker"]


def test_the_quick_text_of_a_worked_step_looks_like_matplotlib_s_own(monkeypatch):
    def picture():
        figure = LiveFigure(
            WorkedStep(lambda path, step: ["m̂ₜ = β₁ mₜ₋₁ + (1 - β₁) g", " ₂ √0.5·(-1.47) = -1.04"], room=4)
        )
        figure.update(descend(momentum, bowl.grad, bowl.start, 3), step=1)
        return np.asarray(figure.picture(), dtype=float)

    def shades(pixels):
        """Of blocks of ten by ten pixels: a character may stand beside its place by a part of a pixel."""
        return 255 - pixels[:400, :840].mean(axis=-1).reshape(40, 10, 84, 10).mean(axis=(1, 3))

    quick = shades(picture())
    monkeypatch.setattr("course_utils.figures.text._QuickText.draw", Text.draw)
    plain = shades(picture())
    assert plain.max() > 20  # there is something to compare
    np.testing.assert_allclose(quick, plain, atol=0.45 * plain.max())
    assert quick.sum() == pytest.approx(plain.sum(), rel=0.05)


LESSONS = {  # what their worked steps show, and how tall it is
    "02": (gradient_descent, bowl, 9, 4.2),
    "03": (momentum, bowl, 9, 4.2),
    "04": (adagrad, bowl, 11, 4.2),
    "05": (rmsprop, bowl, 11, 4.2),
    "06": (adam, bowl, 19, 4.3),
}


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("lr", [0.0123, 0.4, 2.57])
def test_every_line_of_every_worked_step_has_room(lesson, lr):
    rule, landscape, room, height = LESSONS[lesson]
    path = descend(rule, landscape.grad, landscape.start, 60, lr=lr)
    view = WorkedStep(worked_step, room=room)
    figure = LiveFigure(Map(landscape), view, size=(8.8, height))
    for step in range(len(path) + 1):
        lines = worked_step(path, step)
        assert len(lines) <= room
        figure.update({rule.__name__: path}, step=step)
        for line in view.artists[rule.__name__]:
            assert line.narrower() > 0.9, line.get_text()


@pytest.mark.parametrize("length", range(60, 110, 7))
def test_a_line_that_is_too_long_is_set_narrower_and_not_cut_off(length):
    long = ("0.123·" * 20)[:length]
    view = WorkedStep(lambda path, step: [long], room=4)
    figure = LiveFigure(view, size=(4, 3))
    figure.update({"Adam": walk(CASES["Map"])})
    (line, *_) = view.artists["Adam"]
    assert 0.3 < line.narrower() < 0.9
    inked = np.flatnonzero((pixels(figure) < 128).any(axis=(0, 2)))
    box = view.axes.bbox
    assert inked.max() <= box.x1 < inked.max() + 0.1 * box.width, "its last character ends where the axes end"


def test_the_limit_of_a_heat_map_lies_above_the_map_and_is_named_where_it_leaves_it():
    view = HeatMap(LR, BETA, "$L$", (1e-6, 1), log="x", limit=("limit", [0.1, 0.5], [0, 1]))
    LiveFigure(view)
    moving = view.moving()
    assert isinstance(moving[0], QuadMesh) and list(moving[-1].get_xdata()) == [0.1, 0.5]
    (name,) = view.axes.texts
    assert (name.get_text(), name.xy) == ("limit", (0.5, 1))


def test_curves_that_are_not_given_again_are_not_drawn():
    view = Curve([1, 2, 3], {"a": [1, 2, 3], "b": [3, 2, 1]}, ("$x$", "$y$"))
    figure = LiveFigure(view)
    figure.update({}, curves={"a": [2, 2, 2]})
    (a,), (b,) = view.artists["a"], view.artists["b"]
    assert list(a.get_ydata()) == [2, 2, 2] and np.isnan(b.get_ydata()).all(), "else a new sweep mixes with the old one"


# --- what is asked of an update


def test_two_paths_of_the_same_rule_are_told_apart_by_what_differs():
    figure = LiveFigure(Map(bowl), size=(4, 3))
    one, other = (descend(momentum, bowl.grad, bowl.start, 3, lr=0.1, beta=beta) for beta in (0.5, 0.9))
    figure.update([one, other, walk(CASES["Map"])])
    assert list(figure.paths) == ["momentum, β = 0.5", "momentum, β = 0.9", "Adam"]
    figure.update([one, descend(momentum, bowl.grad, bowl.start, 3, lr=0.2, beta=0.9)])
    assert list(figure.paths) == ["momentum, η = 0.1, β = 0.5", "momentum, η = 0.2, β = 0.9"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_two_paths_that_cannot_be_told_apart_are_refused(by_hand):
    paths = [Path(theta=np.zeros((2, 2))) if by_hand else walk(CASES["Map"]) for _ in range(2)]
    with pytest.raises(ValueError, match=r"^two paths are both called (Adam|θ): give a dict[^\n]*\.$"):
        LiveFigure(Map(bowl), size=(4, 3)).update(paths)


def test_a_name_that_no_view_takes_is_refused_with_the_nearest_that_one_does():
    figure = LiveFigure(Map(bowl), size=(4, 3))
    with pytest.raises(TypeError, match=r"^this figure takes no 'stpe': it takes step; did you mean step\?$"):
        figure.update({}, stpe=3)
    with pytest.raises(TypeError, match=r"'azimut'.*did you mean azimuth"):
        shown({}, CASES["Surface"], azimut=3)


@pytest.mark.parametrize("name", ["Map", "Series", "HeatMap", "WorkedStep", "Fit"])
def test_a_path_of_many_runs_is_refused_in_one_sentence(name):
    many = descend(adam, bowl.grad, bowl.start, 3, lr=[0.1, 0.2])
    figure = shown({}, CASES[name])
    with pytest.raises(ValueError, match=r"^the path of Adam has runs of shape \(2,\): .*path\.run\(0\)\.$"):
        figure.update(many)
    figure.update(many.run(1))
    assert list(figure.paths) == ["Adam"]


def test_two_curves_take_the_labels_that_each_has():
    one, other = (Curve(LR[2], dict.fromkeys(labels, LR[2]), ("a", "b")) for labels in (["x", "y"], ["y", "z"]))
    figure = LiveFigure(one, other, size=(6, 3))
    figure.update({}, curves={"x": 2 * LR[2], "y": 3 * LR[2]})
    heights = {(view, label): line.get_ydata()[-1] for view in (one, other) for label, (line,) in view.artists.items()}
    assert np.isnan(heights.pop((other, "z"))), "it was not given again"
    assert heights == {(one, "x"): 2, (one, "y"): 3, (other, "y"): 3}
    with pytest.raises(ValueError, match=r"^no Curve of this figure has 'w': its labels are x, y, z\.$"):
        figure.update({}, curves={"w": LR[2]})
