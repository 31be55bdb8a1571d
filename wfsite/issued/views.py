"""Documents to read: the list, one edition, its pictures and its Word file."""

from collections.abc import Mapping

from flask import make_response, url_for
from werkzeug.wrappers import Response

from wfsite.core.errors import Missing
from wfsite.core.permissions import Permission
from wfsite.core.words import long_date, moment
from wfsite.issued import decision_views, draft_views, list_queries
from wfsite.issued.blueprint import blueprint
from wfsite.issued.content_rules import title_of
from wfsite.issued.list_queries import EditionFilter, EditionRow, Standing
from wfsite.issued.pages import document_shown, edition_found, edition_read
from wfsite.issued.queries import EditionPage
from wfsite.issued.registered import kinds
from wfsite.issued.rendering import rendering_of
from wfsite.issued.rules import DocumentState
from wfsite.sheets.writing import Cell
from wfsite.web.access import acting, requires
from wfsite.web.downloads import DOCX
from wfsite.web.lists import Asked, list_file, list_page
from wfsite.web.params import query_text
from wfsite.web.pictures import picture
from wfsite.web.waiting import PACKING, done_apart, waits

__all__ = ["blueprint", "decision_views", "draft_views"]

_SAVED = {
    "started": "The draft is started. Write its summary next",
    "words": "Saved",
    "figures": "The draft has today’s figures now",
    "begun": "Somebody had started this report already. This is it",
    "asked": "It waits for approval now",
    "taken-back": "It is a draft again, and can be changed",
    "approved": "Approved. Its author has been told, and it can be issued",
    "sent-back": "Sent back. Its author has been told",
    "issued": "Issued. Everybody who signs in can read it now",
    "withdrawn": "Withdrawn",
}


@blueprint.get("/reports")
@requires(Permission.REPORT_READ)
def document_list() -> Response:
    """Everything that was issued; for who makes reports what is being made as well."""
    asked, wanted = _asked()
    found = list_queries.document_list(wanted, key=asked.key)
    return list_page(
        "issued/document_list.html",
        "issued/_document_table.html",
        asked=asked,
        found=found,
        counted=found.words("report"),
        kind_names=_names(),
        document_url=url_for("issued.document_list") + "/",
    )


@blueprint.get("/reports/export")
@waits
@requires(Permission.REPORT_READ)
def document_export() -> Response:
    """The list of the same filters as a file."""
    header = ("Report", "Type", "Edition", "State", "Since", "Issued", "Replaced", "Author")
    asked, wanted = _asked()
    names = _names()
    return list_file(
        asked,
        "reports",
        header,
        lambda most: [_cells(row, names) for row in list_queries.documents_to_export(wanted, most=most)],
        title="Reports",
    )


def _cells(row: EditionRow, names: Mapping[str, str]) -> tuple[Cell, ...]:
    issued = moment(row.issued_at) if row.issued_at else ""
    replaced = moment(row.replaced_at) if row.replaced_at else ""
    kind = names.get(row.kind, row.kind)
    return (row.title, kind, row.number, row.standing, moment(row.state_since), issued, replaced, row.author)


def _names() -> dict[str, str]:
    return {key: kind.name for key, kind in kinds().items()}


def _asked() -> tuple[Asked, EditionFilter]:
    """What the address asks for: for the page, and for the query."""
    asked, prepares = Asked("issued.document_list", part="reports"), kinds().prepared_by(acting())
    words = asked.text("q", "Title")
    kind = asked.choice("type", "Type", sorted(_names().items()), every="All types")
    if prepares:
        shown = asked.member("show", "Show", Standing, words=lambda one: one.label, usual=Standing.ALL)
    else:
        earlier = (Standing.IN_FORCE, Standing.EARLIER)
        value = asked.choice("show", "Show", [(one.value, one.label) for one in earlier], every="All")
        shown = Standing(value) if value else Standing.ALL
    sort = asked.order(*list_queries.SORTS, usual="-since")
    return asked, EditionFilter(words=words, kind=kind, standing=shown, sort=sort, prepares=prepares)


@blueprint.get("/reports/<id:edition_id>")
@requires(Permission.REPORT_READ)
def document_page(edition_id: int) -> Response:
    """An edition: what it says, how it came to be, and what the reader may do with it."""
    return document_shown(edition_found(edition_id), saved=_SAVED.get(query_text("saved"), ""))


@blueprint.get("/reports/<id:edition_id>/picture/<id:number>")
@waits
@requires(Permission.REPORT_READ)
def document_picture(edition_id: int, number: int) -> Response:
    """One of an edition's charts, from 1."""
    charts = edition_read(edition_id).content.charts
    if number > len(charts):
        raise Missing
    return picture(charts[number - 1].spec)


@blueprint.get("/reports/<id:edition_id>/word")
@waits
@requires(Permission.REPORT_READ)
def document_word(edition_id: int) -> Response:
    """An edition as a Word file."""
    found = edition_found(edition_id)
    content = found.content
    blocks = rendering_of(found.template).word(content)
    name = f"{found.kind}-{found.subject}-edition-{found.number}"
    made = done_apart(
        PACKING, "wfsite.sheets.writing_docx:report_bytes", title_of(content.built), blocks, notes=_standing(found)
    )
    response = make_response(made)
    response.headers["Content-Type"] = DOCX
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return response


def _standing(found: EditionPage) -> tuple[str, ...]:
    """What a copy that leaves the site says of itself."""
    if found.issued_at is None:
        return (f"Edition {found.number}. {found.state.label}: not issued, and not to be passed on as issued.",)
    notes = [f"Edition {found.number}, issued on {long_date(found.issued_at.date())}."]
    if found.replaced_by:
        notes.append(f"Edition {found.replaced_by.number} has taken its place.")
    if found.state is DocumentState.WITHDRAWN:
        notes.append(f"Withdrawn on {long_date(found.state_since.date())}: {found.newest.reason}")
    return (*notes, f"Content hash: {found.content_hash}", f"Link {found.link} of the chain: {found.chain_hash}")
