//! The kinds of facts that every implementation knows.

use serde_json::Value;

/// The fact kinds, with whether each is regional.
pub const FACT_KINDS: &[(&str, bool)] = &[
    ("AWS::CloudFormation::StackSet", true),
    ("AWS::EC2::VPC", true),
    ("AWS::KMS::Key", true),
    ("AWS::RDS::DBInstance", true),
    ("AWS::S3::BucketPolicy", true),
    ("cloudtrail:DescribeTrails", true),
    ("cloudtrail:GetTrailStatus", true),
    ("config:DescribeConfigurationRecorderStatus", true),
    ("config:DescribeConfigurationRecorders", true),
    ("config:DescribeDeliveryChannels", true),
    ("controltower:GetLandingZone", true),
    ("controltower:ListEnabledBaselines", true),
    ("iam:GetAccountAuthorizationDetails", false),
    ("inspector2:BatchGetAccountStatus", true),
    ("inspector2:GetDelegatedAdminAccount", true),
    ("organizations:ListInboundResponsibilityTransfers", false),
    ("organizations:ListOutboundResponsibilityTransfers", false),
    ("ram:GetResourceShareAssociations", true),
    ("savingsplans:DescribeSavingsPlans", false),
    ("sso-admin:ListAccountsForProvisionedPermissionSet", false),
];

/// A property of each type that a list without it is not worth much.
///
/// `ListResources` gives what the type's list handler gives, which for many types is the primary identifier alone [Cloud Control API User
/// Guide, "Discovering resources"]. A resource listed without this property is read on its own.
pub const TELLING_PROPERTY: [(&str, &str); 5] = [
    ("AWS::CloudFormation::StackSet", "PermissionModel"),
    ("AWS::EC2::VPC", "CidrBlock"),
    ("AWS::KMS::Key", "KeyPolicy"),
    ("AWS::RDS::DBInstance", "DBInstanceClass"),
    ("AWS::S3::BucketPolicy", "PolicyDocument"),
];

/// Whether a resource's properties, as a list gave them, say what is worth knowing of its type.
pub fn is_whole(resource_type: &str, properties: &Value) -> bool {
    TELLING_PROPERTY.iter().any(|(of, property)| *of == resource_type && properties.get(property).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as value;

    #[test]
    fn every_resource_type_has_a_telling_property() {
        let types: Vec<&str> = FACT_KINDS.iter().map(|(kind, _)| *kind).filter(|kind| kind.starts_with("AWS::")).collect();
        assert_eq!(types, TELLING_PROPERTY.map(|(kind, _)| kind));
        assert!(is_whole("AWS::KMS::Key", &value!({"KeyId": "k", "KeyPolicy": {}})));
        assert!(!is_whole("AWS::KMS::Key", &value!({"KeyId": "k"})));
    }
}
