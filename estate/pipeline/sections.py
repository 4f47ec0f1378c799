"""Plans as readable text: one section a stack, and all of them in one comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from estate.guard.report import as_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estate.guard.summary import Summary
    from estate.guard.verdict import Verdict

LONGEST: Final = 60_000
"""GitHub and GitLab take comments of 65,536 and more characters."""
_OPEN: Final = "<details><summary>Terraform's plan</summary>\n\n```diff\n"
_CUT: Final = "\n\n… (cut: see `estate impact`)\n\n"
_CLOSE: Final = "```\n\n</details>\n"


def section(summary: Summary, verdict: Verdict, text: str) -> str:
    """One stack's plan.

    Args:
        summary: The plan, in short.
        verdict: What the guard says of it.
        text: The plan as Terraform writes it for people, with sensitive values left out.
    """
    found = as_markdown([summary], verdict)
    if summary.empty:
        return found
    fenced = text.strip().replace("```", "` ` `")
    return f"{found}\n{_OPEN}{fenced}\n{_CLOSE}"


def comment(sections: Mapping[str, str], impact: str = "", *, longest: int = LONGEST) -> str:
    """All stacks' sections in one comment; Terraform's text of the longest plans is left out where there is no room.

    Args:
        sections: Stack to section.
        impact: What the change does to accounts and access, which comes first.
        longest: Most characters.
    """
    start = _shortened(impact, longest // 2)
    return start + _plans(sections, longest - len(start))


def _shortened(impact: str, longest: int) -> str:
    """An impact with an empty line below; whole lines of its start if it is too long."""
    if len(impact) + 2 <= longest:
        return f"{impact}\n\n" if impact else ""
    kept = impact[: longest - len(_CUT)].rpartition("\n")[0]
    return f"{kept}{_CUT}"


def _plans(sections: Mapping[str, str], longest: int) -> str:
    if not sections:
        return "### Plans\n\nNo stack changes.\n"
    found = dict(sections)
    left_out: list[str] = []
    for name in sorted(found, key=lambda name: len(found[name]), reverse=True):
        if sum(map(len, found.values())) <= longest:
            break
        if _OPEN in found[name]:
            found[name] = found[name].partition(_OPEN)[0]
            left_out.append(name)
    text = "\n".join(found[name] for name in sorted(found))
    if left_out:
        text += f"\nToo long to show here, see the job's summary: {', '.join(sorted(left_out))}.\n"
    return text if len(text) <= longest else text[: longest - 40] + "\n\n… (cut: see the jobs' summaries)\n"
