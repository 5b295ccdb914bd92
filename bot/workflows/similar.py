"""How alike two titles are, by the words that name the thing: is what somebody is about to declare open already?

Past incidents are matched by the same words and the same measure (past.py): what changes here changes `related` too.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.workflows.incident import Incident, Stamp
from bot.workflows.naming import readable

SHOWN = 3  # of the open incidents, the most similar
# Of the words of the shorter title, how many are in the other one. Tried on published titles of real incidents: below
# it, the pairs have little more in common than the platform they ran on.
ENOUGH = 0.6
AT_ONCE = timedelta(seconds=30)  # between two declarations; whoever declares later is asked first
FAR = datetime.min.replace(tzinfo=UTC)

_WORD = re.compile(r"\w+")
_HTTP_STATUS = re.compile(r"[45](\d\d|xx)s?")
_ENDINGS = ("ings", "ing", "ies", "ied", "es", "ed", "s", "y", "e")
# Words that hold a sentence together, and words that say how badly something is wrong. What is left is what it is
# about, so that "checkout is slow" and "checkout is down" are one thing.
_EMPTY = (
    "a able about after again all an and any are as at be been before being but by can cannot cant could couldnt "
    "did do does doesnt dont due during every for from getting had has have how in into is isnt it its more most "
    "my never new no not now of off on once only or our out over please same since so some still than that the "
    "their then there they this to too try until up us very was we were what when where which while who why will "
    "with wont would you your"
)
_WRONG = (
    "accessible affected alert available bad broke broken bug cause causing crash critical degradation degraded "
    "delay delayed die died down downtime error exception fail failure fault flaky gone hang high hit hung impact "
    "inaccessible incident increased intermittent investigate issue latency load major many minor missing "
    "multiple outage partial problem reach refused rejected report return severe show slow slowness stop stopped "
    "stuck throw timeout timing trouble unable unavailable unreachable unresponsive urgent work working wrong"
)
_USUAL = "customer people system user prod production service server"  # so common that sharing one says nothing


def similar(title: str, incidents: Sequence[Incident], service: str | None = None) -> tuple[Incident, ...]:
    """Those of the incidents that are about the same as the title says, or about the same service; the most similar
    first."""
    found = sorted(
        ((_alike(title, service, incident), incident) for incident in incidents),
        key=lambda pair: (-pair[0], -pair[1].id),
    )
    return tuple(incident for measure, incident in found if measure >= ENOUGH)[:SHOWN]


def declared_at_once(incident: Incident, others: Sequence[Incident]) -> tuple[Incident, ...]:
    """Those that somebody else declared just before and that say the same: nobody was asked about them in time.

    Private ones are never among them.
    """
    declared = incident.at(Stamp.DECLARED)
    near = [
        other for other in others
        if declared and other.id < incident.id and not other.private and other.declared_by != incident.declared_by
        and abs((other.at(Stamp.DECLARED) or FAR) - declared) <= AT_ONCE
    ]  # fmt: skip
    return similar(incident.title, near, incident.service)


def _alike(title: str, service: str | None, incident: Incident) -> float:
    """As alike as their titles; the same service is enough by itself, behind those that share their words."""
    of_one_service = ENOUGH if service and service == incident.service else 0.0
    return max(likeness(title, incident.title), of_one_service)


def likeness(one: str, other: str) -> float:
    """How much of the shorter title is in the other, from 0 to 1; a single word counts when it begins both."""
    first, second = (subject(title) for title in (one, other))
    shared, shorter = len(set(first) & set(second)), min(len(set(first)), len(set(second)))
    if shared == 0:
        return 0.0
    if shared == 1 and first[0] != second[0]:
        return 0.0
    return shared / shorter


def subject(title: str) -> tuple[str, ...]:
    """The words of a title that name what it is about, in small letters and without their endings."""
    return tuple(stem for stem, _ in _named(title))


def stems(text: str) -> frozenset[str]:
    """The stems of the words of a sentence, also of those that say how badly something is wrong."""
    return frozenset(_stem(word) for word in _words(text))


def shared_words(title: str, other: str) -> tuple[str, ...]:
    """The words by which a title names the same as another one."""
    stems = set(subject(other))
    return tuple(dict.fromkeys(word for stem, word in _named(title) if stem in stems))


def _named(title: str) -> list[tuple[str, str]]:
    """The words that name something, each behind its stem."""
    return [(stem, word) for word in _words(title) if (stem := _stem(word)) not in _COMMON]


def _words(text: str) -> list[str]:
    """Its words in small letters and without accents; not those that hold a sentence together."""
    folded = unicodedata.normalize("NFKD", readable(text)).casefold().replace("’", "").replace("'", "")
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return [word for word in _WORD.findall(plain) if word not in _LITTLE and not _HTTP_STATUS.fullmatch(word)]


def _stem(word: str) -> str:
    """A word without its ending, roughly: `payments` and `payment`, `shipped` and `shipping` become one."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3:
            return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem
    return word


_LITTLE = frozenset(_EMPTY.split())
_COMMON = frozenset(map(_stem, f"{_WRONG} {_USUAL}".split()))
