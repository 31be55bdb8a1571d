"""The house's own rules, where no linter has one."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

_WORD = re.compile(r"\w+")
_TEMPLATE = re.compile(r"[\"']([\w/{}]+\.html)[\"']")
_LONGEST_FUNCTION = 48
# Called by a library by their names, or kept for whoever reads the record of a table.
_CALLED_BY_NAME = {"is_authenticated", "is_active", "is_anonymous", "get_id", "impl", "cache_ok", "inherit_cache"} | {
    *("process_bind_param", "process_result_value", "session_protection", "to_python"),
    *("handle_starttag", "handle_endtag", "handle_data"),
}
# Writes of dated rows with their tests, which the pages of bookings and of the plan will call; rules of small groups
# with theirs, which the first breakdown of answers will call.
_CALLED_SOON = {"session_state_set", "place_state_set", "action_move", "theme_change", "released", "shown_together"}


@pytest.fixture(scope="module")
def modules(checkout: Path) -> dict[Path, ast.Module]:
    """Every module of the product, read."""
    files = (file for file in (checkout / "wfsite").rglob("*.py") if "migrations" not in file.parts)
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}


def _met(modules: dict[Path, ast.Module], templates: Path) -> Counter[str]:
    """How often each word stands in the product and its templates."""
    texts = [file.read_text(encoding="utf-8") for file in (*modules, *templates.rglob("*.html"))]
    return Counter(word for text in texts for word in _WORD.findall(text))


def _defined(body: list[ast.stmt], *, in_class: bool = False) -> list[str]:
    """Functions, classes, methods and properties, without those that a decorator hands to a library."""
    names = []
    for node in body:
        if isinstance(node, ast.ClassDef):
            names += [node.name, *_defined(node.body, in_class=True)]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            handed_over = [one for one in node.decorator_list if "property" not in ast.unparse(one)]
            if not handed_over or ast.unparse(handed_over[0]) in ("cache", "classmethod", "staticmethod"):
                names.append(node.name)
    return [name for name in names if not name.startswith("__")]


def test_what_is_defined_is_used_by_the_product_itself(modules, checkout):
    met = _met(modules, checkout / "templates")
    unused = [
        f"{file.relative_to(checkout)}: {name}"
        for file, tree in modules.items()
        for name in _defined(tree.body)
        if met[name] < 2 and name not in _CALLED_BY_NAME | _CALLED_SOON
    ]
    assert not unused, "Nothing but tests uses these: take them out, or use them: " + "; ".join(unused)


def test_no_function_is_long(modules, checkout):
    long = [
        f"{file.relative_to(checkout)}:{node.lineno} {node.name}"
        for file, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= _LONGEST_FUNCTION
    ]
    assert long == []


def test_every_template_is_shown_by_somebody(modules, checkout):
    templates = checkout / "templates"
    files = {str(file.relative_to(templates)): file for file in templates.rglob("*.html")}
    texts = "\n".join(file.read_text(encoding="utf-8") for file in (*modules, *files.values()))
    named = "|".join(re.sub(r"\\{\w+\\}", r"\\w+", re.escape(name)) for name in set(_TEMPLATE.findall(texts)))
    unused = [name for name in files if not re.fullmatch(named, name)]
    assert not unused, unused
