"""The feed's rows of a transaction, and the receipts of mutations."""

from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, select
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import NOW, ORIGIN, SCHOOL, table
from db.statement import statement
from db.tables.feed import Outbox, Receipt
from db.writing.parts import ACCOUNT, insert_each, new

FROM: dict[str, ColumnElement[Any]] = {"origin": ORIGIN}


@statement(Outbox)
def publish() -> ClauseElement:
    """Insert a row for each record that changed; the database adds the transaction's number."""
    return insert_each(
        Outbox,
        ("seq", "ref", "version"),
        {"topic": new(Outbox, "topic"), "change": new(Outbox, "change"), "at": NOW} | FROM,
    )


@statement(Receipt)
def write_receipt() -> ClauseElement:
    """Returns the receipt's key if it is new. If another transaction has inserted it and not ended,
    this waits, so that one of two concurrent retries acts and the other repeats its answer."""
    receipt = table(Receipt)
    return (
        insert(receipt)
        .values(
            school_id=SCHOOL,
            account_id=ACCOUNT,
            key=new(Receipt, "key"),
            request=new(Receipt, "request"),
            refs=new(Receipt, "refs"),
            at=NOW,
        )
        .on_conflict_do_nothing(index_elements=["school_id", "account_id", "key"])
        .returning(receipt.c.key)
    )


@statement(Receipt)
def receipt_by_key() -> ClauseElement:
    receipt = table(Receipt)
    return select(receipt).where(
        receipt.c.school_id == SCHOOL,
        receipt.c.account_id == ACCOUNT,
        receipt.c.key == new(Receipt, "key"),
    )
