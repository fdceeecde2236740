//! `orgkit init`: orgkit.toml from AWS profiles.

use crate::args::InitArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::stages::cloud_error;
use crate::state::write_whole;
use orgkit_aws::AwsCloud;
use orgkit_cloud::CloudRead;
use orgkit_model::{AccountId, Organization};
use std::fmt::Write as _;

/// What a profile leads to.
struct Found {
    profile: String,
    account: AccountId,
    organization: Option<Organization>,
}

/// Runs `orgkit init`.
pub(crate) async fn run(args: &InitArgs, printer: Printer) -> Result<Exit, CliError> {
    if args.config.exists() && !args.force {
        return Err(
            CliError::new(Exit::Usage, "OK1203", format!("`{}` is there already", args.config.display())).hint("`--force` overwrites it")
        );
    }
    let target = match &args.target_profile {
        Some(profile) => Some(management(profile).await?),
        None => None,
    };
    let mut sources = Vec::new();
    for profile in &args.source_profiles {
        sources.push(management(profile).await?);
    }
    let mut standalone = Vec::new();
    for profile in &args.standalone_profiles {
        standalone.push(alone(profile).await?);
    }
    write_whole(&args.config, text(args, target.as_ref(), &sources, &standalone).as_bytes())?;
    printer.result(&format!("wrote {}", args.config.display()))?;
    printer.say("next: read it, then `orgkit plan`");
    Ok(Exit::Ok)
}

async fn look(profile: &str) -> Result<Found, CliError> {
    let account = AwsCloud::account_of_profile(profile).await.map_err(|error| {
        CliError::from_source(Exit::Credentials, "OK1601", &error).hint("`aws configure list-profiles` shows the profiles that there are")
    })?;
    let cloud = AwsCloud::builder().access(account.clone(), orgkit_cloud::Access::Profile(Some(profile.to_owned()))).build();
    let organization = cloud.organization(&account).await.map_err(|error| cloud_error(&error))?;
    Ok(Found { profile: profile.to_owned(), account, organization })
}

async fn management(profile: &str) -> Result<Found, CliError> {
    let found = look(profile).await?;
    match &found.organization {
        Some(organization) if organization.management_account == found.account => Ok(found),
        Some(organization) => Err(CliError::new(
            Exit::Usage,
            "OK1202",
            format!("profile `{profile}` leads to {}, a member of {}", found.account, organization.id),
        )
        .hint(format!("name a profile of its management account, {}", organization.management_account))),
        None => Err(CliError::new(
            Exit::Usage,
            "OK1202",
            format!("profile `{profile}` leads to {}, which is in no organization", found.account),
        )
        .hint("standalone accounts are named with `--standalone-profile`")),
    }
}

async fn alone(profile: &str) -> Result<Found, CliError> {
    let found = look(profile).await?;
    match &found.organization {
        None => Ok(found),
        Some(organization) => Err(CliError::new(
            Exit::Usage,
            "OK1202",
            format!("profile `{profile}` leads to {}, a member of {}", found.account, organization.id),
        )
        .hint("members are found through `--source-profile`")),
    }
}

fn text(args: &InitArgs, target: Option<&Found>, sources: &[Found], standalone: &[Found]) -> String {
    let regions = if args.regions.is_empty() { vec![orgkit_cloud::HOME_REGION.to_owned()] } else { args.regions.clone() };
    let mut text =
        format!("# What orgkit moves, and where to.\nversion = 1\n\n# The regions that orgkit looks at.\nregions = {regions:?}\n");
    // Writing to a string does not fail.
    let _ = match target {
        Some(found) => write!(
            text,
            "\n# The organization to move into{}.\n[target]\nmanagement_account = \"{}\"\nprofile = {:?}\n",
            of(found),
            found.account,
            found.profile
        ),
        None => write!(
            text,
            "\n# The organization to move into: its management account, and the AWS profile that leads to it.\n# [target]\n# management_account = \"111122223333\"\n# profile = \"new-management\"\n"
        ),
    };
    for found in sources {
        let _ = write!(
            text,
            "\n# An organization to move out of{}. Its management account enters the members by `member_role`.\n[[sources]]\nmanagement_account = \"{}\"\nprofile = {:?}\nmember_role = {:?}\n",
            of(found),
            found.account,
            found.profile,
            args.member_role
        );
    }
    if sources.is_empty() {
        text.push_str("\n# An organization to move out of.\n# [[sources]]\n# management_account = \"444455556666\"\n# profile = \"old-management\"\n# member_role = \"OrganizationAccountAccessRole\"\n");
    }
    for found in standalone {
        let _ =
            write!(text, "\n[[standalone]]\naccount = \"{}\"\nname = {:?}\nprofile = {:?}\n", found.account, found.profile, found.profile);
    }
    text.push_str(TAIL);
    text
}

fn of(found: &Found) -> String {
    found.organization.as_ref().map_or_else(String::new, |organization| format!(", {}", organization.id))
}

const TAIL: &str = r#"
# A standalone account: by its own profile, or by a role that the new management account may assume.
# [[standalone]]
# account = "777788889999"
# role = "MigrationAccess"

# Units that you decide; the placement rule of the foundation pack decides the rest.
# [placement]
# "777788889999" = "Workloads/Production"

# Accounts that stay where they are.
# leave_out = ["777788889999"]

# Waves by name; they come first, and accounts that are not named follow by risk, a canary in front.
# [[waves]]
# name = "pilot"
# accounts = ["777788889999"]

# Calls that were made in the accounts are looked up in CloudTrail's event history: 50 events a page, two pages a second.
# [activity]
# days = 90
# pages = 40
# lookup = false

# Findings that do not keep their account from moving, by name; `*` in a subject stands for any text.
# [[accept]]
# account = "777788889999"
# finding = "activity/newly-denied"
# subject = "arn:aws:iam::777788889999:role/old-batch ec2:RunInstances"
# because = "retired in March, ticket 42"

# A journal that a team shares, in a bucket; without it the journal is a file of this machine. docs/shared-state.md says what it needs.
# [state]
# kind = "s3"
# bucket = "example-orgkit-state"
# prefix = "acme"
# region = "us-east-1"
# profile = "orgkit-state"

# The policy packs. The foundation pack is built in; parameters of its rules are set here.
[packs.foundation]
enabled = true
# [packs.foundation.params.baseline]
# services = ["cloudtrail", "config", "inspector2"]
"#;
