//! What an estate does not say.

use std::fmt;

/// Something about the world that the estate does not say, as a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What became of it.
    pub kind: GapKind,
    /// The sentence, in one line.
    pub text: String,
}

/// What became of something that the estate does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// Discovery could not look, or did not: nobody knows what is there. The world has nothing of it.
    Unseen,
    /// The estate says it, and a world cannot have it.
    LeftOut,
    /// It was filled in.
    Assumed,
}

impl GapKind {
    /// A word for it that stands before the sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unseen => "not seen",
            Self::LeftOut => "left out",
            Self::Assumed => "assumed",
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.word(), self.text)
    }
}

/// The gaps found so far.
#[derive(Debug, Default)]
pub(super) struct Gaps(Vec<Gap>);

impl Gaps {
    /// Something that nobody saw.
    pub(super) fn unseen(&mut self, text: impl AsRef<str>) {
        self.add(GapKind::Unseen, text.as_ref());
    }

    /// Something that a world cannot have.
    pub(super) fn left_out(&mut self, text: impl AsRef<str>) {
        self.add(GapKind::LeftOut, text.as_ref());
    }

    /// Something that was filled in.
    pub(super) fn assumed(&mut self, text: impl AsRef<str>) {
        self.add(GapKind::Assumed, text.as_ref());
    }

    /// The words of services can have several lines; a sentence has one.
    fn add(&mut self, kind: GapKind, text: &str) {
        self.0.push(Gap { kind, text: text.split_whitespace().collect::<Vec<_>>().join(" ") });
    }

    /// All of them, what nobody saw first.
    pub(super) fn sorted(mut self) -> Vec<Gap> {
        self.0.sort_by_key(|gap| gap.kind);
        self.0
    }
}

/// A list for a sentence: the first few, and how many more.
pub(super) fn listed<T: fmt::Display>(all: &[T]) -> String {
    const SHOWN: usize = 6;
    let shown = all.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
