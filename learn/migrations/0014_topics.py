import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learn', '0013_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='learn.subject')),
                ('slug', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=200)),
                ('question_count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'slug'), name='topic_address')],
            },
        ),
        migrations.CreateModel(
            name='TopicQuestion',
            fields=[
                ('pk', models.CompositePrimaryKey('topic', 'question', blank=True, editable=False, primary_key=True, serialize=False)),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='learn.topic')),
                ('question', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='learn.question')),
            ],
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['subject', 'status', 'title', 'id', 'publish_at'], name='question_subject_title'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['status', 'id'], name='question_status'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(condition=models.Q(('publish_at__isnull', False)), fields=['publish_at'], name='question_publish_at'),
        ),
    ]
