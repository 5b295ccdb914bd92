"""Secrets of well-known shapes, which are masked before anything is stored."""

import re

MASK = "[masked]"

_BEFORE = r"(?<![A-Za-z0-9_-])"  # a shape begins a word, and no run of letters is read twice
# What is nothing but a secret.
_SHAPES = re.compile(
    "|".join(
        (
            r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END (?:[A-Z0-9]+ ){0,4}PRIVATE KEY"
            r"(?: BLOCK)?-----|\Z)",
            rf"{_BEFORE}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{{16}}(?![A-Za-z0-9])",  # AWS
            rf"{_BEFORE}(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9-]{{8,}}",  # Slack
            r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,}",
            rf"{_BEFORE}(?:gh[pousr]_[A-Za-z0-9]{{20,}}|github_pat_[A-Za-z0-9_]{{20,}}|glpat-[A-Za-z0-9_-]{{20,}})",
            rf"{_BEFORE}(?:[sr]k_(?:live|test)_[A-Za-z0-9]{{10,}}|whsec_[A-Za-z0-9]{{16,}})",  # Stripe
            rf"{_BEFORE}(?:AIza[A-Za-z0-9_-]{{35}}|ya29\.[A-Za-z0-9_-]{{20,}}|GOCSPX-[A-Za-z0-9_-]{{20,}})",  # Google
            rf"{_BEFORE}eyJ[A-Za-z0-9_-]{{8,}}\.eyJ[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]*",  # a JSON Web Token
        )
    ),
    re.DOTALL,
)
# What a secret stands behind; that part stays, so that one reads what was masked.
_NAMED = r"(?:password|passwd|passphrase|pwd|secret|token|api[ _-]?key|access[_-]?key|private[_-]?key|credentials?)"
_VALUE = r"(?:\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s\"'&,;<>|]{1,400})"
_BEHIND = (
    re.compile(
        rf"(\bauthorization[\"']?[ \t]{{0,3}}[:=][ \t]{{0,3}}[\"']?(?:bearer|basic|token|digest|negotiate)[ \t]{{1,3}})"
        rf"(?!\[masked\])({_VALUE})",
        re.IGNORECASE,
    ),
    re.compile(r"(\bbearer[ \t]{1,3})((?=[^\s]{0,400}[0-9])[A-Za-z0-9._~+/=-]{16,})", re.IGNORECASE),
    # With an equals sign it is a setting; with a colon it may be prose, unless the value looks like a secret.
    re.compile(
        rf"({_NAMED}[\"']?[ \t]{{0,3}}=[ \t]{{0,3}})(?!\[masked\]|/|[$%{{]|null\b|none\b|=)({_VALUE})", re.IGNORECASE
    ),
    re.compile(
        rf"({_NAMED}[\"']?[ \t]{{0,3}}:[ \t]{{0,3}})(?!\[masked\]|/|https?:)"
        rf"(?=[^\s]{{6}})(?=[^\s]{{0,400}}[0-9!#$%^&*+=@])({_VALUE})",
        re.IGNORECASE,
    ),
    re.compile(
        r"((?<!\S)--?(?:password|passwd|token|secret|api-key)[ \t]{1,3})(?!\[masked\]|-)(\S{1,400})", re.IGNORECASE
    ),
    re.compile(r"(://[^\s:/@<>|]{0,200}:)(?!\[masked\])([^\s/<>|]{1,400})(?=@)"),  # of a connection string
)
_DIGITS = re.compile(r"(?<![\w.:/-])[3-6](?:[ -]?[0-9]){12,18}(?![\w:/-]|\.[0-9])")
# Which numbers are handed out by the card networks: beginnings and lengths.
_CARD = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}(?:[0-9]{3})?)?|5[1-5][0-9]{14}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}"
    r"|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}"
)


def masked(text: str) -> str:
    """The text with what looks like a secret replaced; what is masked once stays as it is."""
    text = _SHAPES.sub(MASK, text)
    for pattern in _BEHIND:
        text = pattern.sub(rf"\1{MASK}", text)
    return _DIGITS.sub(lambda found: MASK if _is_card(found[0]) else found[0], text)


def _is_card(written: str) -> bool:
    digits = written.replace(" ", "").replace("-", "")
    return _CARD.fullmatch(digits) is not None and _luhn(digits)


def _luhn(digits: str) -> bool:
    """The check digit of a card (ISO/IEC 7812-1): every second digit from the right counts double."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
