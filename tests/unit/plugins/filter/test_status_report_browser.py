# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as a browser shows it. Without a Chromium on PATH these tests are skipped; nothing is fetched for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.filter.status_report import status_report

from tests.unit.plugins.filter.chromium import PROGRAMS, Browser, program
from tests.unit.plugins.filter.report_fleet import NOW, fleet, many, target

CHROMIUM = program()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=f"no Chromium on PATH: none of {', '.join(PROGRAMS)}")

# Generous: it takes half a second where nothing else runs.
LOADED_WITHIN = 15.0

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
VISIBLE = "[...document.querySelectorAll('.fleet tbody tr')].filter(row => row.checkVisibility())"
NAMES = f"{VISIBLE}.map(row => row.querySelector('a').textContent)"
# Every label of every chart, as boxes: those that meet another, or end outside the page.
COLLIDING = """[...document.querySelectorAll('.chart svg.labels, .chart svg.axis')].flatMap(drawing => {
  const boxes = [...drawing.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  return boxes.filter(([name, box]) => box.right > innerWidth || box.left < 0 || boxes.some(([other, its]) =>
    other !== name && box.top < its.bottom - 3 && its.top < box.bottom - 3)).map(([name]) => name);
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM
    with Browser(CHROMIUM) as running:
        yield running


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Any:
    """``opened(targets, width=..., scheme=...)``: the browser, with the report of these targets open."""

    def show(targets: list[dict[str, Any]], width: int = 1280, scheme: str = "light") -> Browser:
        path = tmp_path / "report.html"
        path.write_text(status_report(targets, now=NOW), encoding="utf-8")
        browser.size(width, 900)
        browser.media(scheme)
        browser.events.clear()
        browser.open(path)
        return browser

    return show


def complaints(browser: Browser) -> list[Any]:
    """Whatever the console says."""
    browser.run("1")
    kinds = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    return [event["params"] for event in browser.events if event["method"] in kinds]


def asked(browser: Browser) -> list[str]:
    """Every address that was asked for."""
    requests = [event["params"] for event in browser.events if event["method"] == "Network.requestWillBeSent"]
    return [request["request"]["url"] for request in requests]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_asks_nobody_and_nothing_goes_wrong(opened: Any, scheme: str) -> None:
    page = opened(fleet(), scheme=scheme)
    assert complaints(page) == []
    assert [url.split(":")[0] for url in asked(page) if not url.startswith("data:")] == ["file"]


def test_its_policy_keeps_others_out(opened: Any) -> None:
    page = opened(fleet())
    page.run("document.body.append(Object.assign(document.createElement('script'), {text: 'window.foreign = 1'}))")
    page.run("document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/x.png'}))")
    assert page.run("window.foreign") is None
    blocked = [str(entry) for entry in complaints(page)]
    assert len(blocked) == 2
    assert all("Content Security Policy" in entry for entry in blocked)


@pytest.mark.parametrize("width", [320, 390, 720, 820, 1280])
@pytest.mark.parametrize("targets", [fleet(), [target("x" * 90)]], ids=["fleet", "long name"])
def test_no_width_makes_the_page_wider_than_the_screen(opened: Any, targets: list[dict[str, Any]], width: int) -> None:
    page = opened(targets, width=width)
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.run(OVERFLOW) <= 0


@pytest.mark.parametrize("width", [390, 1280])
def test_no_label_meets_another(opened: Any, width: int) -> None:
    page = opened(fleet(), width=width)
    page.run("document.querySelectorAll('.target').forEach(each => { each.style = ''; each.open = true; })")
    assert page.run("document.querySelectorAll('.chart svg.labels text').length") > 100
    assert page.run(COLLIDING) == []


def test_two_hundred_targets_are_there_in_good_time(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(status_report(many(200), now=NOW), encoding="utf-8")
    browser.size(1280, 900)
    assert browser.open(path) < LOADED_WITHIN
    assert browser.run(f"{VISIBLE}.length") == 200


def test_it_can_be_searched(opened: Any) -> None:
    page = opened(fleet())
    typed = (
        "const field = document.getElementById('search'); field.value = '{}'; field.dispatchEvent(new Event('input'))"
    )
    page.run(f"{{ {typed.format('EU-WEST crm')} }}")
    assert page.run(NAMES) == ["crm.eu-west-1"]
    assert page.run("document.getElementById('shown').textContent") == "1 of 13 targets"
    assert page.run("[...document.querySelectorAll('.target')].filter(each => each.checkVisibility()).length") == 1
    page.run(f"{{ {typed.format('no such thing')} }}")
    assert page.run(NAMES) == []
    assert page.run("document.getElementById('none').checkVisibility()") is True
    page.run(f"{{ {typed.format('')} }}")
    assert len(page.run(NAMES)) == 13


def test_a_tile_shows_only_what_it_counts(opened: Any) -> None:
    page = opened(fleet())
    page.run("document.getElementById('f-error').click()")
    assert page.run(NAMES) == ["legacy.us-east-1", "shop.eu-west-1", "news.eu-west-1", "labs.eu-north-1"]
    assert page.run("document.getElementById('shown').textContent") == "4 of 13 targets"
    page.run("document.getElementById('f-all').click()")
    assert len(page.run(NAMES)) == 13


def test_every_tile_shows_as_many_as_it_says(opened: Any) -> None:
    page = opened(fleet())
    script = "[...document.querySelectorAll('[name=show]')].map(tile => {{ tile.click(); return [{}, {}]; }})"
    said = "+tile.parentNode.querySelector('b').textContent"
    found = page.run(script.format(said, f"{VISIBLE}.length"))
    assert len(found) == 9
    assert all(said == shown for said, shown in found)


def test_it_can_be_sorted(opened: Any) -> None:
    page = opened(fleet())
    press = "document.querySelectorAll('.fleet thead button')[{}].click()"
    page.run(press.format(2))
    bounce = page.run(NAMES)
    assert bounce[:3] == ["shop.eu-west-1", "crm.eu-west-1", "news.us-east-1"]
    assert bounce[-4] == "alerts.us-west-2"  # the last three have no rate
    assert page.run("document.querySelector('[aria-sort]').textContent") == "Bounce rate"
    page.run(press.format(2))
    assert page.run(NAMES)[3] == "alerts.us-west-2"
    page.run(press.format(0))
    assert page.run(NAMES) == sorted(bounce)
    page.run("{ const by = document.getElementById('sort'); by.value = '4'; by.dispatchEvent(new Event('change')); }")
    assert page.run(NAMES)[:2] == ["legacy.us-east-1", "partners.eu-south-1"]


def test_a_link_opens_its_target(opened: Any) -> None:
    page = opened(fleet())
    state = "(() => {{ const each = document.getElementById('t1'); return {}; }})()"
    assert page.run(state.format("each.open")) is False
    page.run("document.querySelector('a[href=\"#t1\"]').click()")
    page.run("new Promise(done => setTimeout(done, 1500))")
    assert page.run(state.format("each.open")) is True
    assert 0 <= page.run(state.format("each.getBoundingClientRect().top")) < 900


def test_all_can_be_opened_and_closed(opened: Any) -> None:
    page = opened(fleet())
    amount = "document.querySelectorAll('.target[open]').length"
    counts = [page.run(f"document.getElementById('unfold').click(), {amount}") for _press in range(2)]
    assert counts == [13, 0]


def test_without_scripts_it_is_all_there(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(status_report(fleet(), now=NOW), encoding="utf-8")
    browser.size(1280, 900)
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(path, scripts=False)
        tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    assert roles.count("searchbox") == 0  # what needs a script is not shown
    assert roles.count("radio") == 9
    assert roles.count("rowheader") >= 13


@pytest.mark.parametrize(("scheme", "darker"), [("light", False), ("dark", True)])
def test_it_follows_the_scheme_of_the_reader(opened: Any, scheme: str, darker: bool) -> None:
    colours = "['backgroundColor', 'color'].map(name => +getComputedStyle(document.body)[name].match(/\\d+/)[0])"
    page, ink = opened(fleet(), scheme=scheme).run(colours)
    assert (page < ink) is darker


def test_it_can_be_printed(opened: Any, tmp_path: Path) -> None:
    page = opened(fleet())
    page.media("dark", "print")
    # A dark page would drown the printer.
    assert page.run("getComputedStyle(document.querySelector('.target')).backgroundColor") == "rgb(255, 255, 255)"
    assert page.run("document.querySelector('.tools').checkVisibility()") is False
    page.pdf(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
