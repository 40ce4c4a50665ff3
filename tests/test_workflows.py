"""What runs on the public repository: workflows without mistakes, and a citation that is read."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([\w-]+(?: [\w-]+)*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
every_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)


def mistakes(workflow: Path) -> list[dict]:
    command = ["node", str(ROOT / "tests" / "workflows.mjs"), str(workflow)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def against(schema: str, file: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def commands(workflow: Path) -> list[str]:
    jobs = yaml.safe_load(workflow.read_text())["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def test_there_are_workflows_that_check_publish_and_look_again_every_week():
    assert [workflow.stem for workflow in WORKFLOWS] == ["ci", "publish", "weekly"]


@every_workflow
def test_a_workflow_has_no_mistake(workflow):
    assert mistakes(workflow) == []
    checked = against("vendor.github-workflows", workflow)
    assert checked.returncode == 0, checked.stdout


def test_a_mistake_in_a_workflow_is_found(tmp_path):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text().replace("make test", "echo ${{ steps.none.outputs.path }}"))
    assert [found["kind"] for found in mistakes(wrong)] == ["expression"]


@every_workflow
def test_a_workflow_asks_for_what_the_makefile_has(workflow):
    targets = {name for line in TARGETS for name in line.split()}
    asked = {target for command in commands(workflow) for target in re.findall(r"\bmake ([\w-]+)", command)}
    assert asked <= targets


def test_every_week_the_pages_are_executed_the_links_asked_and_the_wheel_tried():
    jobs = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text())["jobs"]
    assert jobs["fresh"]["strategy"]["matrix"]["target"] == ["pages", "links", "wheel", "plain"]


def test_the_citation_is_of_the_format_that_it_names():
    checked = against("vendor.citation-file-format", ROOT / "CITATION.cff")
    assert checked.returncode == 0, checked.stdout


def test_binder_finds_its_environment_and_what_it_runs_once_can_be_run():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert any("pip" in one for one in environment["dependencies"] if isinstance(one, dict))
    script = ROOT / "postBuild"
    assert script.stat().st_mode & 0o100
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    for code in re.findall(r'python -c "(.+)"', script.read_text()):
        compile(code, "postBuild", "exec")
