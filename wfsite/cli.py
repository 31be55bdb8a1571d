"""flask wfsite …: what an operator does from the command line."""

from pathlib import Path

import click
from flask import Flask, current_app, url_for
from flask.cli import AppGroup

from wfsite.core.errors import RuleBroken
from wfsite.config import Settings
from wfsite.core.permissions import GRANTS, Permission, Role
from wfsite.web import statics

commands = AppGroup("wfsite", help="Run and look after this site.")


def init_app(app: Flask) -> None:
    """Add the commands to flask."""
    app.cli.add_command(commands)


@commands.command("compress")
def compress() -> None:
    """Pack the static files, so that a browser gets them small."""
    statics.compress(Path(current_app.static_folder or ""))


@commands.command("access")
def access() -> None:
    """Print who may do what, and how far."""
    for permission in Permission:
        click.echo(permission.value)
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
    if not mark_as_demo(settings.instance):
        if if_empty:
            return
        raise click.ClickException("This instance has a config.toml of its own, so it is not turned into a demo.")
    build(scale=scale, at=current_app.extensions["clock"]())
    click.echo("The demo council is ready.")
