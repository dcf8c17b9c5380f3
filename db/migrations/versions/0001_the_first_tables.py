"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.tables.columns import TransactionId

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "feed_key",
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("epoch"),
    )
    op.create_table(
        "school",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.PrimaryKeyConstraint("school_id"),
        sa.UniqueConstraint("sourced_id"),
    )
    op.create_table(
        "academic_year",
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name="ck_academic_year_days"),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_academic_year_sourced_id"),
    )
    op.create_table(
        "grade_scale",
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_grade_scale_sourced_id"),
    )
    op.create_table(
        "guardian",
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("middle_name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_guardian_sourced_id"),
    )
    op.create_table(
        "outbox",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "xid",
            TransactionId(),
            server_default=sa.text("pg_current_xact_id()"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("change", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "xid", "seq"),
    )
    op.create_index("ix_outbox_order", "outbox", ["xid", "seq"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("refs", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "account_id", "key"),
    )
    op.create_index("ix_receipt_at", "receipt", ["at"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_table(
        "student",
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("middle_name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=True),
        sa.Column("grade_level", sa.String(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_student_sourced_id"),
    )
    op.create_table(
        "subject",
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_subject_sourced_id"),
    )
    op.create_table(
        "teacher",
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("middle_name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_teacher_sourced_id"),
    )
    op.create_table(
        "work_type",
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("weight", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_work_type_sourced_id"),
    )
    op.create_table(
        "class_group",
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year_id", sa.Uuid(), nullable=True),
        sa.Column("class_teacher_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("grade_level", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id", "academic_year_id"],
            ["academic_year.school_id", "academic_year.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "class_teacher_id"],
            ["teacher.school_id", "teacher.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_class_group_sourced_id"),
    )
    op.create_index(
        "ix_class_group_teacher", "class_group", ["school_id", "class_teacher_id"], unique=False
    )
    op.create_table(
        "guardianship",
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id", "guardian_id"],
            ["guardian.school_id", "guardian.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "student_id"],
            ["student.school_id", "student.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
    )
    op.create_index(
        "ix_guardianship_guardian", "guardianship", ["school_id", "guardian_id"], unique=False
    )
    op.create_index(
        "ix_guardianship_student",
        "guardianship",
        ["school_id", "student_id", "guardian_id"],
        unique=True,
    )
    op.create_table(
        "membership",
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        sa.Column("guardian_id", sa.Uuid(), nullable=True),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(student_id, guardian_id, teacher_id) = (role <> 'HEAD')::int",
            name="ck_membership_person",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "guardian_id"],
            ["guardian.school_id", "guardian.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "student_id"],
            ["student.school_id", "student.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "teacher_id"],
            ["teacher.school_id", "teacher.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
    )
    op.create_index("ix_membership_account", "membership", ["account_id"], unique=False)
    op.create_table(
        "period",
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name="ck_period_days"),
        sa.ForeignKeyConstraint(
            ["school_id", "academic_year_id"],
            ["academic_year.school_id", "academic_year.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "parent_id"],
            ["period.school_id", "period.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_period_sourced_id"),
    )
    op.create_index("ix_period_days", "period", ["school_id", "starts_on"], unique=False)
    op.create_table(
        "course",
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("academic_year_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("grade_scale_id", sa.Uuid(), nullable=True),
        sa.Column("whole_class", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("room", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id", "academic_year_id"],
            ["academic_year.school_id", "academic_year.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "class_group_id"],
            ["class_group.school_id", "class_group.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "grade_scale_id"],
            ["grade_scale.school_id", "grade_scale.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "subject_id"],
            ["subject.school_id", "subject.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_course_sourced_id"),
    )
    op.create_index(
        "ix_course_class_group", "course", ["school_id", "class_group_id"], unique=False
    )
    op.create_table(
        "enrolment",
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(class_group_id, course_id) = 1", name="ck_enrolment_place"
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "class_group_id"],
            ["class_group.school_id", "class_group.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "course_id"],
            ["course.school_id", "course.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "student_id"],
            ["student.school_id", "student.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_enrolment_sourced_id"),
    )
    op.create_index(
        "ix_enrolment_class_group", "enrolment", ["school_id", "class_group_id"], unique=False
    )
    op.create_index("ix_enrolment_course", "enrolment", ["school_id", "course_id"], unique=False)
    op.create_index("ix_enrolment_student", "enrolment", ["school_id", "student_id"], unique=False)
    op.create_table(
        "lesson",
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id", "course_id"],
            ["course.school_id", "course.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "teacher_id"],
            ["teacher.school_id", "teacher.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_lesson_sourced_id"),
    )
    op.create_index("ix_lesson_course", "lesson", ["school_id", "course_id", "day"], unique=False)
    op.create_index("ix_lesson_teacher", "lesson", ["school_id", "teacher_id", "day"], unique=False)
    op.create_table(
        "line_item",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_type_id", sa.Uuid(), nullable=False),
        sa.Column("grade_scale_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("assigned_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id", "grade_scale_id"],
            ["grade_scale.school_id", "grade_scale.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "id"],
            ["lesson.school_id", "lesson.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "work_type_id"],
            ["work_type.school_id", "work_type.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
    )
    op.create_table(
        "teaching",
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id", "course_id"],
            ["course.school_id", "course.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "teacher_id"],
            ["teacher.school_id", "teacher.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_teaching_sourced_id"),
    )
    op.create_index("ix_teaching_course", "teaching", ["school_id", "course_id"], unique=False)
    op.create_index("ix_teaching_teacher", "teaching", ["school_id", "teacher_id"], unique=False)
    op.create_table(
        "grade",
        sa.Column("sourced_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("work_type_id", sa.Uuid(), nullable=False),
        sa.Column("grade_scale_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("number", sa.Numeric(precision=8, scale=3), nullable=True),
        sa.Column("weight", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("bonus", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight > 0", name="ck_grade_weight"),
        sa.ForeignKeyConstraint(
            ["school_id", "course_id"],
            ["course.school_id", "course.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "grade_scale_id"],
            ["grade_scale.school_id", "grade_scale.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "lesson_id"],
            ["lesson.school_id", "lesson.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "student_id"],
            ["student.school_id", "student.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "teacher_id"],
            ["teacher.school_id", "teacher.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "work_type_id"],
            ["work_type.school_id", "work_type.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "sourced_id", name="uq_grade_sourced_id"),
    )
    op.create_index("ix_grade_course", "grade", ["school_id", "course_id", "day"], unique=False)
    op.create_index("ix_grade_lesson", "grade", ["school_id", "lesson_id"], unique=False)
    op.create_index("ix_grade_student", "grade", ["school_id", "student_id", "day"], unique=False)
    op.create_table(
        "homework",
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("lesson_day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("expected_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id", "course_id"],
            ["course.school_id", "course.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "lesson_id"],
            ["lesson.school_id", "lesson.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "teacher_id"],
            ["teacher.school_id", "teacher.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
    )
    op.create_index(
        "ix_homework_due", "homework", ["school_id", "course_id", "due_on"], unique=False
    )
    op.create_index("ix_homework_lesson", "homework", ["school_id", "lesson_id"], unique=False)
    op.create_table(
        "lesson_revision",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("topic_before", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id", "lesson_id"],
            ["lesson.school_id", "lesson.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "lesson_id", "version", name="uq_lesson_revision"),
    )
    op.create_table(
        "grade_revision",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grade_id", sa.Uuid(), nullable=False),
        sa.Column("value_before", sa.String(), nullable=True),
        sa.Column("weight_before", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("state_before", sa.String(length=32), nullable=True),
        sa.Column("work_type_id_before", sa.Uuid(), nullable=True),
        sa.Column("comment_before", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id", "grade_id"],
            ["grade.school_id", "grade.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "grade_id", "version", name="uq_grade_revision_version"),
    )
    op.create_table(
        "homework_revision",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("school_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("homework_id", sa.Uuid(), nullable=False),
        sa.Column("text_before", sa.String(), nullable=True),
        sa.Column("due_on_before", sa.Date(), nullable=True),
        sa.Column("withdrawn_before", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id", "homework_id"],
            ["homework.school_id", "homework.id"],
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.school_id"],
        ),
        sa.PrimaryKeyConstraint("school_id", "id"),
        sa.UniqueConstraint("school_id", "homework_id", "version", name="uq_homework_revision"),
    )
    # Two version-4 UUIDs are 244 random bits: enough for a key that only signs cursors.
    op.execute(
        "INSERT INTO feed_key (epoch, secret) VALUES (gen_random_uuid(), "
        "decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'))"
    )
