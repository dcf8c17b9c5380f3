interface Course {
  title: string;
  classGroup?: { name: string } | null;
}

/** The title of a course, after the name of its class unless the title has that. */
export function courseName({ title, classGroup }: Course): string {
  return classGroup && !title.includes(classGroup.name) ? `${classGroup.name} ${title}` : title;
}
