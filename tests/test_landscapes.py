"""Every landscape has the gradient, minimum and curvatures that it names."""

import numpy as np
import pytest

from course_utils.problems import Landscape, landscapes, quadratic, rosenbrock, saddle, wavy

pytestmark = pytest.mark.filterwarnings("error")

LANDSCAPES = {name: value for name, value in vars(landscapes).items() if isinstance(value, Landscape)}
LANDSCAPES["quadratic"] = quadratic([1, 3.5, 10], start=(1, 1, 1), window=(-2, 2, -2, 2, -2, 2))

every = pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
with_minimum = pytest.mark.parametrize("name", [name for name, it in LANDSCAPES.items() if it.minimum])
with_curvatures = pytest.mark.parametrize("name", [name for name, it in LANDSCAPES.items() if it.curvatures])


def central_differences(function, theta, h=1e-5):
    """The derivative of function along each element of theta, one row each: the gradient, or the Hessian of a grad."""
    steps = h * np.eye(len(theta))
    return (function(theta + steps) - function(theta - steps)) / (2 * h)


def assert_slopes(grad, loss, thetas):
    for theta in thetas:
        g = grad(theta)
        np.testing.assert_allclose(g, central_differences(loss, theta), rtol=1e-6, atol=1e-6 * np.abs(g).max())


def points(landscape, *shape):
    """Points all over the window."""
    low, high = np.reshape(landscape.window, (-1, 2)).T
    return np.random.default_rng(7).uniform(low, high, (*shape, len(low)))


@every
def test_the_gradient_is_the_slope_of_the_loss(landscape):
    assert_slopes(landscape.grad, landscape.loss, points(landscape, 20))


@every
def test_start_and_minimum_stand_inside_the_window(landscape):
    low, high = np.reshape(landscape.window, (-1, 2)).T
    for point in (landscape.start, landscape.minimum or landscape.start):
        assert len(point) == len(low)
        assert (low < point).all() and (point < high).all()


@with_minimum
def test_the_minimum_is_flat_and_nothing_in_the_window_lies_lower(name):
    landscape = LANDSCAPES[name]
    fineness = {1: 4001, 2: 401, 3: 51}[len(landscape.minimum)]
    np.testing.assert_allclose(landscape.grad(np.array(landscape.minimum)), 0, atol=1e-14)
    axes = [np.linspace(*sides, fineness) for sides in np.reshape(landscape.window, (-1, 2))]
    everywhere = np.stack(np.meshgrid(*axes), axis=-1)
    assert landscape.loss(landscape.minimum) <= landscape.loss(everywhere).min()
    assert landscape.loss(landscape.minimum) < landscape.loss(landscape.start)


def test_the_wavy_loss_has_several_local_minima():
    x = np.linspace(*wavy.window, 1601)[:, np.newaxis]
    turns_up = np.diff(np.sign(np.diff(wavy.loss(x)))) > 0
    assert turns_up.sum() > 2


def test_the_saddle_falls_without_end():
    assert saddle.minimum is None
    assert saddle.loss([0.0, 1e6]) == -1e12


@with_curvatures
def test_the_curvatures_are_the_eigenvalues_of_the_hessian(name):
    landscape = LANDSCAPES[name]
    for theta in points(landscape, 3):
        hessian = central_differences(landscape.grad, theta)
        np.testing.assert_allclose(np.linalg.eigvalsh(hessian), sorted(landscape.curvatures), rtol=1e-8)


@pytest.mark.parametrize("beta", [0.0, 0.2, 0.9])
def test_the_limits_are_where_all_axes_shrink_fastest_and_where_one_stops_shrinking(beta):
    def slowest(lr):
        """The factor of a step of momentum (m, theta) along the axis that shrinks least."""
        steps = [[[beta, c], [-lr * beta, 1 - lr * c]] for c in landscapes.bowl.curvatures]
        return np.abs(np.linalg.eigvals(steps)).max()

    limits = landscapes.bowl.limits(beta)
    assert limits["1/λₘₐₓ"] == 0.25
    assert slowest(0.999 * limits["limit"]) < 1 < slowest(1.001 * limits["limit"])
    rates = np.linspace(0.001, limits["limit"], 1000)
    assert slowest(limits["best"]) <= min(slowest(lr) for lr in rates) + 1e-12


def test_without_momentum_the_limit_is_two_over_the_largest_curvature():
    assert landscapes.bowl.limits() == pytest.approx({"1/λₘₐₓ": 1 / 4, "best": 2 / 4.2, "limit": 2 / 4})


def test_a_landscape_that_is_no_quadratic_names_no_curvatures():
    assert rosenbrock.curvatures is None and wavy.curvatures is None


def test_the_landscapes_of_the_course_are_these():
    at = np.array([-2.0, 3.0])
    assert landscapes.round_bowl.loss(at) == 4 + 9
    assert landscapes.bowl.loss(at) == pytest.approx(0.1 * 4 + 2 * 9)
    assert landscapes.saddle.loss(at) == 4 - 9
    assert landscapes.rosenbrock.loss(at) == 9 + 100 * 1
    assert wavy.loss([np.pi]) == pytest.approx(0.05 * np.pi**2 + 0.5)


@every
@pytest.mark.parametrize("runs", [(), (5,), (3, 4)])
def test_a_loss_drops_the_last_axis_and_a_gradient_keeps_it(landscape, runs):
    theta = points(landscape, *runs)
    assert np.shape(landscape.loss(theta)) == runs
    assert landscape.grad(theta).shape == theta.shape


@every
def test_a_map_holds_to_the_last_bit_what_each_point_gives_alone(landscape):
    theta = points(landscape, 5000)
    np.testing.assert_array_equal(landscape.loss(theta), [landscape.loss(point) for point in theta])
    np.testing.assert_array_equal(landscape.grad(theta), [landscape.grad(point) for point in theta])


@every
def test_a_loss_overflows_without_a_warning(landscape):
    far = 1e200 * np.ones(len(landscape.start))
    assert not np.isfinite(landscape.loss(far)) or landscape is saddle


@every
def test_a_point_may_be_a_tuple(landscape):
    start = np.array(landscape.start, dtype=float)
    np.testing.assert_array_equal(landscape.grad(landscape.start), landscape.grad(start))
    assert landscape.loss(landscape.start) == landscape.loss(start)
