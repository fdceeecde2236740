//! Facts in, findings out: the approach decision and the checks of the packs.
