"""`estate adopt`: write the configuration of an organization that exists."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from estate.paths import WORK, config_directory, shown

if TYPE_CHECKING:
    from estate.adoption.snapshot import Snapshot
    from estate.adoption.writing import Written


def adopt(
    *,
    into: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The configuration's directory, or a repository with config/.")
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Use what was read before; no credentials are needed.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to keep what is read; .estate/adoption/ if not said.")
    ] = None,
    role: Annotated[
        list[str] | None, typer.Option(help="A role by which accounts can be entered; the first that works is taken.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="The home region; that of the credentials if not said.")] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLACE", help="Another project's Terraform state, a file or s3://bucket/key: how it lets go."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The organization's name, for people.")] = None,
    slug: Annotated[str | None, typer.Option(help="Starts the names of resources; it can never change.")] = None,
) -> None:
    """Read an organization that exists, and write its configuration and lock. Nothing in AWS is changed.

    What was read is kept in .estate/adoption/, for the owner of that file only. Killed, the command goes on where it was;
    run again later, it reads everything anew and adds what is new. Afterwards `estate plan` shows nothing but imports.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from ruamel.yaml.error import YAMLError

    from config import ConfigError, examine
    from estate.adoption.files import as_a_whole
    from estate.adoption.reading import NotAdoptableError
    from estate.adoption.report import page, summary
    from estate.adoption.snapshot import SnapshotError, read_snapshot
    from estate.adoption.state import read_state, steps
    from estate.adoption.writing import WritingError
    from estate.console import fail, say
    from estate.problems import report
    from estate.terraform.synth import SynthError

    directory = _directory(into)
    try:
        found = read_snapshot(snapshot) if snapshot else _read(role or [], region, keep, directory)
        if not found.complete:
            fail(f"{snapshot}: not complete. Run `estate adopt` without --snapshot to read the rest.")
        states = {place: read_state(place) for place in state or ()}
        with as_a_whole(directory) as draft:
            written = _written(found, draft, name, slug)
            letting_go = [line for place, held in states.items() for line in steps(written.view, held, place)]
            (draft / "adoption.md").write_text("\n".join([page(written), *letting_go]), encoding="utf-8")
    except (NotAdoptableError, SnapshotError, WritingError, ConfigError, SynthError) as error:
        fail(str(error))
    except YAMLError:  # in a file of the configuration that is there: said as `estate check` says it
        report(directory, examine(directory)[1])
        raise typer.Exit(1) from None
    except (BotoCoreError, ClientError) as error:
        fail(f"{error}\nWhat was read is kept; run the command again to go on.")
    _tell(written, letting_go)
    say(f"{shown(directory)}: {summary(written)}; {len(written.added)} new entries. Nothing in AWS was changed.")
    _, problems = examine(directory)
    if problems:
        report(directory, problems)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)
    say(f"Read {shown(directory, 'adoption.md')}, then run: ESTATE_CONFIG={shown(directory)} estate plan")


def _tell(written: "Written", letting_go: list[str]) -> None:
    """Say how other projects let go, which slugs are not the name's, and what is new."""
    from estate.adoption.report import renamed
    from estate.console import say

    for line in letting_go:
        say(line)
    if several := renamed(written):
        say("Slugs that are not the name's, since others have it (rename before the first deploy, never after):")
        for kind, title, id_, given in several:
            say(f"  {kind:8} {title}  {id_}  {given}")
    for line in written.added:
        say(f"  + {line}")


def _directory(into: Path | None) -> Path:
    if into is None:
        return config_directory()
    into = into.resolve()
    return into / "config" if (into / "main.py").is_file() or (into / "config").is_dir() else into


def _read(roles: list[str], region: str | None, keep: Path | None, directory: Path) -> "Snapshot":
    """Read the organization; go on with what a killed run has read of the same one."""
    import boto3

    from estate.adoption.clients import ROLES, Clients
    from estate.adoption.reading import NotAdoptableError, Reader
    from estate.adoption.snapshot import Snapshot, read_snapshot
    from estate.adoption.writing import regions_of
    from estate.console import progress

    session = boto3.Session(region_name=region)
    if session.region_name is None:
        raise NotAdoptableError("No region: say --region, such as --region eu-central-1.")
    management = session.client("sts").get_caller_identity()["Account"]
    path = keep or WORK / "adoption" / f"{management}.json"
    begun = read_snapshot(path) if path.is_file() else None
    home, regions = session.region_name, regions_of(directory, session.region_name)
    same = begun is not None and not begun.complete and (begun.region, begun.regions) == (home, regions)
    found = begun if begun and same else Snapshot(home, regions)
    clients = Clients(session, session.region_name)
    Reader(clients, found, path, [*roles, *(each for each in ROLES if each not in roles)], progress).read()
    progress(f"kept in {shown(path)}; use it again with --snapshot")
    return found


def _written(found: "Snapshot", directory: Path, name: str | None, slug: str | None) -> "Written":
    from collections import Counter
    from contextlib import suppress

    from config import ConfigError
    from estate.adoption.jewels import accept_paths
    from estate.adoption.lockouts import accept_lockouts
    from estate.adoption.slugs import slug_of
    from estate.adoption.writing import write_configuration

    domains = Counter(account["Email"].rpartition("@")[2] for account in found.accounts.values())
    common = min(domains, key=lambda domain: (-domains[domain], domain)).partition(".")[0]
    title = name or common.replace("-", " ").title()
    written = write_configuration(
        found, directory, name=title, slug=slug or slug_of(title)[:20].strip("-") or "organization"
    )
    with suppress(ConfigError):  # what is wrong is reported as `estate check` does
        accept_lockouts(written)
        if written.new:  # what somebody adds later, they decide about themselves
            accept_paths(written)
    return written
