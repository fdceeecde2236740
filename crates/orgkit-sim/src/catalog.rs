//! Every operation that is simulated: one row each, with what it does to the world.

use crate::call::{Change, Read};
use crate::organizations::{
    accept, answer, delegated, handshakes, invite, organization, policies, policy_targets, policy_types, tree, units,
};
use crate::services::{cloudcontrol, cloudtrail, config, event_history, iam, inspector, ram, savings_plans, sso, sts};

/// What an operation does to the world. The types say it: one that reads cannot change anything.
pub(crate) enum Effect {
    /// It looks.
    Read(Read),
    /// It changes something, if it succeeds.
    Change(Change),
}

/// A row of the catalog.
pub(crate) struct Operation {
    /// The service.
    pub(crate) service: &'static str,
    /// The operation's name.
    pub(crate) name: &'static str,
    /// The IAM action that permits it.
    pub(crate) action: &'static str,
    /// What it does.
    pub(crate) effect: Effect,
}

/// The operation of a service with that name.
pub(crate) fn find(service: &str, name: &str) -> Option<&'static Operation> {
    CATALOG.iter().find(|operation| operation.service == service && operation.name == name)
}

/// Whether a call changes the world when it succeeds.
pub(crate) fn is_changing(service: &str, name: &str) -> bool {
    find(service, name).is_some_and(|operation| matches!(operation.effect, Effect::Change(_)))
}

macro_rules! catalog {
    ($($service:literal $prefix:literal { $($kind:ident $name:literal => $run:path,)* })*) => {
        &[$($(Operation {
            service: $service,
            name: $name,
            action: concat!($prefix, ":", $name),
            effect: Effect::$kind($run),
        },)*)*]
    };
}

/// The rows, by service. The word after the service is the prefix of its IAM actions.
pub(crate) const CATALOG: &[Operation] = catalog! {
    "organizations" "organizations" {
        Read "DescribeOrganization" => organization::describe,
        Change "CreateOrganization" => organization::create,
        Change "DeleteOrganization" => organization::delete,
        Read "ListAccounts" => tree::list_accounts,
        Read "DescribeAccount" => tree::describe_account,
        Read "ListRoots" => tree::list_roots,
        Read "ListParents" => tree::list_parents,
        Read "ListChildren" => tree::list_children,
        Read "ListAccountsForParent" => tree::list_accounts_for_parent,
        Change "MoveAccount" => tree::move_account,
        Read "ListOrganizationalUnitsForParent" => units::list_for_parent,
        Read "DescribeOrganizationalUnit" => units::describe,
        Change "CreateOrganizationalUnit" => units::create,
        Change "UpdateOrganizationalUnit" => units::update,
        Change "DeleteOrganizationalUnit" => units::delete,
        Change "InviteAccountToOrganization" => invite::invite,
        Read "DescribeHandshake" => handshakes::describe,
        Read "ListHandshakesForOrganization" => handshakes::list_for_organization,
        Read "ListHandshakesForAccount" => handshakes::list_for_account,
        Change "AcceptHandshake" => accept::accept,
        Change "DeclineHandshake" => answer::decline,
        Change "CancelHandshake" => answer::cancel,
        Change "LeaveOrganization" => organization::leave,
        Change "RemoveAccountFromOrganization" => organization::remove_account,
        Read "ListPolicies" => policies::list,
        Read "DescribePolicy" => policies::describe,
        Change "CreatePolicy" => policies::create,
        Change "UpdatePolicy" => policies::update,
        Change "DeletePolicy" => policies::delete,
        Change "AttachPolicy" => policy_targets::attach,
        Change "DetachPolicy" => policy_targets::detach,
        Read "ListPoliciesForTarget" => policy_targets::list_policies,
        Read "ListTargetsForPolicy" => policy_targets::list_targets,
        Change "EnablePolicyType" => policy_types::enable,
        Change "DisablePolicyType" => policy_types::disable,
        Read "ListDelegatedAdministrators" => delegated::list_administrators,
        Read "ListDelegatedServicesForAccount" => delegated::list_services,
        Change "RegisterDelegatedAdministrator" => delegated::register,
        Change "DeregisterDelegatedAdministrator" => delegated::deregister,
        Read "ListAWSServiceAccessForOrganization" => delegated::list_access,
        Change "EnableAWSServiceAccess" => delegated::enable_access,
    }
    "sts" "sts" {
        Read "GetCallerIdentity" => sts::get_caller_identity,
        Change "AssumeRole" => sts::assume_role,
    }
    "iam" "iam" {
        Read "GetAccountAuthorizationDetails" => iam::authorization_details,
        Read "GetRole" => iam::get_role,
        Read "ListRoles" => iam::list_roles,
        Change "CreateRole" => iam::create_role,
        Change "UpdateAssumeRolePolicy" => iam::update_trust,
        Change "AttachRolePolicy" => iam::attach_role_policy,
    }
    "cloudtrail" "cloudtrail" {
        Read "DescribeTrails" => cloudtrail::describe_trails,
        Read "GetTrailStatus" => cloudtrail::get_trail_status,
        Read "LookupEvents" => event_history::lookup_events,
    }
    "config" "config" {
        Read "DescribeConfigurationRecorders" => config::describe_recorders,
        Read "DescribeConfigurationRecorderStatus" => config::describe_recorder_status,
        Read "DescribeDeliveryChannels" => config::describe_delivery_channels,
    }
    "inspector2" "inspector2" {
        Read "GetDelegatedAdminAccount" => inspector::get_delegated_admin,
        Read "BatchGetAccountStatus" => inspector::account_status,
        Read "GetMember" => inspector::get_member,
    }
    "ram" "ram" {
        Read "GetResourceShareAssociations" => ram::get_associations,
        Read "GetResourceShares" => ram::get_shares,
    }
    "sso" "sso" {
        Read "ListInstances" => sso::list_instances,
        Read "ListPermissionSets" => sso::list_permission_sets,
        Read "ListAccountsForProvisionedPermissionSet" => sso::list_accounts,
    }
    "savingsplans" "savingsplans" {
        Read "DescribeSavingsPlans" => savings_plans::describe,
    }
    "cloudcontrol" "cloudformation" {
        Read "ListResources" => cloudcontrol::list,
        Read "GetResource" => cloudcontrol::get,
        Change "UpdateResource" => cloudcontrol::update,
        Read "GetResourceRequestStatus" => cloudcontrol::request_status,
    }
};
