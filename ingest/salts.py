"""Drugs named by their salt: "quetiapine fumarate" is what a vocabulary lists, "quetiapine" what is written."""

import re

_SALTS = (
    "acetate besylate bitartrate bromide calcium chloride citrate dihydrochloride dimesylate disodium"
    " fumarate gluconate hemifumarate hydrobromide hydrochloride iodide lactate maleate mesylate mesilate"
    " monohydrate monohydrochloride nitrate pamoate phosphate potassium sodium succinate sulfate sulphate"
    " tartrate tosylate trihydrate"
)
_SALT_OF = re.compile(rf"([A-Za-z]{{7,}})(?: (?:{'|'.join(_SALTS.split())}))+", re.IGNORECASE)
_IONS = ("ate", "ic", "ide", "ite", "ium", "ous", "yl")


def without_salt(name: str) -> str:
    """Return the drug in a name of one word and the salt it comes as, or nothing where ``name`` is not of that form.

    A word that names an ion ("ferrous", "ammonium", "benzyl") is no drug by itself.
    """
    match = _SALT_OF.fullmatch(name)
    return match[1] if match and not match[1].lower().endswith(_IONS) else ""
