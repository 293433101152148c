"""The files a rule looks at: those git tracks or would track, parsed once each."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TEXT_SUFFIXES = {
    "", ".cfg", ".css", ".csv", ".html", ".ini", ".json", ".md", ".po", ".py", ".sh", ".toml",
    ".txt", ".yaml", ".yml",
}  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """A project folder as the rules see it; paths are relative and use forward slashes."""

    root: Path

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every file that belongs to the project; a folder without git goes by .gitignore."""
        if (self.root / ".git").exists():
            command = ["git", "-c", "safe.directory=*", "ls-files"]
            command += ["-z", "--cached", "--others", "--exclude-standard"]
            names = subprocess.run(
                command, cwd=self.root, check=True, capture_output=True, text=True
            ).stdout.split("\0")
            return tuple(sorted({name for name in names if (self.root / name).is_file()}))
        lines = (self.root / ".gitignore").read_text(encoding="utf-8").splitlines()
        ignored = {line.rstrip("/") for line in lines}
        found = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return tuple(
            sorted(
                path.as_posix()
                for path in found
                if not ignored & {*path.parts, path.as_posix(), f"*{path.suffix}"}
            )
        )

    def under(self, *folders: str, suffix: str = ".py") -> list[str]:
        """Files below the folders (or equal to one of the names) with the suffix."""
        return [
            name
            for name in self.files
            if name.endswith(suffix)
            and any(name == folder or name.startswith(f"{folder}/") for folder in folders)
        ]

    @property
    def python(self) -> list[str]:
        return [name for name in self.files if name.endswith(".py")]

    @property
    def top_level(self) -> set[str]:
        return {name.split("/")[0] for name in self.files}

    def folders(self) -> set[str]:
        """Top-level folders."""
        return {name.split("/")[0] for name in self.files if "/" in name}

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def texts(self) -> list[tuple[str, str]]:
        return [
            (name, self.text(name)) for name in self.files if Path(name).suffix in TEXT_SUFFIXES
        ]

    def syntax(self, name: str) -> ast.Module:
        return ast.parse(self.text(name), filename=name)

    def imports(self, name: str) -> set[str]:
        """Top-level names of the modules that a file imports, wherever in it."""
        found: set[str] = set()
        for node in ast.walk(self.syntax(name)):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.split(".")[0])
        return found
