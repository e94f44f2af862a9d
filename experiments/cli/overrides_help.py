"""Hold the help on the most important overrides of the jobs that Hydra configures."""

from typing import Final

DEMO_HELP: Final = """\
Overrides are those of Hydra, KEY=VALUE; groups of values are chosen by GROUP=OPTION.

  algorithm.total_timesteps=500_000   length of training, in decisions of single actors
  algorithm.learning_rate=3e-4        hyperparameters have Stable-Baselines3's names
  scenario.name=s2_two_plus_two       the scenario to train on, a name or a path
  +scenario.parameters.leak_rate=0    change a rule's parameter
  evaluation.games=1000               games per row; more give narrower intervals
  experiment=quick                    a minute instead of five
  hydra.run.dir=FOLDER                output directory, instead of runs/<time>

--cfg job prints the composed configuration; --multirun seed=1,2,3 runs every combination."""
TRAIN_HELP: Final = """\
Overrides are those of Hydra, KEY=VALUE; groups of values are chosen by GROUP=OPTION.

  mode=per_actor                      one policy per seat instead of one for all; or central_critic
  agent=one_seat agent.seats=[japan]  one seat learns, agent.opponents plays the rest
  algorithm=ppo                       or maskable_ppo, a2c, dqn; hyperparameters have Stable-Baselines3's names
  experiment=best_response            one seat, a best response to agent.opponents
  reward_profile=hawkish              other reward weights, types and risk aversion
  scenarios=[calm,severe]             games spread over more scenarios
  resume=FOLDER                       resume an interrupted run; all other settings must be the same
  hydra.run.dir=FOLDER                output directory, instead of runs/<time>

--cfg job prints the composed configuration; --multirun seed=1,2,3 runs every combination."""
LEAGUE_HELP: Final = """\
Overrides are those of Hydra, KEY=VALUE, as for train.

  iterations=5                        best responses of each actor
  initial_policies=[default,hold]     initial policies of every population
  algorithm.total_timesteps=500_000   length of training of each response, in decisions
  games_per_profile=4                 games per combination of members
  reward_profile=hawkish              other reward weights, types and risk aversion of the learners
  hydra.run.dir=FOLDER                output directory; an interrupted league in it is resumed"""
