"""Invented names, subjects, marks and texts."""

GIVEN = (
    "Ada", "Anna", "Anton", "Arno", "Bela", "Boris", "Carla", "Clara", "Dana", "David", "Elena",
    "Elias", "Emil", "Emma", "Eva", "Felix", "Finn", "Frida", "Georg", "Greta", "Hanna", "Hugo",
    "Ida", "Igor", "Ines", "Ivan", "Jan", "Jana", "Jonas", "Julia", "Karl", "Katja", "Lara",
    "Leo", "Lena", "Lina", "Linus", "Lotte", "Luca", "Maja", "Marie", "Mark", "Max", "Mila",
    "Mira", "Nele", "Nina", "Nora", "Olga", "Oskar", "Otto", "Paul", "Paula", "Pia", "Rosa",
    "Ruth", "Samuel", "Sara", "Sina", "Sofia", "Theo", "Tim", "Toni", "Vera", "Viktor", "Yara",
    "Zoe",
)  # fmt: skip
FAMILY = (
    "Adler", "Albers", "Bauer", "Becker", "Berger", "Brandt", "Busch", "Dietrich", "Ebert",
    "Engel", "Fischer", "Frank", "Fuchs", "Graf", "Gruber", "Haas", "Hahn", "Hartmann", "Heinz",
    "Herrmann", "Horn", "Huber", "Jansen", "Keller", "Klein", "Koch", "Kraus", "Kuhn", "Lang",
    "Lehmann", "Lorenz", "Maier", "Martin", "Mayer", "Meyer", "Moser", "Neumann", "Novak", "Otto",
    "Petrov", "Pohl", "Richter", "Roth", "Sauer", "Schmidt", "Schubert", "Seidel", "Simon",
    "Sommer", "Stein", "Thomas", "Ulrich", "Vogel", "Wagner", "Weber", "Winter", "Wolf",
)  # fmt: skip
SUBJECTS = (
    ("Mathematics", "MA", 5),
    ("German", "DE", 4),
    ("English", "EN", 4),
    ("French", "FR", 3),
    ("Biology", "BI", 2),
    ("Physics", "PH", 2),
    ("Chemistry", "CH", 2),
    ("History", "HI", 2),
    ("Geography", "GE", 2),
    ("Art", "AR", 1),
    ("Music", "MU", 1),
    ("Sport", "SP", 2),
)
"""Name, code and hours a week: thirty hours in all, six a day."""
WORK = (
    ("Classwork", "CLASSWORK", 1, 30),
    ("Homework", "HOMEWORK", 1, 25),
    ("Oral answer", "ORAL", 1, 20),
    ("Quiz", "QUIZ", 2, 12),
    ("Test", "TEST", 3, 8),
    ("Project", "PROJECT", 3, 3),
    ("Exam", "EXAM", 4, 2),
)
"""Name, kind, weight, and frequency in percent."""
MARKS = ("2", "2+", "3-", "3", "3+", "4-", "4", "4+", "5-", "5")
OFTEN = (3, 2, 6, 14, 8, 10, 24, 9, 8, 16)
TOPICS = ("Introduction", "Exercises", "A closer look", "Group work", "Repetition", "Discussion")
TASKS = (
    "Read the next chapter and note three questions.",
    "Exercises 1 to 4 of the page we began.",
    "Learn the new words by heart.",
    "Finish what was begun in class.",
    "Prepare a short talk of two minutes.",
)
COMMENTS = ("Well done.", "Careless slips.", "Much better than last time.", "Please come and ask.")
