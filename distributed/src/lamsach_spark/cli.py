"""Arguments in, exit code out."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from . import __version__
from .bill import Bill, bill, of_files
from .errors import Code, Stop
from .figures import write_figures
from .folder import WorkFolder
from .judge import judge, judge_parts
from .plan import Plan, make_plan, sizes
from .report import Mode, Report

if TYPE_CHECKING:
    from .cluster import Cluster

_KINDS = ("residents", "births", "deaths", "marriages", "welfare", "insurance")


def main(arguments: Sequence[str] | None = None) -> int:
    """The console script."""
    os.umask(0o077)
    if not os.environ.get("LAMSACH_SPARK_DEBUG"):
        logging.disable()  # what libraries log of errors could hold a row
    signal.signal(signal.SIGTERM, _stopped)
    given = list(sys.argv[1:] if arguments is None else arguments)
    own, _, more = _split(given)
    args = _parser().parse_args(own)
    mode: Mode = "json" if args.json else "quiet" if args.quiet else "text"
    report = Report(mode)
    try:
        return int(args.does(args, report, more))
    except Stop as stop:
        report.tell("stopped", "", code=int(stop.code), message=stop.sentence)
        print(f"lamsach-spark: {stop.sentence}", file=sys.stderr)
        return int(stop.code)
    except KeyboardInterrupt:
        print("lamsach-spark: stopped; the same command goes on from the last stage that is done", file=sys.stderr)
        return 130
    except Exception as error:
        # no text of the error: it could hold a row
        name = type(error).__name__
        print(f"lamsach-spark: internal error ({name}); LAMSACH_SPARK_DEBUG=1 shows it", file=sys.stderr)
        if os.environ.get("LAMSACH_SPARK_DEBUG"):
            raise
        return int(Code.INTERNAL)


def _stopped(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _split(given: list[str]) -> tuple[list[str], str, list[str]]:
    """What stands behind `--` goes to the program."""
    if "--" not in given:
        return given, "", []
    at = given.index("--")
    return given[:at], "--", given[at + 1 :]


def _plan(args: argparse.Namespace, report: Report, _: list[str]) -> int:
    files = {kind: getattr(args, kind) for kind in _KINDS if getattr(args, kind)}
    for written in args.list:
        kind, found, path = written.partition("=")
        if not found:
            raise Stop(Code.USAGE, f"--list {written}: write KIND=FILE")
        files.setdefault(kind, []).append(path)
    plan = make_plan(args.program, files, args.as_of, args.units, args.model)
    _show(of_files(sizes(plan.files), args.workers, args.threads), report)
    if not args.bill:
        folder = WorkFolder(Path(args.work).resolve())
        folder.make()
        with folder.lock():
            plan.write(folder.plan)
    return Code.DONE


def _bill(args: argparse.Namespace, report: Report, _: list[str]) -> int:
    if args.work is not None:
        plan = Plan.read(WorkFolder(Path(args.work).resolve()).plan)
        _show(of_files(sizes(plan.files), args.workers, args.threads), report)
    elif args.residents is not None and args.rows is not None:
        raw = (args.residents + args.rows) * 180
        _show(bill(args.residents, args.rows, args.files, raw, args.workers, args.threads), report)
    else:
        raise Stop(Code.USAGE, "name a work folder, or --residents and --rows")
    return Code.DONE


def _show(of: Bill, report: Report) -> None:
    report.result("\n".join(of.lines()), **of.to_json())


def _cluster(args: argparse.Namespace) -> Cluster:
    from .cluster import Cluster

    settings = []
    for written in args.conf:
        key, found, value = written.partition("=")
        if not found:
            raise Stop(Code.USAGE, f"--conf {written}: write KEY=VALUE")
        settings.append((key, value))
    return Cluster(
        master=args.master,
        executor_cores=args.executor_cores,
        executor_memory=args.executor_memory,
        threads=args.threads,
        deadline=args.deadline,
        batch=args.batch,
        local_dir=args.local_dir,
        secret_file=args.secret_file,
        settings=tuple(settings),
    )


def _link(args: argparse.Namespace, report: Report, _: list[str]) -> int:
    from .conduct import link

    linked = link(WorkFolder(Path(args.work).resolve()), _cluster(args), report)
    if linked.set_apart:
        report.tell(
            "set_apart",
            f"{linked.set_apart} rows could not be read; they stand in {args.work}/quarantine",
            rows=linked.set_apart,
        )
    report.result(linked.digest, **linked.to_json())
    return Code.DONE


def _divide(args: argparse.Namespace, report: Report, more: list[str]) -> int:
    from .conduct import divide

    parts = divide(WorkFolder(Path(args.work).resolve()), _cluster(args), report, more)
    report.result("\n".join(parts), parts=parts)
    return Code.DONE


def _judge(args: argparse.Namespace, report: Report, more: list[str]) -> int:
    folder, out = WorkFolder(Path(args.work).resolve()), Path(args.out).resolve()
    if args.by_province or args.only:
        return judge_parts(folder, out, args.only, more, report)
    return judge(folder, out, more)


def _figures(args: argparse.Namespace, report: Report, _: list[str]) -> int:
    figures = write_figures(Path(args.out).resolve())
    report.result(f"{figures['total']:,}", total=figures["total"], parts=len(figures["parts"]))
    return Code.DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lamsach-spark", description="Links residents on many machines.")
    parser.add_argument("--version", action="version", version=__version__)
    common = argparse.ArgumentParser(add_help=False)
    how = common.add_mutually_exclusive_group()
    how.add_argument("-q", "--quiet", action="store_true", help="nothing but results and errors")
    how.add_argument("--json", action="store_true", help="events as lines of JSON on stdout")
    size = argparse.ArgumentParser(add_help=False)
    size.add_argument("--workers", type=int, default=1, metavar="N", help="executors, for the bill")
    size.add_argument("--threads", type=int, default=os.cpu_count() or 1, metavar="N", help="threads of each")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    plan = commands.add_parser("plan", parents=[common, size], help="say what is to be linked; prints the bill")
    plan.add_argument("--work", required=True, metavar="FOLDER", help="on a disk that all machines see")
    plan.add_argument("--program", default="lamsach", metavar="FILE", help="the same on all machines")
    for kind in _KINDS:
        plan.add_argument(f"--{kind}", nargs="+", default=[], metavar="FILE")
    plan.add_argument("--list", action="append", default=[], metavar="KIND=FILE")
    plan.add_argument("--as-of", metavar="dd/mm/yyyy")
    plan.add_argument("--units", metavar="FILE")
    plan.add_argument("--model", metavar="FILE", help="of lamsach train; learned here where none is given")
    plan.add_argument("--bill", action="store_true", help="the bill alone")
    plan.set_defaults(does=_plan)

    cost = commands.add_parser("bill", parents=[common, size], help="what it will take")
    cost.add_argument("work", nargs="?", metavar="FOLDER")
    cost.add_argument("--residents", type=int, metavar="N")
    cost.add_argument("--rows", type=int, metavar="N")
    cost.add_argument("--files", type=int, default=1, metavar="N")
    cost.set_defaults(does=_bill)

    spark = argparse.ArgumentParser(add_help=False)
    spark.add_argument("--master", default="local[*]", metavar="URL")
    spark.add_argument("--executor-cores", type=int, metavar="N")
    spark.add_argument("--executor-memory", metavar="SIZE", help="of Java alone; the child's comes on top")
    spark.add_argument("--threads", type=int, metavar="N", help="of a child; else the cores of an executor")
    spark.add_argument(
        "--deadline", type=float, default=600.0, metavar="SECONDS", help="until a silent child is killed"
    )
    spark.add_argument("--batch", type=int, default=10_000, metavar="ROWS")
    spark.add_argument("--local-dir", metavar="FOLDER", help="for what Spark spills, encrypted")
    spark.add_argument("--secret-file", metavar="FILE", help="of a standing cluster")
    spark.add_argument("--conf", action="append", default=[], metavar="KEY=VALUE", help="any other setting of Spark")

    link = commands.add_parser("link", parents=[common, spark], help="link; goes on where it was stopped")
    link.add_argument("work", metavar="FOLDER")
    link.set_defaults(does=_link)

    cut = commands.add_parser(
        "divide", parents=[common, spark], help="divide what is linked by province; arguments of the runs after --"
    )
    cut.add_argument("work", metavar="FOLDER")
    cut.set_defaults(does=_divide)

    run = commands.add_parser("judge", parents=[common], help="lamsach run with the links; further arguments after --")
    run.add_argument("work", metavar="FOLDER")
    run.add_argument("--out", required=True, metavar="FOLDER")
    run.add_argument("--by-province", action="store_true", help="each province by itself, in a folder of its own")
    run.add_argument("--only", action="append", default=[], metavar="PROVINCE", help="this province; may be repeated")
    run.set_defaults(does=_judge)

    count = commands.add_parser("figures", parents=[common], help="add the figures of provinces up: JSON and CSV")
    count.add_argument("out", metavar="FOLDER", help="of judge --by-province")
    count.set_defaults(does=_figures)
    return parser


if __name__ == "__main__":
    sys.exit(main())
