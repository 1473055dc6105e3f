"""A view of every step as a number: which numbers stand where."""

import numpy as np
import pytest

from course_utils import descend, momentum
from course_utils.figures import Ledger, LiveFigure

GRADIENTS = [1.0, 3, 0, -2, 1, 0, 3, 1]


def walked(steps, beta=0.9):
    return descend(momentum, lambda theta, t: np.full(1, GRADIENTS[t - 1]), [1.0], steps, lr=0.1, beta=beta)


def shown(*paths, **room):
    figure = LiveFigure(Ledger(**room), size=(8.8, 2.9))
    figure.update(dict(zip("abc", paths, strict=False)))
    return figure


def table(figure):
    """The texts by row, from above: those that are seen, from left to right."""
    figure.figure.canvas.draw()
    texts = [text for text in figure.views[0].axes.texts if text.get_text() and text.get_visible()]
    rows = {}
    for text in sorted(texts, key=lambda text: text.get_position()[0]):
        rows.setdefault(text.get_position()[1], []).append(text)
    return [[text.get_text() for text in rows[y]] for y in sorted(rows, reverse=True)], rows


def test_each_step_stands_below_its_gradient():
    rows, _ = table(shown(walked(3), walked(3, beta=0.5)))
    assert rows == [
        [r"$\theta$"],
        ["$t$", "1", "2", "3"],
        ["$g$", "1", "3", "0"],
        [r"$\Delta\theta$ a", "-0.1", "-0.39", "-0.351"],
        [r"$\Delta\theta$ b", "-0.1", "-0.35", "-0.175"],
    ]


def test_a_step_is_bold_where_it_is_not_that_of_the_first_path():
    _, rows = table(shown(walked(3), walked(3, beta=0.5)))
    bold = {y: [text.get_text() for text in texts if text.get_weight() == "bold"] for y, texts in rows.items()}
    assert bold == {1.5: [], -0.5: [], -1.5: [], -2.5: [], -3.5: ["-0.35", "-0.175"]}


def test_the_latest_steps_are_shown():
    rows, _ = table(shown(walked(8), room=3))
    assert rows[1:3] == [["$t$", "6", "7", "8"], ["$g$", "0", "3", "1"]]
    assert rows[3][1:] == [f"{step:.3g}" for step in np.diff(walked(8).theta[-4:, 0])]


def test_what_was_shown_before_is_gone():
    figure = shown(walked(3), walked(3, beta=0.5))
    figure.update({"a": walked(0)})
    rows, _ = table(figure)
    assert rows == [[r"$\theta$"], ["$t$"], ["$g$"], [r"$\Delta\theta$ a"]]
    figure.update({})
    assert [row for row in table(figure)[0] if row[0] == r"$\Delta\theta$ a"] == []


def test_lines_lie_above_the_numbers_and_in_proportion():
    figure = shown(walked(4), walked(4, beta=0.0))
    lines = [figure.views[0].artists[label][0].get_ydata() for label in "ab"]
    theta = [path.theta[:, 0] for path in (walked(4), walked(4, beta=0.0))]
    assert min(map(np.min, lines)) > 0.3 and max(map(np.max, lines)) < 2.7
    slope, offset = np.polyfit(np.concatenate(theta), np.concatenate(lines), 1)
    np.testing.assert_allclose(np.concatenate(lines), slope * np.concatenate(theta) + offset)
    assert slope > 0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_step_that_is_no_number_is_told_and_not_drawn(bad):
    path = walked(3)
    path.theta[2:] = bad
    figure = shown(walked(3), path)
    assert table(figure)[0][4][2:] == [f"{bad}", "nan"]
    assert np.isfinite(figure.views[0].artists["b"][0].get_ydata()).tolist() == [True, True, False, False]
