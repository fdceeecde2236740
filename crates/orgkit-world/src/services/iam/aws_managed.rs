//! The AWS-managed policies whose documents are known: short ones that a migration meets. World files give the documents of others.
//!
//! Source: AWS's own documents as `moto` 5 keeps them (`moto/iam/aws_managed_policies.py`, Apache-2.0), read on 2026-11-22; each row says which
//! version it is and of when.

/// An AWS-managed policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AwsManaged {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its path; it stands in the ARN.
    pub(crate) path: &'static str,
    /// Its default version.
    pub(crate) version: &'static str,
    /// When it was made.
    pub(crate) created: &'static str,
    /// When that version was made.
    pub(crate) updated: &'static str,
    /// The document of that version.
    pub(crate) document: &'static str,
}

/// The policies that limit what a session of `AssumeRoot` may do, by name; their path is `/root-task/` [STS API Reference, AssumeRoot].
pub(crate) const TASK_POLICIES: [&str; 5] = [
    "IAMAuditRootUserCredentials",
    "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
];

/// The policies, by name.
pub(super) const POLICIES: &[AwsManaged] = &[
    AwsManaged {
        name: "AWSOrganizationsFullAccess",
        path: "/",
        version: "v9",
        created: "2018-11-06T20:31:57Z",
        updated: "2026-02-12T17:59:07Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Sid":"AWSOrganizationsFullAccess","Effect":"Allow","Action":"organizations:*","Resource":"*"},{"Sid":"AWSOrganizationsFullAccessAccount","Effect":"Allow","Action":["account:PutAlternateContact","account:DeleteAlternateContact","account:GetAlternateContact","account:GetContactInformation","account:PutContactInformation","account:ListRegions","account:EnableRegion","account:DisableRegion","account:PutAccountName","account:GetAccountInformation"],"Resource":"*"},{"Sid":"AWSOrganizationsFullAccessCreateSLR","Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringEquals":{"iam:AWSServiceName":"organizations.amazonaws.com"}}}]}"#,
    },
    AwsManaged {
        name: "AWSOrganizationsReadOnlyAccess",
        path: "/",
        version: "v6",
        created: "2018-11-06T20:32:38Z",
        updated: "2024-06-07T21:32:16Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Sid":"AWSOrganizationsReadOnly","Effect":"Allow","Action":["organizations:Describe*","organizations:List*"],"Resource":"*"},{"Sid":"AWSOrganizationsReadOnlyAccount","Effect":"Allow","Action":["account:GetAlternateContact","account:GetContactInformation","account:ListRegions","account:GetRegionOptStatus","account:GetPrimaryEmail"],"Resource":"*"}]}"#,
    },
    AwsManaged {
        name: "AWSOrganizationsServiceTrustPolicy",
        path: "/aws-service-role/",
        version: "v3",
        created: "2017-10-10T23:04:07Z",
        updated: "2026-03-05T19:12:09Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Sid":"AllowDeletionOfServiceLinkedRoleForOrganizations","Effect":"Allow","Action":["iam:DeleteRole"],"Resource":["arn:aws:iam::*:role/aws-service-role/organizations.amazonaws.com/*"]},{"Sid":"AllowCreationOfServiceLinkedRoles","Effect":"Allow","Action":["iam:CreateServiceLinkedRole"],"Resource":"*"},{"Sid":"ListRolesSLR","Effect":"Allow","Action":"iam:ListRoles","Resource":"arn:aws:iam::*:role/aws-service-role/*"}]}"#,
    },
    AwsManaged {
        name: "AdministratorAccess",
        path: "/",
        version: "v1",
        created: "2015-02-06T18:39:46Z",
        updated: "2015-02-06T18:39:46Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    },
    AwsManaged {
        name: "AmazonS3ReadOnlyAccess",
        path: "/",
        version: "v3",
        created: "2015-02-06T18:40:59Z",
        updated: "2023-08-10T21:31:39Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"Resource":"*"}]}"#,
    },
    AwsManaged {
        name: "IAMAuditRootUserCredentials",
        path: "/root-task/",
        version: "v1",
        created: "2024-11-06T22:27:58Z",
        updated: "2024-11-06T22:27:58Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Sid":"DenyAllOtherActionsOnAnyResource","Effect":"Deny","NotAction":["iam:ListAccessKeys","iam:ListSigningCertificates","iam:GetLoginProfile","iam:ListMFADevices","iam:GetAccountSummary","iam:GetUser","iam:GetAccessKeyLastUsed"],"Resource":"*"},{"Sid":"DenyAuditingCredentialsOnNonRootUserResource","Effect":"Deny","Action":["iam:ListAccessKeys","iam:ListSigningCertificates","iam:GetLoginProfile","iam:ListMFADevices","iam:GetUser","iam:GetAccessKeyLastUsed"],"NotResource":"arn:aws:iam::*:root"}]}"#,
    },
    AwsManaged {
        name: "IAMCreateRootUserPassword",
        path: "/root-task/",
        version: "v1",
        created: "2024-11-06T22:32:59Z",
        updated: "2024-11-06T22:32:59Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Sid":"DenyAllOtherActionsOnAnyResource","Effect":"Deny","NotAction":["iam:CreateLoginProfile","iam:GetLoginProfile"],"Resource":"*"},{"Sid":"DenyCreatingPasswordOnNonRootUserResource","Effect":"Deny","Action":["iam:CreateLoginProfile","iam:GetLoginProfile"],"NotResource":"arn:aws:iam::*:root"}]}"#,
    },
    AwsManaged {
        name: "IAMDeleteRootUserCredentials",
        path: "/root-task/",
        version: "v1",
        created: "2024-11-06T22:47:58Z",
        updated: "2024-11-06T22:47:58Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Sid":"DenyAllOtherActionsOnAnyResource","Effect":"Deny","NotAction":["iam:DeleteAccessKey","iam:DeleteSigningCertificate","iam:DeleteLoginProfile","iam:DeactivateMFADevice","iam:DeleteVirtualMFADevice","iam:ListAccessKeys","iam:ListSigningCertificates","iam:GetLoginProfile","iam:ListMFADevices","iam:GetUser","iam:GetAccessKeyLastUsed"],"Resource":"*"},{"Sid":"DenyDeletingRootUserCredentialsOnNonRootUserResource","Effect":"Deny","Action":["iam:DeleteAccessKey","iam:DeleteSigningCertificate","iam:DeleteLoginProfile","iam:DeactivateMFADevice","iam:DeleteVirtualMFADevice","iam:ListAccessKeys","iam:ListSigningCertificates","iam:GetLoginProfile","iam:ListMFADevices","iam:GetUser","iam:GetAccessKeyLastUsed"],"NotResource":"arn:aws:iam::*:root"}]}"#,
    },
    AwsManaged {
        name: "IAMFullAccess",
        path: "/",
        version: "v2",
        created: "2015-02-06T18:40:38Z",
        updated: "2019-06-21T19:40:00Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization","organizations:DescribeOrganizationalUnit","organizations:DescribePolicy","organizations:ListChildren","organizations:ListParents","organizations:ListPoliciesForTarget","organizations:ListRoots","organizations:ListPolicies","organizations:ListTargetsForPolicy"],"Resource":"*"}]}"#,
    },
    AwsManaged {
        name: "IAMReadOnlyAccess",
        path: "/",
        version: "v4",
        created: "2015-02-06T18:40:39Z",
        updated: "2018-01-25T19:11:27Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"],"Resource":"*"}]}"#,
    },
    AwsManaged {
        name: "PowerUserAccess",
        path: "/",
        version: "v12",
        created: "2015-02-06T18:39:47Z",
        updated: "2026-02-12T17:59:14Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Effect":"Allow","Action":["account:GetAccountInformation","account:GetGovCloudAccountInformation","account:GetPrimaryEmail","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeEffectivePolicy","organizations:DescribeOrganization"],"Resource":"*"}]}"#,
    },
    AwsManaged {
        name: "S3UnlockBucketPolicy",
        path: "/root-task/",
        version: "v1",
        created: "2024-11-06T21:55:56Z",
        updated: "2024-11-06T21:55:56Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Sid":"DenyAllOtherActionsOnAnyResource","Effect":"Deny","NotAction":["s3:DeleteBucketPolicy","s3:PutBucketPolicy","s3:GetBucketPolicy","s3:ListAllMyBuckets"],"Resource":"*"},{"Sid":"DenyManagingBucketPolicyForNonRootCallers","Effect":"Deny","Action":["s3:DeleteBucketPolicy","s3:PutBucketPolicy","s3:GetBucketPolicy","s3:ListAllMyBuckets"],"Resource":"*","Condition":{"StringNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}]}"#,
    },
    AwsManaged {
        name: "SQSUnlockQueuePolicy",
        path: "/root-task/",
        version: "v1",
        created: "2024-11-06T21:51:02Z",
        updated: "2024-11-06T21:51:02Z",
        document: r#"{"Version":"2012-10-17","Statement":[{"Sid":"DenyAllOtherActionsOnAnyResource","Effect":"Deny","NotAction":["sqs:SetQueueAttributes","sqs:GetQueueAttributes","sqs:ListQueues","sqs:GetQueueUrl"],"Resource":"*"},{"Sid":"DenyGettingQueueAttributesOnNonOwnQueue","Effect":"Deny","Action":["sqs:GetQueueAttributes"],"Resource":"arn:aws:sqs:*:*:*","Condition":{"StringNotEqualsIfExists":{"aws:ResourceAccount":["${aws:PrincipalAccount}"]}}},{"Sid":"DenyActionsForNonRootUser","Effect":"Deny","Action":["sqs:SetQueueAttributes","sqs:GetQueueAttributes","sqs:ListQueues","sqs:GetQueueUrl"],"Resource":"*","Condition":{"StringNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}]}"#,
    },
];

/// How the ARNs of AWS's own policies begin.
const PREFIX: &str = "arn:aws:iam::aws:policy";

impl AwsManaged {
    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        format!("{PREFIX}{}{}", self.path, self.name)
    }
}

/// Whether an ARN is that of a policy of AWS's own.
pub(super) fn is_aws_managed(arn: &str) -> bool {
    arn.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('/'))
}

/// The policy with that ARN, if it is known.
pub(super) fn find(arn: &str) -> Option<&'static AwsManaged> {
    let (path, name) = arn.strip_prefix(PREFIX)?.rsplit_once('/')?;
    POLICIES.iter().find(|policy| policy.name == name && policy.path.strip_suffix('/') == Some(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use orgkit_iam::Document;

    #[test]
    fn every_row_is_a_policy_that_is_found_by_its_arn() {
        for policy in POLICIES {
            assert!(Document::parse(policy.document).is_ok(), "{}", policy.name);
            assert_eq!(find(&policy.arn()).map(|found| found.name), Some(policy.name));
        }
        assert!(POLICIES.is_sorted_by(|a, b| a.name < b.name));
        for task in TASK_POLICIES {
            assert!(find(&format!("{PREFIX}/root-task/{task}")).is_some(), "{task}");
        }
        assert!(find("arn:aws:iam::aws:policy/Nothing").is_none());
    }
}
