"""Which rows must be decided together: cases by hand, and drawn rows against the same sets worked out with pandas."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession

from lamsach_spark import sets
from lamsach_spark.schemas import FOUND, WEIGHED, for_spark

pytestmark = pytest.mark.spark
LISTS = [field.name for field in FOUND if field.name not in {"ordinal", "found", "error"}]


def found(spark: SparkSession, rows: list[dict[str, Any]]) -> DataFrame:
    full = [(row["ordinal"], b"", *(row.get(name, []) for name in LISTS), None) for row in rows]
    return spark.createDataFrame(full, for_spark(FOUND))


def weighed(spark: SparkSession, claims: list[list[int]]) -> DataFrame:
    rows = [(n, b"", not claim, claim, None, claim) for n, claim in enumerate(claims)]
    return spark.createDataFrame(rows, for_spark(WEIGHED))


def ordinals(rows: DataFrame) -> list[int]:
    return sorted(row["ordinal"] for row in rows.select("ordinal").distinct().collect())


def test_only_rows_that_share_a_claim_contest(spark: SparkSession) -> None:
    claims = [[1], [2], [1, 3], [], [4, 4], [3]]
    assert ordinals(sets.contested(weighed(spark, claims))) == [0, 2, 5]


def test_the_dead_and_those_who_show_them_alive(spark: SparkSession) -> None:
    rows = [
        {"ordinal": 0, "dead": [7]},
        {"ordinal": 1, "alive": [7]},
        {"ordinal": 2, "alive": [8]},
        {"ordinal": 3, "dead": [9, 9]},
    ]
    assert ordinals(sets.contradicted(found(spark, rows))) == [0, 1, 3]


def test_numbers_of_persons_without_a_name(spark: SparkSession) -> None:
    rows = [
        {"ordinal": 0, "numbers": [11], "nameless": [11]},
        {"ordinal": 1, "numbers": [11, 12]},
        {"ordinal": 2, "numbers": [12]},
    ]
    assert ordinals(sets.of_nameless(found(spark, rows))) == [0, 1]


def test_of_each_resident_the_largest_claim_counts_once(spark: SparkSession) -> None:
    rows = [
        {"ordinal": 0, "claim_resident": [1, 2], "claim_group": [5, 5], "claim_parts": [10, 3]},
        {"ordinal": 1, "claim_resident": [1], "claim_group": [5], "claim_parts": [40]},
        {"ordinal": 2, "claim_resident": [3], "claim_group": [6], "claim_parts": [1]},
    ]
    assert sorted(map(tuple, sets.sums(found(spark, rows)).collect())) == [(5, 43), (6, 1)]


def test_the_last_act_of_any_kind_goes_to_the_rows_of_the_dead(spark: SparkSession) -> None:
    births = found(spark, [{"ordinal": 0, "act_resident": [1, 2], "act_day": [100, 50]}])
    deaths = found(spark, [
        {"ordinal": 0, "dead": [2, 1], "act_resident": [1], "act_day": [70]},
        {"ordinal": 1, "dead": [3]},
        {"ordinal": 2, "alive": [1]},
    ])  # fmt: skip
    told = sets.acts_of_rows(deaths, sets.acts([births, deaths])).collect()
    assert [tuple(row) for row in told] == [(0, [1, 2], [100, 50])]


def test_nobodies_that_share_a_key(spark: SparkSession) -> None:
    rows = [{"ordinal": n, "keys": keys} for n, keys in enumerate([[1, 2], [2], [2, 3], [3], [4, 4]])]
    links = weighed(spark, [[], [], [9], [], []])
    assert ordinals(sets.same_nobody(found(spark, rows), links)) == [0, 1]


@pytest.mark.parametrize("seed", range(2))
def test_drawn_rows_come_to_what_pandas_works_out(spark: SparkSession, seed: int) -> None:
    draw = random.Random(seed)

    def some(most: int) -> list[int]:
        return [draw.randrange(most) for _ in range(draw.choice([0, 0, 1, 2]))]

    count = 120
    lists = {"dead": 60, "alive": 60, "numbers": 80, "keys": 90}
    rows = [{"ordinal": n, **{name: some(most) for name, most in lists.items()}} for n in range(count)]
    for row in rows:
        row["nameless"] = [number for number in row["numbers"] if draw.random() < 0.1]
    claims = [some(70) for _ in range(count)]
    frame = pd.DataFrame(rows).assign(claims=claims)

    def pairs(column: str) -> pd.DataFrame:
        return frame[["ordinal", column]].explode(column).dropna().drop_duplicates().rename(columns={column: "of"})

    by_claim = pairs("claims")
    contested = by_claim[by_claim.duplicated("of", keep=False)]["ordinal"]
    dead = pairs("dead")
    alive = pairs("alive")
    alive = alive[alive["of"].isin(dead["of"])]["ordinal"]
    numbers = pairs("numbers")
    nameless = numbers[numbers["of"].isin(pairs("nameless")["of"])]["ordinal"]
    expected = sorted({*contested, *dead["ordinal"], *alive, *nameless})
    assert ordinals(sets.together(found(spark, rows), weighed(spark, claims))) == expected

    keys = pairs("keys")
    keys = keys[keys["ordinal"].isin([n for n, claim in enumerate(claims) if not claim])]
    shared = sorted(set(keys[keys.duplicated("of", keep=False)]["ordinal"]))
    assert ordinals(sets.same_nobody(found(spark, rows), weighed(spark, claims))) == shared
