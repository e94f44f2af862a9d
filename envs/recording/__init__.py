"""Record rollouts as Parquet files, turn by turn, and read them back for pandas, polars, DuckDB and the escalation metrics.

    from straits.envs.recording import Recorder, read

Recordings need the extra `analysis` (pyarrow), which loads at the first use. docs/recordings.md describes the files.
"""

from straits.envs.recording.reader import Recording, read
from straits.envs.recording.replay import replay, same
from straits.envs.recording.schema import TABLES, VERSION
from straits.envs.recording.writer import Recorder

__all__ = ["TABLES", "VERSION", "Recorder", "Recording", "read", "replay", "same"]
