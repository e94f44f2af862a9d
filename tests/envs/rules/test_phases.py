"""Phases have the same numbers in the table of the rules, in the files and in the order in which a turn runs them."""

import ast
import re
from pathlib import Path

import straits.envs.rules as rules

FOLDER = Path(rules.__file__).parent
STAGES = ("apply_actions", "update_responses", "draw_events", "compute_rewards")
AT_THE_END = {"end", "recover_rest"}  # they end the turn and its cooldowns


def phase_of_files():
    table = re.findall(r"\| (\d+) \| ((?:`\w+`(?:, )?)+)", rules.__doc__)
    return {name: int(phase) for phase, names in table for name in re.findall(r"`(\w+)`", names)}


def test_files_name_the_phase_of_the_table():
    for name, phase in phase_of_files().items():
        first = ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8")))
        assert int(re.search(r"\(phase (\d+)", first)[1]) == phase, name


def test_a_turn_runs_the_phases_in_the_order_of_their_numbers():
    tree = ast.parse((FOLDER / "step.py").read_text(encoding="utf-8"))
    origin = {a.name: n.module.rpartition(".")[2] for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names}
    stages = {n.name: n.body for n in tree.body if isinstance(n, ast.FunctionDef)}
    calls = [s.value.func.id for stage in STAGES for s in stages[stage] if isinstance(s.value, ast.Call)]
    phases = [phase_of_files()[origin[call]] for call in calls if call not in AT_THE_END]
    assert phases == list(range(1, 15))  # phase 15 observes
