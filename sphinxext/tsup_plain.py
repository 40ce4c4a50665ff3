"""MyST to the plain Markdown that Jupyter and Colab show: directives become headed text, roles become words."""

import re

FENCE = re.compile(r"^(?P<marks>`{3,}|:{3,})(?P<rest>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:-]+)\}\s*(?P<argument>.*)$")
OPTION = re.compile(r"^:[\w-]+:")
LABEL = re.compile(r"^\([\w:.-]+\)=$")
ROLE = re.compile(r"\{(?P<role>[\w:]+)\}`(?P<content>[^`]+)`")
TITLED = re.compile(r"^(?P<title>.+?)\s*<(?P<target>[^>]+)>$", re.DOTALL)

MATHEMATICS = "math"
SILENT = {"grid", "bibliography", "exercise-end", "solution-end", "tab-set", "glossary"}
TITLED_BY_ARGUMENT = {"admonition", "dropdown", "grid-item-card", "card", "tab-item", "margin", "sidebar"}
WORDS = {
    "exercise": "Exercise",
    "exercise-start": "Exercise",
    "solution": "Solution",
    "solution-start": "Solution",
}


def plain(text: str) -> str:
    """A Markdown cell with MyST's own constructs put into words."""
    lines = [line for line in _without_directives(text.splitlines()) if not LABEL.match(line.strip())]
    return re.sub(r"\n{3,}", "\n\n", ROLE.sub(_say, "\n".join(lines))).strip()


def _without_directives(lines: list[str]) -> list[str]:
    """The lines with directive fences, their options and their ends replaced."""
    out: list[str] = []
    open_fences: list[tuple[str, str]] = []  # marks, and what to write at the end
    in_options = False
    for line in lines:
        fence = FENCE.match(line.strip())
        if in_options and OPTION.match(line.strip()):
            continue
        in_options = False
        if open_fences and fence and fence["marks"] == open_fences[-1][0] and not fence["rest"].strip():
            out.append(open_fences.pop()[1])
        elif fence and (directive := DIRECTIVE.match(fence["rest"].strip())):
            start, end = _open(directive["name"], directive["argument"])
            out.append(start)
            open_fences.append((fence["marks"], end))
            in_options = True
        elif fence and not (open_fences and open_fences[-1][1] == line.strip()):
            out.append(line)
            open_fences.append((fence["marks"], fence["marks"]))
        else:
            out.append(line)
    return out


def _open(name: str, argument: str) -> tuple[str, str]:
    """What stands for a directive's first and last line."""
    if name == MATHEMATICS:
        return "$$", "$$"
    if name in SILENT:
        return "", ""
    if name in TITLED_BY_ARGUMENT:
        return (f"**{argument}**\n" if argument else ""), ""
    word = WORDS.get(name, name.replace("-", " ").capitalize())
    detail = f" ({argument})" if argument and not name.startswith("solution") else ""
    return f"**{word}{detail}**\n", ""


def _say(match: re.Match[str]) -> str:
    """A role as words: its title if it has one, else its target, readable."""
    role, content = match["role"], match["content"]
    titled = TITLED.match(content)
    if titled:
        return titled["title"]
    if role.startswith("cite"):
        return f"[{content}]"
    if role in ("doc", "ref", "numref", "eq", "prf:ref"):
        return content.rsplit("/", 1)[-1].replace("-", " ")
    return content
