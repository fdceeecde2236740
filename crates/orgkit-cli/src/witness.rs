//! Independent eyes: discovery and the packs' proofs, run again on what is there now.

use orgkit_assess::RuleRunner;
use orgkit_aws::AwsCloud;
use orgkit_discover::DiscoverError;
use orgkit_execute::{ExecuteError, Witness};
use orgkit_model::{AccountId, OrganizationSnapshot, Proof};

/// Reads the services again.
pub(crate) struct Eyes<'a> {
    /// The clouds.
    pub(crate) cloud: &'a AwsCloud,
    /// The packs' rules.
    pub(crate) rules: &'a RuleRunner,
    /// The regions to look at.
    pub(crate) regions: &'a [String],
}

impl Witness for Eyes<'_> {
    async fn prove(&self, account: &AccountId) -> Result<Vec<Proof>, ExecuteError> {
        let kinds = self.rules.proof_kinds();
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        let (facts, collections) = orgkit_discover::collect_account(self.cloud, account, self.regions, &kinds).await;
        self.rules.proofs(&facts, &collections, account).map_err(|error| ExecuteError::Proof(error.to_string()))
    }

    async fn organization(&self, management: &AccountId) -> Result<OrganizationSnapshot, ExecuteError> {
        orgkit_discover::snapshot(self.cloud, management).await.map_err(|error| match error {
            DiscoverError::Cloud(error) => ExecuteError::Cloud(error),
            other => ExecuteError::Proof(other.to_string()),
        })
    }
}
