"""A name for programs: existing places get one by the database, new ones by the model."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registration", "0007_versions_of_the_catalogue")]

    operations = [
        migrations.AddField(
            "registration",
            "uid",
            models.UUIDField(db_default=RandomUUID(), editable=False, unique=True),
        ),
        migrations.AlterField(
            "registration",
            "uid",
            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
