"""Refuses bad input to a walk, each in one sentence that says what to change."""

import difflib
import inspect
import operator

import numpy as np

from .rules import Start, State


def name(rule):
    return getattr(rule, "__name__", "the rule")


def which_run(runs):
    return f"take one of them, such as path.run({', '.join('0' for _ in runs)})" if runs else "it is one run already"


def whole_number(given, what="steps", least=0):
    try:
        number = operator.index(given)
    except TypeError:
        number = -1
    if number < least:
        raise ValueError(f"{what} is {given!r}: give a whole number, {least} or more.")
    return number


def numbers(values, what):
    try:
        array = np.asarray(values)
        if array.dtype.kind in "biuf":
            return array.astype(float)
    except ValueError:
        pass
    raise TypeError(f"{what} is {_on_one_line(repr(values))}: give a number or an array of numbers.") from None


def hyper(rule, given):
    """The rule's hyper-parameters, its defaults filled in, as floats and arrays of floats."""
    if not callable(rule):
        raise TypeError(f"rule is {rule!r}: give a function such as gradient_descent.")
    try:
        parameters = inspect.signature(rule).parameters.values()
    except ValueError:
        raise TypeError(f"rule is {rule!r}: give a function such as gradient_descent.") from None
    any_name = any(p.kind is p.VAR_KEYWORD for p in parameters)
    known = {p.name: p.default for p in list(parameters)[2:] if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    for asked in given:
        if asked not in known and not any_name:
            near = difflib.get_close_matches(asked, known, cutoff=0)
            has = f"it has {', '.join(known)}; did you mean {near[0]}?" if near else "it has none."
            raise TypeError(f"{name(rule)} has no hyper-parameter {asked!r}: {has}")
    values = known | given
    for needed, value in values.items():
        if value is inspect.Parameter.empty:
            raise TypeError(f"{name(rule)} needs {needed}: add {needed}=... to the call.")
    return {its: numbers(value, its)[()] for its, value in values.items()}


def start(theta, hyper):
    """The Start of a walk with these hyper-parameters, which may be arrays of one number for each run."""
    given = theta if isinstance(theta, Start) else Start(numbers(theta, "the start theta"))
    theta = given.theta
    if theta.ndim == 0:
        raise ValueError("the start theta is a single number: put it in a list, such as [1.0].")
    if not np.isfinite(theta).all():
        raise ValueError(f"the start theta holds NaN or inf: {_short(theta)}; give finite numbers.")
    shapes = {name: value.shape for name, value in hyper.items() if isinstance(value, np.ndarray)}
    try:
        runs = np.broadcast_shapes(theta.shape[:-1], *shapes.values())
    except ValueError:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(
            f"hyper-parameters of shapes {listed} do not broadcast with the runs {theta.shape[:-1]} "
            "of the start: make the shapes equal, or 1 where they differ."
        ) from None
    return Start(np.broadcast_to(theta, (*runs, theta.shape[-1])).copy(), whole_number(given.t, "t of the Start"))


def wants_step(grad):
    """Whether grad has a second argument that must be given."""
    try:
        parameters = inspect.signature(grad).parameters.values()
    except (TypeError, ValueError):
        if not callable(grad):
            raise TypeError(
                f"grad is {grad!r}: give a function that takes theta and returns the gradient there."
            ) from None
        return False
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in kinds and p.default is p.empty for p in parameters) >= 2


def gradient(g, prev):
    """What grad returned, as an array; at the start its numbers are looked at, later its shape alone."""
    theta = prev.theta
    if not isinstance(g, np.ndarray):
        g = numbers(g, "what grad returned")
    if g.shape != theta.shape:
        many = " (index it as theta[..., 0], so that many runs can walk at once)" if theta.ndim > 1 else ""
        raise ValueError(
            f"grad returned shape {g.shape} for theta of shape {theta.shape}: "
            f"return one number for each element of theta{many}."
        )
    if isinstance(prev, Start):
        if g.dtype.kind not in "fiu":
            raise TypeError(f"grad returned {g.dtype} values: return real numbers.")
        if not np.isfinite(g).all():
            raise ValueError(f"the gradient at the start holds NaN or inf: {_short(g)}; start elsewhere or mend grad.")
    return g


def check_state(state, rule, prev):
    """Whether a rule returned what a state needs; after its first step, whether it returned all that it reads."""
    theta = getattr(state, "theta", None)
    if getattr(theta, "shape", None) == prev.theta.shape and not isinstance(prev, Start):
        return
    its = name(rule)
    if state is None:
        raise TypeError(f"{its} returned nothing: end it with `return State(theta=theta)`.")
    if not isinstance(state, State) and type(state).__name__ == "State":
        raise TypeError(f"{its} returned a State of an earlier import: run the cell with the imports once more.")
    if not isinstance(state, State):
        raise TypeError(f"{its} returned a {type(state).__name__}: end it with `return State(theta=theta)`.")
    if not hasattr(state, "theta"):
        raise TypeError(f"{its} returned no theta: add theta=... to the State that it returns.")
    if not isinstance(theta, np.ndarray):
        raise TypeError(f"{its} returned theta as a {type(theta).__name__}: return an array like prev.theta.")
    if theta.shape != prev.theta.shape:
        raise ValueError(
            f"{its} returned theta of shape {theta.shape} for theta of shape "
            f"{prev.theta.shape}: a step must keep the shape."
        )
    if theta.dtype.kind not in "fiu":
        raise TypeError(f"{its} returned theta of {theta.dtype} values: return real numbers.")
    for memory in prev._read.keys() - vars(state).keys():
        _forgotten(its, memory, vars(state).keys() - prev._read.keys() - {"theta", "t"})


def explain_row(rule, part, shape, values, step):
    fault = f"a {part} that is not numbers of shape {shape}" if part in values else f"no {part}"
    raise ValueError(
        f"{name(rule)} returned {fault} at step {step}: return the same names and shapes at every step."
    ) from None


def explain_forgotten(error, rule, prev):
    if error.obj is prev:
        _forgotten(name(rule), error.name)


def _forgotten(rule, memory, unread=()):
    """Say which memory is read and not returned; it may be returned under one of the names that are not read."""
    near = difflib.get_close_matches(memory, ["theta", *unread], n=1)
    todo = f"did you mean prev.{near[0]}?" if near else f"add {memory}={memory} to the State that it returns."
    if unread and not near:
        todo = f"{todo[:-1]}; if that is what you return as {' or '.join(sorted(unread))}, use one name for both."
    raise TypeError(f"{rule} reads prev.{memory} but does not return {memory}: {todo}") from None


def _short(values):
    return _on_one_line(np.array2string(values, precision=3, threshold=6))


def _on_one_line(text):
    return " ".join(text.split())
