"""Proof on this machine, with the real program and a small cluster: the links of many machines are those of one, byte
for byte, and remain so whatever is killed; and provinces judged one by one find together what one run finds.

    python tests/proof.py --program lamsach --residents 2000 --work /tmp/proof
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
MARK = "LAMSACH_SPARK_PROOF"
AS_OF = "20/11/2026"
KINDS = ("residents", "births", "deaths", "marriages", "welfare", "insurance")
#: The communes of a sample, by code, and those of two provinces that they become.
COMMUNES = {
    "90001": ("16774", "Xã Mường Quàng"),
    "90002": ("16777", "Xã Quỳ Châu"),
    "90003": ("16801", "Xã Hùng Chân"),
    "90004": ("22114", "Xã Tuy An Bắc"),
    "90005": ("22120", "Xã Tuy An Đông"),
    "90006": ("22147", "Xã Ô Loan"),
}
#: Of so many lines of the registry one is of somebody who lives in the other province than the family.
MOVED = 7
SLOW_STAGE = "find.insurance"
BEFORE = ("tables.insurance", "learn.insurance")


@dataclass
class Proof:
    """Where it happens, and what came of it."""

    program: Path
    work: Path
    residents: int
    only: list[str]
    resume: bool
    results: list[tuple[str, bool, str]] = field(default_factory=list)

    @property
    def sample(self) -> Path:
        return self.work / "sample"

    @property
    def clean(self) -> Path:
        return self.work / "clean"

    @property
    def pids(self) -> Path:
        return self.work / "pids"

    def check(self, name: str, passed: bool, outcome: str) -> None:
        self.results.append((name, passed, outcome))
        print(f"{'passed' if passed else 'FAILED'}  {name}: {outcome}", flush=True)

    def wanted(self, fault: str) -> bool:
        return not self.only or fault in self.only

    def brake(self, seconds: float) -> None:
        (self.work / "brake").write_text(str(seconds))

    def environment(self) -> dict[str, str]:
        return {**os.environ, MARK: str(self.work)}

    def spark(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts lamsach-spark; what it says comes as lines of JSON."""
        line = [sys.executable, "-m", "lamsach_spark.cli", *arguments]
        return subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=self.environment())

    def link(self, work: Path, command: str = "link") -> subprocess.Popen[str]:
        return self.spark(
            command, str(work), "--json", "--master", "local-cluster[2,1,1536]", "--executor-memory", "1g",
            "--deadline", "60", "--batch", "100", "--local-dir", str(self.work / "local"),
            "--conf", "spark.sql.files.maxPartitionBytes=64k",
        )  # fmt: skip


def events(job: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """All that a job says until its end."""
    assert job.stdout is not None
    told = [json.loads(line) for line in job.stdout if line.startswith("{")]
    job.wait()
    return told


def result(told: list[dict[str, Any]]) -> dict[str, Any]:
    return next((event for event in told if event["event"] == "result"), {})


def prepare(proof: Proof) -> None:
    """A sample, the program behind a brake, a plan, and links made without a fault."""
    if proof.resume:
        proof.brake(0)
        return
    shutil.rmtree(proof.work, ignore_errors=True)
    proof.work.mkdir(parents=True)
    (proof.work / "local").mkdir()
    proof.brake(0)
    braked = proof.work / "lamsach"
    source = (HERE / "slow_lamsach.py").read_text().split("\n", 1)[1]
    for name, value in (("REAL", proof.program), ("BRAKE", proof.work / "brake"), ("LOG", proof.pids)):
        source = source.replace(f"@{name}@", str(value))
    braked.write_text(f"#!{sys.executable}\n{source}")
    braked.chmod(0o700)
    sample = [proof.program, "sample", "--residents", str(proof.residents), "--communes", str(len(COMMUNES))]
    sample += ["--as-of", AS_OF, "--out", proof.sample]
    subprocess.run(sample, check=True, stdout=subprocess.DEVNULL)
    move_to_two_provinces(proof.sample)
    files = [part for kind in KINDS for part in (f"--{kind}", str(proof.sample / f"{kind}.csv"))]
    plan = ["plan", "--quiet", "--work", str(proof.clean), "--program", str(braked), "--as-of", AS_OF, *files]
    job = proof.spark(*plan, "--units", str(proof.sample / "units.csv"))
    job.communicate()
    if job.returncode != 0:
        raise SystemExit("no plan")


def move_to_two_provinces(sample: Path) -> None:
    """Gives the communes of a sample the codes and names of communes of two provinces, wherever they are written, and
    lets people move from one to the other."""
    with (sample / "units.csv").open(encoding="utf-8-sig") as file:
        names = {line["new_code"]: line["new_name"] for line in csv.DictReader(file)}
    for path in sample.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        for old, (code, name) in COMMUNES.items():
            text = text.replace(old, code).replace(names[old], name).replace(names[old].upper(), name.upper())
        if path.stem == "residents":
            lines = text.splitlines(keepends=True)
            lines[3::MOVED] = map(move_away, lines[3::MOVED])
            lines[5 :: 2 * MOVED] = map(without_commune, lines[5 :: 2 * MOVED])
            text = "".join(lines)
        path.write_text(text, encoding="utf-8")


def move_away(line: str) -> str:
    """A line of the registry with the commune that lies in the place of its own in the other province."""
    cells = [f",{code},{name}," for code, name in COMMUNES.values()]
    half = len(cells) // 2
    for at, own in enumerate(cells):
        if own in line:
            return line.replace(own, cells[(at + half) % len(cells)])
    return line


def without_commune(line: str) -> str:
    """A line of the registry that does not know the commune."""
    for code, name in COMMUNES.values():
        line = line.replace(f",{code},{name},", ",,,")
    return line


def without_fault(proof: Proof) -> str:
    """Links of the cluster against links of one machine; tells the digest."""
    begun = time.monotonic()
    told = events(proof.link(proof.clean))
    seconds = time.monotonic() - begun
    linked = result(told)
    if not linked:
        proof.check("linked", False, str(told[-1:]))
        raise SystemExit(report(proof))
    rows, apart = linked["rows"], linked["set_apart"]
    proof.check("linked", apart == 0, f"{rows} rows, {seconds:.0f} s, digest {linked['digest'][:16]}")
    if proof.resume:
        return str(linked["digest"])
    one, many = proof.work / "one", proof.work / "many"
    files = [part for kind in KINDS for part in (f"--{kind}", str(proof.sample / f"{kind}.csv"))]
    line = [proof.program, "run", "-q", *files, "--units", proof.sample / "units.csv", "--as-of", AS_OF]
    line += ["--model", proof.clean / "model.json", "--no-workbooks", "--out", one]
    subprocess.run(list(map(str, line)), check=True)
    judged = proof.spark("judge", str(proof.clean), "--out", str(many), "--", "-q", "--no-workbooks")
    judged.communicate()
    proof.check("judged", judged.returncode == 0, f"exit code {judged.returncode}")
    if judged.returncode == 0:
        compare(proof, one / "latest", many / "latest")
    trained(proof)
    return str(linked["digest"])


def compare(proof: Proof, one: Path, many: Path) -> None:
    """The files that people work with, byte for byte."""
    lists = sorted(path.name for path in (one / "worklists").glob("*.csv"))
    same_lists = lists == sorted(path.name for path in (many / "worklists").glob("*.csv"))
    proof.check("the same worklists", same_lists and bool(lists), f"{len(lists)} lists")
    for name in ("links.csv", "review.csv", *(f"worklists/{name}" for name in lists)):
        left, right = one / name, many / name
        there = left.exists() and right.exists()
        same = there and left.read_bytes() == right.read_bytes()
        lines = left.read_bytes().count(b"\n") if there else 0
        proof.check(f"{name} as of one machine", same, f"{lines} lines" if same else differing(left, right))


def by_province(proof: Proof) -> None:
    """Each province judged by itself: together they find what one run finds, every finding once."""
    one, out = proof.work / "one" / "latest", proof.work / "provinces"
    begun = time.monotonic()
    told = events(proof.link(proof.clean, "divide"))
    parts = result(told).get("parts", [])
    routed = next((event for event in told if event.get("stage") == "route" and event["event"] == "done"), {})
    outcome = f"{parts}, {routed.get('rows')} rows at home, {routed.get('guests')} as guests"
    proof.check("divided", len(parts) > 2, f"{outcome}, {time.monotonic() - begun:.0f} s" if parts else str(told[-1:]))
    if not parts:
        return
    arguments = ("judge", str(proof.clean), "--by-province", "--json", "--out", str(out))
    judged = proof.spark(*arguments)
    events(judged)
    proof.check("each province judged", judged.returncode == 0, f"exit code {judged.returncode}")
    if judged.returncode != 0:
        return
    lists = sorted(f"worklists/{path.name}" for path in (one / "worklists").glob("*.csv"))
    for name in ("links.csv", "review.csv", *lists):
        whole = (one / name).read_bytes().splitlines()
        several = [(out / part / "latest" / name).read_bytes().splitlines() for part in parts]
        together = sorted(line for part in several for line in part[1:])
        differ = len(set(whole[1:]) ^ set(together))
        counts = ", ".join(str(len(part) - 1) for part in several)
        proof.check(f"{name} of all provinces", sorted(whole[1:]) == together,
                    f"{len(whole) - 1} lines: {counts}" if not differ else f"{differ} lines differ")  # fmt: skip
    added = proof.spark("figures", str(out), "--json")
    figures = result(events(added))
    total = json.loads((one / "summary.json").read_text())["findings"]["total"]
    proof.check("figures add up", figures.get("total") == total, f"{figures.get('total')} of {total} findings")
    told = events(proof.link(proof.clean, "divide"))
    made = [event["stage"] for event in told if event["event"] == "begun"]
    proof.check("what is divided stands", bool(result(told)) and not made, f"{len(made)} stages made again")
    made = [event for event in events(proof.spark(*arguments)) if event["event"] == "begun"]
    proof.check("what is judged stands", not made, f"{len(made)} provinces judged again")
    no_orphans(proof, "by province")


def differing(left: Path, right: Path) -> str:
    if not (left.exists() and right.exists()):
        return "missing"
    one, other = left.read_bytes().splitlines(), right.read_bytes().splitlines()
    return f"{len(set(one) ^ set(other))} lines differ of {len(one)} and {len(other)}"


def single(calibration: dict[str, Any] | None) -> dict[str, bytes] | None:
    """Numbers of single precision, however many digits they are written with."""
    return calibration and {name: struct.pack("f", value) for name, value in calibration.items()}


def trained(proof: Proof) -> None:
    """The parameters that workers learn are those that one machine learns."""
    out = proof.work / "trained.json"
    line = [proof.program, "train", proof.sample, "--units", proof.sample / "units.csv", "--as-of", AS_OF, "--out", out]
    done = subprocess.run(list(map(str, line)), capture_output=True, text=True)
    if done.returncode != 0:
        proof.check("learned as one machine does", False, done.stderr.strip()[-200:])
        return
    ours, theirs = (
        [{**role, "calibration": single(role["calibration"])} for role in json.loads(path.read_text())["roles"]]
        for path in (proof.clean / "model.json", out)
    )
    proof.check("learned as one machine does", ours == theirs, f"{len(ours)} roles")


def copy(proof: Proof, name: str, keep: Callable[[str], bool]) -> Path:
    """A work folder that was stopped after some stages."""
    work = proof.work / name
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(proof.clean, work)
    for manifest in (work / "manifests").glob("*.json"):
        if not keep(manifest.stem):
            manifest.unlink()
    shutil.rmtree(work / "links")
    return work


def found_anew(stage: str) -> bool:
    """Stages that stand where rows of the insurance are looked for anew."""
    return stage in BEFORE or not (stage.endswith(".insurance") or stage == "publish")


def run_until(proof: Proof, job: subprocess.Popen[str], stage: str) -> None:
    """Waits until a stage is well under way: its children have been asked."""
    assert job.stdout is not None
    for line in job.stdout:
        if line.startswith("{") and json.loads(line) == {"event": "begun", "stage": stage}:
            break
    asked = len(frames(proof))
    until = time.monotonic() + 120
    while len(frames(proof)) < asked + 3 and time.monotonic() < until and job.poll() is None:
        time.sleep(0.05)


def frames(proof: Proof) -> list[tuple[int, int]]:
    """Who was asked: the brake and the program, a line a frame."""
    if not proof.pids.exists():
        return []
    return [(int(line.split()[0]), int(line.split()[1])) for line in proof.pids.read_text().splitlines() if " " in line]


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def marked(proof: Proof) -> list[int]:
    """Processes of this proof, by a mark in their environment."""
    mark = f"{MARK}={proof.work}\0".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes() and int(folder.name) != os.getpid():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def no_orphans(proof: Proof, name: str, local_too: bool = True) -> None:
    """Nothing runs any more, and nothing lies on local disks; what a killed driver leaves there is for the next job."""
    until = time.monotonic() + 60
    while (left := marked(proof)) and time.monotonic() < until:
        time.sleep(0.2)
    proof.check(f"{name}: nothing is left running", not left, f"{len(left)} processes")
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    if not local_too:
        return
    local = [path for path in (proof.work / "local").rglob("*") if path.is_file()]
    proof.check(f"{name}: nothing is left on local disks", not local, f"{len(local)} files")
    shutil.rmtree(proof.work / "local")
    (proof.work / "local").mkdir()


def strike(fault: str, job: subprocess.Popen[str], braked: int, program: int) -> None:
    """Does the damage, to whoever was asked last."""
    if fault == "child killed":
        os.kill(program, signal.SIGKILL)
    elif fault == "child stopped":
        os.kill(program, signal.SIGSTOP)
    elif fault == "Python worker killed":
        os.kill(parent(braked), signal.SIGKILL)
    elif fault == "executor killed":
        os.kill(parent(parent(parent(braked))), signal.SIGKILL)
    elif fault == "driver killed":
        os.kill(job.pid, signal.SIGKILL)
    elif fault == "driver stopped":
        os.kill(job.pid, signal.SIGTERM)


def with_fault(proof: Proof, fault: str, digest: str) -> None:
    """The same links come out although something is killed while rows are looked for."""
    work = copy(proof, fault.replace(" ", "-"), found_anew)
    proof.brake(0.3)
    begun = time.monotonic()
    job = proof.link(work)
    run_until(proof, job, SLOW_STAGE)
    if not frames(proof) or job.poll() is not None:
        proof.check(fault, False, "the job was over before")
        return
    strike(fault, job, *frames(proof)[-1])
    if fault != "child stopped":
        proof.brake(0)
    told = events(job)
    if fault.startswith("driver"):
        proof.check(f"{fault}: the job ends", job.returncode != 0 and not result(told), f"exit code {job.returncode}")
        no_orphans(proof, fault, local_too=fault != "driver killed")
        told = events(proof.link(work))
        skipped = sum(event["event"] == "skipped" for event in told)
        proof.check(f"{fault}: resumed", skipped > 10, f"{skipped} stages stood")
    proof.brake(0)
    got = result(told).get("digest", "none")
    seconds = time.monotonic() - begun
    proof.check(f"{fault}: the same links", got == digest, f"digest {got[:16]}, {seconds:.0f} s")
    no_orphans(proof, fault)
    shutil.rmtree(work)


def with_poison(proof: Proof, fault: str, digest: str) -> None:
    """A record that cannot be read is set apart; the others are linked as before."""
    work = copy(
        proof, fault.replace(" ", "-"), lambda stage: stage in {"rows", "places", "registry", "twice", "surplus"}
    )
    # a row less in the sample of learning is another model: that of the job without a fault is given
    plan = json.loads((work / "plan.json").read_text())
    (work / "plan.json").write_text(json.dumps({**plan, "model": str(proof.clean / "model.json")}))
    (path,) = (work / "stages/rows/kind=insurance").glob("*.parquet")
    table = pq.read_table(path)
    records = table["record"].to_pylist()
    position = table["position"].to_pylist()
    at = position.index(len(records) // 2)
    records[at] = bytes(byte ^ 0xA5 for byte in records[at]) if fault == "poison row" else records[at][:3]
    column = table.column_names.index("record")
    pq.write_table(table.set_column(column, table.schema.field(column), pa.array(records, table["record"].type)), path)
    path.with_name(f".{path.name}.crc").unlink(missing_ok=True)
    told = events(proof.link(work))
    linked = result(told)
    apart = pq.read_table(work / "quarantine/rows.parquet").to_pylist() if linked else []
    named = [(row["kind"], row["ordinal"]) for row in apart]
    reason = apart[0]["reason"] if apart else str(told[-1:])
    right = named == [("insurance", position[at])]
    proof.check(f"{fault}: set apart, the job goes on", right, f"{len(apart)} rows: {reason}")
    if linked:
        one, other = (links(folder) for folder in (proof.clean, work))
        missing = [ordinal for ordinal in one if ordinal not in other]
        changed = sum(other.get(ordinal) != link for ordinal, link in one.items()) - len(missing)
        proof.check(f"{fault}: the others are linked", missing == [position[at]] and changed <= 5,
                    f"{len(other)} rows, {changed} of them otherwise")  # fmt: skip
    no_orphans(proof, fault)
    shutil.rmtree(work)


def links(work: Path) -> dict[int, bytes]:
    rows = pa.ipc.open_stream((work / "links/insurance.arrow").read_bytes()).read_all()
    pairs = zip(rows["ordinal"].to_pylist(), rows["links"].to_pylist(), strict=True)
    return {ordinal: link for ordinal, link in pairs if link is not None}


FAULTS: dict[str, Callable[[Proof, str, str], None]] = {
    "executor killed": with_fault,
    "child killed": with_fault,
    "child stopped": with_fault,
    "Python worker killed": with_fault,
    "driver killed": with_fault,
    "driver stopped": with_fault,
    "poison row": with_poison,
    "cut row": with_poison,
}


def report(proof: Proof) -> int:
    width = max(len(name) for name, _, _ in proof.results)
    print(
        "\n" + "\n".join(f"{name:<{width}}  {'passed' if ok else 'FAILED'}  {out}" for name, ok, out in proof.results)
    )
    failed = sum(not ok for _, ok, _ in proof.results)
    print(f"{len(proof.results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--residents", type=int, default=2000)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--fault", action="append", default=[], choices=[*FAULTS, "provinces"])
    parser.add_argument("--resume", action="store_true", help="the links without a fault stand from a proof before")
    args = parser.parse_args()
    proof = Proof(args.program.resolve(), args.work.resolve(), args.residents, args.fault, args.resume)
    prepare(proof)
    digest = without_fault(proof)
    no_orphans(proof, "without a fault")
    for fault, happens in FAULTS.items():
        if proof.wanted(fault):
            happens(proof, fault, digest)
    if proof.wanted("provinces"):
        by_province(proof)
    return report(proof)


if __name__ == "__main__":
    sys.exit(main())
