import pytest

from jjjmap.layers.feature_ids import feature_id, parse_feature_id


def test_an_id_is_read_as_it_was_written():
    assert parse_feature_id(feature_id("user-0a1b2c3d", 17)) == ("user-0a1b2c3d", 17)


@pytest.mark.parametrize(
    "text", ["", "xiongan", "user-0a1b2c3d", "user-0a1b2c3d#", "user-0a1b2c3d#-1", "user-0a1b2c3d#1#2",
             "user-XYZ#1", "user-0a1b2c3d#99999999999", "../user-0a1b2c3d#1"],
)  # fmt: skip
def test_what_is_no_feature_id_is_none(text):
    assert parse_feature_id(text) is None
