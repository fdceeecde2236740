//! Every seed that ever failed, with what it showed: all of them always run.

/// The seeds.
pub const REGRESSIONS: &[(u64, &str)] = &[
    (3, "a run died between making the access role and giving it permissions: a way in behind which nothing could be done"),
    (30, "the same, where the account was in the target already"),
    (31, "the same, with a share"),
    (35, "a call was under way when another process took the journal over"),
    (70, "the same, seen by the one who had looked already"),
    (11_365, "people who were late at a gate were not waited for: an error of the soak itself"),
    (357, "the same, at a deregistration"),
];
