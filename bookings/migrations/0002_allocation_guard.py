from django.db import migrations, models

from bookings import database_guard


def install(apps, schema_editor):
    database_guard.install(schema_editor.connection)


def remove(apps, schema_editor):
    database_guard.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="bookingitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seat", None),
                    models.Q(("seat__gte", 1), ("session__isnull", False)),
                    _connector="OR",
                ),
                name="item_seat_in_session",
            ),
        ),
        # The guard comes last: rebuilding a table on SQLite drops its triggers.
        migrations.RunPython(install, remove),
    ]
