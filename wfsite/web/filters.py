"""What templates may call: dates, numbers and the RAG tag's looks."""

from collections.abc import Hashable
from decimal import Decimal
from functools import cache, lru_cache

from flask import Flask, current_app
from jinja2 import StrictUndefined
from markupsafe import Markup

from wfsite.core import words
from wfsite.core.rag import Rag
from wfsite.web.edit_flow import keep_words
from wfsite.web.params import today


def thousands(value: int | Decimal) -> str:
    """1200 as "1,200"."""
    return f"{value:,}"


_RAG_TAG = Markup(
    '<strong class="govuk-tag govuk-tag--{} app-rag">'
    '<span class="app-rag__shape" aria-hidden="true">{}</span>{}</strong>'
)


@cache
def rag_tag(rag: Rag) -> Markup:
    """A status as word, shape and colour, made once: hot pages draw dozens."""
    return _RAG_TAG.format(rag.tag, rag.shape, rag.word)


@lru_cache(maxsize=2048)
def remembered(template: str, macro: str, *values: Hashable) -> Markup:
    """A macro's markup, drawn once for the same values.

    Only for macros that show nothing but their arguments (no token, no request, no actor), and whose arguments are
    frozen values: then the same values always give the same markup, and a page of fifty rows is fifty look-ups.
    """
    drawn: Markup = getattr(current_app.jinja_env.get_template(template).module, macro)(*values)
    return drawn


def init_app(app: Flask) -> None:
    """Register filters and globals; an undefined name in a template is an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        long_date=words.long_date,
        month_name=words.month_name,
        short_month_name=words.short_month_name,
        clock_time=words.clock_time,
        moment=words.moment,
        thousands=thousands,
        listed=words.listed,
    )
    app.jinja_env.globals.update(
        count_of=words.count_of,
        Rag=Rag,
        rag_tag=rag_tag,
        remembered=remembered,
        day_of_print=today,
        keep_words=keep_words,
    )
