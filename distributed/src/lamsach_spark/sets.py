"""Which rows must be decided together: Spark SQL on numbers of rows and residents alone."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def _each(rows: DataFrame, column: str, name: str) -> DataFrame:
    """Pairs (ordinal, value) of a column of lists, each once."""
    return rows.select("ordinal", F.explode(column).alias(name)).distinct()


def sums(found: DataFrame) -> DataFrame:
    """Of each group the sum over its residents of the largest claim that any row has on each."""
    claims = F.explode(F.arrays_zip("claim_resident", "claim_group", "claim_parts")).alias("claim")
    largest = (
        found.select(claims)
        .groupBy(F.col("claim.claim_group").alias("group"), F.col("claim.claim_resident").alias("resident"))
        .agg(F.max("claim.claim_parts").alias("parts"))
    )
    return largest.groupBy("group").agg(F.sum("parts").alias("sum"))


def contested(weighed: DataFrame) -> DataFrame:
    """Rows that claim a resident whom another row claims, too."""
    claims = _each(weighed, "claims", "resident")
    by_two = claims.groupBy("resident").count().where("count > 1").select("resident")
    return claims.join(by_two, "resident", "left_semi").select("ordinal")


def contradicted(found: DataFrame) -> DataFrame:
    """Rows that say that somebody is dead, and those that show the same residents alive."""
    dead = _each(found, "dead", "resident")
    alive = _each(found, "alive", "resident").join(dead.select("resident").distinct(), "resident", "left_semi")
    return dead.select("ordinal").union(alive.select("ordinal"))


def of_nameless(found: DataFrame) -> DataFrame:
    """Rows with the number of a person whom some row gives no name."""
    nameless = found.select(F.explode("nameless").alias("number")).distinct()
    return _each(found, "numbers", "number").join(nameless, "number", "left_semi").select("ordinal")


def together(found: DataFrame, weighed: DataFrame) -> DataFrame:
    """All rows of a kind that must be decided together."""
    return contested(weighed).union(contradicted(found)).union(of_nameless(found)).distinct()


def acts(found_of_all_kinds: list[DataFrame]) -> DataFrame:
    """Of each resident the last day on which they did something, by any kind."""
    told = F.explode(F.arrays_zip("act_resident", "act_day")).alias("act")
    every = reduce(DataFrame.union, [found.select(told) for found in found_of_all_kinds])
    return every.groupBy(F.col("act.act_resident").alias("resident")).agg(F.max("act.act_day").alias("day"))


def acts_of_rows(found: DataFrame, last_acts: DataFrame) -> DataFrame:
    """For each row the acts of the residents who are dead by it, as two lists in the order of residents."""
    told = _each(found, "dead", "resident").join(last_acts, "resident")
    lists = told.groupBy("ordinal").agg(F.sort_array(F.collect_list(F.struct("resident", "day"))).alias("acts"))
    return lists.select("ordinal", F.col("acts.resident").alias("act_resident"), F.col("acts.day").alias("act_day"))


def same_nobody(found: DataFrame, links: DataFrame) -> DataFrame:
    """Rows of nobody in the registry that share a key with another such row."""
    nobody = links.where("nobody").select("ordinal")
    keys = _each(found.join(nobody, "ordinal", "left_semi"), "keys", "key")
    shared = keys.groupBy("key").count().where("count > 1").select("key")
    return keys.join(shared, "key", "left_semi").select("ordinal").distinct()
