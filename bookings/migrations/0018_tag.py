from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0017_visitor_token"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Upper and lower case are the same. Clients never see it.",
                        max_length=40,
                        verbose_name="name",
                    ),
                ),
                ("folded", models.CharField(editable=False, max_length=120, unique=True)),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["folded"],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="tags",
            field=models.ManyToManyField(
                blank=True,
                help_text="Admins alone see them.",
                related_name="people",
                to="bookings.tag",
                verbose_name="tags",
            ),
        ),
    ]
