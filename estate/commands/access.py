"""`estate access`: who can do what in the organization, as its stacks and guardrails make it."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from stacks.reach.deciding import Answer
    from stacks.reach.questions import Can, Questions, Stopped
    from stacks.reach.steps import Way

app = typer.Typer(no_args_is_help=True, add_completion=False)
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_COLORS = {"yes": "bold red", "depends": "bold yellow", "no": "bold green"}


@app.command()
def who(
    action: Annotated[str, typer.Argument(help="Such as s3:GetObject.")],
    resource: Annotated[
        str | None, typer.Argument(help="ARN; something of the kind in each account unless told otherwise.")
    ] = None,
    *,
    account: Annotated[
        str | None,
        typer.Option(help="Slug or id of the account whose resource it is; that of the ARN, else every one."),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Say who can do something: roles, users, people, pipelines, services, other accounts; and what stops those who nearly can."""
    from constructs_lib.policies.rules.actions import unknown_action
    from estate.console import fail
    from estate.opening import account_named

    unknown = unknown_action(action)
    if unknown or "*" in action or "?" in action:
        fail(f"{unknown.message} {unknown.cure}" if unknown else f"{action!r} is not one action; name one.")
    questions = opened_questions()
    named = account_named(questions.organization, account) if account else None
    can, stopped = questions.who(action, resource, named)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "action": action,
                    "can": [_can(each) for each in can],
                    "stopped": [_stopped(each) for each in stopped],
                },
                indent=2,
            )
        )
    else:
        _print_who(action, can, stopped, _console())


@app.command()
def of(
    principal: Annotated[
        str, typer.Argument(help="Such as group:Developers, person:ada, role:production/deploy, an ARN.")
    ],
    *,
    as_json: _Json = False,
) -> None:
    """Say what somebody can do, by themselves and as whom they become, condensed to what matters."""
    from estate.console import fail
    from stacks.reach.questions import matters

    questions = opened_questions()
    try:
        found = questions.of(questions.named(principal))
    except ValueError as error:
        fail(str(error))
    if as_json:
        rows = {
            key: [{"account": account.slug, "as": each.name, **_answer(answer)} for account, each, answer in entries]
            for key, entries in found.items()
        }
        typer.echo(json.dumps({"principal": principal, "can": rows}, indent=2))
        return
    from estate.listing import Listing

    lines = []
    for key, entries in found.items():
        for index, (account, each, answer) in enumerate(entries):
            verdict = "" if answer.verdict == "yes" else f" if {'; '.join(answer.needs)}"
            lines.append((matters()[key]["title"] if index == 0 else "", account.slug, f"{each.name}{verdict}"))
    _console().print(
        Listing(("What", "Where", "As"), lines) if found else f"{principal} can do nothing of what matters."
    )


@app.command()
def paths(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="Somebody: group:Developers, pipeline:…, role:…, an ARN.")
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="Somebody, or an account's slug: any identity in it.")],
    *,
    as_json: _Json = False,
) -> None:
    """Say how somebody becomes somebody else: memberships, assignments, roles, and escalations. Ends with 1 if there is a way."""
    from estate.console import fail

    questions = opened_questions()
    try:
        start = questions.named(source)
        end = questions.organization.accounts.get(target) or questions.named(target)
    except ValueError as error:
        fail(str(error))
    ways = questions.paths(start, end)
    if as_json:
        typer.echo(json.dumps([way_data(way) for way in ways], indent=2))
    else:
        console = _console()
        for way in ways:
            print_way(way, console, "")
        if not ways:
            console.print(f"There is no way from {source} to {target}.")
    if ways:
        raise typer.Exit(1)


@app.command()
def jewels(*, as_json: _Json = False) -> None:
    """Say who reaches what is worth protecting, and who of them should not. Ends with 1 if there is somebody."""
    from config.model.jewels import KINDS
    from stacks.reach.paths import Paths

    paths = Paths(opened_questions())
    wrong = list(paths.found())
    reached = list(paths.reached())
    if as_json:
        rows = [
            {
                "jewel": jewel.kind,
                "account": jewel.account.slug,
                "action": jewel.action,
                "resource": jewel.resource,
                "reached_by": [
                    {"who": who.name, "way": way_data(way), "needs": list(needs)} for who, way, needs in ways
                ],
            }
            for jewel, ways in reached
        ]
        found = [{"jewel": each.kind, "who": each.who.name, "path": each.sentence} for each in wrong]
        typer.echo(json.dumps({"jewels": rows, "not_theirs": found}, indent=2))
    else:
        from rich.text import Text

        console, kind = _console(), ""
        for jewel, ways in reached:
            if jewel.kind != kind:
                kind = jewel.kind
                console.print(Text.assemble((kind, "bold"), f"  {KINDS.get(kind, '')}"), soft_wrap=True)
            on = f" on {jewel.resource.rpartition(':')[2]}" if jewel.resource else ""
            console.print(f"  {jewel.action}{on} in {jewel.account.selector}", soft_wrap=True)
            names = [f"{who.name}{' (depends)' if needs else ''}" for who, _, needs in ways]
            console.print(Text(f"    {', '.join(names)}", "dim"), soft_wrap=True)
        for each in wrong:
            console.print(Text.assemble(("not theirs  ", "bold red"), f"{each.kind}: {each.sentence}"), soft_wrap=True)
    if wrong:
        raise typer.Exit(1)


def opened_questions() -> "Questions":
    """The organization, synthesized as it stands; a mistake in it ends the command."""
    from config import ConfigError
    from estate.access.opening import questions
    from estate.console import fail
    from estate.paths import config_directory
    from estate.problems import report
    from estate.terraform.synth import SynthError

    directory = config_directory().resolve()
    try:
        return questions(directory)
    except ConfigError as error:
        report(directory, error.problems)
        raise typer.Exit(1) from None
    except SynthError as error:
        fail(str(error))


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)


def _answer(answer: "Answer") -> dict[str, Any]:
    return {"verdict": answer.verdict, "needs": list(answer.needs)}


def _can(can: "Can") -> dict[str, Any]:
    return {
        "account": can.account.slug,
        "who": can.who.name,
        "resource": can.resource,
        **_answer(can.answer),
        "reached_by": [{"who": origin.name, "way": way_data(way)} for origin, way in can.origins],
    }


def _stopped(stopped: "Stopped") -> dict[str, Any]:
    return {
        "account": stopped.account.slug,
        "who": stopped.who.name,
        "stopped_by": [str(each) for each in stopped.reasons],
    }


def way_data(way: "Way") -> list[dict[str, Any]]:
    """The steps for machines."""
    return [
        {"from": step.source.name, "how": step.how, "to": step.target.name, "needs": list(step.needs)} for step in way
    ]


def _print_who(action: str, can: "list[Can]", stopped: "list[Stopped]", console: "Console") -> None:
    from rich.text import Text

    account = None
    for each in can:
        if each.account is not account:
            account = each.account
            console.print(Text.assemble((action, "bold"), f" in {account.selector}"), soft_wrap=True)
        word = "can" if each.answer.verdict == "yes" else "could"
        on = "" if each.resource == "*" else f" on {each.resource}"
        console.print(
            Text.assemble("  ", (word, _COLORS[each.answer.verdict]), f"  {each.who.name}{on}"), soft_wrap=True
        )
        for need in each.answer.needs:
            console.print(Text(f"         if {need}", "dim"), soft_wrap=True)
        for _, way in each.origins:
            print_way(way, console, "         ")
    if not can:
        console.print(Text.assemble((action, "bold"), ": nobody whom the stacks know can."))
    for index, nearly in enumerate(stopped):
        if index == 0:
            console.print(Text("Their own policies permit it, but they are stopped:", "dim"))
        console.print(
            f"  {nearly.who.name} by {'; '.join(str(reason) for reason in nearly.reasons[:2])}", soft_wrap=True
        )


def print_way(way: "Way", console: "Console", indent: str) -> None:
    """Print the steps on one line."""
    from rich.text import Text

    text = Text(f"{indent}{way[0].source.name}")
    for step in way:
        needs = f" (if {'; '.join(step.needs)})" if step.needs else ""
        text.append(f" → {step.how} ", "dim").append(step.target.name).append(needs, "dim")
    console.print(text, soft_wrap=True)
