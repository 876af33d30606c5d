"""The same data linked by Splink and by this package, on the same Spark of this machine: time, work, memory, bytes
between workers, precision, recall.

    pip install './distributed[peer]'; python distributed/peer.py --program lamsach --residents 20000 --work /tmp/peer

The list is the health insurance: one person a row, with number, name, date of birth, sex, commune. Splink gets what
its manual advises: numbers and dates with slips, names by Jaro-Winkler with their frequency, sex, commune;
six blocking rules; u by sampling, m by EM under two rules; of each row the best resident, at a threshold.
Both read the same files and are counted from the start of Spark to the links on disk; what their processes used is
read from /proc.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MARK = "LAMSACH_PEER"
MASTER = "local-cluster[2,1,3072]"
AS_OF = "20/11/2026"
COLUMNS = {
    "Số định danh cá nhân": "number", "Họ và tên": "name", "Ngày sinh": "born", "Giới tính": "sex", "Mã xã": "commune",
}  # fmt: skip
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Meter:
    """What all processes with a mark in their environment use."""

    mark: bytes
    seconds: dict[int, float] = field(default_factory=dict)
    peak: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.over.wait(0.2):
            memory = 0
            for folder in Path("/proc").glob("[0-9]*"):
                try:
                    if self.mark not in (folder / "environ").read_bytes():
                        continue
                    stat = (folder / "stat").read_text().rpartition(")")[2].split()
                    self.seconds[int(folder.name)] = (int(stat[11]) + int(stat[12])) / _TICKS
                    pss = next(line for line in (folder / "smaps_rollup").read_text().splitlines() if "Pss:" in line)
                    memory += int(pss.split()[1]) * 1024
                except (OSError, StopIteration):
                    continue
            self.peak = max(self.peak, memory)


def measured(command: list[str], mark: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Runs a command; what it said last, and what it used."""
    meter = Meter(f"{MARK}={mark}\0".encode())
    watcher = threading.Thread(target=meter.watch)
    watcher.start()
    begun = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env={**os.environ, MARK: mark}, check=False)
    wall = time.monotonic() - begun
    meter.over.set()
    watcher.join()
    if done.returncode != 0:
        raise SystemExit(f"{command} ended with {done.returncode}")
    used = {"wall_s": round(wall, 1), "cpu_s": round(sum(meter.seconds.values()), 1), "peak_mb": meter.peak >> 20}
    return json.loads(done.stdout.splitlines()[-1]), used


def shuffled(spark: Any) -> int:
    """Bytes that went between tasks in a session."""
    executors = spark.sparkContext._jsc.sc().statusStore().executorList(False)
    return sum(int(executors.apply(at).totalShuffleWrite()) for at in range(executors.size()))


def by_splink(sample: Path, out: Path) -> int:
    """Links by Splink."""
    import splink.comparison_library as cl
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as F
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.spark import SparkAPI, similarity_jar_location

    spark = (
        SparkSession.builder.master(MASTER)
        .config("spark.jars", similarity_jar_location())
        .config("spark.executor.memory", "2560m")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.default.parallelism", "8")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    spark.sparkContext.setCheckpointDir(str(out / "checkpoints"))
    api = SparkAPI(spark_session=spark, num_partitions_on_repartition=8)
    tables = []
    for kind in ("residents", "insurance"):
        rows = spark.read.csv(str(sample / f"{kind}.csv"), header=True, escape='"', multiLine=True)
        columns = [F.when(F.trim(f"`{head}`") != "", F.trim(f"`{head}`")).alias(name) for head, name in COLUMNS.items()]
        numbered = rows.coalesce(1).select((F.monotonically_increasing_id() + 2).alias("unique_id"), *columns)
        given = numbered.withColumn("name", F.lower("name")).withColumn("year", F.substring("born", -4, 4))
        given = given.withColumn("given", F.element_at(F.split("name", " "), -1))
        path = str(out / kind)
        given.write.mode("overwrite").parquet(path)
        tables.append(api.register(spark.read.parquet(path), source_dataset_name=kind))
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.DamerauLevenshteinAtThresholds("number", [1, 2]),
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("born", [1, 2]),
            cl.ExactMatch("sex"),
            cl.ExactMatch("commune").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("number"),
            block_on("name", "born"),
            block_on("name", "year"),
            block_on("born", "sex", "commune"),
            block_on("born", "given"),
            block_on("name", "commune"),
        ],
        retain_matching_columns=False,
    )
    linker = Linker(tables, settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("number")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("number"), record_sample_proportion=1.0)
    rule = block_on("name", "born")
    linker.training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    pairs = linker.inference.predict(threshold_match_probability=0.5).as_spark_dataframe()
    pairs.select("source_dataset_l", "unique_id_l", "unique_id_r", "match_probability").write.parquet(
        str(out / "pairs")
    )
    print(json.dumps({"shuffle_mb": round(shuffled(spark) / 1e6, 1)}), flush=True)
    spark.stop()
    return 0


def best_of_splink(out: Path, threshold: float) -> dict[int, int]:
    """Of each row the best resident, of each resident the best row."""
    import pyarrow.parquet as pq

    rows = pq.read_table(out / "pairs").to_pylist()
    pairs = []
    for row in rows:
        left, right = row["unique_id_l"], row["unique_id_r"]
        resident, extract = (left, right) if row["source_dataset_l"] == "residents" else (right, left)
        if row["match_probability"] >= threshold:
            pairs.append((-row["match_probability"], extract, resident))
    links: dict[int, int] = {}
    for _, extract, resident in sorted(pairs):
        links.setdefault(extract, resident)
    return links


def by_us(work: Path) -> int:
    """Links by this package, its settings as they are."""
    from lamsach_spark import conduct
    from lamsach_spark.cluster import Cluster, session
    from lamsach_spark.folder import WorkFolder
    from lamsach_spark.job import Job
    from lamsach_spark.plan import Plan
    from lamsach_spark.report import Report

    folder = WorkFolder(work)
    folder.make()
    cluster = Cluster(MASTER, executor_memory="1g")
    with session(cluster) as spark:
        job = Job(spark, Plan.read(folder.plan), cluster, folder, Report("quiet"))
        conduct._link(job)
        moved = shuffled(spark)
        conduct._clean(job)
    print(json.dumps({"shuffle_mb": round(moved / 1e6, 1)}), flush=True)
    return 0


def truth(sample: Path) -> dict[int, int]:
    with (sample / "truth/links.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "insurance"]
    return {int(row["source_row"]): int(row["resident_row"] or 0) for row in rows}


def judged(links: dict[int, int], true: dict[int, int]) -> dict[str, Any]:
    """Precision and recall of links to the resident who is meant."""
    right = sum(true.get(row) == resident for row, resident in links.items())
    there = sum(resident > 0 for resident in true.values())
    return {"links": len(links), "wrong": len(links) - right, "precision": round(right / max(1, len(links)), 5),
            "recall": round(right / max(1, there), 5)}  # fmt: skip


def lamsach_links(path: Path) -> dict[int, int]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "insurance" and row["decision"] == "link"]
    return {int(row["source_row"]): int(row["resident_row"]) for row in rows}


def main(arguments: Iterable[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--residents", type=int, default=2000)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", choices=["splink", "us"])
    args = parser.parse_args(list(arguments))
    work, sample = args.work.resolve(), args.work.resolve() / "sample"
    if args.only == "splink":
        return by_splink(sample, work / "splink")
    if args.only == "us":
        return by_us(work / "us")
    shutil.rmtree(work, ignore_errors=True)
    (work / "splink").mkdir(parents=True)
    make = [args.program, "sample", "--residents", str(args.residents), "--as-of", AS_OF, "--out", sample]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    again = [sys.executable, __file__, "--program", str(args.program), "--work", str(work), "--only"]
    files = ["--residents", str(sample / "residents.csv"), "--insurance", str(sample / "insurance.csv")]
    cli = [sys.executable, "-m", "lamsach_spark.cli"]
    plan = ["plan", "-q", "--work", str(work / "us"), "--program", str(args.program), "--as-of", AS_OF, *files]
    subprocess.run([*cli, *plan, "--units", str(sample / "units.csv")], check=True, stdout=subprocess.DEVNULL)
    true = truth(sample)
    lines = []
    for who in ("us", "splink"):
        told, used = measured([*again, who], f"{work}-{who}")
        if who == "us":
            judge = ["judge", str(work / "us"), "--out", str(work / "out"), "--", "-q", "--no-workbooks"]
            subprocess.run([*cli, *judge], check=True)
            lines.append({"who": "lamsach-spark", **used, **told,
                          **judged(lamsach_links(work / "out/latest/links.csv"), true)})  # fmt: skip
        else:
            for threshold in (0.5, 0.9):
                links = best_of_splink(work / "splink", threshold)
                lines.append({"who": f"Splink, p ≥ {threshold}", **used, **told, **judged(links, true)})
    for line in lines:
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
