"""The rules of the house. Each takes the tree and returns what breaks it, one line a place."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import Tree

Rule = Callable[[Tree], list[str]]

TOP_LEVEL = {
    ".ci", ".github", ".gitignore", ".importlinter", ".pre-commit-config.yaml", ".streamlit",
    "ARCHITECTURE.md", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md",
    "LICENSE", "Makefile", "README.md", "SECURITY.md", "app.py", "benchmarks", "charts", "data",
    "deploy", "docs",
    "forecasting", "locales", "pages", "pyproject.toml",
    "requirements-bench.txt", "requirements-dev.txt", "requirements-extras.txt",
    "requirements.lock", "requirements.txt", "scripts", "sentences", "tests", "ui",
}  # fmt: skip
RUNTIME = ("app.py", "pages", "ui", "sentences", "charts", "locales", "forecasting")
OURS = {PurePosixPath(name).stem for name in RUNTIME} | {"benchmarks", "deploy", "scripts", "tests"}
PUBLIC_FUNCTIONS = {"load_disclosures", "fit", "forecast", "steady_state", "Scenario"}
REQUIREMENTS = ("requirements.txt", "requirements-extras.txt", "requirements-dev.txt")
LONGEST_FILE = 400
LONGEST_PAGE = 80

# Where a page has its part, what stands there beside the pages' parts, whether each page has one.
FLOORS = (
    ("charts", ("style",), True),
    ("sentences", ("common",), True),
    ("ui/pages", (), False),
    ("locales/en/LC_MESSAGES", ("engine", "export", "frame", "terms"), True),
    ("locales/zh/LC_MESSAGES", ("engine", "export", "frame", "terms"), True),
)

MACHINE_PATH = re.compile(r"(?<![\w.:/*-])/(?:work|root|home|Users|tmp)/\w+|[A-Z]:\\Users\\")
WORK_NOTE = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|co-authored-by|language model", re.IGNORECASE)
MARKDOWN_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
DOCUMENT = re.compile(r"(?<![\w/:.-])((?:[\w.-]+/)*[\w-]+\.md)\b")
CODE_SPAN = re.compile(r"`([^`\s]+)`")
PATH = re.compile(r"^(?:[\w.-]+/)+[\w.-]*$|^[\w.-]+\.(?:py|md|toml|txt)$")
OWN_STYLES = {
    ("ui/blocks/embedded.py", "st.html(_HIDDEN)"),
    ("ui/frame.py", "st.html(STYLE)"),
    ("ui/pages/scenarios/controls.py", "st.html(marks)"),
}
RUNS_TEXT = re.compile(
    r"eval|exec|compile|__import__|os\.(?:system|popen|exec\w+|spawn\w+)|subprocess\.get\w+|"
    r"(?:pickle|marshal|shelve|dill|yaml)\.loads?|(?:pd|pandas)\.read_pickle|"
    r"st\.html|(?:st\.)?components\.v1\.\w+"
)
# Functions of the engine that choose a row or a name and compute nothing.
LOOK_UP = {"article_forecast", "best_first", "preset_of"}
STAGE = re.compile(r"^(\w+)/ .*\n((?: {4}\w.*\n)+)", re.MULTILINE)
ROW = re.compile(r"^ *([\w.-]+/|[\w.-]+\.py)(?= )", re.MULTILINE)


def top_level_is_fixed(tree: Tree) -> list[str]:
    """A new file or folder at the top is a decision, not an accident."""
    extra = [f"{name}: not one of the top-level names" for name in tree.top_level - TOP_LEVEL]
    return extra + [f"{name}: missing at the top level" for name in TOP_LEVEL - tree.top_level]


def architecture_names_what_exists(tree: Tree) -> list[str]:
    """ARCHITECTURE.md names every top-level folder and no file or folder that does not exist."""
    text = tree.text("ARCHITECTURE.md")
    unnamed = [
        f"ARCHITECTURE.md: does not name {folder}/"
        for folder in tree.folders()
        if not re.search(rf"(?<![\w/]){re.escape(folder)}/", text)
    ]
    spans = [span for span in CODE_SPAN.findall(text) if PATH.match(span)]
    rows = ROW.findall(text)
    return unnamed + [
        f"ARCHITECTURE.md: names {path}, which does not exist"
        for path in {*spans, *rows}
        if not any(f"/{path}" in f"/{name}" for name in tree.files)
    ]


def architecture_shows_the_engine(tree: Tree) -> list[str]:
    """Every module of the engine stands in a package, which ARCHITECTURE.md shows with it."""
    shown = {
        f"forecasting/{package}/{module}.py"
        for package, modules in STAGE.findall(tree.text("ARCHITECTURE.md"))
        for module in re.findall(r"\w+", modules)
    }
    modules = {name for name in tree.under("forecasting") if not name.endswith("__init__.py")}
    modules -= {"forecasting/__main__.py"}
    return [f"{name}: ARCHITECTURE.md does not show it" for name in sorted(modules - shown)] + [
        f"ARCHITECTURE.md: shows {name}, which does not exist" for name in sorted(shown - modules)
    ]


def documents_mentioned_exist(tree: Tree) -> list[str]:
    """Links resolve, and a Markdown file that is mentioned is in the tree."""
    names = {PurePosixPath(name).name for name in tree.files}
    found = []
    for name, text in tree.texts():
        found += [
            f"{name}: mentions {document}, which does not exist"
            for document in sorted(set(DOCUMENT.findall(text)))
            if PurePosixPath(document).name not in names
        ]
        if name.endswith(".md"):
            folder = (tree.root / name).parent
            found += [
                f"{name}: links to {link}, which does not exist"
                for link in MARKDOWN_LINK.findall(text)
                if not (folder / link).exists()
            ]
    return found


def streamlit_stays_in_the_dashboard(tree: Tree) -> list[str]:
    """Only app.py, pages and ui import streamlit."""
    return _imports_outside(tree, "streamlit", ("app.py", "pages", "ui"))


def plotly_stays_in_charts(tree: Tree) -> list[str]:
    """Only charts and the exports import plotly."""
    return _imports_outside(tree, "plotly", ("charts", "ui/export"))


def _imports_outside(tree: Tree, package: str, allowed: tuple[str, ...]) -> list[str]:
    outside = set(tree.under(*RUNTIME)) - set(tree.under(*allowed))
    return [f"{name}: imports {package}" for name in outside if package in tree.imports(name)]


def charts_and_sentences_compute_nothing(tree: Tree) -> list[str]:
    """A chart or sentence takes the engine's results: it calls none of its functions, also by name
    of a module in a string. The ground (days, quantiles, tables as text) and what looks up a row
    are free."""
    found = []
    for name in tree.under("charts", "sentences"):
        for node in ast.walk(tree.syntax(name)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("forecasting"):
                if (node.module or "").startswith("forecasting.base"):
                    continue
                called = {one.name for one in node.names if one.name.islower()} - LOOK_UP
                found += [f"{name}:{node.lineno}: imports {each}" for each in sorted(called)]
            elif isinstance(node, ast.Import):
                found += [
                    f"{name}:{node.lineno}: imports {one.name}"
                    for one in node.names
                    if one.name.startswith("forecasting")
                ]
            elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
                found.append(f"{name}:{node.lineno}: imports what a string names")
    return found


def nothing_imports_tests_or_benchmarks(tree: Tree) -> list[str]:
    """The product does not lean on its tests, its benchmarks or its start script."""
    return [
        f"{name}: imports {used}"
        for name in tree.under(*RUNTIME)
        for used in tree.imports(name) & {"tests", "benchmarks", "app"}
    ]


def modules_do_not_hide_functions(tree: Tree) -> list[str]:
    """A module named like a public function would hide it."""
    return [
        f"{name}: bears the name of a public function"
        for name in tree.under("forecasting")
        if PUBLIC_FUNCTIONS & {PurePosixPath(name).stem, PurePosixPath(name).parent.name}
    ]


def every_file_in_pages_is_a_page(tree: Tree) -> list[str]:
    """Each script is a short page of its own: it uses the frame and shares no code."""
    found = []
    for name in tree.under("pages"):
        if PurePosixPath(name).parent.as_posix() != "pages" or PurePosixPath(name).name[0] in "_.":
            found.append(f"{name}: only pages live in pages/")
        if "ui" not in tree.imports(name):
            found.append(f"{name}: does not use the frame")
        if "pages" in tree.imports(name):
            found.append(f"{name}: imports another page")
        if any(isinstance(node, ast.ClassDef) for node in tree.syntax(name).body):
            found.append(f"{name}: defines a class")
        if len(tree.text(name).splitlines()) > LONGEST_PAGE:
            found.append(f"{name}: longer than {LONGEST_PAGE} lines")
    return found


def a_page_bears_one_name(tree: Tree) -> list[str]:
    """A page's charts, sentences, controls and texts bear its file's name, on every floor."""
    pages = {PurePosixPath(name).stem for name in tree.under("pages")}
    found = []
    for floor, shared, has_all in FLOORS:
        names = {
            PurePosixPath(PurePosixPath(name).relative_to(floor).parts[0]).stem
            for name in [*tree.under(floor), *tree.under(floor, suffix=".po")]
        } - {"__init__"}
        found += [f"{floor}/{name}: not the name of a page" for name in names - pages - set(shared)]
        if has_all:
            found += [f"{floor}/{name}: missing" for name in pages - names]
    return found


def files_stay_short(tree: Tree) -> list[str]:
    """A file that grows past the cap holds two subjects."""
    lengths = {name: len(tree.text(name).splitlines()) for name in tree.python}
    return [
        f"{name}: {length} lines, at most {LONGEST_FILE}"
        for name, length in lengths.items()
        if length > LONGEST_FILE
    ]


def public_names_are_documented(tree: Tree) -> list[str]:
    """Modules, and public functions, classes and methods of the engine, have a docstring."""
    return [
        f"{name}:{line}: {what} has no docstring"
        for name in tree.under("forecasting")
        for what, line in _undocumented(tree.syntax(name))
    ]


def _undocumented(module: ast.Module) -> Iterator[tuple[str, int]]:
    if module.body and not ast.get_docstring(module):
        yield "the module", 1
    pending: list[tuple[str, ast.stmt]] = [("", node) for node in module.body]
    while pending:
        prefix, node = pending.pop()
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield prefix + node.name, node.lineno
        if isinstance(node, ast.ClassDef):
            pending += [(f"{node.name}.", child) for child in node.body]


def docstrings_stand_alone(tree: Tree) -> list[str]:
    """A hover shows one docstring, not its neighbour: none begins with "The same"."""
    found = []
    for name in tree.python:
        for node in ast.walk(tree.syntax(name)):
            if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                continue
            if (ast.get_docstring(node) or "").startswith("The same"):
                found.append(f"{name}:{getattr(node, 'lineno', 1)}: begins with The same")
    return found


def tests_neither_sleep_nor_skip(tree: Tree) -> list[str]:
    """A test waits for what it needs, and runs."""
    forbidden = {"sleep", "skip", "skipif", "skipIf", "xfail", "flaky", "importorskip"}
    forbidden |= {"wait_for_timeout"}
    found = []
    for name in tree.under("tests"):
        for node in ast.walk(tree.syntax(name)):
            if isinstance(node, ast.Attribute) and node.attr in forbidden:
                found.append(f"{name}:{node.lineno}: uses {node.attr}")
            elif isinstance(node, ast.alias) and node.name in forbidden:
                found.append(f"{name}:{node.lineno}: imports {node.name}")
    return found


def tests_live_in_a_folder_of_their_kind(tree: Tree) -> list[str]:
    """The folder is the marker; a test beside the folders would have none."""
    return [
        f"{name}: move it into a folder of its kind"
        for name in tree.under("tests")
        if name.count("/") < 2 and PurePosixPath(name).name.startswith("test_")
    ]


def no_machine_paths(tree: Tree) -> list[str]:
    """Nothing in the tree knows the machine it was written on."""
    return _matches(tree, MACHINE_PATH)


def no_work_notes(tree: Tree) -> list[str]:
    """What is left to do is an issue, not a comment."""
    return _matches(tree, WORK_NOTE, without=("tests/architecture/rules.py",))


def _matches(tree: Tree, pattern: re.Pattern[str], without: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}:{number}: {match.group()}"
        for name, text in tree.texts()
        if name not in without
        for number, line in enumerate(text.splitlines(), 1)
        for match in pattern.finditer(line)
    ]


def requirements_are_ranges(tree: Tree) -> list[str]:
    """Every requirement has a lower and an upper bound."""
    return [
        f"{name}: {requirement} needs a lower and an upper bound"
        for name in (*REQUIREMENTS, "requirements-bench.txt")
        for requirement in requirements_of(tree, name)
        if not {">=", "<"} <= {clause.operator for clause in requirement.specifier}
    ]


def imports_are_declared(tree: Tree) -> list[str]:
    """What the code imports is a requirement; what only tests import is a test requirement."""
    runtime, extras, tested = (
        {canonicalize_name(item.name) for item in requirements_of(tree, name)}
        for name in REQUIREMENTS
    )
    distributions = packages_distributions()
    found = []
    for name in tree.python:
        declared = runtime | extras if name in tree.under(*RUNTIME, "deploy") else None
        if declared is None:
            declared = runtime | extras | tested
        for module in tree.imports(name) - OURS - set(sys.stdlib_module_names):
            owners = {canonicalize_name(owner) for owner in distributions.get(module, [module])}
            if not owners & declared:
                found.append(f"{name}: imports {module}, which no requirement names")
    return found


def requirements_of(tree: Tree, name: str) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in tree.text(name).splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def nothing_is_run_or_drawn_from_text(tree: Tree) -> list[str]:
    """The product runs no text as code, reads no pickle of a request, starts no shell, and hands no
    text to the browser as HTML, its own style in a frame apart."""
    found = []
    for name in tree.under(*RUNTIME):
        for node in ast.walk(tree.syntax(name)):
            if isinstance(node, ast.keyword) and node.arg in {"unsafe_allow_html", "shell"}:
                found.append(f"{name}:{node.value.lineno}: passes {node.arg}")
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            is_own_style = (name, ast.unparse(node)) in OWN_STYLES
            if RUNS_TEXT.fullmatch(called) and not is_own_style:
                found.append(f"{name}:{node.lineno}: calls {called}")
    return found


def ci_runs_the_same_tests(tree: Tree) -> list[str]:
    """.ci/run calls ``make test`` and no other target or tool."""
    lines = [line.strip() for line in tree.text(".ci/run").splitlines()]
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    allowed = {"export CI=true", "exec make test"}
    return [f".ci/run: {command}" for command in commands if command not in allowed] + (
        [] if "exec make test" in commands else [".ci/run: does not call make test"]
    )


RULES: tuple[Rule, ...] = (
    top_level_is_fixed,
    architecture_names_what_exists,
    architecture_shows_the_engine,
    documents_mentioned_exist,
    streamlit_stays_in_the_dashboard,
    plotly_stays_in_charts,
    charts_and_sentences_compute_nothing,
    nothing_imports_tests_or_benchmarks,
    modules_do_not_hide_functions,
    every_file_in_pages_is_a_page,
    a_page_bears_one_name,
    files_stay_short,
    public_names_are_documented,
    docstrings_stand_alone,
    tests_neither_sleep_nor_skip,
    tests_live_in_a_folder_of_their_kind,
    no_machine_paths,
    no_work_notes,
    requirements_are_ranges,
    imports_are_declared,
    nothing_is_run_or_drawn_from_text,
    ci_runs_the_same_tests,
)
