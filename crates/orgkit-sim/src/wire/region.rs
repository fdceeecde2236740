//! Which region a call is about, from what it is signed for and the host that it was sent to.

use super::protocol::Wire;
use orgkit_world::catalog::{GLOBAL_REGION, is_global, is_region};
use orgkit_world::{ApiError, World};

/// The region of a call. AWS refuses a signature for another region than the endpoint's.
///
/// A host of AWS's own names the endpoint. Behind any other host, such as loopback, there is an endpoint of every region; clients then sign
/// for the region that they are configured for, also when they call a global service, whose only endpoint is meant.
pub(super) fn of<'a>(wire: &Wire, world: &World, signed_for: &'a str, host: &str) -> Result<&'a str, ApiError> {
    let invalid = || wire.bad_signature(&format!("Credential should be scoped to a valid region, not '{signed_for}'."));
    if !is_region(signed_for) && !world.regions().any(|region| region == signed_for) {
        return Err(invalid());
    }
    let global = wire.service.is_some_and(|service| is_global(service.name));
    match endpoint_of(host) {
        Some(region) if region != signed_for => Err(invalid()),
        Some(_) => Ok(signed_for),
        None if global => Ok(GLOBAL_REGION),
        None => Ok(signed_for),
    }
}

/// The region of one of AWS's own hosts: `sts.eu-west-1.amazonaws.com`, `config.us-east-1.api.aws`; `iam.amazonaws.com` is the global one.
fn endpoint_of(host: &str) -> Option<&str> {
    let name = host.split(':').next().unwrap_or_default();
    let labels = name.strip_suffix(".amazonaws.com").or_else(|| name.strip_suffix(".api.aws"))?;
    Some(labels.split('.').find(|label| is_region(label)).unwrap_or(GLOBAL_REGION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_aws_name_their_region() {
        for (host, region) in [
            ("iam.amazonaws.com", Some("us-east-1")),
            ("organizations.us-east-1.amazonaws.com", Some("us-east-1")),
            ("config.eu-west-1.amazonaws.com:443", Some("eu-west-1")),
            ("ram.eu-west-1.api.aws", Some("eu-west-1")),
            ("127.0.0.1:4577", None),
            ("amazonaws.com.evil.example", None),
        ] {
            assert_eq!(endpoint_of(host), region, "{host}");
        }
    }
}
