from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learn', '0016_roles'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='question',
            index=models.Index(
                fields=['id', 'status', 'publish_at', 'subject', 'title'], name='question_found'
            ),
        ),
    ]
