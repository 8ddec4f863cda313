//! Portuguese.

use super::Lexicon;
use super::participles::begins_with_iberian;
use crate::model::Force;

pub(super) const LEXICON: Lexicon = Lexicon {
    beginnings: &[
        (
            Force::Never,
            &[
                "é estritamente proibido",
                "é proibido",
                "em nenhuma circunstância",
                "em hipótese alguma",
                "você nunca deve",
                "você não deve",
                "nunca deve",
                "não deve",
                "nunca",
                "jamais",
                "não",
            ],
        ),
        (Force::Avoid, &["você não deveria", "você deve evitar", "evite", "evitar"]),
        (Force::May, &["você pode", "é permitido", "sinta-se à vontade para", "fique à vontade para"]),
        (Force::Should, &["você deveria", "recomenda-se", "é recomendável", "de preferência"]),
        (Force::Always, &["você deve sempre", "você sempre deve", "sempre"]),
        (Force::Must, &["você deve", "você precisa", "é obrigatório"]),
    ],
    leads: &[
        (Force::Never, &["proibido", "o que não fazer"]),
        (Force::Avoid, &["o que evitar"]),
        (Force::Must, &["obrigatório"]),
        (Force::May, &["permitido", "opcional"]),
    ],
    exceptions: &[
        "que", "há", "é", "são", "tem", "têm", "existe", "existem", "está", "estão", "foi", "era", "precisa",
        "apenas", "só", "somente", "encontrar", "mais", "se", "obstante", "será", "havia", "tarde", "cedo",
        "demais", "importa", "funciona", "sei", "sempre", "antes", "necessariamente",
    ],
    negations: &[
        "não", "nunca", "jamais", "nenhum", "nenhuma", "nada", "ninguém", "nem", "tampouco", "salvo",
        "exceto", "a menos", "à exceção",
    ],
    adverbs: &["dificilmente", "raramente"],
    doubts: &["apenas", "só", "somente", "unicamente", "simplesmente"],
    is_participle: |_, words| begins_with_iberian(words),
    titles: &[
        ("identity", &["identidade", "papel", "seu papel", "quem você é", "personalidade", "perfil"]),
        ("objectives", &["objetivo", "objetivos", "missão", "tarefas", "responsabilidades", "propósito"]),
        ("expertise", &["conhecimentos", "habilidades", "competências", "especialidades"]),
        ("voice", &["tom", "estilo", "voz", "comunicação"]),
        ("principles", &["princípios", "valores", "filosofia"]),
        ("rules", &["regras", "restrições", "limites", "diretrizes", "normas"]),
        ("workflow", &["fluxo de trabalho", "processo", "passos", "etapas", "procedimento", "método"]),
        ("decisions", &["decisões", "tomada de decisão", "escalonamento"]),
        ("quality", &["qualidade", "critérios de qualidade", "lista de verificação"]),
        ("output", &["saída", "formato de saída", "formato de resposta", "entregáveis"]),
        ("tools", &["ferramentas", "comandos"]),
        ("examples", &["exemplo", "exemplos"]),
    ],
    is_spaceless: false,
    foreign: None,
};
