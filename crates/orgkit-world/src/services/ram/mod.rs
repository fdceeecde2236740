//! AWS Resource Access Manager (botocore `ram/2018-01-04`): resource shares, who has them, and the invitations to them.

mod associations;
mod invitations;
mod listen;
mod lists;
mod organization;
mod principals;
mod shapes;
mod shares;
mod state;

pub(crate) use listen::left;
pub(crate) use state::{Association, Share, State};

use crate::ApiError;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::page::Paging;

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "ram",
    signing_name: "ram",
    actions: "ram",
    model: "ram/2018-01-04",
    protocol: Protocol::RestJson,
    faults: Faults { invalid: "InvalidParameterException", internal: "ServerInternalException", ..Faults::REST },
    operations: &[
        change("CreateResourceShare", shares::create).at("POST", "/createresourceshare").rules(
            "retention when accounts leave can be set here only; organizations and units need sharing with the organization; accounts outside need allowExternalPrincipals and an invitation",
            "RAM API Reference, CreateResourceShare",
        ),
        change("UpdateResourceShare", shares::update)
            .at("POST", "/updateresourceshare")
            .rules("name and external principals; not retention", "RAM API Reference, UpdateResourceShare"),
        change("DeleteResourceShare", shares::delete)
            .at("DELETE", "/deleteresourceshare")
            .rules("deleted shares are seen for two hours", "RAM User Guide, working-with-sharing-delete"),
        change("AssociateResourceShare", associations::associate)
            .at("POST", "/associateresourceshare")
            .rules("resources must be the owner's; some types stay within the organization", "RAM User Guide, shareable"),
        change("DisassociateResourceShare", associations::disassociate)
            .at("POST", "/disassociateresourceshare")
            .rules("owner, or an invited account that leaves the share", "RAM API Reference, DisassociateResourceShare"),
        read("GetResourceShareAssociations", associations::get)
            .at("POST", "/getresourceshareassociations")
            .rules("of own shares, in their region; ASSOCIATING until an invitation is accepted", "RAM API Reference, ResourceShareAssociation"),
        read("GetResourceShares", shares::get)
            .at("POST", "/getresourceshares")
            .rules("own ones, or those that the caller has part in, in their region", "RAM API Reference, GetResourceShares"),
        read("GetResourceShareInvitations", invitations::get)
            .at("POST", "/getresourceshareinvitations")
            .rules("received ones; they expire after seven days", "RAM User Guide, working-with-shared-invitations"),
        change("AcceptResourceShareInvitation", invitations::accept)
            .at("POST", "/acceptresourceshareinvitation")
            .rules("by the receiver, while it is pending", "RAM API Reference, AcceptResourceShareInvitation"),
        change("RejectResourceShareInvitation", invitations::reject)
            .at("POST", "/rejectresourceshareinvitation")
            .rules("by the receiver, while it is pending", "RAM API Reference, RejectResourceShareInvitation"),
        read("ListPrincipals", lists::principals)
            .at("POST", "/listprincipals")
            .rules("of own shares, or the owners of shares with the caller", "RAM API Reference, ListPrincipals"),
        read("ListResources", lists::resources)
            .at("POST", "/listresources")
            .rules("of own shares, or of shares with the caller", "RAM API Reference, ListResources"),
        change("EnableSharingWithAwsOrganization", organization::enable_sharing)
            .at("POST", "/enablesharingwithawsorganization")
            .rules("management account of an organization with all features; gives trusted access", "RAM API Reference, EnableSharingWithAwsOrganization"),
    ],
};

/// The service principal of RAM's trusted access [Organizations User Guide, services-that-can-integrate-ram].
const PRINCIPAL: &str = "ram.amazonaws.com";

/// Lists come in pages of 500 items at most (botocore, shape `MaxResults`).
const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "maxResults", token: "nextToken", usual: 500, most: 500, bad_token: "InvalidNextTokenException" }
}

fn unknown(what: &str) -> ApiError {
    ApiError::new("UnknownResourceException", format!("{what} could not be found."))
}

fn not_permitted(message: impl Into<String>) -> ApiError {
    ApiError::new("OperationNotPermittedException", message)
}
