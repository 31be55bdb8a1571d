"""flask wfsite …: what an operator does from the command line.

Anything that is refused is said in words, with exit code 1.
"""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from wfsite import jobs
from wfsite.config import CHECKOUT, Settings
from wfsite.core.clock import LONDON
from wfsite.core.errors import Busy, Conflict, Missing, RuleBroken
from wfsite.core.parsing import Unreadable, email_address, plain_text
from wfsite.core.permissions import GRANTS, Permission, Role
from wfsite.core.words import count_of, listed
from wfsite.db import backups
from wfsite.db.server_log import logs_values
from wfsite.extensions import db
from wfsite.operations import fitness
from wfsite.papers.queries import kept_files
from wfsite.papers.store import Store
from wfsite.people import queries, services
from wfsite.people.password_links import password_link_token
from wfsite.people.passwords import check_password, password_hash
from wfsite.people.queries import PersonFilter, PersonState
from wfsite.people.rules import PERMISSION_WORDS
from wfsite.people.services import PersonFacts
from wfsite.people.signing_in import password_set
from wfsite.web import statics
from wfsite.works.runner import ProcessBounds
from wfsite.works.running import works_run

commands = AppGroup("wfsite", help="Run and look after this site.")


def init_app(app: Flask) -> None:
    """Add the commands to flask; `flask db …` too, where flask's own command line started the app."""
    app.cli.add_command(commands)
    context = click.get_current_context(silent=True)
    if context is not None and context.find_object(ScriptInfo) is not None:
        make_migratable(app)


def make_migratable(app: Flask) -> None:
    """Let migrations run on this app. Not for workers: alembic would cost each of them 11 MB."""
    from flask_migrate import Migrate

    folder = str(CHECKOUT / "wfsite/db/migrations")
    Migrate(app, db, directory=folder, render_as_batch=True, compare_type=True)


@commands.command("compress")
def compress() -> None:
    """Pack the static files, so that a browser gets them small."""
    statics.compress(Path(current_app.static_folder or ""))


@commands.command("access")
def access() -> None:
    """Print who may do what, and how far."""
    for permission in Permission:
        click.echo(PERMISSION_WORDS.get(permission, permission.value))
        for role in Role:
            if reach := GRANTS[role].get(permission):
                click.echo(f"    {role.label}: {reach.label}")


@commands.command("demo")
@click.option("--scale", type=click.IntRange(1, 20), default=1, help="How many times the small world's size.")
@click.option("--if-empty", is_flag=True, help="Do nothing when the database holds people already.")
def demo(scale: int, if_empty: bool) -> None:
    """Fill an empty database with the fictional council, and mark the instance as a demo."""
    from wfsite.demo.world import build, is_empty, mark_as_demo  # the highest room: nothing imports it at start

    settings: Settings = current_app.extensions["settings"]
    if not is_empty():
        if if_empty:
            return
        raise click.ClickException("The database is not empty. The demo is only built into an empty one.")
    if settings.boxes is None or any(settings.boxes.glob("*/[0-9]*")):
        raise click.ClickException(
            f"The folder of ballot boxes ({settings.boxes}) belongs to another database. Remove it, or set "
            "WFSITE_BOXES to an empty folder."
        )
    if not mark_as_demo(settings.instance):
        if if_empty:
            return
        raise click.ClickException("This instance has a config.toml of its own, so it is not turned into a demo.")
    build(scale=scale, at=current_app.extensions["clock"]())
    click.echo("The demo council is ready.")


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _now() -> datetime:
    found: datetime = current_app.extensions["clock"]()
    return found


user = AppGroup("user", help="Accounts, from the command line: the first administrator is made here.")
commands.add_command(user)


@user.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice([r.value for r in Role]), help="Repeat for several.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making a link.")
def user_add(email: str, name: str, roles: tuple[str, ...], password_stdin: bool) -> None:
    """Add a person; prints the link with which they set their password."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    try:
        facts = PersonFacts(
            name=plain_text(name, "the person’s name", most=120, required=True),
            email=email_address(email),
            roles=frozenset(Role(role) for role in roles),
        )
        if queries.person_id_of(facts.email) is not None:
            raise RuleBroken("email", services.TAKEN)
        if password_stdin:
            check_password(password, council=_settings().council_name)
        hashed = password_hash(password) if password_stdin else ""
        person_id = services.person_add(facts)
        if hashed:
            password_set(person_id, hashed, now=_now())
    except (Unreadable, RuleBroken) as error:
        db.session.rollback()
        raise click.ClickException(f"{error}.") from None
    db.session.commit()
    held = listed(role.label for role in Role if role in facts.roles)
    click.echo(f"{facts.name} is added{f' as {held}' if held else ', without a role'}.")
    if not hashed:
        _print_link(person_id)


@user.command("link")
@click.argument("email")
def user_link(email: str) -> None:
    """Print a link with which somebody sets a first or forgotten password."""
    person_id = _person(email)
    if not queries.person_page(person_id).active:
        raise click.ClickException("This account is closed. Open it first: flask wfsite user enable EMAIL")
    _print_link(person_id)


def _print_link(person_id: int) -> None:
    token = password_link_token(person_id, key=_settings().secret_key, at=_now())
    click.echo("Pass this link on to them only. It sets the password once, within a week:")
    click.echo(f"{_settings().site_url}/set-password/{token}")


@user.command("disable")
@click.argument("email")
def user_disable(email: str) -> None:
    """Close an account and end its sign-ins at once."""
    try:
        services.person_disable(_person(email), by=None, at=_now())
    except Conflict as conflict:
        raise click.ClickException(conflict.message) from None
    db.session.commit()
    click.echo("The account is closed and signed out everywhere.")


@user.command("enable")
@click.argument("email")
def user_enable(email: str) -> None:
    """Open a closed account again."""
    services.person_enable(_person(email))
    db.session.commit()
    click.echo("The account is open.")


@user.command("list")
def user_list() -> None:
    """Print who can sign in, with their roles."""
    people = queries.people_to_export(PersonFilter(state=PersonState.ALL))
    shown = [person for person in people if person.can_sign_in or "Administrator" in person.roles]
    for person in shown:
        state = "" if person.active else " (closed)"
        state += "" if person.can_sign_in else " (no password yet)"
        click.echo(f"{person.email}\t{person.name}\t{person.roles or 'no role'}{state}")
    click.echo(f"{count_of(len(shown), 'account')}, {count_of(len(people), 'person', 'people')} on record.")


def _person(email: str) -> int:
    person_id = queries.person_id_of(email.strip().lower())
    if person_id is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return person_id


@commands.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--keep", type=click.IntRange(1), help="Afterwards keep only this many dated copies in instance/backups.")
def backup(target: Path | None, keep: int | None) -> None:
    """Copy database and papers while the site runs, and check them. Ballot boxes of open surveys are never in it."""
    settings = _settings()
    folder = settings.instance / "backups"
    stamp = _now().astimezone(LONDON).strftime("%Y-%m-%d-%H%M%S")
    if target is None:
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / f"wfsite-{stamp}{'.db' if settings.is_sqlite else '.dump'}"
    elif not target.parent.is_dir():
        raise click.ClickException(f"There is no folder {target.parent}")
    if settings.is_sqlite:
        try:
            found = backups.take(fitness.database_file(settings), target)
        except (backups.Unusable, OSError) as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"Saved and checked: {target}")
        click.echo(
            f"{count_of(found.people, 'person', 'people')}, {count_of(found.rows, 'row')} in {found.tables} tables."
        )
    else:
        _dump_postgres(settings.database_url, target)
    _copy_papers(target.parent / "papers")
    if keep:
        for gone in backups.prune(folder, keep):
            click.echo(f"Removed {gone.name}")


def _copy_papers(folder: Path) -> None:
    """Copy the files of papers that `folder` does not hold yet. After the database: each file is older than its row."""
    if not inspect(db.engine).has_table("paper_version"):
        return
    store = Store(_settings().papers_folder)
    hashes = [content_hash for content_hash, _ in kept_files()]
    try:
        lost = store.copy_to(Store(folder), hashes)
    except OSError as error:
        raise click.ClickException(f"The papers could not be copied: {error}") from None
    if lost:
        raise click.ClickException(f"{fitness.lost_papers(lost, store.folder)}. All else is copied")
    click.echo(f"{count_of(len(hashes), 'file of a paper', 'files of papers')}, checked: {folder}")


def _dump_postgres(database_url: str, target: Path) -> None:
    """Run pg_dump; the password goes by the environment, where no list of processes shows it."""
    url = make_url(database_url).set(drivername="postgresql")
    shown = url.set(password=None).render_as_string(hide_password=False)
    command = ["pg_dump", "--format=custom", f"--file={target}", f"--dbname={shown}"]
    if not shutil.which("pg_dump"):
        raise click.ClickException(
            f"pg_dump is not installed here. Where it is, run: {' '.join(command)}\n"
            f"Then copy the papers: cp -rn {_settings().papers_folder} {target.parent}"
        )
    target.touch(mode=0o600)
    environment = {**os.environ, "PGPASSWORD": str(url.password or "")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        target.unlink(missing_ok=True)
        raise click.ClickException(f"pg_dump failed: {done.stderr.strip()}")
    click.echo(f"Saved: {target}")


@commands.command("restore")
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False))
def restore(source: Path) -> None:
    """Put a copy back in place of the database; the present one is kept beside it. Stop the service first."""
    settings = _settings()
    if not settings.is_sqlite:
        url = make_url(settings.database_url).set(drivername="postgresql", password=None)
        raise click.ClickException(
            "PostgreSQL restores its own copies. Stop the service and run: "
            f"pg_restore --clean --if-exists --no-owner --dbname={url.render_as_string(hide_password=False)} {source}\n"
            f"Then copy the papers: cp -rn {source.parent / 'papers'}/. {settings.papers_folder}"
        )
    db.session.remove()
    db.engine.dispose()
    file = fitness.database_file(settings)
    aside = file.with_name(f"{file.name}.before-{_now().astimezone(LONDON).strftime('%Y-%m-%d-%H%M%S')}")
    try:
        found = backups.put_back(source, file, aside=aside)
    except (backups.Unusable, OSError) as error:
        raise click.ClickException(f"{error}. Nothing was changed.") from None
    click.echo(f"Restored: {count_of(found.people, 'person', 'people')}, {count_of(found.rows, 'row')}.")
    if aside.exists():
        click.echo(f"What was there before is in {aside}")
    _put_papers_back(source, aside)
    fits = not any(_database_problems())
    for problem in fitness.boxes_problems(settings, at=_now(), ask_the_database=fits):
        click.echo(f"Note: {problem}")
    click.echo("Now run: flask db upgrade, then start the service.")


def _put_papers_back(source: Path, aside: Path) -> None:
    """Keep the papers of before beside the database of before, and bring those of the copy into their place."""
    store = Store(_settings().papers_folder)
    before = Store(_papers_of(aside, own=True))
    beside = Store(_papers_of(source))
    try:
        if aside.exists() and (present := store.hashes()):
            store.copy_to(before, present)
        lost = beside.copy_to(store, beside.hashes())
    except OSError as error:
        raise click.ClickException(f"The database is restored, but its papers are not: {error}") from None
    if lost:
        click.echo(f"Note: {fitness.lost_papers(lost, beside.folder)}.")


def _papers_of(copy: Path, *, own: bool = False) -> Path:
    """Where the files of papers of a copy lie: in a folder of its own, or in one with those of all copies beside it."""
    folder = copy.with_name(f"papers-of-{copy.name}")
    return folder if own or folder.is_dir() else copy.parent / "papers"


@commands.command("check")
def check() -> None:
    """Say in words whether this installation is fit to run; exit code 1 when it is not."""
    settings = _settings()
    in_the_way = [problem for problem in (fitness.folder_problem(settings), *_database_problems()) if problem]
    wrong, reports = ([], "") if in_the_way else fitness.documents_problems()
    problems = [*in_the_way, *fitness.boxes_problems(settings, at=_now(), ask_the_database=not in_the_way), *wrong]
    if not in_the_way and (problem := fitness.papers_problem(settings)):
        problems.append(problem)
    for problem in problems:
        click.echo(f"Problem: {problem}")
    for notice in (fitness.boxes_notice(settings), _log_notice()):
        if notice:
            click.echo(f"Notice: {notice}")
    click.echo(f"Site: {settings.site_url}{' (demo)' if settings.demo else ''}. Instance: {settings.instance}")
    if reports:
        click.echo(reports)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("All is well: settings, folder, database, tables, papers, ballot boxes and issued reports.")


def _log_notice() -> str:
    """Said, though it stops nothing: a server whose log holds who asked for which page, and when."""
    try:
        with db.engine.connect() as connection:
            settings = logs_values(connection)
    except SQLAlchemyError:  # said as a problem
        return ""
    if not settings:
        return ""
    role = make_url(_settings().database_url).username or "wfsite"
    return (
        f"PostgreSQL writes what people send, and who was on the site when, into its log ({', '.join(settings)}). "
        f"Run there, as a superuser: ALTER ROLE {role} SET log_parameter_max_length = 0"
    )


def _database_problems() -> list[str]:
    settings = _settings()
    try:
        with db.engine.connect() as connection:
            problem = _version_problem(connection)
    except SQLAlchemyError as error:
        return [f"The database does not answer ({type(error).__name__}). Check DATABASE_URL and that the server runs"]
    return [problem, fitness.share_problem(settings)]


def _version_problem(connection: Connection) -> str:
    """What is wrong with the tables' version, "" when they are the ones that this code needs."""
    from alembic.script import ScriptDirectory  # no worker that serves pages needs it

    needed = ScriptDirectory(str(CHECKOUT / "wfsite/db/migrations")).get_current_head()
    present = None
    if inspect(connection).has_table("alembic_version"):
        present = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if present == needed:
        return ""
    state = f"at version {present}" if present else "not there yet"
    return f"The tables are {state}, and this code needs {needed}. Run: flask db upgrade"


@commands.command("count-survey")
@click.argument("survey_id", type=int)
@click.option("--at", "at", help="The instant of the closing; the present one by default.")
def count_survey(survey_id: int, at: str | None) -> None:
    """Count one survey that has been closed; the site starts this itself when a survey lead closes one.

    Where the survey was opened with a code, the code comes by standard input.
    """
    from wfsite.surveys.closing.tally import tally

    boxes = _settings().boxes
    if boxes is None:
        raise click.ClickException("Surveys are counted on the machine that holds the ballot boxes.")
    code = "" if sys.stdin.isatty() else sys.stdin.readline().strip()
    try:
        when = datetime.fromisoformat(at) if at else _now()
        click.echo(tally(survey_id, boxes=boxes, at=when, code=code).words)
    except Missing:
        raise click.ClickException(f"There is no ballot box of survey {survey_id}.") from None
    except (Conflict, Busy) as error:
        raise click.ClickException(error.message) from None


@commands.command("work")
def work() -> None:
    """Do the long work that waits, then end; the site starts this itself when somebody asks for some."""
    works_run(current_app.extensions["clock"], ProcessBounds())


@commands.command("run-due")
def run_due() -> None:
    """Do what is due: run it every few minutes. Exit code 1 when a job failed; the others ran all the same."""
    done = jobs.run_all(_now())
    for name, said, went_well in done:
        click.echo(f"{'ok' if went_well else 'FAILED'}\t{name}{f': {said}' if said else ''}")
    if not all(went_well for _, _, went_well in done):
        raise click.exceptions.Exit(1)
