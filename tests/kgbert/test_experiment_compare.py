"""Finished runs, compared: contrasts, claim, tables, and the command."""

import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from experiments import toy_pairs, toy_run, toy_slices, write_run
from kgbert.cli.compare import compare as command
from kgbert.errors import RunError
from kgbert.experiment import tables
from kgbert.experiment.claim import claim
from kgbert.experiment.compare import compare, default_contrasts
from kgbert.experiment.contrast import Contrast, Finding
from kgbert.experiment.found import Runs
from kgbert.experiment.pairs import Pairs
from kgbert.experiment.runs import Cell
from kgbert.experiment.scores import average_precision
from kgbert.experiment.statistics import Gain, Test, holm
from kgbert.experiment.tables import Table, latex, markdown

STRENGTH = {"A0": 0.6, "A1": 0.8, "A2": 0.7, "A8": 3.0, "A13": 0.9}
PAIRS = {task: toy_pairs(task, n_documents=20, per_document=6, seed=i) for i, task in enumerate(("CID", "DDI"))}


def made(conditions=tuple(STRENGTH), sizes=(100, 200), seeds=range(6)):
    random = np.random.default_rng(3)
    return tuple(
        toy_run(pairs, random, strength=STRENGTH[condition], condition=condition, size=size, seed=seed)
        for pairs in PAIRS.values()
        for size in sizes
        for condition in conditions
        for seed in seeds
    )


RUNS = Runs(made(), ())


@pytest.fixture(scope="module")
def compared():
    return compare(RUNS, replicates=300)


def of(comparison, y):
    return next(c for c in comparison.contrasts if c.contrast == Contrast("A8", y))


def test_by_default_the_full_system_meets_all_others_in_the_order_of_numbers(compared):
    assert [str(c.contrast) for c in compared.contrasts] == ["A8 - A0", "A8 - A1", "A8 - A2", "A8 - A13"]
    assert default_contrasts(["A0", "A1", "A2"]) == (Contrast("A1", "A0"), Contrast("A2", "A0"))


def test_a_gain_is_the_mean_over_seeds_and_cells(compared):
    ap = {(r.cell, r.condition, r.seed): average_precision(r) for r in RUNS.finished}
    cells = sorted({r.cell for r in RUNS.finished})
    by_seed = [np.mean([ap[c, "A8", s] - ap[c, "A0", s] for c in cells]) for s in range(6)]
    found = of(compared, "A0").overall
    assert found.cells == tuple(cells)
    assert found.gain.mean == pytest.approx(np.mean(by_seed))
    assert found.gain.sd == pytest.approx(np.std(by_seed, ddof=1))
    assert np.mean([f.gain.mean for f in of(compared, "A0").by_cell]) == pytest.approx(found.gain.mean)


def test_p_values_are_adjusted_for_all_contrasts_and_for_all_cells(compared):
    overall = [c.overall for c in compared.contrasts]
    assert [f.holm.p for f in overall] == pytest.approx(holm([f.test.p for f in overall]))
    assert [f.holm.p_both for f in overall] == pytest.approx(holm([f.test.p_both for f in overall]))
    cells = [f for c in compared.contrasts for f in c.by_cell]
    assert len(cells) == 16
    assert [f.holm.p_seeds for f in cells] == pytest.approx(holm([f.test.p_seeds for f in cells]))


def test_summaries_are_means_over_seeds_and_macro_averages(compared):
    ap = {(r.cell, r.seed): average_precision(r) for r in RUNS.finished if r.condition == "A1"}
    own = {s.cell: s for s in compared.summaries if s.condition == "A1"}
    cell = Cell("CID", 100)
    assert own[cell].mean["average_precision"] == pytest.approx(np.mean([ap[cell, s] for s in range(6)]))
    by_seed = [np.mean([ap[c, s] for c in compared.cells]) for s in range(6)]
    assert own[None].mean["average_precision"] == pytest.approx(np.mean(by_seed))
    assert own[None].sd["average_precision"] == pytest.approx(np.std(by_seed, ddof=1))


def inside(run, slice=("seen", "none"), *, of):
    return average_precision(run.within(of.slices[slice]))


def test_slices_rank_their_own_pairs(compared):
    found = next(s for s in of(compared, "A0").by_slice if (s.dimension, s.value) == ("seen", "none"))
    full = [run for run in RUNS.finished if run.condition == "A8"]
    assert found.x == pytest.approx(np.mean([inside(run, of=run) for run in full]))
    assert found.gain.mean == pytest.approx(found.x - found.y)
    gold = [run.pairs.gold[run.slices["seen", "none"]] for run in full]
    assert found.n_pairs == pytest.approx(np.mean([len(g) for g in gold]))
    assert found.n_relations == pytest.approx(np.mean([g.sum() for g in gold]))
    names = [(s.dimension, s.value) for s in of(compared, "A0").by_slice]
    assert names == [("long", "false"), ("long", "true"), ("seen", "both"), ("seen", "none"), ("seen", "one")]


def test_the_first_condition_says_what_is_in_a_slice_of_each_seed():
    runs = [
        replace(r, slices=toy_slices(len(r.pairs), seed=r.seed + (100 if r.condition == "A0" else 0)))
        for r in made(("A0", "A8"), sizes=(100,), seeds=range(3))
    ]
    found = compare(Runs(tuple(runs), ()), replicates=5).contrasts[0].by_slice[3]
    full = {(r.cell, r.seed): r for r in runs if r.condition == "A8"}
    assert (found.dimension, found.value) == ("seen", "none")
    assert found.x == pytest.approx(np.mean([inside(run, of=run) for run in full.values()]))
    others = [inside(r, of=full[r.cell, r.seed]) for r in runs if r.condition == "A0"]
    assert found.y == pytest.approx(np.mean(others))


def test_a_cell_counts_in_a_slice_where_every_seed_has_a_relation_in_it():
    lacking = (Cell("CID", 100), 2)
    runs = []
    for run in made(("A0", "A8"), seeds=range(3)):
        there = ~run.pairs.gold.any(1) if (run.cell, run.seed) == lacking else np.ones(len(run.pairs), bool)
        runs.append(replace(run, slices={("long", "true"): there}))
    (found,) = compare(Runs(tuple(runs), ()), replicates=5).contrasts[0].by_slice
    assert found.cells == (Cell("CID", 200), Cell("DDI", 100), Cell("DDI", 200))
    assert found.gain.seeds == (0, 1, 2)


def test_labels_and_rare_ones_are_slices_where_there_are_several():
    labels = ("CPR:3",) * 19 + ("CPR:6",)
    drawn = toy_pairs("ChemProt", labels=labels, n_documents=40).pairs
    pairs = Pairs.of("ChemProt", ("CPR:3", "CPR:6"), drawn)
    random = np.random.default_rng(5)
    runs = [
        replace(toy_run(pairs, random, strength=STRENGTH[c], condition=c, seed=s), slices={})
        for c in ("A0", "A8")
        for s in range(3)
    ] + [replace(run, slices={}) for run in made(("A0", "A8"), sizes=(200,), seeds=range(3))]
    found = {(s.dimension, s.value): s for s in compare(Runs(tuple(runs), ()), replicates=5).contrasts[0].by_slice}
    assert set(found) == {("label", "CPR:3"), ("label", "CPR:6"), ("rare", "false"), ("rare", "true")}
    rare, full = found["rare", "true"], [run for run in runs if run.condition == "A8" and run.cell.task == "ChemProt"]
    assert rare.cells == (Cell("ChemProt", 200),), "a task with one label has no rare one"
    gold, probability = pairs.gold[:, 1], [run.probability[:, 1] for run in full]
    assert rare.x == pytest.approx(np.mean([average_precision_score(gold, p) for p in probability]))
    assert (rare.n_relations, rare.n_pairs) == (gold.sum(), len(pairs))
    assert found["label", "CPR:6"] == replace(rare, dimension="label", value="CPR:6")


def test_nothing_depends_on_the_order_of_runs_or_on_other_conditions(compared):
    few = Runs(tuple(r for r in reversed(RUNS.finished) if r.condition in {"A0", "A8"}), ())
    alone = of(compare(few, replicates=300), "A0")
    assert alone.overall.gain == of(compared, "A0").overall.gain
    assert alone.overall.test == of(compared, "A0").overall.test
    assert alone.by_slice == of(compared, "A0").by_slice


def test_seeds_without_a_partner_are_left_out_and_named():
    lone = {("A0", 5), ("A8", 2)}
    kept = [r for r in made(("A0", "A8")) if (r.condition, r.seed) not in lone or r.cell != ("CID", 100)]
    found = compare(Runs(tuple(kept), ()), replicates=20)
    assert found.contrasts[0].overall.gain.seeds == (0, 1, 3, 4)
    assert found.contrasts[0].overall.left_out == (2, 5)
    assert [f.left_out for f in found.contrasts[0].by_cell] == [(2, 5), (), (), ()]
    assert "A8 - A0, CID 100: not paired, left out: seed 2, 5" in list(found.notes())


def test_seeds_trained_on_different_data_are_named():
    runs = [replace(r, data_sha256="other") if r.condition == "A8" and r.seed == 1 else r for r in made(("A0", "A8"))]
    found = compare(Runs(tuple(runs), ()), replicates=20)
    assert found.contrasts[0].overall.unlike == (1,)
    assert "A8 - A0, all cells: trained on different data: seed 1" in list(found.notes())


@pytest.mark.parametrize(
    ("contrast", "said"),
    [(Contrast("A8", "A7"), "A7 has no finished run; there are A0, A1"), (Contrast("A8", "A8"), "two different")],
)
def test_contrasts_that_cannot_be_made_are_refused(contrast, said):
    with pytest.raises(RunError, match=said):
        compare(RUNS, contrasts=[contrast], replicates=5)


def test_conditions_without_a_common_seed_are_refused():
    runs = (*made(("A0",), seeds=(1,)), *made(("A8",), seeds=(2,)))
    with pytest.raises(RunError, match="A8 - A0: no seed has both conditions"):
        compare(Runs(runs, ()), replicates=5)
    with pytest.raises(RunError, match="only condition A0"):
        compare(Runs(made(("A0",)), ()), replicates=5)


CELLS = (Cell("CID", 100), Cell("CID", 200))


def finding(mean=0.03, p=0.01, p_both=0.01, cells=CELLS, seeds=range(5), left_out=(), unlike=()):
    small, adjusted = Test(0.001, 0.5, 0.001), Test(p, 0.5, p_both)
    return Finding(cells, Gain(tuple(seeds), mean, 0.01, 0.01, 0.05, 3.0), small, adjusted, left_out, unlike)


WON = {Contrast("A8", y): finding() for y in ("A0", "A1", "A2", "A13")}


def test_the_claim_holds_where_all_contrasts_are_won():
    assert claim(WON, cells=CELLS).holds
    assert str(claim(WON, cells=CELLS)) == "knowledge helps: the claim holds"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (finding(p=0.05), "A8 - A13: Holm p of swaps = 0.050, not below 0.05"),
        (finding(mean=-0.03), "A8 - A13: the difference is -3.00 points, not positive"),
        (finding(p_both=0.06), "A8 - A13: Holm p over seeds and documents = 0.060, not below 0.05"),
        (finding(cells=CELLS[:1]), "A8 - A13: no paired runs in CID 200"),
        (finding(seeds=range(4)), "A8 - A13: 4 paired seeds, fewer than 5"),
        (finding(left_out=(7, 8)), "A8 - A13: without a partner: seed 7, 8"),
        (finding(unlike=(3,)), "A8 - A13: trained on different data: seed 3"),
    ],
)
def test_one_contrast_that_fails_prevents_the_claim_and_is_named(found, said):
    made = claim(WON | {Contrast("A8", "A13"): found}, cells=CELLS)
    assert (made.holds, made.against) == (False, (said,))


@pytest.mark.parametrize("missing", ["A0", "A1", "A2", "A13"])
def test_a_missing_condition_prevents_the_claim(missing):
    made = claim({c: f for c, f in WON.items() if c.y != missing}, cells=CELLS)
    assert made.against == (f"A8 - {missing}: was not compared",)


def test_the_claim_of_real_comparisons(compared):
    assert compared.claim.holds
    weaker = Runs(
        tuple(replace(r, condition={"A8": "A13", "A13": "A8"}.get(r.condition, r.condition)) for r in RUNS[0]), ()
    )
    assert any(
        reason.startswith("A8 - A13: the difference is -") for reason in compare(weaker, replicates=50).claim.against
    )


def test_markdown_is_escaped():
    table = Table("a_b", ("x|y", "<b>"), (("*1*", "-"),))
    assert markdown(table).splitlines() == ["### a\\_b", "", "| x\\|y | \\<b\\> |", "| :-- | --: |", "| \\*1\\* | - |"]


def test_latex_is_escaped():
    table = Table("50 % & more", ("CPR_3", "±"), (("[A]", "<.001"), ("*", r"\x{}~^$#")))
    lines = latex(table).splitlines()
    assert lines[2:5] == [r"\caption{50 \% \& more}", r"\begin{tabular}{lr}", r"\toprule"]
    assert lines[5] == r"CPR\_3 & $\pm$ \\"
    assert lines[7] == r"{[}A] & \textless{}.001 \\"
    assert lines[8] == r"{*} & \textbackslash{}x\{\}\textasciitilde{}\textasciicircum{}\$\# \\"


@given(st.text(alphabet="a|\\_&%$#{}~^*[]<>\n", max_size=12))
def test_no_word_breaks_out_of_its_cell(word):
    table = Table("t", ("a", "b"), ((word, "x"),))
    row = markdown(table).splitlines()[4]
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 3
    row = latex(table).splitlines()[7]
    assert len(re.findall(r"(?<!\\)&", row)) == 1
    assert row.endswith(" & x \\\\")


def test_tables_hold_what_was_found(compared):
    shown = tables.text(compared)
    gain = of(compared, "A13").overall.gain
    row = next(line for line in shown.splitlines() if line.startswith("| A8 - A13 | +"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:3] == [f"+{100 * gain.mean:.2f}", f"{100 * gain.sd:.2f}"]
    assert cells[3] == f"\\[+{100 * gain.low:.2f}, +{100 * gain.high:.2f}\\]"
    assert cells[4:10:2] == [".003", ".031", ".007"], "1 of 301, 2 of 64, 2 of 301"
    assert cells[-1] == "6"
    assert "| condition | CID 100 | CID 200 | DDI 100 | DDI 200 | all |" in shown
    assert tables.text(compared, format="latex").count(r"\toprule") == shown.count("###") == 11
    with pytest.raises(ValueError, match="html"):
        tables.text(compared, format="html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for run in made(("A0", "A8"), sizes=(100,), seeds=range(3)):
        write_run(run, folder / run.folder)
    (write_run(RUNS.finished[0], folder / "begun") / "metrics.json").unlink()
    return folder


def test_the_command_prints_tables_and_writes_figures(folder, tmp_path):
    out = tmp_path / "figures.json"
    done = CliRunner().invoke(command, [str(folder), "--replicates", "50", "--json", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "### Contrasts of average precision, all cells" in done.stdout
    assert "12 finished runs" in done.stderr
    assert re.search(r"1 unfinished, not used: .*begun", done.stderr)
    assert (
        "no claim that knowledge helps: A8 - A0: 3 paired seeds, fewer than 5; A8 - A1: was not compared" in done.stderr
    )
    figures = json.loads(out.read_text())
    assert [(c["x"], c["y"]) for c in figures["contrasts"]] == [("A8", "A0")]
    assert figures["contrasts"][0]["overall"]["seeds"] == [0, 1, 2]
    assert figures["unfinished"] == [str(folder / "begun")]
    assert figures["claim"]["holds"] is False


def test_the_command_takes_contrasts_and_writes_latex(folder):
    words = [str(folder), "--replicates", "20", "--contrast", "A0:A8", "--format", "latex"]
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert r"A0 - A8 & $-$" in done.stdout
    wrong = CliRunner().invoke(command, [str(folder), "--contrast", "A0"])
    assert wrong.exit_code == 2
    assert "expected two conditions" in wrong.stderr


def test_comparing_needs_no_torch_and_pictures_no_library_until_they_are_drawn():
    modules = ("compare", "tables", "plots", "found", "summaries")
    imports = "; ".join(f"import kgbert.experiment.{module}" for module in modules)
    code = f"import sys, kgbert.cli.compare; {imports}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "kgbert.experiment.plots" in loaded
    assert not {"matplotlib", "scipy", "sklearn", "torch", "transformers"} & set(loaded)
