"""The addresses of the desk that are about people, the same under / and /en/."""

from django.urls import path

from ayan.apps.accounts.views import account, health, home, people, privileges, sign_in, trail

urlpatterns = [
    path("desk", home.to_desk),
    path("desk/", home.desk, name="desk"),
    path("desk/sign-in", sign_in.sign_in, name="sign_in"),
    path("desk/sign-in/second", sign_in.second_factor, name="second_factor"),
    path("desk/kept", sign_in.typed_before, name="kept"),
    path("desk/sign-out", sign_in.sign_out, name="sign_out"),
    path("desk/stay", sign_in.stay, name="stay"),
    path("desk/join/<secret:secret>", sign_in.join, name="join"),
    path("desk/account", account.account, name="account"),
    path("desk/account/again", account.again, name="again"),
    path("desk/account/passkeys", account.add_passkey, name="add_passkey"),
    path("desk/account/factors/<int:which>/remove", account.remove_factor, name="remove_factor"),
    path("desk/account/app", account.change_app, name="change_app"),
    path("desk/account/codes", account.recovery_codes, name="recovery_codes"),
    path("desk/account/password", account.change_password, name="change_password"),
    path("desk/account/everywhere", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("desk/people/", people.people, name="people"),
    path("desk/people/<int:which>", people.person, name="person"),
    path("desk/people/<int:which>/grants/<int:grant>/take", people.take, name="take_grant"),
    path("desk/people/<int:which>/invite", people.invite, name="invite"),
    path("desk/people/<int:which>/link-taken", people.link_taken, name="link_taken"),
    path("desk/people/<int:which>/let-go", people.let_go, name="let_go"),
    path("desk/access/", privileges.access_requests, name="access_requests"),
    path("desk/access/<int:which>", privileges.access_request, name="access_request"),
    path("desk/access/<int:which>/<slug:name>", privileges.decide, name="access_request_act"),
    path("desk/calendar", home.calendar, name="calendar"),
    path("desk/calendar/<slug:slug>", home.duty, name="duty"),
    path("desk/units", people.units, name="units"),
    path("desk/health", health.health, name="health"),
    path("desk/audit", trail.trail, name="trail"),
    path("desk/audit.csv", trail.trail_csv, name="trail_csv"),
]
