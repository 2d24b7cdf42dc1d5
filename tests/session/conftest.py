"""Fixtures of the session."""

import pytest

from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.session.layers.layer_stack import LayerStack


@pytest.fixture
def stack() -> LayerStack:
    """The shipped layers as at first start."""
    return LayerStack(first_view(SHIPPED_LAYERS))
