"""Timeline entries that correct others, and a timeline that is read page by page."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("timeline", sa.Column("corrects", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_timeline_incident_at_seq"), "timeline", ["incident", "at", "seq"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_timeline_incident_at_seq"), table_name="timeline")
    op.drop_column("timeline", "corrects")
