"""A rule's formula, read off its source: the code is the one place where a rule is written.

`show_rule(adam)` sets each line of the source beside its formula, so neither
can be a copy that has aged. It works for a student's own rule as well.
"""

import ast
import inspect
import textwrap

SYMBOLS = {  # name in code: (in TeX, in plain text)
    "theta": (r"\theta", "θ"),
    "lr": (r"\eta", "η"),
    "beta": (r"\beta", "β"),
    "beta1": (r"\beta_1", "β₁"),
    "beta2": (r"\beta_2", "β₂"),
    "rho": (r"\rho", "ρ"),
    "eps": (r"\varepsilon", "ε"),
    "m_hat": (r"\hat m", "m̂"),
    "v_hat": (r"\hat v", "v̂"),
    "m": ("m", "m"),
    "v": ("v", "v"),
    "g": ("g", "g"),
    "t": ("t", "t"),
}


def formula(rule, tex=False):
    """The lines of a rule's formula, one for each assignment in its source.

    What the rule reads from `prev` wears the index t-1, what it assigns the
    index t; g is the gradient at the point before the step. Plain text, or TeX
    where asked for.
    """
    return list(_formulas(rule, _Tex if tex else _Plain).values())


class show_rule:  # noqa: N801 - it reads as a verb in a notebook
    """Each line of a rule's source as it runs, beside its formula."""

    def __init__(self, rule):
        self.rule = rule

    def __repr__(self):
        return f"{self.rule.__name__}: {'; '.join(formula(self.rule))}"

    def _repr_markdown_(self):
        source, function = _parse(self.rule)
        lines = source.splitlines()
        formulas = _formulas(self.rule, _Tex)
        first = function.body[1] if ast.get_docstring(function) else function.body[0]
        shown = [*range(function.lineno, function.body[0].lineno), *range(first.lineno, len(lines) + 1)]
        rows = [f"| {_code(lines[number - 1])} | {_math(formulas.get(number))} |" for number in shown]
        return "\n".join(["| | |", "|:---|:---|", *rows])


def _parse(rule):
    source = textwrap.dedent(inspect.getsource(rule))
    return source, next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))


def _formulas(rule, writer):
    """A dict from line number to formula."""
    _, function = _parse(rule)
    steps = [node for node in function.body if isinstance(node, ast.Assign)]
    assigned = {node.targets[0].id for node in steps if isinstance(node.targets[0], ast.Name)}
    write = writer(function.args.args[0].arg, assigned)
    return {node.lineno: write.assignment(node) for node in steps}


def _code(line):
    # Spaces that do not break, since a table drops the others at the start of a cell.
    indent = len(line) - len(line.lstrip())
    return f"`{' ' * indent}{line.strip()}`" if line.strip() else ""


def _math(tex):
    return rf"$\displaystyle {tex}$" if tex else ""


class _Plain:
    """Writes an expression of Python as one writes it by hand, in plain text."""

    place = 1  # in SYMBOLS
    now, before = "ₜ", "ₜ₋₁"
    join = " "
    becomes = "←"

    def __init__(self, prev, assigned):
        self.prev, self.assigned = prev, assigned

    def assignment(self, node):
        target = self.expression(node.targets[0])
        sign = self.becomes if target == "t" else "="
        return f"{target} {sign} {self.expression(node.value)}"

    def expression(self, node, least=0):
        """The text of a node; in parentheses where it binds less tightly than its place needs."""
        match node:
            case ast.Name(id=name):
                return self.symbol(name, self.now if name in self.assigned else "")
            case ast.Attribute(value=ast.Name(id=self.prev), attr=name):
                return self.symbol(name, self.before)
            case ast.Constant(value=value):
                return f"{value:g}"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _bracketed(f"-{self.expression(operand, 2)}", least > 1)
            case ast.Call(func=function, args=[argument]):
                return self.call(ast.unparse(function).removeprefix("np."), argument)
            case ast.BinOp(op=operator, left=left, right=right):
                name = type(operator).__name__
                text = getattr(self, name)(left, right)
                return _bracketed(text, self.strength[name] < least)
        return ast.unparse(node)

    def symbol(self, name, index):
        if name == "t":
            return "t"
        return SYMBOLS.get(name, self.unknown(name))[self.place] + index

    def unknown(self, name):
        return (rf"\mathrm{{{name}}}".replace("_", r"\_") if len(name) > 1 else name, name)

    strength = {"Add": 1, "Sub": 1, "Div": 1.5, "Mult": 2, "Pow": 3}

    def Add(self, left, right):
        return f"{self.expression(left, 1)} + {self.expression(right, 1)}"

    def Sub(self, left, right):
        return f"{self.expression(left, 1)} - {self.expression(right, 1.5)}"

    def Mult(self, left, right):
        return f"{self.expression(left, 2)}{self.join}{self.expression(right, 2)}"

    def Div(self, top, bottom):
        return f"{self.expression(top, 2)} / {self.expression(bottom, 3)}"

    def Pow(self, base, exponent):
        exponent = self.expression(exponent)
        raised = {"2": "²", "3": "³", "t": "ᵗ"}.get(exponent, f"^({exponent})")
        return f"{self.expression(base, 4)}{raised}"

    def call(self, function, argument):
        sign = "√" if function == "sqrt" else function
        simple = function == "sqrt" and isinstance(argument, ast.Name | ast.Attribute)
        return sign + _bracketed(self.expression(argument), not simple)


class _Tex(_Plain):
    """The same in TeX."""

    place = 0
    now, before = "_t", "_{t-1}"
    join = r"\,"
    becomes = r"\leftarrow"

    strength = _Plain.strength | {"Div": 3}

    def Div(self, top, bottom):
        return rf"\frac{{{self.expression(top)}}}{{{self.expression(bottom)}}}"

    def Pow(self, base, exponent):
        return f"{{{self.expression(base, 4)}}}^{{{self.expression(exponent)}}}"

    def call(self, function, argument):
        if function == "sqrt":
            return rf"\sqrt{{{self.expression(argument)}}}"
        return rf"\mathrm{{{function}}}({self.expression(argument)})"


def _bracketed(text, needed):
    return f"({text})" if needed else text
