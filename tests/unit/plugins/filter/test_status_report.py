# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as HTML: whole, self-contained, safe, and right."""

from __future__ import annotations

import copy
import hashlib
import re
from base64 import b64encode
from html import unescape
from html.parser import HTMLParser
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.mailops.ses.plugins.filter.status_report import status_report

from tests.unit.plugins.filter.report_fleet import NOW, ago, alarms, finding, fleet, many, sets, target

VOID = {"meta", "link", "input", "br"}
# Those whose end parts words.
BLOCKS = {"dt", "dd", "td", "th", "p", "h2", "h3", "option", "title"}
# Ends a tag, an attribute, a script; is a template; turns the text; is no letter of XML at all.
HOSTILE = "</script></style><img src=x onerror=alert(1)>\" '{{ 1 }}{% raw %}{# \u202e\x00\x1b[31m\ud800&amp;"


def plain(text: str) -> str:
    return " ".join(text.replace("\N{EN DASH}", "-").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


class Page(HTMLParser):
    """The page as a browser would read it; fails where a tag is not closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag in BLOCKS:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def shown(self) -> str:
        """The text of the page in plain letters, its spaces as one."""
        return plain("".join(self.words))

    def attributes(self, name: str) -> list[str]:
        return [value for _tag, values in self.tags for key, value in values.items() if key == name and value]


def page(*targets: dict[str, Any]) -> Page:
    return Page(status_report(targets, now=NOW))


def drawings(text: str) -> list[ElementTree.Element]:
    """The outermost SVG elements of a page, read as the XML that they must be."""
    found, depth, start = [], 0, 0
    for tag in re.finditer(r"<svg\b|</svg>", text):
        if tag[0] == "</svg>":
            depth -= 1
            if not depth:
                found.append(ElementTree.fromstring(text[start : tag.end()]))
        else:
            start = start if depth else tag.start()
            depth += 1
    return found


def cells(text: str) -> list[list[str]]:
    """The rows of the fleet's table."""
    body = text.split("<tbody", 1)[1].split("</tbody>", 1)[0]
    rows = []
    for row in body.split("<tr ")[1:]:
        parts = re.split(r"<t[hd] ", row)[1:]
        rows.append([plain(unescape(re.sub(r"<[^>]*>", "", part.split(">", 1)[1]))) for part in parts])
    return rows


def tiles(text: str) -> dict[str, int]:
    """What the summary counts."""
    found = re.findall(r'value="(\w*)" id="f-\w+"[^>]*><b>(\d+)</b>', text)
    return {key: int(amount) for key, amount in found}


# ---- the page


def test_it_is_one_well_formed_page() -> None:
    whole = page(*fleet())
    assert whole.text.startswith("<!doctype html>\n<html")
    identifiers = whole.attributes("id")
    assert len(identifiers) == len(set(identifiers))
    anchors = {link[1:] for link in whole.attributes("href") if link.startswith("#") and not link.startswith("#i-")}
    assert anchors <= set(identifiers)
    assert anchors >= {f"t{number}" for number in range(1, 14)}
    # Two charts of three drawings and two small curves a target are in there, and they are XML.
    assert len(drawings(whole.text)) > 13 * 8


def test_it_asks_nobody_for_anything() -> None:
    whole = page(*fleet())
    assert whole.attributes("src") == []
    links = [link for link in whole.attributes("href") if not link.startswith("#")]
    assert [link.split(",")[0] for link in links] == ["data:image/svg+xml"]
    assert not re.search(r"@import|url\((?!#)|fetch\(|XMLHttpRequest|import\(", whole.text)
    assert {tag for tag, _attributes in whole.tags} & {"img", "iframe", "object", "embed", "form", "base"} == set()


def test_its_policy_allows_its_own_style_and_script_only() -> None:
    whole = page(*fleet())
    policy = next(values["content"] for _tag, values in whole.tags if "http-equiv" in values)
    assert policy is not None
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; ")
    for element in ("style", "script"):
        (text,) = re.findall(rf"<{element}>(.*?)</{element}>", whole.text, re.DOTALL)
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    # The policy would forbid these.
    assert whole.attributes("style") == []
    assert [name for _tag, values in whole.tags for name in values if name.startswith("on")] == []


def poisoned(value: Any) -> Any:
    """The same, with hostile text at the end of every text and name."""
    if isinstance(value, str):
        return value + HOSTILE
    if isinstance(value, dict):
        return {key: poisoned(entry) for key, entry in value.items()}
    return [poisoned(entry) for entry in value] if isinstance(value, list) else value


def poisoned_but(original: Any, *keys: str) -> Any:
    """The same, but what decides what is shown stays as it is."""
    if isinstance(original, dict):
        return {
            key: copy.deepcopy(value) if key in keys else poisoned_but(value, *keys) for key, value in original.items()
        }
    return [poisoned_but(entry, *keys) for entry in original] if isinstance(original, list) else poisoned(original)


DECIDING = ("state", "metric", "tier", "rates", "since", "until", "at", "to", "severity", "timestamp")


@pytest.mark.parametrize("keys", [(), DECIDING], ids=["everything", "all but what decides"])
def test_hostile_text_stays_text(keys: tuple[str, ...]) -> None:
    clean, foul = page(*fleet()), page(*(poisoned_but(each, *keys) for each in fleet()))
    assert {tag for tag, _values in foul.tags} <= {tag for tag, _values in clean.tags}
    assert foul.text.count("<script") == foul.text.count("</script>") == 1
    assert [name for _tag, values in foul.tags for name in values if name.startswith("on")] == []
    assert not re.search(r"\{[{%#]", foul.text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", foul.text)
    assert "<img src=x onerror=alert(1)>\" '{{ 1 }}{% raw %}{# \ufffd\ufffd\ufffd[31m\ufffd&amp;" in foul.shown
    assert drawings(foul.text)
    foul.text.encode()


def test_no_template_mark_is_in_the_page_itself() -> None:
    # The one that replaces such marks in texts would break the digests of the style and the script.
    assert "&#123;" not in status_report(fleet(), now=NOW)


@pytest.mark.parametrize("part", [*target("one")["status"], None])
@pytest.mark.parametrize("instead", ["missing", None, {}], ids=["missing", "null", "empty"])
def test_any_part_of_a_status_may_be_missing(part: str | None, instead: Any) -> None:
    targets = []
    for each in fleet():
        status = dict(each["status"] or {})
        for key in [part] if part else list(status):
            if instead == "missing":
                status.pop(key, None)
            elif key in status:
                status[key] = [] if instead == {} and isinstance(status[key], list) else instead
        targets.append({**each, "status": status})
    shown = page(*targets).shown
    assert all(each["name"] in shown for each in targets)


def test_the_time_is_the_present_one_unless_told() -> None:
    assert "As of 22 Nov 2026, 10:20 UTC" in page().shown
    assert re.search(r"As of \d+ \w{3} 20\d\d, \d\d:\d\d UTC", Page(status_report([])).shown)


@pytest.mark.parametrize(
    ("targets", "now", "message"),
    [
        ("a text", NOW, "give it a list of dictionaries with name, status and error"),
        ({"name": "one"}, NOW, "give it a list of dictionaries with name, status and error"),
        (["one"], NOW, "give it a list of dictionaries with name, status and error"),
        ([], "today", "now: 'today' is no time. Use ISO 8601, such as 2026-11-22T10:00:00"),
    ],
)
def test_input_that_is_wrong_is_refused(targets: Any, now: str, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=re.escape(message)):
        status_report(targets, now=now)


def test_a_generator_will_do() -> None:
    assert "one" in Page(status_report((each for each in [target("one")]), now=NOW)).shown


def test_two_hundred_targets_stay_small() -> None:
    assert len(status_report(many(200), now=NOW).encode()) < 8_000_000


# ---- the fleet


def test_the_summary_counts_each_target_by_how_it_sends_and_how_it_is() -> None:
    counts = {"": 13, "sending": 9, "guard": 1, "person": 1, "aws": 1, "lost": 1, "ok": 6, "warning": 2, "error": 4}
    assert tiles(status_report(fleet(), now=NOW)) == counts


def test_the_worst_come_first_and_the_nearest_to_a_threshold_among_equals() -> None:
    assert [row[0].split()[0] for row in cells(status_report(fleet(), now=NOW))] == [
        "legacy.us-east-1",
        "partners.eu-south-1",
        "shop.eu-west-1",
        "news.eu-west-1",
        "labs.eu-north-1",
        "news.us-east-1",
        "crm.eu-west-1",
        "alerts.eu-west-1",
        "shop.ap-southeast-2",
        "crm.us-east-1",
        "shop.us-east-1",
        "crm.eu-central-1",
        "alerts.us-west-2",
    ]


WARNING = finding("x", "warning", "It is odd.", "Look.")
ERROR = finding("x", "error", "It is bad.", "Mend it.")
TRIPPED = list(alarms(bounce_pause="ALARM"))
PAUSED = {"state": "paused_by_person"}
HANDLED = [{**alarm, "memory": {"paused-at": ["", "then"][number == 1]}} for number, alarm in enumerate(TRIPPED)]
LOST = {"name": "lost", "status": None, "error": "No route."}


@pytest.mark.parametrize(
    ("targets", "verdict", "icon"),
    [
        ([], "No targets", "ok"),
        ([target("one")], "All is well", "ok"),
        ([target("one"), target("two", health=[WARNING])], "1 of 2 targets needs attention", "warning"),
        ([target("one", health=[WARNING, ERROR])], "1 of 1 target needs attention", "error"),
        ([target("one", sending=PAUSED), target("two", health=[WARNING])], "2 of 2 targets need attention", "warning"),
        ([LOST, target("two", sending={"state": "paused_by_guard"})], "2 of 2 targets need attention", "error"),
        ([target("one", sending={"state": "asleep"})], "1 of 1 target needs attention", "error"),
        ([{"name": "one"}], "1 of 1 target needs attention", "error"),
        # Unknown is not well.
        ([target("one", health=None)], "1 of 1 target needs attention", "warning"),
    ],
)
def test_the_verdict_stands_in_the_heading_and_in_the_title(
    targets: list[dict[str, Any]], verdict: str, icon: str
) -> None:
    text = plain(status_report(targets, now=NOW))
    assert f"<title>{verdict} - Amazon SES</title>" in text
    assert re.search(rf'<h1 class="{icon}"><svg class="icon {icon}"[^>]*><use[^>]*/></svg> {verdict}</h1>', text)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            target("one.eu-west-1", rates=[], history={"rates": {}}, last_drill=None),
            ["one.eu-west-1 111111111111 · eu-west-1", "Sending", "bounce -", "complaint -", "All well", "Never"],
        ),
        (
            target("two", alarms=[], sending=PAUSED, bounce=lambda part: 0.06, complaint=lambda part: 0.0),
            ["two", "Paused by a person", "review at 5 %", "complaint 0 % review at 0.1 %", "No findings", "Passed"],
        ),
        (
            target("three", health=[ERROR, WARNING, WARNING]),
            ["three", "Sending", "of 4.5 %", "of 0.09 %", "It is bad. and 2 more", "Passed 20 Nov"],
        ),
        (LOST, ["lost", "Not reached", "bounce -", "complaint -", "No route.", "-"]),
    ],
)
def test_a_row_tells_sending_rates_health_and_the_last_drill(row: dict[str, Any], expected: list[str]) -> None:
    (found,) = cells(status_report([row], now=NOW))
    assert len(found) == len(expected)
    for cell, part in zip(found, expected, strict=True):
        assert part in cell


@pytest.mark.parametrize(
    ("each", "is_open"), [(target("one"), False), (target("one", health=[WARNING]), True), (LOST, True)]
)
def test_what_needs_attention_is_open(each: dict[str, Any], is_open: bool) -> None:
    (attributes,) = [values for tag, values in page(each).tags if tag == "details" and "id" in values]
    assert ("open" in attributes) is is_open


# ---- a target


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, "Sending Sending AWS's view Healthy Volume"),
        ({"account": {"enforcement_status": "PROBATION"}}, "AWS's view Under review PROBATION"),
        ({"account": {"enforcement_status": "NEW_WORD"}}, "AWS's view NEW_WORD NEW_WORD"),
        (
            {"sending": {"state": "paused_by_guard", "since": ago(2.9)}},
            "Sending Paused by the guard since 22 Nov 2026, 07:26 UTC (2 h 54 min ago) AWS's view",
        ),
        (
            {"sending": {"state": "paused_by_person", "who": "arn:ann", "reason": "bad list", "since": ago(49)}},
            "since 20 Nov 2026, 09:20 UTC (2 d 1 h ago) Who and why bad list arn:ann AWS's view",
        ),
        ({"sending": {"state": "paused_by_person", "who": "arn:ann"}}, "Who and why No reason given arn:ann"),
        ({"sending": {"since": "soon"}}, "Sending since soon"),
        (
            {"sending": {"state": "paused_by_guard", "since": "then"}, "alarms": HANDLED},
            "Which alarm ses-pause-bounce-pause Threshold Crossed: 1 datapoint",
        ),
        (
            {"sending": {"state": "paused_by_guard", "since": "then"}, "alarms": [{**HANDLED[1], "state": "OK"}]},
            "Which alarm ses-pause-bounce-pause AWS's view",
        ),
        (
            {"account": {"sent_last_24_hours": 50000.0}},
            "Volume 50,000 in 24 h 25 % of 200,000, at most 80 a second Guard",
        ),
        (
            {"account": {"sent_last_24_hours": 5.0, "max_24_hour_send": -1.0, "production_access": False}},
            "Volume 5 in 24 h no daily quota, at most 80 a second, in the sandbox of SES",
        ),
        ({"account": {"sent_last_24_hours": None}}, "Volume - in 24 h quota 200,000, at most"),
        ({}, "Guard Deployed function Active, sweep rate(15 minutes), 0 failed events People told"),
        (
            {"guard": {"function": None, "sweep": None, "failed_events": None}},
            "Guard Deployed function missing, no sweep, no failure queue",
        ),
        ({"guard": {"failed_events": 1}}, "1 failed event People"),
        ({"guard": {"deployed": False}}, "Guard Not deployed People told"),
        (
            {"guard": {"pending_subscriptions": ["sms +12065550100"]}},
            "People told email mail-ops@example.com not confirmed: sms +12065550100 Last",
        ),
        ({"guard": {"subscriptions": []}}, "People told Nobody Last drill"),
        ({}, "Last drill Passed dry, 3.2 s, 20 Nov 2026, 06:08 UTC (2 d 4 h ago)"),
        ({"last_drill": None}, "Last drill Never Bounce rate"),
        ({"last_drill": {"seconds": 0.0, "result": "running", "at": None}}, "Last drill Running dry Bounce"),
    ],
)
def test_each_fact_has_its_words(parts: dict[str, Any], expected: str) -> None:
    assert expected in page(target("one", **parts)).shown


def test_findings_stand_first_with_their_remedy() -> None:
    shown = page(target("one", health=[ERROR, finding("y", "warning", "It is odd.", "")])).shown
    assert "1 error 1 warning It is bad. error: x Mend it. It is odd. warning: y Sending" in shown


@pytest.mark.parametrize(
    ("name", "what", "remedy", "shown"),
    [
        ("one.eu-west-1", "Bad.", "Run x --limit TARGET -e y.", "Bad. error: z Run x --limit one.eu-west-1 -e y. S"),
        ("one; reboot", "Bad.", "Run x --limit TARGET.", "Bad. error: z Run x --limit TARGET. Sending"),
        ("-one", "Bad.", "Run x --limit TARGET.", "Bad. error: z Run x --limit TARGET. Sending"),
        ("one", "Of 2026-11-22T07:26:00.123+00:00.", "", "Of 22 Nov 2026, 07:26 UTC. error: z Sending"),
        ("one", "Of 2026-13-22T07:26:00Z.", "", "Of 2026-13-22T07:26:00Z. error: z Sending"),
    ],
)
def test_a_finding_names_the_target_and_its_times_as_people_do(name: str, what: str, remedy: str, shown: str) -> None:
    assert shown in page(target(name, health=[finding("z", "error", what, remedy)])).shown


def test_a_target_that_was_not_reached_says_why() -> None:
    shown = page(LOST).shown
    assert "lost Not reached Not reached No route. Back to the fleet" in shown
    assert "It gave no status." in page({"name": "two", "status": None, "error": None}).shown


def test_a_target_that_failed_after_it_told_its_status_shows_both() -> None:
    whole = page({**target("one"), "error": "The history could not be read."})
    assert "The history could not be read." in whole.shown
    assert "Bounce rate" in whole.shown


def test_the_most_pressing_alarms_stand_first() -> None:
    listed = list(alarms(bounce_warn="ALARM"))
    quiet = {**listed[1], "configuration_set": "news", "name": "ses-pause-bounce-pause-news"}
    listed += [
        {**quiet, "name": "quiet"},
        {**quiet, "name": "off", "actions_enabled": False},
        {**quiet, "name": "unsure", "state": "INSUFFICIENT_DATA", "metric": "other", "since": None},
    ]
    shown = page(target("one", alarms=listed)).shown.split("Alarm Watches Threshold State ")[1]
    assert re.findall(r"(\S+) (?:bounce|complaint|unknown) rate of (?:set news|the account)", shown) == [
        "ses-pause-bounce-warn",
        "unsure",
        "off",
        "ses-pause-bounce-pause",
        "ses-pause-complaint-pause",
        "ses-pause-complaint-warn",
    ]
    assert "off bounce rate of set news 4.5 % OK actions off since 24 Oct 2026" in shown
    assert "unsure unknown rate of set news 4.5 % INSUFFICIENT_DATA Threshold Crossed: 1 datapoint" in shown
    assert "ses-pause-bounce-pause bounce rate of the account 4.5 % OK since 24 Oct 2026, 06:20 UTC ses-" in shown
    assert "Left out: 1 less pressing than these." in shown


@pytest.mark.parametrize(
    ("amount", "folded", "left_out"), [(10, [], []), (13, ["3 more"], []), (64, ["40 more"], ["14"])]
)
def test_the_sets_nearest_to_a_threshold_are_seen_at_once(amount: int, folded: list[str], left_out: list[str]) -> None:
    rows = sets(Random(1), amount, 1.2)
    whole = page(target("one", history={"sets": rows}))
    names = [row["configuration_set"] for row in rows]
    assert [name for name in names if name in whole.shown] == names[:50]
    assert re.findall(r"(\d+ more) sets", whole.shown) == folded
    assert re.findall(r"Left out: (\d+) of a lower risk than these\.", whole.shown) == left_out


@pytest.mark.parametrize(
    ("risk", "paused", "words", "kind", "width"),
    [
        (1.4, False, "news 140 % 3 % of 4.5 % - of 0.09 %", "over", "125"),
        (0.7, True, "news paused 70 %", "near", "70"),
        (0.123, False, "news 12 %", "far", "12.3"),
        (None, False, "news - 3 %", "far", "0"),
    ],
)
def test_a_set_shows_its_risk(risk: float | None, paused: bool, words: str, kind: str, width: str) -> None:
    row = {
        "configuration_set": "news",
        "bounce_rate": 0.03,
        "complaint_rate": None,
        "bounce_threshold": 0.045,
        "complaint_threshold": 0.0009,
        "risk": risk,
        "sending_enabled": None,
    }
    state = {"name": "news", "state": "paused_by_person" if paused else "sending"}
    whole = page(target("one", history={"sets": [row]}, sending={"configuration_sets": [state]}))
    assert words in whole.shown
    assert f'<rect class="{kind}" width="{width}" height="8"/>' in whole.text


def test_the_history_of_the_alarms_is_folded_after_the_newest() -> None:
    changes = [
        {"alarm": f"alarm-{number}", "at": ago(number), "from": "OK", "to": "ALARM", "reason": f"because {number}"}
        for number in range(11)
    ]
    shown = page(target("one", history={"alarms": changes})).shown
    assert "22 Nov 2026, 10:20 UTC alarm-0 OK → ALARM because 0" in shown
    assert shown.index("because 7 ") < shown.index("3 earlier changes") < shown.index("because 8 ")
