"""Sensitive content and topics in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from controls.labels.controls import Text

LABEL_NAMES: Final[Mapping[str, Text]] = {
    "sexual_explicit": _("Sex and pornography"),
    "nudity_suggestive": _("Nudity and suggestive poses"),
    "violence": _("Violence"),
    "gore_disturbing": _("Blood, injury and disturbing pictures"),
    "weapons": _("Weapons"),
    "self_harm_suicide": _("Self-harm and suicide"),
    "eating_body": _("Eating disorders and body image"),
    "dangerous_acts": _("Dangerous stunts and challenges"),
    "drugs": _("Drugs and misused medicines"),
    "alcohol_tobacco": _("Alcohol, tobacco and vaping"),
    "gambling": _("Gambling"),
    "hate": _("Hate and discrimination"),
    "bullying": _("Bullying and harassment"),
    "extremism": _("Extremism and terrorism"),
    "profanity": _("Swearing and crude humour"),
    "horror_fear": _("Horror and fear"),
    "mature_themes": _("Hard subjects, such as grief and abuse"),
    "regulated_commerce": _("Pressure to buy"),
    "crime_illegal_goods": _("Crime and forbidden goods"),
    "misleading_synthetic": _("Misleading or artificial pictures and videos"),
}

# How strong content may be: the number is the highest severity that is shown.
SEVERITIES: Final[Mapping[int, Text]] = {
    0: _("Nothing of it"),
    1: _("Only mild"),
    2: _("Up to moderate"),
    3: _("Up to strong"),
    4: _("Everything"),
}

TOPIC_NAMES: Final[Mapping[str, Text]] = {
    "creative_arts": _("Arts and crafts"),
    "dance": _("Dance"),
    "music": _("Music"),
    "fashion_beauty": _("Fashion and beauty"),
    "food_drinks": _("Food and drinks"),
    "sport_fitness": _("Sport and fitness"),
    "travel": _("Travel"),
    "nature_animals": _("Nature and animals"),
    "science_technology": _("Science and technology"),
    "learning": _("Learning"),
    "gaming": _("Games"),
    "humour": _("Humour"),
    "lifestyle": _("Everyday life"),
    "news_politics": _("News and politics"),
    "dieting_body_image": _("Diets and body image"),
    "dating_romance": _("Dating and romance"),
    "gambling": _("Gambling"),
    "alcohol_tobacco": _("Alcohol and tobacco"),
    "dangerous_challenges": _("Dangerous challenges"),
    "cosmetic_procedures": _("Cosmetic procedures"),
    "ai_companions": _("AI companions"),
    "shopping_hauls": _("Shopping hauls"),
}
