"""The pace that all replicas share, and the rank of what waits to be delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True)),
    )
    # An older replica goes on writing rows without a rank: they are words, as most are.
    op.add_column("outbox", sa.Column("rank", sa.SmallInteger(), nullable=False, server_default="2"))


def downgrade() -> None:
    op.drop_column("outbox", "rank")
    op.drop_table("pace")
