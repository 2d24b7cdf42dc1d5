"""Addresses of databases: taken apart, put together, and never with a password."""

import pytest

from jjjmap.errors import DatabaseUnusable
from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening.database_address import DatabaseAddress, is_database_url, masked, parse_url
from jjjmap.layers.opening.database_reasons import REASONS, reason_parts

CANARY = "S3CRET-canary@:/"
QUOTED = "S3CRET-canary%40%3A%2F"


def test_a_url_is_taken_apart_and_comes_back_without_its_password() -> None:
    url = parse_url(f"postgresql://读者:{QUOTED}@db.example.org:6543/规划?sslmode=require&table=a.b.c")
    assert url.address == DatabaseAddress("db.example.org", 6543, "规划", "读者", "require")
    assert (url.password, url.table) == (CANARY, "a.b.c")
    assert parse_url(url.address.url).address == url.address
    assert parse_url(url.address.url).password is None
    for text in (url.address.url, url.address.name, repr(url), str(url)):
        assert "S3CRET" not in text


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("postgres://localhost", DatabaseAddress("localhost")),
        ("postgresql:///db", DatabaseAddress(database="db")),
        ("POSTGRESQL://[::1]:5433/db", DatabaseAddress("::1", 5433, "db")),
        ("postgresql://%2Fvar%2Frun/db", DatabaseAddress("/var/run", database="db")),
    ],
)
def test_short_forms_are_understood(text: str, address: DatabaseAddress) -> None:
    assert is_database_url(text)
    assert parse_url(text).address == address
    assert parse_url(address.url).address == address


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://u:{QUOTED}@h/db?options=-c%20default_transaction_read_only%3Doff",
        f"postgresql://u:{QUOTED}@h/db?passfile=/etc/passwd",
        f"postgresql://u:{QUOTED}@h/db?sslmode=maybe",
        f"postgresql://u:{QUOTED}@h/db?sslmode",
        f"postgresql://u:{QUOTED}@a,b/db",
        f"postgresql://u:{QUOTED}@h:99999/db",
        f"postgresql://u:{QUOTED}@h/d%00b",
        f"mysql://u:{QUOTED}@h/db",
        "postgresql://u@h/%ff",
        "postgresql://[::1/db",
        "postgresql://h/" + "x" * 300,
    ],
)
def test_what_libpq_must_not_get_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        parse_url(text)
    assert caught.value.reason == "bad-address"
    assert "S3CRET" not in str(caught.value)


@pytest.mark.parametrize("text", ["甲县.csv", "postgresql.gpkg", "https://example.org/a", "/tmp/postgresql:"])
def test_names_of_files_are_no_databases(text: str) -> None:
    assert not is_database_url(text)


@pytest.mark.parametrize(
    "text",
    [
        f"cannot open postgresql://u:{QUOTED}@h/db",
        f"said {CANARY} and more",
        "host=h password=S3CRET-canary dbname=d",
        "host=h password='S3CRET-canary with \\' quote' dbname=d",
        "postgres://u:S3CRET-canary@h and postgres://v:S3CRET-canary@h",
    ],
)
def test_passwords_are_masked_in_any_text(text: str) -> None:
    assert "S3CRET" not in masked(text, CANARY)


def test_every_reason_is_a_sentence_in_both_languages() -> None:
    for language in Language:
        use_language(language)
        for reason in REASONS:
            for sentence in reason_parts(reason, "an\x1b[31m odd\ndetail"):
                assert sentence
                assert sentence.isprintable()
                assert "{" not in sentence
    use_language(Language.ZH)
    assert reason_parts("never heard of", "x")[0]
