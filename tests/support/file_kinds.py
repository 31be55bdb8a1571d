"""A contract for import-linter: the kind of a file, the last word of its name, says what it may import in the rooms."""

from collections.abc import Iterator
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FileKinds(Contract):
    """Every file of the rooms has a kind, and imports only kinds that its own may.

    `rooms` are the packages looked at. `kinds` are lines "kind: what it may import", of kinds and of packages by their
    full names; "*" is any kind. `others` are lines "module: kind" for files whose name does not end in a kind.
    """

    type_name = "file_kinds"

    rooms = fields.ListField(subfield=fields.StringField())
    kinds = fields.ListField(subfield=fields.StringField())
    others = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Compare every import of the rooms with the table of kinds."""
        problems = sorted(self._problems(graph))
        return ContractCheck(kept=not problems, metadata={"problems": problems})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line a problem."""
        for problem in check.metadata["problems"]:
            output.print_error(problem, bold=False)

    def _problems(self, graph: ImportGraph) -> Iterator[str]:
        allowed = {kind: set(names.split()) for kind, names in _split(self.kinds)}
        named = dict(_split(self.others))
        yield from (f"{module} is not there" for module in named if module not in graph.modules)
        for module in sorted(graph.modules):
            if not self._is_in_a_room(module) or graph.find_children(module):
                continue
            kind = named.get(module) or _kind(module, allowed)
            if kind not in allowed:
                yield f"{module}: no kind. End its name in one of {', '.join(allowed)}"
                continue
            for other in graph.find_modules_directly_imported_by(module):
                if problem := self._problem(other, allowed[kind], named, allowed):
                    yield f"{module} ({kind}) may not import {other} ({problem})"

    def _problem(self, other: str, may: set[str], named: dict[str, str], kinds: dict[str, set[str]]) -> str:
        """What `other` is, where a file that may import `may` may not import it; "" where it may."""
        if self._is_in_a_room(other):
            kind = named.get(other) or _kind(other, kinds)
            return "" if kind in may or "*" in may else kind or "no kind"
        top = ".".join(other.split(".")[:2]) if other.startswith("wfsite.") else other
        return "" if top in may or (f"!{top}" not in may and "any" in may) else top

    def _is_in_a_room(self, module: str) -> bool:
        return any(module == room or module.startswith(f"{room}.") for room in _listed(self.rooms))


def _listed(setting: object) -> list[str]:
    """A list of the contract, which import-linter types as the field that reads it."""
    return [str(one) for one in cast("list[str]", setting)]


def _split(setting: object) -> Iterator[tuple[str, str]]:
    for line in _listed(setting):
        name, _, rest = line.partition(":")
        yield name.strip(), rest.strip()


def _kind(module: str, kinds: dict[str, set[str]]) -> str:
    """The longest kind in which the last part of a module's name ends; "" for none."""
    name = module.rpartition(".")[2]
    fits = [kind for kind in kinds if name == kind or name.endswith(f"_{kind}")]
    return max(fits, key=len, default="")
