from django.urls import path

from conference.web import site, styleguide

app_name = "conference"
urlpatterns = [
    path("", site.front, name="front"),
    path("theme/", site.choose_theme, name="theme"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("favicon.ico", site.favicon, name="favicon"),
    path("livez", site.livez, name="livez"),
    path("mail/", site.demo_mail, name="demo_mail"),
    path("mail/<int:email_id>/", site.demo_letter, name="demo_letter"),
]
