//! What crosses crates: the line end to end, kills, command-line transcripts, peers, a browser.
