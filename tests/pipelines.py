"""The jobs of the generated pipelines, run as GitHub and GitLab run them: their own scripts, with nothing but a token."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time

import yaml

from estate.kept.record import commit_of_checkout
from estate.local.session import web_identity_token
from estate.paths import CHECKOUT
from estate.pipeline.github import workflow as github
from estate.pipeline.setting import Setting

SUBJECTS = {
    "environment": "repo:acme@100/zone@200:environment:production",
    "branch": "repo:acme@100/zone@200:ref:refs/heads/main",
    "pull_request": "repo:acme@100/zone@200:pull_request",
}
PROFILE = "matrix.stack == 'management' && 'management' || 'pipeline'"
# What a repository with the app has, as far as jobs read it; the organization's data are its own.
_PROGRAM = ("main.py", "cdktf.json", "pyproject.toml", "Pipfile.lock", ".terraform.lock.hcl", ".gitignore")
_ROOMS = ("config", "constructs_lib", "estate", "extensions", "stacks")
_OF_A_USER = re.compile(r"config/(accounts/|policies/|(organization|approvals)[^/]*\.yaml)")


class Repository:
    """A git repository with the app and a small organization, whose branch main is what is deployed."""

    def __init__(self, directory, small):
        self.directory = directory
        listed = git(CHECKOUT, "ls-files", "--cached", "--others", "--exclude-standard", *_PROGRAM, *_ROOMS)
        for name in listed.splitlines():
            if not _OF_A_USER.match(name) and (CHECKOUT / name).is_file():
                (directory / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(CHECKOUT / name, directory / name)
        shutil.copytree(small.config, directory / "config", dirs_exist_ok=True)
        git(directory, "init", "--quiet", "--initial-branch", "main")
        self.commit()

    def commit(self, branch="main"):
        """Commit everything that is there to a branch; the commit."""
        git(self.directory, "checkout", "--quiet", "-B", branch)
        git(self.directory, "add", "--all")
        git(self.directory, *_AUTHOR, "commit", "--quiet", "--allow-empty", "--message", "Change")
        return git(self.directory, "rev-parse", "HEAD").strip()

    def request(self, changes):
        """Commit changes (a file's path to a function of its text, or None to delete it) to the branch `request`."""
        for path, change in changes.items():
            file = self.directory / path
            if change is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(change(file.read_text() if file.exists() else ""))
        return self.commit("request")

    def checkout(self, directory, revision="main"):
        """A checkout of its own, as runners make one."""
        git(self.directory, "clone", "--quiet", "--no-checkout", self.directory, directory)
        git(directory, "checkout", "--quiet", "-B", "job", f"origin/{revision}")
        return directory


_AUTHOR = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")


def git(directory, *arguments):
    done = subprocess.run(["git", *map(str, arguments)], cwd=directory, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Runner:
    """Runs a job's own scripts, as GitHub's runners do; the actions before them are there already.

    Args:
        small: The deployed organization.
        directory: The workspace: an empty directory, in which jobs run this program, or a checkout, whose own they run.
        write: What writes the workflow.
    """

    def __init__(self, small, directory, write=github.workflow):
        self.small, self.directory = small, directory
        self.own_program = (directory / "main.py").is_file()
        self.workflow = yaml.safe_load(write(Setting.of(small.organization)))
        self.tools = directory / ".estate/runner"
        self.tools.mkdir(parents=True)
        (directory / ".venv").symlink_to(CHECKOUT / ".venv")
        self.program("curl", "cat $TOKEN_FILE")
        self.program("jq", "cat")
        self.program("gh", f"cat {self.tools}/head")
        self.head(commit_of_checkout())
        self.outputs = {}
        self._jobs = 0

    def program(self, name, does):
        """Put a program in place of one that asks GitHub."""
        (self.tools / name).write_text(f"#!/bin/sh\n{does}\n")
        (self.tools / name).chmod(0o755)

    def head(self, commit):
        """Let GitHub say that the branch is at a commit."""
        (self.tools / "head").write_text(commit)

    def plan(self, stack, event="push", code=0):
        return self.run("plan_0", stack, event, code=code)

    def deploy(self, stack, **more):
        """Run the last job that deploys; on the foundation route if the stack's record says so."""
        record = self.directory / "plans" / f"{stack}.record.json"
        route = json.loads(record.read_text())["route"] if record.exists() else "ordinary"
        foundation = route == "foundation"
        groups = Setting.of(self.small.organization).groups
        (name,) = (one.name for one in groups if stack in one.stacks and one.route.is_foundation is foundation)
        return self.run(f"deploy_{name}_0", stack, **more)

    def whole(self, kill=None):
        """Run the workflow as a push does, each approval given; what each job printed, by its name and stack.

        Args:
            kill: A stack, and the call to AWS at which the job that applies it is killed: the workflow ends there.
        """
        printed, artifacts = {}, self.tools / "artifacts"
        for name, job in self.workflow["jobs"].items():
            for stack in self._matrix(name, job):
                shutil.rmtree(self.directory / "plans", ignore_errors=True)
                for step in job["steps"]:
                    if "download-artifact" in step.get("uses", ""):
                        wanted = step["with"].get("pattern") or step["with"]["name"]
                        for found in artifacts.glob(self._filled({"name": wanted}, stack, "push")["name"]):
                            shutil.copytree(found, self.directory / "plans", dirs_exist_ok=True)
                if kill and kill[0] == stack and "deploy_" in name:
                    self.run(name, stack, kill_after=kill[1])
                    return printed
                printed[name, stack] = self.run(name, stack)
                if self.own_program:  # as each job has a checkout of its own
                    git(self.directory, "checkout", "--quiet", "--force", "job")
                for step in job["steps"]:
                    if "upload-artifact" in step.get("uses", "") and (self.directory / "plans").is_dir():
                        kept = self._filled({"name": step["with"]["name"]}, stack, "push")["name"]
                        shutil.copytree(self.directory / "plans", artifacts / kept)
        return printed

    def _matrix(self, name, job):
        """For which stacks a job runs; none, and it is skipped."""
        if "strategy" not in job:
            return [] if name == "rest_plans" and "rest_0" not in self.outputs else [""]
        of, output = re.search(r"needs\.(\w+)\.outputs\.(\w+)", job["strategy"]["matrix"]["stack"]).groups()
        return json.loads(self.outputs[of][output]) if of in self.outputs else []

    def run(self, job, stack="", event="push", *, subject=None, code=0, kill_after=None):
        """Run a job for a stack, in a workspace of its own; what its steps printed. Plans go on from job to job."""
        self._jobs += 1
        if "plan_" in job:
            shutil.rmtree(self.directory / "plans", ignore_errors=True)
        token, output = self.tools / "token", self.tools / "output"
        output.write_text("")
        environment = self.workflow["jobs"][job].get("environment")
        own = f"repo:acme@100/zone@200:environment:{environment}" if environment else SUBJECTS["branch"]
        token.write_text(token_of_github(sub=subject or own))
        variables = {
            **{name: value for name, value in self.small.variables.items() if not self._is_own(name)},
            **self._filled(self.workflow["env"], stack, event),
            **self._filled(self.workflow["jobs"][job].get("env", {}), stack, event),
            "PATH": f"{self.tools}:{self.small.variables['PATH']}",
            "CDKTF_OUTDIR": str(self.tools / f"job-{self._jobs}" / "cdktf.out"),
            # A profile's credentials are fetched before the SDK looks at the general endpoint.
            "AWS_ENDPOINT_URL_STS": self.small.local.endpoint,
            "TOKEN_FILE": str(token),
            "RUNNER_TEMP": str(self.tools),
            "GITHUB_STEP_SUMMARY": str(self.tools / "summary.md"),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_RUN_ID": "12345678901",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x",
            "ACTIONS_ID_TOKEN_REQUEST_URL": "https://example.com/?x",
            **({} if self.own_program else {"PYTHONPATH": str(CHECKOUT)}),
        }
        printed = ""
        for step in self.workflow["jobs"][job]["steps"]:
            if "run" not in step or step["name"].startswith("Install"):
                continue
            done = subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.directory,
                env={**variables, **self._filled(step.get("env", {}), stack, event)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            if kill_after and step["name"].startswith("Apply"):
                self._kill(done, kill_after)
                return printed
            printed += done.communicate()[0]
            if done.returncode:
                assert done.returncode == code, printed
                return printed
        assert code == 0, printed
        self.outputs[job] = dict(line.partition("=")[::2] for line in output.read_text().splitlines())
        return printed

    def _kill(self, process, call):
        """Kill a step and all that it started, when AWS has got this call since it began."""
        start = len(self.small.local.log.read_text().splitlines())
        while not any(call in line for line in self.small.local.log.read_text().splitlines()[start:]):
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def section(self, stack):
        return (self.directory / "plans" / f"{stack}.md").read_text()

    def _filled(self, variables, stack, event):
        known = {
            "matrix.stack": stack,
            "github.event_name": event,
            "needs.stacks.outputs.later": self.outputs.get("stacks", {}).get("later", ""),
            "runner.temp": str(self.tools),
            "steps.report.outputs.artifact-url": "https://example.com/report",
            PROFILE: "management" if stack == "management" else "pipeline",
        }
        return {
            name: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: known.get(found[1], "x"), str(value))
            for name, value in variables.items()
        }

    def _is_own(self, name):
        """Whether a variable of this process must not reach a job: what it would sign in by, and whose files it reads."""
        return name in _CREDENTIALS or (self.own_program and name in _PLACES)


_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")
_PLACES = ("ESTATE_CONFIG", "ESTATE_EXTENSIONS", "PYTHONPATH")


def token_of_github(**changes):
    """A token as GitHub issues it to a job of the repository."""
    claims = {
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": SUBJECTS["environment"],
        "repository_id": "200",
        "repository_owner_id": "100",
        "ref": "refs/heads/main",
    }
    return web_identity_token(**{**claims, **changes})


class GitlabRunner:
    """Runs the scripts of GitLab's jobs. A Python of its own leads to the local AWS: scripts forget what variables say.

    Args:
        small: The deployed organization.
        directory: The workspace: an empty directory, in which jobs run this program, or a checkout, whose own they run.
    """

    def __init__(self, small, directory):
        self.small, self.directory = small, directory
        self.setting = Setting.of(small.organization)
        self.own_program = (directory / "main.py").is_file()
        self.tools = directory / ".estate/runner"
        python = self.tools / "venv/bin/python"
        python.parent.mkdir(parents=True)
        (directory / ".venv").symlink_to(self.tools / "venv")
        given = ("AWS_ENDPOINT", "TF_", "CHECKPOINT", "HTTP_", "NO_PROXY", *(() if self.own_program else _PLACES))
        lead = {name: value for name, value in small.variables.items() if name.startswith(given)}
        lead |= {"AWS_ENDPOINT_URL_STS": small.local.endpoint, "AWS_EC2_METADATA_DISABLED": "true"}
        if not self.own_program:
            lead |= {"CDKTF_OUTDIR": str(self.tools / "cdktf.out"), "PYTHONPATH": str(CHECKOUT)}
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in lead.items())
        python.write_text(f'#!/bin/sh\n{exports}exec {CHECKOUT}/.venv/bin/python "$@"\n')
        python.chmod(0o755)
        self._program("curl", "exit 22")
        if not self.own_program:
            git = f'fetch*) ;; *FETCH_HEAD) cat {self.tools}/head ;; *) exec {shutil.which("git")} "$@" ;;'
            self._program("git", f'case "$*" in {git} esac')
            self.head(commit_of_checkout())

    def _program(self, name, does):
        (self.tools / name).write_text(f"#!/bin/sh\n{does}\n")
        (self.tools / name).chmod(0o755)

    def head(self, commit):
        """Let GitLab say that the branch is at a commit."""
        (self.tools / "head").write_text(commit)

    def run(self, job, code=0, ref="main", **variables):
        """Run a job; what it printed."""
        guarded = "environment" in job
        installed = f"ln -sfn {self.tools}/venv .venv"
        script = "\n".join(installed if "apt-get" in text else text for text in job["script"])
        claims = {
            "iss": "https://gitlab.com",
            "aud": "https://gitlab.com",
            "sub": f"project_path:acme/zone:ref_type:branch:ref:{ref}",
            "project_id": "300",
            "ref_protected": "true" if ref == "main" else "false",
        }
        claims |= {"environment": job["environment"]["name"]} if guarded else {}
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.directory,
            env={
                "PATH": f"{self.tools}:{self.small.variables['PATH']}",
                "HOME": str(self.directory),
                "ESTATE_ID_TOKEN": web_identity_token(**claims),
                "CI_PROJECT_PATH": "acme/zone",
                "CI_PROJECT_ID": "300",
                "CI_API_V4_URL": "https://gitlab.com/api/v4",
                "CI_JOB_TOKEN": "x",
                "CI_PIPELINE_ID": "77",
                "CI_COMMIT_SHA": "0" * 40,
                "CI_COMMIT_BRANCH": ref,
                **variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        for text in job.get("after_script", []):
            subprocess.run(["bash", "-c", text], cwd=self.directory, check=True)
        return done.stdout
