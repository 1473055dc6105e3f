"""What the exercises hold to be right is confirmed by an experiment, with the course's own rules, models and data."""

import ast
import inspect
import itertools
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter

from course_utils import State, adagrad, adam, descend, exercises, gradient_descent, momentum, rmsprop
from course_utils.exercises import Exercise, appendix, lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6
from course_utils.exercises.mistakes import MISTAKES, edited
from course_utils.problems import LinearRegression, minibatches, penguins, quadratic


@pytest.fixture(scope="module")
def standardised():
    flipper, mass = penguins()
    return (flipper - flipper.mean()) / flipper.std(), (mass - mass.mean()) / mass.std()


def steps_under(gradients, rule, **hyper):
    """The steps of a rule, as positive numbers, under gradients given one by one."""
    gradients = np.asarray(gradients, dtype=float)
    path = descend(rule, lambda theta, t: gradients[[t - 1]], [0.0], len(gradients), **hyper)
    return path, -np.diff(path.theta[:, 0])


def impulse(steps):
    return [1.0] + [0.0] * steps


def agrees(question, measured):
    assert question.accepts(measured), f"measured {measured}, and the question holds {question.right} to be right"


def wrong(right, sentence):
    """The wrong rule whose sentence begins so."""
    (edit,) = (edit for edit in MISTAKES[right] if edit[-1].startswith(sentence))
    return edited(right, edit)


def test_lesson_1(standardised):
    x, y = standardised
    point = LinearRegression([1.0], [0.0])
    agrees(lesson_1.residual_doubles, point.loss([2.0, 0.0]) / point.loss([1.0, 0.0]))
    model = LinearRegression(x, y)
    agrees(lesson_1.one_unit_too_high, model.loss(model.minimum + np.array([0, 1])))
    low, high = LinearRegression(10 * x, y).curvatures
    agrees(lesson_1.condition_number, high / low)


def reaches(rule, curvatures, lr, **hyper):
    """Whether a walk on a quadratic comes near its minimum."""
    bowl = quadratic(curvatures, start=(1.0,) * len(curvatures), window=None)
    end = descend(rule, bowl.grad, bowl.start, 20_000, every=20_000, lr=lr, **hyper).theta[-1]
    return bool(np.abs(end).max() < 0.1)


def test_lesson_2():
    limit = lesson_2.largest_rate.right
    assert reaches(gradient_descent, [0.5, 3, 10], 0.999 * limit)
    assert not reaches(gradient_descent, [0.5, 3, 10], 1.001 * limit)
    theta = descend(gradient_descent, lambda theta: 2 * theta, [1.0], 20, lr=0.3).theta[:, 0]
    agrees(lesson_2.steps_to_a_thousandth, np.argmax(np.abs(theta) < 0.001))
    agrees(lesson_2.steps_in_all, len(minibatches(342, 64, epochs=60)))


def test_lesson_3():
    path, _ = steps_under(np.ones(3000), momentum, beta=0.99)
    agrees(lesson_3.terminal_speed, path.m[-1, 0])
    beta = lesson_3.smallest_beta.right
    assert reaches(momentum, [8], 0.4, beta=beta + 0.001)
    assert not reaches(momentum, [8], 0.4, beta=beta - 0.001)
    path, _ = steps_under(impulse(100), momentum, beta=0.9)
    agrees(lesson_3.steps_to_forget, np.argmax(path.m[1:, 0] < 0.01))


def test_lesson_4():
    _, steps = steps_under(3 * np.ones(9), adagrad, lr=0.6)
    agrees(lesson_4.ninth_step, steps[8])
    gradients = np.random.default_rng(0).normal(size=50)
    small, large = (steps_under(scale * gradients, adagrad, lr=0.1)[1] for scale in (1, 1000))
    agrees(lesson_4.larger_gradients, np.median(large / small))
    _, steps = steps_under(np.ones(1000), adagrad, lr=0.4)
    measured = 1 + np.argmax(steps.cumsum() >= 20)
    agrees(lesson_4.steps_of_a_walk, measured)
    assert measured == lesson_4.steps_of_a_walk.right and str(measured) in lesson_4.steps_of_a_walk.because


def test_lesson_5():
    _, steps = steps_under([0.3], rmsprop, lr=0.01, rho=0.99)
    agrees(lesson_5.first_step, steps[0])
    path, _ = steps_under(impulse(50), rmsprop, rho=0.95)
    weight = np.log2(path.v[1:, 0])
    agrees(lesson_5.half_life, 50 / (weight[0] - weight[50]))
    path, _ = steps_under(impulse(100), rmsprop, rho=lesson_5.decay_for_half_life.right)
    assert path.v[101, 0] / path.v[1, 0] == pytest.approx(0.5)
    gradients = np.random.default_rng(0).normal(size=50)
    _, right = steps_under(gradients, rmsprop, lr=0.01, rho=0.9, eps=1e-12)
    _, by_sum = steps_under(
        gradients, wrong(rmsprop, "v is a sum"), lr=lesson_5.rate_of_the_sum.right, rho=0.9, eps=1e-12
    )
    np.testing.assert_allclose(by_sum, right, rtol=1e-9)
    _, steps = steps_under(0.3 * np.ones(9), lesson_5.corrected_rmsprop.right, lr=0.01)
    np.testing.assert_allclose(steps, 0.01, rtol=1e-6)


def test_lesson_6():
    _, steps = steps_under([0.0001], adam, lr=0.001)
    agrees(lesson_6.first_step_of_adam, steps[0])
    path, _ = steps_under(3 * np.ones(6000), adam)
    measured = np.argmax(path.v[:, 0] > 0.99 * 9)
    agrees(lesson_6.steps_to_one_percent, measured)
    gradients = np.random.default_rng(0).normal(size=10_000) + 1
    t_stuck = wrong(adam, "m is divided by 1 - β₁")
    (_, right), (_, stuck) = (steps_under(gradients, rule, lr=0.001) for rule in (adam, t_stuck))
    agrees(lesson_6.late_steps, stuck[-1] / right[-1])


def test_the_appendix():
    path, _ = steps_under(0.003 * np.ones(1000), lion, lr=0.0001)
    agrees(appendix.walk_of_lion, -path.theta[-1, 0])
    still = descend(appendix.adamw.right, lambda theta: 0 * theta, [1.0], 8000, lr=0.001, decay=0.1).theta[:, 0]
    agrees(appendix.steps_to_half, np.argmax(still < 0.5))
    factor = (1 + np.cos(np.pi * np.arange(1001) / 1000)) / 2
    agrees(appendix.step_of_a_tenth, np.argmin(np.abs(factor - 0.1)))


def lion(prev, g, lr, beta1=0.9, beta2=0.99):
    slope = np.sign(beta1 * prev.m + (1 - beta1) * g)
    return State(theta=prev.theta - lr * slope, m=beta2 * prev.m + (1 - beta2) * g)


def test_without_their_own_line_the_rules_of_the_appendix_are_adam():
    gradients = np.random.default_rng(0).normal(size=50)
    _, right = steps_under(gradients, adam)
    _, undecayed = steps_under(gradients, appendix.adamw.right, decay=0)
    _, rising = steps_under(np.arange(1, 51), appendix.amsgrad.right)
    np.testing.assert_array_equal(undecayed, right)
    np.testing.assert_array_equal(rising, steps_under(np.arange(1, 51), adam)[1])


LESSONS = {"01": lesson_1, "02": lesson_2, "03": lesson_3, "04": lesson_4, "05": lesson_5, "06": lesson_6}
LESSONS |= {"appendix": appendix}
each_lesson = pytest.mark.parametrize(("number", "lesson"), LESSONS.items(), ids=LESSONS)


@each_lesson
def test_no_wrong_number_is_named_twice(number, lesson):
    tree = ast.parse(inspect.getsource(lesson))
    for call in ast.walk(tree):
        if isinstance(call, ast.Assign) and getattr(getattr(call.value, "func", None), "id", "") == "Exercise":
            question = getattr(lesson, call.targets[0].id)
            if callable(question.right):
                continue
            (written,) = [keyword.value.keys for keyword in call.value.keywords if keyword.arg == "mistakes"]
            assert len(written) == len(question.mistakes), call.targets[0].id
            for one, other in itertools.combinations([question.right, *question.mistakes], 2):
                assert not question.accepts(one, other) or not question.accepts(other, one), f"{one} and {other}"


@each_lesson
def test_a_lesson_holds_its_exercises_in_the_order_of_the_page(number, lesson):
    (page,) = (Path(__file__).parents[1] / "notebooks").glob(f"{number}_*.ipynb")
    code = "\n".join(cell["source"] for cell in nbformat.read(page, as_version=4).cells if cell["cell_type"] == "code")
    assert [name for name in vars(lesson) if name in dir(lesson)] == re.findall(r"check\(\w+, \w+\.(\w+)\)", code)


@each_lesson
@pytest.mark.parametrize("use_jedi", [True, False])
def test_tab_shows_the_exercises_and_nothing_else(number, lesson, use_jedi):
    assert {type(getattr(lesson, name)) for name in dir(lesson)} == {Exercise}
    completer = IPCompleter(namespace={"lesson": lesson, "exercises": exercises}, use_jedi=use_jedi)
    for text in ("lesson.", f"exercises.{lesson.__name__.rpartition('.')[2]}."):
        with provisionalcompleter():
            shown = [completion.text.removeprefix(".") for completion in completer.completions(text, len(text))]
        assert sorted(shown) == sorted(dir(lesson))


def test_the_functions_are_those_of_the_course(standardised):
    x, y = standardised
    theta = np.array([0.3, 0.5])
    np.testing.assert_allclose(lesson_1.mse_grad.right(*theta, x, y), LinearRegression(x, y).grad(theta), rtol=1e-12)

    def error(theta):
        return np.mean(np.abs(theta[0] * x + theta[1] - y))

    np.testing.assert_allclose(
        lesson_1.mae_grad.right(*theta, x, y), lesson_1.difference_grad.right(error, theta), rtol=1e-6
    )
    step = descend(gradient_descent, lambda theta: 3 * theta, theta, 1, lr=0.2).theta[1]
    np.testing.assert_array_equal(lesson_2.gd_step.right(theta, 3 * theta, 0.2), step)
    dealt = list(lesson_2.batches.right(342, 64, np.random.default_rng(5)))
    assert [list(batch) for batch in dealt] == [list(batch) for batch in minibatches(342, 64, epochs=1, seed=5)]
