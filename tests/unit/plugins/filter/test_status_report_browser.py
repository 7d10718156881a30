# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as a browser shows it. Without a Chromium these tests are skipped, and `make test` counts them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.filter.status_report import status_report
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.unit.plugins.filter.browser import PAINTED, PATIENCE, NoBrowser, chromium, find_program, show
from tests.unit.plugins.filter.report_fleet import NOW, fleet, many, target

# What makes the report is covered by test_status_report.py.
pytestmark = pytest.mark.no_cover

Targets = list[dict[str, Any]]
Open = Callable[..., "Report"]

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
# All that axe-core has, but for what is experimental; WCAG 2.2 asks for targets that a finger meets.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Paused by the guard, by a person, not reached, without a guard, well: axe-core takes five times as long for the fleet.
KINDS = ("shop.eu-west-1", "news.us-east-1", "partners.eu-south-1", "labs.eu-north-1", "alerts.us-west-2")

NAMES = ".fleet tbody tr:visible th a"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Nothing is folded, and nothing waits to be laid out until it comes into sight.
UNFOLD = """document.querySelectorAll('details').forEach(each => {
  each.open = true;
  each.style.contentVisibility = 'visible';
})"""
# Every label of every chart, as boxes: those that meet another, or end outside the page.
COLLIDING = """[...document.querySelectorAll('.chart svg.labels, .chart svg.axis')].flatMap(drawing => {
  const boxes = [...drawing.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  return boxes.filter(([name, box]) => box.right > innerWidth || box.left < 0 || boxes.some(([other, its]) =>
    other !== name && box.top < its.bottom - 3 && its.top < box.bottom - 3)).map(([name]) => name);
})"""
# The words in the charts, which axe-core cannot judge: those whose colour differs too little from what they stand on.
FAINT = """(() => {
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  return [...document.querySelectorAll('.chart text')].filter((text) => {
    const both = [getComputedStyle(text).fill, getComputedStyle(text.closest('.target')).backgroundColor].map(light);
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05) < 4.5;
  }).map((text) => text.textContent);
})()"""


class Report:
    """A page, all that it asked for, what of that was let out, and what the console said."""

    def __init__(self, context: BrowserContext, path: Path) -> None:
        self.address = path.absolute().as_uri()
        self.asked: list[str] = []
        self.let_out: list[str] = []
        self.said: list[str] = []
        context.set_default_timeout(PATIENCE)
        context.route("**/*", self._stop)
        self.page: Page = context.new_page()
        self.page.on("request", self._note)
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def _stop(self, route: Route) -> None:
        """Nothing but the report itself leaves the browser."""
        if route.request.url.partition("#")[0] == self.address:
            route.continue_()
        else:
            self.let_out.append(route.request.url)
            route.abort()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests of a worker. It ends with them, as asyncio is its own until then."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(chromium())
        except NoBrowser as error:
            pytest.skip(str(error))
        expect.set_options(timeout=PATIENCE)
        yield running


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """``opened(targets, width=..., **options of the context)``: the report of these targets, in a context of its own.

    Whatever a test does with it, the report asks nobody for anything.
    """
    with ExitStack() as stack:
        reports: list[Report] = []

        def show_report(targets: Targets, width: int = 1280, **options: Any) -> Report:
            path = tmp_path / "report.html"
            path.write_text(status_report(targets, now=NOW), encoding="utf-8")
            context = browser.new_context(**{"viewport": {"width": width, "height": 900}, **options})
            stack.callback(context.close)
            report = Report(context, path)
            show(report.page, path, scripts=options.get("java_script_enabled", True))
            reports.append(report)
            return report

        yield show_report
        assert [report.let_out for report in reports] == [[]] * len(reports)


def kinds() -> Targets:
    return [each for each in fleet() if each["name"] in KINDS]


def faults(page: Page) -> list[str]:
    """What axe-core finds, a line a rule; and what it cannot judge, but for the words in the charts."""
    page.evaluate(UNFOLD)
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    # It has looked at much, so nothing is wrong with little.
    assert sum(len(rule["nodes"]) for rule in results["passes"] if rule["id"] == "color-contrast") > 500
    found = [(rule, rule["nodes"]) for rule in results["violations"]]
    for rule in results["incomplete"]:
        unsure = [node for node in rule["nodes"] if not node["html"].startswith("<text")]
        found += [(rule, unsure)] if unsure else []
    return [
        f"{rule['id']}: {rule['help']}, {len(nodes)} times. First {nodes[0]['html']}: {nodes[0]['failureSummary']}"
        for rule, nodes in found
    ]


def assert_everybody_can_use(page: Page) -> None:
    found = faults(page)
    assert not found, "\n".join(found)
    assert page.evaluate(FAINT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_asks_nobody_and_nothing_goes_wrong(opened: Open, scheme: str) -> None:
    report = opened(fleet(), color_scheme=scheme)
    assert report.said == []
    assert [url for url in report.asked if not url.startswith("data:")] == [report.address]


def test_its_policy_keeps_others_out(opened: Open) -> None:
    report = opened(fleet())
    foreign = {"script": "text: 'window.foreign = 1'", "img": "src: 'http://127.0.0.1:9/x.png'"}
    for tag, content in foreign.items():
        with report.page.expect_console_message():
            report.page.evaluate(f"document.body.append(Object.assign(document.createElement('{tag}'), {{{content}}}))")
    assert report.page.evaluate("window.foreign") is None
    assert len(report.said) == 2
    assert all("Content Security Policy" in text for text in report.said)


def test_what_its_policy_would_let_out_would_be_seen(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<img src='http://127.0.0.1:9/x.png'>", encoding="utf-8")
    with browser.new_context() as context:
        report = Report(context, path)
        show(report.page, path)
        assert report.let_out == ["http://127.0.0.1:9/x.png"]
        assert report.asked == [report.address, "http://127.0.0.1:9/x.png"]


@pytest.mark.parametrize(
    "options",
    [{}, PHONE, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=["desktop", "phone", "dark", "forced colours"],
)
def test_everybody_can_use_it(opened: Open, options: dict[str, Any]) -> None:
    assert_everybody_can_use(opened(kinds(), **options).page)


def test_everybody_can_use_it_on_paper(opened: Open) -> None:
    page = opened(kinds(), color_scheme="dark").page
    page.emulate_media(media="print")
    assert_everybody_can_use(page)


def test_a_fault_would_be_found(opened: Open) -> None:
    page = opened(kinds()).page
    page.evaluate("document.querySelector('h1').style.color = '#ccc'")
    page.evaluate("document.getElementById('unfold').textContent = ''")
    page.evaluate("document.querySelector('.chart text').style.fill = '#ccc'")
    assert sorted(line.partition(":")[0] for line in faults(page)) == ["button-name", "color-contrast"]
    assert len(page.evaluate(FAINT)) == 1


@pytest.mark.parametrize("forced", ["none", "active"])
def test_the_tile_that_is_chosen_looks_different(opened: Open, forced: str) -> None:
    page = opened(fleet(), forced_colors=forced).page
    lines = "each => ['outline', 'border', 'boxShadow'].map(name => getComputedStyle(each)[name])"
    chosen, other = (page.locator(f".tile:has({each})").evaluate(lines) for each in ("#f-all", "#f-ok"))
    assert chosen != other


@pytest.mark.parametrize("width", [320, 390, 720, 820, 1280])
@pytest.mark.parametrize("targets", [fleet(), [target("x" * 90)]], ids=["fleet", "long name"])
def test_no_width_makes_the_page_wider_than_the_screen(opened: Open, targets: Targets, width: int) -> None:
    page = opened(targets, width=width, is_mobile=width < 500).page
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("width", [390, 1280])
def test_no_label_meets_another(opened: Open, width: int) -> None:
    page = opened(fleet(), width=width, is_mobile=width < 500).page
    page.evaluate(UNFOLD)
    assert page.locator(".chart svg.labels text").count() > 100
    assert page.evaluate(COLLIDING) == []


def test_two_hundred_targets_cost_only_what_is_in_sight(opened: Open) -> None:
    page = opened(many(200)).page
    expect(page.locator(NAMES)).to_have_count(200)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def metrics() -> dict[str, float]:
        return {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}

    before = metrics()
    # Most of the page is not laid out until somebody looks at it.
    assert before["LayoutObjects"] < before["Nodes"] / 8
    page.get_by_label("Search").fill("eu-west")
    page.get_by_role("button", name="Bounce rate").click()
    page.evaluate(PAINTED)
    # Two changes, and not one for each target.
    assert metrics()["LayoutCount"] - before["LayoutCount"] < 100


def test_it_can_be_searched(opened: Open) -> None:
    page = opened(fleet()).page
    search = page.get_by_role("searchbox", name="Search")
    search.fill("EU-WEST crm")
    assert page.locator(NAMES).all_text_contents() == ["crm.eu-west-1"]
    assert page.get_by_role("status").text_content() == "1 of 13 targets"
    assert page.locator(".target:visible").count() == 1
    search.fill("no such thing")
    assert page.locator(NAMES).all_text_contents() == []
    assert page.locator("#none").is_visible()
    search.fill("")
    assert page.locator(NAMES).count() == 13


def test_a_tile_shows_only_what_it_counts(opened: Open) -> None:
    page = opened(fleet()).page
    page.get_by_text("with errors").click()
    wanted = ["legacy.us-east-1", "shop.eu-west-1", "news.eu-west-1", "labs.eu-north-1"]
    assert page.locator(NAMES).all_text_contents() == wanted
    assert page.get_by_role("status").text_content() == "4 of 13 targets"
    page.locator(".all .tile").click()
    assert page.locator(NAMES).count() == 13


def test_every_tile_shows_as_many_as_it_says(opened: Open) -> None:
    page = opened(fleet()).page
    tiles = page.locator(".tile").all()
    assert len(tiles) == 9
    for tile in tiles:
        tile.click()
        assert page.locator(NAMES).count() == int(tile.locator("b").inner_text())


def test_it_can_be_sorted(opened: Open) -> None:
    page = opened(fleet()).page
    names = page.locator(NAMES)
    page.get_by_role("button", name="Bounce rate").click()
    bounce = names.all_text_contents()
    assert bounce[:3] == ["shop.eu-west-1", "crm.eu-west-1", "news.us-east-1"]
    assert bounce[-4] == "alerts.us-west-2"  # the last three have no rate
    assert page.locator("[aria-sort]").text_content() == "Bounce rate"
    page.get_by_role("button", name="Bounce rate").click()
    assert names.all_text_contents()[3] == "alerts.us-west-2"
    page.get_by_role("button", name="Target").click()
    assert names.all_text_contents() == sorted(bounce)


def test_it_can_be_sorted_on_a_phone(opened: Open) -> None:
    page = opened(fleet(), **PHONE).page
    by = page.get_by_role("combobox", name="Sort by")
    by.select_option("target")
    assert page.locator(NAMES).all_text_contents()[:1] == ["alerts.eu-west-1"]
    by.select_option("worst first")
    assert page.locator(NAMES).all_text_contents()[:2] == ["legacy.us-east-1", "partners.eu-south-1"]


def test_a_link_opens_its_target(opened: Open) -> None:
    page = opened(fleet()).page
    first = page.locator("#t1")
    assert first.evaluate("each => each.open") is False
    page.locator("a[href='#t1']").click()
    expect(first).to_have_attribute("open", "")
    expect(first.locator("summary").first).to_be_in_viewport()


def test_all_can_be_opened_and_closed(opened: Open) -> None:
    page = opened(fleet()).page
    page.get_by_role("button", name="Open all").click()
    assert page.locator(".target[open]").count() == 13
    page.get_by_role("button", name="Close all").click()
    assert page.locator(".target[open]").count() == 0


def test_without_scripts_it_is_all_there(opened: Open) -> None:
    page = opened(fleet(), java_script_enabled=False).page
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    assert roles.count("searchbox") == 0  # what needs a script is not shown
    assert roles.count("radio") == 9
    assert roles.count("rowheader") >= 13


@pytest.mark.parametrize(("scheme", "darker"), [("light", False), ("dark", True)])
def test_it_follows_the_scheme_of_the_reader(opened: Open, scheme: str, darker: bool) -> None:
    colours = "['backgroundColor', 'color'].map(name => +getComputedStyle(document.body)[name].match(/\\d+/)[0])"
    page, ink = opened(fleet(), color_scheme=scheme).page.evaluate(colours)
    assert (page < ink) is darker


def test_it_can_be_printed(opened: Open) -> None:
    page = opened(fleet(), color_scheme="dark").page
    page.emulate_media(media="print")
    # A dark page would drown the printer.
    expect(page.locator(".target").first).to_have_css("background-color", "rgb(255, 255, 255)")
    assert page.locator(".tools").is_visible() is False
    assert page.pdf(print_background=True).startswith(b"%PDF")


def test_the_browser_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    named = str(shutil.which("env"))
    monkeypatch.setenv("CHROMIUM", named)
    assert find_program("/none") == named
    monkeypatch.setenv("CHROMIUM", "/none/such")
    with pytest.raises(RuntimeError, match="CHROMIUM=/none/such names no program"):
        find_program("/none")


def test_a_browser_is_found_or_missed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("pwd.getpwuid", lambda _user: SimpleNamespace(pw_dir=str(tmp_path / "real")))
    monkeypatch.setattr("tests.unit.plugins.filter.browser.PROGRAMS", ("one", "two", "/none/three"))
    with pytest.raises(NoBrowser, match=r"^no browser: none of one, two is on PATH"):
        find_program(str(tmp_path / "home" / "own"))
    for name in ("real/own", "home/own", "two", "one"):  # each goes before the one before it
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch(0o755)
        assert find_program(str(tmp_path / "home" / "own")) == str(tmp_path / name)
