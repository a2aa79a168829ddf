"""The small bugs that are tried: every change of one place in a module."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from typing import Final, NamedTuple


class Mutant(NamedTuple):
    """A module with one small bug: what it says instead, and the change in words that outlive the moving of lines."""

    module: str
    change: str
    source: str


class Place(NamedTuple):
    """A node, where it hangs in its tree, and the function that it belongs to."""

    node: ast.AST
    parent: ast.AST
    field: str
    number: int | None
    within: str

    def put(self, node: ast.AST) -> None:
        """Hang another node there."""
        if self.number is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.number] = node


def mutants_of(module: str, source: str) -> Iterator[Mutant]:
    """Go through the mutants of a module; changes that look alike are numbered."""
    tree = ast.parse(source)
    before = ast.unparse(tree)
    alike: Counter[str] = Counter()
    for place in list(_places(tree, "")):
        for other in _others(place.node):
            place.put(other)
            after = ast.unparse(tree)
            place.put(place.node)
            change = f"{place.within or 'module'}: {_difference(before, after)}"
            alike[change] += 1
            number = f" ({alike[change]})" if alike[change] > 1 else ""
            yield Mutant(module, change + number, after)


LONG: Final = 160
NEAR: Final = 40


def _difference(before: str, after: str) -> str:
    """Return the line that changed, before and after; of a long one only what is near the change."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    one, other = next((one.strip(), other.strip()) for one, other in pairs if one != other)
    begin = max(0, _alike(one, other) - NEAR)
    end = max(0, _alike(one[begin:][::-1], other[begin:][::-1]) - NEAR)
    if len(one) <= LONG or not begin:
        return f"{one} → {other}"
    return f"…{one[begin : len(one) - end]} → …{other[begin : len(other) - end]}"


def _alike(one: str, other: str) -> int:
    """Return how many letters two lines begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _places(parent: ast.AST, within: str) -> Iterator[Place]:
    """Go through what may be changed: neither types and decorators nor words for people."""
    for field, value in ast.iter_fields(parent):
        if field in _LEFT:
            continue
        for number, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _is_for_people(node, parent) or _is_a_type(node):
                continue
            named = isinstance(node, ast.FunctionDef | ast.ClassDef)
            inner = f"{within}.{node.name}".lstrip(".") if named else within  # type: ignore[attr-defined]  # it is named
            if not _is_unpacked(node, parent) and (within or not _is_data(node)):
                yield Place(node, parent, field, number, inner)
            yield from _places(node, inner)


def _is_for_people(node: ast.AST, parent: ast.AST) -> bool:
    """Tell whether a node is a docstring or the sentence of an error: tests look at the pointer of an error."""
    if isinstance(node, ast.JoinedStr) or (isinstance(parent, ast.Expr) and isinstance(node, ast.Constant)):
        return True
    is_error = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _ERRORS
    return is_error and node is parent.args[0]  # type: ignore[attr-defined]  # it is a call


def _is_unpacked(node: ast.AST, parent: ast.AST) -> bool:
    """Tell whether a tuple is one only for being written so: without a member it breaks at once."""
    return isinstance(node, ast.Tuple) and isinstance(parent, ast.Assign | ast.Return)


def _is_a_type(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias"


def _is_data(node: ast.AST) -> bool:
    """Tell whether a node at the top of a module belongs to a table, of which the packs are the check."""
    return isinstance(node, ast.Tuple) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """Go through what may stand in the place of a node."""
    yield from _other_conditions(node)
    yield from _other_values(node)


def _other_conditions(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for place, op in enumerate(ops):
                yield ast.Compare(left, [*ops[:place], _COMPARED[type(op)](), *ops[place + 1 :]], comparators)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            yield from (_either(op, values[:place] + values[place + 1 :]) for place in range(len(values)))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.If(test=test, body=body, orelse=orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.comprehension(ifs=[_]):
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case _:
            pass


def _other_values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _WORKED_OUT:
            yield ast.BinOp(left, _WORKED_OUT[type(op)](), right)
        case ast.Constant(value=value):
            yield from map(ast.Constant, _constants(value))
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Tuple(elts=items, ctx=ast.Load()) | ast.List(elts=items, ctx=ast.Load()) | ast.Set(elts=items):
            yield from (_without(node, place) for place in range(len(items)) if len(items) > 1)
        case ast.Call(func=ast.Name(id=name)) if name in _OPPOSITE:
            yield ast.Call(ast.Name(_OPPOSITE[name], ast.Load()), node.args, node.keywords)
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Break() | ast.Continue():
            yield ast.Pass()
        case _:
            pass


def _constants(value: object) -> tuple[bool | int | str, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return value + 1, value - 1
    return (value + "~",) if isinstance(value, str) else ()


def _either(op: ast.boolop, values: list[ast.expr]) -> ast.expr:
    return ast.BoolOp(op, values) if len(values) > 1 else values[0]


def _without(node: ast.Tuple | ast.List | ast.Set, place: int) -> ast.AST:
    fewer = copy.copy(node)
    fewer.elts = node.elts[:place] + node.elts[place + 1 :]
    return fewer


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


_LEFT: Final = {"annotation", "returns", "decorator_list", "bases", "ctx", "op", "ops"}
_ERRORS: Final = {"InvalidValue", "UnknownControl"}
_OPPOSITE: Final = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_WORKED_OUT: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
