from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from lamsach_spark.child import ChildDied, Refused
from lamsach_spark.errors import Stop
from lamsach_spark.frames import Answer
from lamsach_spark.patience import Ask, Limit, Poison, ask_rows, ask_whole


def rows(count: int) -> pa.Table:
    return pa.table({"ordinal": list(range(count))})


def asker(bad: set[int], error: Callable[[], Exception], asked: list[int] | None = None) -> Ask:
    def ask(given: pa.Table) -> Answer:
        if asked is not None:
            asked.append(given.num_rows)
        if bad & set(given["ordinal"].to_pylist()):
            raise error()
        return Answer(True, "", "", {}, given)

    return ask


def died() -> Exception:
    return ChildDied("killed by signal 9")


def refused() -> Exception:
    return Refused("panic", "gave up")


def fine_and_poison(parts: list[Answer | Poison]) -> tuple[list[int], list[int]]:
    fine = [n for part in parts if isinstance(part, Answer) for n in part.rows["ordinal"].to_pylist()]
    return fine, [part.ordinal for part in parts if isinstance(part, Poison)]


@pytest.mark.parametrize("error", [died, refused])
@pytest.mark.parametrize("bad", [set(), {0}, {99}, {41, 42}, {0, 50, 99}])
def test_poison_is_found_and_all_others_are_answered_in_their_order(
    bad: set[int], error: Callable[[], Exception]
) -> None:
    fine, poison = fine_and_poison(list(ask_rows(asker(bad, error), rows(100), Limit(10))))
    assert poison == sorted(bad)
    assert fine == [n for n in range(100) if n not in bad]


def test_a_death_by_chance_costs_one_more_try_and_no_halving() -> None:
    deaths = iter([True])
    asked: list[int] = []

    def ask(given: pa.Table) -> Answer:
        asked.append(given.num_rows)
        if next(deaths, False):
            raise died()
        return Answer(True, "", "", {}, given)

    assert len(list(ask_rows(ask, rows(100), Limit(0)))) == 1
    assert asked == [100, 100]


def test_a_row_is_poison_only_when_it_killed_twice_alone() -> None:
    asked: list[int] = []
    list(ask_rows(asker({3}, died, asked), rows(8), Limit(10)))
    assert asked == [8, 8, 4, 2, 2, 1, 1, 1, 4]
    # of the rows 2 and 3 the first is fine at once, the second was asked twice


def test_too_much_poison_ends_the_job() -> None:
    with pytest.raises(Stop, match="more than 2 rows"):
        list(ask_rows(asker(set(range(100)), died), rows(100), Limit(2)))


@pytest.mark.parametrize("error", [died, refused])
def test_rows_seen_together_are_asked_again_without_the_poison(error: Callable[[], Exception]) -> None:
    answer, poisons = ask_whole(asker({7, 30}, error), rows(50), Limit(10))
    assert [poison.ordinal for poison in poisons] == [7, 30]
    assert answer.rows["ordinal"].to_pylist() == [n for n in range(50) if n not in {7, 30}]


def test_a_fault_of_no_row_is_not_blamed_on_rows() -> None:
    def ask(given: pa.Table) -> Answer:
        if given.num_rows > 10:
            raise refused()
        return Answer(True, "", "", {}, given)

    with pytest.raises(Stop, match="on none of them alone"):
        ask_whole(ask, rows(40), Limit(10))
