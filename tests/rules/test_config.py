"""Settings that would endanger people's data, or that cannot be meant, are refused in a sentence."""

import os
import stat
import subprocess
import sys

import pytest

from wfsite.config import Settings, UnsafeSettings


def _load(folder, **environment):
    return Settings.load({"WFSITE_INSTANCE": str(folder), **environment})


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"WFSITE_TRUSTED_PROXIES": "one"}, "WFSITE_TRUSTED_PROXIES must be a whole number"),
        ({"WFSITE_TRUSTED_PROXIES": "-1"}, "WFSITE_TRUSTED_PROXIES must be a whole number"),
        ({"WFSITE_TRUSTED_PROXIES": "1.5"}, "WFSITE_TRUSTED_PROXIES must be a whole number"),
        ({"WFSITE_TRUSTED_PROXIES": "٣"}, "WFSITE_TRUSTED_PROXIES must be a whole number"),
        ({"WFSITE_TRUSTED_PROXIES": "9" * 5000}, "WFSITE_TRUSTED_PROXIES must be a whole number"),
        ({"WFSITE_URL": "workforce.example.gov.uk"}, "whole address"),
        ({"WFSITE_URL": "https://["}, "whole address"),
        ({"WFSITE_URL": "http://127.0.0.1:port"}, "whole address"),
        ({"WFSITE_URL": "http://workforce.example.gov.uk"}, "must start with https"),
        ({"WFSITE_URL": "http://0.0.0.0:8000"}, "must start with https"),
        ({"WFSITE_DEMO": "1", "WFSITE_URL": "https://workforce.example.gov.uk"}, "public passwords"),
        ({"WFSITE_DEMO": "1", "WFSITE_TRUSTED_PROXIES": "1"}, "no proxy may stand before it"),
        ({"WFSITE_SECRET_KEY": "short"}, "32 characters"),
        ({"WFSITE_HELP": "x" * 201}, "WFSITE_HELP must be one line of 200 characters"),
        ({"WFSITE_HELP": "the team\non two lines"}, "WFSITE_HELP must be one line"),
        ({"WFSITE_HELP": "the\x00team"}, "WFSITE_HELP must be one line"),
        ({"DATABASE_URL": "mysql://localhost/wfsite"}, "DATABASE_URL must start"),
    ],
)
def test_refused_in_words(tmp_path, environment, said):
    with pytest.raises(UnsafeSettings, match=said):
        _load(tmp_path, **environment)


@pytest.mark.parametrize("content", [b"council_name = ", b"\xff", b"[[["])
def test_a_config_file_that_cannot_be_read_is_named(tmp_path, content):
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(UnsafeSettings, match=r"config\.toml cannot be read"):
        _load(tmp_path)


def test_good_settings_pass(tmp_path):
    found = _load(tmp_path, WFSITE_TRUSTED_PROXIES="2", WFSITE_URL="https://workforce.example.gov.uk")
    assert (found.trusted_proxies, found.is_https, found.trusted_hosts) == (2, True, ["workforce.example.gov.uk"])


def test_whom_to_ask_is_told_with_a_full_stop_or_without_and_has_a_sensible_default(tmp_path):
    assert _load(tmp_path).whom_to_ask == "an administrator of this site"
    (tmp_path / "config.toml").write_text('help = " the training desk. "')
    assert _load(tmp_path).whom_to_ask == "the training desk"
    found = _load(tmp_path, WFSITE_HELP="the workforce team, on 01234 567890")
    assert found.whom_to_ask == "the workforce team, on 01234 567890"
    assert Settings.load(found.environment()).help == found.help


def test_the_folder_and_its_key_are_for_the_owner_only(tmp_path):
    folder = tmp_path / "instance"
    before = os.umask(0o022)
    try:
        key = _load(folder).secret_key
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == ["secret-key"]
    assert _load(folder).secret_key == key


def test_a_site_that_does_not_start_says_why_and_nothing_else(tmp_path, checkout):
    environment = {**os.environ, "WFSITE_INSTANCE": str(tmp_path), "WFSITE_TRUSTED_PROXIES": "one"}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "The site does not start. WFSITE_TRUSTED_PROXIES must be a whole number between 0 and 10, like 1.\n"
    )


def test_papers_lie_in_the_instance_folder_unless_somebody_says_where(tmp_path):
    assert _load(tmp_path / "a").papers_folder == tmp_path / "a" / "papers"
    there = _load(tmp_path / "a", WFSITE_PAPERS=str(tmp_path / "b"))
    assert there.papers_folder == tmp_path / "b"
    assert _load(tmp_path / "a", WFSITE_PAPERS=there.environment()["WFSITE_PAPERS"]).papers == tmp_path / "b"
