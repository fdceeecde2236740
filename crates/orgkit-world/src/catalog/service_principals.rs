//! The services that work with Organizations: which can have trusted access, and which delegated administrators.
//!
//! Names and support [Organizations User Guide, orgs_integrate_services_list]; how many administrators [the guides of the services], where
//! they say so plainly. Both as of October 2026. The lists grow: what an organization has enabled is kept whether it stands here or not.

/// Whether a service takes delegated administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Administrators {
    /// It does not.
    Unsupported,
    /// It takes so many in an organization.
    AtMost(usize),
    /// It takes them; how many is not documented.
    Supported,
}

/// A service that can have trusted access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServicePrincipal {
    /// Its name without the ending `.amazonaws.com`.
    pub name: &'static str,
    /// Whether it takes delegated administrators.
    pub administrators: Administrators,
}

/// The service with that principal, such as `guardduty.amazonaws.com`.
pub fn service_principal(principal: &str) -> Option<ServicePrincipal> {
    let name = principal.strip_suffix(".amazonaws.com")?;
    SERVICE_PRINCIPALS.iter().find(|service| service.name == name).copied()
}

const fn with(name: &'static str, administrators: Administrators) -> ServicePrincipal {
    ServicePrincipal { name, administrators }
}

const fn one(name: &'static str) -> ServicePrincipal {
    with(name, Administrators::AtMost(1))
}

const fn some(name: &'static str) -> ServicePrincipal {
    with(name, Administrators::Supported)
}

const fn none(name: &'static str) -> ServicePrincipal {
    with(name, Administrators::Unsupported)
}

/// The services, by name.
pub const SERVICE_PRINCIPALS: &[ServicePrincipal] = &[
    one("access-analyzer"),
    some("account"),
    one("auditmanager"),
    none("aws-artifact-account-sync"),
    some("backup"),
    with("cloudtrail", Administrators::AtMost(3)),
    some("compute-optimizer"),
    with("config", Administrators::AtMost(3)),
    with("config-multiaccountsetup", Administrators::AtMost(3)),
    none("controltower"),
    some("cost-optimization-hub.bcm"),
    one("detective"),
    some("devops-guru"),
    none("ds"),
    none("ec2"),
    some("fms"),
    one("guardduty"),
    some("health"),
    some("iam"),
    one("inspector2"),
    one("ipam"),
    none("license-management.marketplace"),
    one("license-manager"),
    some("license-manager-linux-subscriptions"),
    some("license-manager.member-account"),
    one("macie"),
    some("malware-protection.guardduty"),
    with("member.org.stacksets.cloudformation", Administrators::AtMost(5)),
    some("mgn"),
    some("networkflowmonitor"),
    some("observabilityadmin"),
    none("ram"),
    some("reachabilityanalyzer.networkinsights"),
    some("reporting.trustedadvisor"),
    some("resource-explorer-2"),
    one("securityhub"),
    one("securitylake"),
    some("servicecatalog"),
    none("servicequotas"),
    some("ssm"),
    one("sso"),
    some("stacksets.cloudformation"),
    some("storage-lens.s3"),
    none("tagpolicies.tag"),
    some("topology.networkflowmonitor"),
    none("wellarchitected"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_stand_in_order_and_once_and_are_found_by_their_principal() {
        assert!(SERVICE_PRINCIPALS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert_eq!(service_principal("guardduty.amazonaws.com"), Some(one("guardduty")));
        assert_eq!(service_principal("ram.amazonaws.com").map(|service| service.administrators), Some(Administrators::Unsupported));
        assert_eq!(service_principal("guardduty"), None);
        assert_eq!(service_principal("nothing.amazonaws.com"), None);
    }

    #[test]
    fn a_policy_type_waits_for_a_service_that_exists() {
        let waited_for = crate::catalog::PolicyKind::ALL.into_iter().filter_map(|kind| kind.rules().access);
        assert!(waited_for.clone().count() > 0 && waited_for.clone().all(|service| service_principal(service).is_some()));
    }
}
