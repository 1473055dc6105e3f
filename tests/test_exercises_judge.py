"""check says what is right, and names what is wrong, whatever it is given."""

import itertools
import linecache
import math
import sys
import zlib
from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from course_utils import State, adagrad, adam, gradient_descent, momentum, rmsprop
from course_utils.exercises import (
    Exercise,
    appendix,
    check,
    judge,
    lesson_1,
    lesson_2,
    lesson_3,
    lesson_4,
    lesson_5,
    lesson_6,
)
from course_utils.exercises.judge import Report, report
from course_utils.exercises.lines import agree
from course_utils.exercises.walks import apart
from course_utils.libraries import keras_adam, keras_momentum, optax_adagrad


@pytest.fixture(autouse=True)
def first_attempt():
    judge.ATTEMPTS.clear()


# --- wrong rules, line by line


def my_adam(lines="", returns="theta=theta, t=t, m=m, v=v"):
    """Adam as a student writes it, with other lines in the place of those of the same name."""
    source = {
        "t": "prev.t + 1",
        "m": "beta1 * prev.m + (1 - beta1) * g",
        "v": "beta2 * prev.v + (1 - beta2) * g**2",
        "m_hat": "m / (1 - beta1**t)",
        "v_hat": "v / (1 - beta2**t)",
        "theta": "prev.theta - lr / (np.sqrt(v_hat) + eps) * m_hat",
    }
    source |= dict(line.split(" = ") for line in lines.splitlines())
    return written("lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8", source, returns)


def written(settings, lines, returns):
    body = [f"    {name} = {value}" for name, value in lines.items()]
    text = "\n".join([f"def mine(prev, g, {settings}):", *body, f"    return State({returns})"])
    file = f"<written {zlib.crc32(text.encode())}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names = {"np": np, "State": State}
    exec(compile(text, file, "exec"), names)
    return names["mine"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("v = beta2 * prev.v + (1 - beta1) * g**2", "v ✗  m̂ ✓  v̂ ✓  θ ✓ (given your v). In the line of v, β₁ stands"),
        ("v = beta1 * prev.v + (1 - beta1) * g**2", "In the line of v, β₁ stands where β₂ belongs."),
        ("m = beta1 * g + (1 - beta1) * prev.m", "In the line of m, β₁ and 1 - β₁ are swapped"),
        ("m = beta1 * prev.m + g", "In the line of m, the factor 1 - β₁ is missing."),
        (
            "m = beta1 * prev.m - (1 - beta1) * g",
            "In the line of m, (1 - β₁) g is subtracted, where it should be added.",
        ),
        ("v = beta2 * prev.v + (1 - beta2) * g*2", "it multiplies by 2, where the power g² belongs"),
        ("v = beta2 * prev.v + (1 - beta2) * np.mean(g**2)", "one number, the mean of g², stands for all coordinates"),
        ("v = 0.999 * prev.v + (1 - beta2) * g**2", "In the line of v, 0.999 stands where β₂ belongs."),
        ("m_hat = m / 1 - beta1**t", "m̂ ✗  v̂ ✓  θ ✓ (given your m̂). In the line of m̂, parentheses are missing"),
        ("v_hat = v / (1 - beta2)**t", "v̂ ✗  θ ✓ (given your v̂). In the line of v̂, parentheses are missing"),
        ("t = 2", "t is 2 at every step: count on from the step before, prev.t."),
        (
            "theta = prev.theta - lr / (np.sqrt(v_hat) + eps) * prev.m",
            "In the line of θ, mₜ₋₁ stands where m̂ₜ belongs.",
        ),
        ("theta = (prev.theta - lr) / (np.sqrt(v_hat) + eps) * m_hat", "θ ✗. It should be θₜ = θₜ₋₁ - rateₜ m̂ₜ where"),
        (
            "theta = prev.theta - lr * lr / (np.sqrt(v_hat) + eps) * m_hat",
            "θ ✗. In the line of θ, η is too much beside m̂ₜ.",
        ),
    ],
)
def test_a_slip_is_named_in_its_line(lines, told):
    said = report(my_adam(lines), adam)
    assert said.kind == "wrong" and told in said.text


def test_two_independent_mistakes_are_both_named():
    said = report(my_adam("m = beta2 * prev.m + (1 - beta1) * g\nv_hat = v * (1 - beta2**t)"), adam).text
    assert "t ✓  m ✗  v ✓  m̂ ✓  v̂ ✗  θ ✓ (given your m and v̂)." in said
    assert "In the line of m, β₂ stands where β₁ belongs." in said
    assert "In the line of v̂, 1 - β₂ᵗ multiplies, where it should divide." in said


def test_a_memory_is_recognised_by_its_values_whatever_it_is_called():
    lines = {
        "k": "prev.k + 1",
        "v": "beta1 * prev.v + (1 - beta1) * g",
        "s": "beta2 * prev.s + (1 - beta1) * g**2",
        "theta": "prev.theta - lr * v / (1 - beta1**k) / (np.sqrt(s / (1 - beta2**k)) + eps)",
    }
    mine = written("lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8", lines, "theta=theta, k=k, v=v, s=s")
    said = report(mine, adam).text
    assert "t (your k) ✓  m (your v) ✓  v (your s) ✗  θ ✓ (given your v)." in said


def test_where_theta_alone_is_written_it_is_judged_given_the_memories():
    def mine(prev, g, lr=0.01, rho=0.9, eps=1e-8):
        v = rho * prev.v + (1 - rho) * g**2
        return State(theta=prev.theta - lr * g / (np.sqrt(v) - eps), v=v)

    assert "v ✓  θ ✗. In the line of rate, ε is subtracted, where it should be added." in report(mine, rmsprop).text


def test_a_line_that_no_slip_explains_stands_beside_the_right_one_with_easy_numbers_put_in():
    said = report(my_adam("v = beta1 * prev.v + beta2 * np.abs(g)"), adam).text
    assert "It should be vₜ = β₂ vₜ₋₁ + (1 - β₂) g²; yours is `v = beta1 * prev.v + beta2 * np.abs(g)`." in said
    assert "With β₂ = 0.75, vₜ₋₁ = 1, g = 2: v = 1.75, and yours is 2." in said


def test_what_is_returned_in_the_place_of_a_line_is_told():
    said = report(my_adam(returns="theta=theta, t=t, m=m_hat, v=v"), adam).text
    assert "m ✗" in said and "The line of m is right, but you return m_hat: return m." in said


def test_an_argument_that_is_changed_before_it_is_used_is_told():
    said = report(my_adam("g = np.clip(g, -10, 10)\nm = beta1 * prev.m + beta1 * g"), adam)
    assert said.kind == "wrong"

    def capped(prev, g, lr=0.01):
        lr = min(lr, 0.01)
        theta = prev.theta + lr * g
        return State(theta=theta)

    said = report(capped, gradient_descent).text
    assert "η is given, and `lr = min(lr, 0.01)` changes it before it is used" in said and "uphill" in said


def test_a_rule_is_compared_with_the_form_that_it_resembles_most():
    def mine(prev, g, lr=0.01, beta=0.9):
        v = beta * prev.v - lr * g
        theta = prev.theta - v
        return State(theta=theta, v=v)

    assert (
        "m (your v) ✓  θ ✗. In the line of θ, mₜ is subtracted, where it should be added."
        in report(mine, momentum).text
    )


def test_the_lines_of_another_function_are_judged_too():
    def mine(w, b, x, y):
        r = w * (x + b) - y
        return np.array([2 * np.mean(r * x), np.mean(r)])

    said = report(mine, lesson_1.mse_grad).text
    assert "residual (your r) ✗  along_w ✓  along_b ✗." in said
    assert "In the line of residual, parentheses are missing" in said and "the factor 2 is missing." in said


def test_hints_grow_with_the_attempts_and_begin_anew_once_it_is_right():
    def mine(prev, g, lr=0.01, beta=0.9):
        m = beta * prev.m - g
        theta = prev.theta - lr * m
        return State(theta=theta, m=m)

    said = [report(mine, momentum).text for attempt in range(5)]
    assert said[0] == "Not yet. m ✗  θ ✓ (given your m). In the line of m, g is subtracted, where it should be added."
    assert said[1] == said[0] + " It should be mₜ = β mₜ₋₁ + g; yours is `m = beta * prev.m - g`."
    assert said[2] == said[1] + " With g = 2, β = 0.5, mₜ₋₁ = 1: m = 2.5, and yours is -1.5."
    assert said[3] == said[4] == f"{said[2]} {judge.FOLDED}"
    assert report(with_words, momentum).kind == "not written"  # which is no attempt
    assert report(mine, momentum).text == said[4]
    assert report(keras_momentum, momentum).kind == "right"
    assert report(mine, momentum).text == said[0]


def test_a_picture_of_both_walks_is_folded_below_the_sentence_and_not_in_the_text():
    said = report(my_adam("m = beta1 * prev.m + g"), adam)
    assert "<details" in said._repr_html_() and "part at step 1" in said._repr_html_() and "part at" not in repr(said)
    alike = report(my_adam("theta = prev.theta - lr / np.sqrt(v_hat + eps) * m_hat"), adam)
    assert alike.kind == "wrong" and "<details" not in alike._repr_html_()  # with so small an ε nobody sees it


# --- wrong though the path is right


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ({"theta": "prev.theta - lr * np.clip(g, -1e5, 1e5)"}, "something is cut off"),
        ({"theta": "np.nan_to_num(prev.theta - lr * g)"}, "Where the gradient is nan, θ stays finite"),
        ({"prev.theta": "prev.theta - lr * g", "theta": "prev.theta"}, "prev.theta is given a new value"),
        ({"prev.t": "prev.t + 1", "theta": "prev.theta - lr * g"}, "prev.t is given a new value"),
    ],
)
def test_what_only_seems_to_be_gradient_descent_is_refused(lines, told):
    said = report(written("lr=0.01", lines, "theta=theta"), gradient_descent)
    assert said.kind == "wrong" and told in said.text


def test_another_default_is_named():
    mine = written("lr=0.01, beta=0.99", {"m": "beta * prev.m + g", "theta": "prev.theta - lr * m"}, "theta=theta, m=m")
    said = report(mine, momentum)
    assert (
        said.kind == "wrong"
        and "every line is right, but your default beta is 0.99, where the rule has 0.9" in said.text
    )
    mine = written("lr, beta", {"m": "beta * prev.m + g", "theta": "prev.theta - lr * m"}, "theta=theta, m=m")
    assert report(mine, momentum).kind == "right"


@pytest.mark.parametrize("returned", ["theta", "rate * g"])
def test_what_is_returned_as_the_rate_and_is_none_is_told(returned):
    lines = {"v": "prev.v + g**2", "rate": "lr / (np.sqrt(v) + eps)", "theta": "prev.theta - rate * g"}
    said = report(written("lr=0.01, eps=1e-8", lines, f"theta=theta, v=v, rate={returned}"), adagrad)
    assert said.kind == "wrong" and "the rate that you return is something else: rateₜ = η / (√vₜ + ε)." in said.text


def test_where_another_form_is_asked_for_the_usual_one_is_not_enough():
    lines = {"m": "beta * prev.m + g", "theta": "prev.theta - lr * m"}
    said = report(written("lr=0.01, beta=0.9", lines, "theta=theta, m=m"), lesson_3.keras_form)
    assert said.kind == "wrong" and "another form of the rule is asked for. v (your m) ✗" in said.text
    assert report(keras_momentum, lesson_3.keras_form).kind == "right"  # whatever the memory is called


# --- wrong rules


def test_what_goes_wrong_only_later_is_placed_by_its_first_step():
    def mine(prev, g, lr=0.01):
        t = prev.t + 1
        theta = prev.theta - lr * g
        theta[1] += 0.5 if t == 7 else 0
        return State(theta=theta, t=t)

    said = report(mine, gradient_descent).text
    assert "The line of θ is right, but what you return is another, from step 7 on: return theta." in said


def test_a_known_mistake_is_named_where_the_student_counts_the_steps_otherwise():
    def mine(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        count = prev.count + 1
        m = beta1 * prev.m + (1 - beta1) * g
        v = beta2 * prev.v + (1 - beta2) * g**2
        rate = lr / np.sqrt(v / (1 - beta2**count) + eps)
        return State(theta=prev.theta - rate * m / (1 - beta1**count), m=m, v=v, count=count)

    assert "ε stands inside the root" in report(mine, adam).text


def test_arrays_of_other_shapes_are_apart_at_every_row():
    rows = apart(np.ones((3, 2)), np.ones((3, 4)))
    assert rows.tolist() == [[True]] * 3 and rows.dtype == bool
    assert apart(np.ones(3), [1, 2, 1]).tolist() == [[False], [True], [False]]


@np.errstate(invalid="ignore")
def test_numbers_are_apart_in_the_ninth_digit_and_nan_is_not_apart_from_nan():
    mine = [1 + 1e-8, 1 + 1e-10, np.nan, np.inf, np.nan, 1e-10]
    right = [1, 1, np.nan, np.inf, 1, 0]
    assert apart(mine, right).ravel().tolist() == [True, False, False, False, True, False]
    assert [agree([a], [b]) for a, b in zip(mine, right, strict=True)] == [False, True, True, True, False, True]


@pytest.mark.parametrize(
    ("mine", "right", "same"),
    [
        ([np.inf], [1.0], False),
        ([1.0], [np.inf], False),
        ([np.inf], [-np.inf], False),
        ([1.0, 1.0], [1.0], True),  # one number for all columns
        ([1.0], [1.0, 1.0], True),
        ([1.0, 1.0, 1.0], [1.0, 1.0], False),
        ([[1.0], [1.0]], [[1.0]], False),
        (1.0, [1.0], False),
        (1.0, 1.0, True),
    ],
)
@np.errstate(invalid="ignore")
def test_a_line_agrees_where_all_its_numbers_do(mine, right, same):
    assert agree(mine, right) is same


def test_each_line_is_judged_on_the_student_s_own_state_and_earlier_lines():
    def mine(prev, g, lr=0.01, rho=0.9, eps=1e-8):
        v = rho * prev.v + (1 - rho) * g**3
        rate = lr / (np.sqrt(np.abs(v)) + eps)
        return State(theta=prev.theta - rate * g, v=v, rate=rate)

    said = report(mine, rmsprop).text
    assert "v ✗  rate ✗  θ ✓ (given your v and rate)." in said
    assert "In the line of v, the power is another one; it is g²." in said
    assert "In the line of rate, the sign of vₜ is lost." in said


def test_what_is_read_from_prev_and_is_no_memory_is_named():
    def from_prev(prev, g, lr=0.01, eps=1e-8):
        return State(theta=prev.theta - prev.lr * g)

    def stale(prev, g, lr=0.01, eps=1e-8):
        v = prev.v + g**2
        rate = prev.rate / (np.sqrt(v) + eps)
        return State(theta=prev.theta - rate * g, v=v, rate=rate)

    assert "lr is an argument, so write `lr` alone" in report(from_prev, adagrad).text
    assert "prev.rate is no memory" in report(stale, adagrad).text


def test_a_setting_that_is_not_used_is_named():
    def mine(prev, g, lr=0.01, eps=1e-8):
        v = prev.v + g**2
        return State(theta=prev.theta - np.nan_to_num(lr * g / np.sqrt(v)), v=v)

    assert "Its path does not depend on ε." in report(mine, adagrad).text


def test_a_number_in_the_place_of_a_setting_is_found():
    def mine(prev, g, lr=0.01, beta=0.9):
        m = beta * prev.m + (1 - beta) * g
        return State(theta=prev.theta - 10 * lr * m, m=m)

    assert "With the usual settings it is right, and with others not" in report(mine, momentum).text


def test_nan_at_every_step_is_shown_beside_the_right_formula():
    def mine(prev, g, lr=0.01, rho=0.9, eps=1e-8):
        return State(theta=prev.theta - lr * g / np.sqrt(-(g**2)))

    said = report(mine, rmsprop)
    assert said.kind == "wrong" and "yours is `theta=prev.theta - lr * g / np.sqrt(-g ** 2)`." in said.text


def test_what_goes_wrong_only_with_the_usual_eps_is_found():
    def mine(prev, g, lr=0.01, eps=1e-8):
        v = prev.v + g**2
        return State(theta=prev.theta - lr / (np.sqrt(v) + max(eps, 1e-3)) * g, v=v)

    assert "with the usual settings it goes wrong" in report(mine, adagrad).text


def test_what_goes_wrong_only_with_arrays_is_right_with_a_remark():
    def first_of_many(prev, g, lr=0.01):
        return State(theta=prev.theta - np.ravel(lr)[0] * g)

    def only_one(prev, g, lr=0.01):
        if lr > 0:
            return State(theta=prev.theta - lr * g)

    for mine in (first_of_many, only_one):
        said = report(mine, gradient_descent)
        assert said.kind == "right" and "With a list of learning rates" in said.text
    assert "would fail at line " in said.text and "`if lr > 0:`" in said.text


def test_memory_outside_of_prev_is_found():
    kept = {"m": 0}

    def mine(prev, g, lr=0.01, beta=0.9):
        kept["m"] = beta * kept["m"] + g
        return State(theta=prev.theta - lr * kept["m"])

    assert "takes another path" in report(mine, momentum).text


@pytest.mark.parametrize("what", ["prev.theta", "prev.m", "g", "lr"])
def test_a_change_in_place_is_found_even_where_the_path_is_right(what):
    def mine(prev, g, lr=0.01, beta=0.9):
        m = beta * prev.m + g
        theta = prev.theta - lr * m
        array = {"prev.theta": prev.theta, "prev.m": prev.m, "g": g, "lr": np.asarray(lr)}[what]
        if array.ndim:
            array[...] = 0
        return State(theta=theta, m=m)

    said = report(mine, momentum).text
    assert ("is changed in place" in said) and (what in said)


# --- right ones


def adam_with_names_of_its_own(p, gradient, lr, beta1, beta2, eps):
    count = p.count + 1
    mean, square = p.mean + (1 - beta1) * (gradient - p.mean), p.square + (1 - beta2) * (gradient**2 - p.square)
    step = (mean / (1 - beta1**count)) / ((square / (1 - beta2**count)) ** 0.5 + eps)
    return State(theta=p.theta - lr * step, count=count, mean=mean, square=square)


@pytest.mark.parametrize(
    ("mine", "right"),
    [(adam_with_names_of_its_own, adam), (keras_momentum, momentum), (lambda *a, **k: adam(*a, **k), adam)],
)
def test_the_right_path_is_right_however_it_is_written(mine, right):
    said = report(mine, right)
    assert said.kind == "right" and "200 steps" in said.text and "nine digits" in said.text


def with_a_loop(prev, g, lr=0.01, beta=0.9):
    m, theta = [], []
    for old, place, slope in zip(prev.m, prev.theta, g, strict=True):
        m.append(beta * old + slope)
        theta.append(place - lr * m[-1])
    return State(theta=np.array(theta), m=np.array(m))


def with_math(prev, g, lr=0.01, beta=0.9):
    m = math.pow(beta, 1) * prev.m + g
    return State(theta=prev.theta - lr * m, m=m)


def with_an_extra_setting(prev, g, lr=0.01, beta=0.9, nesterov=None):
    m = beta * prev.m + g
    return State(theta=prev.theta - lr * (m if nesterov is None else g + beta * m), m=m)


def with_a_remark(prev, g, lr=0.01, beta=0.9):
    m = beta * prev.m + g
    return State(theta=prev.theta - lr * m, m=m, remark="as in the lesson")


@pytest.mark.parametrize("mine", [with_a_loop, with_math, with_an_extra_setting, with_a_remark])
def test_unusual_ways_to_write_a_rule_are_right(mine):
    said = report(mine, momentum)
    assert said.kind == "right"
    assert ("With a list of learning rates" in said.text) == (mine in (with_a_loop, with_math))


def test_another_form_of_a_memory_is_right_and_is_mentioned():
    def mine(prev, g, lr=0.01, beta=0.9):
        m = beta * prev.m + (1 - beta) * g
        return State(theta=prev.theta - lr / (1 - beta) * m, m=m)

    said = report(mine, momentum)
    assert said.kind == "right" and "Your m differs" in said.text


def test_the_same_code_meets_the_same_numbers_and_other_code_others():
    met = []

    def one(prev, g, lr=0.01):
        met.append(float(g[..., 1].ravel()[0]))
        return State(theta=prev.theta + 1)

    def other(prev, g, lr=0.01):
        met.append(float(g[..., 1].ravel()[0]))
        return State(theta=prev.theta + 2)

    first = []
    for mine in (one, one, other):
        met.clear()
        report(mine, gradient_descent)
        first.append(met[0])
    assert first[0] == first[1] != first[2]


# --- not written yet


def bare(prev, g, lr=0.01): ...


def with_words(prev, g, lr=0.01):
    """To do."""
    pass


def not_implemented(prev, g, lr=0.01):
    raise NotImplementedError


def dots(prev, g, lr=0.01):
    theta = ...
    return State(theta=theta)


def dots_inside(prev, g, lr=0.01):
    step = ...
    return State(theta=prev.theta - lr * step)


def dots_alone(prev, g, lr=0.01):
    return ...


@pytest.mark.parametrize("mine", [bare, with_words, not_implemented, dots, dots_inside, dots_alone, ..., None])
def test_what_is_not_written_yet_is_told_so(mine):
    assert report(mine, gradient_descent).kind == "not written"
    assert (
        "written yet" in report(mine, gradient_descent).text
        or "still to be replaced" in report(mine, gradient_descent).text
    )


# --- what cannot be run


def misspelled(prev, g, lr=0.01):
    theta = prev.theta - lr * gradient  # noqa: F821
    return State(theta=theta)


def raises_in_the_library(prev, g, lr=0.01):
    return State(theta=prev.theta - np.linalg.norm("three"))


def other_names(prev, g, learning_rate=0.01):
    return State(theta=prev.theta - learning_rate * g)


def too_few(prev):
    return State(theta=prev.theta)


def one_more(prev, g, lr, decay):
    return State(theta=prev.theta)


def no_return(prev, g, lr=0.01):
    theta = prev.theta - lr * g  # noqa: F841


def returns_an_array(prev, g, lr=0.01):
    return prev.theta - lr * g


def returns_a_string(prev, g, lr=0.01):
    return State(theta="there")


def complex_later(prev, g, lr=0.01):
    t = prev.t + 1
    return State(theta=prev.theta - lr * g * (1 + 0j if t > 3 else 1), t=t)


def too_short(prev, g, lr=0.01):
    return State(theta=(prev.theta - lr * g)[..., :1])


def whole_state(prev, g, lr=0.01):
    return State(theta=prev - lr * g)


def unbound(prev, g, lr=0.01):
    m = 0.9 * m + g  # noqa: F821
    return State(theta=prev.theta - lr * m, m=m)


def no_prefix(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * sqrt(g**2))  # noqa: F821


def hat(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * g ^ 2)


def recursive(prev, g, lr=0.01):
    return recursive(prev, g, lr)


def leaves(prev, g, lr=0.01):
    sys.exit()


def forgets(prev, g, lr=0.01):
    m = prev.m + g
    return State(theta=prev.theta - lr * m)


def other_name(prev, g, lr=0.01):
    G = prev.v + g**2
    return State(theta=prev.theta - lr * g, G=G)


def tetha(prev, g, lr=0.01):
    return State(theta=prev.tetha - lr * g)


def of_floats(prev, g, lr=0.01):
    return State(
        theta=np.array([theta - lr * math.sqrt(slope) ** 2 for theta, slope in zip(prev.theta, g, strict=True)])
    )


class Rule:
    pass


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (misspelled, "`theta = prev.theta - lr * gradient  # noqa: F821`, stops with NameError: name 'gradient'"),
        (raises_in_the_library, "`return State(theta=prev.theta - np.linalg.norm("),
        (other_names, "takes (prev, g, learning_rate): let it take what is wanted, `other_names(prev, g, lr)`"),
        (too_few, "`too_few(prev, g, lr)`"),
        (one_more, "`one_more(prev, g, lr)`"),
        (no_return, "returned nothing: end it with `return State(theta=theta)`"),
        (returns_an_array, "returned a ndarray: end it with `return State(theta=theta)`"),
        (returns_a_string, "returned theta as a str"),
        (complex_later, "returns complex numbers in theta"),
        (too_short, "a step must keep the shape"),
        (whole_state, "prev is the whole state; its parts are prev.theta"),
        (unbound, "The one before the step is prev.m."),
        (no_prefix, "NumPy's functions need its name before them: np.sqrt."),
        (hat, "A power is written **, not ^."),
        (recursive, "RecursionError"),
        (leaves, "SystemExit"),
        (forgets, "reads prev.m but does not return m: add m=m"),
        (other_name, "add v=v to the State that it returns; if that is what you return as G, use one name for both."),
        (tetha, "did you mean prev.theta?"),
        (of_floats, "math domain error"),
        (Rule, "Rule is a class: write a function"),
        (3, "3 is not a function"),
        ("adam", "'adam' is not a function: write a function `mine(prev, g, lr)`."),
        (State(theta=1), "give the rule itself, without parentheses"),
        (gradient_descent, "This is the course's own gradient_descent: give yours"),
        (print, "print does not run: TypeError"),
        (np.sqrt, "sqrt"),  # what can be read of its arguments depends on NumPy's version
    ],
    ids=lambda value: getattr(value, "__name__", str(value)[:20]),
)
def test_what_cannot_be_run_gets_a_sentence_to_learn_from(mine, told):
    said = report(mine, gradient_descent)
    assert said.kind == "broken" and told in said.text and "course_utils" not in said.text


@pytest.mark.parametrize("given", [(), (keras_momentum,), (keras_momentum, "momentum"), (momentum, keras_momentum)])
def test_a_call_that_says_too_little_is_told_what_is_missing(given):
    assert "`check(" in report(*given).text and report(*given).kind == "broken"


def bare_step(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * g)


def test_the_same_path_with_another_memory_is_not_taken_for_a_known_mistake():
    def without_g(prev, g, lr=0.01, beta=0.9):
        m = beta * prev.m
        return State(theta=prev.theta - lr * m, m=m)

    def old_memory_returned(prev, g, lr=0.01, eps=1e-8):
        v = prev.v + g**2
        return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=prev.v)

    assert "In the line of m, the term g is missing." in report(without_g, momentum).text
    said = report(old_memory_returned, adagrad).text
    assert "The line of v is right, but you return prev.v, the old one: return v." in said


class Hostile:
    def __call__(self, prev, g, lr=0.01):
        raise Exception(self)

    def __repr__(self):
        raise ValueError

    __str__ = __repr__


class Leaving(BaseException):
    pass


def leaves_by_another_door(prev, g, lr=0.01):
    raise Leaving("through the window")


async def asynchronous(prev, g, lr=0.01):
    return State(theta=prev.theta)


def complains_at_length(prev, g, lr=0.01):
    raise ValueError("x" * 1_000_000)


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (Hostile(), "Hostile does not run: line"),
        (leaves_by_another_door, "stops with Leaving: through the window"),
        (asynchronous, "write def, without async"),
        (complains_at_length, "xxx..."),
        (partial(misspelled), "gradient"),
    ],
    ids=["hostile", "leaves", "async", "long", "partial"],
)
def test_what_is_out_of_the_ordinary_gets_a_sentence_too(mine, told, recwarn):
    said = report(mine, gradient_descent)
    assert said.kind == "broken" and told in said.text and len(said.text) < 600 and not recwarn.list
    assert report(Hostile(), lesson_5.half_life).kind == "broken"


def test_a_name_that_hides_the_course_s_own_is_told_so():
    def adam(prev, g, lr=0.01):
        return State(theta=prev.theta)

    assert "adam is a function of yours now" in report(bare_step, adam).text
    assert "the other way round" in report(momentum, bare_step).text


def test_a_question_does_not_show_its_answer():
    assert "13.5" not in repr(lesson_5.half_life)


def test_check_shows_its_report_as_text_and_in_colour(capsys):
    check(bare, gradient_descent)
    assert capsys.readouterr().out == "… bare is not written yet.\n"
    html = Report("wrong", "a < b, `v += g`")._repr_html_()
    assert "a &lt; b" in html and "<code>v += g</code>" in html and "✗" in html


# --- numbers

LESSONS = [lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6, appendix]
NUMBERS = {name: q for lesson in LESSONS for name in dir(lesson) if not callable((q := getattr(lesson, name)).right)}


@pytest.mark.parametrize("question", NUMBERS.values(), ids=NUMBERS)
def test_a_right_number_is_right_and_each_known_wrong_one_is_named(question):
    said = report(question.right, question)
    assert said.kind == "right" and question.because in said.text and "Checked to within" in said.text
    for wrong, told in question.mistakes.items():
        said = report(wrong, question)
        assert said.kind == "wrong" and told in said.text


@pytest.mark.parametrize("question", NUMBERS.values(), ids=NUMBERS)
def test_a_number_just_outside_of_the_tolerance_is_wrong(question):
    step = question.within * (1 if question.absolute else question.right)
    for sign, word in [(1, "large"), (-1, "small")]:
        assert report(question.right + 0.99 * sign * step, question).kind == "right"
        value = question.right + 1.01 * sign * step
        known = any(question.accepts(value, wrong) for wrong in question.mistakes)
        assert report(value, question).kind == "wrong"
        told = (f"too {word}", "A whole number is asked for")
        assert known or any(words in report(value, question).text for words in told)


@pytest.mark.parametrize("mine", [0.2, Fraction(1, 5), np.float32(0.2), np.array(0.2), 2 / 10])
def test_any_kind_of_real_number_is_taken(mine):
    assert report(mine, lesson_2.largest_rate).kind == "right"


@pytest.mark.parametrize(
    ("mine", "kind"),
    [
        (..., "not written"),
        (None, "not written"),
        ("0.2", "broken"),
        ([0.2], "broken"),
        (0.2j, "broken"),
        (True, "broken"),
        (10**400, "broken"),
        (np.array([0.2, 0.2]), "broken"),
        (bare, "broken"),
        (math.nan, "wrong"),
        (-math.inf, "wrong"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)[:20]),
)
def test_what_is_no_number_gets_a_sentence(mine, kind):
    assert report(mine, lesson_2.largest_rate).kind == kind


@pytest.mark.parametrize(
    ("question", "value", "told"),
    [
        (lesson_4.ninth_step, -0.2, "The sign is turned."),
        (lesson_4.ninth_step, 20, "per cent"),
        (lesson_4.ninth_step, 5, "upside down"),
        (lesson_4.ninth_step, 0.4, "twice the right number"),
        (lesson_4.ninth_step, 0.02, "decimal point"),
        (lesson_4.ninth_step, 0.04, "The root of that would be right."),
        (lesson_4.ninth_step, 0.8, "what is left to 1"),
        (lesson_5.half_life, 13.5134 / np.log(10), "ln and log₁₀ are mixed up"),
        (lesson_5.decay_for_half_life, 0.993, "rounded too much"),
        (lesson_6.steps_to_one_percent, 4602, "one too few"),
        (lesson_6.steps_to_one_percent, 4602.87, "round up"),
        (lesson_6.steps_to_one_percent, 4605.17, "1000 · ln 100"),
        (lesson_2.steps_in_all, 355, "Count the batches of one epoch"),
        (lesson_2.largest_rate, (0, 2), "write a point, 0.2"),
    ],
)
def test_a_number_that_is_nearly_right_is_told_what_became_of_it(question, value, told):
    said = report(value, question)
    assert said.kind != "right" and told in said.text


@pytest.mark.parametrize("question", NUMBERS.values(), ids=NUMBERS)
def test_too_large_is_never_the_last_word_on_a_number(question):
    assert question.hint and report(2.7 * question.right + 0.0317, question).text.endswith(question.hint)


# --- other functions


def half(w, b, x, y):
    return np.array([np.mean((w * x + b - y) * x), 2 * np.mean(w * x + b - y)])


@pytest.mark.parametrize(
    ("mine", "kind", "told"),
    [
        (
            lambda w, b, x, y: np.array([2 * np.mean(w * x + b - y), 2 * np.mean((w * x + b - y) * x)]),
            "wrong",
            "swapped",
        ),
        (half, "wrong", "along_w ✗  along_b ✓. In the line of along_w, the factor 2 is missing."),
        (lambda w, b, x, y: (w * x + b - y) * x, "wrong", "2 numbers is wanted. Is a mean missing?"),
        (lambda w, b, x, y: None, "broken", "returns nothing"),
        (lambda w, b, x, y: np.array([..., ...]), "not written", "replace each `...`"),
        (lambda w, b, x, y: (w, ...), "not written", "replace each `...`"),
        (lambda w, b, x, y: "steep", "broken", "not real numbers"),
        (lambda w, b, x, y: [[1], [1, 2]], "broken", "not real numbers"),
        (lambda w, b, x, y: State(theta=x), "broken", "return the new theta itself"),
        (lambda w, b, x, y: x.sort(), "wrong", "x is changed in place"),
        (lambda theta, x, y: 0, "broken", "(w, b, x, y)`"),
    ],
)
def test_a_wrong_gradient_is_told_what_is_wrong(mine, kind, told):
    said = report(mine, lesson_1.mse_grad)
    assert said.kind == kind and told in said.text


def deal(order, cut=lambda order, size: np.split(order, range(size, len(order), size))):
    return lambda rows, size, rng: cut(order(rows, rng), size)


def shuffled(rows, rng):
    return rng.permutation(rows)


def without_rest(order, size):
    return [order[i * size : (i + 1) * size] for i in range(len(order) // size)]


def blocks_shuffled(rows, size, rng):
    blocks = np.split(np.arange(rows), range(size, rows, size))
    return [*[blocks[place] for place in rng.permutation(len(blocks) - 1)], blocks[-1]]


def _one_too_many(order, size):
    return [order[k * size : (k + 1) * size] for k in range(len(order) // size + 1)]  # one is empty without a rest


def rest_with_the_last(order, size):
    return np.split(order, range(size, len(order) - size, size))


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (deal(shuffled, without_rest), "The last batch is missing"),
        (deal(shuffled, rest_with_the_last), "The batches have the sizes"),
        (deal(lambda rows, rng: np.arange(rows)), "in their own order"),
        (deal(lambda rows, rng: np.random.default_rng(0).permutation(rows)), "the same order"),
        (deal(lambda rows, rng: rng.integers(0, rows, rows)), "comes twice"),
        (deal(lambda rows, rng: rng.permutation(rows) + 1), "the rows are 0 to"),
        (deal(lambda rows, rng: rng.permutation(rows) - 1), "it yields the row -1"),
        (deal(lambda rows, rng: rng.permutation(rows)[: rows // 3]), "are dealt"),
        (blocks_shuffled, "The same rows share a batch in each epoch"),
        (deal(lambda rows, rng: np.roll(np.arange(rows), rng.integers(1, rows))), "Neighbours stay together"),
        (lambda rows, size, rng: _one_too_many(rng.permutation(rows), size), "one batch too many, an empty one"),
        (deal(lambda rows, rng: 1.0 * rng.permutation(rows)), "row numbers"),
        (deal(shuffled, lambda order, size: itertools.repeat(order[:size])), "more batches than there are rows"),
        (deal(shuffled, lambda order, size: []), "no batch at all"),
        (deal(shuffled, lambda order, size: [...]), "replace each `...`"),
        (deal(shuffled, lambda order, size: [(order[:size], size)]), "A batch is an array of row numbers"),
        (
            deal(shuffled, lambda order, size: [order[k : k + size - 1] for k in range(0, len(order), size)]),
            "its last row",
        ),
        (deal(shuffled, lambda order, size: 3), "one by one, with `yield`"),
        (deal(shuffled, lambda order, size: None), "with `yield`"),
        (deal(shuffled, lambda order, size: order[:size]), "`return` stops at the first batch"),
        (deal(shuffled, lambda order, size: [order[i:size] for i in range(0, len(order), size)]), "first + size"),
        (deal(lambda rows, rng: np.random.permutation(rows)), "the same rng must give the same batches"),
    ],
)
def test_wrongly_dealt_batches_are_told_what_is_wrong(mine, told):
    assert told in report(mine, lesson_2.batches).text
    assert report(mine, lesson_2.batches).kind != "right"


def test_batches_may_be_a_list_and_shuffled_in_any_way():
    assert report(deal(shuffled), lesson_2.batches).kind == "right"
    assert report(deal(lambda rows, rng: rng.choice(rows, rows, replace=False)), lesson_2.batches).kind == "right"


def difference(h, up=1, down=-1, over=2.0):
    def mine(loss, theta):
        steps = h * np.eye(len(theta))
        return np.array([(loss(theta + up * s) - loss(theta + down * s)) / (over * h) for s in steps])

    return mine


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (difference(1e-12), "h is about 1e-12, so small"),
        (difference(0.01), "h is about 1e-02, so large"),
        (difference(1e-5, down=0, over=1.0), "to one side only"),
        (difference(1e-5, over=1.0), "twice the gradient"),
        (difference(1e-5, up=-1, down=1), "The sign is turned"),
        (difference(1e-5, over=3.0), ", and should be "),
        (difference(1e-5, over=2e10), "write `/ (2 * h)`"),
        (difference(0.0), "h is 0"),
        (lambda loss, theta: 0 * theta, "never asks for the loss"),
        (lambda loss, theta: loss(theta), "one for each parameter"),
    ],
)
def test_a_wrong_difference_is_told_what_is_wrong(mine, told):
    said = report(mine, lesson_1.difference_grad)
    assert said.kind == "wrong" and told in said.text


@pytest.mark.parametrize("h", [1e-4, 1e-5, 1e-6])
def test_a_difference_with_a_sensible_h_is_right(h):
    assert report(difference(h), lesson_1.difference_grad).kind == "right"


# --- any rule may be what is asked for


@pytest.mark.parametrize("form", [keras_adam, keras_momentum, optax_adagrad], ids=lambda form: form.__name__)
def test_a_library_s_form_may_be_what_is_asked_for(form):
    def mine(prev, g, **hyper):
        return form(prev, g, **hyper)

    assert report(mine, form).kind == "right"


def test_where_no_mistake_is_known_the_formula_explains():
    def mine(prev, g, lr, beta1, beta2, eps):
        return adam(prev, g, lr, beta1, beta2, eps)

    told = report(mine, keras_adam)
    assert told.kind == "wrong" and "It should be rateₜ = alphaₜ / (√vₜ + ε)" in told.text


def test_a_rule_of_ones_own_may_be_what_is_asked_for():
    def signs(prev, g):
        return State(theta=prev.theta - np.sign(g))

    def mine(prev, g):
        return State(theta=prev.theta - g / np.abs(g))

    told = report(mine, signs)  # 0/0 where no gradient has come yet
    assert (
        told.kind == "wrong"
        and "It should be θₜ = θₜ₋₁ - sign(g); yours is `theta=prev.theta - g / np.abs(g)`." in told.text
    )
    assert "walks the same path as signs." in report(lambda prev, g: signs(prev, g), signs).text


def area(width, height):
    return width * height


def test_a_function_of_ones_own_is_asked_for_by_an_exercise_with_tries():
    said = report(lambda width, height: width + height, area)
    assert said.kind == "broken" and "write `Exercise(area, tries=...)`" in said.text
    exercise = Exercise(
        area,
        because="Rows times columns.",
        mistakes=[("width * height", "width + height", "That is half of the way round.")],
        tries=lambda rng: rng.uniform(1, 2, (5, 2)),
        checked="on five rectangles",
    )
    assert report(lambda width, height: height * width, exercise).text == (
        "Right. Rows times columns. (Checked on five rectangles.)"
    )
    assert "That is half of the way round." in report(lambda width, height: height + width, exercise).text
    assert "the course's own area" in report(area, exercise).text


# --- a line that is wrong in some steps only, and a memory of another name


@pytest.mark.parametrize("wrong_first", [True, False])
def test_a_line_that_is_right_in_some_steps_only_is_wrong(wrong_first):
    def my_adam(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        t = prev.t + 1
        m = beta1 * prev.m + (1 - beta1) * g
        v = beta2 * prev.v + (1 - beta2) * g**2 * (2 if (t == 1) == wrong_first else 1)
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = prev.theta - lr * m_hat / (np.sqrt(v_hat) + eps)
        return State(theta=theta, t=t, m=m, v=v)

    assert "m ✓  v ✗" in report(my_adam, adam).text


def test_an_old_memory_of_another_name_that_is_returned_is_told():
    def my_adagrad(prev, g, lr=0.01, eps=1e-8):
        total = prev.total + g**2
        rate = lr / (np.sqrt(total) + eps)
        theta = prev.theta - rate * g
        return State(theta=theta, total=prev.total)

    said = report(my_adagrad, adagrad).text
    assert "v (your total) ✗" in said and "you return prev.total, the old one: return total." in said
