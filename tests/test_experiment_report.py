"""The report of the registered experiments: what it shows, and above all when."""

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments import toy_pairs, toy_run
from graph.subgraph import Path as GraphPath
from graph.subgraph import Step
from kgbert.example import Example
from kgbert.experiment.config import ExperimentConfig
from kgbert.experiment.found import Runs
from kgbert.experiment.runs import Run
from kgbert.run_folder import finish
from kgbert.task import CHEMPROT

EXPERIMENTS = Path(__file__).parents[1] / "experiments"
PAIRS = toy_pairs("ChemProt", labels=("CPR:3", "CPR:4"), n_documents=10, per_document=6)
REGISTERED = ("A0", "A1", "A2", "A8", "A13")
PERFECT, POOR = 20.0, 1.0


def runs(conditions: tuple[str, ...] = REGISTERED, seeds: int = 10, *, full: Callable[[int], float]) -> Iterator[Run]:
    """A run of every condition and seed; A8 is as strong as ``full`` says of the seed, the others perfect."""
    random = np.random.default_rng(0)
    for condition in conditions:
        for seed in range(seeds):
            strength = full(seed) if condition == "A8" else PERFECT
            run = toy_run(PAIRS, random, strength=strength, condition=condition, seed=seed)
            yield replace(run, folder=Path(f"ChemProt-200-{condition}-{seed}"))


def configured(name: str) -> dict[str, dict]:
    found = ExperimentConfig.read(EXPERIMENTS / name).runs()
    return {run.out.name: run.to_dict() for run in found}


def test_the_second_registration_shares_no_seed_with_the_first_and_differs_in_what_it_says() -> None:
    first, second = configured("primary.yaml"), configured("second.yaml")
    assert {run["seed"] for run in first.values()}.isdisjoint({run["seed"] for run in second.values()})
    for name, run in second.items():
        old = first[f"{name.rpartition('-')[0]}-0"]
        assert run["model"] == old["model"] | {"scale_names": True}
        assert (run["evaluate_sample"], run["evaluate_skip"]) == (0, old["evaluate_sample"])
        same = ("task", "data", "evaluate_on", "graph", "train_size", "condition")
        assert [run[key] for key in same] == [old[key] for key in same]
        assert run["optimisation"] == old["optimisation"] | {"seed": run["seed"]}


def test_what_is_explored_has_the_settings_of_what_was_registered() -> None:
    first, second = ("exploratory.yaml", "retested.yaml"), ("beside.yaml", "swapped.yaml", "started.yaml")
    for grid, others in (("primary.yaml", first), ("second.yaml", second)):
        registered = configured(grid)
        for name, run in (item for other in others for item in configured(other).items()):
            task, size, _, seed = name.rsplit("-", 3)
            for key in ("start", "other_graph"):
                run.pop(key, None)
            assert run | {"condition": "A8"} == registered[f"{task}-{size}-A8-{seed}"]
    for grid, other in (("primary.yaml", "exploratory.yaml"), ("second.yaml", "beside.yaml")):
        assert configured(grid).keys().isdisjoint(configured(other)), "they share a folder"


def example(document: str, subject: str, object: str, steps: int) -> Example:
    """A window with one pair, and in the graph one path of so many ``steps`` between the two."""
    path = GraphPath(subject, tuple(Step("inhibits", True, object) for _ in range(steps)))
    return Example(
        document=f"{document}#0",
        input_ids=(),
        markers=(),
        arguments=(subject, object),
        concepts=(subject, object),
        confidences=(1.0, 1.0),
        mentions=(),
        pairs=((0, 1),),
        paths=((path,),),
    )


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The report on runs, of which those are registered that have a registered condition, and those of ``more``."""
    module = _module()
    examples = [example(*pair[:3], steps) for pair, steps in zip(PAIRS.pairs, cycle((1, 2)))]
    monkeypatch.setattr(module, "PICTURES", tmp_path)
    monkeypatch.setattr(module, "tested_on", lambda config: config.tested_on)

    def report(found: list[Run], *, more: tuple[str, ...] = ()) -> str:
        names = [*(run.folder.name for run in found if run.condition in REGISTERED), *more]
        asked = {name: SimpleNamespace(tested_on=examples, task=CHEMPROT) for name in names}
        return "\n".join(module.report(_registered(module, asked, found), 50))

    return report


def _registered(module: ModuleType, asked: dict[str, Any], found: list[Run], how: str = "FIRST") -> Any:
    runs = [run for run in found if run.folder.name in asked]
    return module.Registered.of(getattr(module, how), asked, runs, Runs(tuple(found), ()))


def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("registered_report", EXPERIMENTS / "report.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_is_compared_before_every_registered_run_is_there(lines: Callable[..., str]) -> None:
    said = lines(list(runs(full=lambda _: PERFECT)), more=("ChemProt-200-A8-10", "ChemProt-200-A0-10"))
    assert "50 of 52 registered runs are finished" in said
    assert said.endswith("10: 2")
    assert "|" not in said


def test_where_a_contrast_is_unsteady_more_seeds_come_before_any_test(lines: Callable[..., str]) -> None:
    def unsteady(seed: int) -> float:
        return PERFECT if seed % 2 else POOR

    said = lines(list(runs(full=unsteady)))
    assert said.endswith("seeds 10 to 19 are to be run before any test is looked at.")
    assert "|" not in said
    assert "Contrasts" in lines(list(runs(seeds=12, full=unsteady))), "with more seeds it is what it is"


def test_what_was_registered_is_tested_and_what_was_not_is_shown_apart(lines: Callable[..., str]) -> None:
    found = list(runs(full=lambda _: PERFECT))
    beside = list(runs(("A6",), 3, full=lambda _: PERFECT))
    alone, with_others = lines(found), lines([*found, *beside])
    assert "**no claim that knowledge helps" in alone
    assert {"related: direct", "related: path", "stated: inhibits"} <= set(alone.split(" | "))
    assert "beside the registered runs" not in alone
    registered, heading, exploratory = with_others.partition("beside the registered runs")
    assert registered.startswith(alone.rstrip()), "other runs change nothing of what was registered"
    assert heading
    assert "A8 − A6" in exploratory or "A8 - A6" in exploratory
    assert "p swaps" not in exploratory


def test_full_sizes_are_shown_without_tests() -> None:
    found = tuple(runs(("A0", "A8"), 1, full=lambda _: PERFECT))
    said = "\n".join(_module().full_sizes(Runs(found, ()), 50))
    assert "| A8 | 100.0 |" in said
    assert "A8 - A0" in said
    assert "p swaps" not in said


def test_pretrained_runs_stand_beside_their_registered_ones_once_those_may_be_read() -> None:
    module = _module()
    begun = list(runs(("A0", "A8"), 3, full=lambda _: PERFECT))
    registered = list(runs(full=lambda _: PERFECT))
    with_plain, alone = ("\n".join(module.beside(module.STARTED, begun, plain, 50)) for plain in (registered, []))
    assert "A8\\* - A0\\*" in alone
    assert "| A8 |" not in alone
    for contrast in ("A8\\* - A0\\*", "A0\\* - A0", "A8\\* - A8"):
        assert contrast in with_plain
    assert "p swaps" not in with_plain


def test_registered_runs_may_be_read_once_all_are_there_and_as_steady_as_their_rules_ask() -> None:
    module = _module()
    steady = list(runs(full=lambda _: PERFECT))
    unsteady = list(runs(full=lambda seed: PERFECT if seed % 2 else POOR))
    asked = {run.folder.name: None for run in steady}
    assert _registered(module, asked, steady).may_be_read
    assert not _registered(module, asked, steady[1:]).may_be_read
    assert not _registered(module, asked, steady[1:]).spread, "nothing is worked out before"
    assert not _registered(module, asked, unsteady).may_be_read
    assert _registered(module, asked, unsteady, how="SECOND").may_be_read, "its rules fix the number of seeds"


def test_altered_runs_are_compared_with_their_own_controls_the_plain_ones_and_text_alone() -> None:
    module = _module()
    altered = list(runs(("A8", "A2"), 3, full=lambda _: PERFECT))
    registered = list(runs(full=lambda _: PERFECT))
    said = "\n".join(module.beside(module.SCALED, altered, registered, 50))
    for contrast in ("A8+ - A2+", "A8+ - A8", "A2+ - A2", "A8+ - A0"):
        assert f"| {contrast} | ChemProt 200 |" in said
    assert "A13" not in said, "what was not altered has no part but for text alone"


def test_a_model_that_is_tested_twice_is_compared_with_itself_and_its_second_test_with_the_full_ones() -> None:
    module = _module()
    there = [*REGISTERED, "A12", "A14", "V4r", "V4ro"]
    found = [str(contrast) for contrast in module.retested(there)]
    assert found == ["V4r - V4ro", "V4ro - A14"], "A12 and A14 are compared with the full system anyway"


def test_gates_are_shown_by_condition_and_cell_whichever_way_they_opened(tmp_path: Path) -> None:
    found = []
    for run, gate in zip(runs(("A8", "A0"), 2, full=lambda _: PERFECT), (0.1, -0.3, None, None), strict=True):
        found.append(replace(run, folder=tmp_path / run.folder))
        found[-1].folder.mkdir()
        finish(found[-1].folder, {"gates": {} if gate is None else {"3": gate}})
    table = _module().gates(found)
    assert table.head == ("condition", "ChemProt 200")
    assert table.rows == (("A8", "0.200 ± 0.141"),)


def test_what_the_runs_were_computed_on_is_said(tmp_path: Path) -> None:
    found = [replace(run, folder=tmp_path / run.folder) for run in runs(("A0",), 3, full=lambda _: PERFECT)]
    assert _module().computed_on(found) == ""
    for run, device in zip(found, ('"device": "cpu"', '"device": "GPU X"', '"torch": "2"'), strict=True):
        run.folder.mkdir()
        (run.folder / "environment.json").write_text(f"{{{device}}}", encoding="utf-8")
    assert _module().computed_on(found) == " (1 on GPU X, 2 on cpu)"
