//! Korean. The end of a sentence decides its force, so only adverbs that admit one kind of ending are here.

use super::Lexicon;
use crate::model::Force;

pub(super) const LEXICON: Lexicon = Lexicon {
    beginnings: &[
        (Force::Never, &["절대로", "결코"]),
        (Force::Should, &["가급적", "가능하면"]),
        (Force::Always, &["항상", "언제나"]),
        (Force::Must, &["반드시"]),
    ],
    leads: &[
        (Force::Never, &["금지", "금지 사항", "하지 말아야 할 것"]),
        (Force::Must, &["필수", "필수 사항"]),
        (Force::May, &["선택 사항", "허용"]),
    ],
    exceptions: &[],
    negations: &[
        "마세요", "마십시오", "말", "말고", "않는다", "않습니다", "않도록", "금지", "안", "피하세요",
    ],
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
