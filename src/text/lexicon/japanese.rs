//! Japanese. The end of a sentence decides its force. Among the beginnings are only adverbs that admit one kind of ending.

use super::Lexicon;
use crate::model::Force;

pub(super) const LEXICON: Lexicon = Lexicon {
    beginnings: &[
        (Force::Never, &["決して", "けっして", "絶対に"]),
        (Force::Should, &["できるだけ", "なるべく", "可能な限り"]),
        (Force::Always, &["常に", "必ず"]),
    ],
    endings: &[
        (
            Force::Never,
            &[
                "ないでください", "ないで下さい", "しないこと", "わないこと", "さないこと", "てはいけない",
                "てはいけません", "ではいけない", "ではいけません", "てはならない", "てはなりません",
                "ではならない", "ではなりません", "を禁止", "は禁止", "を禁止する", "は禁止する",
                "は禁止です", "を禁止します",
            ],
        ),
        (
            Force::Avoid,
            &["を避けてください", "は避けてください", "を避けること", "べきではない", "べきではありません"],
        ),
        (
            Force::May,
            &["てもよい", "てもいい", "てもよいです", "ても構わない", "ても構いません", "てもかまいません"],
        ),
        (Force::Should, &["べき", "べきです", "べきである", "が望ましい"]),
        (
            Force::Must,
            &[
                "なければならない",
                "なければなりません",
                "なければいけない",
                "なければいけません",
                "ねばならない",
                "ねばなりません",
                "なくてはならない",
                "なくてはなりません",
                "なくてはいけない",
                "なくてはいけません",
                "しなければならないこと",
                "が必須",
                "は必須",
                "が必須です",
                "は必須です",
            ],
        ),
    ],
    leads: &[
        (Force::Never, &["禁止", "禁止事項", "してはいけないこと"]),
        (Force::Avoid, &["避けるべきこと"]),
        (Force::Must, &["必須", "必須事項"]),
        (Force::May, &["任意"]),
    ],
    exceptions: &["の", "忘れずに", "しも", "失敗", "成功", "発生", "起こ", "起き"],
    negations: &[
        "ない", "ません", "禁止", "避け", "除き", "除い", "除く", "ますか", "ですか", "るか。", "だろうか",
    ],
    adverbs: &[
        "ている", "ています", "される", "されます", "まれる", "まれます", "最新", "遅い", "速い", "早い",
        "新しい", "古い", "正しい", "同じ",
    ],
    // Forms of adjectives, nouns and abilities, where a verb would forbid.
    doubts: &[
        "だけ", "のみ", "くない", "くはない", "くなかった", "くありません", "ではな", "ではあり", "じゃな",
        "ことはな", "ことはあり", "できな", "できま", "われない", "われませ", "されない", "されませ",
        "られない", "られませ",
    ],
    is_statement,
    weak: &["絶対に"],
    asides: &[],
    titles: &[
        ("identity", &["役割", "人格", "ペルソナ", "自己紹介"]),
        ("objectives", &["目的", "目標", "タスク", "責務"]),
        ("expertise", &["専門知識", "専門分野", "スキル"]),
        ("voice", &["口調", "話し方", "文体"]),
        ("principles", &["基本方針", "原則"]),
        ("rules", &["ルール", "規則", "制約", "注意事項", "ガイドライン"]),
        ("workflow", &["ワークフロー", "手順", "作業手順", "プロセス"]),
        ("decisions", &["意思決定", "判断基準"]),
        ("quality", &["品質", "品質基準", "チェックリスト"]),
        ("output", &["出力", "出力形式", "出力フォーマット"]),
        ("tools", &["ツール", "コマンド"]),
        ("examples", &["例", "使用例"]),
    ],
    is_spaceless: true,
    foreign: None,
};

/// Forms of verbs that forbid.
const PROHIBITIONS: [&str; 6] = ["ないで", "ないこと", "してはいけ", "してはなら", "するな", "しない"];

/// "絶対に" forbids with one of these forms only.
fn is_statement(beginning: &str, words: &[&str]) -> bool {
    let forbids = |word: &&str| PROHIBITIONS.iter().any(|form| word.contains(form));
    beginning == "絶対に" && !words.iter().any(forbids)
}

#[cfg(test)]
mod tests {
    use super::super::tests::forces;
    use crate::model::Force;

    #[test]
    fn the_end_of_a_sentence_states_a_force() {
        forces(&[
            ("本番のデータを削除しないでください。", Some(Force::Never)),
            ("推測してはいけない", Some(Force::Never)),
            ("設定を変更してはなりません。", Some(Force::Never)),
            ("古い鍵を使わないこと", Some(Force::Never)),
            ("mainへのプッシュは禁止です。", Some(Force::Never)),
            ("深い入れ子を避けてください。", Some(Force::Avoid)),
            ("全体を書き直すべきではない。", Some(Force::Avoid)),
            ("依存関係を更新してもよい。", Some(Force::May)),
            ("「先に読むべきです」", None),
            ("朝は短く（先に読むべき）", None),
            ("「地図」を先に読むべきです。", Some(Force::Should)),
            ("先に読むべきです。", Some(Force::Should)),
            ("テストを書かなければならない。", Some(Force::Must)),
            ("型の注釈は必須です。", Some(Force::Must)),
            ("テストを消さなければならないことはない。", None),
            ("警告だけ無視してもよい。", None),
            ("エラーがないこと。", None),
            ("テストを実行する。失敗したらマージしてはいけない。", None),
            ("削除してはいけないですか？", None),
            ("禁止です。", None),
            ("テストを実行してください。", None),
        ]);
    }
}
