"""The audit: notes, a chain of entries that are never changed, and the outbox says from where."""

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0091"

CODE, INSTANT = sa.String(length=32), sa.DateTime(timezone=True)
KEPT = """
    CREATE OR REPLACE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' AND current_setting('gradebook.audit_removal', true) = 'on' THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD END;
        END IF;
        IF TG_OP = 'DELETE' THEN
            IF OLD.number <= (
                SELECT anchor_number FROM audit_chain WHERE school_id = OLD.school_id
            ) THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'An entry of the audit is never changed, nor removed before its term.';
    END $$
"""
"""The setting is that of a school which is removed whole, and of a backup that is restored."""


class _Xid8(sa.types.UserDefinedType[int]):
    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("origin", sa.String(), nullable=True))
    _notes()
    _entries()
    op.create_table(
        "audit_chain",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("digest", sa.LargeBinary(), server_default="", nullable=False),
        sa.Column("xid", _Xid8(), server_default="0", nullable=False),
        sa.Column("seq", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("anchor_number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("anchor_digest", sa.LargeBinary(), server_default="", nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("lease_holder", sa.Uuid(), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.PrimaryKeyConstraint("school_id"),
    )
    op.execute(KEPT)
    op.execute(
        "CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION audit_entry_kept()"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_kept_whole BEFORE TRUNCATE ON audit_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_kept()"
    )
    keeping = sa.Column("audit_years", sa.SmallInteger(), server_default="5", nullable=False)
    op.add_column("school", keeping)
    before = sa.Column("audit_years_before", sa.SmallInteger(), nullable=True)
    op.add_column("school_revision", before)


def _notes() -> None:
    op.create_table(
        "audit_note",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "xid", _Xid8(), server_default=sa.text("pg_current_xact_id()"), autoincrement=False,
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("change", CODE, nullable=False),
        sa.Column("noun", CODE, nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.PrimaryKeyConstraint("school_id", "xid", "id"),
    )  # fmt: skip


def _entries() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("change", CODE, nullable=False),
        sa.Column("noun", CODE, nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.school_id"]),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "number", name="uq_audit_entry_number"),
    )
    for name, columns in (
        ("student", ["student_id", "number"]),
        ("account", ["account_id", "number"]),
        ("at", ["at"]),
    ):
        op.create_index(f"ix_audit_entry_{name}", "audit_entry", ["school_id", *columns])
