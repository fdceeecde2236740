//! Where a profile leads.

use crate::cloud::AwsCloud;
use orgkit_cloud::Access;
use orgkit_model::AccountId;

/// A profile that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("profile `{profile}` cannot be used: {message}")]
pub struct ProfileError {
    /// The profile.
    pub profile: String,
    /// Why not.
    pub message: String,
}

impl AwsCloud {
    /// The account that a profile's credentials belong to: `sts:GetCallerIdentity`.
    pub async fn account_of_profile(profile: &str) -> Result<AccountId, ProfileError> {
        let unusable = |message: String| ProfileError { profile: profile.to_owned(), message };
        // The account is what is asked for; a stand-in names it until the answer is there.
        let unknown: AccountId = "000000000000".parse().map_err(|error: orgkit_model::IdError| unusable(error.to_string()))?;
        let cloud = Self::builder().access(unknown.clone(), Access::Profile(Some(profile.to_owned()))).build();
        let client: aws_sdk_sts::Client = cloud.client(&unknown, None).await.map_err(|error| unusable(error.message))?;
        let answer = cloud
            .reading(&unknown, crate::access::GET_CALLER_IDENTITY, || client.get_caller_identity().send())
            .await
            .map_err(|error| unusable(error.message))?;
        let account = answer.account().unwrap_or_default();
        account.parse().map_err(|_| unusable(format!("AWS answered with account `{account}`")))
    }
}
