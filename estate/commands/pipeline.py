"""`estate pipeline`: write the CI system's pipeline, and what its jobs need."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from estate.console import fail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from config import Configuration
    from estate.pipeline.setting import Setting
    from estate.pipeline.settings import Finding

_T = TypeVar("_T")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_Base = Annotated[str, typer.Option(help="A git revision: only stacks whose Terraform JSON differs from its.")]
_Check = Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 if the file is not up to date.")]


@app.command()
def github(*, check: _Check = False) -> None:
    """Write .github/workflows/estate.yml, estate-review.yml, the rules of the branch, and CODEOWNERS if `ci.owners` is there."""
    from estate.pipeline.github.accounts import account_files
    from estate.pipeline.github.review import PATH as REVIEW
    from estate.pipeline.github.review import review
    from estate.pipeline.github.settings import RULESET, ruleset
    from estate.pipeline.github.workflow import PATH, github_of, workflow

    files = {PATH: _made(workflow), REVIEW: _made(review), **_made(account_files), **_owners("github")}
    rules = _made(lambda setting: ruleset(github_of(setting), owners=setting.ci.owners is not None))
    _write({**files, RULESET: rules}, check=check)


@app.command()
def gitlab(
    *,
    check: _Check = False,
    deploys: Annotated[bool, typer.Option("--deploys", hidden=True, help="Print the pipeline that applies.")] = False,
    kept: Annotated[Path, typer.Option(hidden=True, help="Holds what `estate plan --to` wrote.")] = Path("plans"),
    parent: Annotated[str, typer.Option(hidden=True, help="The id of the pipeline that planned.")] = "",
) -> None:
    """Write .gitlab-ci.yml for the organization."""
    from estate.pipeline.gitlab.deploys import deploys as pipeline_of
    from estate.pipeline.gitlab.pipeline import PATH, pipeline

    if deploys:
        plans, rest = _kept(kept)
        foundation = {name for name, route in plans.items() if route == "foundation"}
        made = _made(lambda setting: pipeline_of(setting, plans, rest, parent=parent, foundation=foundation))
        typer.echo(made, nl=False)
    else:
        _write({PATH: _made(pipeline), **_owners("gitlab")}, check=check)


_Branch = Annotated[str, typer.Option(help="What is merged into it is deployed.")]


@app.command()
def azure(*, check: _Check = False, branch: _Branch = "main") -> None:
    """Write azure-pipelines.yml for the organization; its jobs sign in as `ci.user`."""
    from estate.pipeline.others import AZURE
    from estate.pipeline.others import azure as pipeline_of

    _write({AZURE: _made(lambda setting: pipeline_of(setting, branch))}, check=check)


@app.command()
def bitbucket(*, check: _Check = False, branch: _Branch = "main") -> None:
    """Write bitbucket-pipelines.yml for the organization; its jobs sign in as `ci.user`."""
    from estate.pipeline.others import BITBUCKET
    from estate.pipeline.others import bitbucket as pipeline_of

    _write({BITBUCKET: _made(lambda setting: pipeline_of(setting, branch))}, check=check)


@app.command()
def atlantis(*, check: _Check = False, branch: _Branch = "main") -> None:
    """Write atlantis.yaml for the organization: a project for each stack."""
    from estate.pipeline.others import ATLANTIS
    from estate.pipeline.others import atlantis as pipeline_of

    _write({ATLANTIS: _made(lambda setting: pipeline_of(setting, branch))}, check=check)


@app.command()
def check() -> None:
    """Compare the repository's settings with what its pipeline relies on: the branch, environments, who approves.

    Asks GitHub with GH_TOKEN (or GITHUB_TOKEN), GitLab with GITLAB_TOKEN. What the token may not see is said. Ends with 1 if
    a setting is wrong.
    """
    import os

    from estate.pipeline.github.settings import github_findings
    from estate.pipeline.github.workflow import environments
    from estate.pipeline.gitlab.settings import gitlab_findings
    from estate.pipeline.settings import Api

    setting = _made(lambda setting: setting)
    ci, owners = setting.ci, setting.ci.owners is not None
    found: list[Finding] = []
    if ci.github:
        token = os.environ.get("GH_TOKEN") or os.environ.get("GITHUB_TOKEN") or ""
        api = Api(os.environ.get("GITHUB_API_URL", "https://api.github.com"), {"Authorization": f"Bearer {token}"})
        found += github_findings(api, ci.github, set(environments(setting)), owners=owners)
    if ci.gitlab:
        url = os.environ.get("CI_API_V4_URL", f"https://{ci.gitlab.host}/api/v4")
        api = Api(url, {"PRIVATE-TOKEN": os.environ.get("GITLAB_TOKEN", "")})
        guarding = {route.environment[1] for route in setting.routes.values() if route.by_gitlab}
        found += gitlab_findings(api, ci.gitlab, guarding, owners=owners)
    for finding in found:
        typer.echo(str(finding))
    if any(finding.good is False for finding in found):
        raise typer.Exit(1)


@app.command(hidden=True)
def stacks(
    *,
    base: _Base = "",
    part: Annotated[str, typer.Option("--slice", help="N/TOTAL: print that part of the stacks, one a line.")] = "",
) -> None:
    """Print the stacks to plan: all of them, or those that differ from a revision. For jobs.

    Prints `plan_<n>=[…]` for matrices of 256 jobs, and `later=…`, what their accounts are there for.
    """
    from estate.pipeline.github.steps import MATRIX

    organization, wanted = _stacks(base)
    if part:
        number, total = map(int, part.split("/"))
        for name in wanted[number - 1 :: total]:
            typer.echo(name)
        return
    setting = _made(lambda setting: setting, organization)
    _print(setting.plans(wanted, MATRIX))
    typer.echo(f"later={','.join(setting.later(wanted))}")


@app.command(hidden=True)
def kept(directory: Annotated[Path, typer.Argument(help="Holds what `estate plan --to` wrote.")]) -> None:
    """Print which stacks have a kept plan, and which have to be planned again after the others. For jobs.

    Prints `deploy_<group>_<n>=[…]` and `rest_<n>=[…]`, for matrices of 256 jobs.
    """
    from estate.pipeline.github.steps import MATRIX

    plans, rest = _kept(directory)
    foundation = [name for name, route in plans.items() if route == "foundation"]
    ordinary = set(plans) - set(foundation)

    def lists(setting: "Setting") -> dict[str, list[str]]:
        # Where the foundation route is a person's, the job of the ordinary one says who has to apply the plan.
        own = [name for name in foundation if name in setting.foundation]
        return setting.deploys({*ordinary, *foundation} - set(own), MATRIX, own) | setting.rest(rest, MATRIX)

    _print(_made(lists))


@app.command(hidden=True)
def request(
    *,
    why: Annotated[Path, typer.Option(help="Where it is written what is wrong with the answers.")] = Path("why.txt"),
) -> None:
    """Write the file of the new account that a form's answers ask for, and print its slug. For jobs.

    The answers are the environment variable REQUEST (GitHub's form), or REQUEST_<FIELD> each (GitLab's).
    """
    import os

    from estate.pipeline.requests import RequestError, answers_of, requested

    try:
        typer.echo(requested(answers_of(os.environ)))
    except RequestError as error:
        why.write_text(f"{error}\n", encoding="utf-8")
        fail(str(error))


@app.command(hidden=True)
def take(directory: Annotated[Path, typer.Argument(help="A checkout of the change.")]) -> None:
    """Take the configuration of another checkout, as data, in place of this one's. For jobs.

    Prints, as Markdown, what the other checkout takes from the guard's rules, and what else it changes: the program, the
    pipeline, the guard.
    """
    from estate.guard.proposed import PLACE, as_markdown
    from estate.paths import CHECKOUT
    from estate.pipeline.change import NotDataError, take_configuration, touched

    try:
        if (CHECKOUT / PLACE).is_dir():  # not where the app is a package
            weaker = as_markdown(directory)
            typer.echo(f"{weaker}\n" if weaker else "", nl=False)
        typer.echo(touched(CHECKOUT, directory), nl=False)
        take_configuration(CHECKOUT, directory)
    except NotDataError as error:
        fail(str(error))


@app.command(hidden=True)
def comment(
    directory: Annotated[Path, typer.Argument(help="Holds the sections, <stack>.md.")],
    *,
    base: Annotated[str, typer.Option(help="A git revision: also say what the change since then does.")] = "",
    first: Annotated[Path | None, typer.Option(help="A file whose text comes first.")] = None,
    report: Annotated[
        str, typer.Option(metavar="URL", help="Where the organization with this change is, as a page.")
    ] = "",
    rehearsal: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What `estate rehearse --json` wrote, if it could.")
    ] = None,
) -> None:
    """Print all sections as one comment. For jobs."""
    from estate.pipeline.sections import comment as comment_of

    sections = {path.stem: path.read_text(encoding="utf-8") for path in directory.glob("*.md")}
    start = first.read_text(encoding="utf-8") if first else ""
    page = f"[The organization with this change, on one page]({report})\n\n" if report else ""
    typer.echo(comment_of(sections, start + page + (_impact(base) if base else "") + _rehearsed(rehearsal)), nl=False)


@app.command(hidden=True)
def impact(
    base: Annotated[str, typer.Argument(help="A git revision.")],
    *,
    rehearsal: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What `estate rehearse --json` wrote, if it could.")
    ] = None,
) -> None:
    """Print what the change since a revision does, as Markdown. For jobs."""
    typer.echo(_impact(base) + _rehearsed(rehearsal))


@app.command(hidden=True)
def drift(
    plans: Annotated[Path, typer.Argument(help="Holds what `estate plan --to` wrote.")],
    drifts: Annotated[Path, typer.Argument(help="What `estate drift --json` printed.")],
) -> None:
    """Print the issue about what differs in AWS, as Markdown; nothing, if nothing does. For jobs."""
    import json

    from estate.kept.keeping import COUNTS
    from estate.pipeline.drift import issue

    counts = {path.name.removesuffix(COUNTS): json.loads(path.read_text("utf-8")) for path in plans.glob(f"*{COUNTS}")}
    typer.echo(issue(counts, json.loads(drifts.read_text(encoding="utf-8"))), nl=False)


def _impact(base: str) -> str:
    """What a change does. That the base has no (good) configuration is said there, and keeps nobody from seeing the plans."""
    from config import ConfigError
    from estate.access.compared import compared
    from estate.controls.impact_report import as_markdown
    from estate.controls.revisions import BaseError
    from estate.opening import open_organization
    from estate.paths import config_directory
    from estate.terraform.synth import SynthError

    after = open_organization()
    try:
        return as_markdown(compared(base, config_directory(), after), base)
    except (BaseError, ConfigError, SynthError) as error:
        return f"### What the change does cannot be told\n\n```\n{error}\n```"


def _rehearsed(rehearsal: Path | None) -> str:
    """What a rehearsal said, with a space above. That the trail could not be read is said there, too."""
    import json

    from estate.rehearsal.markdown import UNREAD, as_markdown

    if rehearsal is None:
        return ""
    found = as_markdown(json.loads(rehearsal.read_text(encoding="utf-8"))) if rehearsal.is_file() else UNREAD
    return f"\n\n{found}" if found else ""


def _kept(directory: Path) -> tuple[dict[str, str], list[str]]:
    """The stacks that have a kept plan, with its route, and those that have to be planned again."""
    from estate.kept.keeping import RECORD, REST
    from estate.kept.record import Record

    return (
        {path.name.removesuffix(RECORD): Record.read(path).route for path in sorted(directory.glob(f"*{RECORD}"))},
        [path.name.removesuffix(REST) for path in directory.glob(f"*{REST}")],
    )


def _print(lists: "Mapping[str, list[str]]") -> None:
    """Print lists as GitHub's jobs take them."""
    import json

    for name, found in lists.items():
        typer.echo(f"{name}={json.dumps(found)}")


def _stacks(base: str) -> "tuple[Configuration, list[str]]":
    """The configuration, and the stacks that differ from a revision; all, if there is none or git does not know it (any more)."""
    import json

    from config.capabilities.workloads import held
    from estate.opening import open_organization
    from estate.terraform import synth
    from estate.terraform.changed import Base, RevisionError

    try:
        synth.synthesize()
        before = Base(base) if base.strip("0") else None
        organization = open_organization(prove_access=False)  # synthesizing has proven it
        out_of_use = held(organization)
        found = json.loads((synth.OUT / "manifest.json").read_text(encoding="utf-8"))["stacks"]
        names = sorted(name for name in found if name not in out_of_use)
        try:
            return organization, before.changed(names, synth.OUT) if before else names
        except RevisionError:
            return organization, names
    except synth.SynthError as error:
        fail(str(error))


def _made(make: "Callable[[Setting], _T]", organization: "Configuration | None" = None) -> "_T":
    from config import ConfigError, load
    from estate.paths import config_directory
    from estate.pipeline.setting import NoPipelineError, Setting

    try:
        return make(Setting.of(organization or load(config_directory())))
    except (ConfigError, NoPipelineError) as error:
        fail(str(error))


def _owners(system: str) -> dict[str, str]:
    """CODEOWNERS, if the configuration says who owns what."""
    from config import ConfigError, load
    from estate.paths import config_directory
    from estate.pipeline.owners import PATHS, codeowners

    try:
        organization = load(config_directory())
    except ConfigError as error:
        fail(str(error))
    if organization.ci is None or organization.ci.owners is None:
        return {}
    return {PATHS[system]: codeowners(organization)}


def _write(files: dict[str, str], *, check: bool) -> None:
    from estate.paths import CHECKOUT

    stale = [name for name, text in files.items() if not _same(CHECKOUT / name, text)]
    if check:
        if stale:
            fail(f"{', '.join(stale)}: not up to date. Write it again with `estate pipeline`.")
        return
    for name, text in files.items():
        if name in stale:
            path = CHECKOUT / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        typer.echo(f"{name} {'written' if name in stale else 'is up to date'}. Commit it.")


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
