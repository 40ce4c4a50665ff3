"""MyST to the plain Markdown that Jupyter and Colab show: directives become headed text, roles become words."""

import re
from collections.abc import Mapping

FENCE = re.compile(r"^(?P<marks>`{3,}|:{3,})(?P<rest>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:-]+)\}\s*(?P<argument>.*)$")
OPTION = re.compile(r"^:(?P<name>[\w-]+):\s*(?P<value>.*)$")
RULE = re.compile(r"^\|(\s*-+\s*\|)+$")  # under the head of a table whose columns have no alignment
LABEL = re.compile(r"^\([\w:.-]+\)=$")
ROLE = re.compile(r"\{(?P<role>[\w:]+)\}`(?P<content>[^`]+)`")
TITLED = re.compile(r"^(?P<title>.+?)\s*<(?P<target>[^>]+)>$", re.DOTALL)

MATHEMATICS = "math"
SILENT = {"grid", "bibliography", "exercise-end", "tab-set", "glossary", "reading"}
FOLDED, UNFOLDED = "<details>\n<summary>{title}</summary>\n", "\n</details>"
TITLED_BY_ARGUMENT = {"admonition", "grid-item-card", "card", "tab-item", "margin", "sidebar"}
EXERCISE = "Exercise"
WORDS = {
    "exercise": EXERCISE,
    "exercise-start": EXERCISE,
}


def plain(text: str, names: Mapping[str, str] | None = None) -> str:
    """A Markdown cell with MyST's own constructs put into words.

    names: by label, the numbers of equations, for what is cited, "authors, year", the answers to predictions, and the
    cards of exercises, as "card NAME". A solution may be left open, for the cell that ends it to close.
    """
    names = names or {}
    lines = [line for line in _without_directives(text.splitlines(), names) if not LABEL.match(line.strip())]
    said = ROLE.sub(lambda role: _say(role, names), "\n".join(lines))
    return re.sub(r"\n{3,}", "\n\n", said).strip()


def _without_directives(lines: list[str], names: Mapping[str, str]) -> list[str]:
    """The lines with directive fences, their options and their ends replaced."""
    out: list[str] = []
    open_fences: list[tuple[str, str]] = []  # marks, and what to write at the end
    in_options = False
    for line in lines:
        fence = FENCE.match(line.strip())
        if in_options and (option := OPTION.match(line.strip())):
            marks, end = open_fences[-1]
            if option["name"] == "label" and end == "$$" and option["value"] in names:
                open_fences[-1] = marks, f"\\tag{{{names[option['value']]}}}\n$$"
            elif option["name"] == "label" and out[-1].startswith(f"**{EXERCISE}"):
                said = names.get(f"card {option['value']}")
                out[-1] = f"{out[-1].strip()} · {said}\n" if said else out[-1]
            elif option["name"] == "class" and "dropdown" in option["value"] and out[-1].startswith("**"):
                out[-1] = FOLDED.format(title=out[-1].strip().strip("*"))
                open_fences[-1] = marks, UNFOLDED
            continue
        in_options = False
        if open_fences and fence and fence["marks"] == open_fences[-1][0] and not fence["rest"].strip():
            out.append(open_fences.pop()[1])
        elif fence and (directive := DIRECTIVE.match(fence["rest"].strip())):
            start, end = _open(directive["name"], directive["argument"], names)
            out.append(start)
            open_fences.append((fence["marks"], end))
            in_options = True
        elif fence and not (open_fences and open_fences[-1][1] == line.strip()):
            out.append(line)
            open_fences.append((fence["marks"], fence["marks"]))
        else:
            verbatim = open_fences and open_fences[-1][0] == open_fences[-1][1]
            out.append(line if verbatim else _aligned(line))
    return out


def _aligned(line: str) -> str:
    """The rule of a table with every column to the left, where Jupyter would take the right."""
    return re.sub(r"-+", ":---", line) if RULE.match(line.strip()) else line


def _open(name: str, argument: str, names: Mapping[str, str]) -> tuple[str, str]:
    """What stands for a directive's first and last line."""
    if name == "predict":
        told = FOLDED.format(title="Answer") + f"\nThe run says: {names[argument]}.\n{UNFOLDED}"
        return "**Predict**\n", f"\n{told}"
    if name == MATHEMATICS:
        return "$$", "$$"
    if name in SILENT:
        return "", ""
    if name == "dropdown":
        return FOLDED.format(title=argument), UNFOLDED
    if name in ("solution", "solution-start"):
        return FOLDED.format(title="Solution"), UNFOLDED if name == "solution" else ""
    if name == "solution-end":
        return UNFOLDED, ""
    if name in TITLED_BY_ARGUMENT:
        return (f"**{argument}**\n" if argument else ""), ""
    word = WORDS.get(name, name.rpartition(":")[2].replace("-", " ").capitalize())
    detail = f" ({argument})" if argument else ""
    return f"**{word}{detail}**\n", ""


def _say(match: re.Match[str], names: Mapping[str, str]) -> str:
    """A role as words: its title if it has one, the name that belongs to it, else its target, readable."""
    role, content = match["role"], match["content"]
    titled = TITLED.match(content)
    if titled:
        return titled["title"]
    if role == "source":
        return f"`{content}`"
    if role == "eq" and content in names:
        return f"({names[content]})"
    if role.startswith("cite"):
        return _cite([names.get(key.strip(), key.strip()) for key in content.split(",")], role == "cite:t")
    if role in ("doc", "ref", "numref", "eq", "prf:ref"):
        return content.rsplit("/", 1)[-1].replace("-", " ")
    return content


def _cite(works: list[str], in_sentence: bool) -> str:
    """Works as "(authors, year; authors, year)", or with only their years in brackets as a part of the sentence."""
    if in_sentence:
        return " and ".join(re.sub(r", (\d+)$", r" (\1)", work) for work in works)
    return f"({'; '.join(works)})"
