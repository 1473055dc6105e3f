"""Softmax regression and the small network: loss, exact gradient, learning; the digits and the diabetes data."""

import numpy as np
import pytest
from test_landscapes import assert_slopes
from walks import refused

from course_utils import adagrad, adam, descend, gradient_descent, momentum, rmsprop, walk
from course_utils.problems import Network, SoftmaxRegression, diabetes, digits, minibatches

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(4)
X, LABELS = RNG.normal(size=(20, 5)), np.append(RNG.integers(0, 4, size=19), 3)
IMAGES, DIGITS = digits()

SMALL = {"softmax regression": SoftmaxRegression(X, LABELS), "network": Network(X, LABELS, hidden=6)}
LARGE = {"softmax regression": SoftmaxRegression(IMAGES, DIGITS), "network": Network(IMAGES, DIGITS)}
SIZES = {"softmax regression": 5 * 4 + 4, "network": 5 * 6 + 6 + 6 * 4 + 4}

small = pytest.mark.parametrize("model", SMALL.values(), ids=SMALL)
large = pytest.mark.parametrize("model", LARGE.values(), ids=LARGE)


def thetas(model, *runs):
    return np.random.default_rng(5).normal(size=(*runs, model.parameters))


def assert_slope_along_random_directions(grad, loss, theta, h=3e-7):
    """The loss rises along a direction as fast as the gradient says; h is so small that no ReLU opens or shuts."""
    g = grad(theta)
    for direction in np.random.default_rng(6).normal(size=(4, len(theta))):
        direction = direction / np.linalg.norm(direction) + g / np.linalg.norm(g)
        slope = (loss(theta + h * direction) - loss(theta - h * direction)) / (2 * h)
        assert slope == pytest.approx(g @ direction, rel=1e-7)


# --- values worked out by hand


def test_softmax_regression_by_hand():
    model = SoftmaxRegression([[1.0], [-1.0]], [0, 1])
    # W = (ln 3, 0), b = (0, 0): the odds are 3 : 1 in the first row and 1/3 : 1 in the second
    theta = [np.log(3), 0, 0, 0]
    np.testing.assert_allclose(model.probabilities(theta), [[3 / 4, 1 / 4], [1 / 4, 3 / 4]], rtol=1e-15)
    assert model.loss(theta) == pytest.approx(np.log(4 / 3), rel=1e-15)
    assert model.grad(theta) == pytest.approx([-1 / 4, 1 / 4, 0, 0], abs=1e-15)
    assert model.accuracy(theta) == 1
    assert model.on([[1.0], [2.0], [3.0], [-1.0]], [0, 1, 0, 0]).accuracy(theta) == 1 / 2


def test_a_network_by_hand():
    model = Network([[2.0, 1.0]], [1], hidden=2)
    # units max(0, 2 - 1) = 1 and max(0, 1 - 3) = 0; scores 1 · ln 3 + 0 and 0: odds 3 : 1 against the label
    w1, b1, w2, b2 = [1, 0, 0, 1], [-1, -3], [np.log(3), 0, 7, 7], [0, 0]
    theta = np.concatenate([w1, b1, w2, b2])
    np.testing.assert_allclose(model.probabilities(theta), [[3 / 4, 1 / 4]], rtol=1e-15)
    assert model.loss(theta) == pytest.approx(np.log(4), rel=1e-15)
    back = 3 / 4 * np.log(3)  # to the first unit; the second is shut
    assert model.grad(theta) == pytest.approx([2 * back, 0, back, 0, back, 0, 3 / 4, -3 / 4, 0, 0, 3 / 4, -3 / 4])


@large
def test_a_model_without_weights_gives_every_class_the_same_probability(model):
    zero = np.zeros(model.parameters)
    np.testing.assert_allclose(model.probabilities(zero), 1 / 10, rtol=1e-15)
    assert model.loss(zero) == pytest.approx(np.log(10), rel=1e-15)


# --- gradients


@small
def test_the_gradient_is_the_slope_of_the_loss(model):
    assert_slopes(model.grad, model.loss, thetas(model, 10))


@small
def test_the_gradient_of_a_batch_is_the_slope_of_the_loss_over_its_rows(model):
    batches = [np.array([3, 0, 7]), np.array([5])]
    grad = model.batch_grad(batches)
    for t, rows in enumerate(batches, 1):
        part = model.on(X[rows], LABELS[rows])
        assert_slopes(lambda theta, t=t: grad(theta, t), part.loss, thetas(model, 5))


@large
def test_on_the_digits_the_gradient_is_the_slope_of_the_loss(model):
    assert_slope_along_random_directions(model.grad, model.loss, model.start(1))


@large
def test_on_the_digits_the_gradient_of_a_batch_is_the_slope_of_the_loss_over_its_rows(model):
    batches = minibatches(len(DIGITS), 64, epochs=1)
    grad = model.batch_grad(batches)
    for t in (1, 29):
        part = model.on(IMAGES[batches[t - 1]], DIGITS[batches[t - 1]])
        assert_slope_along_random_directions(lambda theta, t=t: grad(theta, t), part.loss, model.start(2))


@large
def test_the_mean_gradient_of_an_epoch_weighted_by_size_is_the_full_gradient(model):
    batches, theta = minibatches(len(DIGITS), 64, epochs=1), model.start()
    grad = model.batch_grad(batches)
    parts = [grad(theta, t) for t in range(1, len(batches) + 1)]
    weights = [len(rows) for rows in batches]
    assert weights[-1] == 5
    np.testing.assert_allclose(np.average(parts, axis=0, weights=weights), model.grad(theta), rtol=1e-10, atol=1e-15)


# --- one flat theta


@pytest.mark.parametrize("name", SMALL)
def test_theta_holds_the_layers_one_after_another(name):
    model = SMALL[name]
    theta = thetas(model)
    layers = model.split(theta)
    assert model.parameters == len(theta) == SIZES[name]
    np.testing.assert_array_equal(np.concatenate([part.ravel() for layer in layers for part in layer]), theta)
    for (w, b), inputs, outputs in zip(layers, model.sizes[:-1], model.sizes[1:], strict=True):
        assert (w.shape, b.shape) == ((inputs, outputs), (outputs,))


@small
@pytest.mark.parametrize("runs", [(), (3, 2)])
def test_the_layers_are_views_so_writing_into_them_writes_theta(model, runs):
    theta = thetas(model, *runs)
    for w, b in model.split(theta):
        assert np.shares_memory(w, theta) and np.shares_memory(b, theta)
        w[:], b[:] = 1, 2
    assert (theta.min(), theta.max()) == (1, 2)


@small
@pytest.mark.parametrize("runs", [(4,), (3, 2)])
def test_many_thetas_at_once_give_what_each_gives_alone(model, runs):
    theta = thetas(model, *runs)
    batch_grad = model.batch_grad([np.array([1, 4, 9])])
    assert model.loss(theta).shape == model.accuracy(theta).shape == runs
    assert model.probabilities(theta).shape == (*runs, 20, 4)
    assert model.grad(theta).shape == batch_grad(theta, 1).shape == theta.shape
    for run in np.ndindex(runs):
        for method in (model.loss, model.accuracy, model.probabilities):  # one run after another inside
            np.testing.assert_array_equal(method(theta)[run], method(theta[run]))
        np.testing.assert_allclose(model.grad(theta)[run], model.grad(theta[run]), rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(batch_grad(theta, 1)[run], batch_grad(theta[run], 1), rtol=1e-12, atol=1e-15)


def test_a_sweep_at_once_trains_each_rate_as_if_alone():
    model = LARGE["network"]
    grad, rates = model.batch_grad(minibatches(len(DIGITS), 64, epochs=1)), [0.003, 0.01]
    *_, last = walk(adam, grad, model.start(), 29, lr=rates)
    for theta, lr in zip(last.theta, rates, strict=True):
        *_, alone = walk(adam, grad, model.start(), 29, lr=lr)
        np.testing.assert_allclose(theta, alone.theta, rtol=1e-9, atol=1e-12)


@large
def test_a_gradient_leaves_theta_and_the_data_as_they_are(model):
    theta = model.start()
    before = theta.copy(), model.inputs.copy(), model.targets.copy()
    model.grad(theta), model.batch_grad([np.arange(9)])(theta, 1), model.loss(theta)
    for one, other in zip(before, (theta, model.inputs, model.targets), strict=True):
        np.testing.assert_array_equal(one, other)


# --- start, learning, judging


def test_the_network_of_the_course_is_64_64_10():
    assert LARGE["network"].sizes == (64, 64, 10)
    assert LARGE["network"].parameters == 4810
    assert LARGE["softmax regression"].parameters == 650


def test_the_start_keeps_the_size_of_signals_and_is_the_same_for_the_same_seed():
    model = Network(IMAGES, DIGITS, hidden=4000)
    (w1, b1), (w2, b2) = model.split(model.start())
    assert not b1.any() and not b2.any()
    assert (w1.mean(), w1.std()) == pytest.approx((0, np.sqrt(2 / 64)), abs=0.003)
    assert (w2.mean(), w2.std()) == pytest.approx((0, np.sqrt(2 / 4000)), abs=0.003)
    np.testing.assert_array_equal(model.start(), model.start(0))
    assert (model.start(1) != model.start(2)).sum() == w1.size + w2.size


@pytest.mark.parametrize(
    ("rule", "lr"), [(gradient_descent, 0.3), (momentum, 0.03), (adagrad, 0.03), (rmsprop, 0.01), (adam, 0.01)]
)
@large
def test_every_rule_halves_the_loss_on_the_digits_within_three_epochs(model, rule, lr):
    batches = minibatches(len(DIGITS), 60, epochs=3)
    *_, last = walk(rule, model.batch_grad(batches), model.start(), len(batches), lr=lr)
    assert model.loss(last.theta) < model.loss(model.start()) / 2
    assert model.accuracy(last.theta) > 0.7 > 0.3 > model.accuracy(model.start())


@small
def test_full_gradients_lower_the_loss_at_every_step(model):
    path = descend(gradient_descent, model.grad, model.start(), 50, lr=0.05)
    assert (np.diff(model.loss(path.theta)) < 0).all()


@large
def test_a_model_on_other_rows_judges_them_alone(model):
    part, theta = model.on(IMAGES[:100], DIGITS[:100]), model.start()
    right = model.probabilities(theta).argmax(axis=1) == DIGITS
    surprise = -np.log(model.probabilities(theta)[np.arange(len(DIGITS)), DIGITS])
    assert model.accuracy(theta) == right.mean()
    assert part.accuracy(theta) == right[:100].mean()
    assert model.loss(theta) == pytest.approx(surprise.mean())
    assert part.loss(theta) == pytest.approx(surprise[:100].mean())
    np.testing.assert_array_equal(part.grad(theta), model.batch_grad([np.arange(100)])(theta, 1))
    assert part.parameters == model.parameters and len(model.labels) == 1797


def test_other_rows_need_not_hold_every_class():
    model = SMALL["network"]
    few = model.on(X[:1], [0])
    assert few.probabilities(model.start()).shape == (1, 4)


# --- divergence is no error


@small
def test_scores_far_beyond_what_exp_can_hold_give_the_loss_they_should(model):
    theta = np.zeros(model.parameters)
    model.split(theta)[-1][1][:] = [0, 0, 0, -1000]  # the last class has next to no probability
    share = (LABELS == 3).mean()
    assert model.loss(theta) == pytest.approx(1000 * share + np.log(3), rel=1e-12)
    assert np.isfinite(model.grad(theta)).all()
    model.split(theta)[-1][1][:] = 1000  # all alike
    assert model.loss(theta) == pytest.approx(np.log(4), rel=1e-12)


def test_a_row_of_huge_scores_does_not_swallow_another_row():
    model = SoftmaxRegression([[5000.0], [0.0]], [0, 1])
    assert model.loss([1, 0, 0, 0]) == pytest.approx((0 + np.log(2)) / 2, rel=1e-12)


@small
@pytest.mark.parametrize("size", [1e200, 1e308, np.inf, np.nan])
def test_a_theta_beyond_all_bounds_passes_in_silence(model, size):
    with np.errstate(all="ignore"):
        theta = size * thetas(model)
    batch_grad = model.batch_grad([np.arange(5)])
    for value in (model.loss(theta), model.grad(theta), batch_grad(theta, 1), model.probabilities(theta)):
        assert value is not None
    assert 0 <= model.accuracy(theta) <= 1
    if not np.isfinite(size):
        assert not np.isfinite(model.loss(theta))


@small
def test_training_that_diverges_runs_to_its_end(model):
    path = descend(momentum, model.grad, model.start(), 200, lr=1e6)
    assert model.loss(path.theta).shape == (201,)
    assert not model.loss(path.theta)[-1] < 100


# --- bad input


@pytest.mark.parametrize("make", [SoftmaxRegression, Network])
class TestRefusals:
    def test_labels_of_another_length(self, make):
        with refused(ValueError, "(2,)", "3 rows", "one label for each"):
            make(np.ones((3, 2)), [0, 1])

    def test_labels_in_a_column_or_one_hot(self, make):
        with refused(ValueError, "(3, 1)", "one label for each"):
            make(np.ones((3, 2)), [[0], [1], [0]])

    def test_labels_that_are_no_whole_numbers(self, make):
        with refused(TypeError, "float64", "astype(int)"):
            make(np.ones((2, 2)), [0.0, 1.0])
        with refused(TypeError, "whole numbers"):
            make(np.ones((2, 2)), ["cat", "dog"])

    def test_negative_labels(self, make):
        with refused(ValueError, "-1", "0, 1, 2"):
            make(np.ones((2, 2)), [0, -1])

    @pytest.mark.parametrize("shape", [(3,), (3, 2, 2), (0, 2), (3, 0)])
    def test_features_that_are_no_table(self, make, shape):
        with refused(ValueError, f"{shape}", "(rows, features)"):
            make(np.ones(shape), np.zeros(shape[0], dtype=int))

    def test_a_theta_of_another_model(self, make):
        model = make(X, LABELS)
        for method in (model.loss, model.grad, model.accuracy, model.probabilities, model.split):
            for shape in ((7,), (2, 7), ()):
                with refused(ValueError, f"{shape}", f"{model.parameters} parameters"):
                    method(np.ones(shape))

    def test_other_rows_with_more_features_or_classes(self, make):
        model = make(X, LABELS)
        with refused(ValueError, "4 features", "5"):
            model.on(X[:, :4], LABELS)
        with refused(ValueError, "labels holds 4", "0 to 3"):
            model.on(X, np.full(20, 4))

    def test_more_steps_than_batches(self, make):
        model = make(X, LABELS)
        with refused(ValueError, "step 3", "2 batches"):
            descend(gradient_descent, model.batch_grad(minibatches(20, 10, epochs=1)), model.start(), 5)


@pytest.mark.parametrize("hidden", [0, -3, 2.5, None, "64"])
def test_a_number_of_units_that_makes_no_layer_is_refused(hidden):
    with refused(ValueError, f"hidden is {hidden!r}", "whole number, 1 or more"):
        Network(X, LABELS, hidden=hidden)


# --- the data


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
