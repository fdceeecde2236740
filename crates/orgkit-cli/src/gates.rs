//! Human gates: in a rehearsal an assumption, in real life a person's note.

use orgkit_execute::{ExecuteError, GateDecision, Gates};
use orgkit_iam::glob_matches;
use orgkit_model::{Gate, GateKind, Step};
use orgkit_sim::{PersonAct, Simulator};
use std::collections::BTreeMap;

/// Who answers.
pub(crate) enum GateKeeper {
    /// A rehearsal: the simulated AWS does what the person would have done.
    Rehearsal(Simulator),
    /// Real life: notes given with `--pass-gate`, by step; `*` in a step's name stands for any text.
    Notes(BTreeMap<String, String>),
}

impl Gates for GateKeeper {
    async fn decide(&self, step: &Step, gate: &Gate) -> Result<GateDecision, ExecuteError> {
        match self {
            Self::Rehearsal(simulator) => {
                if let (GateKind::ReinstateAccount, Some(account)) = (gate.kind, &step.account) {
                    simulator
                        .act(&PersonAct::ReinstateAccount { account: account.clone() })
                        .map_err(|error| ExecuteError::Proof(error.to_string()))?;
                }
                Ok(GateDecision::Assumed { assumption: gate.assumption.clone() })
            }
            Self::Notes(notes) => Ok(match notes.iter().find(|(pattern, _)| glob_matches(pattern, &step.id.0)) {
                Some((_, note)) => GateDecision::Passed { note: note.clone() },
                None => GateDecision::Waiting { question: gate.question.clone() },
            }),
        }
    }
}
