"""What is masked, and what only looks a little like a secret. The secrets are made up, and put together from parts."""

import time

import pytest

from bot.workflows.masking import MASK, masked

KEY = "PRIVATE KEY"
LETTERS = "aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW3xY5zA7"
SECRETS = [
    "AKIA" + "IOSFODNN7EXAMPLE", "ASIA" + "IOSFODNN7EXAMPLE", "xoxb" + "-123456789012-abcdefGHIJ",
     "xoxe.xoxp" + "-1-abcdefGHIJ12",
    "xapp" + "-1-A0123456-7890-abcdef", "ghp_" + LETTERS, "gho_" + LETTERS, "github_pat_" + LETTERS, "glpat-" + LETTERS,
    "sk_live_" + LETTERS, "rk_test_" + LETTERS, "AIza" + LETTERS[:35], "ya29." + LETTERS,
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N",
    f"-----BEGIN RSA {KEY}-----\nMIIEow\nIBAAKC\n-----END RSA {KEY}-----", f"-----BEGIN {KEY}-----\nMIIEvQ",
    f"-----BEGIN PGP {KEY} BLOCK-----\nabc\n-----END PGP {KEY} BLOCK-----",
    "4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111", "378282246310005", "5555555555554444",
    "6011111111111117", "30569309025904", "3530111333300000",
]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret[:12])
@pytest.mark.parametrize("around", ["{}", "it leaked: {} today", "`{}`", "({})", '"{}",', "see {}.", "<{}>"])
def test_a_secret_is_masked_and_what_stands_around_it_stays(secret: str, around: str) -> None:
    if secret.endswith("MIIEvQ") and around != "{}":  # a block without its end is masked to the end of the text
        around = "it leaked: {}"
    assert masked(around.format(secret)) == around.format(MASK)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password=hunter2", "password=[masked]"), ("DB_PASSWORD = 'two words' set", "DB_PASSWORD = [masked] set"),
        ("?token=abc&page=2", "?token=[masked]&page=2"),
     ("aws_secret_access_key=a/b+c", "aws_secret_access_key=[masked]"),
        ('{"password": "hunter2"}', '{"password": [masked]}'), ("password: hunter2!", "password: [masked]"),
        ("api_key=abc, then", "api_key=[masked], then"), ("mysql --password s3cr3t db", "mysql --password [masked] db"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [masked]"),
        ("-H 'Authorization: Basic dXNlcjpwYXNz'", "-H 'Authorization: Basic [masked]'"),
        ("with Bearer abcdef0123456789abcdef", "with Bearer [masked]"),
        ("postgres://app:s3cret@db:5432/shop", "postgres://app:[masked]@db:5432/shop"),
        ("<https://ana:p@ss@example.com|x>", "<https://ana:[masked]@example.com|x>"),
        ("amqp://:s3cret@queue", "amqp://:[masked]@queue"),
        ("https://hooks.slack.com/services/T000/B000/abcdef", "https://hooks.slack.com/[masked]"),
        ("a=1 password=x token=y", "a=1 password=[masked] token=[masked]"),
    ],
)  # fmt: skip
def test_what_stands_behind_its_name_is_masked_and_the_name_stays(text: str, expected: str) -> None:
    assert masked(text) == expected
    assert masked(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "checkout is failing", "deployed 3f786850e387550fdab836ed7e6dc881de23001b", "f7c3bc1d is bad",
        "request 550e8400-e29b-41d4-a716-446655440000", "OPS-12345 and #4111", "10.0.0.1, 192.168.100.200:5432, ::1",
        "2026-11-23 14:05:59.123456", "1795419000.000100", "1795419000000100", "4111 1111 1111 1112",
     "order 4111111111111112",
        "4111111111111111222233334444", "https://example.com:8080/path@version", "git@github.com:a/b.git",
        "mail <mailto:ana@example.com|ana@example.com>", "the password was reset", "token expired",
     "password: reset for all",
        "the bearer of bad news", "Bearer authentication fails", "Authorization: failed for a third of all users",
        "secrets are fine", "max_tokens=4096", "task sk_live", "AKIA is a prefix", "eyJhbGciOi is the head", "xoxo",
        "ghp_ is a prefix", "password=", "password=$DB_PASSWORD", "token == null", "secret santa", "PWD=/home/app",
        "-----BEGIN CERTIFICATE-----", "<@U0ANA> noted <#C0ROOM|inc-7>", "5xx at 5.2 %", "+49 30 1234567890",
        "token: 5 of 7 expired",
     "no secret: it is public",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "piece",
    ["eyJ", "eyJ.", "://", "://a:", "4", "4 ", "password", "password=", "token ", "-----BEGIN " + KEY + "-----",
     "xoxb-",
     "a", "bearer ", "AKIA", "authorization: ", "'", "=", "-----BEGIN "],
)  # fmt: skip
def test_forty_thousand_characters_are_read_at_once(piece: str) -> None:
    text, began = (piece * 40_000)[:40_000], time.process_time()
    masked(text)
    assert time.process_time() - began < 2  # seconds; it takes milliseconds, and a quadratic reading takes minutes
