"""Which answers ask for no more messages."""

import pytest

from lecommercial_batch.planning.screening.stop_words import says_stop


@pytest.mark.parametrize(
    "reply",
    [
        *[
            "STOP",
            "stop",
            "Stop.",
            "STOPP",
            "sttop",
            "Stop merci",
            "Bonjour, STOP svp",
            "stop!!!",
            "« Stop »",
            "STOPPEZ",
        ],
        *[
            "ARRET",
            "ARRÊT",
            "arrêt.",
            "Arrêtez",
            "Arrêtez de m’écrire s’il vous plaît",
            "merci d'arrêter",
            "Arette",
        ],
        *["DÉSABONNER", "desabonnement", "Je veux me désabonner de vos messages", "désinscription"],
        *["UNSUBSCRIBE", "please unsubscribe me", "opt-out", "Opt out", "no more messages", "Don't text me"],
        *[
            "Plus de messages merci",
            "plus aucun sms",
            "retirez-moi de la liste",
            "ne m'envoyez plus rien",
            "fin",
            "Quit",
        ],
        *["S T O P".replace(" ", ""), "ＳＴＯＰ", "STOP 36111"],
    ],
)
def test_a_stop_is_known(reply: str) -> None:
    """Whatever the case, the accents, the spelling and the politeness."""
    assert says_stop(reply)


@pytest.mark.parametrize(
    "reply",
    [
        *[
            "",
            "Oui",
            "Merci beaucoup",
            "D'accord pour mardi",
            "Non",
            "ok 👍",
            "À quelle heure ?",
            "stylo",
            "topaze",
        ],
        *["Je peux passer à la fin de la semaine ?", "Je voudrais annuler mon rendez-vous", "in the end we come"],
        *["Je suis en arrêt maladie jusqu'à lundi", "J'ai plus de questions", "Retirer de l'argent demain"],
    ],
)
def test_an_answer_is_no_stop(reply: str) -> None:
    assert not says_stop(reply)
