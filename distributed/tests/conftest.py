"""What tests share: the fake program, a small world, a Spark session."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

FAKE = Path(__file__).with_name("fake_worker.py")


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fake program, run by the Python of the tests."""
    path = tmp_path_factory.mktemp("program") / "fake-lamsach"
    path.write_text(f"#!{sys.executable}\n{FAKE.read_text()}")
    path.chmod(0o700)
    return path


class World:
    """Files of a small registry and of two kinds of extracts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        draw = random.Random(7)
        numbers = [str(1000 + n) for n in range(60)]
        people = [f"{number},Nguyen {number},Xa {int(number) % 5}" for number in numbers]
        self.residents = [self.write("r1", people[:40]), self.write("r2", people[40:] + people[3:5])]
        self.births = [self.write(f"b{n}", self.rows(draw, numbers, 25)) for n in range(3)]
        self.deaths = [self.write("d0", self.rows(draw, numbers, 30))]
        self.welfare = [self.write("w0", [])]

    @staticmethod
    def rows(draw: random.Random, numbers: list[str], count: int) -> list[str]:
        names = ("Chet", "Lam", "An", "", "Binh")
        known = [*numbers, *(str(5000 + n) for n in range(10))]
        return [f"{draw.choice(known)},{draw.choice(names)},Xa {draw.randrange(8)}" for _ in range(count)]

    def write(self, name: str, lines: list[str]) -> str:
        path = self.folder / f"{name}.csv"
        path.write_text("".join(f"{line}\n" for line in lines))
        return str(path)

    def spoil(self, path: str, row: int, name: str) -> None:
        """Gives a row a name at which the fake program does something."""
        lines = Path(path).read_text().splitlines()
        number, _, commune = lines[row].split(",")
        lines[row] = f"{number},{name},{commune}"
        Path(path).write_text("".join(f"{line}\n" for line in lines))

    def files(self) -> dict[str, list[str]]:
        return {
            "residents": self.residents,
            "births": self.births,
            "deaths": self.deaths,
            "welfare": self.welfare,
        }


@pytest.fixture
def world(tmp_path: Path) -> World:
    folder = tmp_path / "files"
    folder.mkdir()
    return World(folder)


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    if shutil.which("java") is None:
        pytest.skip("no Java")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
