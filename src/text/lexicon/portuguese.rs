//! Portuguese.

use super::Lexicon;
use super::orders::is_statement;
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
                "você não pode",
                "não é permitido",
                "nunca deve",
                "não deve",
                "nunca",
                "jamais",
                "não",
            ],
        ),
        (
            Force::Avoid,
            &[
                "você não deveria", "não deveria", "você deve evitar", "deve-se evitar", "tente não",
                "procure não", "evite", "evitar",
            ],
        ),
        (
            Force::May,
            &[
                "não hesite em",
                "nunca hesite em",
                "você não deve hesitar em",
                "você pode",
                "é permitido",
                "sinta-se à vontade para",
                "fique à vontade para",
            ],
        ),
        (Force::Should, &["você deveria", "recomenda-se", "é recomendável", "de preferência"]),
        (Force::Always, &["você deve sempre", "você sempre deve", "sempre"]),
        (
            Force::Must,
            &[
                "você deve", "você precisa", "você tem que", "deve-se", "é obrigatório", "certifique-se de",
                "certifique-se",
            ],
        ),
    ],
    endings: &[],
    leads: &[
        (Force::Never, &["proibido", "o que não fazer"]),
        (Force::Avoid, &["o que evitar"]),
        (Force::Must, &["obrigatório"]),
        (Force::May, &["permitido", "opcional"]),
    ],
    exceptions: &[
        "que", "há", "é", "são", "tem", "têm", "existe", "existem", "está", "estão", "foi", "era", "precisa",
        "apenas", "só", "somente", "encontrar", "mais", "se", "obstante", "será", "havia", "tarde", "cedo",
        "demais", "importa", "funciona", "sei", "sempre", "antes", "disponível", "disponíveis", "online",
        "falha", "falham", "funcionam", "muda", "termina", "ocorre", "acontece", "você deve saber",
        "você pode notar", "você pode ver", "necessariamente", "obrigatoriamente",
    ],
    negations: &[
        "não", "nunca", "jamais", "nenhum", "nenhuma", "nada", "ninguém", "nem", "tampouco", "salvo",
        "exceto", "a menos", "à exceção",
    ],
    adverbs: &["dificilmente", "raramente"],
    doubts: &["apenas", "só", "somente", "unicamente", "simplesmente"],
    is_statement: |beginning, words| is_statement(beginning, words, "não", &ORDERS),
    weak: &["não"],
    asides: &["mesmo", "nem mesmo", "nem sequer", "sob nenhuma", "em hipótese alguma"],
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

/// Imperatives of verbs after "não", in the singular, and infinitives.
#[rustfmt::skip]
const ORDERS: [&str; 226] = [
    "abandone", "abrir", "aceite", "acessar", "acesse", "acione", "acrescente", "adicionar", "adicione",
    "adivinhar", "adivinhe", "afirme", "agrupe", "ajuste", "alterar", "altere", "apagar", "apague", "aplique",
    "aponte", "apresente", "aprove", "arquive", "assine", "assuma", "ative", "atualizar", "atualize", "aumente",
    "avance", "bloqueie", "busque", "calcule", "cancele", "carregue", "chame", "citar", "cite", "clone", "coloque",
    "comece", "comente", "compartilhar", "compartilhe", "complique", "conclua", "conecte", "confie", "confirme",
    "confunda", "construa", "conte", "continue", "converta", "copiar", "copie", "corrija", "corte", "criar", "crie",
    "critique", "deduza", "deixar", "deixe", "delegue", "deletar", "delete", "desative", "descarte", "desligue",
    "destrua", "deva", "diga", "divulgar", "divulgue", "duplique", "dê", "editar", "edite", "eliminar", "elimine",
    "empurre", "encerre", "engane", "enviar", "envie", "esconda", "escreva", "escrever", "especule", "espere",
    "esqueça", "exagere", "exclua", "excluir", "executar", "execute", "exiba", "exibir", "explique", "exponha",
    "expor", "exporte", "extrapole", "fale", "falsifique", "fazer", "faça", "feche", "finalize", "finja", "fique",
    "force", "fuja", "gere", "guarde", "ignorar", "ignore", "imagine", "implemente", "importe", "imprima",
    "inclua", "incluir", "infira", "inicie", "inserir", "insira", "instalar", "instale", "insulte", "interprete",
    "interrompa", "introduza", "invada", "inventar", "invente", "julgue", "leia", "ler", "ligue", "limite", "mande",
    "marque", "mencionar", "mencione", "mexa", "mexer", "minta", "misturar", "misture", "modificar", "modifique",
    "mostrar", "mostre", "mova", "mover", "mude", "nomeie", "oculte", "ofereça", "omita", "omitir", "opine", "pare",
    "passe", "pedir", "pense", "perguntar", "pergunte", "permita", "permitir", "peça", "ponha", "presuma",
    "processe", "produza", "prometa", "proponha", "publicar", "publique", "pular", "pule", "quebre", "realizar",
    "realize", "reescreva", "refatore", "registre", "reinicie", "remova", "remover", "renomeie", "repetir",
    "repita", "reporte", "responda", "responder", "resuma", "retorne", "revelar", "revele", "rode", "salve", "seja",
    "sobrescreva", "sobrescrever", "solicite", "suba", "substitua", "substituir", "sugira", "suponha", "tente",
    "termine", "tocar", "toque", "traduza", "troque", "usar", "use", "utilizar", "utilize", "vaze", "viole", "vá",
];
