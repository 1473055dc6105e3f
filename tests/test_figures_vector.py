"""What moves in a live picture, as an SVG. That it looks like the pixels is seen in a real browser: tests/browser."""

import base64
import io
import re
from urllib.parse import unquote
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from PIL import Image

from course_utils import descend, momentum
from course_utils.figures import LiveFigure, Map, WorkedStep
from course_utils.figures.pathdata import EM, reach
from course_utils.figures.vector import Vector
from course_utils.problems import bowl

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def axes():
    """Axes whose units are the pixels of a figure, 200 x 100."""
    figure = Figure(figsize=(2, 1), dpi=100)
    axes = figure.add_axes([0, 0, 1, 1])
    axes.set(xlim=(0, 200), ylim=(0, 100))
    return axes


def drawn(axes, *artists, **options):
    """The root of the SVG with these artists, which are added to the axes."""
    for artist in artists:
        if artist.axes is None:
            axes.add_artist(artist)
    return ElementTree.fromstring(Vector(200, 100, 100).svg(artists, **options))


def shapes(root):
    return list(root.iter(f"{SVG}path"))


def test_a_line_goes_through_its_points_with_y_downwards(axes):
    (path,) = shapes(drawn(axes, Line2D([10, 20, 50], [90, 60, 80], color="#ff0000", lw=7.2)))
    assert path.get("d") == "M10.0 10.0L20.0 40.0 50.0 20.0"
    assert (path.get("stroke"), path.get("stroke-width"), path.get("fill")) == ("#ff0000", "10", None), "100 dpi"


def test_a_line_has_its_gaps_dashes_and_ends(axes):
    line = Line2D([10, 20, np.nan, 30, 40], [50] * 5, lw=0.72, dashes=(10, 5), dash_capstyle="projecting", alpha=0.5)
    (path,) = shapes(drawn(axes, line))
    assert path.get("d") == "M10.0 50.0L20.0 50.0M30.0 50.0L40.0 50.0"
    assert (path.get("stroke-dasharray"), path.get("stroke-linecap")) == ("10 5", "square")
    assert path.get("stroke-opacity") == "0.5"


def test_a_line_ends_where_the_picture_ends(axes):
    (path,) = shapes(drawn(axes, Line2D([100, 1e8], [50, 50])))
    assert re.fullmatch(r"M100\.0 50\.0L20\d\.\d 50\.0", path.get("d"))


def test_a_shape_is_filled_and_closed_and_each_opacity_is_its_own(axes):
    shape = Polygon([[0, 0], [100, 0], [100, 50]], fc=(1, 0, 0, 0.25), ec=(0, 0, 1, 1))
    (path,) = shapes(drawn(axes, shape))
    assert re.fullmatch("M0.0 100.0L100.0 100.0 100.0 50.0( 0.0 100.0)?Z", path.get("d"))
    assert (path.get("fill"), path.get("fill-opacity")) == ("#ff0000", "0.25")
    assert (path.get("stroke"), path.get("stroke-opacity")) == ("#0000ff", None)


def test_a_curve_stays_a_curve(axes):
    arc = Path([[0, 0], [50, 100], [100, 0], [120, 0], [130, 10], [140, 0]], [1, 3, 3, 4, 4, 4])
    (path,) = shapes(drawn(axes, PathPatch(arc, fill=False)))
    assert path.get("d") == "M0.0 100.0Q50.0 0.0 100.0 100.0C120.0 100.0 130.0 90.0 140.0 100.0"


def test_a_mark_with_a_rim_is_a_shape_of_its_own_at_each_point(axes):
    marks = shapes(drawn(axes, Line2D([10, np.nan, 50], [20, 20, 60], marker="s", ms=7.2, ls="")))
    assert [mark.get("d")[:10] for mark in marks] == ["M10.0 80.0", "M50.0 40.0"]
    assert marks[0].get("d") == "M10.0 80.0m-5 5l10 0l0-10l-10 0z"


@pytest.mark.parametrize("marker", ["o", "s"])
def test_a_thousand_dots_are_few_shapes_that_hold_each_point_once(axes, marker):
    points = np.random.default_rng(0).uniform(0, 100, (1000, 2)).round(1)
    dots = shapes(drawn(axes, Line2D(*points.T, marker=marker, mec="none", ms=3, ls="", alpha=0.45)))
    assert 5 < len(dots) < 20, "several, so that it is darker where dots lie on one another"
    found = [pair for dot in dots for pair in re.findall(r"M([\d.]+) ([\d.]+)", dot.get("d"))]
    np.testing.assert_allclose(np.array(found, dtype=float), np.c_[points[:, 0], 100 - points[:, 1]], atol=1e-9)
    assert {(dot.get("fill-opacity"), dot.get("stroke")) for dot in dots} == {("0.45", None)}


def test_what_leaves_its_axes_is_cut_off_and_what_belongs_to_none_is_not(axes):
    axes.set_position([0.25, 0.2, 0.5, 0.5])
    inside, free = Line2D([0, 400], [0, 0]), Line2D([0, 100], [0, 0], clip_on=False)
    root = drawn(axes, inside, free)
    (clip,), (group,) = root.iter(f"{SVG}clipPath"), root.findall(f"{SVG}g")
    assert group.get("clip-path") == f"url(#{clip.get('id')})"
    assert [float(clip[0].get(name)) for name in ("x", "y", "width", "height")] == [50, 30, 100, 50]
    assert len(shapes(group)) == 1 and len(shapes(root)) == 2


def test_lines_that_look_alike_are_one_shape(axes):
    lines = LineCollection([[(0, n), (50, n)] for n in range(30)], colors="k", lw=1)
    assert len(shapes(drawn(axes, lines))) == 1
    other = Line2D([0, 1], [0, 1], color="r")
    assert len(shapes(drawn(axes, Line2D([0, 1], [0, 1], color="k"), other))) == 2


def test_a_word_stands_where_it_is_put_and_is_as_wide_as_its_font_makes_it(axes):
    text = axes.text(40, 30, "lim = 0.123", size=14)
    (path,) = shapes(drawn(axes, text))
    x, y, size = re.fullmatch(r"translate\((\S+) (\S+)\) scale\((\S+)\)", path.get("transform")).groups()
    assert (float(x), float(y)) == pytest.approx((40, 70), abs=2)
    assert float(size) * EM == pytest.approx(14 * 100 / 72, rel=1e-4)
    width = text.get_window_extent(FigureCanvasAgg(axes.figure).get_renderer()).width
    assert reach("lim = 0.123", text.get_fontproperties()) * 14 * 100 / 72 == pytest.approx(width, rel=0.03)
    assert len(re.findall("M", path.get("d"))) == 9, "a start for each character that is seen"


def test_mathematics_is_written_too(axes):
    (path,) = shapes(drawn(axes, axes.text(40, 30, r"$\Delta\theta_1$")))
    assert path.get("d").startswith("M0 0m") and path.get("fill") == "#000000"


def test_cells_are_pixels_of_their_colours_with_the_first_row_at_the_bottom(axes):
    mesh = axes.pcolormesh([0, 100, 200], [0, 50, 100], [[0, 1], [2, 3]], cmap="gray")
    (image,) = drawn(axes, mesh).iter(f"{SVG}image")
    place = [float(image.get(name)) for name in ("x", "y", "width", "height")]
    assert place == [0, 0, 200, 100] and image.get("preserveAspectRatio") == "none"
    cells = Image.open(io.BytesIO(base64.b64decode(image.get("href").split(",")[1])))
    assert np.asarray(cells)[..., 0].tolist() == [[170, 255], [0, 85]]


def test_cells_of_several_sizes_are_shapes(axes):
    root = drawn(axes, axes.pcolormesh([0, 20, 200], [0, 50, 100], [[0, 1], [2, 3]], cmap="gray"))
    assert len(shapes(root)) == 4 and not list(root.iter(f"{SVG}image"))


def test_a_picture_stands_upright_where_it_is_put(axes):
    axes.set_aspect("auto")
    rows = np.array([[0, 0], [255, 255]], dtype=np.uint8)
    shown = axes.imshow(rows, cmap="gray", extent=(50, 150, 20, 80), aspect="auto", interpolation="nearest")
    axes.set(xlim=(0, 200), ylim=(0, 100))
    (image,) = drawn(axes, shown).iter(f"{SVG}image")
    assert [float(image.get(name)) for name in ("x", "y", "width", "height")] == pytest.approx([50, 20, 100, 60], abs=1)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(image.get("href").split(",")[1]))))
    assert pixels[1, :, 0].max() == 0 and pixels[-2, :, 0].min() == 255, "the first row is the upper one"


def test_a_far_dot_takes_no_other_with_it(axes):
    x = np.r_[np.arange(100.0), 1e9, np.nan]
    dots = shapes(drawn(axes, Line2D(x, np.full(102, 50), marker="o", mec="none", ms=3, ls="")))
    assert sum(dot.get("d").count("M") for dot in dots) == 100
    assert not any(re.search(r"\d{6}", dot.get("d")) for dot in dots)


def test_transparent_lines_are_darker_where_they_cross(axes):
    crossing = [Line2D([0, 50], ends, color="k", alpha=0.4) for ends in ([0, 50], [50, 0])]
    assert len(shapes(drawn(axes, *crossing))) == 2


def test_shading_from_corner_to_corner_is_refused_in_a_sentence(axes):
    mesh = axes.pcolormesh([0, 100], [0, 50], [[0, 1], [2, 3]], shading="gouraud")
    with pytest.raises(NotImplementedError, match=r'take shading="flat"\.$'):
        drawn(axes, mesh)


def test_a_word_keeps_the_font_of_its_file_whatever_the_users_settings_are(axes):
    file = FontProperties(family="STIXGeneral")
    other = FontProperties(fname=findfont(file))
    plain, own = (axes.text(0, 0, "Aa", fontproperties=font) for font in (FontProperties(), other))
    shape, same = (shapes(drawn(axes, text))[0].get("d") for text in (plain, own))
    assert shape != same
    with matplotlib.rc_context({"font.sans-serif": ["STIXGeneral"]}):
        figure = LiveFigure(WorkedStep(lambda path, step: ["abc"], room=4), size=(4, 3))
        figure.update(descend(momentum, bowl.grad, bowl.start, 3))
        frame = figure.frame()
    assert frame == figure.frame()


def test_what_would_be_too_long_is_sent_as_pixels():
    figure, walk = LiveFigure(Map(bowl)), descend(momentum, noisy, bowl.start, 20_000, lr=0.3)
    figure.update(walk.until(20))
    assert figure.frame().startswith(b"data:image/svg+xml,")
    figure.update(walk)
    kind, _, pixels = figure.frame().partition(b",")
    assert kind == b"data:image/jpeg;base64" and Image.open(io.BytesIO(base64.b64decode(pixels))).size == figure.pixels


def noisy(theta, t):
    return bowl.grad(theta) + 4 * np.random.default_rng(t).standard_normal(2)


def test_a_frame_is_an_address_that_holds_an_svg_of_the_size_shown():
    figure = LiveFigure(Map(bowl))
    figure.update(descend(momentum, bowl.grad, bowl.start, 20))
    kind, _, svg = figure.frame().decode().partition(",")
    assert kind == "data:image/svg+xml" and "#" not in svg and "%" not in svg.replace("%23", "")
    root = ElementTree.fromstring(unquote(svg))
    assert [float(root.get(name)) for name in ("width", "height")] == pytest.approx(figure.shown, abs=1)
    assert root.get("viewBox") == "0 0 {} {}".format(*figure.pixels)


def test_a_whole_frame_is_an_address_that_holds_all_pixels():
    figure = LiveFigure(Map(bowl))
    figure.update(descend(momentum, bowl.grad, bowl.start, 20))
    kind, _, pixels = figure.frame(whole=True).partition(b",")
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(pixels)))).astype(int)
    assert kind == b"data:image/jpeg;base64" and np.abs(image - np.asarray(figure.picture())).mean() < 2
