"""How Spark is set up: encrypted on the wire and on disks, quiet, patient with slow rows and not with dead workers.

All settings stand in a file of this user alone that is gone when the session is there: what is given to Spark by
arguments (the secret among it) could be read by everybody on the machine.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pyspark import SparkContext
from pyspark.sql import SparkSession

from .errors import Code, Stop
from .guard import new_folder, shut

_LOCAL = re.compile(r"local\[(\d+|\*)")
_LOCAL_CLUSTER = re.compile(r"local-cluster\[\s*\d+\s*,\s*(\d+)\s*,\s*\d+\s*]")

_ENDS_IN = 60.0
_LOGGING = "log4j2.properties"


@dataclass(frozen=True)
class Cluster:
    """Where the work is done."""

    master: str
    executor_cores: int | None = None
    executor_memory: str | None = None
    threads: int | None = None
    deadline: float = 600.0
    batch: int = 10_000
    local_dir: str | None = None
    secret_file: str | None = None
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def cores(self) -> int:
        """Cores of an executor. A task takes all of them: its child has as many threads."""
        if self.executor_cores is not None:
            return self.executor_cores
        if match := _LOCAL.match(self.master):
            return (os.cpu_count() or 1) if match.group(1) == "*" else int(match.group(1))
        if match := _LOCAL_CLUSTER.match(self.master):
            return int(match.group(1))
        if self.master == "local":
            return 1
        raise Stop(Code.USAGE, f"how many cores has an executor of {self.master}? Say it with --executor-cores")

    @property
    def child_threads(self) -> int:
        return self.threads or self.cores

    def conf(self, scratch: Path) -> dict[str, str]:
        """All settings; those that the user gives come last."""
        java = "-XX:-CreateCoredumpOnCrash -XX:ErrorFile=/dev/null"
        idle = str(int(20 * self.deadline))
        conf = {
            "spark.master": self.master,
            "spark.app.name": "lamsach",
            # one child an executor
            "spark.executor.cores": str(self.cores),
            "spark.task.cpus": str(self.cores),
            "spark.python.worker.reuse": "true",
            "spark.speculation": "false",
            # nothing readable on the wire or on disks, nobody else at the ports
            "spark.authenticate": "true",
            "spark.network.crypto.enabled": "true",
            "spark.network.crypto.cipher": "AES/GCM/NoPadding",
            "spark.io.encryption.enabled": "true",
            "spark.io.encryption.keySizeBits": "256",
            "spark.ui.enabled": "false",
            "spark.eventLog.enabled": "false",
            "spark.local.dir": str(scratch / "spill"),
            "spark.hadoop.fs.permissions.umask-mode": "077",
            "spark.driver.extraJavaOptions": f"{java} -Dlog4j2.configurationFile={scratch / _LOGGING}",
            "spark.executor.extraJavaOptions": java,
            # patience
            "spark.sql.execution.pyspark.udf.idleTimeoutSeconds": idle,
            "spark.sql.execution.pyspark.udf.killOnIdleTimeout": "true",
            "spark.sql.execution.arrow.maxRecordsPerBatch": str(self.batch),
            "spark.sql.execution.pyspark.udf.tracebackWithLocals.enabled": "false",
            # files: small parts, written whole or not at all
            "spark.sql.files.maxPartitionBytes": "16m",
            "spark.hadoop.parquet.block.size": str(16 << 20),
            "spark.sql.parquet.compression.codec": "zstd",
            "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "1",
            "spark.sql.session.timeZone": "UTC",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "OFF",
            "spark.executor.syncLogLevel.enabled": "true",
        }
        if self.executor_memory:
            conf["spark.executor.memory"] = self.executor_memory
        if not self.master.startswith(("yarn", "k8s", "local[")) and self.master != "local":
            conf["spark.authenticate.secret"] = self._secret()
        return conf | dict(self.settings)

    def _secret(self) -> str:
        """That of a standing cluster, or one for this job."""
        if self.secret_file is not None:
            try:
                return Path(self.secret_file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise Stop(Code.USAGE, f"{self.secret_file} cannot be read: {error.strerror}") from error
        if self.master.startswith("spark://"):
            raise Stop(Code.USAGE, "a standing cluster has a secret of its own; name its file with --secret-file")
        return secrets.token_hex(32)


@contextmanager
def session(cluster: Cluster) -> Iterator[SparkSession]:
    """A session of Spark; what it left on local disks of this machine is removed, however it ends."""
    shut()
    scratch = new_folder(Path(cluster.local_dir) if cluster.local_dir else None)
    try:
        spark = _start(cluster, scratch)
        try:
            yield spark
        finally:
            with suppress(Exception):  # a job that was stopped may have cut off what it said to Java
                spark.stop()
            _end_java()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _start(cluster: Cluster, scratch: Path) -> SparkSession:
    properties = scratch / "job.conf"
    lines = [f"{key} {value}\n" for key, value in cluster.conf(scratch).items()]
    properties.write_text("".join(lines), encoding="utf-8")
    (scratch / _LOGGING).write_text("rootLogger.level = off\n", encoding="utf-8")
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"--properties-file {properties} pyspark-shell"
    os.environ.setdefault("SPARK_WORKER_DIR", str(scratch / "work"))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["SPARK_LOCAL_DIRS"] = str(scratch / "spill")
    try:
        spark = SparkSession.builder.getOrCreate()
    except Exception as error:
        raise Stop(
            Code.INTERNAL,
            f"Spark does not start with {cluster.master}: {type(error).__name__}; is Java 17 or "
            "later there, does the cluster answer?",
        ) from error
    finally:
        properties.unlink()
        del os.environ["PYSPARK_SUBMIT_ARGS"]
    return spark


def _end_java() -> None:
    """Ends the Java process of the driver: it would live as long as this process, and holds open what is removed. It
    ends, and its executors with it, when its input does."""
    gateway = SparkContext._gateway
    process = getattr(gateway, "proc", None)
    if gateway is None or process is None:
        return
    with suppress(Exception):
        gateway.shutdown()
    process.stdin.close()
    try:
        process.wait(_ENDS_IN)
    except subprocess.TimeoutExpired:
        process.kill()
    SparkContext._gateway = None
    SparkContext._jvm = None
