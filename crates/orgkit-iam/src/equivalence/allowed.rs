//! What a level denies by not allowing it.

use crate::claim::{Claim, Patterns, cover};

/// The opposite of a level's allows, as denies.
pub(super) struct LeftOut {
    /// Nothing that these deny is allowed by the level.
    pub(super) denials: Vec<Claim>,
    /// Whether they deny everything that it does not allow. What is allowed under a condition counts as allowed, so this is `false` then.
    pub(super) is_whole: bool,
}

/// Turns what a level allows into what it leaves out.
pub(super) fn left_out(allows: &[Claim]) -> LeftOut {
    let allows = distinct(allows);
    if allows.iter().any(Claim::is_everything) {
        return LeftOut { denials: Vec::new(), is_whole: true };
    }
    let mut found = LeftOut { denials: Vec::new(), is_whole: allows.iter().all(|claim| claim.requirements.is_empty()) };
    let (except, listed): (Vec<&Claim>, Vec<&Claim>) = allows.iter().partition(|claim| claim.actions.negated);
    if except.is_empty() {
        found.other_actions(&listed);
        found.other_resources(&listed);
    } else {
        found.excepted_actions(&except, &listed);
        found.resources_of_excepting(&except, &listed);
    }
    found
}

/// Without those that others say, too.
fn distinct(allows: &[Claim]) -> Vec<Claim> {
    let mut kept = allows.to_vec();
    let mut at = 0;
    while let Some(claim) = kept.get(at) {
        let others: Vec<&Claim> = kept.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, other)| other).collect();
        if cover(claim, &others).missing.is_empty() {
            kept.remove(at);
        } else {
            at += 1;
        }
    }
    kept
}

const NAME: &str = "what it does not allow";

impl LeftOut {
    fn deny(&mut self, actions: Patterns<crate::matching::ActionPattern>, resources: Patterns<crate::evaluate::ResourcePattern>) {
        self.denials.push(Claim::denial(NAME.to_owned(), actions, resources));
    }

    /// Actions that no statement lists.
    fn other_actions(&mut self, listed: &[&Claim]) {
        let items: Vec<_> = listed.iter().flat_map(|claim| claim.actions.items.clone()).collect();
        let mut all = Patterns::listed(false, items);
        all.absorb();
        if all.items.is_empty() {
            self.deny(Patterns::everything(), Patterns::everything());
        } else if !all.is_everything() {
            self.deny(Patterns::listed(true, all.items), Patterns::everything());
        }
    }

    /// Resources that no statement which lists an action names with it.
    fn other_resources(&mut self, listed: &[&Claim]) {
        for item in listed.iter().flat_map(|claim| &claim.actions.items) {
            let about: Vec<&&Claim> = listed.iter().filter(|claim| claim.actions.overlaps_pattern(&item.1)).collect();
            let are_exact = about.iter().all(|claim| claim.actions.covers_pattern(&item.1));
            if about.iter().any(|claim| claim.resources.is_everything()) {
                let is_free = |claim: &&&Claim| claim.resources.is_everything() && claim.actions.covers_pattern(&item.1);
                self.is_whole &= about.iter().any(is_free);
                continue;
            }
            let actions = Patterns::listed(false, vec![item.clone()]);
            match about.as_slice() {
                [only] => self.deny(actions, Patterns::listed(!only.resources.negated, only.resources.items.clone())),
                several if several.iter().all(|claim| !claim.resources.negated) => {
                    let mut named = Patterns::listed(true, several.iter().flat_map(|claim| claim.resources.items.clone()).collect());
                    named.absorb();
                    self.deny(actions, named);
                }
                _ => self.is_whole = false,
            }
            self.is_whole &= are_exact;
        }
    }

    /// Actions that every `NotAction` leaves out and no `Action` brings back.
    fn excepted_actions(&mut self, except: &[&Claim], listed: &[&Claim]) {
        let mut items = Vec::new();
        for item in except.iter().flat_map(|claim| &claim.actions.items) {
            let is_left_out = except.iter().all(|claim| claim.actions.items.iter().any(|(_, one)| one.includes(&item.1)));
            let is_brought_back = listed.iter().any(|claim| claim.actions.overlaps_pattern(&item.1));
            let is_allowed = || except.iter().chain(listed).any(|claim| claim.actions.covers_pattern(&item.1));
            if is_left_out && !is_brought_back {
                items.push(item.clone());
            } else {
                self.is_whole &= is_allowed();
            }
        }
        if !items.is_empty() {
            let mut actions = Patterns::listed(false, items);
            actions.absorb();
            self.deny(actions, Patterns::everything());
        }
    }

    /// The resources of a single `NotAction`; several of them have no simple opposite.
    fn resources_of_excepting(&mut self, except: &[&Claim], listed: &[&Claim]) {
        if except.iter().chain(listed).all(|claim| claim.resources.is_everything()) {
            return;
        }
        match (except, listed) {
            ([only], []) => self.deny(only.actions.clone(), Patterns::listed(!only.resources.negated, only.resources.items.clone())),
            _ => self.is_whole = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;

    fn opposite(statements: &str) -> String {
        let document = Document::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap();
        let found = left_out(&Claim::of(&document));
        let denials: Vec<String> = found.denials.iter().map(|claim| claim.to_statement().to_json().to_string()).collect();
        format!("{}{}", denials.join("\n"), if found.is_whole { "" } else { " and more" }).replace(r#""Effect":"Deny","#, "")
    }

    #[test]
    fn the_opposite_of_what_is_allowed() {
        for (allows, expected) in [
            (r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#, ""),
            ("", r#"{"Action":"*","Resource":"*"}"#),
            (
                r#"{"Effect":"Allow","Action":["s3:*","s3:Get*"],"Resource":"*"},{"Effect":"Allow","Action":"ec2:*","Resource":"*"}"#,
                r#"{"NotAction":["s3:*","ec2:*"],"Resource":"*"}"#,
            ),
            (
                r#"{"Effect":"Allow","NotAction":["iam:*","sts:*"],"Resource":"*"},{"Effect":"Allow","Action":"sts:*","Resource":"*"}"#,
                r#"{"Action":"iam:*","Resource":"*"}"#,
            ),
            (r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::a"}"#, r#"{"Action":"*","NotResource":"arn:aws:s3:::a"}"#),
            (
                r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"arn:aws:s3:::a"}"#,
                "{\"Action\":\"iam:*\",\"Resource\":\"*\"}\n{\"NotAction\":\"iam:*\",\"NotResource\":\"arn:aws:s3:::a\"}",
            ),
            (
                r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"k":"true"}}}"#,
                r#"{"NotAction":"s3:*","Resource":"*"} and more"#,
            ),
            (r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"},{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}"#, " and more"),
        ] {
            assert_eq!(opposite(allows), expected, "{allows}");
        }
    }
}
