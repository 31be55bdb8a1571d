"""What the documents tell an operator exists."""

import re
from pathlib import Path

import pytest

from tests.support.engines import Site

_DOCS = ("docs/operations.md", "docs/security-and-privacy.md", "docs/accessibility.md")


@pytest.fixture(scope="module")
def texts(checkout: Path) -> dict[str, str]:
    return {name: (checkout / name).read_text(encoding="utf-8") for name in _DOCS}


def test_every_setting_is_described_and_none_is_invented(checkout: Path, texts: dict[str, str]) -> None:
    source = (checkout / "wfsite/config.py").read_text(encoding="utf-8")
    read = {f"WFSITE_{name.upper()}" for name in re.findall(r'setting\("([a-z_]+)"', source)}
    read |= set(re.findall(r'environment\.get\(["\x27]([A-Z_]+)["\x27]', source))
    assert len(read) >= 8
    named = set(re.findall(r"^\| `([A-Z_]+)`", texts["docs/operations.md"], re.M))
    assert named == read


def test_every_command_exists(site: Site, texts: dict[str, str]) -> None:
    from flask.cli import AppGroup

    from wfsite.cli import commands

    for name, text in texts.items():
        for words in re.findall(r"(?:flask|--app wsgi) wfsite ([a-z-]+(?: [a-z-]+)?)", text):
            first, _, second = words.partition(" ")
            assert first in commands.commands, f"{name}: {words}"
            if first == "user" and second:
                user = commands.commands["user"]
                assert isinstance(user, AppGroup) and second in user.commands, f"{name}: {words}"


def test_every_page_that_is_named_exists(site: Site, texts: dict[str, str]) -> None:
    rules = {rule.rule for rule in site.app.url_map.iter_rules()}
    assert {"/healthz", "/readyz"} <= rules
