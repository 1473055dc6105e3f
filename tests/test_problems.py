"""What is descended on: every loss has the gradient, minimum and curvatures that it names; the data are all there."""

import numpy as np
import pytest
from helpers import refused

from course_utils import Path, adagrad, adam, descend, gradient_descent, momentum, rmsprop, walk
from course_utils.problems import (
    GROUNDS,
    Classifier,
    Landscape,
    LinearRegression,
    Plane,
    bowl,
    chebyshev_bound,
    diabetes,
    digits,
    landscapes,
    limits,
    minibatches,
    penguins,
    quadratic,
    quartic,
    rosenbrock,
    round_bowl,
    saddle,
    turned,
    turned_bowl,
    valleys,
    wavy,
)

pytestmark = pytest.mark.filterwarnings("error")

LANDSCAPES = {name: value for name, value in vars(landscapes).items() if isinstance(value, Landscape)}
LANDSCAPES["quadratic"] = quadratic([1, 3.5, 10], start=(1, 1, 1), window=(-2, 2, -2, 2, -2, 2))

RNG = np.random.default_rng(3)
LINEAR = {
    "line": LinearRegression(RNG.normal(size=20), RNG.normal(size=20)),
    "space": LinearRegression(RNG.normal(size=(20, 3)), RNG.normal(size=20)),
}
X, LABELS = RNG.normal(size=(20, 5)), np.append(RNG.integers(0, 4, size=19), 3)
IMAGES, DIGITS = digits()
HIDDEN = {"softmax regression": (), "network": (6,), "two hidden layers": (6, 3)}
SMALL = {name: Classifier(X, LABELS, hidden) for name, hidden in HIDDEN.items()}
LARGE = {"softmax regression": Classifier(IMAGES, DIGITS), "network": Classifier(IMAGES, DIGITS, hidden=(64,))}


def each(things):
    """Runs a test for each of these, under its name."""
    return pytest.mark.parametrize("it", things.values(), ids=things)


def central_differences(function, theta, h=1e-5):
    """The derivative of function along each element of theta, one row each: the gradient, or the Hessian of a grad."""
    steps = h * np.eye(len(theta))
    return (function(theta + steps) - function(theta - steps)) / (2 * h)


def assert_slopes(grad, loss, thetas):
    for theta in thetas:
        g = grad(theta)
        np.testing.assert_allclose(g, central_differences(loss, theta), rtol=1e-6, atol=1e-6 * np.abs(g).max())


def assert_slope_along_random_directions(grad, loss, theta, h=3e-7):
    """The loss rises along a direction as fast as the gradient says; h is so small that no ReLU opens or shuts."""
    g = grad(theta)
    for direction in np.random.default_rng(6).normal(size=(4, len(theta))):
        direction = direction / np.linalg.norm(direction) + g / np.linalg.norm(g)
        slope = (loss(theta + h * direction) - loss(theta - h * direction)) / (2 * h)
        assert slope == pytest.approx(g @ direction, rel=1e-7)


def assert_same(one, other):
    """Equal but for last bits, which depend on the processor and on how many runs are taken at once."""
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12 * np.abs(other).max())


def points(landscape, *shape):
    """Points all over the window."""
    low, high = np.reshape(landscape.window, (-1, 2)).T
    return np.random.default_rng(7).uniform(low, high, (*shape, len(low)))


def thetas(model, *runs):
    parameters = model.inputs.shape[1] if isinstance(model, LinearRegression) else model.parameters
    return np.random.default_rng(5).normal(size=(*runs, parameters))


# --- landscapes


@each(LANDSCAPES)
def test_the_gradient_is_the_slope_of_the_loss(it):
    assert_slopes(it.grad, it.loss, points(it, 20))


@each(LANDSCAPES)
def test_start_and_minimum_stand_inside_the_window(it):
    low, high = np.reshape(it.window, (-1, 2)).T
    for point in (it.start, it.minimum or it.start):
        assert len(point) == len(low)
        assert (low < point).all() and (point < high).all()


@each({name: it for name, it in LANDSCAPES.items() if it.minimum})
def test_the_minimum_is_flat_and_nothing_in_the_window_lies_lower(it):
    fineness = {1: 4001, 2: 401, 3: 51}[len(it.minimum)]
    np.testing.assert_allclose(it.grad(np.array(it.minimum)), 0, atol=1e-14)
    axes = [np.linspace(*sides, fineness) for sides in np.reshape(it.window, (-1, 2))]
    everywhere = np.stack(np.meshgrid(*axes), axis=-1)
    assert it.loss(it.minimum) <= it.loss(everywhere).min()
    assert it.loss(it.minimum) < it.loss(it.start)


def test_the_wavy_loss_has_several_local_minima():
    x = np.linspace(*wavy.window, 1601)[:, np.newaxis]
    turns_up = np.diff(np.sign(np.diff(wavy.loss(x)))) > 0
    assert turns_up.sum() > 2


def test_every_ground_of_a_race_has_a_least_loss_of_zero_and_a_square_window():
    for it in GROUNDS.values():
        assert it.loss(it.minimum) < 1e-15
        left, right, bottom, top = it.window
        assert right - left == top - bottom


def test_a_turned_ground_is_the_same_ground_and_its_axes_are_not_the_coordinates():
    quarter = np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    theta = points(bowl, 20)
    np.testing.assert_allclose(turned_bowl.loss(theta @ quarter.T), bowl.loss(theta), rtol=1e-13)
    np.testing.assert_allclose(turned_bowl.start, quarter @ bowl.start, rtol=1e-15)
    hessian = central_differences(turned_bowl.grad, np.zeros(2))
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), [0.2, 4], rtol=1e-8)
    np.testing.assert_allclose(hessian[0, 0], hessian[1, 1], rtol=1e-8)


def test_a_turned_ground_keeps_what_has_no_minimum_without_one():
    assert turned(saddle, saddle.window).minimum is None
    np.testing.assert_allclose(turned(rosenbrock, (-1, 1, 0, 2)).minimum, [0, np.sqrt(2)], atol=1e-15)


def test_the_valleys_are_the_saddle_where_the_saddle_is():
    near = 1e-3 * points(saddle, 20)
    np.testing.assert_allclose(valleys.loss(near) - 1, saddle.loss(near), rtol=0, atol=1e-11)


def test_the_saddle_falls_without_end():
    assert saddle.minimum is None
    assert saddle.loss([0.0, 1e6]) == -1e12


@each({name: it for name, it in LANDSCAPES.items() if it.curvatures})
def test_the_curvatures_of_a_landscape_are_the_eigenvalues_of_its_hessian(it):
    for theta in points(it, 3):
        hessian = central_differences(it.grad, theta)
        np.testing.assert_allclose(np.linalg.eigvalsh(hessian), sorted(it.curvatures), rtol=1e-8)


def test_a_landscape_that_is_no_quadratic_names_no_curvatures():
    assert rosenbrock.curvatures is None and wavy.curvatures is None


def test_the_landscapes_of_the_course_are_these():
    at = np.array([-2.0, 3.0])
    assert round_bowl.loss(at) == 4 + 9
    assert bowl.loss(at) == pytest.approx(0.1 * 4 + 2 * 9)
    assert saddle.loss(at) == 4 - 9
    assert rosenbrock.loss(at) == 9 + 100 * 1
    assert quartic.loss(at) == (16 + 81) / 4
    assert valleys.loss(at) == 4 + 49 / 4
    assert wavy.loss([np.pi]) == pytest.approx(0.05 * np.pi**2 + 0.5)


@each(LANDSCAPES)
@pytest.mark.parametrize("runs", [(), (5,), (3, 4)])
def test_a_loss_drops_the_last_axis_and_a_gradient_keeps_it(it, runs):
    theta = points(it, *runs)
    assert np.shape(it.loss(theta)) == runs
    assert it.grad(theta).shape == theta.shape


@each(LANDSCAPES)
def test_a_map_holds_what_each_point_gives_alone(it):
    theta = points(it, 5000)
    assert_same(it.loss(theta), [it.loss(point) for point in theta])
    assert_same(it.grad(theta), [it.grad(point) for point in theta])


@each(LANDSCAPES)
def test_a_loss_overflows_without_a_warning(it):
    far = 1e200 * np.ones(len(it.start))
    assert not np.isfinite(it.loss(far)) or it is saddle


@each(LANDSCAPES)
def test_a_point_may_be_a_tuple(it):
    start = np.array(it.start, dtype=float)
    assert_same(it.grad(it.start), it.grad(start))
    assert_same(it.loss(it.start), it.loss(start))


# --- the limits of the learning rate


@pytest.mark.parametrize("beta", [0.0, 0.2, 0.9])
def test_the_limits_are_where_all_axes_shrink_fastest_and_where_one_stops_shrinking(beta):
    def slowest(lr):
        """The factor of a step of momentum (m, theta) along the axis that shrinks least."""
        steps = [[[beta, c], [-lr * beta, 1 - lr * c]] for c in bowl.curvatures]
        return np.abs(np.linalg.eigvals(steps)).max()

    found = limits(bowl.curvatures, beta)
    assert found["1/λₘₐₓ"] == 0.25
    assert slowest(0.999 * found["limit"]) < 1 < slowest(1.001 * found["limit"])
    rates = np.linspace(0.001, found["limit"], 1000)
    assert slowest(found["best"]) <= min(slowest(lr) for lr in rates) + 1e-12


def test_without_momentum_the_limit_is_two_over_the_largest_curvature():
    assert limits([4, 0.2]) == pytest.approx({"1/λₘₐₓ": 1 / 4, "best": 2 / 4.2, "limit": 2 / 4})


@each({"bowl": bowl, **LINEAR})
def test_what_knows_its_curvatures_names_its_limits(it):
    assert it.limits() == limits(it.curvatures)
    assert it.limits(beta=0.9) == limits(it.curvatures, 0.9)


@each(LINEAR)
def test_the_limit_of_a_model_is_where_its_descent_turns_into_flight(it):
    def end(share):
        return descend(gradient_descent, it.grad, thetas(it), 2000, lr=share * it.limits()["limit"]).theta[-1]

    np.testing.assert_allclose(end(0.98), it.minimum, rtol=1e-9)
    assert it.loss(end(1.02)) > 1e6


@each({"rosenbrock": rosenbrock, "saddle": saddle, "wavy": wavy})
def test_where_no_curvature_is_known_or_one_is_negative_there_is_no_limit(it):
    with refused(ValueError, "known and positive", "a quadratic"):
        it.limits()


# --- models of both kinds

MODELS = LINEAR | SMALL


def part(model, rows):
    """The same model over these rows alone."""
    if isinstance(model, LinearRegression):
        return LinearRegression(model.inputs[rows, :-1], model.y[rows])
    return model.on(model.inputs[rows], model.labels[rows])


@each(MODELS)
def test_a_model_s_gradient_is_the_slope_of_its_loss(it):
    assert_slopes(it.grad, it.loss, thetas(it, 10))


@each(MODELS)
def test_the_gradient_of_a_batch_is_the_slope_of_the_loss_over_its_rows(it):
    batches = [np.array([3, 0, 7]), np.array([5])]
    grad = it.batch_grad(batches)
    for t, rows in enumerate(batches, 1):
        assert_slopes(lambda theta, t=t: grad(theta, t), part(it, rows).loss, thetas(it, 5))


@each(MODELS)
def test_the_mean_gradient_of_an_epoch_weighted_by_size_is_the_full_gradient(it):
    batches, theta = minibatches(20, 6, epochs=1), thetas(it)
    grad = it.batch_grad(batches)
    parts = [grad(theta, t) for t in range(1, len(batches) + 1)]
    assert_same(np.average(parts, axis=0, weights=[len(rows) for rows in batches]), it.grad(theta))


@each(MODELS)
@pytest.mark.parametrize("runs", [(), (5,), (3, 4)])
def test_many_thetas_at_once_give_what_each_gives_alone(it, runs):
    theta = thetas(it, *runs)
    batch_grad = it.batch_grad([np.array([1, 4, 9])])
    values = it.predict if isinstance(it, LinearRegression) else it.probabilities
    assert it.loss(theta).shape == runs
    assert values(theta).shape == runs + values(thetas(it)).shape
    assert it.grad(theta).shape == batch_grad(theta, 1).shape == theta.shape
    for run in np.ndindex(runs):
        for method in (it.loss, values, it.grad, lambda theta: batch_grad(theta, 1)):
            assert_same(method(theta)[run], method(theta[run]))


@each(MODELS)
def test_more_steps_than_batches_are_refused(it):
    with refused(ValueError, "step 3", "2 batches"):
        descend(gradient_descent, it.batch_grad(minibatches(20, 10, epochs=1)), thetas(it), 5)


# --- linear regression


def test_linear_regression_by_hand():
    model = LinearRegression([0, 1, 2], [1, 3, 4])
    # at slope 1 and intercept 1 the line runs through 1, 2, 3: the residuals are 0, -1, -1
    np.testing.assert_array_equal(model.predict([1, 1]), [1, 2, 3])
    assert model.loss([1, 1]) == pytest.approx(2 / 3)
    assert model.grad([1, 1]) == pytest.approx([2 / 3 * -3, 2 / 3 * -2])
    assert model.minimum == pytest.approx([3 / 2, 7 / 6])


def test_the_slopes_come_in_the_order_of_the_features_and_the_intercept_last():
    model = LinearRegression([[1, 0], [0, 1]], [0, 0])
    np.testing.assert_array_equal(model.predict([10, 20, 3]), [13, 23])


@each(LINEAR)
def test_the_least_squares_are_flat_and_lower_than_all_around(it):
    np.testing.assert_allclose(it.grad(it.minimum), 0, atol=1e-12)
    assert (it.loss(it.minimum + 1e-3 * thetas(it, 50)) > it.loss(it.minimum)).all()


@each(LINEAR)
def test_the_curvatures_of_a_model_are_the_eigenvalues_of_its_hessian(it):
    hessian = central_differences(it.grad, thetas(it))
    np.testing.assert_allclose(it.curvatures, np.linalg.eigvalsh(hessian), rtol=1e-8)


@each(LINEAR)
def test_a_path_that_diverged_has_its_loss_without_a_warning(it):
    far = np.full(it.inputs.shape[1], 1e200)
    assert it.loss(far) == np.inf
    assert np.isnan(it.loss(far * np.inf))
    assert np.isnan(it.predict(far * np.inf)).any()
    assert np.isnan(it.grad(far * np.inf)).any()


def test_the_first_step_meets_the_first_batch():
    line = LINEAR["line"]
    path = descend(gradient_descent, line.batch_grad([[0], [1]]), [0.0, 0.0], 1, lr=1)
    x, y = line.inputs[0, 0], line.y[0]
    np.testing.assert_allclose(path.theta[1], [2 * y * x, 2 * y])


def test_x_and_y_of_different_lengths_are_refused():
    with refused(ValueError, "3 rows", "2"):
        LinearRegression([1, 2, 3], [1, 2])


def test_a_y_that_is_a_column_is_refused():
    with refused(ValueError, "y", "(3, 1)"):
        LinearRegression([1, 2, 3], [[1], [2], [3]])


# --- the classifier: values worked out by hand


def test_softmax_regression_by_hand():
    model = Classifier([[1.0], [-1.0]], [0, 1])
    # W = (ln 3, 0), b = (0, 0): the odds are 3 : 1 in the first row and 1/3 : 1 in the second
    theta = [np.log(3), 0, 0, 0]
    assert_same(model.probabilities(theta), [[3 / 4, 1 / 4], [1 / 4, 3 / 4]])
    assert model.loss(theta) == pytest.approx(np.log(4 / 3), rel=1e-12)
    assert_same(model.grad(theta), [-1 / 4, 1 / 4, 0, 0])
    assert model.accuracy(theta) == 1
    assert model.on([[1.0], [2.0], [3.0], [-1.0]], [0, 1, 0, 0]).accuracy(theta) == 1 / 2


def test_a_network_by_hand():
    model = Classifier([[2.0, 1.0]], [1], hidden=(2,))
    # units max(0, 2 - 1) = 1 and max(0, 1 - 3) = 0; scores 1 · ln 3 + 0 and 0: odds 3 : 1 against the label
    w1, b1, w2, b2 = [1, 0, 0, 1], [-1, -3], [np.log(3), 0, 7, 7], [0, 0]
    theta = np.concatenate([w1, b1, w2, b2])
    assert_same(model.probabilities(theta), [[3 / 4, 1 / 4]])
    assert model.loss(theta) == pytest.approx(np.log(4), rel=1e-12)
    back = 3 / 4 * np.log(3)  # to the first unit; the second is shut
    assert_same(model.grad(theta), [2 * back, 0, back, 0, back, 0, 3 / 4, -3 / 4, 0, 0, 3 / 4, -3 / 4])


@each(LARGE)
def test_a_model_without_weights_gives_every_class_the_same_probability(it):
    zero = np.zeros(it.parameters)
    np.testing.assert_allclose(it.probabilities(zero), 1 / 10, rtol=1e-12)
    assert it.loss(zero) == pytest.approx(np.log(10), rel=1e-12)


# --- its gradient on the digits


@each(LARGE)
def test_on_the_digits_the_gradient_is_the_slope_of_the_loss(it):
    assert_slope_along_random_directions(it.grad, it.loss, it.start(1))


@each(LARGE)
def test_on_the_digits_the_gradient_of_a_batch_is_the_slope_of_the_loss_over_its_rows(it):
    batches = minibatches(len(DIGITS), 64, epochs=1)
    grad = it.batch_grad(batches)
    for t in (1, 29):
        loss = part(it, batches[t - 1]).loss
        assert_slope_along_random_directions(lambda theta, t=t: grad(theta, t), loss, it.start(2))


@each(LARGE)
def test_on_the_digits_the_mean_gradient_of_an_epoch_weighted_by_size_is_the_full_gradient(it):
    batches, theta = minibatches(len(DIGITS), 64, epochs=1), it.start()
    grad = it.batch_grad(batches)
    weights = [len(rows) for rows in batches]
    assert weights[-1] == 5
    assert_same(
        np.average([grad(theta, t) for t in range(1, len(batches) + 1)], axis=0, weights=weights), it.grad(theta)
    )


# --- its one flat theta


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("softmax regression", 5 * 4 + 4),
        ("network", 5 * 6 + 6 + 6 * 4 + 4),
        ("two hidden layers", 5 * 6 + 6 + 6 * 3 + 3 + 3 * 4 + 4),
    ],
)
def test_theta_holds_the_layers_one_after_another(name, parameters):
    model = SMALL[name]
    theta = thetas(model)
    layers = model.split(theta)
    assert model.parameters == len(theta) == parameters
    np.testing.assert_array_equal(np.concatenate([part.ravel() for layer in layers for part in layer]), theta)
    assert model.sizes == (5, *HIDDEN[name], 4)
    for (w, b), inputs, outputs in zip(layers, model.sizes[:-1], model.sizes[1:], strict=True):
        assert (w.shape, b.shape) == ((inputs, outputs), (outputs,))


@each(SMALL)
@pytest.mark.parametrize("runs", [(), (3, 2)])
def test_the_layers_are_views_so_writing_into_them_writes_theta(it, runs):
    theta = thetas(it, *runs)
    for w, b in it.split(theta):
        assert np.shares_memory(w, theta) and np.shares_memory(b, theta)
        w[:], b[:] = 1, 2
    assert (theta.min(), theta.max()) == (1, 2)


@each(SMALL)
def test_each_run_has_its_accuracy(it):
    theta = thetas(it, 3, 2)
    assert it.accuracy(theta).shape == (3, 2)
    assert it.accuracy(theta)[2, 1] == it.accuracy(theta[2, 1])


def test_a_sweep_at_once_trains_each_rate_as_if_alone():
    model = LARGE["network"]
    grad, rates = model.batch_grad(minibatches(len(DIGITS), 64, epochs=1)), [0.003, 0.01]
    *_, last = walk(adam, grad, model.start(), 29, lr=rates)
    for theta, lr in zip(last.theta, rates, strict=True):
        *_, alone = walk(adam, grad, model.start(), 29, lr=lr)
        np.testing.assert_allclose(theta, alone.theta, rtol=1e-9, atol=1e-12)


@each(LARGE)
def test_a_gradient_leaves_theta_and_the_data_as_they_are(it):
    theta = it.start()
    before = theta.copy(), it.inputs.copy(), it.targets.copy()
    it.grad(theta), it.batch_grad([np.arange(9)])(theta, 1), it.loss(theta)
    for one, other in zip(before, (theta, it.inputs, it.targets), strict=True):
        np.testing.assert_array_equal(one, other)


# --- its start, learning, judging


def test_the_network_of_the_course_is_64_64_10():
    assert LARGE["network"].sizes == (64, 64, 10)
    assert LARGE["network"].parameters == 4810
    assert LARGE["softmax regression"].parameters == 650


def test_the_start_keeps_the_size_of_signals_and_is_the_same_for_the_same_seed():
    model = Classifier(IMAGES, DIGITS, hidden=(4000,))
    (w1, b1), (w2, b2) = model.split(model.start())
    assert not b1.any() and not b2.any()
    assert (w1.mean(), w1.std()) == pytest.approx((0, np.sqrt(2 / 64)), abs=0.003)
    assert (w2.mean(), w2.std()) == pytest.approx((0, np.sqrt(2 / 4000)), abs=0.003)
    np.testing.assert_array_equal(model.start(), model.start(0))
    assert (model.start(1) != model.start(2)).sum() == w1.size + w2.size


@pytest.mark.parametrize(
    ("rule", "lr"), [(gradient_descent, 0.3), (momentum, 0.03), (adagrad, 0.03), (rmsprop, 0.01), (adam, 0.01)]
)
@each(LARGE)
def test_every_rule_halves_the_loss_on_the_digits_within_three_epochs(it, rule, lr):
    batches = minibatches(len(DIGITS), 60, epochs=3)
    *_, last = walk(rule, it.batch_grad(batches), it.start(), len(batches), lr=lr)
    assert it.loss(last.theta) < it.loss(it.start()) / 2
    assert it.accuracy(last.theta) > 0.7 > 0.3 > it.accuracy(it.start())


@each(SMALL)
def test_full_gradients_lower_the_loss_at_every_step(it):
    path = descend(gradient_descent, it.grad, it.start(), 50, lr=0.05)
    assert (np.diff(it.loss(path.theta)) < 0).all()


@each(LARGE)
def test_a_model_on_other_rows_judges_them_alone(it):
    part, theta = it.on(IMAGES[:100], DIGITS[:100]), it.start()
    right = it.probabilities(theta).argmax(axis=1) == DIGITS
    surprise = -np.log(it.probabilities(theta)[np.arange(len(DIGITS)), DIGITS])
    assert it.accuracy(theta) == right.mean()
    assert part.accuracy(theta) == right[:100].mean()
    assert it.loss(theta) == pytest.approx(surprise.mean())
    assert part.loss(theta) == pytest.approx(surprise[:100].mean())
    assert_same(part.grad(theta), it.batch_grad([np.arange(100)])(theta, 1))
    assert part.parameters == it.parameters and len(it.labels) == 1797


def test_other_rows_need_not_hold_every_class():
    model = SMALL["network"]
    few = model.on(X[:1], [0])
    assert few.probabilities(model.start()).shape == (1, 4)


# --- divergence is no error


@each(SMALL)
def test_scores_far_beyond_what_exp_can_hold_give_the_loss_they_should(it):
    theta = np.zeros(it.parameters)
    it.split(theta)[-1][1][:] = [0, 0, 0, -1000]  # the last class has next to no probability
    share = (LABELS == 3).mean()
    assert it.loss(theta) == pytest.approx(1000 * share + np.log(3), rel=1e-12)
    assert np.isfinite(it.grad(theta)).all()
    it.split(theta)[-1][1][:] = 1000  # all alike
    assert it.loss(theta) == pytest.approx(np.log(4), rel=1e-12)


def test_a_row_of_huge_scores_does_not_swallow_another_row():
    model = Classifier([[5000.0], [0.0]], [0, 1])
    assert model.loss([1, 0, 0, 0]) == pytest.approx((0 + np.log(2)) / 2, rel=1e-12)


@each(SMALL)
@pytest.mark.parametrize("size", [1e200, 1e308, np.inf, np.nan])
def test_a_theta_beyond_all_bounds_passes_in_silence(it, size):
    with np.errstate(all="ignore"):
        theta = size * thetas(it)
    batch_grad = it.batch_grad([np.arange(5)])
    for value in (it.loss(theta), it.grad(theta), batch_grad(theta, 1), it.probabilities(theta)):
        assert value is not None
    assert 0 <= it.accuracy(theta) <= 1
    if not np.isfinite(size):
        assert not np.isfinite(it.loss(theta))


@each(SMALL)
def test_training_that_diverges_runs_to_its_end(it):
    path = descend(momentum, it.grad, it.start(), 200, lr=1e6)
    assert it.loss(path.theta).shape == (201,)
    assert not it.loss(path.theta)[-1] < 100


# --- what a classifier refuses


@pytest.mark.parametrize("hidden", [(), (64,)], ids=["softmax regression", "network"])
class TestRefusals:
    def test_labels_of_another_length(self, hidden):
        with refused(ValueError, "(2,)", "3 rows", "one label for each"):
            Classifier(np.ones((3, 2)), [0, 1], hidden)

    def test_labels_in_a_column_or_one_hot(self, hidden):
        with refused(ValueError, "(3, 1)", "one label for each"):
            Classifier(np.ones((3, 2)), [[0], [1], [0]], hidden)

    def test_labels_that_are_no_whole_numbers(self, hidden):
        with refused(TypeError, "float64", "astype(int)"):
            Classifier(np.ones((2, 2)), [0.0, 1.0], hidden)
        with refused(TypeError, "whole numbers"):
            Classifier(np.ones((2, 2)), ["cat", "dog"], hidden)

    def test_negative_labels(self, hidden):
        with refused(ValueError, "-1", "0, 1, 2"):
            Classifier(np.ones((2, 2)), [0, -1], hidden)

    @pytest.mark.parametrize("shape", [(3,), (3, 2, 2), (0, 2), (3, 0)])
    def test_features_that_are_no_table(self, hidden, shape):
        with refused(ValueError, f"{shape}", "(rows, features)"):
            Classifier(np.ones(shape), np.zeros(shape[0], dtype=int), hidden)

    def test_a_theta_of_another_model(self, hidden):
        model = Classifier(X, LABELS, hidden)
        for method in (model.loss, model.grad, model.accuracy, model.probabilities, model.split):
            for shape in ((7,), (2, 7), ()):
                with refused(ValueError, f"{shape}", f"{model.parameters} parameters"):
                    method(np.ones(shape))

    def test_other_rows_with_more_features_or_classes(self, hidden):
        model = Classifier(X, LABELS, hidden)
        with refused(ValueError, "4 features", "5"):
            model.on(X[:, :4], LABELS)
        with refused(ValueError, "labels holds 4", "0 to 3"):
            model.on(X, np.full(20, 4))


@pytest.mark.parametrize("hidden", [(0,), (64, -3), (2.5,), (None,), ("64",), None, 64, "64"])
def test_a_number_of_units_that_makes_no_layer_is_refused(hidden):
    with refused(ValueError, f"hidden is {hidden!r}", "whole numbers, 1 or more", "(64,)"):
        Classifier(X, LABELS, hidden=hidden)


# --- mini-batches


@pytest.mark.parametrize("size", [1, 3, 5, 10])
def test_an_epoch_meets_every_row_once_and_keeps_the_last_batch(size):
    batches = minibatches(10, size, epochs=4)
    a_epoch = -(-10 // size)
    assert len(batches) == 4 * a_epoch
    for epoch in range(4):
        dealt = batches[epoch * a_epoch : (epoch + 1) * a_epoch]
        assert [len(rows) for rows in dealt[:-1]] == [size] * (a_epoch - 1)
        assert sorted(np.concatenate(dealt)) == list(range(10))


def test_each_epoch_is_shuffled_anew():
    first, second = minibatches(100, 100, epochs=2)
    assert list(first) != list(range(100))
    assert list(first) != list(second)


def test_the_same_seed_deals_the_same_batches_and_another_seed_others():
    def deal(**seed):
        return np.concatenate(minibatches(100, 7, 2, **seed)).tolist()

    assert deal() == deal(seed=0) != deal(seed=1)
    assert deal(seed=1) == deal(seed=1)


@pytest.mark.parametrize("size", [0, -1, 11, 2.5, "3", None])
def test_a_batch_size_that_deals_no_batches_is_refused(size):
    with refused(ValueError, f"batch size is {size!r}", "1 to the 10 rows"):
        minibatches(10, size, epochs=1)


# --- the data


def test_penguins_are_342_flippers_in_millimetres_and_masses_in_grams():
    flipper, mass = penguins()
    assert flipper.shape == mass.shape == (342,)
    assert (flipper.min(), flipper.max()) == (172, 231)
    assert (mass.min(), mass.max()) == (2700, 6300)
    assert (flipper[0], mass[0]) == (181, 3750)


def test_a_penguin_weighs_50_grams_more_for_each_millimetre_of_flipper():
    flipper, mass = penguins()
    slope, intercept = np.polyfit(flipper, mass, 1)
    assert slope == pytest.approx(49.686, abs=0.0005)
    assert intercept == pytest.approx(-5780.8, abs=0.05)
    assert np.corrcoef(flipper, mass)[0, 1] ** 2 == pytest.approx(0.759, abs=0.0005)


def test_digits_are_1797_pictures_of_64_pixels_from_0_to_1_half_of_them_empty():
    assert (IMAGES.shape, DIGITS.shape) == ((1797, 64), (1797,))
    assert (IMAGES.dtype, DIGITS.dtype.kind) == (np.float64, "i")
    np.testing.assert_array_equal(np.unique(IMAGES), np.arange(17) / 16)
    np.testing.assert_array_equal(DIGITS[:10], np.arange(10))
    np.testing.assert_array_equal(np.bincount(DIGITS), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    assert (IMAGES == 0).mean() == pytest.approx(0.489, abs=0.0005)
    np.testing.assert_array_equal(IMAGES[0, :16] * 16, [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0])


def test_diabetes_are_442_patients_with_10_measurements_in_their_units():
    x, y = diabetes()
    assert (x.shape, y.shape) == ((442, 10), (442,))
    assert (y.min(), y.max()) == (25, 346)
    np.testing.assert_array_equal(x[0], [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87])
    assert y[0] == 151


def test_standardised_diabetes_has_a_condition_number_of_470():
    x, _ = diabetes()
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    assert np.linalg.cond(z.T @ z / len(z)) == pytest.approx(470.08, abs=0.005)


# --- by direction, from above, and how fast it could be


@pytest.mark.parametrize("problem", ["bowl", "line"])
def test_the_parts_of_a_loss_add_up_to_what_lies_above_the_least(problem):
    rng = np.random.default_rng(0)
    ground = bowl if problem == "bowl" else LinearRegression(rng.normal(size=(30, 3)), rng.normal(size=30))
    theta = rng.normal(size=(5, len(ground.minimum)))
    parts = ground.split(theta)
    assert parts.shape == theta.shape and (parts >= 0).all()
    np.testing.assert_allclose(parts.sum(axis=-1), ground.loss(theta) - ground.loss(np.array(ground.minimum)))


def test_each_part_of_a_line_s_loss_falls_as_its_own_curvature_says():
    rng = np.random.default_rng(1)
    model = LinearRegression(rng.normal(size=(30, 3)), rng.normal(size=30))
    before, after = np.ones(4), np.ones(4) - 0.1 * model.grad(np.ones(4))
    np.testing.assert_allclose(model.split(after), model.split(before) * (1 - 0.1 * model.curvatures) ** 2)


def test_only_a_quadratic_with_a_minimum_can_be_split():
    for ground in (rosenbrock, saddle):
        with pytest.raises(ValueError, match=r"^split needs a quadratic with a minimum: .*\.$"):
            ground.split((1, 2))


@pytest.mark.parametrize("steps", [1, 5, 12])
def test_no_rule_of_constant_settings_beats_chebyshev(steps):
    low, high = 0.2, 4
    λ = np.linspace(low, high, 400)
    bound = chebyshev_bound(low, high, steps)

    def worst(rule, **hyper):
        path = descend(rule, lambda theta: λ[:, np.newaxis] * theta, np.ones((400, 1)), steps, **hyper)
        return np.abs(path.theta[-1]).max()

    rates, betas = np.linspace(0.05, 0.9, 40), np.linspace(0, 0.8, 20)
    assert min(worst(momentum, lr=lr, beta=beta) for lr in rates for beta in betas) >= bound * (1 - 1e-12)
    roots = (high + low) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(steps) + 0.5) / steps)
    reached = np.abs(np.prod(1 - λ[:, np.newaxis] / roots, axis=1)).max()
    assert reached == pytest.approx(bound, rel=1e-9), "the bound is reached by other rates at each step"
    np.testing.assert_allclose(chebyshev_bound(low, high, [1, steps])[-1], bound)


class Hills:
    """A loss of 50 parameters, of which two matter."""

    @staticmethod
    def loss(theta):
        return theta[..., 3] ** 2 + 2 * theta[..., 7] ** 2


def test_a_plane_holds_the_motion_and_the_loss_of_walks_that_keep_to_it():
    start, steps = np.random.default_rng(0).normal(size=50), np.zeros((2, 9, 50))
    steps[0, :, 3], steps[1, :, 7] = np.linspace(0, 5, 9), np.linspace(0, -2, 9)
    paths = [Path(theta=start + walk) for walk in steps]
    plane = Plane(Hills, paths)
    assert plane.share == pytest.approx(1)
    for path in paths:
        seen = plane.seen(path).theta
        np.testing.assert_allclose(plane.loss(seen), Hills.loss(path.theta))
        np.testing.assert_allclose(np.linalg.norm(seen, axis=1), np.linalg.norm(path.theta - start, axis=1))
    left, right, bottom, top = plane.window
    ends = np.array([plane.seen(path).theta[-1] for path in paths])
    assert (ends.sum(axis=0) >= 0).all(), "directions have the walks' side"
    assert left < 0 < ends[:, 0].max() < right and bottom < 0 < ends[:, 1].max() < top


def test_what_a_plane_does_not_hold_it_says():
    walks = np.zeros((9, 50))
    walks[:, :3] = np.linspace(0, 1, 9)[:, np.newaxis] ** [1, 2, 3]
    path = Path(theta=walks)
    plane = Plane(Hills, [path])
    lost = walks - (walks @ plane.directions.T) @ plane.directions
    assert plane.share == pytest.approx(1 - (lost**2).sum() / (walks**2).sum()) and plane.share < 1


def test_walks_from_several_starts_have_no_plane():
    with pytest.raises(ValueError, match=r"^a Plane goes through one start: give it paths [^\n]*\.$"):
        Plane(Hills, [Path(theta=np.zeros((2, 50))), Path(theta=np.ones((2, 50)))])


def test_a_bound_needs_a_range_of_curvatures():
    for low, high in ((2, 2), (0, 1), (3, 1)):
        with pytest.raises(ValueError, match=r"^chebyshev_bound needs 0 < low < high, not [^\n]*\.$"):
            chebyshev_bound(low, high, 5)
