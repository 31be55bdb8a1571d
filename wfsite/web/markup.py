"""The small pieces of markup that page after page repeats: made once, and offered to every template."""

from flask import Flask
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup


def csrf_field() -> Markup:
    """The form's token; hot rows write it out themselves."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def version_field(version: int) -> Markup:
    """Which version of a row the form was drawn from."""
    return Markup('<input type="hidden" name="version" value="{}">').format(version)


def back_link(url: str, words: str) -> Markup:
    """The way to the page above."""
    return Markup('<a class="govuk-back-link" href="{}">{}</a>').format(url, words)


def table_head(*names: str) -> Markup:
    """The headings of a table whose columns are words."""
    cells = Markup("").join(
        Markup('<th scope="col" class="govuk-table__header">{}</th>').format(name) for name in names
    )
    return Markup('<thead class="govuk-table__head"><tr class="govuk-table__row">{}</tr></thead>').format(cells)


def init_app(app: Flask) -> None:
    """Give them to templates."""
    app.jinja_env.globals.update({one.__name__: one for one in (csrf_field, version_field, back_link, table_head)})
