"""What a refusal says, shared by the tests of several modules."""

from collections.abc import Callable
from typing import Any

import pytest

from tsup import InputError


def message(call: Callable[..., Any], *args: Any, **options: Any) -> str:
    """The one line of the InputError that a call raises."""
    with pytest.raises(InputError) as caught:
        call(*args, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)
