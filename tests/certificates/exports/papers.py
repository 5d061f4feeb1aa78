"""Facts of certificates as the exports get them."""

import dataclasses

from certificates.exports.certificate_facts import CertificateFacts, SessionLine
from certificates.rules.public_ids import typed_code
from certificates.rules.statements import Run

PUBLIC_ID = "5ZW8Q4M2N7K1T9XC3V6B0HJDRP"
SPANISH = CertificateFacts(
    language="es",
    kind_label="Certificado de créditos",
    intro=(Run("Example Society of Emergency Medicine certifica que", False),),
    name="María José Núñez Ávila",
    body=(
        Run("participó en la actividad presencial “Congreso Interamericano de Emergencias”, realizada en Buenos Aires, Argentina los días 14 al 18 de abril de 2027, y le otorga 6.00 ", False),
        Run("AMA PRA Category 1 Credits", True),
        Run("™.", False),
    ),
    credits="6.00",
    credit_name=(Run("AMA PRA Category 1 Credits", True), Run("™", False)),
    title="Congreso Interamericano de Emergencias",
    event_name="Congreso Interamericano de Emergencias 2027",
    place="Buenos Aires, Argentina",
    dates="14 al 18 de abril de 2027",
    organiser="Sociedad Interamericana de Emergencias",
    provider="Example Society of Emergency Medicine",
    joint_provider="",
    director_name="Dra. Elena Ñancupil",
    director_title="Directora médica",
    statements=(
        (Run("Example Society of Emergency Medicine está acreditada por el Accreditation Council for Continuing Medical Education (ACCME) para ofrecer educación médica continua a médicos.", False),),
        (
            Run("Example Society of Emergency Medicine designa esta actividad presencial por un máximo de 6.00 ", False),
            Run("AMA PRA Category 1 Credit(s)", True),
            Run("™. Los médicos deben solicitar únicamente los créditos correspondientes al grado de su participación en la actividad.", False),
        ),
    ),
    footer=(
        Run(f"Verifique en https://congress.example.org/v/{PUBLIC_ID}, código {typed_code(PUBLIC_ID)}. Válido solo si el registro en línea es válido.", False),
    ),
    issued_on="16 de abril de 2027",
    serial="2027-7K3MX-9Q2XA",
    code=typed_code(PUBLIC_ID),
    url=f"https://congress.example.org/v/{PUBLIC_ID}/",
    sessions=(
        SessionLine("14 abr 2027", "08:30–09:20", "Sepsis: la primera hora", 50, ""),
        SessionLine("14 abr 2027", "09:30–10:30", "Vía aérea difícil – Łukasiewicz, Őze", 60, ""),
        SessionLine("14 abr 2027", "09:30–10:30", "Ecografía", 0, "La sesión no otorga crédito"),
    ),
    minutes=110,
)  # fmt: skip


def facts(**changes) -> CertificateFacts:
    return dataclasses.replace(SPANISH, **changes)
