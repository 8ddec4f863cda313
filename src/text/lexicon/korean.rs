//! Korean. The end of a sentence decides its force. Among the beginnings are only adverbs that admit one kind of ending.

use super::Lexicon;
use crate::model::Force;

pub(super) const LEXICON: Lexicon = Lexicon {
    beginnings: &[
        (Force::Never, &["절대로", "절대", "결코"]),
        (Force::Should, &["가급적", "가능하면"]),
        (Force::Always, &["항상", "언제나"]),
        (Force::Must, &["반드시"]),
    ],
    endings: &[
        (
            Force::Never,
            &[
                "지 마세요",
                "지 마십시오",
                "지 마라",
                "지 말 것",
                "지 말아야 합니다",
                "지 말아야 한다",
                "지 않아야 합니다",
                "지 않아야 한다",
                "서는 안 됩니다",
                "서는 안 된다",
                "서는 안 돼요",
                "면 안 됩니다",
                "면 안 된다",
                "면 안 돼요",
                "금지됩니다",
                "금지된다",
                "금지합니다",
                "금지한다",
                "금지입니다",
            ],
        ),
        (
            Force::Avoid,
            &["를 피하세요", "을 피하세요", "를 피하십시오", "을 피하십시오", "피해야 합니다", "피해야 한다"],
        ),
        (Force::May, &["해도 됩니다", "해도 된다", "해도 돼요", "해도 좋습니다"]),
        (Force::Should, &["를 권장합니다", "을 권장합니다", "는 것이 좋습니다"]),
        (
            Force::Must,
            &[
                "야 합니다",
                "야 한다",
                "야 해요",
                "야 함",
                "지 않으면 안 됩니다",
                "지 않으면 안 된다",
                "필수입니다",
            ],
        ),
    ],
    leads: &[
        (Force::Never, &["금지", "금지 사항", "하지 말아야 할 것"]),
        (Force::Must, &["필수", "필수 사항"]),
        (Force::May, &["선택 사항", "허용"]),
    ],
    exceptions: &[
        "실패하는", "성공하는", "발생하는", "변하는", "사용되는", "실행되는", "필요한", "같은", "쉽지",
        "어렵지", "나쁘지", "좋지", "늦지", "이르지", "작지", "크지", "적지", "많지", "가볍지", "단순하지",
        "간단하지", "충분하지", "안전하지", "실패한다", "실패합니다", "성공한다", "성공합니다", "발생한다",
        "발생합니다", "느리다", "느립니다", "필요하다", "필요합니다",
    ],
    negations: &[
        "마세요", "마십시오", "마라", "말", "말고", "말아야", "말아라", "않는다", "않습니다", "않도록",
        "않다", "않아요", "않아도", "않아야", "않고", "않게", "않으며", "않지만", "없다", "없습니다",
        "없어요", "없고", "없으며", "없지만", "없음", "아니다", "아닙니다", "아니에요", "아니고", "아니며",
        "아니라", "아니지만", "아님", "못", "못한다", "못합니다", "금지", "안", "피하세요", "불필요하다",
        "불필요합니다", "합니까", "습니까", "나요", "제외하고", "제외하면",
    ],
    adverbs: &["있다", "있습니다", "최신", "있음", "같다", "좋다", "느리다", "느립니다"],
    // "만 " is the particle "only".
    doubts: &[
        "만 ", "않다", "않았다", "않았습니다", "없다", "없습니다", "없어요", "없음", "아니다", "아닙니다",
        "아니에요", "아님",
    ],
    is_statement,
    weak: &["절대", "절대로"],
    asides: &[],
    titles: &[
        ("identity", &["역할", "정체성", "페르소나", "성격"]),
        ("objectives", &["목표", "목적", "임무", "책임"]),
        ("expertise", &["전문 지식", "전문성", "전문 분야", "기술"]),
        ("voice", &["말투", "어조", "문체"]),
        ("principles", &["원칙", "핵심 원칙", "가치"]),
        ("rules", &["규칙", "제약", "제약 사항", "제한", "지침", "주의 사항"]),
        ("workflow", &["작업 흐름", "워크플로", "워크플로우", "절차", "단계"]),
        ("decisions", &["의사 결정", "의사결정"]),
        ("quality", &["품질", "품질 기준", "체크리스트"]),
        ("output", &["출력", "출력 형식"]),
        ("tools", &["도구", "명령어"]),
        ("examples", &["예시", "예제"]),
    ],
    is_spaceless: false,
    foreign: None,
};

/// Words that forbid, at the end of a sentence.
const PROHIBITIONS: [&str; 12] = [
    "마세요", "마십시오", "마라", "말라", "말", "말아야", "말아라", "금지", "않는다", "않습니다", "않도록",
    "안",
];

/// "절대" and "절대로" forbid with one of these words only. "되지" makes the passive of a fact: "never used".
fn is_statement(beginning: &str, words: &[&str]) -> bool {
    words.iter().any(|word| word.ends_with("되지"))
        || (beginning.starts_with("절대") && !words.iter().any(|word| PROHIBITIONS.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::forces;
    use crate::model::Force;

    #[test]
    fn the_end_of_a_sentence_states_a_force() {
        forces(&[
            ("추측하지 마십시오.", Some(Force::Never)),
            ("비밀 값을 출력해서는 안 됩니다.", Some(Force::Never)),
            ("설정을 바꾸면 안 된다", Some(Force::Never)),
            ("main에 푸시하는 것은 금지됩니다.", Some(Force::Never)),
            ("전역 변수를 피하세요.", Some(Force::Avoid)),
            ("의존성을 갱신해도 됩니다.", Some(Force::May)),
            ("작은 커밋을 권장합니다.", Some(Force::Should)),
            ("테스트를 작성해야 합니다.", Some(Force::Must)),
            ("테스트를 작성하지 않으면 안 됩니다.", Some(Force::Must)),
            ("테스트를 지우지 말아야 합니다.", Some(Force::Never)),
            ("경고만 무시해도 됩니다.", None),
            ("빌드가 실패합니다.", None),
            ("금지됩니다", None),
            ("추측하지 마세요. 출처를 적습니다.", None),
        ]);
    }
}
