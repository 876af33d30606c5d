"""lamsach on many machines: Spark conducts, the Rust program links.

What happens in which module, from the outside to the inside:

| module | idea |
| --- | --- |
| `cli` | arguments in, exit code out |
| `plan`, `bill` | what is to be linked, and what it will cost |
| `conduct` | the stages in their order |
| `reading`, `registry`, `learning`, `linking`, `publishing` | what the stages are |
| `sets` | which rows contest or contradict each other: Spark SQL on numbers alone |
| `job`, `folder`, `manifest` | stages that are made once; the work folder |
| `cluster` | how Spark is set up: encrypted, quiet, patient |
| `tasks` | what runs on the workers |
| `session`, `patience` | a child that is told all it must know; rows that kill it are found |
| `child`, `guard`, `frames` | the child process and how one speaks with it |
| `layout`, `schemas`, `errors`, `report` | numbers of files and tables; columns; exit codes; progress |
"""

__version__ = "0.1.0"
