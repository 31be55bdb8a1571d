"""Rules that every committed file keeps: no package hosts, no inline script, no branding that is not ours."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

_HOSTS = re.compile(r"https?://[\w.-]*(pypi|pythonhosted|npmjs|debian\.org|ubuntu\.com|unpkg|jsdelivr|cdnjs)", re.I)
_TEMPLATES = (
    (re.compile(r"\|\s*safe\b"), "the safe filter"),
    (re.compile(r"\bhx-on\b|\bhx-vars\b|['\"]js:|javascript:", re.I), "script in an attribute"),
    (re.compile(r"hx-trigger=\"[^\"]*\["), "a trigger filter, which allowEval=false makes fire always"),
    (
        re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.I),
        "inline script, style or handler",
    ),
    (re.compile(r"\s[\w-]+=\{\{"), "an unquoted attribute"),
)


def _files(checkout: Path) -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, text=True, check=True).stdout
    return [checkout / name for name in names.split("\0") if name and (checkout / name).is_file()]


@pytest.fixture(scope="module")
def texts(checkout: Path) -> dict[str, str]:
    found = {}
    for file in _files(checkout):
        try:
            found[file.relative_to(checkout).as_posix()] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    assert len(found) > 50
    return found


def test_no_file_names_a_package_host(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if _HOSTS.search(text) and "test_committed" not in name] == []


def test_templates_hold_no_script_and_no_unsafe_markup(texts: dict[str, str]) -> None:
    wrong = [
        (name, what)
        for name, text in texts.items()
        if name.startswith("templates/")
        for pattern, what in _TEMPLATES
        if pattern.search(text)
    ]
    assert wrong == []


def test_styles_fetch_nothing_and_carry_no_foreign_branding(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        if name.startswith("static/") and name.endswith(".css"):
            assert "url(" not in text and "GDS Transport" not in text and "crest" not in text, name


def test_vendored_files_are_the_ones_that_were_built(checkout: Path) -> None:
    folder = checkout / "static/vendor"
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


def test_every_requirement_is_pinned_with_a_hash(texts: dict[str, str]) -> None:
    for name in ("requirements/run.txt", "requirements/postgres.txt", "requirements/dev.txt"):
        pins = re.findall(r"^[a-z0-9._-]+==\S+.*$", texts[name], re.M | re.I)
        assert len(pins) > 20
        assert all(pin.endswith("\\") for pin in pins)
        assert "--hash=sha256:" in texts[name]


def test_views_read_requests_only_through_params(texts: dict[str, str]) -> None:
    raw = re.compile(r"request\.(form|args|values|json|get_json|data)\b")
    allowed = {
        "wfsite/web/params.py",
        "wfsite/web/errors.py",
        "wfsite/web/kept_forms.py",
        "wfsite/web/pictures.py",
    }
    wrong = [n for n, t in texts.items() if n.startswith("wfsite/") and n not in allowed and raw.search(t)]
    assert wrong == []


def test_one_clock(texts: dict[str, str]) -> None:
    other = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|func\.(now|current_timestamp)\(|time\.time\(")
    wrong = [n for n, t in texts.items() if n.startswith("wfsite/") and n != "wfsite/core/clock.py" and other.search(t)]
    assert wrong == []


def test_readme_names_commands_that_exist(texts: dict[str, str]) -> None:
    targets = set(re.findall(r"^([a-z]+):", texts["Makefile"], re.M))
    named = set(re.findall(r"make ([a-z]+)", texts["README.md"]))
    assert {"run", "test"} <= named <= targets
