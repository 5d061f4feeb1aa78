import django.contrib.postgres.fields
import django.db.models.deletion
import i18nfield.fields
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('conference', '0001_first_tables'),
        ('registration', '0001_tables'),
        ('schedule', '0001_first_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccreditedProvider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('legal_name', models.CharField(max_length=200, unique=True, verbose_name='legal name')),
                ('accreditor', models.CharField(max_length=200, verbose_name='accreditor')),
                ('number', models.CharField(blank=True, max_length=20, verbose_name='number')),
                ('director_name', models.CharField(max_length=200, verbose_name='director')),
                ('director_title', i18nfield.fields.I18nCharField(max_length=200, verbose_name='title of the director')),
            ],
            options={
                'verbose_name': 'accredited provider',
                'verbose_name_plural': 'accredited providers',
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', i18nfield.fields.I18nCharField(max_length=300, verbose_name='title')),
                ('joint_provider_name', models.CharField(blank=True, max_length=200, verbose_name='joint provider')),
                ('evaluation_required', models.BooleanField(default=True, verbose_name='evaluation opens the claim')),
                ('claim_opens_at', models.DateTimeField(verbose_name='claims open')),
                ('claim_closes_at', models.DateTimeField(verbose_name='claims close')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='activity', to='conference.event')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='certificates.accreditedprovider')),
            ],
            options={
                'verbose_name': 'activity',
                'verbose_name_plural': 'activities',
                'constraints': [models.CheckConstraint(condition=models.Q(('claim_opens_at__lt', models.F('claim_closes_at'))), name='activity_claims_close_after_they_open')],
            },
        ),
        migrations.CreateModel(
            name='CreditType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='code')),
                ('name', i18nfield.fields.I18nCharField(max_length=200, verbose_name='name')),
                ('unit_minutes', models.PositiveIntegerField(verbose_name='minutes of a unit')),
                ('credits_per_unit', models.DecimalField(decimal_places=2, default=Decimal('1.00'), max_digits=6, verbose_name='credits of a unit')),
                ('increment', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='increment')),
                ('rounding_mode', models.CharField(max_length=8, verbose_name='rounding')),
                ('rounding_scope', models.CharField(default='activity', max_length=8, verbose_name='rounded per')),
                ('minimum', models.DecimalField(decimal_places=2, default=0, max_digits=6, verbose_name='minimum')),
                ('cap_per_day', models.DecimalField(decimal_places=2, max_digits=6, null=True, verbose_name='most a day')),
                ('knobs', models.JSONField(default=dict, verbose_name='further knobs')),
                ('professions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None, verbose_name='professions')),
                ('source', models.CharField(max_length=500, verbose_name='source')),
            ],
            options={
                'verbose_name': 'credit type',
                'verbose_name_plural': 'credit types',
                'constraints': [models.CheckConstraint(condition=models.Q(('credits_per_unit__gt', 0), ('increment__gt', 0), ('unit_minutes__gt', 0)), name='credit_type_units_are_positive'), models.CheckConstraint(condition=models.Q(('rounding_mode__in', ['nearest', 'down', 'up']), ('rounding_scope__in', ['activity', 'day', 'session'])), name='credit_type_rounding_is_known')],
            },
        ),
        migrations.CreateModel(
            name='CreditDesignation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('maximum', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='maximum')),
                ('approved_at', models.DateTimeField(verbose_name='approved')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='designations', to='certificates.activity')),
                ('credit_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.credittype')),
            ],
            options={
                'verbose_name': 'credit designation',
                'verbose_name_plural': 'credit designations',
                'constraints': [models.UniqueConstraint(fields=('activity', 'credit_type'), name='designation_once_per_credit_type'), models.CheckConstraint(condition=models.Q(('maximum__gt', 0)), name='designation_is_positive')],
            },
        ),
        migrations.CreateModel(
            name='CreditComputation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inputs_sha256', models.CharField(max_length=64)),
                ('rule_version', models.CharField(max_length=20)),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                ('verified', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='verified credits')),
                ('breakdown', models.JSONField(default=list)),
                ('flags', models.JSONField(default=list)),
                ('computed_at', models.DateTimeField(verbose_name='computed')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_computations', to='registration.registration')),
                ('designation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='computations', to='certificates.creditdesignation')),
            ],
            options={
                'verbose_name': 'credit computation',
                'verbose_name_plural': 'credit computations',
                'constraints': [models.UniqueConstraint(fields=('registration', 'designation', 'inputs_sha256', 'rule_version'), name='computation_once_per_inputs')],
            },
        ),
        migrations.CreateModel(
            name='CreditClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verified', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='verified')),
                ('maximum', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='maximum')),
                ('claimed', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='claimed')),
                ('attestation_version', models.CharField(max_length=20, verbose_name='attestation')),
                ('claimed_at', models.DateTimeField(verbose_name='claimed on')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_claims', to='registration.registration')),
                ('computation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.creditcomputation')),
                ('designation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='certificates.creditdesignation')),
            ],
            options={
                'verbose_name': 'credit claim',
                'verbose_name_plural': 'credit claims',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('registration', 'designation'), name='claim_one_active_per_person'), models.CheckConstraint(condition=models.Q(('claimed__gt', 0), ('claimed__lte', models.F('verified')), ('verified__lte', models.F('maximum'))), name='claim_never_exceeds_what_was_verified')],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(editable=False, max_length=26, unique=True)),
                ('serial', models.CharField(max_length=32, unique=True, verbose_name='serial')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('language', models.CharField(max_length=8, verbose_name='language')),
                ('facts', models.JSONField()),
                ('state', models.CharField(default='valid', max_length=16, verbose_name='state')),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('rendered_at', models.DateTimeField(null=True, verbose_name='rendered')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='superseded or revoked')),
                ('revocation_reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.activity')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conference.storedfile')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='registration.registration')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='certificates.certificate')),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.creditclaim')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'ordering': ['-issued_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'valid')), fields=('registration', 'activity', 'kind'), name='certificate_one_valid_per_person_and_kind'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'valid')), models.Q(('ended_at__isnull', False), ('state__in', ['superseded', 'revoked'])), _connector='OR'), name='certificate_ended_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'revoked'), _negated=True), models.Q(('revocation_reason', ''), _negated=True), _connector='OR'), name='certificate_revocation_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('rendered_at__isnull', True)), models.Q(('file__isnull', False), ('rendered_at__isnull', False)), _connector='OR'), name='certificate_file_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'cme_award'), _negated=True), ('claim__isnull', False), _connector='OR'), name='certificate_of_credits_rests_on_a_claim')],
            },
        ),
        migrations.CreateModel(
            name='CreditLedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delta', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='change')),
                ('reason', models.CharField(max_length=40, verbose_name='reason')),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger_entries', to='certificates.creditclaim')),
            ],
            options={
                'verbose_name': 'credit ledger entry',
                'verbose_name_plural': 'credit ledger',
                'constraints': [models.CheckConstraint(condition=models.Q(('delta', 0), _negated=True), name='credit_ledger_line_changes')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationCompletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('completed_on', models.DateField(verbose_name='day')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='completions', to='certificates.activity')),
                ('registration', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation_completion', to='registration.registration')),
            ],
            options={
                'verbose_name': 'completed evaluation',
                'verbose_name_plural': 'completed evaluations',
            },
        ),
        migrations.CreateModel(
            name='EvaluationQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='order')),
                ('text', i18nfield.fields.I18nCharField(max_length=300, verbose_name='question')),
                ('is_scale', models.BooleanField(default=True, verbose_name='answered from 1 to 5')),
                ('is_required', models.BooleanField(default=True, verbose_name='required')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='certificates.activity')),
            ],
            options={
                'verbose_name': 'evaluation question',
                'verbose_name_plural': 'evaluation questions',
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('activity', 'position'), name='question_position_unique')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField(null=True, verbose_name='score')),
                ('words', models.TextField(blank=True, verbose_name='words')),
                ('answered_on', models.DateField(verbose_name='day')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='certificates.evaluationquestion')),
            ],
            options={
                'verbose_name': 'evaluation answer',
                'verbose_name_plural': 'evaluation answers',
                'constraints': [models.CheckConstraint(condition=models.Q(('score__isnull', True), models.Q(('score__gte', 1), ('score__lte', 5)), _connector='OR'), name='answer_score_from_1_to_5')],
            },
        ),
        migrations.CreateModel(
            name='SessionCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('designation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='session_credits', to='certificates.creditdesignation')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='session_credits', to='schedule.session')),
            ],
            options={
                'verbose_name': 'eligible session',
                'verbose_name_plural': 'eligible sessions',
                'constraints': [models.UniqueConstraint(fields=('designation', 'session'), name='session_eligible_once')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('credit_code', models.CharField(blank=True, max_length=32, verbose_name='credit')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('language', models.CharField(max_length=8, verbose_name='language')),
                ('version', models.CharField(max_length=20, verbose_name='version')),
                ('text', models.TextField(verbose_name='text')),
                ('source', models.CharField(max_length=500, verbose_name='source')),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'constraints': [models.UniqueConstraint(fields=('credit_code', 'kind', 'language', 'version'), name='statement_unique')],
            },
        ),
    ]
