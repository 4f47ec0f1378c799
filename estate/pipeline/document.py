"""Pipelines as YAML that people can read."""

from __future__ import annotations

from typing import Any, Final

import yaml

_WIDTH: Final = 120


class _Dumper(yaml.SafeDumper):
    """Keeps the order of keys, writes several lines as a block, repeats instead of using anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(document: dict[str, Any], comment: str) -> str:
    """Write a pipeline.

    Args:
        document: What it says.
        comment: Its first lines, without ``#``.
    """
    head = "".join(f"# {line}".rstrip() + "\n" for line in comment.splitlines())
    return head + yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=_WIDTH, allow_unicode=True)


def script(text: str) -> str:
    """A shell script from an indented text."""
    lines = text.strip("\n").splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:].rstrip() for line in lines).rstrip() + "\n"
