"""Linear regression's loss, gradient, minimum and curvatures; the dealing of mini-batches."""

import numpy as np
import pytest
from test_landscapes import assert_slopes, central_differences
from walks import refused

from course_utils import descend, gradient_descent
from course_utils.problems import LinearRegression, minibatches

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(3)
LINE = LinearRegression(RNG.normal(size=20), RNG.normal(size=20))
SPACE = LinearRegression(RNG.normal(size=(20, 3)), RNG.normal(size=20))

both = pytest.mark.parametrize("model", [LINE, SPACE], ids=["line", "space"])


def thetas(model, *runs):
    return np.random.default_rng(5).normal(size=(*runs, model.inputs.shape[1]))


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


@both
def test_the_gradient_is_the_slope_of_the_loss(model):
    assert_slopes(model.grad, model.loss, thetas(model, 10))


@both
def test_the_gradient_of_a_batch_is_the_slope_of_the_loss_over_its_rows(model):
    batches = [np.array([3, 0, 7]), np.array([5])]
    grad = model.batch_grad(batches)
    for t, rows in enumerate(batches, 1):
        part = LinearRegression(model.inputs[rows, :-1], model.y[rows])
        assert_slopes(lambda theta, t=t: grad(theta, t), part.loss, thetas(model, 5))


@both
def test_the_minimum_is_flat_and_lower_than_all_around(model):
    np.testing.assert_allclose(model.grad(model.minimum), 0, atol=1e-12)
    assert (model.loss(model.minimum + 1e-3 * thetas(model, 50)) > model.loss(model.minimum)).all()


@both
def test_the_curvatures_are_the_eigenvalues_of_the_hessian(model):
    hessian = central_differences(model.grad, thetas(model))
    np.testing.assert_allclose(model.curvatures, np.linalg.eigvalsh(hessian), rtol=1e-8)


@both
@pytest.mark.parametrize("runs", [(), (5,), (3, 4)])
def test_many_thetas_at_once_give_what_each_gives_alone(model, runs):
    theta = thetas(model, *runs)
    batch_grad = model.batch_grad([np.array([1, 4])])
    assert model.loss(theta).shape == runs
    assert model.predict(theta).shape == (*runs, 20)
    assert model.grad(theta).shape == batch_grad(theta, 1).shape == theta.shape
    for run in np.ndindex(runs):
        assert model.predict(theta)[run] == pytest.approx(model.predict(theta[run]))
        assert model.loss(theta)[run] == pytest.approx(model.loss(theta[run]))
        assert model.grad(theta)[run] == pytest.approx(model.grad(theta[run]))
        assert batch_grad(theta, 1)[run] == pytest.approx(batch_grad(theta[run], 1))


@both
def test_a_path_that_diverged_has_its_loss_without_a_warning(model):
    far = np.full(model.inputs.shape[1], 1e200)
    assert model.loss(far) == np.inf
    assert np.isnan(model.loss(far * np.inf))
    assert np.isnan(model.predict(far * np.inf)).any()


def test_x_and_y_of_different_lengths_are_refused():
    with refused(ValueError, "3 rows", "2"):
        LinearRegression([1, 2, 3], [1, 2])


def test_a_y_that_is_a_column_is_refused():
    with refused(ValueError, "y", "(3, 1)"):
        LinearRegression([1, 2, 3], [[1], [2], [3]])


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


@both
def test_the_mean_gradient_of_an_epoch_weighted_by_size_is_the_full_gradient(model):
    batches, theta = minibatches(20, 6, epochs=1), thetas(model)
    grad = model.batch_grad(batches)
    parts = [grad(theta, t) for t in range(1, len(batches) + 1)]
    weights = [len(rows) for rows in batches]
    np.testing.assert_allclose(np.average(parts, axis=0, weights=weights), model.grad(theta), rtol=1e-12)


def test_the_first_step_meets_the_first_batch():
    path = descend(gradient_descent, LINE.batch_grad([[0], [1]]), [0.0, 0.0], 1, lr=1)
    x, y = LINE.inputs[0, 0], LINE.y[0]
    np.testing.assert_allclose(path.theta[1], [2 * y * x, 2 * y])


@pytest.mark.parametrize("size", [0, -1, 11, 2.5, "3", None])
def test_a_batch_size_that_deals_no_batches_is_refused(size):
    with refused(ValueError, f"batch size is {size!r}", "1 to the 10 rows"):
        minibatches(10, size, epochs=1)


def test_more_steps_than_batches_are_refused():
    with refused(ValueError, "step 3", "2 batches"):
        descend(gradient_descent, LINE.batch_grad(minibatches(20, 10, epochs=1)), [0.0, 0.0], 5)
