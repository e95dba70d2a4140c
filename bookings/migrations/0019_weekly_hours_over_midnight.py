import datetime

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def say_which_end_on_the_next_day(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Until now, hours that ended before they began did so without saying it."""
    hours = apps.get_model("bookings", "WorkingHours").objects
    hours.filter(ends_at__lte=models.F("starts_at")).exclude(ends_at=datetime.time()).update(over_midnight=True)


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0018_tag"),
    ]

    operations = [
        migrations.AddField(
            model_name="workinghours",
            name="over_midnight",
            field=models.BooleanField(default=False, verbose_name="ends on the next day"),
        ),
        migrations.RunPython(say_which_end_on_the_next_day, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends_at__gt", models.F("starts_at")), ("over_midnight", False)),
                    models.Q(("ends_at", datetime.time(0, 0)), ("over_midnight", False)),
                    models.Q(("ends_at__lte", models.F("starts_at")), ("over_midnight", True)),
                    _connector="OR",
                ),
                name="working_hours_order",
                violation_error_message="The hours end before they begin; where they end on the next day, say so, and only there.",
            ),
        ),
    ]
