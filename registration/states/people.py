"""Who people are."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Profession(TextChoices):
    """PARS professions and the local ones of the Americas. Source: cme.md, section 2."""

    PHYSICIAN = "physician", _("Physician")
    RESIDENT = "resident", _("Resident physician")
    NURSE = "nurse", _("Nurse")
    PARAMEDIC = "paramedic", _("Paramedic")
    PHYSICIAN_ASSISTANT = "physician_assistant", _("Physician assistant")
    PHARMACIST = "pharmacist", _("Pharmacist")
    RESPIRATORY_THERAPIST = "respiratory_therapist", _("Respiratory therapist")
    MIDWIFE = "midwife", _("Midwife")
    PSYCHOLOGIST = "psychologist", _("Psychologist")
    DENTIST = "dentist", _("Dentist")
    STUDENT = "student", _("Student")
    ADMINISTRATOR = "administrator", _("Administrator")
    OTHER = "other", _("Other")


# A resident is a physician, a student is not. Source: cme.md, section 2 (primary; student unverified).
PHYSICIANS = frozenset({Profession.PHYSICIAN, Profession.RESIDENT})
