from django.urls import URLPattern, URLResolver, path

from registration.web import buying_groups, desk_groups, group_people, groups

urlpatterns: list[URLPattern | URLResolver] = [
    path("e/<slug:event_slug>/group/", buying_groups.buy, name="buy_group"),
    path("g/<str:token>/", groups.group_page, name="group"),
    path("g/<str:token>/name/", groups.name, name="group_name"),
    path("g/<str:token>/invite/", groups.invite, name="group_invite"),
    path("g/<str:token>/link/", groups.link, name="group_link"),
    path("g/<str:token>/list/", groups.people_list, name="group_list"),
    path("g/<str:token>/template.csv", groups.template, name="group_template"),
    path("g/<str:token>/people.csv", groups.people_csv, name="group_people_csv"),
    path("g/<str:token>/free/", groups.free, name="group_free_seat"),
    path("j/<str:token>/", group_people.join, name="join_group"),
    path("r/<str:token>/group/", group_people.own_group, name="own_group"),
    path("desk/<slug:event_slug>/groups/", desk_groups.groups, name="desk_groups"),
    path("desk/<slug:event_slug>/groups/<int:group_id>/", desk_groups.group, name="desk_group"),
    path(
        "desk/<slug:event_slug>/groups/<int:group_id>/name/",
        desk_groups.name,
        name="desk_group_name",
    ),
    path(
        "desk/<slug:event_slug>/groups/<int:group_id>/free/",
        desk_groups.free,
        name="desk_group_free_seat",
    ),
    path(
        "desk/<slug:event_slug>/groups/<int:group_id>/return/",
        desk_groups.give_back,
        name="desk_group_return",
    ),
]
