"""A view of many curves: each in its frame, on one scale."""

import numpy as np

from course_utils.figures import LiveFigure, Sheet

X = np.arange(10)
CURVES = {letter: 10.0 ** (n / 4 - X / 5) for n, letter in enumerate("ABCDEF")}
BESIDE = 10.0 ** (-X / 4)


def made(**others):
    return LiveFigure(Sheet(CURVES, BESIDE, (1e-2, 1e2), columns=3, **others), size=(6, 3))


def pixels(figure):
    return np.array(figure.picture()).astype(int)


def frame(figure, label):
    """The rows and columns of the picture in which the frame of a label lies."""
    view = figure.views[0]
    x, y = view.corners[label]
    (left, bottom), (right, top) = view.axes.transData.transform([(x, y), (x + view.width, y + view.height)])
    height = figure.pixels[1]
    return slice(int(height - top) + 6, int(height - bottom) - 6), slice(int(left) + 6, int(right) - 6)


def test_each_curve_has_a_frame_of_its_own_in_reading_order():
    corners = made().views[0].corners
    assert [corners[label] for label in "ABCDEF"] == [(0, -1), (1, -1), (2, -1), (0, -2), (1, -2), (2, -2)]


def test_all_curves_are_on_one_scale():
    view = made().views[0]
    heights = np.array([view._placed(CURVES[label], (0, 0))[1] for label in "AB"])
    np.testing.assert_allclose(heights[1] - heights[0], view.height / 4 / 4)
    np.testing.assert_allclose(np.diff(heights[0]), -view.height / 5 / 4)


def test_what_lies_beyond_the_window_is_left_out():
    view = made().views[0]
    with np.errstate(all="ignore"):
        x, y = view._placed(np.array([1e3, 1, np.nan, np.inf, 1e-3, 0, 1]), (0, 0))
    assert np.isfinite(y).tolist() == [False, True, False, False, False, False, True]
    assert x[0] == 0 and x[-1] == view.width


def test_the_chosen_frame_is_marked_and_no_other():
    figure = made()
    view, before = figure.views[0], pixels(figure)
    assert view.frame.get_xy() == view.corners["A"]
    figure.update({}, chosen="E")
    assert view.frame.get_xy() == view.corners["E"]
    changed = np.abs(pixels(figure) - before).sum(axis=2) > 30
    assert changed.any() and not any(changed[frame(figure, label)].any() for label in "BCDF")


def test_what_is_told_stands_in_its_frame_beside_the_other_curve():
    figure = made()
    before = pixels(figure)
    figure.update({}, told={"B": "lame", "D": "too fast"})
    assert {label: name.get_text() for label, name in figure.views[0].names.items()} == {
        "A": "A", "B": "lame B", "C": "C", "D": "too fast D", "E": "E", "F": "F",
    }  # fmt: skip
    changed = np.abs(pixels(figure) - before).sum(axis=2) > 30
    assert [label for label in "ABCDEF" if changed[frame(figure, label)].sum() > 50] == ["B", "D"]
    figure.update({}, chosen="C")
    assert figure.views[0].names["B"].get_text() == "lame B", "what is known stays known"
