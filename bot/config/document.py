"""Reading YAML with the line of every value, so that a mistake can be shown where it stands."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import yaml

from bot.config.problems import Place, Problem

DEEPEST = 20


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
            self._found.problems.append(Problem(place=place[:3], text="is nested too deeply"))
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._loader.construct_object(node)

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
        return node.value if isinstance(node, yaml.ScalarNode) else "?"
