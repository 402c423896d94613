"""The verbs of the audit trail in words. A test compares them with the operations that are there."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

DEEDS: dict[str, Promise] = {
    "sign_in": pgettext_lazy("deed", "Signed in"),
    "sign_out": pgettext_lazy("deed", "Signed out"),
    "change_password": pgettext_lazy("deed", "Changed own password"),
    "change_profile": pgettext_lazy("deed", "Changed own profile"),
    "add_person": pgettext_lazy("deed", "Added a person"),
    "change_person": pgettext_lazy("deed", "Changed a person"),
    "disable_person": pgettext_lazy("deed", "Disabled an account"),
    "enable_person": pgettext_lazy("deed", "Enabled an account"),
    "end_sessions": pgettext_lazy("deed", "Signed a person out everywhere"),
    "grant_role": pgettext_lazy("deed", "Gave a role"),
    "revoke_role": pgettext_lazy("deed", "Took a role away"),
    "reset_password": pgettext_lazy("deed", "Gave a temporary password"),
    "reset_second_step": pgettext_lazy("deed", "Forgot a second sign-in step"),
    "issue_token": pgettext_lazy("deed", "Made a token"),
    "revoke_token": pgettext_lazy("deed", "Revoked a token"),
    "add_area": pgettext_lazy("deed", "Added an area"),
    "change_area": pgettext_lazy("deed", "Changed an area"),
    "add_facility": pgettext_lazy("deed", "Added a facility"),
    "change_facility": pgettext_lazy("deed", "Changed a facility"),
    "close_facility": pgettext_lazy("deed", "Closed a facility"),
    "set_supply_line": pgettext_lazy("deed", "Set a supply line"),
    "set_permitted_products": pgettext_lazy("deed", "Set which products a facility may hold"),
    "apply_import": pgettext_lazy("deed", "Imported tables"),
    "add_item": pgettext_lazy("deed", "Added a trade item"),
    "change_item": pgettext_lazy("deed", "Changed a trade item"),
    "load_definitions": pgettext_lazy("deed", "Loaded definitions"),
    "upload_import": pgettext_lazy("deed", "Uploaded a file to import"),
    "confirm_import": pgettext_lazy("deed", "Confirmed an import"),
    "cancel_import": pgettext_lazy("deed", "Cancelled an import"),
    "import_cards": pgettext_lazy("deed", "Imported stock cards"),
    "receive_delivery": pgettext_lazy("deed", "Received a delivery"),
    "receive_transfer": pgettext_lazy("deed", "Received a transfer"),
    "transfer_out": pgettext_lazy("deed", "Sent a transfer"),
    "dispensing": pgettext_lazy("deed", "Dispensed"),
    "return": pgettext_lazy("deed", "Took stock back"),
    "adjust_stock": pgettext_lazy("deed", "Adjusted stock"),
    "reverse_event": pgettext_lazy("deed", "Reversed an event"),
    "close_month": pgettext_lazy("deed", "Closed a month"),
    "reopen_month": pgettext_lazy("deed", "Reopened a month"),
    "rebuild_balances": pgettext_lazy("deed", "Rebuilt the balances"),
}
