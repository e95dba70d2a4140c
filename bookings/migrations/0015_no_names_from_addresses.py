from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_names_from_addresses(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Who came by e-mail was called by what stands before the @ of the address; who comes now has no name until they
    say one. What they have said since stays.
    """
    users = apps.get_model("bookings", "User").objects
    for user in users.filter(username__startswith="mail", last_name="").exclude(first_name="").iterator():
        if user.first_name == user.email.partition("@")[0][:150]:
            user.first_name = ""
            user.save(update_fields=["first_name"])


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0014_slot_step_in_words"),
    ]

    operations = [
        migrations.RunPython(forget_names_from_addresses, migrations.RunPython.noop),
    ]
