"""From a page's HTML and what was sent to the words that the page has for it."""

from functools import partial

import pytest

from tests.support.present import the
from tests.support.work import calls_of
from wfsite.web.form_words import told_by_names, told_by_page


def rows(body: str, *fields: tuple[str, str], action: str = "/x") -> list[tuple[str, list[str]]] | None:
    """What is told of `fields` by a page with one form of this body."""
    told = told_by_page(f'<h1>H</h1><form method="post" action="/x">{body}</form>', "/p", action=action, fields=fields)
    return told.rows if told else None


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ('<label for="a">What <b>happened</b>?</label><input id="a" name="f">', "What happened?"),
        ('<label>Around <input name="f"></label>', "Around"),
        ('<input name="f" aria-label="Said">', "Said"),
        ('<p id="n">By another</p><textarea name="f" aria-labelledby="n missing">old</textarea>', "By another"),
        (
            '<fieldset role="group"><legend>When?</legend><label for="d">Day</label><input id="d" name="f"></fieldset>',
            "When?: Day",
        ),
        ('<div role="group" aria-label="Ada"><input name="f" aria-label="Day"></div>', "Ada: Day"),
        (
            '<label for="a">L<span class="govuk-visually-hidden"> of Ada</span></label><input id="a" name="f">',
            "L of Ada",
        ),
        ('<input name="f">', "F"),
    ],
)
def test_a_box_has_the_label_that_a_screen_reader_says(body: str, label: str) -> None:
    assert rows(body, ("f", "typed")) == [(label, ["typed"])]


def test_what_was_chosen_has_its_own_words() -> None:
    radios = '<label for="r1">Red</label><input id="r1" type="radio" name="f" value="1"><input type="radio" name="f">'
    assert rows(f"<fieldset><legend>How?</legend>{radios}</fieldset>", ("f", "1")) == [("How?", ["Red"])]
    assert rows(radios, ("f", "1")) == [("You chose", ["Red"])]
    assert rows(radios, ("f", "9")) == [("You chose", ["9"])], "no longer offered"
    boxes = radios.replace("radio", "checkbox").replace('name="f">', 'name="f" value="2" aria-label="Blue">')
    assert rows(boxes, ("f", "1"), ("f", "2")) == [("You chose", ["Red", "Blue"])]
    select = '<label for="s">Which</label><select id="s" name="f"><option value="1"> One </option></select>'
    assert rows(select, ("f", "1")) == [("Which", ["One"])]


def test_a_button_says_what_it_does_and_to_whom() -> None:
    assert rows('<button name="f" value="1">Go</button>', ("f", "1")) == [("You chose", ["Go"])]
    group = '<i id="n">Ada</i><div role="group" aria-labelledby="n"><button name="f" value="1">In part</button></div>'
    assert rows(group, ("f", "1")) == [("Ada", ["In part"])]
    alone = '<i id="n">Ada</i><input type="hidden" name="who" value="7"><button aria-describedby="n">They came</button>'
    assert rows(alone, ("who", "7")) == [("Ada", ["They came"])]
    assert rows(alone, ("who", "8")) == [], "about somebody else by now"
    assert rows("<button>Go</button><button>Stop</button>", ("version", "1")) == [], "which of the two is not known"


def test_machinery_and_what_is_empty_is_not_told() -> None:
    hidden = '<input type="hidden" name="seen" value="3">'
    fields = (("version", "1"), ("act", "abcdefgh"), ("base-7", "1:x"), ("seen", "3"), ("note", ""), ("typed", "t"))
    more = (*fields, ("fingerprint", "0a1b"), ("undone", "abcdefgh"), ("person", "7"))
    assert rows(hidden, *more) == [("Typed", ["t"])]
    assert told_by_names(more).rows == [("Typed", ["t"])]


def test_a_form_that_only_confirms_says_what_its_button_says() -> None:
    confirm = '<input type="hidden" name="fingerprint" value="new"><button>Confirm and import</button>'
    assert rows(confirm, ("fingerprint", "old")) == [("You chose", ["Confirm and import"])], "it is refused when sent"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<label>Permanent <input name="f" value="411"></label>', ("Permanent", ["Nothing, in place of: 411"])),
        (
            '<label for="n">Note</label><textarea id="n" name="f">old</textarea>',
            ("Note", ["Nothing, in place of: old"]),
        ),
        (
            '<fieldset><legend>Roles</legend><label>Chair <input type="checkbox" name="f" value="c" checked></label>'
            '<label>Viewer <input type="checkbox" name="f" value="v" checked></label>'
            '<label>Other <input type="checkbox" name="f" value="o"></label></fieldset>',
            ("Roles", ["Nothing, in place of: Chair; Viewer"]),
        ),
        (
            '<label for="s">Team</label><select id="s" name="f"><option value="">None</option>'
            '<option value="7" selected>Assessment</option></select>',
            ("Team", ["Nothing, in place of: Assessment"]),
        ),
        ('<label>Closed <input name="f" value="1" disabled></label>', None),
        ('<button name="f" value="1">Go</button>', None),
        ('<input name="not sent at all" value="1">', None),
    ],
)
def test_what_was_emptied_is_told(body: str, told: tuple[str, list[str]] | None) -> None:
    assert rows(body, ("f", ""), ("g", "typed")) == [("G", ["typed"]), *([told] if told else [])]


def test_what_was_left_as_it_stood_is_not_told() -> None:
    fields = (
        ("base-7", "1:unrecorded"),
        ("mark-7", "unrecorded"),
        ("base-8", "2:attended"),
        ("mark-8", "in-part"),
        ("base-9", "1:"),  # nothing was chosen there yet
        ("mark-9", "unrecorded"),
        ("mark-10", "attended"),  # what stood is not known
    )
    changed = [("Mark 8", ["in-part"]), ("Mark 9", ["unrecorded"]), ("Mark 10", ["attended"])]
    assert told_by_names(fields).rows == changed
    assert rows("", *fields) == changed
    sheet = '<label>Ada <input name="mark-7"></label><button>Save</button><button name="rest">The rest</button>'
    assert rows(sheet, *fields[:2]) == [("You chose", ["Save"])]


def _sheet(people: int) -> str:
    radios = '<label><input type="radio" name="mark-{0}" value="{1}"> {1}</label>'
    row = '<fieldset><legend>N{0}</legend><input type="hidden" name="base-{0}" value="1:c">'
    row += "".join(radios.format("{0}", mark) for mark in "abcd") + "</fieldset>"
    body = "".join(row.format(number) for number in range(people))
    return f'<h1>H</h1><form method="post" action="/x">{body}</form>'


def test_the_work_grows_with_the_page_and_the_form_not_with_one_times_the_other() -> None:
    """Counted in calls: a page of 200 people, then their marks, then as many more fields that nobody asked for."""
    page = _sheet(200)
    marks = tuple((f"mark-{number}", "a") for number in range(200))
    strange = tuple((f"strange-{number}", "a") for number in range(2000))
    alone = calls_of(lambda: told_by_page(page, "/x", action="/x", fields=(("mark-1", "a"),)))
    with_marks = calls_of(lambda: told_by_page(page, "/x", action="/x", fields=marks))
    with_strange = calls_of(lambda: told_by_page(page, "/x", action="/x", fields=strange))
    assert with_marks - alone < 200 * 200
    assert with_strange - alone < 2000 * 25


class _Name(str):
    """A name whose looking up counts as a call."""

    def __hash__(self) -> int:
        return str.__hash__(self)


def test_of_many_forms_each_is_compared_once_with_what_was_sent() -> None:
    one = '<form method="post" action="/x"><input type="hidden" name="who" value="{0}"><button>Add {0}</button></form>'
    fields = tuple((_Name(f"strange-{number}"), "a") for number in range(2000))
    few, many = ("".join(one.format(n) for n in range(count)) for count in (10, 210))
    told = [calls_of(partial(told_by_page, page, "/x", action="/x", fields=fields)) for page in (few, many)]
    assert told[1] - told[0] < 200 * 300


def test_a_long_text_is_shown_as_far_as_somebody_reads() -> None:
    told = rows('<label>Note <textarea name="f"></textarea></label>', ("f", "a" * 1000), ("g", "b" * 3500))
    assert told == [
        ("Note", ["a" * 1000]),
        ("G", ["b" * 1000 + "…", "And 2,500 more characters, sent with the rest."]),
    ]
    assert told_by_names((("n" * 5000, "v"),)).rows == [("N" + "n" * 99 + "…", ["v"])]


@pytest.mark.parametrize("fields", [[(f"f{n}", "a") for n in range(5000)], [(f"f{n}", "a" * 900) for n in range(500)]])
def test_of_more_than_anybody_reads_the_rest_is_counted(fields: list[tuple[str, str]]) -> None:
    told = told_by_names(tuple(fields))
    assert 50 < len(told.rows) < 600 and told.more == len(fields) - len(told.rows)
    assert sum(len(label) + sum(map(len, values)) for label, values in told.rows) < 100_000


def test_the_marks_of_the_largest_sheet_are_all_shown() -> None:
    fields = tuple((f"mark-{number}", "did-not-attend") for number in range(300))
    assert told_by_names(fields).more == 0


def test_it_is_the_form_that_goes_there() -> None:
    assert rows("", ("f", "t"), action="/x?page=2") == [("F", ["t"])], "a page of a list is the same place"
    assert rows("", ("f", "t"), action="/xy") is None
    searched = '<form action="/p"><label for="a">L</label><input id="a" name="f"></form>'
    assert told_by_page(searched, "/p", action="/p", fields=(("f", "t"),)) is None, "it only asks"
    posted = searched.replace("<form", '<form method="post"').replace("/p", "/p?page=3")
    assert the(told_by_page(posted, "/p?q=1", action="/p", fields=(("f", "t"),))).rows == [("L", ["t"])]


def test_of_many_forms_it_is_the_one_about_the_same() -> None:
    one = '<form method="post" action="/x"><input type="hidden" name="who" value="{0}"><button>Add {0}</button></form>'
    told = the(told_by_page(one.format(7) + one.format(8) + one.format(9), "/x", action="/x", fields=(("who", "8"),)))
    assert told.rows == [("You chose", ["Add 8"])]


def test_the_subject_is_the_heading_and_what_belongs_to_it() -> None:
    head = "<hgroup><p>Caption</p><h1>A  <b>heading</b></h1><p>10 March</p></hgroup><p>More</p>"
    told = the(told_by_page(f'{head}<form method="post" action="/p"></form>', "/p", action="/p", fields=()))
    assert (told.heading, told.about, told.address) == ("A heading", "Caption 10 March", "/p")


@pytest.mark.parametrize(
    "html", ["", "</p></p></html>/x", "<form action=/x", "<!DOCTYPE html><br/>text<form>/x", "<a b=c b=d>&#0;&amp/x"]
)
def test_what_is_no_page_of_ours_is_no_page(html: str) -> None:
    assert told_by_page(html, "/x", action="/x", fields=(("f", "t"),)) is None


def test_markup_in_a_page_is_text() -> None:
    told = rows('<label for="a">&lt;script&gt;</label><input id="a" name="f">', ("f", "<b>"))
    assert told == [("<script>", ["<b>"])]
