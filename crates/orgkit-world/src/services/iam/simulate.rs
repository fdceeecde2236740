//! The policy simulator: `SimulatePrincipalPolicy` and `SimulateCustomPolicy`. The verdicts come from the evaluator that authorizes calls.

use super::principals::{of_role, of_user};
use super::simulation::Simulation;
use super::{Identity, document, no_such_entity, own, page, users};
use crate::ApiError;
use crate::authorize::{Set, above};
use crate::call::{Answer, Request};
use crate::world::World;
use orgkit_iam::{Context, ContextValue, Document, PolicyKind};
use orgkit_model::PolicyType;
use serde_json::Value;

/// What results call a policy that came with the request.
pub(super) const GIVEN: &str = "PolicyInputList";

/// `SimulatePrincipalPolicy`: the policies of a user or role of the account, its boundary or the one given, policies given besides, and the
/// SCPs above the account. Whatever attached policies of unknown documents allow is left out.
pub(super) fn principal(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let source = request.required("PolicySourceArn")?;
    if request.input.get("PolicyExclusionList").is_some() {
        return Err(wrong("PolicyExclusionList is not simulated by orgkit"));
    }
    let user = users::all(world, account).find(|user| user.arn == source);
    let role = account.roles.values().find(|role| role.arn == source);
    let identity = match (role, &user) {
        (Some(role), _) => of_role(role),
        (None, Some(user)) => of_user(user),
        (None, None) => return Err(no_such_entity(format!("The user or role {source} cannot be found."))),
    };
    let mut set = Set::new(String::new());
    add_identity(world, request, &identity, &mut set);
    add_given(request, &mut set)?;
    let scps = above(world, &account.id, PolicyType::ServiceControlPolicy);
    run(request, &Simulation::new(&set, scps.as_ref()), request.text("CallerArn").unwrap_or(source))
}

/// `SimulateCustomPolicy`: only what is given.
pub(super) fn custom(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let mut set = Set::new(String::new());
    add_given(request, &mut set)?;
    let scps = given_scps(request)?;
    let nobody = format!("arn:aws:iam::{}:user/simulated", account.id);
    run(request, &Simulation::new(&set, scps.as_ref()), request.text("CallerArn").unwrap_or(&nobody))
}

fn add_identity<'w>(world: &'w World, request: &Request<'_>, identity: &Identity<'w>, set: &mut Set<'w>) {
    let text = |arn: &str| document(world, &request.caller.account, arn);
    for arn in &identity.attached {
        text(arn).into_iter().for_each(|text| set.add(PolicyKind::Identity, arn, text));
    }
    for (name, text) in &identity.inline {
        set.add(PolicyKind::Identity, name, text);
    }
    if let Some(arn) = identity.boundary {
        set.add(PolicyKind::Boundary, arn, text(arn).unwrap_or_default());
    }
}

/// Adds what came with the request: policies, a boundary in the place of any other, a resource's policy.
fn add_given<'r>(request: &Request<'r>, set: &mut Set<'r>) -> Result<(), ApiError> {
    for text in request.texts("PolicyInputList") {
        set.add(PolicyKind::Identity, GIVEN, readable(text)?);
    }
    let boundaries = request.texts("PermissionsBoundaryPolicyInputList");
    match boundaries.as_slice() {
        [] => {}
        [boundary] => {
            set.parts.retain(|part| part.kind != PolicyKind::Boundary);
            set.add(PolicyKind::Boundary, GIVEN, readable(boundary)?);
        }
        _ => return Err(wrong("Only one permissions boundary can be passed.")),
    }
    if let Some(text) = request.text("ResourcePolicy") {
        set.add(PolicyKind::Resource, "ResourcePolicy", readable(text)?);
    }
    Ok(())
}

/// The levels of SCPs that came with the request, from the root down.
fn given_scps<'r>(request: &Request<'r>) -> Result<Option<Set<'r>>, ApiError> {
    let Some(levels) = request.input.get("OrderedOrganizationPolicyInputList").and_then(Value::as_array) else { return Ok(None) };
    let mut set = Set::new(String::new());
    set.levels = levels.len();
    for (level, policies) in levels.iter().enumerate() {
        let list = policies.get("ServiceControlPolicyInputList").and_then(Value::as_array);
        for text in list.into_iter().flatten().filter_map(Value::as_str) {
            set.add_at(level, PolicyKind::Scp, GIVEN, readable(text)?);
        }
    }
    Ok(Some(set))
}

fn readable(text: &str) -> Result<&str, ApiError> {
    Document::parse(text).map(|_| text).map_err(|error| wrong(&format!("A policy document is not valid: {error}")))
}

/// One result for each action, over all resources.
fn run(request: &Request<'_>, simulation: &Simulation, caller: &str) -> Answer {
    let actions = request.texts("ActionNames");
    if let Some(action) = actions.iter().find(|action| !is_action(action)) {
        return Err(wrong(&format!("Invalid Entity Arn or action: {action} is not an action.")));
    }
    let resources = request.texts("ResourceArns");
    let (context, owner) = (context(request)?, request.text("ResourceOwner"));
    let results = actions.iter().map(|action| {
        let mut call = orgkit_iam::Request::new(orgkit_iam::Principal::parse(caller), action);
        call.resource_account = owner.map(str::to_owned);
        call.context = context.clone();
        simulation.result(&call, &resources)
    });
    page(request, "SimulatePolicy", "EvaluationResults", results.collect())
}

fn is_action(text: &str) -> bool {
    text.split_once(':').is_some_and(|(service, action)| !service.is_empty() && !action.is_empty() && !text.contains('*'))
}

/// The condition keys that came with the request.
fn context(request: &Request<'_>) -> Result<Context, ApiError> {
    let mut context = Context::new();
    for entry in request.input.get("ContextEntries").and_then(Value::as_array).into_iter().flatten() {
        let name = entry.get("ContextKeyName").and_then(Value::as_str).ok_or_else(|| wrong("A context entry needs a name."))?;
        let values = entry.get("ContextKeyValues").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let values: Vec<String> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let is_list = entry.get("ContextKeyType").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
        let value = match (values.as_slice(), is_list) {
            ([one], false) => ContextValue::One(one.clone()),
            (_, true) => ContextValue::Many(values),
            _ => return Err(wrong(&format!("{name} needs one value."))),
        };
        context.set(name, value);
    }
    Ok(context)
}

fn wrong(message: &str) -> ApiError {
    ApiError::new("InvalidInput", message)
}
