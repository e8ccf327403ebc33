"""What the source says about types, as far as it takes to know whose method is called.

Our code is annotated throughout, so names, fields and what functions return tell nearly all; the
names of classes that matter here are unique.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

STANDS_FOR = {"Channel": "TwilioGateway", "Listing": "TwilioGateway"}
"""An interface, and what is behind it where it is deployed."""

ELEMENTS = {"Sequence", "list", "set", "frozenset", "Iterator", "Iterable", "Collection"}
MAPPINGS = {"Mapping", "dict", "defaultdict"}


@dataclass(frozen=True)
class Type:
    """A type by its bare name, with its arguments."""

    name: str
    arguments: tuple["Type", ...] = ()

    @property
    def element(self) -> "Type | None":
        """What iterating gives."""
        if self.name in ELEMENTS or self.name in MAPPINGS:
            return self.arguments[0] if self.arguments else None
        return None

    @property
    def value(self) -> "Type | None":
        """What a mapping holds, or a sequence."""
        if self.name in MAPPINGS:
            return self.arguments[-1] if self.arguments else None
        return self.element


def read_type(written: ast.expr | None) -> Type | None:
    """An annotation; of a union the first that is not None."""
    match written:
        case ast.Constant(value=str(text)):
            return read_type(ast.parse(text, mode="eval").body)
        case ast.Name(id=name):
            return Type(STANDS_FOR.get(name, name))
        case ast.Attribute(attr=name):
            return Type(STANDS_FOR.get(name, name))
        case ast.BinOp(left=left, op=ast.BitOr()):
            return read_type(left)
        case ast.Subscript(value=ast.Name(id="Callable"), slice=ast.Tuple(elts=[_, returned])):
            given = read_type(returned)
            return Type("Callable", (given,) if given else ())
        case ast.Subscript(value=outer, slice=inner):
            named = read_type(outer)
            members = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            found = tuple(read_type(one) or Type("") for one in members)
            return Type(named.name, found) if named else None
    return None


Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Definition:
    """A function or method. `name` is "flows/delivering/room.py:_scope" or "…:Class.method"."""

    name: str
    file: str
    node: Function
    owner: str = ""

    @property
    def returns(self) -> Type | None:
        return read_type(self.node.returns)

    @property
    def is_property(self) -> bool:
        return any(
            isinstance(one, ast.Name) and one.id == "property" for one in self.node.decorator_list
        )


@dataclass
class Class:
    """A class: its methods, and the types of its attributes."""

    name: str
    methods: dict[str, Definition] = field(default_factory=dict)
    attributes: dict[str, Type] = field(default_factory=dict)


@dataclass
class Module:
    """A file: its functions, what it imports (as "module.name"), its global names."""

    file: str
    tree: ast.Module
    functions: dict[str, Definition] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    globals: dict[str, Type] = field(default_factory=dict)


def module_name(file: str) -> str:
    """ "layers/core/python/statustext/web.py" is "statustext.web"."""
    dotted = file.removesuffix(".py").replace("/", ".")
    return "statustext." + dotted.partition("statustext.")[2] if "statustext." in dotted else dotted


def expressions(definition: Definition) -> Iterator[ast.expr]:
    """Every expression in a function's body, inner functions and their defaults included."""
    for statement in definition.node.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.expr):
                yield node
