//! French.

use super::Lexicon;
use crate::model::Force;

pub(super) const LEXICON: Lexicon = Lexicon {
    beginnings: &[
        (
            Force::Never,
            &[
                "il est strictement interdit de",
                "il est interdit de",
                "interdiction de",
                "veuillez ne pas",
                "veuillez ne jamais",
                "il ne faut jamais",
                "il ne faut pas",
                "tu ne dois jamais",
                "tu ne dois pas",
                "vous ne devez jamais",
                "vous ne devez pas",
                "merci de ne jamais",
                "merci de ne pas",
                "ne jamais",
                "ne pas",
                "ne",
                "n'utilisez jamais",
                "n'utilisez pas",
                "n'inventez jamais",
                "n'inventez pas",
                "n'ajoutez jamais",
                "n'ajoutez pas",
                "n'écrivez jamais",
                "n'écrivez pas",
                "n'exécutez jamais",
                "n'exécutez pas",
                "n'affichez jamais",
                "n'affichez pas",
                "n'envoyez jamais",
                "n'envoyez pas",
                "en aucun cas",
                "jamais",
            ],
        ),
        (Force::Avoid, &["évite de", "évitez de", "éviter de", "évite", "évitez", "éviter"]),
        (
            Force::May,
            &[
                "tu peux",
                "vous pouvez",
                "il est permis de",
                "libre à toi de",
                "libre à vous de",
                "n'hésitez pas à",
                "n'hésite pas à",
                "ne pas hésiter à",
                "il ne faut pas hésiter à",
            ],
        ),
        (
            Force::Should,
            &[
                "tu devrais", "vous devriez", "il est recommandé de", "il est préférable de",
                "de préférence", "préférez", "privilégiez",
            ],
        ),
        (Force::Always, &["tu dois toujours", "vous devez toujours", "toujours"]),
        (
            Force::Must,
            &[
                "tu dois", "vous devez", "il faut", "il est obligatoire de", "assurez-vous", "assure-toi",
                "veillez à", "veille à",
            ],
        ),
    ],
    endings: &[],
    leads: &[
        (Force::Never, &["interdit", "interdits", "à ne pas faire", "à ne jamais faire"]),
        (Force::Avoid, &["à éviter"]),
        (Force::Must, &["obligatoire"]),
        (Force::May, &["autorisé", "facultatif"]),
    ],
    exceptions: &[
        "je", "il faut croire", "longtemps", "du temps", "environ", "0", "plus", "trouver", "rencontrer",
        "seulement", "uniquement", "est", "sont", "était", "a", "ont", "n'est", "n'a", "été", "trop",
        "jamais deux", "disponible", "disponibles", "en ligne", "il faut noter", "il faut savoir",
        "vous pouvez être", "vous pouvez constater", "vous pouvez remarquer", "vous pouvez voir",
        "tu peux être", "tu peux constater", "tu peux remarquer", "tu peux voir", "forcément",
        "nécessairement", "obligatoirement", "systématiquement", "toujours",
    ],
    negations: &[
        "ne", "n", "pas", "jamais", "aucun", "aucune", "rien", "ni", "nul", "nulle", "guère", "sauf",
        "hormis", "excepté", "à moins", "à l exception",
    ],
    adverbs: &["difficilement", "rarement"],
    doubts: &["seulement", "uniquement", "simplement", "exclusivement", "forcément", "nécessairement"],
    is_statement,
    weak: &["ne"],
    asides: &["même", "en aucun", "sous aucun", "quoi qu'il arrive"],
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

/// Participles that do not end in "é", and the beginnings of those that do not end in a vowel.
#[rustfmt::skip]
const PARTICIPLES: [&str; 54] = [
    "vu", "revu", "prévu", "lu", "relu", "élu", "dit", "redit", "fait", "refait", "écrit", "décrit", "inscrit", "mis",
    "remis", "admis", "permis", "promis", "transmis", "soumis", "pris", "appris", "compris", "surpris", "ouvert",
    "offert", "couvert", "découvert", "connu", "reconnu", "reçu", "aperçu", "rendu", "vendu", "perdu", "entendu",
    "attendu", "défendu", "répondu", "venu", "devenu", "tenu", "obtenu", "maintenu", "fini", "choisi", "réussi",
    "rempli", "servi", "sorti", "construit", "produit", "détruit", "atteint",
];

/// "Ne" forbids where a verb in the imperative is negated after it: "ne supprimez jamais".
fn is_statement(beginning: &str, words: &[&str]) -> bool {
    let words: Vec<String> = words.iter().take(2).map(|word| word.to_lowercase()).collect();
    let [first, rest @ ..] = words.as_slice() else { return false };
    if beginning.eq_ignore_ascii_case("ne") {
        let is_negated = rest.first().is_some_and(|next| ["pas", "jamais", "rien"].contains(&next.as_str()));
        return !(first.ends_with("ez") && is_negated);
    }
    let stem = first.strip_suffix("es").or_else(|| first.strip_suffix(['e', 's'])).unwrap_or(first);
    let is_irregular = [first.as_str(), stem].iter().any(|form| PARTICIPLES.contains(form));
    is_irregular || ["é", "ée", "és", "ées"].iter().any(|ending| first.ends_with(ending))
}
