"""A whole program's source, and in each function what type its names have."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.faults.source_types import (
    Class,
    Definition,
    Function,
    Module,
    Type,
    module_name,
    read_type,
)


@dataclass
class Program:
    """All files read."""

    modules: dict[str, Module] = field(default_factory=dict)
    classes: dict[str, Class] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)

    @classmethod
    def read(cls, sources: Mapping[str, str]) -> "Program":
        program = cls()
        for file, source in sources.items():
            program._read_module(Module(file, ast.parse(source)))
        for module in program.modules.values():
            scope = Scope(program, module, dict(module.globals))
            for statement in module.tree.body:
                scope.learn(statement)
            module.globals = scope.names
        for one in program.classes.values():
            program._learn_attributes(one)
        return program

    def _read_module(self, module: Module) -> None:
        self.modules[module_name(module.file)] = module
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    module.imports[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                module.functions[node.name] = self._define(module, node)
            elif isinstance(node, ast.ClassDef):
                self._read_class(module, node)

    def _define(self, module: Module, node: Function, owner: str = "") -> Definition:
        name = f"{owner}.{node.name}" if owner else node.name
        one = Definition(f"{module.file}:{name}", module.file, node, owner)
        self.definitions[one.name] = one
        return one

    def _read_class(self, module: Module, node: ast.ClassDef) -> None:
        known = self.classes.setdefault(node.name, Class(node.name))
        for member in node.body:
            if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                known.methods[member.name] = self._define(module, member, node.name)
                continue
            match member:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=written):
                    if found := read_type(written):
                        known.attributes[name] = found

    def _learn_attributes(self, one: Class) -> None:
        """What methods assign to `self`."""
        for method in one.methods.values():
            scope = Scope.within(self, method)
            for node in ast.walk(method.node):
                match node:
                    case ast.Assign(targets=[target], value=value):
                        found = scope.type_of(value)
                    case ast.AnnAssign(target=target, annotation=written):
                        found = read_type(written)
                    case _:
                        continue
                match target:
                    case ast.Attribute(value=ast.Name(id="self"), attr=name) if found:
                        one.attributes.setdefault(name, found)


@dataclass
class Scope:
    """Types of the names in a function, learned in the order of its statements."""

    program: Program
    module: Module
    names: dict[str, Type] = field(default_factory=dict)

    @classmethod
    def within(cls, program: Program, definition: Definition) -> "Scope":
        """The scope of a function, with all that its body assigns."""
        module = program.modules[module_name(definition.file)]
        scope = cls(program, module, dict(module.globals))
        for node in ast.walk(definition.node):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                scope._learn_arguments(node.args)
        if definition.owner:
            scope.names["self"] = Type(definition.owner)
        for _ in range(2):  # a loop may use what it assigns further down
            for statement in definition.node.body:
                scope.learn(statement)
        return scope

    def _learn_arguments(self, arguments: ast.arguments) -> None:
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if found := read_type(argument.annotation):
                self.names[argument.arg] = found

    def learn(self, statement: ast.AST) -> None:
        """What a statement says about names."""
        for node in ast.walk(statement):
            match node:
                case ast.Assign(targets=[target], value=value):
                    self._assign(target, value)
                case ast.AnnAssign(target=ast.Name(id=name), annotation=written):
                    if found := read_type(written):
                        self.names[name] = found
                case ast.NamedExpr(target=target, value=value):
                    self._assign(target, value)
                case (
                    ast.For(target=target, iter=over) | ast.comprehension(target=target, iter=over)
                ):
                    self._assign_type(target, self._element_of(over))
                case ast.MatchAs(pattern=ast.MatchClass(cls=ast.Name(id=kind)), name=str(name)):
                    self.names[name] = Type(kind)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, given in zip(target.elts, value.elts, strict=False):
                self._assign(one, given)
        else:
            self._assign_type(target, self.type_of(value))

    def _assign_type(self, target: ast.expr, found: Type | None) -> None:
        if found is None:
            return
        if isinstance(target, ast.Name):
            self.names[target.id] = found
        elif isinstance(target, ast.Tuple) and found.name == "tuple":
            for one, given in zip(target.elts, found.arguments, strict=False):
                self._assign_type(one, given)

    def _element_of(self, over: ast.expr) -> Type | None:
        match over:
            case ast.Call(func=ast.Attribute(value=mapping, attr="items")):
                found = self.type_of(mapping)
                return Type("tuple", found.arguments) if found else None
            case ast.Call(func=ast.Attribute(value=mapping, attr="values")):
                found = self.type_of(mapping)
                return found.value if found else None
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner]):
                found = self._element_of(inner)
                return Type("tuple", (Type("int"), found)) if found else None
        found = self.type_of(over)
        return found.element if found else None

    def type_of(self, expression: ast.expr | None) -> Type | None:
        """The type of an expression, where it can be told."""
        match expression:
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Attribute(value=value, attr=attribute):
                owner = self.type_of(value)
                known = self.program.classes.get(owner.name) if owner else None
                if known is None:
                    return None
                method = known.methods.get(attribute)
                return method.returns if method else known.attributes.get(attribute)
            case ast.Call():
                return self._returned(expression)
            case ast.Subscript(value=value):
                found = self.type_of(value)
                return found.value if found else None
            case ast.BoolOp(values=values):
                return next(filter(None, map(self.type_of, values)), None)
            case ast.IfExp(body=body, orelse=other):
                return self.type_of(body) or self.type_of(other)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                return self.type_of(value)
        return None

    def _returned(self, call: ast.Call) -> Type | None:
        match call.func:
            case ast.Name(id=name) if name in self.program.classes:
                return Type(name)
            case ast.Subscript(value=ast.Name(id=name)):
                return Type(name)
        if found := self.called(call.func):
            if found.node.name == "__init__":
                return Type(found.owner)
            return found.returns
        held = self.type_of(call.func)
        if held and held.name == "Callable":
            return held.arguments[0] if held.arguments else None
        if isinstance(call.func, ast.Attribute) and call.func.attr == "get":
            owner = self.type_of(call.func.value)
            return owner.value if owner else None
        return None

    def called(self, function: ast.expr) -> Definition | None:
        """The function or method of ours that an expression names."""
        match function:
            case ast.Name(id=name):
                if name in self.module.functions:
                    return self.module.functions[name]
                if name in self.program.classes:
                    return self.program.classes[name].methods.get("__init__")
                return self._imported(self.module.imports.get(name, ""))
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
                name in self.module.imports and name not in self.names
            ):
                return self._imported(f"{self.module.imports[name]}.{attribute}")
            case ast.Attribute(value=value, attr=attribute):
                owner = self.type_of(value)
                known = self.program.classes.get(owner.name) if owner else None
                return known.methods.get(attribute) if known else None
        return None

    def _imported(self, name: str) -> Definition | None:
        module, _, function = name.rpartition(".")
        found = self.program.modules.get(module)
        return found.functions.get(function) if found else None
