-- What PostGraphile needs beside the tables: a school's rules, as its documentation has one write them.
CREATE FUNCTION student_diary_lessons(student student, begins date, ends date)
RETURNS SETOF lesson LANGUAGE sql STABLE AS $$
  SELECT lesson.* FROM lesson
  JOIN (
    SELECT course_id FROM enrolment
    WHERE school_id = student.school_id AND student_id = student.id AND course_id IS NOT NULL
      AND active AND (begins_on IS NULL OR begins_on <= current_date)
      AND (ends_on IS NULL OR ends_on >= current_date)
    UNION
    SELECT course.id FROM enrolment
    JOIN course ON course.school_id = enrolment.school_id
      AND course.class_group_id = enrolment.class_group_id AND whole_class
    WHERE enrolment.school_id = student.school_id AND enrolment.student_id = student.id
      AND enrolment.active AND (begins_on IS NULL OR begins_on <= current_date)
      AND (ends_on IS NULL OR ends_on >= current_date)
  ) AS learns USING (course_id)
  WHERE lesson.school_id = student.school_id AND lesson.day BETWEEN begins AND ends
    AND lesson.active
  ORDER BY lesson.day, lesson.starts_at, lesson.id
$$;
CREATE FUNCTION student_diary_grades(student student, begins date, ends date)
RETURNS SETOF grade LANGUAGE sql STABLE AS $$
  SELECT grade.* FROM grade
  WHERE school_id = student.school_id AND student_id = student.id
    AND day BETWEEN begins AND ends AND state <> 'WITHDRAWN' AND active
  ORDER BY day, given_at, id
$$;
CREATE FUNCTION course_journal_lessons(course course, begins date, ends date)
RETURNS SETOF lesson LANGUAGE sql STABLE AS $$
  SELECT lesson.* FROM lesson
  WHERE school_id = course.school_id AND course_id = course.id
    AND day BETWEEN begins AND ends AND active
  ORDER BY day, starts_at, id
$$;
CREATE FUNCTION course_journal_students(course course)
RETURNS SETOF student LANGUAGE sql STABLE AS $$
  SELECT student.* FROM student
  JOIN (
    SELECT student_id FROM enrolment
    WHERE school_id = course.school_id AND course_id = course.id AND active
      AND (begins_on IS NULL OR begins_on <= current_date)
      AND (ends_on IS NULL OR ends_on >= current_date)
    UNION
    SELECT student_id FROM enrolment
    WHERE course.whole_class AND school_id = course.school_id
      AND class_group_id = course.class_group_id AND active
      AND (begins_on IS NULL OR begins_on <= current_date)
      AND (ends_on IS NULL OR ends_on >= current_date)
  ) AS learns ON learns.student_id = student.id
  WHERE student.school_id = course.school_id AND student.active
  ORDER BY family_name, given_name, id
$$;
CREATE FUNCTION course_journal_grades(course course, begins date, ends date)
RETURNS SETOF grade LANGUAGE sql STABLE AS $$
  SELECT grade.* FROM grade
  WHERE school_id = course.school_id AND course_id = course.id
    AND day BETWEEN begins AND ends AND state <> 'WITHDRAWN' AND active
  ORDER BY day, given_at, id
$$;
CREATE TYPE journal_average AS (student_id uuid, value numeric);
-- Of grades without a bonus, as the demo school's are.
CREATE FUNCTION course_journal_averages(course course, begins date, ends date)
RETURNS SETOF journal_average LANGUAGE sql STABLE AS $$
  SELECT student_id, round(sum(number * weight) / sum(weight), 2) FROM grade
  WHERE school_id = course.school_id AND course_id = course.id
    AND day BETWEEN begins AND ends AND state = 'GIVEN' AND active
    AND NOT excused AND number IS NOT NULL
  GROUP BY student_id
$$;
