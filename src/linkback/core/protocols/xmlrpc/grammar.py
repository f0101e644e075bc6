"""What may stand where in XML-RPC, and what it comes to: from well-formed XML to values.

Pure, and safe for any text without a DOCTYPE. Nothing recurses: open elements are a stack.
Spec: xmlrpc.com (2003-06-30), and the types of Apache's extension namespace
"""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import isfinite
from pyexpat import ParserCreate
from typing import NoReturn
from xmlrpc.client import DateTime

from linkback.core.errors import BadPing, Problem

MAX_DEPTH = 12  # values inside each other; a ping has one, the deepest answer of ours three
WHITE = " \t\r\n"
INSTRUCTION = "The XML holds a processing instruction, which no XML-RPC message has."
TOO_DEEP = "The values are nested deeper than 12 levels."
MISPLACED = "The XML is no XML-RPC: an element stands where it may not, or is missing."
STRAY_TEXT = "The XML is no XML-RPC: there is text where only elements may be."
BAD_VALUE = "The XML is no XML-RPC: a value does not have the form of its type."
BAD_NAME = "The XML is no XML-RPC: a method's name is made of A-Z a-z 0-9 _ . : / only."

Child = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """A call: the method's name and its parameters.

    Values are str, int, bool, float, None, bytes, list, dict with str keys, and
    xmlrpc.client.DateTime, whose zone nobody knows.
    """

    method: str
    params: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal that came in: its code, and its sentence as the stranger wrote it."""

    code: int
    sentence: str = ""


def build(text: str, root: str) -> object:
    """Return what the XML comes to, its outermost element being root.

    Raises ExpatError, or BadPing for what is no XML-RPC. The text is parsed in one piece, since
    expat 2.5 is quadratic in pieces, and as a str, for which expat ignores the declared encoding.
    """
    tree = _Tree(root)
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text.append
    parser.ProcessingInstructionHandler = _refuse_instruction
    parser.Parse(text, True)
    return tree.open[0][1][0][1]


def _refuse(sentence: str) -> NoReturn:
    raise BadPing(Problem.NOT_CONFORMING, sentence)


def _refuse_instruction(_target: str, _text: str) -> None:
    _refuse(INSTRUCTION)


class _Tree:
    """Builds values while expat walks: a stack of open elements, each with what its children came to."""

    __slots__ = ("depth", "open", "text")

    def __init__(self, root: str) -> None:
        self.open: list[tuple[str, list[Child]]] = [(f"root of {root}", [])]
        self.text: list[str] = []
        self.depth = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = tag if tag in CHILDREN else tag.rpartition(":")[2]  # Apache's ex:nil, ex:i8
        if name not in CHILDREN[self.open[-1][0]]:
            _refuse(MISPLACED)
        if self.text and self._text().strip(WHITE):
            _refuse(STRAY_TEXT)
        if name == "value":
            self.depth += 1
            if self.depth > MAX_DEPTH:
                _refuse(TOO_DEEP)
        self.open.append((name, []))

    def end(self, _tag: str) -> None:
        name, children = self.open.pop()
        if name == "value":
            self.depth -= 1
        text = self._text()
        if (children or name in STRUCTURE) and text.strip(WHITE):
            _refuse(STRAY_TEXT)
        self.open[-1][1].append((name, BUILD[name](children, text)))

    def _text(self) -> str:
        text = "".join(self.text)
        self.text.clear()
        return text


def _sole(children: list[Child]) -> object:
    if len(children) != 1:
        _refuse(MISPLACED)
    return children[0][1]


def _only(children: list[Child], _text: str) -> object:
    return _sole(children)


def _list(children: list[Child], _text: str) -> object:
    return [value for _, value in children]


def _value(children: list[Child], text: str) -> object:
    return _sole(children) if children else text


def _member(children: list[Child], _text: str) -> object:
    if sorted(name for name, _ in children) != ["name", "value"]:
        _refuse(MISPLACED)
    found = dict(children)
    return found["name"], found["value"]


def _struct(children: list[Child], _text: str) -> object:
    return dict(member for _, member in children if isinstance(member, tuple))


def _method_name(_children: list[Child], text: str) -> object:
    name = text.strip(WHITE)
    if not METHOD_NAME.fullmatch(name):
        _refuse(BAD_NAME)
    return name


def _method_call(children: list[Child], _text: str) -> object:
    if [name for name, _ in children] not in (["methodName"], ["methodName", "params"]):
        _refuse(MISPLACED)
    params = children[1][1] if len(children) > 1 else []
    return Call(str(children[0][1]), tuple(params) if isinstance(params, list) else ())


def _method_response(children: list[Child], _text: str) -> object:
    value = _sole(children)
    if not isinstance(value, list):
        return value
    if len(value) != 1:
        _refuse(MISPLACED)
    return value[0]


def _fault(children: list[Child], _text: str) -> object:
    """Return a Fault however badly it is worded: a refusal it is, so what is missing is 0 and nothing."""
    members = _sole(children)
    if not isinstance(members, dict):
        return Fault(0)
    code, sentence = members.get("faultCode"), members.get("faultString")
    return Fault(code if isinstance(code, int) else 0, sentence if isinstance(sentence, str) else "")


def _string(_children: list[Child], text: str) -> object:
    return text


def _scalar(pattern: re.Pattern[str], convert: Callable[[str], object], _children: list[Child], text: str) -> object:
    text = text.strip(WHITE)
    if not pattern.fullmatch(text):
        _refuse(BAD_VALUE)
    try:
        return convert(text)
    except ValueError:
        _refuse(BAD_VALUE)


def _integer(bits: int, text: str) -> int:
    number = int(text)
    if not -(1 << bits - 1) <= number < 1 << bits - 1:
        raise ValueError(text)
    return number


def _double(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


METHOD_NAME = re.compile(r"[A-Za-z0-9_.:/]+")
INTEGER = re.compile(r"[+-]?[0-9]{1,40}")  # leading zeros are allowed, so more digits than 64 bits have
# CPython writes small and large numbers with an exponent, though XML-RPC has none.
DOUBLE = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,3})?")
DATE_TIME = re.compile(
    r"[0-9]{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-6][0-9]"
)
BASE64 = re.compile(r"[A-Za-z0-9+/= \t\r\n]*")

Build = Callable[[list[Child], str], object]
SCALARS: dict[str, Build] = {
    "string": _string,
    "int": partial(_scalar, INTEGER, partial(_integer, 32)),
    "i4": partial(_scalar, INTEGER, partial(_integer, 32)),
    "i8": partial(_scalar, INTEGER, partial(_integer, 64)),
    "i1": partial(_scalar, INTEGER, partial(_integer, 8)),
    "i2": partial(_scalar, INTEGER, partial(_integer, 16)),
    "boolean": partial(_scalar, re.compile("[01]"), "1".__eq__),
    "double": partial(_scalar, DOUBLE, _double),
    "dateTime.iso8601": partial(_scalar, DATE_TIME, DateTime),
    "base64": partial(_scalar, BASE64, b64decode),
    "nil": partial(_scalar, re.compile(""), lambda _: None),
}
BUILD: dict[str, Build] = SCALARS | {
    "methodCall": _method_call,
    "methodResponse": _method_response,
    "methodName": _method_name,
    "params": _list,
    "param": _only,
    "fault": _fault,
    "value": _value,
    "array": _only,
    "data": _list,
    "struct": _struct,
    "member": _member,
    "name": _string,
}
NOTHING: frozenset[str] = frozenset()
CHILDREN: dict[str, frozenset[str]] = dict.fromkeys([*SCALARS, "methodName", "name"], NOTHING) | {
    "root of methodCall": frozenset({"methodCall"}),
    "root of methodResponse": frozenset({"methodResponse"}),
    "methodCall": frozenset({"methodName", "params"}),
    "methodResponse": frozenset({"params", "fault"}),
    "params": frozenset({"param"}),
    "param": frozenset({"value"}),
    "fault": frozenset({"value"}),
    "value": frozenset(SCALARS) | {"array", "struct"},
    "array": frozenset({"data"}),
    "data": frozenset({"value"}),
    "struct": frozenset({"member"}),
    "member": frozenset({"name", "value"}),
}
STRUCTURE = frozenset(name for name, children in CHILDREN.items() if children) - {"value"}
