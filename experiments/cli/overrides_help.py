"""What `--help` says of the jobs that Hydra configures: the overrides that people need first."""

from typing import Final

DEMO_HELP: Final = """\
Overrides are those of Hydra, KEY=VALUE; groups of values are chosen by GROUP=OPTION.

  algorithm.total_timesteps=500_000   how long to train, in decisions of single actors
  algorithm.learning_rate=3e-4        hyperparameters have Stable-Baselines3's names
  scenario.name=s2_two_plus_two       the scenario to train on, a name or a path
  +scenario.parameters.leak_rate=0    change a rule's parameter
  evaluation.games=1000               games a row, for narrower intervals
  experiment=quick                    a minute instead of five
  hydra.run.dir=FOLDER                where to write, instead of runs/<time>

--cfg job prints the composed configuration; --multirun seed=1,2,3 runs every combination."""
TRAIN_HELP: Final = """\
Overrides are those of Hydra, KEY=VALUE; groups of values are chosen by GROUP=OPTION.

  mode=per_actor                      a policy for each seat instead of one for all; or central_critic
  agent=one_seat agent.seats=[japan]  one seat learns, agent.others plays the rest
  algorithm=ppo                       or maskable_ppo, a2c, dqn; hyperparameters have Stable-Baselines3's names
  experiment=best_response            one seat, the best answer to agent.others
  character=hawkish                   other reward weights, types and sensitivity to risk
  mix=[calm,severe]                   games spread over more scenarios
  resume=FOLDER                       go on with a run that was cut short; everything else as it was
  hydra.run.dir=FOLDER                where to write, instead of runs/<time>

--cfg job prints the composed configuration; --multirun seed=1,2,3 runs every combination."""
LEAGUE_HELP: Final = """\
Overrides are those of Hydra, KEY=VALUE, as for train.

  responses=5                         best responses of each actor
  start=[default,hold]                the policies that every population begins with
  algorithm.total_timesteps=500_000   how long each response is trained, in decisions
  meta_games=4                        games of each combination of members
  character=hawkish                   other reward weights, types and sensitivity to risk of those who learn
  hydra.run.dir=FOLDER                where to write; a folder that holds this league goes on where it stopped"""
