"""A rule steps to the bottom of the bowl that it believes in."""

import numpy as np
import pytest
from walks import each_rule, refused

from course_utils import Path, State, adagrad, adam, descend, gradient_descent, momentum, rmsprop
from course_utils.beliefs import belief
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
