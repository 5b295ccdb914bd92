"""What incidents are found by when a new one is like them, also for those that are there already."""

import sqlalchemy as sa
from alembic import op

from bot.workflows.similar import subject

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT_ONCE = 500


def upgrade() -> None:
    traits = op.create_table(
        "traits",
        sa.Column("trait", sa.String(200), primary_key=True),
        sa.Column("incident", sa.Integer, sa.ForeignKey("incidents.id"), primary_key=True),
    )
    op.create_index(op.f("ix_traits_incident"), "traits", ["incident"])
    connection = op.get_bind()
    titles = connection.execute(sa.text("SELECT id, title FROM incidents")).all()
    rows = [
        {"trait": f"word:{stem}"[:200], "incident": number}
        for number, title in titles
        for stem in sorted(set(subject(title)))
    ]
    for begin in range(0, len(rows), AT_ONCE):
        connection.execute(sa.insert(traits), rows[begin : begin + AT_ONCE])


def downgrade() -> None:
    op.drop_index(op.f("ix_traits_incident"), "traits")
    op.drop_table("traits")
