"""The condensation as SQL: Athena reads an organization's archive, and what comes back are distinct call shapes with counts.

It is `estate.rehearsal.condense` in the words of Trino; a test runs both over the same records. The table has the columns and
partitions that AWS documents for CloudTrail's logs.

Source: https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-org-wide-trail.html
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from estate.rehearsal.condense import EXAMPLES, Calls, Shape, Touched
from estate.rehearsal.sources import TrailError, Wanted

_WAIT: Final = 1.0
_SQL: Final = """\
SELECT {columns},
  count(*) AS calls, min(eventtime) AS first_time, max(eventtime) AS last_time,
  array_join(min(eventid, {examples}), ' ') AS examples
FROM {table}
WHERE {condition}
GROUP BY {places}"""
_TOUCHED: Final = "coalesce(array_join(transform(resources, r -> concat(coalesce(r.arn, ''), ' ', coalesce(r.accountid, ''))), chr(10)), '')"
"""A line for each resource; neither ARNs of resources that CloudTrail records nor numbers of accounts have blanks at their end."""
_COLUMNS: Final[Mapping[str, str]] = {
    "source": "coalesce(eventsource, '')",
    "name": "coalesce(eventname, '')",
    "region": "awsregion",
    "account": "recipientaccountid",
    "kind": "useridentity.type",
    "caller": "coalesce(nullif(useridentity.sessioncontext.sessionissuer.arn, ''), useridentity.arn)",
    "caller_account": "useridentity.accountid",
    "invoked_by": "useridentity.invokedby",
    "mfa": "useridentity.sessioncontext.attributes.mfaauthenticated",
    "address": "sourceipaddress",
    "endpoint": "vpcendpointid",
    "touched": _TOUCHED,
    "category": (
        "CASE WHEN eventtype = 'AwsServiceEvent' THEN 'Service' ELSE coalesce(nullif(eventcategory, ''), 'Management') END"
    ),
    "failed": "coalesce(errorcode, '') <> ''",
}
"""Each of a shape's fields, in their order."""


def sql(table: str, wanted: Wanted) -> str:
    """The condensation, in Trino's dialect.

    Args:
        table: ``database.table``, or as it is known.
        wanted: Which records count.
    """
    fields = {**_COLUMNS} if wanted.address else {**_COLUMNS, "address": "CAST(NULL AS varchar)"}
    accounts = _listed(wanted.accounts)
    # The other account's record of a call whose caller's record is among these, too.
    copy = (
        f"coalesce(sharedeventid, '') <> '' AND coalesce(useridentity.accountid, '') IN ({accounts})"
        " AND coalesce(recipientaccountid, '') <> coalesce(useridentity.accountid, '')"
    )
    conditions = [f"account IN ({_listed(wanted.accounts - wanted.unneeded)})", f"NOT ({copy})"]
    if wanted.since:
        conditions += [
            f"\"timestamp\" >= '{wanted.since.replace('-', '/')}'",
            f"eventtime >= '{wanted.since}'",
        ]
    return _SQL.format(
        columns=",\n  ".join(f"{text} AS {name}" for name, text in fields.items()),
        examples=EXAMPLES,
        table=table,
        condition="\n  AND ".join(conditions),
        places=", ".join(str(place) for place, _ in enumerate(fields, start=1)),
    )


def _listed(accounts: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in sorted(accounts))


def shapes(rows: Iterable[Sequence[str | None]]) -> dict[Shape, Calls]:
    """What the rows of an answer say."""
    found: dict[Shape, Calls] = {}
    for *fields, touched, category, failed, calls, first, last, examples in rows:
        resources = tuple(_resource(line) for line in touched.split("\n")) if touched else ()
        shape = Shape._make((*fields, resources, category, failed == "true"))
        found[shape] = Calls(int(calls or 0), first or "", last or "", tuple((examples or "").split()))
    return found


def _resource(line: str) -> Touched:
    arn, _, account = line.rpartition(" ")
    return Touched(arn or None, account or None)


@dataclass(frozen=True)
class Table:
    """A table over an archive, and the workgroup that reads it.

    Args:
        workgroup: The workgroup; it says where results go, and how much a query may read.
        database: The database in Glue.
        name: The table.
        session: Who asks.
    """

    workgroup: str
    database: str
    name: str
    session: Any

    def condensed(self, wanted: Wanted) -> dict[Shape, Calls]:
        """Ask, wait, and read the answer.

        Raises:
            TrailError: Athena refuses or fails; its words are in the message.
        """
        athena = self.session.client("athena")
        text = sql(f'"{self.database}"."{self.name}"', wanted)
        try:
            started = athena.start_query_execution(
                QueryString=text, WorkGroup=self.workgroup, QueryExecutionContext={"Database": self.database}
            )["QueryExecutionId"]
            state = _ended(athena, started)
            if state["State"] != "SUCCEEDED":
                reason = state.get("StateChangeReason", "Athena gives no reason")
                raise TrailError(
                    f"The query {started} of workgroup {self.workgroup} {state['State'].lower()}: {reason}"
                )
            return shapes(_rows(athena, started))
        except (BotoCoreError, ClientError) as error:
            raise TrailError(f"athena:{self.workgroup}/{self.database}.{self.name} cannot be asked: {error}") from error


def _ended(athena: Any, query: str) -> Mapping[str, str]:
    while True:
        status: Mapping[str, str] = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] not in ("QUEUED", "RUNNING"):
            return status
        time.sleep(_WAIT)


def _rows(athena: Any, query: str) -> Iterator[list[str | None]]:
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query)
    rows = (row for page in pages for row in page["ResultSet"]["Rows"])
    for row in islice(rows, 1, None):  # the first has the names
        yield [each.get("VarCharValue") for each in row["Data"]]
