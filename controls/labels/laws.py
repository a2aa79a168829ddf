"""What laws are called, for people: the title of each record in words that can be translated.

A record keeps its title in English; a law that several places have has one title.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from controls.labels.controls import Text
from controls.packs import law_title

# Each by the very title of its record.
TITLES: Final[Mapping[str, Text]] = {
    "A competent person's consent below 18": _("A competent person's consent below 18"),
    "Accounts below 16 registered by a parent": _("Accounts below 16 registered by a parent"),
    "Addictive feeds: age unless determined": _("Addictive feeds: age unless determined"),
    "Age of consent to online services": _("Age of consent to online services"),
    "Age of consent to online services, as first enacted": _("Age of consent to online services, as first enacted"),
    "Age of consent to online services, as raised": _("Age of consent to online services, as raised"),
    "Age tiers for online services": _("Age tiers for online services"),
    "Age-appropriate design code": _("Age-appropriate design code"),
    "Age-appropriate design code act": _("Age-appropriate design code act"),
    "Age-appropriate online design code": _("Age-appropriate online design code"),
    "App store accountability act": _("App store accountability act"),
    "App store act": _("App store act"),
    "Bill on a minimum age of 13 and permission until 16": _("Bill on a minimum age of 13 and permission until 16"),
    "Bill on a minimum age of 15": _("Bill on a minimum age of 15"),
    "Bill on protecting minors online": _("Bill on protecting minors online"),
    "Child data protection act": _("Child data protection act"),
    "Child digital safety": _("Child digital safety"),
    "Children's code (age appropriate design)": _("Children's code (age appropriate design)"),
    "Children's online privacy protection": _("Children's online privacy protection"),
    "Children's online privacy protection, as amended": _("Children's online privacy protection, as amended"),
    "Data protection without a fixed age": _("Data protection without a fixed age"),
    "Data protection without a statutory age": _("Data protection without a statutory age"),
    "Digital age assurance act": _("Digital age assurance act"),
    "Digital majority at 15": _("Digital majority at 15"),
    "Digital statute of the child and adolescent": _("Digital statute of the child and adolescent"),
    "Guardian's authorisation below 18": _("Guardian's authorisation below 18"),
    "Guardian's consent below 14": _("Guardian's consent below 14"),
    "Guidelines on children's data": _("Guidelines on children's data"),
    "Meaningful consent without a fixed age": _("Meaningful consent without a fixed age"),
    "Minor mode": _("Minor mode"),
    "Minor protection in social media act": _("Minor protection in social media act"),
    "No account below 14, permission until 16": _("No account below 14, permission until 16"),
    "No account below 16 on large licensed platforms": _("No account below 16 on large licensed platforms"),
    "No social media account below 15": _("No social media account below 15"),
    "No social media account below 16": _("No social media account below 16"),
    "No tracking of children": _("No tracking of children"),
    "One hour a day below 16": _("One hour a day below 16"),
    "Parental consent below 10": _("Parental consent below 10"),
    "Parental consent below 14": _("Parental consent below 14"),
    "Parental consent below 18": _("Parental consent below 18"),
    "Parental consent for children's data": _("Parental consent for children's data"),
    "Parental notification by social media operators act": _("Parental notification by social media operators act"),
    "Parental rights in social media act": _("Parental rights in social media act"),
    "Planned law on social media": _("Planned law on social media"),
    "Planned minimum age of 14": _("Planned minimum age of 14"),
    "Planned minimum age of 15": _("Planned minimum age of 15"),
    "Planned minimum age of 16": _("Planned minimum age of 16"),
    "Planned minimum age with parents' exception from 13": _("Planned minimum age with parents' exception from 13"),
    "Product policy": _("Product policy"),
    "Protecting Georgia's children on social media act": _("Protecting Georgia's children on social media act"),
    "Protecting children from social media act": _("Protecting children from social media act"),
    "Protecting our kids from social media addiction act": _("Protecting our kids from social media addiction act"),
    "Protection of children codes": _("Protection of children codes"),
    "Protection of minors on online platforms": _("Protection of minors on online platforms"),
    "Resolution on minimum ages": _("Resolution on minimum ages"),
    "Secure online child interaction and age limitation act": _(
        "Secure online child interaction and age limitation act"
    ),
    "Securing children online through parental empowerment": _("Securing children online through parental empowerment"),
    "Social media safety act": _("Social media safety act"),
    "Stop addictive feeds exploitation for kids act": _("Stop addictive feeds exploitation for kids act"),
    "Walker Montgomery protecting children online act": _("Walker Montgomery protecting children online act"),
    "Warnings on social media": _("Warnings on social media"),
}


def law_words(key: str) -> str:
    """Return what a law is called in the active language; its key where this release does not know it."""
    title = law_title(key)
    return str(TITLES.get(title, title))
