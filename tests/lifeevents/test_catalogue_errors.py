"""Each mistake in the YAML is named with its file and line, and all of them at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lifeevents.catalogue import ROOT, CatalogueError, Problem, load_catalogue
from tests.lifeevents.mistakes_of_fields import FIELDS
from tests.lifeevents.mistakes_of_meaning import MEANING
from tests.lifeevents.mistakes_of_shape import SHAPE, Mistake
from tests.lifeevents.mistakes_of_when import WHENS
from tests.lifeevents.tree import BANK, BENEFIT, BIRTH, CHILD, FILES, REG, TOWN, swap, write

MISTAKES = SHAPE | MEANING | FIELDS | WHENS
ELSEWHERE = {
    "town/code": (TOWN, "code"),
    "benefit/service": (BENEFIT, "service"),
    "birth/place": (BIRTH, "- id: place"),
}
"""Where another file than the one with the mistake is named."""


def problems_of(root: Path) -> list[Problem]:
    """What is wrong with the catalogue in a folder."""
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(root)
    return caught.value.problems


def line_of(file: Path, start: str) -> int:
    """The first line that starts so, indent aside."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(start))


def test_the_small_catalogue_is_right(tmp_path: Path) -> None:
    assert set(load_catalogue(write(tmp_path)).services) == {"birth", "benefit"}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, mistake: Mistake) -> None:
    name, old, new, start, words = mistake
    write(tmp_path, swap(name, old, new))
    (problem,) = problems_of(tmp_path)
    named, start = ELSEWHERE.get(start, (name, start))
    assert (problem.file, problem.line) == (tmp_path / named, line_of(tmp_path / named, start))
    assert words in problem.message


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"id: a\nname: [x\nshort: y\n", 3, "not correct YAML"),
        (b"id: a\n\tname: x\n", 2, "not correct YAML"),
        (b"id: a\nname: 'x\n", 2, "not correct YAML"),
        (b"id: a\n---\nid: b\n", 2, "not correct YAML"),
        (b"id: a\nname: *b\n", 2, "not correct YAML"),
        (b"id: \x00\n", 1, "not correct YAML"),
        (b"id: a\nname: x\nshort: \x07y\n", 3, "a sign that cannot be seen stands in this line"),
        (b"id: a\nname: \xff\n", 2, "UTF-8"),
        (b"", 1, "is empty"),
        (b"# nothing here\n", 1, "is empty"),
        (b"- id: a\n", 1, "must "),
        (b"id: &a [*a]\n", 1, "holds itself"),
        (b"id: " + b"[" * 3000 + b"]" * 3000, 1, "nested too deep"),
    ],
)
@pytest.mark.parametrize("name", ["agencies/x.yaml", "fields/x.yaml"])
def test_what_is_no_yaml_is_named(tmp_path: Path, name: str, content: bytes, line: int, words: str) -> None:
    write(tmp_path)
    (tmp_path / name).write_bytes(content)
    (problem,) = problems_of(tmp_path)
    assert (problem.file, problem.line) == (tmp_path / name, line)
    assert words in problem.message


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    broken = {**FILES}
    broken[TOWN] = "id: [\n"
    broken[REG] = (
        broken[REG].replace("subject: family", "subject: friends").replace("max_age: 60", "max_age: x", 1)
    )
    broken[CHILD] = broken[CHILD].replace("- birth", "- berth")
    write(tmp_path, broken)
    found = [(str(problem.file.relative_to(tmp_path)), problem.line) for problem in problems_of(tmp_path)]
    assert found == [(TOWN, 2), (CHILD, 6), (REG, 4), (REG, 10), (BENEFIT, 19)]


def test_a_broken_file_is_not_also_called_missing(tmp_path: Path) -> None:
    files = {**FILES, BANK: "id: 1\n", BIRTH: "id: [\n"}
    named = {problem.file.name for problem in problems_of(write(tmp_path, files))}
    assert named == {"bank.yaml", "birth.yaml"}


def test_the_same_field_in_two_files(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "fields/zoo.yaml": "# twice\n" + FILES[REG].split("reg.children")[0]})
    (problem,) = problems_of(tmp_path)
    assert (problem.file.name, problem.line) == ("zoo.yaml", 2)
    assert "reg.yaml" in problem.message


def test_services_that_wait_for_each_other(tmp_path: Path) -> None:
    circle = "after: {service: benefit, field: reg.name, match: kid, reason: {nl: a, en: a}}\nproduces: child"
    write(tmp_path, swap(BIRTH, "produces: child", circle))
    benefit = (tmp_path / BENEFIT).read_text(encoding="utf-8")
    group = "ask:\n  - id: kid\n    title: {nl: a, en: a}\n    repeat: 2\n    questions:\n"
    question = "      - {id: x, kind: text, label: {nl: a, en: a}}\n"
    (tmp_path / BENEFIT).write_text(
        benefit.replace("ask:\n", f"produces: x\n{group}{question}"), encoding="utf-8"
    )
    (problem,) = problems_of(tmp_path)
    assert (problem.file.name, problem.line) == ("benefit.yaml", line_of(tmp_path / BENEFIT, "service:"))
    assert "benefit → birth → benefit" in problem.message


def test_a_missing_folder_and_a_file_that_is_not_read(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / CHILD).rename(tmp_path / "child.yaml")
    (tmp_path / "events").rmdir()
    (tmp_path / "services" / "moving.yml").write_text("id: moving\n", encoding="utf-8")
    assert [problem.file.name for problem in problems_of(tmp_path)] == ["events", "moving.yml"]


def test_decreed_days_are_checked_too(tmp_path: Path) -> None:
    files = {
        **FILES,
        "parameters/decreed-days.yaml": "verified: false\nsource: x\ndays:\n  - 2026-01-02\n  - 2026-02-30\n",
    }
    (problem,) = problems_of(write(tmp_path, files))
    assert (problem.file.name, problem.line) == ("decreed-days.yaml", 5)
    assert "must be a date" in problem.message


def test_amounts_of_the_penalty_are_checked_too(tmp_path: Path) -> None:
    law = "article: {name: x, verified: true}, source: x"
    table = f"  - {{since: 2020-01-01, {law}, rates: [{{days: 14, euros: 23}}]}}"
    files = {**FILES, "parameters/penalty.yaml": f"tables:\n{table}\n{table.replace('2020', '2019')}\n"}
    (problem,) = problems_of(write(tmp_path, files))
    assert problem.file.name == "penalty.yaml"
    assert "must stand in order" in problem.message


def test_a_problem_reads_as_one_line_to_click_on(tmp_path: Path) -> None:
    write(tmp_path, swap(BIRTH, "noun:", "nown: x\nnoun:"))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert str(caught.value) == f"{tmp_path / BIRTH}:4: unknown key 'nown': correct its spelling or remove it"


def test_what_yaml_elsewhere_takes_for_a_time_or_an_answer_is_the_text_that_stands_there(
    tmp_path: Path,
) -> None:
    # YAML 1.1 makes 253 of 4:13, and false of no.
    files = swap(BENEFIT, "article: {name: a law, verified: true}", "article: {name: 4:13, verified: true}")
    found = load_catalogue(write(tmp_path, files)).services["benefit"].remedy_term
    assert found is not None
    assert found.article.name == "4:13"
    (problem,) = problems_of(write(tmp_path, swap(BENEFIT, "penalty: true", "penalty: no")))
    assert problem.message == "'penalty' must be true or false, without quotes"


@pytest.mark.parametrize("service", ["verhuismelding", "kinderbijslag"])
def test_what_goes_out_by_itself_must_look_first_whether_somebody_died(tmp_path: Path, service: str) -> None:
    folder = Path(shutil.copytree(ROOT, tmp_path / "own"))
    file = folder / "services" / f"{service}.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("brp.alive, ", ""), encoding="utf-8")
    (problem,) = problems_of(folder)
    assert (problem.file, problem.line) == (file, line_of(file, "fields"))
    assert "add 'brp.alive', so that nothing goes out after a death" in problem.message
