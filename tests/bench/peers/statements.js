// What the hand-written endpoint asks, a name each so that PostgreSQL prepares it once.
const LEARNS = `
  SELECT student_id, course_id FROM enrolment
  WHERE school_id = $1 AND course_id IS NOT NULL AND active
    AND (begins_on IS NULL OR begins_on <= current_date)
    AND (ends_on IS NULL OR ends_on >= current_date)
  UNION
  SELECT student_id, course.id FROM enrolment
  JOIN course ON course.school_id = enrolment.school_id
    AND course.class_group_id = enrolment.class_group_id AND whole_class
  WHERE enrolment.school_id = $1 AND enrolment.active
    AND (begins_on IS NULL OR begins_on <= current_date)
    AND (ends_on IS NULL OR ends_on >= current_date)`

export const STUDENT = ['student', `
  SELECT given_name, family_name, grade_level, born_on FROM student
  WHERE school_id = $1 AND id = $2 AND active`]
export const LESSONS = ['lessons', `
  SELECT lesson.school_id, lesson.id, lesson.day AS date, starts_at, topic,
    subject.name AS subject, teacher.given_name, teacher.family_name
  FROM lesson
  JOIN (${LEARNS}) AS learns ON learns.course_id = lesson.course_id AND learns.student_id = $2
  JOIN course ON course.school_id = lesson.school_id AND course.id = lesson.course_id
  LEFT JOIN subject ON subject.school_id = $1 AND subject.id = course.subject_id
  LEFT JOIN teacher ON teacher.school_id = $1 AND teacher.id = lesson.teacher_id
  WHERE lesson.school_id = $1 AND lesson.day BETWEEN $3 AND $4 AND lesson.active
  ORDER BY lesson.day, starts_at, lesson.id`]
export const HOMEWORK = ['homework', `
  SELECT lesson_id, text FROM homework
  WHERE school_id = $1 AND lesson_id = ANY($2) AND NOT withdrawn ORDER BY set_at, id`]
export const GRADES = ['grades', `
  SELECT lesson_id, value, grade.weight, work_type.name AS work_type, comment
  FROM grade
  JOIN work_type ON work_type.school_id = grade.school_id AND work_type.id = work_type_id
  WHERE grade.school_id = $1 AND student_id = $2 AND day BETWEEN $3 AND $4
    AND state <> 'WITHDRAWN' AND grade.active
  ORDER BY day, given_at, grade.id`]
export const COURSE = ['course', 'SELECT title FROM course WHERE school_id = $1 AND id = $2']
export const COURSE_LESSONS = ['course_lessons', `
  SELECT school_id, id, day AS date FROM lesson
  WHERE school_id = $1 AND course_id = $2 AND day BETWEEN $3 AND $4 AND active
  ORDER BY day, starts_at, id`]
export const LEARNERS = ['learners', `
  SELECT id, given_name, family_name FROM student
  JOIN (${LEARNS}) AS learns ON learns.student_id = student.id AND learns.course_id = $2
  WHERE school_id = $1 AND active ORDER BY family_name, given_name, id`]
export const COURSE_GRADES = ['course_grades', `
  SELECT student_id, lesson.day AS date, value, number, weight, state, excused, bonus
  FROM grade
  JOIN lesson ON lesson.school_id = grade.school_id AND lesson.id = grade.lesson_id
  WHERE grade.school_id = $1 AND grade.course_id = $2 AND grade.day BETWEEN $3 AND $4
    AND state <> 'WITHDRAWN' AND grade.active
  ORDER BY grade.day, given_at, grade.id`]
