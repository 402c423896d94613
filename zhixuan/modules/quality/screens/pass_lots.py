"""Many lots that are due, looked at in one walk along the shelves: tick those without a flaw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.operations.pass_lots import Looked, pass_lots
from zhixuan.modules.quality.screens import words
from zhixuan.modules.quality.screens.inspections import DueRow, due_rows_at
from zhixuan.modules.stock.screens import doing
from zhixuan.modules.stock.screens.words import expiry, lot_label
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import number
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput

SHOWN_MAX = 200


class PassForm(PostingForm):
    """What holds for all lots; and for each a box to tick and the pieces looked at."""

    on = forms.DateField(label=_lazy("Day"), widget=DayInput())
    temperature = forms.DecimalField(label=_lazy("Temperature, °C"), max_digits=4, decimal_places=1, required=False)
    humidity = forms.DecimalField(label=_lazy("Relative humidity, %"), max_digits=4, decimal_places=1, required=False)
    note = forms.CharField(label=_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, rows: list[DueRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            name = f"{localized(row.product)} {lot_label(row.due.lot.number)}"
            label = {"aria-label": name}
            lot_id = row.due.lot.lot_id
            self.fields[f"lot-{lot_id}"] = forms.BooleanField(
                required=False, widget=forms.CheckboxInput({**label, "class": "form-check-input"})
            )
            self.fields[f"pieces-{lot_id}"] = forms.IntegerField(
                required=False,
                min_value=1,
                initial=1,
                widget=forms.TextInput(
                    {
                        "inputmode": "numeric",
                        "class": "form-control",
                        "size": 5,
                        "aria-label": f"{_('Pieces looked at')}: {name}",
                    }
                ),
            )

    @property
    def head(self) -> list[Any]:
        return [self[name] for name in ("on", "temperature", "humidity", "note")]

    @property
    def lots(self) -> list[dict[str, Any]]:
        """Each lot with its two fields, as the page lists it."""
        return [
            {
                "product": localized(row.product),
                "lot": lot_label(row.due.lot.number),
                "expires": expiry(row.due.lot.expires_on),
                "there": row.due.lot.in_store,
                "why": row.why,
                "rule": row.due.reasons[0].rule.code,
                "id": row.due.lot.lot_id,
                "box": self[f"lot-{row.due.lot.lot_id}"],
                "pieces": self[f"pieces-{row.due.lot.lot_id}"],
            }
            for row in self.rows
        ]

    def looked(self) -> list[Looked]:
        """The lots that were ticked; also those that have passed since, so that a form sent twice is answered alike."""
        ticked = [int(name[4:]) for name in self.data if name.startswith("lot-") and name[4:].isdecimal()]
        return [Looked(lot_id, self._pieces(lot_id), self._why(lot_id)) for lot_id in ticked]

    def _pieces(self, lot_id: int) -> int:
        typed = str(self.data.get(f"pieces-{lot_id}", ""))[:9]
        return int(typed) if typed.isdecimal() else 1

    def _why(self, lot_id: int) -> str:
        said = str(self.data.get(f"why-{lot_id}", ""))
        return said if said in words.DUE else ""


def pass_several(request: ActorRequest) -> HttpResponse:
    """The lots of one facility that are due; those in quarantine or recalled are inspected by themselves."""
    facility = doing.facility_in(request, permissions.INSPECT)
    if facility is None:
        return doing.choose_facility(request, permissions.INSPECT, _("Inspect several lots"))
    rows = [row for row in due_rows_at(request, facility.pk) if not row.due.lot.held and not row.due.recalled]
    form = PassForm(request.POST or None, initial={"on": timezone.localdate()}, rows=rows[:SHOWN_MAX])
    if request.method == "POST" and form.is_valid():
        try:
            made = _record(request, facility, form)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            said = ngettext("%(n)s lot passed.", "%(n)s lots passed.", len(made)) % {"n": number(len(made))}
            records = Link(_("The records"), reverse("quality:inspections"), "clipboard-check")
            done(request, said, links=[records])
            return HttpResponseRedirect(f"{reverse('quality:due')}?facility={facility.pk}")
    context = {**doing.place_bar(request, facility, permissions.INSPECT), "form": form}
    return render(request, "quality/pass_lots.html", context, status=422 if form.is_bound else 200)


def _record(request: ActorRequest, facility: Facility, form: PassForm) -> list[Any]:
    given = form.cleaned_data
    return pass_lots(
        facility_id=facility.pk,
        lots=form.looked(),
        on=given["on"],
        temperature=given["temperature"],
        humidity=given["humidity"],
        note=given["note"],
        actor=request.actor,
        command_id=given["command_id"],
        at=timezone.now(),
    )
