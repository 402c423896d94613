"""Pages that take scans: the decoder of the camera is WebAssembly, which only these pages may run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.decorators import csp_update

Screen = TypeVar("Screen", bound=Callable[..., Any])

RUN_WASM = "'wasm-unsafe-eval'"


def takes_scans(screen: Screen) -> Screen:
    """Let the page of this screen decode pictures of the camera; everything else stays forbidden."""
    return cast(Screen, csp_update({"script-src": [RUN_WASM]})(screen))
