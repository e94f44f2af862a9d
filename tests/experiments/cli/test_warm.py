"""`straits warm` leaves nothing to compile."""

from straits.envs.core import jit
from straits.envs.simulator import kernels
from straits.experiments.cli.main import main


def test_it_compiles_every_entry_point_and_names_the_cache(capsys):
    assert main(["warm"]) == 0
    assert str(jit.cache_directory()) in capsys.readouterr().out
    entries = [value for value in vars(kernels).values() if hasattr(value, "signatures") and hasattr(value, "_cache")]
    compiled = [entry for entry in entries if entry.signatures]
    assert {kernels.begin_serial, kernels.begin_parallel, kernels.step_serial, kernels.step_parallel} <= set(compiled)


def test_without_a_place_to_keep_it_the_command_says_so(monkeypatch, capsys):
    monkeypatch.setattr(jit, "cache_directory", lambda: None)
    assert main(["warm"]) == 2
    assert capsys.readouterr().err.startswith("straits warm: STRAITS_CACHE: expected a folder")
