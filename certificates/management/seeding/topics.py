"""What an emergency medicine congress talks about, in four languages: es, pt-br, en, fr."""

TRACKS = [
    ("Reanimación", "reanimacion"), ("Trauma", "trauma"), ("Ecografía", "ecografia"),
    ("Toxicología", "toxicologia"), ("Pediatría", "pediatria"), ("Cardiología", "cardiologia"),
    ("Neurología", "neurologia"), ("Infecciones y sepsis", "infecciones"),
    ("Prehospitalaria y desastres", "prehospitalaria"), ("Gestión y calidad", "gestion"),
    ("Educación", "educacion"), ("Vía aérea", "via-aerea"),
]  # fmt: skip

# Each line: es | pt-br | en | fr
SUBJECTS = [
    line.split(" | ")
    for line in """
Paro cardíaco extrahospitalario | Parada cardíaca extra-hospitalar | Out-of-hospital cardiac arrest | Arrêt cardiaque extrahospitalier
Shock hemorrágico | Choque hemorrágico | Haemorrhagic shock | Choc hémorragique
Ecografía pulmonar en la disnea | Ultrassom pulmonar na dispneia | Lung ultrasound in dyspnoea | Échographie pulmonaire dans la dyspnée
Intoxicación por organofosforados | Intoxicação por organofosforados | Organophosphate poisoning | Intoxication aux organophosphorés
Fiebre en el lactante | Febre no lactente | Fever in infants | Fièvre du nourrisson
Síndrome coronario agudo con ECG difícil | Síndrome coronariana aguda com ECG difícil | Acute coronary syndrome with a difficult ECG | Syndrome coronarien aigu à ECG difficile
Ataque cerebrovascular en la primera hora | AVC na primeira hora | Stroke in the first hour | AVC dans la première heure
Sepsis: la primera hora | Sepse: a primeira hora | Sepsis: the first hour | Sepsis : la première heure
Triage en víctimas múltiples | Triagem em múltiplas vítimas | Mass-casualty triage | Triage des afflux de victimes
Sobreocupación del servicio de emergencias | Superlotação do pronto-socorro | Emergency department crowding | Engorgement des urgences
Simulación con pocos recursos | Simulação com poucos recursos | Simulation with few resources | Simulation à faibles moyens
Intubación en secuencia rápida | Intubação em sequência rápida | Rapid sequence intubation | Intubation en séquence rapide
Accidente ofídico | Acidente ofídico | Snakebite | Envenimation par serpent
Dengue grave | Dengue grave | Severe dengue | Dengue sévère
Politrauma en la embarazada | Politrauma na gestante | Trauma in pregnancy | Polytraumatisme de la femme enceinte
Dolor torácico de bajo riesgo | Dor torácica de baixo risco | Low-risk chest pain | Douleur thoracique à bas risque
Crisis asmática | Crise asmática | Acute severe asthma | Asthme aigu grave
Agitación psicomotriz | Agitação psicomotora | Acute agitation | Agitation aiguë
Tromboembolismo pulmonar | Tromboembolismo pulmonar | Pulmonary embolism | Embolie pulmonaire
Quemaduras extensas | Queimaduras extensas | Major burns | Brûlures étendues
Hiperpotasemia | Hipercalemia | Hyperkalaemia | Hyperkaliémie
Chagas agudo | Chagas agudo | Acute Chagas disease | Maladie de Chagas aiguë
Mal de altura | Mal da montanha | Altitude illness | Mal aigu des montagnes
Violencia y cuidado de la víctima | Violência e cuidado da vítima | Violence and care of the victim | Violence et soin de la victime
""".strip().splitlines()
]

ANGLES = [
    line.split(" | ")
    for line in """
qué cambió en la evidencia | o que mudou na evidência | what changed in the evidence | ce qui a changé dans les preuves
casos para discutir | casos para discutir | cases for discussion | cas à discuter
algoritmo para el turno de noche | algoritmo para o plantão noturno | an algorithm for the night shift | un algorithme pour la garde de nuit
errores frecuentes | erros frequentes | common pitfalls | erreurs fréquentes
con pocos recursos | com poucos recursos | with few resources | à moyens limités
controversia | controvérsia | a controversy | controverse
del prehospitalario a la terapia | do pré-hospitalar à UTI | from the street to intensive care | du préhospitalier à la réanimation
""".strip().splitlines()
]

WORKSHOPS = [
    line.split(" | ")
    for line in """
Taller: ecografía FAST y E-FAST | Oficina: FAST e E-FAST | Workshop: FAST and E-FAST | Atelier : FAST et E-FAST
Taller: accesos vasculares guiados | Oficina: acessos vasculares guiados | Workshop: guided vascular access | Atelier : abords vasculaires échoguidés
Taller: vía aérea difícil | Oficina: via aérea difícil | Workshop: the difficult airway | Atelier : voies aériennes difficiles
Taller: electrocardiografía avanzada | Oficina: eletrocardiografia avançada | Workshop: advanced electrocardiography | Atelier : électrocardiographie avancée
Taller: reanimación pediátrica | Oficina: reanimação pediátrica | Workshop: paediatric resuscitation | Atelier : réanimation pédiatrique
Taller: toracotomía y drenaje | Oficina: toracotomia e drenagem | Workshop: thoracotomy and chest drains | Atelier : thoracotomie et drainage
Taller: sedación y analgesia | Oficina: sedação e analgesia | Workshop: sedation and analgesia | Atelier : sédation et analgésie
Taller: comando de incidentes | Oficina: comando de incidentes | Workshop: incident command | Atelier : commandement d’incident
""".strip().splitlines()
]

LANGUAGES = ("es", "pt-br", "en", "fr")

COURSES = [
    (
        "eco", "ECO", 30, 40, 18_000, ["ultrasound", "resuscitation"], ["es", "pt-br"],
        "Curso de ecografía de emergencias | Curso de ultrassom de emergência | "
        "Emergency Ultrasound course | Cours d’échographie d’urgence",
    ),
    (
        "tox", "TOX", 60, 60, 12_000, ["toxicology"], ["es"],
        "Curso de toxicología | Curso de toxicologia | Toxicology course | Cours de toxicologie",
    ),
    (
        "ecg", "ECG", 90, 80, 9_000, ["ecg"], ["es", "en"],
        "Curso de electrocardiografía de emergencias | Curso de eletrocardiografia de emergência | "
        "Emergency Electrocardiography course | Cours d’électrocardiographie d’urgence",
    ),
]  # fmt: skip


def in_languages(words: list[str]) -> dict[str, str]:
    return dict(zip(LANGUAGES, words, strict=True))
