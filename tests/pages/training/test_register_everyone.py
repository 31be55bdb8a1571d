"""Everyone attended, and undo."""


def press(b, known, act="abcdefghij", **more):
    return b.post(f"{known.today}/everyone", {"act": act}, **more)


def test_works(browser, known):
    b = browser("training")
    b.get(known.today)
    b.submit("Everyone attended")
    assert "25 attended" in b.follow().words
    b.submit("Undo: 25 people, attended")
    words = b.follow().words
    assert "25 not recorded" in words and "Undo" not in words


def test_fragment(browser, known):
    b = browser("training")
    page = press(b, known, htmx=True, expect=200)
    assert page.one("div", id="register") and not page.all("h1")
    assert "25 people marked attended" in b.response.headers["HX-Trigger-After-Settle"]
    press(b, known, htmx=True, expect=200)
    assert "Everybody was recorded already" in b.response.headers["HX-Trigger-After-Settle"]


def test_undo_is_for_the_last_act_and_happens_once(browser, known, standing):
    b = browser("training")
    press(b, known)
    b.post(f"/training/places/{known.places[0]}/mark", {"mark": "in-part", "version": 2})
    page = b.get(known.today)
    (act,) = [
        c["value"]
        for f in page.all("form")
        if f["action"].endswith("undo")
        for c in f.children
        if c["name"] == "undone"
    ]
    for _ in range(2):
        b.post(f"{known.today}/undo", {"undone": act})
        assert standing(known.places[0]) == ("attended", 4)


def test_invalid(browser, known):
    b = browser("training")
    for act in ("", "x", "x" * 5000, "\x00\x00\x00\x00\x00\x00\x00\x00"):
        b.post(f"{known.today}/undo", {"undone": act})
        press(b, known, act)


def test_wrong_state(browser, known):
    b = browser("training")
    b.post(f"{known.closed}/everyone", {"act": "abcdefghij"}, expect=409)
    b.post(f"{known.closed}/undo", {"undone": "abcdefghij"}, expect=409)
    assert "This register is closed" in b.page.words


def test_stranger(browser, known):
    press(browser("staff"), known, expect=403)
    browser("manager").post(f"{known.today}/undo", {"undone": "abcdefghij"}, expect=403)
