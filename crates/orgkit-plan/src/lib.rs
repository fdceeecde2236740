//! Sequencing: order, waves, gates. Pure and deterministic.
