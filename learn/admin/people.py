"""People and groups in the admin: Django's own, with every change of who may do what noted."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from learn.admin.audited import Audited
from learn.models import Verb

admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(Audited, UserAdmin):
    audit_verbs = {"password": Verb.PASSWORD}


@admin.register(Group)
class RoleAdmin(Audited, GroupAdmin):
    pass
