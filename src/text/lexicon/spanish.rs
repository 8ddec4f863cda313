//! Spanish.

use super::Lexicon;
use super::orders::is_statement;
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
                "usted no debe",
                "usted nunca debe",
                "por favor, no",
                "nunca",
                "jamás",
                "no",
            ],
        ),
        (
            Force::Avoid,
            &[
                "no deberías", "intenta no", "trata de no", "procura no", "hay que evitar", "se debe evitar",
                "evita", "evite", "evitar",
            ],
        ),
        (
            Force::May,
            &[
                "no dudes en", "no dude en", "nunca dudes en", "no debes dudar en", "puedes", "usted puede",
                "se permite", "está permitido", "siéntete libre de", "siéntase libre de",
            ],
        ),
        (Force::Should, &["deberías", "se recomienda", "es recomendable", "preferiblemente"]),
        (Force::Always, &["debes siempre", "siempre debes", "siempre"]),
        (
            Force::Must,
            &[
                "debes", "tienes que", "hay que", "se debe", "es obligatorio", "usted debe", "asegúrate de",
                "asegúrese de",
            ],
        ),
    ],
    endings: &[],
    leads: &[
        (Force::Never, &["prohibido", "lo que no debes hacer", "qué no hacer"]),
        (Force::Avoid, &["a evitar", "qué evitar"]),
        (Force::Must, &["obligatorio"]),
        (Force::May, &["permitido", "opcional"]),
    ],
    exceptions: &[
        "que", "encontrar", "solo", "sólo", "solamente", "es", "son", "está", "están", "fue", "era", "ha",
        "han", "hay", "había", "se", "falta", "sobra", "tarde", "demasiado", "y", "de", "haber",
        "disponible", "disponibles", "en línea", "falla", "fallan", "funciona", "funcionan", "cambia",
        "termina", "ocurre", "sucede", "debes saber", "puedes notar", "puedes ver", "necesariamente",
        "forzosamente", "obligatoriamente", "siempre",
    ],
    negations: &[
        "no", "nunca", "jamás", "ningún", "ninguno", "ninguna", "nada", "nadie", "ni", "tampoco", "salvo",
        "excepto", "a menos", "a excepción",
    ],
    adverbs: &["difícilmente", "apenas", "raramente", "rara vez"],
    doubts: &["sino", "solo", "sólo", "solamente", "únicamente", "simplemente"],
    is_statement: |beginning, words| is_statement(beginning, words, "no", &ORDERS),
    weak: &["no"],
    asides: &["ni siquiera", "incluso", "aunque", "bajo ninguna", "en ningún"],
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

/// Imperatives of verbs after "no", in the singular, and infinitives. None is a word of English, whose "no" is another one.
#[rustfmt::skip]
const ORDERS: [&str; 182] = [
    "abandone", "abra", "abrir", "acepte", "actualice", "actualizar", "actúe", "adivinar", "adivine", "afirme",
    "agregar", "agregue", "ajuste", "almacene", "altere", "anote", "aplique", "apruebe", "asigne", "asuma",
    "avance", "añada", "añadir", "bloquee", "borrar", "borre", "busque", "calcule", "cambiar", "cambie", "cargue",
    "cierre", "coloque", "comente", "cometa", "comience", "comparta", "compartir", "confirmar", "confunda",
    "confíe", "conteste", "continúe", "copiar", "copie", "crear", "critique", "cuente", "decir", "dejar", "deje",
    "delegue", "desactive", "descargue", "destruya", "detenga", "diga", "divulgar", "divulgue", "duplique",
    "editar", "edite", "ejecutar", "ejecute", "eliminar", "elimine", "empiece", "emplee", "entregue", "enviar",
    "envíe", "escriba", "escribir", "espere", "estime", "exagere", "explique", "exponer", "exponga", "falsifique",
    "filtre", "finalice", "fuerce", "genere", "grite", "guardar", "guarde", "hablar", "hable", "hacer", "haga",
    "ignorar", "implemente", "incluir", "incluya", "inicie", "inserte", "instalar", "instale", "insulte", "intente",
    "interprete", "interrumpa", "introduzca", "inventar", "invente", "juzgue", "leer", "llame", "lleve",
    "mencionar", "mencione", "mezclar", "mezcle", "mienta", "modificar", "modifique", "mostrar", "muestre",
    "oculte", "olvidar", "olvide", "omita", "omitir", "opine", "pase", "pedir", "pegue", "permita", "permitir",
    "pida", "piense", "poner", "ponga", "preguntar", "pregunte", "presente", "presuma", "prometa", "pruebe",
    "publicar", "publique", "quite", "realice", "realizar", "rechace", "recomiende", "reemplace", "reescriba",
    "refactorice", "renombre", "renuncie", "repetir", "repita", "reporte", "responda", "responder", "resuma",
    "revelar", "revele", "rompa", "romper", "salga", "salte", "sobrescriba", "sobrescribir", "solicite", "suba",
    "subir", "sugiera", "suponer", "suponga", "termine", "tocar", "toque", "traduzca", "traiga", "usar", "utilice",
    "utilizar", "valide", "viole",
];
