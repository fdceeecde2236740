//! What a person types and sees: every transcript in `tests/cmd`.

use orgkit_tests::{check_transcript, files_under, repository};

#[test]
fn orgkit_prints_what_the_transcripts_show() {
    let transcripts: Vec<_> =
        files_under(&repository().join("tests/cmd")).into_iter().filter(|path| path.extension().is_some_and(|is| is == "md")).collect();
    assert!(!transcripts.is_empty());
    for transcript in transcripts {
        check_transcript(&transcript);
    }
}
