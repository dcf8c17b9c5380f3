"""`python -m gateway.catalogues` writes new texts of letters and pages into the catalogues of their
languages, for translators."""

from gateway.pages import PAGES
from resolvers.mail.rendering import LETTERS

if __name__ == "__main__":
    for texts in (LETTERS, PAGES):
        texts.renew_catalogues()
