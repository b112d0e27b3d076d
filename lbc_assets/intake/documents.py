"""YAML documents of a delivery: read as text, whole and once, before pydantic says what is wrong in them.

Belongs here: from bytes to a validated document. Does not belong here: what the documents hold (``manifest.py``,
``codebook.py``). Every scalar is read as text ("no" stays "no", 010 stays "010").
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from lbc_assets.intake.rejection import DeliveryRejected, Reason, ReasonCode, reject

# Anchors save typing in a codebook; a few that name each other could unfold to millions.
NODES_MOST = 50_000
DEPTH_MOST = 20


def _shown_as_it_is(text: str) -> str:
    if not text.isprintable():
        raise ValueError("text of one line without control or invisible characters")
    return text


# letters of any script (files come with Chinese names), but nothing that a path, a shell or a terminal reads
PlainName = Annotated[str, StringConstraints(pattern=r"^\w[\w. ()（）-]{0,99}$"), AfterValidator(_shown_as_it_is)]  # noqa: RUF001
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_shown_as_it_is)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Document(BaseModel):
    """A part of a document: frozen, and no key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# libyaml's parser where it is built in: a manifest that lists 3,000 schools took seconds
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _TextLoader(_Loader):
    """Scalars as text, and no key twice: PyYAML would let the last one win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is no text", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, "a key stands twice", key.start_mark)
            seen.add(key.value)
        constructed: dict[Any, Any] = super().construct_mapping(node, deep)
        return constructed


def _refuse_depth(text: str) -> None:
    """Raises a YAMLError. Asked of events, one after the other: composing nodes recurses, in C beyond any check."""
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=_TextLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MOST:
            raise yaml.MarkedYAMLError(problem="nested too deep", problem_mark=event.start_mark)


def _unfolded(node: yaml.Node, known: dict[int, int], depth: int = 0) -> int:
    """Nodes that the document has once its anchors are unfolded. Raises a YAMLError past the limits."""
    if depth > DEPTH_MOST:  # anchors can nest what does not look nested
        raise yaml.MarkedYAMLError(problem="nested too deep", problem_mark=node.start_mark)
    if id(node) not in known:
        if isinstance(node, yaml.MappingNode):
            children = [child for pair in node.value for child in pair]
        else:
            children = list(node.value) if isinstance(node, yaml.SequenceNode) else []
        known[id(node)] = 1 + sum(_unfolded(child, known, depth + 1) for child in children)
    if known[id(node)] > NODES_MOST:
        raise yaml.MarkedYAMLError(problem="too large", problem_mark=node.start_mark)
    return known[id(node)]


DocumentType = TypeVar("DocumentType", bound=Document)


def parse(kind: type[DocumentType], content: bytes, file: str) -> DocumentType:
    """Validate a document. Raises DeliveryRejected naming file, key and what was expected."""
    try:
        text = content.decode("utf-8-sig")
        _refuse_depth(text)
        loader = _TextLoader(text)
        node = loader.get_single_node()
        if node is None:
            data = None
        else:
            _unfolded(node, {})
            data = loader.construct_document(node)
    except UnicodeDecodeError as error:
        raise reject(ReasonCode.NOT_DECODABLE, file, "Save it as UTF-8.") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}, line {mark.line + 1}" if mark else file
        remedy = "Correct it there: indent with spaces, and give each key once."
        raise reject(ReasonCode.YAML_NOT_READABLE, place, remedy) from error
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        reasons = [
            Reason(
                ReasonCode.DOCUMENT_NOT_VALID,
                f"{file}, {'.'.join(str(part) for part in problem['loc']) or 'whole file'}",
                f"Expected: {problem['msg']}.",
            )
            for problem in error.errors()
        ]
        raise DeliveryRejected(reasons) from None
