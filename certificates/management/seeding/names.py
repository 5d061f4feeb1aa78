"""Invented people from all the Americas: names by country, with their accents."""

from random import Random

from schedule.rules import without_accents

# country: (weight in a congress in Buenos Aires, given names, surnames, institutions)
COUNTRIES: dict[str, tuple[int, str, str, str]] = {
    "AR": (
        38,
        "Lucía Martín Agustina Joaquín Sofía Nicolás Belén Tomás Rocío Iñaki Florencia Ezequiel",
        "González Fernández Güemes Ibáñez Pérez Muñoz Quiñones Acuña Sosa Benítez Ñáñez Zárate",
        "Hospital General de Agudos|Hospital Universitario del Plata|Sanatorio del Sur|SAME Norte",
    ),
    "BR": (
        14,
        "João Júlia Thiago Letícia Antônio Conceição Luís Fabrício Inês Gonçalo Mônica Vinícius",
        "Araújo Gonçalves Simões Assunção Brandão Magalhães Falcão Conceição Sampaio Guimarães",
        "Hospital das Clínicas|Pronto-Socorro Municipal|UPA Zona Norte|Santa Casa",
    ),
    "MX": (
        9,
        "María José Ángel Ximena Raúl Guadalupe Andrés Itzel Jesús Araceli",
        "Hernández Ramírez Núñez Cárdenas Peña Zúñiga Ordóñez Chávez Treviño Ávila",
        "Hospital General Regional|Cruz Roja|Centro Médico del Valle",
    ),
    "CL": (
        7,
        "Benjamín Antonia Matías Catalina Vicente Javiera Cristóbal Ignacia",
        "Muñoz Sepúlveda Araya Fuentealba Ñancupil Vásquez Cáceres Yáñez",
        "Hospital de Urgencia|Clínica Cordillera|SAMU Metropolitano",
    ),
    "CO": (
        7,
        "Andrés Valentina Julián Mónica Sebastián Ángela Óscar Luz Germán Inés",
        "Rodríguez Gómez Ríos Cañón Patiño Peláez Ardila Muñetón Bermúdez",
        "Hospital Universitario Andino|Fundación Clínica Central|Hospital de Kennedy Sur",
    ),
    "PE": (
        5,
        "José Rosa Ángel Milagros Víctor Noemí Julio Úrsula",
        "Quispe Mamani Huamán Condori Ñahui Cárdenas Béjar Tapia",
        "Hospital Nacional del Rímac|Hospital Regional del Sur|Sistema de Emergencias",
    ),
    "UY": (
        4,
        "Federico Camila Rodrigo Inés Martín Pía",
        "Rodríguez Olivera Silvera Núñez Echeverría Píriz",
        "Hospital de Clínicas del Este|Emergencia Móvil",
    ),
    "PY": (
        3,
        "Derlis Liz Óscar Ña Romina César",
        "Benítez Giménez Cáceres Ayala Zárate",
        "Hospital del Trauma|Hospital Nacional",
    ),
    "BO": (
        3,
        "René Wara Álvaro Nayra Rubén Teófila",
        "Mamani Choque Núñez Apaza Suárez",
        "Hospital de Altura|Hospital Obrero",
    ),
    "EC": (
        3,
        "Andrés Belén Iván Verónica Jhon Nathaly",
        "Guamán Cevallos Yépez Zambrano Muñoz",
        "Hospital del Sur|Hospital Metropolitano Norte",
    ),
    "US": (
        4,
        "Emily José Michael Zoë Daniel O’Shea Renée Xavier",
        "O’Connor Smith-Peña Nguyen Johnson Łukasiewicz Muñoz",
        "University Hospital|County Medical Center|Veterans Hospital",
    ),
    "CA": (
        2,
        "Émilie François Noëlle Liam Geneviève Étienne",
        "Côté Lefèvre Bélanger Gagné Tremblay MacDonald",
        "Hôpital du Fleuve|General Hospital",
    ),
    "CR": (1, "Álvaro Sofía Esteban Mónica", "Jiménez Solís Zúñiga Vargas", "Hospital Central"),
    "CU": (1, "Yoandy Mileidys Raúl Idalmis", "Pérez Núñez Peña Fariñas", "Hospital Clínico"),
    "DO": (1, "Ángel Yahaira Ramón Altagracia", "Peña Núñez Ureña Báez", "Hospital del Cibao"),
    "GT": (1, "Mynor Ixchel Óscar Marleny", "Xicará Ordóñez Barrios Cú", "Hospital General"),
    "HT": (1, "Jean-Luc Roseline Wôlky Mirlande", "Étienne Désir Saint-Fleur", "Hôpital de Paix"),
    "HN": (1, "Nolvia Ramón Suyapa Óscar", "Mejía Núñez Zelaya", "Hospital Escuela"),
    "NI": (1, "Darling Róger Xochilt Noel", "Gutiérrez Obando Téllez", "Hospital del Lago"),
    "PA": (1, "Abdiel Itzel Omar Yariela", "Ábrego Muñoz Batista", "Hospital del Istmo"),
    "SV": (1, "Óscar Xiomara René Sonia", "Menjívar Ayala Guzmán", "Hospital Nacional"),
    "VE": (2, "Yorgelis José Ángel María", "Márquez Peña Briceño Núñez", "Hospital Universitario"),
}
LANGUAGE_OF = {"BR": "pt-br", "US": "en", "CA": "fr", "HT": "fr"}


class PeopleMaker:
    """Draws people; the same seed draws the same ones, and no e-mail twice."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._countries = list(COUNTRIES)
        self._weights = [COUNTRIES[code][0] for code in self._countries]
        self._drawn = 0

    def draw(self) -> dict[str, str]:
        country = self.random.choices(self._countries, self._weights)[0]
        _weight, given_names, surnames, institutions = COUNTRIES[country]
        given = self.random.choice(given_names.split())
        second = self.random.choice(given_names.split())
        surname = self.random.choice(surnames.split())
        mother = self.random.choice(surnames.split())
        self._drawn += 1
        plain = without_accents(f"{given}.{surname}").replace("’", "").replace(" ", "")
        plain = plain.replace("Ł", "L").replace("ł", "l")  # has no accent to take off
        return {
            "badge_name": f"{given} {surname}",
            "certificate_name": f"{given} {second} {surname} {mother}"
            if second != given
            else f"{given} {surname} {mother}",
            "email": f"{plain}.{self._drawn}@example.org",
            "country": country,
            "language": LANGUAGE_OF.get(country, "es"),
            "institution": self.random.choice(institutions.split("|")),
        }
