"""Each rule does what its formula says: closed forms, values worked out by hand, paths recorded from torch.optim."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

from course_utils import NAMES, State, adagrad, adam, descend, gradient_descent, momentum, problems, rmsprop

pytestmark = pytest.mark.filterwarnings("error")

RULES = {rule.__name__: rule for rule in NAMES}
RECORD = json.loads((Path(__file__).parent / "recorded" / "torch_paths.json").read_text(encoding="utf-8"))

SLOPE = np.array([3.0, -0.5])  # a constant gradient
T = np.arange(1, 101)[:, np.newaxis]


def near(values, expected):
    np.testing.assert_allclose(values, np.broadcast_to(expected, values.shape), rtol=1e-12, atol=1e-12)


def slide(rule, **hyper):
    """100 steps under the constant gradient."""
    return descend(rule, lambda theta: SLOPE, [1.0, 1.0], len(T), **hyper)


def steps_of(path):
    return np.diff(path.theta, axis=0)


def follow(rule, gradients, **hyper):
    """Steps from the origin under gradients given beforehand."""
    return descend(rule, lambda theta, t: gradients[t - 1], np.zeros(2), len(gradients), **hyper)


# --- closed forms; ε once as small as its default and once so large that its place in the formula shows

small_and_large_eps = pytest.mark.parametrize("eps", [1e-8, 0.3])


def test_gradient_descent_shrinks_a_quadratic_by_one_minus_lr_times_curvature():
    curvatures = np.array([0.2, 4.0, 25.0])
    path = descend(gradient_descent, lambda theta: curvatures * theta, [-5.0, 2.0, 1.0], 100, lr=0.07)
    near(path.theta[1:], (1 - 0.07 * curvatures) ** T * [-5.0, 2.0, 1.0])


@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_momentum_sums_a_constant_gradient_towards_g_over_one_minus_beta(beta):
    path = slide(momentum, lr=0.1, beta=beta)
    near(path.m[1:], SLOPE / (1 - beta) * (1 - beta**T))
    near(steps_of(path), -0.1 * path.m[1:])


def test_momentum_without_memory_is_gradient_descent():
    path = descend(momentum, problems.bowl.grad, [-5, -2], 50, lr=0.1, beta=0)
    plain = descend(gradient_descent, problems.bowl.grad, [-5, -2], 50, lr=0.1)
    np.testing.assert_array_equal(path.theta, plain.theta)


@small_and_large_eps
def test_adagrad_steps_shrink_as_one_over_the_root_of_t(eps):
    path = slide(adagrad, lr=0.1, eps=eps)
    near(path.v[1:], T * SLOPE**2)
    near(steps_of(path), -0.1 * SLOPE / (np.sqrt(T) * np.abs(SLOPE) + eps))


@small_and_large_eps
def test_rmsprop_takes_a_first_step_of_lr_over_the_root_of_one_minus_rho(eps):
    first_step = steps_of(slide(rmsprop, lr=0.1, rho=0.9, eps=eps))[0]
    near(first_step, -0.1 * SLOPE / (np.sqrt(0.1) * np.abs(SLOPE) + eps))


@small_and_large_eps
def test_rmsprop_averages_a_constant_gradient_from_zero_without_correction(eps):
    path = slide(rmsprop, lr=0.1, rho=0.9, eps=eps)
    near(path.v[1:], (1 - 0.9**T) * SLOPE**2)
    near(path.rate[1:], 0.1 / (np.sqrt(1 - 0.9**T) * np.abs(SLOPE) + eps))


@small_and_large_eps
@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.5, 0.25), (0.0, 0.0)])
def test_adam_sees_a_constant_gradient_without_bias_at_every_t(beta1, beta2, eps):
    path = slide(adam, lr=0.1, beta1=beta1, beta2=beta2, eps=eps)
    near(path.m_hat[1:], SLOPE)
    near(path.v_hat[1:], SLOPE**2)
    near(steps_of(path), -0.1 * SLOPE / (np.abs(SLOPE) + eps))
    np.testing.assert_array_equal(path.t, np.arange(101))


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_adam_takes_a_first_step_of_lr_whatever_the_gradient(size):
    path = descend(adam, lambda theta: size * np.sign(theta), [2.0, -2.0], 1, lr=0.25, eps=1e-20)
    near(path.theta[1], [1.75, -1.75])


# --- steps worked out by hand, every left-hand side of the formula


def test_gradient_descent_by_hand():
    path = descend(gradient_descent, lambda theta: theta, [4.0], 3, lr=1 / 4)
    near(path.theta, [[4], [4 - 4 / 4], [3 - 3 / 4], [9 / 4 - 9 / 16]])


def test_momentum_by_hand():
    path = descend(momentum, lambda theta: theta, [4.0], 3, lr=1 / 4, beta=1 / 2)
    near(path.m, [[0], [4], [4 / 2 + 3], [5 / 2 + 7 / 4]])
    near(path.theta, [[4], [4 - 4 / 4], [3 - 5 / 4], [7 / 4 - 17 / 16]])


def test_adagrad_by_hand():
    path = follow(adagrad, [[3.0, -8.0], [4.0, 15.0], [-12.0, 144.0]], lr=1, eps=1 / 2)
    # 3² + 4² = 5², 5² + 12² = 13²; 8² + 15² = 17², 17² + 144² = 145²
    near(path.v, [[0, 0], [9, 64], [25, 289], [169, 21025]])
    near(path.rate[1:], [[1 / 3.5, 1 / 8.5], [1 / 5.5, 1 / 17.5], [1 / 13.5, 1 / 145.5]])
    near(steps_of(path), [[-3 / 3.5, 8 / 8.5], [-4 / 5.5, -15 / 17.5], [12 / 13.5, -144 / 145.5]])


def test_rmsprop_by_hand():
    path = follow(rmsprop, [[8.0, -2.0], [1.0, -7.0], [-11.5, 2.0]], lr=2, rho=3 / 4, eps=1 / 2)
    # v₁ = 8²/4, v₂ = 3/4 · 16 + 1²/4, v₃ = 3/4 · 12.25 + 11.5²/4: the roots are 4, 3.5 and 6.5
    near(path.v[:, 0], [0, 16, 12.25, 42.25])
    near(path.v[:, 1], [0, 1, 13, 10.75])
    near(path.rate[1:, 0], [2 / 4.5, 2 / 4, 2 / 7])
    near(steps_of(path)[:, 0], [-16 / 4.5, -2 / 4, 23 / 7])
    near(steps_of(path)[0, 1], 4 / 1.5)


def test_adam_by_hand():
    path = follow(adam, [[4.0, 12.0], [-10.0, -2.0], [29.0, 29.0]], lr=1, beta1=1 / 2, beta2=3 / 4, eps=1)
    near(path.t, [0, 1, 2, 3])
    near(path.m, [[0, 0], [2, 6], [1 - 5, 3 - 1], [-2 + 14.5, 1 + 14.5]])
    near(path.v, [[0, 0], [4, 36], [3 + 25, 27 + 1], [21 + 210.25, 21 + 210.25]])
    # divided by 1/2, 3/4, 7/8 and by 1/4, 7/16, 37/64: the roots are 4, 8, 20 and 12, 8, 20
    near(path.m_hat[1:], [[4, 12], [-16 / 3, 8 / 3], [100 / 7, 124 / 7]])
    near(path.v_hat[1:], [[16, 144], [64, 64], [400, 400]])
    near(path.rate[1:], [[1 / 5, 1 / 13], [1 / 9, 1 / 9], [1 / 21, 1 / 21]])
    near(steps_of(path), [[-4 / 5, -12 / 13], [16 / 27, -8 / 27], [-100 / 147, -124 / 147]])


@pytest.mark.parametrize("name", RULES)
def test_a_rule_changes_nothing_that_it_is_given(name):
    prev = State(theta=np.array([1.0, -2.0]), t=3, m=np.array([0.5, 0.25]), v=np.array([4.0, 9.0]))
    g = np.array([3.0, -0.5])
    for array in (*[value for value in vars(prev).values() if isinstance(value, np.ndarray)], g):
        array.flags.writeable = False  # so that a change in place raises
    RULES[name](prev, g)


# --- the same paths as torch.optim, and the defaults


@pytest.mark.parametrize("run", RECORD["runs"], ids=lambda run: f"{run['rule']}-{run['landscape']}-{run['hyper']}")
def test_a_path_is_the_one_torch_takes(run):
    landscape = getattr(problems, run["landscape"])
    path = descend(RULES[run["rule"]], landscape.grad, run["theta"][0], 1000, **run["hyper"])
    near(path.theta[RECORD["steps"]], run["theta"])


def test_every_rule_is_recorded_on_both_landscapes_from_where_the_course_starts():
    assert {(run["rule"], run["landscape"]) for run in RECORD["runs"]} == {
        (rule, landscape) for rule in RULES for landscape in ("bowl", "rosenbrock")
    }
    for run in RECORD["runs"]:
        assert tuple(run["theta"][0]) == getattr(problems, run["landscape"]).start
    assert RECORD["steps"][-1] == 1000


@pytest.mark.parametrize(
    ("rule", "defaults"),
    [
        (gradient_descent, {"lr": 0.01}),
        (momentum, {"lr": 0.01, "beta": 0.9}),
        (adagrad, {"lr": 0.01, "eps": 1e-8}),
        (rmsprop, {"lr": 0.01, "rho": 0.9, "eps": 1e-8}),
        (adam, {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    ],
)
def test_a_rule_has_the_hyper_parameters_and_defaults_of_the_course(rule, defaults):
    hyper = list(inspect.signature(rule).parameters.values())[2:]
    assert {p.name: p.default for p in hyper} == defaults
    left_out, given = slide(rule), slide(rule, **defaults)
    np.testing.assert_array_equal(left_out.theta, given.theta)
