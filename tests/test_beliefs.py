"""A rule steps to the bottom of the bowl that it believes in."""

import numpy as np
import pytest
from helpers import each_rule, refused

from course_utils import Path, State, adagrad, adam, descend, gradient_descent, momentum, rmsprop
from course_utils.beliefs import belief
from course_utils.figures import LiveFigure
from course_utils.figures.belief import BeliefMap
from course_utils.problems import bowl

SETTINGS = {
    gradient_descent: {"lr": 0.2},
    momentum: {"lr": 0.2, "beta": 0.6},
    adagrad: {"lr": 2.0},
    rmsprop: {"lr": 0.4},
    adam: {"lr": 0.4},
}


def signed(prev, g, lr=0.3, eps=0.1):
    """A rule of one's own: its believed curvature is the size of the gradient."""
    rate = lr / (np.abs(g) + eps)
    return State(theta=prev.theta - rate * g, rate=rate)


def turned(theta):
    """The gradient of a bowl whose axes are not those of the map."""
    return np.asarray(theta) @ np.array([[2.2, 1.8], [1.8, 2.2]])


@pytest.mark.parametrize("grad", [bowl.grad, turned])
@pytest.mark.parametrize("rule", [*SETTINGS, signed], ids=lambda rule: rule.__name__)
def test_the_bottom_of_the_believed_bowl_is_the_step(rule, grad):
    path = descend(rule, grad, bowl.start, 12, **SETTINGS.get(rule, {}))
    h = 1e-3
    for step in range(1, 13):
        believed = belief(path, step)
        np.testing.assert_allclose(-believed.rate * believed.slope, path.theta[step] - path.theta[step - 1], rtol=1e-12)
        around = believed.after + h * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
        above = believed.height(around) - believed.height(believed.after)
        np.testing.assert_allclose(above, np.repeat(h**2 / (2 * believed.rate), 2), rtol=1e-5)


@pytest.mark.parametrize("grad", [bowl.grad, turned])
@each_rule
def test_what_it_takes_for_the_slope_is_the_gradient_or_its_memory(rule, grad):
    path = descend(rule, grad, bowl.start, 12, **SETTINGS[rule])
    memory = {momentum: "m", adam: "m_hat"}.get(rule)
    for step in range(1, 13):
        slope = vars(path)[memory][step] if memory else grad(path.theta[step - 1])
        np.testing.assert_allclose(belief(path, step).slope, slope, rtol=1e-11, atol=1e-12)


@each_rule
def test_the_ellipse_goes_through_the_point_before_the_step(rule):
    path = descend(rule, bowl.grad, bowl.start, 5, **SETTINGS[rule])
    for step in range(1, 6):
        believed = belief(path, step)
        assert believed.height(believed.before) == 0
        across = (believed.before - believed.after) / believed.semi_axes()
        assert across @ across == pytest.approx(1, rel=1e-12)
        for axis in np.diag(believed.semi_axes()):  # as high as before the step, at the ends of its axes as well
            lowest = believed.height(believed.after)
            assert believed.height(believed.after + axis) == pytest.approx(0, abs=1e-9 * abs(lowest))


def test_gradient_descent_on_a_bowl_of_the_curvature_that_it_believes_is_there_in_one_step():
    path = descend(gradient_descent, lambda theta: 4 * theta, [3.0, -2.0], 1, lr=1 / 4)
    believed = belief(path, 1)
    np.testing.assert_allclose(believed.after, 0, atol=1e-15)
    at = np.random.default_rng(0).normal(size=(50, 2))
    truth = 2 * (at**2).sum(axis=-1) - 2 * (believed.before**2).sum()
    np.testing.assert_allclose(believed.height(at), truth, rtol=1e-12)


def test_rmsprop_ends_in_jumps_where_it_believes_half_of_the_curvature():
    path = descend(rmsprop, bowl.grad, bowl.start, 3000, lr=0.05)
    np.testing.assert_allclose(belief(path, 3000).rate * bowl.curvatures, 2, rtol=1e-3)


def test_a_path_of_many_runs_believes_in_each_of_them():
    many = descend(momentum, bowl.grad, bowl.start, 4, lr=[0.1, 0.2])
    with refused(ValueError, "runs of shape (2,)", "path.run(0)"):
        belief(many, 1)
    one = belief(many.run(1), 3)
    np.testing.assert_allclose(one, belief(descend(momentum, bowl.grad, bowl.start, 4, lr=0.2), 3), rtol=1e-12)


@pytest.mark.parametrize("step", [0, 4, -1])
def test_a_step_that_is_not_on_the_path_is_refused(step):
    path = descend(gradient_descent, bowl.grad, bowl.start, 3)
    with refused(ValueError, f"step {step} is not on this path", "1 to 3"):
        belief(path, step)


def test_a_rule_whose_belief_is_not_known_says_what_to_return():
    def leap(prev, g):
        return State(theta=prev.theta / 2)

    for path in (descend(leap, bowl.grad, bowl.start, 3), Path(theta=np.ones((3, 2)))):
        with refused(ValueError, "believes is not known", "return rate"):
            belief(path, 1)


# --- the view


def emblem(rule, landscape=bowl, steps=12, **hyper):
    """The view's artists by name, after a step of this rule is marked."""
    view = BeliefMap(landscape)
    figure = LiveFigure(view)
    path = descend(rule, landscape.grad, landscape.start, steps, **hyper)

    def show(step):
        figure.update(path, step=step)
        names = ("bowl", "level", "past", "rim", "walked", "downhill", "step", "here", "left")
        return dict(zip(names, view.artists[path.label], strict=True))

    return path, show


@each_rule
def test_the_emblem_is_the_belief_of_the_marked_step(rule):
    path, show = emblem(rule, **SETTINGS[rule])
    for step in (1, 2, 12):
        shown, believed = show(step), belief(path, step)
        rim = shown["rim"].get_xydata()
        lowest = believed.height(believed.after)
        np.testing.assert_allclose(believed.height(rim), 0, atol=1e-9 * abs(lowest))
        np.testing.assert_allclose(rim.mean(axis=0), believed.after, atol=0.02 * np.ptp(rim))
        np.testing.assert_array_equal(shown["step"].get_xydata()[:2], path.theta[[step - 1, step]])
        level = shown["level"].get_xydata()
        heights = bowl.loss(level[np.isfinite(level).all(axis=1)])
        np.testing.assert_allclose(heights, bowl.loss(path.theta[step - 1]), atol=0.01)
        tail, tip = shown["downhill"].get_xydata()[:2]
        along, g = tip - tail, bowl.grad(path.theta[step - 1])
        np.testing.assert_allclose(along / np.linalg.norm(along), -g / np.linalg.norm(g), rtol=1e-9)


def test_the_ellipses_of_earlier_steps_stay_as_pale_lines():
    view, path = BeliefMap(bowl, earlier=2), descend(rmsprop, bowl.grad, bowl.start, 9, lr=0.4)
    figure = LiveFigure(view)
    past = None
    for step, shown in ((1, 0), (2, 1), (6, 2)):
        figure.update(path, step=step)
        past = view.artists["RMSProp"][2]
        points = past.get_xydata()
        rims = np.split(points, np.flatnonzero(np.isnan(points[:, 0])))[1:-1]
        assert len(rims) == shown
        for rim, number in zip(rims, range(step - shown, step), strict=True):
            np.testing.assert_allclose(belief(path, number).height(rim[1:]), 0, atol=1e-9)
    assert past.get_alpha() < 1


def test_before_the_first_step_nothing_is_believed():
    _, show = emblem(adam, lr=0.4)
    show(5)
    shown = show(0)
    for name in ("rim", "level", "downhill", "step"):
        assert not np.isfinite(shown[name].get_xydata()).any(), name
    assert np.ptp(shown["bowl"].get_xy()) == 0


def test_a_path_that_diverges_shows_what_fits():
    path, show = emblem(gradient_descent, steps=2000, lr=0.9)
    assert not np.isfinite(path.theta[-1]).all()
    for step in (3, 1000, 2000):
        show(step)
    assert np.isfinite(show(3)["rim"].get_xydata()).all()
    assert not np.isfinite(show(2000)["rim"].get_xydata()).any()


def test_a_circle_is_a_circle_and_downhill_stands_upright():
    view = BeliefMap(bowl)
    LiveFigure(view, size=(8.8, 3))
    (x0, y0), (x1, y1) = view.axes.transData.transform([(0, 0), (1, 1)])
    assert x1 - x0 == pytest.approx(y1 - y0, rel=1e-6)
