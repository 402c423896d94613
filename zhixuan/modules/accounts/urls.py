from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.accounts.screens import audit, people, person, profile, second_step, set_up, sign_in

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("set-up/", set_up.set_up, name="set_up"),
    path("account/demo/", sign_in.demo_sign_in, name="demo_sign_in"),
    path("account/", profile.profile, name="profile"),
    path("account/ask-second-step/", second_step.second_step, name="second_step"),
    path("account/tokens/add/", profile.add_token, name="add_token"),
    path("account/tokens/<int:token_id>/revoke/", profile.drop_token, name="drop_token"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/<int:person_id>/", person.person, name="person"),
    path("people/<int:person_id>/change/", person.correct_person, name="correct_person"),
    path("people/<int:person_id>/disable/", person.disable, name="disable_person"),
    path("people/<int:person_id>/enable/", person.enable, name="enable_person"),
    path("people/<int:person_id>/sign-out/", person.sign_out_everywhere, name="end_sessions"),
    path("people/<int:person_id>/password/", person.new_password, name="reset_password"),
    path("people/<int:person_id>/second-step/", person.forget_second_step, name="reset_second_step"),
    path("people/<int:person_id>/roles/", person.give_role, name="grant_role"),
    path("people/roles/<int:grant_id>/revoke/", person.take_role, name="revoke_role"),
    path("people/<int:person_id>/tokens/<int:token_id>/revoke/", person.take_token, name="revoke_token"),
    path("audit/", audit.audit, name="audit"),
]
