# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook is asked to do, and why it refuses: a variable that nobody reads does nothing, and says nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches

from .known import ALIASES, NARROWING, OF_PERSON, READ_BY, SETS_OF, SLICE_STATUS, known, read_by

# Where one of the inventory's begins like this, it is meant for us.
OURS = re.compile(r"ses_(?:pause|drill|status)_")
SETS = ("configuration_set", "configuration_sets", "config_set", "config_sets")
OTHERS = {"reason": "ses_reason", "tenant": "ses_tenants", "tenants": "ses_tenants"}
# The share of letters in common. A configuration_file is somebody's own, a configuratoin_set is meant for us.
MISTYPED = 0.9
SAME_BEGINNING = 0.6
LIKE_ANOTHER = 0.7


@dataclass(frozen=True)
class Asked:
    """What was given to a playbook.

    extra: the names of the variables given with -e. stray: what stands beside them, as it was not quoted. of_play: the
    names of those that the play has beside its hosts'. inventory: {target: the names of all of its variables}.
    is_limited: whether --limit was given. all_targets: ses_all_targets.
    """

    playbook: str
    extra: frozenset[str] = frozenset()
    of_play: frozenset[str] = frozenset()
    inventory: Mapping[str, Iterable[str]] = field(default_factory=dict)
    is_limited: bool = False
    all_targets: bool = False
    stray: str = ""

    def aliases(self) -> dict[str, str]:
        """{old name: new name} of those that are used. Only as extra variables: an inventory has tenants of its own."""
        return {old: new for old, new in ALIASES.get(self.playbook, {}).items() if old in self.extra}

    def of_person(self) -> list[str]:
        """The variables of OF_PERSON that were given with the command, or by the play."""
        return sorted(name for name in OF_PERSON if name in self.extra | self.of_play)

    def ignored(self) -> dict[str, str]:
        """{variable: a host that has it}: of OF_PERSON, what only the inventory has.

        Whoever types a command without them means the account.
        """
        names = OF_PERSON - set(self.of_person()) if self.playbook in READ_BY["ses_reason"] else set()
        hosts = reversed(list(self.inventory.items()))
        return {name: host for host, found in hosts for name in sorted(names.intersection(found))}

    def refusals(self, reason: str) -> list[str]:
        """Why it is not done, a sentence or two each; none where all is well."""
        found = [*self._stray(), *self._extra(), *self._twice(), *self._inventory(), *self._targets()]
        if self.playbook in READ_BY["ses_reason"] and not reason.strip():
            found.append("Say why, for those who are told and for whoever comes next: -e 'ses_reason=\"...\"'.")
        return found

    def _stray(self) -> Iterator[str]:
        """A reason without its end is no reason, and a set's name without its variable pauses the account."""
        if self.stray:
            yield (
                f"-e: {self.stray!r} stands outside of the quotes, and nothing reads it. Quote the value for Ansible, "
                f"and all of it for the shell: -e 'ses_reason=\"a bad list\"'."
            )

    def _extra(self) -> Iterator[str]:
        ours, read = known(), read_by(self.playbook)
        for name in sorted(self.extra):
            if name.startswith("ses_"):
                if name not in ours and not name.startswith(SLICE_STATUS):
                    meant = _closest(name, ours, LIKE_ANOTHER)
                    yield f"{name}: nothing in mailops.ses reads this variable.{_meant(meant)}"
                elif name in NARROWING - read and self.playbook in SETS_OF:
                    yield (
                        f"{name}: mailops.ses.{self.playbook} does not read it, and would do more than you ask for."
                        f"{_meant(self._set if name.endswith(('_set', '_sets')) else None)}"
                    )
            elif name not in self.aliases() and (meant := self._without_prefix(name)):
                yield f"{name}: nothing in mailops.ses reads this variable.{_meant(meant)}"

    @property
    def _set(self) -> str | None:
        return SETS_OF.get(self.playbook)

    def _without_prefix(self, name: str) -> str | None:
        """What is meant by a name that lacks our prefix, or has other letters or strokes than ours."""
        typed, name = name, name.lower().replace("-", "_")
        if typed != name and name.startswith("ses_"):
            return _closest(name, known(), LIKE_ANOTHER)
        if OURS.match(f"ses_{name}") and f"ses_{name}" in known():
            return f"ses_{name}"
        words = {**dict.fromkeys(SETS, self._set), **OTHERS} if self.playbook in ALIASES else {}
        words = {word: meant for word, meant in words.items() if meant in read_by(self.playbook)}
        close = _closest(name, words, MISTYPED)
        return words[close] if close else None

    def _twice(self) -> Iterator[str]:
        for old, new in self.aliases().items():
            if new in self.extra | self.of_play:
                yield f"{old} is the old name of {new}, and both are given. Leave {old} out."

    def _inventory(self) -> Iterator[str]:
        """A playbook cares for what it would read: a mistake in what is deployed keeps nobody from pausing."""
        found: dict[str, list[str]] = defaultdict(list)
        for host, names in self.inventory.items():
            for name in names:
                if OURS.match(name) and name not in self.extra:
                    found[name].append(host)
        for name in sorted(found.keys() - known()):
            if meant := _closest(name, [each for each in read_by(self.playbook) if _is_miss(name, each)], 0):
                more = f" and {len(found[name]) - 1} more" if len(found[name]) > 1 else ""
                where = f"{found[name][0]}{more}"
                yield f"{name}, a variable of {where}: nothing in mailops.ses reads this variable.{_meant(meant)}"

    def _targets(self) -> Iterator[str]:
        count = len(self.inventory)
        if self.playbook in READ_BY["ses_all_targets"] and count > 1 and not (self.is_limited or self.all_targets):
            yield (
                f"This would resume {count} targets. Say which with --limit, such as --limit "
                f"{min(self.inventory)}, or that you mean all of them with -e ses_all_targets=true."
            )


def _meant(name: str | None) -> str:
    return f" Did you mean {name}?" if name else ""


def _closest(name: str, ours: Iterable[str], cutoff: float) -> str | None:
    return next(iter(get_close_matches(name, sorted(ours), n=1, cutoff=cutoff)), None)


def _is_miss(name: str, ours: str) -> bool:
    """Whether ours was probably meant: a letter or two are wrong, or it begins alike."""
    begins = OURS.match(name)
    if not begins or not ours.startswith(begins[0]):
        return False
    theirs, own = name[begins.end() :], ours[begins.end() :]
    share = SequenceMatcher(None, theirs, own).ratio()
    if share >= MISTYPED or sorted(theirs) == sorted(own):
        return True
    first, _underscore, rest = own.partition("_")
    # What only goes on where one of ours ends is somebody's own.
    goes_on = any(name.startswith(f"{each}_") for each in known())
    return bool(rest) and share >= SAME_BEGINNING and theirs.startswith(f"{first}_") and not goes_on
