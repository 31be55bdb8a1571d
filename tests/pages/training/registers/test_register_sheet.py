"""The whole register as one form: only what was changed is written, and nothing typed is lost."""

import pytest

from tests.support.client import Browser, Browsers, form_data
from tests.support.engines import Site
from tests.support.registers import Registers, Standings
from tests.support.statements import Statements


def sheet(b: Browser, known: Registers) -> dict[str, str]:
    page = b.get(f"{known.today}/sheet")
    return {k: v[0] for k, v in form_data(next(f for f in page.all("form") if f["action"].endswith("sheet"))).items()}


def test_works(browser: Browsers, known: Registers, standing: Standings, site: Site) -> None:
    b = browser("training")
    data = sheet(b, known)
    assert len([name for name in data if name.startswith("base-")]) == 25
    data |= {f"mark-{i}": "attended" for i in known.places}
    with Statements(site) as seen:
        b.post(f"{known.today}/sheet", data)
    assert len(seen) <= 5
    assert "25 attended" in b.follow().words
    b.post(f"{known.today}/sheet", data)
    assert standing(known.places[0]) == ("attended", 2), "a replay"


def test_everyone_else_attended(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    b.get(f"{known.today}/sheet")
    b.submit("Everyone else attended: save", {f"mark-{known.places[0]}": "apology"})
    words = b.follow().words
    assert "24 attended" in words and "1 sent apologies" in words


def test_only_rows_that_the_person_changed_are_written(
    browser: Browsers, known: Registers, standing: Standings
) -> None:
    b, colleague = browser("training"), browser("training")
    data = sheet(b, known)
    colleague.post(f"/training/places/{known.places[0]}/mark", {"mark": "apology", "version": 1})
    b.post(f"{known.today}/sheet", data | {f"mark-{known.places[1]}": "attended"})
    assert standing(known.places[0]) == ("apology", 2)
    assert standing(known.places[1]) == ("attended", 2)


def test_a_colleagues_mark_is_set_beside_mine_and_all_else_is_kept(
    browser: Browsers, colleague: Browser, known: Registers, standing: Standings
) -> None:
    b = browser("training")
    data = sheet(b, known) | {f"mark-{i}": "in-part" for i in known.places[:3]}
    colleague.post(f"/training/places/{known.places[0]}/mark", {"mark": "apology", "version": 1})
    page = b.post(f"{known.today}/sheet", data, expect=409)
    assert "1 mark was changed after you opened this page" in page.words
    assert "you chose attended in part, Nadia Rahman set sent apologies" in page.words
    assert "Nadia Rahman set sent apologies at 10am. You chose attended in part" in page.words
    assert "to use yours, or choose theirs" in page.words
    assert b.response.text.find("<title>Error: ") > 0
    assert standing(known.places[1]) == ("unrecorded", 1), "nothing was saved"
    kept = form_data(next(f for f in page.all("form") if f["action"].endswith("sheet")))
    assert [kept[f"mark-{i}"] for i in known.places[:4]] == [["in-part"], ["in-part"], ["in-part"], ["unrecorded"]]
    b.submit("Save")
    assert [standing(i)[0] for i in known.places[:4]] == ["in-part", "in-part", "in-part", "unrecorded"]


def test_ones_own_other_tab_is_oneself(browser: Browsers, known: Registers, standing: Standings) -> None:
    tab, other_tab = browser("training"), browser("training")
    data = sheet(tab, known) | {f"mark-{known.places[0]}": "in-part"}
    other_tab.post(f"/training/places/{known.places[0]}/mark", {"mark": "apology", "version": 1})
    page = tab.post(f"{known.today}/sheet", data, expect=409)
    assert "you chose attended in part, you set sent apologies in another tab" in page.words
    assert "You set sent apologies in another tab at 10am. You chose attended in part" in page.words
    assert "omebody" not in page.words and "theirs" not in page.words


@pytest.mark.parametrize(
    "wrong",
    [
        {"base-1": "x"},
        {"base-999999": "1:unrecorded", "mark-999999": "attended"},
        {"base-0": "1:attended", "base-": "", "base-٣": "1:unrecorded"},
        {f"base-{n}": "1:unrecorded" for n in range(10_000, 11_900)},
    ],
)
def test_invalid(browser: Browsers, known: Registers, wrong: dict[str, str]) -> None:
    b = browser("training")
    b.post(f"{known.today}/sheet", wrong, expect=404 if "mark-999999" in wrong else 303)
    assert "25 not recorded" in b.get(known.today).words


def test_unreadable_choices_leave_a_row_as_it_was(browser: Browsers, known: Registers, standing: Standings) -> None:
    b = browser("training")
    data = sheet(b, known)
    b.post(f"{known.today}/sheet", data | {f"mark-{i}": "absent" for i in known.places} | {"rest": "apology"})
    assert standing(known.places[0]) == ("unrecorded", 1)


def test_wrong_state(browser: Browsers, known: Registers) -> None:
    b = browser("training")
    assert "takes no marks now" in b.get(f"{known.closed}/sheet").words
    b.post(f"{known.closed}/sheet", {}, expect=409)


def test_stranger(browser: Browsers, known: Registers) -> None:
    browser("staff").get(f"{known.today}/sheet", expect=403)
    browser("secretary").post(f"{known.today}/sheet", {}, expect=403)
