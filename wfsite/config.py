"""Settings: from the environment, then `config.toml` in the instance folder, then the defaults below."""

import os
import secrets
import sys
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

_LONGEST_HELP = 200

CHECKOUT = Path(__file__).resolve().parent.parent
# The site's own command, for work in a process apart; run it in the checkout, with `Settings.environment()`.
COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "wfsite")


class UnsafeSettings(Exception):
    """The settings would put people's data at risk; the message says what to change."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between one installation and another."""

    instance: Path
    database_url: str
    secret_key: str = field(repr=False)
    site_url: str = "http://127.0.0.1:8000"
    council_name: str = "Your council"
    demo: bool = False
    trusted_proxies: int = 0
    help: str = ""
    testing: bool = False
    # Where the ballot boxes of open surveys lie; None where another machine holds them.
    boxes: Path | None = None
    # Where the files of papers lie; None for the instance folder.
    papers: Path | None = None

    def __post_init__(self) -> None:
        url = _address(self.site_url)
        if url.scheme == "http" and url.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise UnsafeSettings("WFSITE_URL must start with https:// unless the site runs on this machine only")
        if self.demo and url.scheme == "https":
            raise UnsafeSettings(
                "The demo has public passwords, so it runs on this machine only: set WFSITE_URL to http://127.0.0.1"
            )
        if self.demo and self.trusted_proxies:
            raise UnsafeSettings(
                "The demo has public passwords, so no proxy may stand before it: take WFSITE_TRUSTED_PROXIES away"
            )
        if self.boxes and (self.boxes.is_relative_to(self.instance) or self.instance.is_relative_to(self.boxes)):
            raise UnsafeSettings(
                "The ballot boxes must lie outside the instance folder, which is copied: set WFSITE_BOXES elsewhere"
            )
        if len(self.secret_key) < 32:
            raise UnsafeSettings("WFSITE_SECRET_KEY must be 32 characters or more")
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise UnsafeSettings("DATABASE_URL must start with sqlite:/// or postgresql://")

        if len(self.help) > _LONGEST_HELP or not self.help.isprintable():
            raise UnsafeSettings(
                f"WFSITE_HELP must be one line of {_LONGEST_HELP} characters or fewer that says whom to ask, "
                "like: the workforce team, on 01234 567890"
            )

    @property
    def whom_to_ask(self) -> str:
        """Whom people ask for a password or a role, to stand at the end of a sentence after "Ask"."""
        return self.help or "an administrator of this site"

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over TLS."""
        return self.site_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        """The names under which the site answers; a loopback site answers to every loopback name."""
        host = urlsplit(self.site_url).hostname or ""
        return [host] if self.is_https else ["127.0.0.1", "localhost", "[::1]"]

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded engine is in use."""
        return self.database_url.startswith("sqlite")

    @property
    def chart_cache(self) -> Path:
        """Where drawn charts are kept."""
        return self.instance / "charts"

    @property
    def papers_folder(self) -> Path:
        """Where the files of papers lie."""
        return self.papers or self.instance / "papers"

    def environment(self) -> dict[str, str]:
        """The environment in which a command of this site finds the same settings."""
        return os.environ | {
            "WFSITE_INSTANCE": str(self.instance),
            "DATABASE_URL": self.database_url,
            "WFSITE_SECRET_KEY": self.secret_key,
            "WFSITE_URL": self.site_url,
            "WFSITE_COUNCIL_NAME": self.council_name,
            "WFSITE_DEMO": "1" if self.demo else "",
            "WFSITE_TRUSTED_PROXIES": str(self.trusted_proxies),
            "WFSITE_BOXES": str(self.boxes) if self.boxes else "none",
            "WFSITE_PAPERS": str(self.papers_folder),
            "WFSITE_HELP": self.help,
        }

    @classmethod
    def load(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings of this installation; makes the instance folder and its secret key at first use."""
        instance = Path(environment.get("WFSITE_INSTANCE") or CHECKOUT / "instance").resolve()
        # A database, its log and its backups are for the service's own eyes.
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = _config(instance / "config.toml")

        def setting(name: str, default: str) -> str:
            return environment.get(f"WFSITE_{name.upper()}") or str(config.get(name, default))

        url = environment.get("DATABASE_URL") or str(config.get("database_url", ""))
        return cls(
            instance=instance,
            database_url=_database_url(url, instance),
            secret_key=setting("secret_key", "") or _secret_key(instance / "secret-key"),
            site_url=setting("url", f"http://127.0.0.1:{environment.get('PORT') or 8000}").rstrip("/"),
            council_name=setting("council_name", "Your council"),
            demo=setting("demo", "").casefold() in ("1", "true", "yes"),
            trusted_proxies=_proxies(setting("trusted_proxies", "0")),
            boxes=_boxes(setting("boxes", ""), instance),
            papers=Path(papers).resolve() if (papers := setting("papers", "")) else None,
            help=setting("help", "").strip().removesuffix("."),
        )


def _address(text: str) -> SplitResult:
    """The site's address in its parts; raises `UnsafeSettings` for what is none."""
    try:
        url = urlsplit(text)
        if url.scheme in ("http", "https") and url.hostname and url.port != 0:
            return url
    except ValueError:
        pass  # a bracket that is not closed, a port that is no number
    raise UnsafeSettings("WFSITE_URL must be the site's whole address, like https://workforce.example.gov.uk")


def _config(file: Path) -> dict[str, Any]:
    """What the instance's `config.toml` says; raises `UnsafeSettings` when it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (ValueError, OSError) as error:
        raise UnsafeSettings(f"{file} cannot be read ({error}). Correct it or take it away") from None


def _proxies(text: str) -> int:
    """How many proxies to believe; raises `UnsafeSettings` for anything but a small whole number."""
    if not (text.isascii() and text.isdigit() and int(text[:4]) <= 10 and len(text) <= 2):
        raise UnsafeSettings("WFSITE_TRUSTED_PROXIES must be a whole number between 0 and 10, like 1")
    return int(text)


def default_boxes(instance: Path) -> Path:
    """Where ballot boxes lie when nothing says so: beside the instance folder, never in it."""
    return instance.with_name(f"{instance.name}-boxes")


def _boxes(text: str, instance: Path) -> Path | None:
    """The folder of ballot boxes. The default one is made; one that somebody named is theirs to make."""
    if text.casefold() == "none":
        return None
    if text:
        return Path(text).resolve()
    folder = default_boxes(instance)
    with suppress(OSError):  # `flask wfsite check` says what is wrong with it
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _database_url(url: str, instance: Path) -> str:
    """The engine's address in SQLAlchemy's form; the embedded database when none is given."""
    if not url:
        return f"sqlite:///{instance / 'wfsite.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _secret_key(path: Path) -> str:
    """The installation's signing key, made once, whole or not at all, and readable by its owner only."""
    if not path.exists():
        part = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        # Several workers may start at once: the first link stands, and no one reads a key that is half written.
        with suppress(FileExistsError):
            path.hardlink_to(part)
        part.unlink()
    return path.read_text(encoding="ascii")
