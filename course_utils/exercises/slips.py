"""Small slips in a line of a formula, each beside the words that name it."""

import ast
import io
import re
import tokenize


def slips(line, symbols, writer):
    """Yield the line with one slip after another in it, as Python, beside a function that says what is wrong there.

    line : node of the right expression; symbols : texts that may have got into
    the place of another; writer : `formulas.Plain`, which writes a node
    """
    text = ast.unparse(line)
    nodes = [*_parts(ast.parse(text, mode="eval").body)][::-1]  # the smallest first

    def part(node):
        return text[node.col_offset : node.end_col_offset]

    def says(node):
        return writer.expression(ast.parse(node, mode="eval").body if isinstance(node, str) else node)

    for slips_of in (_in_node, _in_symbol):
        for node in nodes:
            for new, told in slips_of(node, part, symbols):
                yield _put(new, node, text), lambda told=told, node=node: _told(told, node, says)
    for name in dict.fromkeys(map(part, nodes)):
        if name in symbols:
            for other in symbols:
                yield _renamed(text, name, other), lambda a=name, b=other: f"{says(b)} stands where {says(a)} belongs."
            swapped = _renamed(text, f"1 - {name}", "SHARE").replace(name, f"(1 - {name})").replace("SHARE", name)
            yield swapped, lambda a=name: f"{says(a)} and 1 - {says(a)} are swapped; it is {says(line)}."
    for new in _bracketed(text):
        yield new, lambda: f"parentheses are missing or stand elsewhere; it is {says(line)}."
    for node in nodes:
        for new, told in _too_much(part(node), symbols):
            yield _put(new, node, text), lambda told=told, node=node: _told(told, node, says)


def _parts(node):
    """A node and those that it is made of, but for numbers and the names of functions."""
    nodes = [node]
    for node in nodes:
        below = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        if not isinstance(node, ast.Attribute):
            nodes += [part for part in below if isinstance(part, ast.expr) and not isinstance(part, ast.Constant)]
    return nodes


def _renamed(text, old, new):
    return re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", new, text)


def _put(new, node, text):
    return f"{text[: node.col_offset]}({new}){text[node.end_col_offset :]}"


def _told(told, node, says):
    """A sentence with symbols: {0} is the node, {1} and {2} are its parts, and a second text stands for {1} alone."""
    told, *others = told if isinstance(told, tuple) else (told,)
    parts = others or [getattr(node, "left", node), getattr(node, "right", node)]
    return told.format(says(node), *map(says, parts))


def _in_node(node, part, symbols):
    """Yield what may stand in the place of an operation by mistake, and what is said then."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            a, b = f"({part(left)})", f"({part(right)})"
            match op:
                case ast.Mult():
                    yield b, "the factor {1} is missing."
                    yield a, "the factor {2} is missing."
                    yield f"{a} / {b}", "{2} divides, where it should multiply."
                    yield f"{b} / {a}", "{1} divides, where it should multiply."
                    yield f"{a} + {b}", "{1} and {2} are added, where they should be multiplied."
                case ast.Div():
                    yield a, "the division by {2} is missing."
                    yield f"1 / {b}", "{1} is missing above the line."
                    yield f"{a} * {b}", "{2} multiplies, where it should divide."
                    yield f"{b} / {a}", "the fraction is upside down; it is {0}."
                case ast.Add():
                    yield b, "the term {1} is missing."
                    yield a, "the term {2} is missing."
                    yield f"{a} - {b}", "{2} is subtracted, where it should be added."
                    yield f"{b} - {a}", "{1} is subtracted, where it should be added."
                    if isinstance(left, ast.Call):
                        yield (
                            f"{part(left.func)}({part(left.args[0])} + {b})",
                            "{2} stands inside the root; its place is outside: {0}.",
                        )
                case ast.Sub():
                    yield f"{a} + {b}", "the sign is turned: {2} is subtracted."
                    if not isinstance(left, ast.Constant):
                        yield f"{b} - {a}", "the sign is turned; it is {0}."
                        yield a, "{2} is not subtracted."
                    yield b, "{2} stands where {0} belongs."
                    yield f"-{b}", "{1} is missing before the minus."
                case ast.Pow():
                    yield a, "the power is missing: {0}."
                    yield f"{a} * {b}", "it multiplies by {2}, where the power {0} belongs (in Python **)."
                    yield f"{a} ** 3", "the power is another one; it is {0}."
                    yield f"abs({a})", "the power is missing: {0}."
        case ast.Call(func=function, args=[argument]):
            inner, name = part(argument), part(function).removeprefix("np.")
            name = {"sqrt": "root"}.get(name, name)
            yield inner, f"the {name} is missing: {{0}}."
            yield f"abs({inner})", f"the {name} is missing: {{0}}."
            if name == "mean":
                yield f"np.sum({inner})", "there is a sum where a mean belongs: use np.mean."


def _in_symbol(node, part, symbols):
    """Yield what may stand in the place of a symbol by mistake, and what is said then."""
    if isinstance(node, ast.Name | ast.Attribute):
        whole = part(node)
        for other in symbols:
            if other != whole:
                yield other, ("{1} stands where {0} belongs.", other)
        yield f"{whole} + 1", "{0} is one too large."
        yield f"{whole} - 1", "{0} is one too small."
        yield f"1 - {whole}", "1 - {0} stands where {0} belongs."
        yield f"np.abs({whole})", "the sign of {0} is lost."
        yield f"np.sign({whole})", "the size of {0} is lost: only its sign is used."


def _too_much(whole, symbols):
    """Yield an expression with something that does not belong there, and what is said then."""
    yield f"{whole} * 2", "{0} is doubled."
    yield f"({whole}) / 2", "{0} is halved."
    yield f"-({whole})", "the sign of {0} is turned."
    yield f"({whole}) ** 2", "{0} is squared."
    yield f"np.sqrt({whole})", "there is a root over {0}, where none belongs."
    for call, word in (("np.mean", "mean"), ("np.sum", "sum"), ("np.linalg.norm", "length")):
        told = f"one number, the {word} of {{0}}, stands for all coordinates; each has its own."
        yield f"{call}({whole}, axis=-1, keepdims=True)", told
    for other in symbols:
        if other.isidentifier():
            yield f"({whole}) * {other}", ("{1} is too much beside {0}.", other)
            yield f"({whole}) / {other}", ("{0} is divided by {1}, which does not belong there.", other)
            yield f"({whole}) + {other}", ("{1} is added to {0}, where it does not belong.", other)


def _bracketed(text):
    """Yield the same expression with a pair of parentheses taken away, or a pair more, where that changes it."""
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.string.strip()]
    words = [token.string for token in tokens]
    for first, word in enumerate(words):
        if word == "(" and not (first and tokens[first - 1].type == tokenize.NAME):
            depth, last = 1, first
            while depth:
                last += 1
                depth += {"(": 1, ")": -1}.get(words[last], 0)
            yield " ".join([*words[:first], *words[first + 1 : last], *words[last + 1 :]])
    right = ast.dump(ast.parse(text))
    for first in range(len(words)):
        for last in range(first + 3, len(words) + (first > 0)):
            if words[first:last].count("(") == words[first:last].count(")"):
                new = " ".join([*words[:first], "(", *words[first:last], ")", *words[last:]])
                try:
                    if ast.dump(ast.parse(new)) != right:
                        yield new
                except SyntaxError:
                    continue
