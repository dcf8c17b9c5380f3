"""Points count as a share of their maximum, extra credit above it; work may weigh nothing; a course
takes its scale from a roster until somebody chooses one."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(
        "UPDATE grade_scale SET definition = definition || jsonb_build_object('average',"
        " jsonb_build_object('best', 'HIGHEST', 'shares', jsonb_build_array("
        " jsonb_build_array('0', '0'), jsonb_build_array(definition ->> 'maximum', '1'))))"
        " WHERE definition ->> 'kind' = 'POINTS' AND definition ->> 'minimum' = '0'"
    )
    op.execute(
        'UPDATE grade_scale SET definition = definition || \'{"above": "COUNTED"}\''
        " WHERE definition ->> 'kind' = 'POINTS' AND sourced_id LIKE 'gradebook:points%'"
    )
    op.drop_constraint("ck_grade_weight", "grade", type_="check")
    op.create_check_constraint("ck_grade_weight", "grade", "weight >= 0")
    op.add_column(
        "course",
        sa.Column(
            "scale_from_roster", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
    )
