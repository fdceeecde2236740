//! What the tests of the store share.

use jiff::{SignedDuration, Timestamp};
use orgkit_execute::{Claim, Record};

/// Numbers that look random and are the same for the same seed (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// True once in `of` times.
    pub(crate) fn once_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }
}

/// A claim for a minute.
pub(crate) fn claim(holder: &str, seconds: i64) -> Claim {
    let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + seconds);
    Claim { holder: holder.to_owned(), now: at(seconds), until: at(seconds + 60), take_over: None }
}

/// The records that come after others, chained as the journal chains them.
pub(crate) fn next_records(before: &[Record], generation: u64, writer: &str, count: u64) -> Vec<Record> {
    let (mut seq, mut previous) = before.last().map_or((0, String::new()), |last| (last.seq, last.hash.clone()));
    let mut records = Vec::new();
    for _ in 0..count {
        seq += 1;
        let hash = format!("{seq}/{generation}/{writer}");
        records.push(Record {
            seq,
            at: "t".to_owned(),
            generation,
            event: "{}".to_owned(),
            previous: previous.clone(),
            hash: hash.clone(),
        });
        previous = hash;
    }
    records
}

/// Asserts what must be true of every journal, whoever wrote it: numbers without gaps, a chain, and generations that only grow.
#[track_caller]
pub(crate) fn assert_whole(records: &[Record]) {
    let (mut seq, mut generation, mut hash) = (0, 0, "");
    for record in records {
        assert_eq!((record.seq, record.previous.as_str()), (seq + 1, hash), "{records:#?}");
        assert!(record.generation >= generation, "an append of a stale generation: {records:#?}");
        (seq, generation, hash) = (record.seq, record.generation, &record.hash);
    }
}
