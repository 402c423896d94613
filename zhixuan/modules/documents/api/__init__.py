"""Documents over HTTP: the same questions and verbs as the screens."""

from zhixuan.modules.documents.api.documents import router

__all__ = ["router"]
