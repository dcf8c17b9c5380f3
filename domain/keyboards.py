"""What was typed in another keyboard layout: the Russian one and the English one."""

LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю"
LATIN_SHIFTED = '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_LATIN = LATIN + LATIN_SHIFTED
_CYRILLIC = CYRILLIC + CYRILLIC.upper()
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)


def on_latin_keys(text: str) -> str:
    """The text as the same keys write it in the English layout."""
    return text.translate(_TO_LATIN)


def on_cyrillic_keys(text: str) -> str:
    """The text as the same keys write it in the Russian layout."""
    return text.translate(_TO_CYRILLIC)


def is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u04ff"


def is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()
