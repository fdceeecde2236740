//! Delegated administrators: what a service needs before its administrator is deregistered with Organizations.

use orgkit_model::{Gate, GateKind, Product};

/// Services whose administrator orgkit does not dismiss, with what a person does and what is lost [the services' user guides; as of 2026-11].
const BY_HAND: [ByHand; 5] = [
    ByHand {
        service: "detective.amazonaws.com",
        todo: "in the Detective console of the management account, open Delegated administrator and choose Remove in every region",
        lost: "the organization's behavior graph and its history in each of those regions are deleted",
    },
    ByHand {
        service: "fms.amazonaws.com",
        todo: "call fms:DisassociateAdminAccount for every administrator, the default administrator last",
        lost: "the Firewall Manager policies of that administrator, and the protections that they put in place and are set to clean up, are deleted",
    },
    ByHand {
        service: "macie.amazonaws.com",
        todo: "call macie2:DisableOrganizationAdminAccount in every region, as the management account",
        lost: "the members' Macie is no longer administered; the administrator no longer sees their findings",
    },
    ByHand {
        service: "ipam.amazonaws.com",
        todo: "call ec2:DisableIpamOrganizationAdminAccount as the management account",
        lost: "the IPAM no longer discovers the organization's accounts; their allocations are kept apart from it",
    },
    ByHand {
        service: "ssm.amazonaws.com",
        todo: "delete the resource data syncs of Systems Manager Explorer that are over the organization",
        lost: "these syncs and the collected data of other accounts",
    },
];

struct ByHand {
    service: &'static str,
    todo: &'static str,
    lost: &'static str,
}

/// What comes before an administrator of a service is deregistered with Organizations.
pub(crate) enum Before {
    /// Nothing.
    Nothing,
    /// The service dismisses it, in each of these regions, or once.
    Dismiss(Product, Vec<Option<String>>),
    /// A person does it.
    Person(Gate),
}

/// What comes first for a service, in the regions that were looked at.
pub(crate) fn before(service: &str, name: &str, regions: &[String]) -> Before {
    if let Some(product) = Product::of_principal(service) {
        let regions = if product.is_regional() { regions.iter().cloned().map(Some).collect() } else { vec![None] };
        return Before::Dismiss(product, regions);
    }
    BY_HAND.iter().find(|known| known.service == service).map_or(Before::Nothing, |known| {
        Before::Person(Gate {
            kind: GateKind::Destroys,
            question: format!("dismiss {name} as administrator of {service} by hand: {}", known.todo),
            evidence: vec![format!("organizations:ListDelegatedServicesForAccount: {service}"), format!("what is lost: {}", known.lost)],
            assumption: format!("it was done, and this was accepted: {}", known.lost),
        })
    })
}
