"""Reading YAML with the line of every value, so that a mistake can be shown where it stands."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import yaml

from bot.config.problems import Place, Problem
from bot.workflows.foreign import fit

DEEPEST = 20
MOST = 20_000  # values of a file; what refers to itself again and again has more
TOO_DEEP = "is nested too deeply"
EXPECTED = {
    "timestamp": "expected a day such as 2026-11-28",
    "int": "expected a whole number",
    "float": "expected a number",
    "bool": "expected true or false",
}
NO_VALUE = "expected a value that YAML knows"


@dataclass(frozen=True)
class Document:
    """The values of a file, the line (from 1) of each place in it, and what its YAML itself gets wrong."""

    values: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest one around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(text: str) -> Document:
    """The document in `text`; broken YAML is a problem of the document, not an exception."""
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        return _Reader(loader).document(root) if root else Document()
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        return Document(lines={(): line}, problems=[Problem(place=(), text=f"is not YAML: {wrong.problem}")])
    except yaml.YAMLError as wrong:
        return Document(problems=[Problem(place=(), text=f"is not YAML: {str(wrong).splitlines()[0]}")])
    except RecursionError:
        return Document(problems=[Problem(place=(), text=TOO_DEEP)])
    except (ValueError, OverflowError):
        return Document(problems=[Problem(place=(), text="is not YAML: an escape in it is no character")])


class _Reader:
    """Walks the nodes of a document and remembers where each one stands."""

    def __init__(self, loader: yaml.SafeLoader) -> None:
        self._loader = loader
        self._found = Document()

    def document(self, root: yaml.Node) -> Document:
        values = self._value(root, ())
        return Document(values, self._found.lines, self._found.problems)

    def _value(self, node: yaml.Node, place: Place) -> object:
        self._found.lines.setdefault(place, node.start_mark.line + 1)
        if len(place) > DEEPEST:
            self._wrong(place[:3], TOO_DEEP)
            return None
        if len(self._found.lines) > MOST:
            self._wrong((), f"holds more than {MOST:,} values")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _scalar(self, node: yaml.Node, place: Place) -> object:
        try:
            value = self._loader.construct_object(node)
        except (ValueError, LookupError, AttributeError, OverflowError):  # PyYAML lets through what its parts raise
            expected = EXPECTED.get(node.tag.rpartition(":")[2], NO_VALUE)
            self._wrong(place, f"{expected}, found {str(node.value)[:40]!r}")
            return None
        if isinstance(value, str) and fit(value) != value:
            self._wrong(place, "holds \\0 or half a character, which can neither be stored nor sent")
            return None
        return value

    def _wrong(self, place: Place, text: str) -> None:
        problem = Problem(place=place, text=text)
        if problem not in self._found.problems:
            self._found.problems.append(problem)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(self._key(key_node))
            inside = (*place, key)
            if key in values:
                first = self._found.lines[inside]
                self._found.lines[inside] = key_node.start_mark.line + 1
                self._found.problems.append(Problem(place=inside, text=f"stands here twice (first in line {first})"))
                continue
            self._found.lines[inside] = key_node.start_mark.line + 1
            values[key] = self._value(value_node, inside)
        return values

    def _key(self, node: yaml.Node) -> Hashable:
        return fit(node.value) if isinstance(node, yaml.ScalarNode) else "?"
