"""Words of the templates: {% load ui %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, Widget
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString

from zhixuan.shared.ui import assets, formats, icons, naming, parts
from zhixuan.shared.ui.widgets import PickList

register = template.Library()
register.filter("number", formats.number)
register.filter("day", formats.day)
register.filter("moment", formats.moment)
register.filter("month", formats.month)
register.filter("localized", naming.localized)


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file: {% asset "shell.js" %}."""
    return assets.address(name)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A Tabler icon drawn in the text: {% icon "truck" %}. It says nothing to screen readers; words must."""
    return icons.drawn(name, css)


@register.simple_tag
def fixed(template_name: str) -> SafeString:
    """A part of a page that says the same to everybody: {% fixed "ui/_dialogs.html" %}. Made once in each language."""
    return parts.made(template_name)


@register.simple_tag
def menu(template_name: str, navigation: Any) -> SafeString:
    """A part that shows the menu and nothing else: {% menu "ui/_navigation.html" navigation %}."""
    return parts.made(template_name, navigation)


@register.filter
def control(field: BoundField, css: str = "") -> SafeString:
    """The input of a form field in the shell's looks."""
    widget = field.field.widget
    classes = [str(widget.attrs.get("class", "")), _looks(widget), css]
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


def _looks(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput | RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"


@register.filter
def is_check(field: BoundField) -> bool:
    """A single tick box: its label stands behind it."""
    return field.widget_type == "checkbox"


@register.filter
def is_group(field: BoundField) -> bool:
    """Several boxes under one label: a fieldset."""
    return bool(field.field.widget.use_fieldset)


@register.filter
def is_pick_list(field: BoundField) -> bool:
    """Many boxes under one label, see `widgets.PickList`."""
    return isinstance(field.field.widget, PickList)


@register.filter
def pick_groups(field: BoundField) -> list[tuple[str, list[BoundWidget]]]:
    """The boxes of a pick list by their groups; those of none under an empty name."""
    boxes = iter(field)
    groups: list[tuple[str, list[BoundWidget]]] = []
    for value, label in field.field.widget.choices:
        if isinstance(label, list | tuple):
            groups.append((str(value), [next(boxes) for _one in label]))
        elif groups and not groups[-1][0]:
            groups[-1][1].append(next(boxes))
        else:
            groups.append(("", [next(boxes)]))
    return groups


@register.filter
def percent(part: Any, whole: Any) -> str:
    """The share as a whole percentage, for bars; 0 when there is no whole."""
    return f"{round(100 * part / whole)}" if whole else "0"
