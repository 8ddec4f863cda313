//! Spanish.

use super::Lexicon;
use super::participles::begins_with_iberian;
use crate::model::Force;

pub(super) const LEXICON: Lexicon = Lexicon {
    beginnings: &[
        (
            Force::Never,
            &[
                "está estrictamente prohibido",
                "está prohibido",
                "queda prohibido",
                "bajo ninguna circunstancia",
                "en ningún caso",
                "no debes nunca",
                "no debes",
                "nunca debes",
                "no se debe",
                "nunca se debe",
                "nunca",
                "jamás",
            ],
        ),
        (Force::Avoid, &["no deberías", "evita", "evite", "evitar"]),
        (Force::May, &["puedes", "se permite", "está permitido", "siéntete libre de"]),
        (Force::Should, &["deberías", "se recomienda", "es recomendable", "preferiblemente"]),
        (Force::Always, &["debes siempre", "siempre debes", "siempre"]),
        (Force::Must, &["debes", "tienes que", "es obligatorio"]),
    ],
    leads: &[
        (Force::Never, &["prohibido", "lo que no debes hacer", "qué no hacer"]),
        (Force::Avoid, &["a evitar", "qué evitar"]),
        (Force::Must, &["obligatorio"]),
        (Force::May, &["permitido", "opcional"]),
    ],
    exceptions: &[
        "que", "encontrar", "solo", "sólo", "solamente", "es", "son", "está", "están", "fue", "era", "ha",
        "han", "hay", "había", "se", "falta", "sobra", "tarde", "demasiado", "y", "de", "haber",
    ],
    negations: &[
        "no", "nunca", "jamás", "ningún", "ninguno", "ninguna", "nada", "nadie", "ni", "tampoco", "salvo",
        "excepto", "a menos", "a excepción",
    ],
    adverbs: &["difícilmente", "apenas", "raramente", "rara vez"],
    doubts: &["solo", "sólo", "solamente", "únicamente", "simplemente"],
    is_participle: |_, words| begins_with_iberian(words),
    titles: &[
        ("identity", &["identidad", "rol", "tu rol", "quién eres", "personalidad", "perfil"]),
        ("objectives", &["objetivo", "objetivos", "misión", "tareas", "responsabilidades", "propósito"]),
        ("expertise", &["experiencia técnica", "conocimientos", "habilidades", "competencias"]),
        ("voice", &["tono", "estilo", "voz", "comunicación"]),
        ("principles", &["principios", "valores", "filosofía"]),
        ("rules", &["reglas", "normas", "restricciones", "límites", "directrices"]),
        ("workflow", &["flujo de trabajo", "proceso", "pasos", "procedimiento", "método"]),
        ("decisions", &["decisiones", "toma de decisiones", "escalado"]),
        ("quality", &["calidad", "criterios de calidad", "lista de verificación"]),
        ("output", &["salida", "formato de salida", "formato de respuesta", "entregables"]),
        ("tools", &["herramientas", "comandos"]),
        ("examples", &["ejemplo", "ejemplos"]),
    ],
    is_spaceless: false,
    foreign: None,
};
