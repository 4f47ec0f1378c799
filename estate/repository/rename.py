"""Sources under other names: what imports `config` imports `aws_organization.config` afterwards.

Rooms have short names in this repository and a name of their own in site-packages. Python's parser finds the imports and
its tokenizer the strings, so nothing else of a file changes: no line moves, no comment, no format. What could not be
renamed with certainty is an error, not a guess.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


class RenameError(ValueError):
    """Something of a source cannot be renamed with certainty; the message says what, where and what to write instead."""


@dataclass(frozen=True)
class Rename:
    r"""A renaming of packages.

    Args:
        names: The new name, which may be dotted, by the old one: of packages at the top. No new name begins as an old one.
        exists: Tells whether there is a module of an old dotted name. Imports of others are errors; in strings, what is no
            module (`config.amazonaws.com`) stays.

    Example:
        >>> rename = Rename({"config": "team.config"}, {"config", "config.errors"}.__contains__)
        >>> rename.source("from config.errors import Problem\n", "x.py")
        'from team.config.errors import Problem\n'
    """

    names: Mapping[str, str]
    exists: Callable[[str], bool]

    def source(self, text: str, path: str) -> str:
        """Rename in a Python source.

        Args:
            text: The source.
            path: Its name in errors.

        Raises:
            RenameError: An import names no module, or binds a package's first name (`import config.errors`).
            SyntaxError: The text is not Python.
        """
        lines = text.splitlines(keepends=True)
        edits = sorted({*self._imports(text, lines, path), *self._strings(text)}, reverse=True)
        for row, start, end, new in edits:
            line = lines[row]
            lines[row] = line[:start] + new + line[end:]
        renamed = "".join(lines)
        self._check(renamed, path)
        return renamed

    def _new(self, module: str) -> str:
        first, dot, rest = module.partition(".")
        return self.names[first] + dot + rest

    def _is_ours(self, module: str | None) -> bool:
        return bool(module) and str(module).partition(".")[0] in self.names

    def _imports(self, text: str, lines: list[str], path: str) -> Iterator[tuple[int, int, int, str]]:
        """The places of module names in import statements: line, first and last column, what belongs there."""
        for node in ast.walk(ast.parse(text, path)):
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module and self._is_ours(node.module):
                self._must_exist(node.module, path, node.lineno)
                line = lines[node.lineno - 1]
                start = line.index(node.module, node.col_offset + len("from "))
                yield node.lineno - 1, start, start + len(node.module), self._new(node.module)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if self._is_ours(alias.name):
                        self._must_exist(alias.name, path, alias.lineno)
                        if "." in alias.name and not alias.asname:
                            raise RenameError(
                                f"{path}:{alias.lineno}: `import {alias.name}` binds {alias.name.partition('.')[0]!r}, "
                                "which has another name elsewhere. Write `from … import …`."
                            )
                        new = self._new(alias.name) + ("" if alias.asname else f" as {alias.name}")
                        yield alias.lineno - 1, alias.col_offset, alias.col_offset + len(alias.name), new

    def _must_exist(self, module: str, path: str, line: int) -> None:
        if not self.exists(module):
            raise RenameError(f"{path}:{line}: there is no module {module!r} to import.")

    def _strings(self, text: str) -> Iterator[tuple[int, int, int, str]]:
        """The places of module names in strings: dotted names of modules there are, and what follows `-m`."""
        names = "|".join(map(re.escape, self.names))
        pattern = re.compile(rf"(?P<run>-m\s+)?(?<![\w./@-])(?P<name>(?:{names})(?:\.\w+)*)\b")
        before = ["", ""]
        strings = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in strings:
                runs = [word.strip("\"'") for word in before] == ["-m", ","]
                for row, line in enumerate(token.string.splitlines()):
                    column = token.start[1] if row == 0 else 0
                    for found in pattern.finditer(line):
                        module = self._longest_module(found["name"])
                        if module and ("." in module or found["run"] or (runs and module == line.strip("\"'"))):
                            start = column + found.start("name")
                            yield token.start[0] - 1 + row, start, start + len(module), self._new(module)
            if token.type not in {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT}:
                before = [before[1], token.string]

    def _longest_module(self, name: str) -> str:
        """The longest beginning of a dotted name that is a module's; empty if there is none."""
        while name and not self.exists(name):
            name = name.rpartition(".")[0]
        return name

    def _check(self, renamed: str, path: str) -> None:
        """No import of an old name is left, as Python reads the renamed source."""
        for node in ast.walk(ast.parse(renamed, path)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            else:
                continue
            for name in filter(self._is_ours, names):
                raise RenameError(f"{path}:{node.lineno}: {name!r} was not renamed.")
