"""Whether a browser lets passkeys and security keys work at the address a person has opened."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

from django import template
from django.http import HttpRequest
from django.http.request import split_domain_port

register = template.Library()


class Trouble(StrEnum):
    """Why they cannot work: the address is a number, or the connection is open to listeners."""

    NUMBER = "number"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class KeysHere:
    """`instead` is an address of the same page where they do work; empty if none is known."""

    trouble: Trouble | None = None
    instead: str = ""


@register.simple_tag(takes_context=True)
def keys_here(context: template.Context) -> KeysHere:
    """`{% keys_here as keys %}`: WebAuthn wants a name, not a number, and HTTPS or the machine itself (localhost).

    Source: W3C Web Authentication Level 3, 5.1.2 (relying party ID) and secure contexts.
    """
    request: HttpRequest | None = context.get("request")
    return KeysHere() if request is None else keys_at(request.get_host(), request.get_full_path(), request.is_secure())


def keys_at(host: str, path: str, is_secure: bool) -> KeysHere:
    """The same of a host with or without its port."""
    name, port = split_domain_port(host)
    try:
        number = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        is_here = name == "localhost" or name.endswith(".localhost")
        return KeysHere() if is_secure or is_here else KeysHere(Trouble.OPEN)
    if not number.is_loopback:
        return KeysHere(Trouble.NUMBER)
    scheme = "https" if is_secure else "http"
    return KeysHere(Trouble.NUMBER, f"{scheme}://localhost{f':{port}' if port else ''}{path}")
