//! French.

use super::Lexicon;
use super::participles::first_word_ends;
use crate::model::Force;

pub(super) const LEXICON: Lexicon = Lexicon {
    beginnings: &[
        (
            Force::Never,
            &[
                "il est strictement interdit de",
                "il est interdit de",
                "il ne faut jamais",
                "il ne faut pas",
                "tu ne dois jamais",
                "tu ne dois pas",
                "vous ne devez jamais",
                "vous ne devez pas",
                "ne jamais",
                "ne pas",
                "en aucun cas",
                "jamais",
            ],
        ),
        (Force::Avoid, &["évite de", "évitez de", "éviter de", "évite", "évitez", "éviter"]),
        (Force::May, &["tu peux", "vous pouvez", "il est permis de", "libre à toi de", "libre à vous de"]),
        (
            Force::Should,
            &["tu devrais", "vous devriez", "il est recommandé de", "il est préférable de", "de préférence"],
        ),
        (Force::Always, &["tu dois toujours", "vous devez toujours", "toujours"]),
        (Force::Must, &["tu dois", "vous devez", "il faut", "il est obligatoire de"]),
    ],
    leads: &[
        (Force::Never, &["interdit", "interdits", "à ne pas faire", "à ne jamais faire"]),
        (Force::Avoid, &["à éviter"]),
        (Force::Must, &["obligatoire"]),
        (Force::May, &["autorisé", "facultatif"]),
    ],
    exceptions: &[
        "plus", "trouver", "rencontrer", "seulement", "uniquement", "est", "sont", "était", "a", "ont",
        "n'est", "n'a", "été", "trop", "jamais deux",
    ],
    negations: &[
        "ne", "n", "pas", "jamais", "aucun", "aucune", "rien", "ni", "nul", "nulle", "guère", "sauf",
        "hormis", "excepté", "à moins", "à l exception",
    ],
    adverbs: &["difficilement", "rarement"],
    doubts: &["seulement", "uniquement", "simplement", "exclusivement"],
    is_participle: |_, words| first_word_ends(words, &["é", "ée", "és", "ées"]),
    titles: &[
        (
            "identity",
            &["identité", "rôle", "ton rôle", "votre rôle", "qui tu es", "qui vous êtes", "personnalité"],
        ),
        ("objectives", &["objectif", "objectifs", "mission", "missions", "tâches", "responsabilités"]),
        ("expertise", &["expertise", "compétences", "connaissances", "savoir faire"]),
        ("voice", &["ton", "style", "voix", "langage"]),
        ("principles", &["principes", "valeurs", "philosophie"]),
        ("rules", &["règles", "contraintes", "limites", "consignes", "directives"]),
        ("workflow", &["processus", "démarche", "étapes", "procédure", "méthode", "flux de travail"]),
        ("decisions", &["décisions", "prise de décision", "escalade"]),
        ("quality", &["qualité", "critères de qualité", "liste de contrôle"]),
        ("output", &["sortie", "format de sortie", "format de réponse", "livrables"]),
        ("tools", &["outils", "commandes"]),
        ("examples", &["exemple", "exemples"]),
    ],
    is_spaceless: false,
    foreign: None,
};
