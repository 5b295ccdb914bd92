"""The first tables: incidents, timeline, outbox, due rows, receipts, messages, places."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("room", sa.String(length=40), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("room", name=op.f("uq_incidents_room")),
    )
    op.create_index(op.f("ix_incidents_is_open"), "incidents", ["is_open"], unique=False)
    op.create_table(
        "messages",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.Column("thread_ts", sa.String(length=40), nullable=True),
        sa.Column("author", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_ts", sa.String(length=40), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.PrimaryKeyConstraint("channel", "ts", name=op.f("pk_messages")),
    )
    op.create_table(
        "places",
        sa.Column("wanted", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("wanted", name=op.f("pk_places")),
    )
    op.create_table(
        "receipts",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_receipts")),
    )
    op.create_index(op.f("ix_receipts_at"), "receipts", ["at"], unique=False)
    op.create_table(
        "due",
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name=op.f("fk_due_incident_incidents")),
        sa.PrimaryKeyConstraint("incident", "kind", name=op.f("pk_due")),
    )
    op.create_index(op.f("ix_due_at"), "due", ["at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("lane", sa.String(length=80), nullable=False),
        sa.Column("needs", sa.String(length=20), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uncertain_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.BigInteger(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name=op.f("fk_outbox_incident_incidents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_incident"), "outbox", ["incident"], unique=False)
    op.create_index(
        "ix_outbox_settled",
        "outbox",
        ["settled_at"],
        unique=False,
        sqlite_where=sa.text("status != 'pending'"),
        postgresql_where=sa.text("status != 'pending'"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "timeline",
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_channel", sa.String(length=40), nullable=True),
        sa.Column("source_ts", sa.String(length=40), nullable=True),
        sa.Column("evidence_channel", sa.String(length=40), nullable=True),
        sa.Column("evidence_ts", sa.String(length=40), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name=op.f("fk_timeline_incident_incidents")),
        sa.PrimaryKeyConstraint("incident", "seq", name=op.f("pk_timeline")),
    )
    op.execute("INSERT INTO counters (name, value) VALUES ('incident', 0)")


def downgrade() -> None:
    op.drop_table("timeline")
    op.drop_index(
        "ix_outbox_waiting",
        table_name="outbox",
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index(
        "ix_outbox_settled",
        table_name="outbox",
        sqlite_where=sa.text("status != 'pending'"),
        postgresql_where=sa.text("status != 'pending'"),
    )
    op.drop_index(op.f("ix_outbox_incident"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_due_at"), table_name="due")
    op.drop_table("due")
    op.drop_index(op.f("ix_receipts_at"), table_name="receipts")
    op.drop_table("receipts")
    op.drop_table("places")
    op.drop_table("messages")
    op.drop_index(op.f("ix_incidents_is_open"), table_name="incidents")
    op.drop_table("incidents")
    op.drop_table("counters")
