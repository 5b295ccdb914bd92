"""The tables, as SQLAlchemy describes them; migrations/ holds how they came to be."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime: stored in UTC, read back in UTC, refused without a zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JSON = sa.JSON().with_variant(JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers rows itself only in INTEGER keys

PENDING, DONE, DEAD = "pending", "done", "dead"  # how a row of the outbox stands

metadata = sa.MetaData(naming_convention=NAMES)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

incidents = sa.Table(
    "incidents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False, index=True),
    sa.Column("private", sa.Boolean, nullable=False),
    sa.Column("room", sa.String(40), unique=True),
    sa.Column("declared_at", UtcDateTime, nullable=False),
    sa.Column("body", JSON, nullable=False),  # the whole incident; the columns beside it are for looking it up
)

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("incident", sa.ForeignKey("incidents.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(60), nullable=False),  # the event's name, or the name of a mark
    sa.Column("at", UtcDateTime, nullable=False),  # when it happened
    sa.Column("recorded_at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(40)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source_channel", sa.String(40)),  # the message it was taken from
    sa.Column("source_ts", sa.String(40)),
    sa.Column("evidence_channel", sa.String(40)),  # the message that told the room of it
    sa.Column("evidence_ts", sa.String(40)),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column(
        "digest", sa.String(64), nullable=False
    ),  # of the salted content, which can be erased without breaking the chain
    sa.Column("chain", sa.String(64), nullable=False),  # of the previous link and this digest
    sa.Column("corrects", sa.Integer),  # the line it puts right; that one stays as it is
)
sa.Index("ix_timeline_incident_at_seq", timeline.c.incident, timeline.c.at, timeline.c.seq)

receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("key", sa.String(400), primary_key=True),
    sa.Column("incident", sa.Integer),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)

due = sa.Table(
    "due",
    metadata,
    sa.Column("incident", sa.ForeignKey("incidents.id"), primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", BIG, primary_key=True, autoincrement=True),
    sa.Column(
        "key", sa.String(40), nullable=False, unique=True
    ),  # travels in message metadata, to look for before a resend
    sa.Column("incident", sa.ForeignKey("incidents.id"), nullable=False, index=True),
    sa.Column("entry", sa.Integer),  # the timeline entry whose evidence the message becomes
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("payload", JSON, nullable=False),
    sa.Column("lane", sa.String(80), nullable=False),
    sa.Column("needs", sa.String(20)),  # cleared when the furnishing it waits for is there
    sa.Column("status", sa.String(10), nullable=False),  # PENDING, DONE or DEAD
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("uncertain_since", UtcDateTime),  # since when Slack may hold it without our knowing
    sa.Column("next_at", UtcDateTime, nullable=False),
    sa.Column("holder", sa.BigInteger),  # the living process that holds the lease
    sa.Column("leased_until", UtcDateTime),
    sa.Column("error", sa.Text),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("settled_at", UtcDateTime),
    sa.Column("rank", sa.SmallInteger, nullable=False, server_default="2"),  # who goes first where Slack sets the pace
    sqlite_autoincrement=True,
)
sa.Index(
    "ix_outbox_waiting", outbox.c.lane, outbox.c.id,
    sqlite_where=outbox.c.status == PENDING, postgresql_where=outbox.c.status == PENDING,
)  # fmt: skip
sa.Index(
    "ix_outbox_settled", outbox.c.settled_at,
    sqlite_where=outbox.c.status != PENDING, postgresql_where=outbox.c.status != PENDING,
)  # fmt: skip

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("channel", sa.String(40), primary_key=True),
    sa.Column("ts", sa.String(40), primary_key=True),
    sa.Column("thread_ts", sa.String(40)),
    sa.Column("author", sa.String(40)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column(
        "edited_ts", sa.String(40), nullable=False
    ),  # "" until it is edited; a later edit never loses to an earlier one
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("files", JSON, nullable=False),  # names of attached files
)

traits = sa.Table(
    "traits",
    metadata,
    sa.Column("trait", sa.String(200), primary_key=True),  # a word of the title or a factor, or the service
    sa.Column("incident", sa.ForeignKey("incidents.id"), primary_key=True, index=True),
)

places = sa.Table(
    "places",
    metadata,
    sa.Column("wanted", sa.String(100), primary_key=True),  # the setting's value, such as "incidents"
    sa.Column("channel", sa.String(40), nullable=False),
)

pace = sa.Table(
    "pace",
    metadata,
    sa.Column("name", sa.String(120), primary_key=True),  # of the limit: a method, or a channel's posts
    sa.Column("full_at", UtcDateTime, nullable=False),  # when all its tokens are back
    sa.Column("closed_until", UtcDateTime),  # Slack's own Retry-After
)
